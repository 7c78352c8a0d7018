"""PapersService: papers of a sitting."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from typing import Final, Protocol

import grpc
from permanence.panels.v1 import papers_service_pb2 as wire

from servicekit.caller import Caller, current_caller
from servicekit.errors import RequestIdReused
from servicekit.idempotency import Unit as IdempotentUnit
from servicekit.idempotency import once
from services.panels.app.add_paper import add_paper, check_adder, receive, withdraw_paper
from services.panels.app.composition_ports import PeopleAround
from services.panels.app.paper_ports import PaperReader
from services.panels.app.ports import BodiesOf, Cases, UnitOfWork
from services.panels.app.read_papers import list_papers, paper_for, paper_to_read
from services.panels.domain.names import paper_name
from services.panels.rpc import convert_paper, paper_to_wire

PIECE: Final = 1024 * 1024
Context = grpc.aio.ServicerContext[object, object]


class WorkUnit(UnitOfWork, IdempotentUnit, Protocol):
    """A unit of work whose transaction also keeps the response."""


BeginWork = Callable[[Caller], AbstractAsyncContextManager[WorkUnit]]


class PaperRpcs:
    """The part of PapersService that is about single papers."""

    def __init__(
        self, begin: BeginWork, cases: Cases, people: PeopleAround, reader: PaperReader, bodies_of: BodiesOf
    ) -> None:
        self._begin = begin
        self._cases = cases
        self._people = people
        self._reader = reader
        self._bodies_of = bodies_of

    async def AddPaper(
        self, request_iterator: AsyncIterator[wire.AddPaperRequest], context: Context
    ) -> wire.AddPaperResponse:
        """Read whole, looked into, then kept, once."""
        caller = current_caller()
        first = await anext(aiter(request_iterator), wire.AddPaperRequest())
        command = convert_paper.read_header(first, caller.council)
        subject = await check_adder(self._cases, caller, self._bodies_of(caller.council_id), command)
        received = await receive(self._reader, command, convert_paper.pieces_of(request_iterator))

        async def do(unit: WorkUnit) -> wire.AddPaperResponse:
            paper = await add_paper(unit, caller, command, received, subject)
            return wire.AddPaperResponse(paper=paper_to_wire.paper(caller.council, paper))

        response = await once(self._begin, caller, first.header, wire.AddPaperResponse, do)
        if response.paper.sha256 != received.sha256:
            raise RequestIdReused
        return response

    async def ListPapers(self, request: wire.ListPapersRequest, context: Context) -> wire.ListPapersResponse:
        """In the order of the agenda."""
        caller = current_caller()
        sitting = convert_paper.read_sitting_name(request, caller.council)
        council = self._bodies_of(caller.council_id)
        found = await list_papers(self._begin, self._cases, self._people, caller, council, sitting)
        return paper_to_wire.papers(caller.council, found)

    async def GetPaper(self, request: wire.GetPaperRequest, context: Context) -> AsyncIterator[wire.GetPaperResponse]:
        """As it came."""
        caller = current_caller()
        paper_id = convert_paper.read_paper_name(request, caller.council)
        paper = await paper_to_read(self._begin, self._cases, self._people, caller, paper_id)
        async with self._begin(caller) as unit:
            content = await unit.papers.original(paper_id)
            await unit.audit(caller, "GetPaper", paper_name(caller.council, paper_id), ["content"])
        name = paper_to_wire.file_name(paper)
        for at in range(0, len(content), PIECE):
            yield wire.GetPaperResponse(content=content[at : at + PIECE], file_name="" if at else name)

    async def WithdrawPaper(self, request: wire.WithdrawPaperRequest, context: Context) -> wire.WithdrawPaperResponse:
        """Taken back."""
        caller = current_caller()
        paper_id = convert_paper.read_paper_name(request, caller.council)
        await paper_for(self._begin, self._cases, caller, paper_id, "WithdrawPaper")

        async def do(unit: WorkUnit) -> wire.WithdrawPaperResponse:
            await withdraw_paper(unit, caller, paper_id)
            return wire.WithdrawPaperResponse()

        return await once(self._begin, caller, request, wire.WithdrawPaperResponse, do)
