"""ReturnsService: a return's file, piece by piece, and its findings."""

from collections.abc import AsyncIterator
from datetime import date
from typing import Final

from permanence.cases.v1 import returns_service_pb2 as pb
from permanence.cases.v1.returns_service_pb2_grpc import ReturnsServiceServicer

from servicekit.caller import current_caller
from servicekit.validate import Check
from services.cases.app.export_return import ReturnForm, export_return
from services.cases.domain.review_return import SAYS, ReturnFinding
from services.cases.rpc.show import day
from services.cases.rpc.units import Context, Door

_PIECE: Final = 256 * 1024
_FORMS: Final = {
    pb.RETURN_FORM_SSDA903_REVIEWS: ReturnForm.SSDA903_REVIEWS,
    pb.RETURN_FORM_SSD_REVIEWS: ReturnForm.SSD_REVIEWS,
}


class ReturnsServicer(ReturnsServiceServicer):
    """Thin: conversion and the use case. The file is whole before its first piece leaves: no transaction waits."""

    def __init__(self, door: Door) -> None:
        self._door = door

    async def ExportReturn(
        self, request: pb.ExportReturnRequest, context: Context
    ) -> AsyncIterator[pb.ExportReturnResponse]:
        """Pieces, then findings."""
        caller = current_caller()
        form, first, last = _asked(request, caller.council, self._door.today())
        async with self._door.begin(caller) as unit:
            made = await export_return(unit, form, first, last)
        for at in range(0, len(made.content), _PIECE):
            piece = pb.ReturnPiece(file_name=made.file_name, content=made.content[at : at + _PIECE])
            yield pb.ExportReturnResponse(piece=piece)
        for one in made.findings:
            yield pb.ExportReturnResponse(finding=_finding(one, caller.council))


def _asked(request: pb.ExportReturnRequest, council: str, today: date) -> tuple[ReturnForm, date | None, date | None]:
    """InvalidRequest with every violation."""
    check = Check(request, council=council)
    check.resource_name("parent", "councils/{council}")
    form = check.enum("form")
    first, last = check.date("from_date", required=False), check.date("until_date", required=False)
    if last is not None and last > today:
        check.refuse("until_date", "lies in the future; what has not happened cannot be returned")
    if first is not None and first > (last or today):
        check.refuse("from_date", "lies after the last day")
    check.raise_if_any()
    return _FORMS[pb.ReturnForm.ValueType(form)], first, last


def _finding(one: ReturnFinding, council: str) -> pb.ReturnFinding:
    return pb.ReturnFinding(
        subject=one.subject.name_in(council),
        reference=one.subject.reference,
        review_date=day(one.on),
        row=one.row,
        reason=one.fault.value,
        message=SAYS[one.fault],
    )
