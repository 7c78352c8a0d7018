"""RPCs of the import."""

from collections.abc import AsyncIterator

import grpc
from permanence.cases.v1 import cases_service_pb2 as pb
from permanence.cases.v1 import import_pb2

from servicekit.caller import current_caller
from servicekit.errors import InvalidRequest, RequestIdReused, Violation
from servicekit.idempotency import once
from servicekit.page import next_token
from services.cases.app.get_import import get_import, list_import_findings
from services.cases.app.import_extract import Upload, discard, queue_import, receive
from services.cases.rpc import convert_import
from services.cases.rpc.units import Door, WireUnit


class ImportRpcs:
    """Part of CasesService."""

    def __init__(self, door: Door) -> None:
        self._door = door

    async def ImportExtract(
        self,
        request_iterator: AsyncIterator[pb.ImportExtractRequest],
        context: grpc.aio.ServicerContext[object, object],
    ) -> pb.ImportExtractResponse:
        """Keeps the files, then queues the import, once."""
        caller = current_caller()
        first = await anext(aiter(request_iterator), pb.ImportExtractRequest())
        command = convert_import.import_header(first, caller.council)
        if command.as_of is not None and command.as_of > self._door.today():
            raise InvalidRequest([Violation("header.as_of_date", "lies in the future")])
        pieces = convert_import.file_pieces(request_iterator, caller.council)
        upload = await receive(self._door.begin, caller, command, pieces)
        try:
            return await self._queue(first.header, upload)
        finally:
            await discard(self._door.begin, caller, upload.run)  # a repeat has brought its files a second time

    async def _queue(self, header: pb.ImportHeader, upload: Upload) -> pb.ImportExtractResponse:
        caller = current_caller()

        async def do(unit: WireUnit) -> pb.ImportExtractResponse:
            run = await queue_import(unit, upload, convert_import.import_name(caller.council, upload.run))
            return _response(run_shown=convert_import.shown_import(run, caller.council))

        response = await once(self._door.begin, caller, header, pb.ImportExtractResponse, do)
        ref = convert_import.the_import(pb.GetImportRequest(name=_name_in(response)), caller.council)
        async with self._door.begin(caller) as unit:
            kept = await unit.imports.find(ref.id)
        if kept is not None and kept.content_hash != upload.content_hash:
            raise RequestIdReused
        return response

    async def GetImport(
        self, request: pb.GetImportRequest, context: grpc.aio.ServicerContext[object, object]
    ) -> pb.GetImportResponse:
        """How it stands."""
        caller = current_caller()
        ref = convert_import.the_import(request, caller.council)
        async with self._door.begin(caller) as unit:
            run = await get_import(unit, ref)
        return pb.GetImportResponse(**{"import": convert_import.shown_import(run, caller.council)})

    async def ListImportFindings(
        self, request: pb.ListImportFindingsRequest, context: grpc.aio.ServicerContext[object, object]
    ) -> pb.ListImportFindingsResponse:
        """A page by file and row."""
        caller = current_caller()
        ref, page, bound = convert_import.findings_page(request, caller.council)
        async with self._door.begin(caller) as unit:
            found = await list_import_findings(unit, ref, page)
        shown, more = found[: page.limit], len(found) > page.limit
        token = next_token(bound, (str(shown[-1][0]),)) if more else ""
        findings = [convert_import.shown_finding(one) for _, one in shown]
        return pb.ListImportFindingsResponse(findings=findings, next_page_token=token)


def _response(run_shown: object) -> pb.ImportExtractResponse:
    return pb.ImportExtractResponse(**{"import": run_shown})


def _name_in(response: pb.ImportExtractResponse) -> str:
    run: import_pb2.Import = response.__getattribute__("import")  # the field's name is a word of the language
    return run.name
