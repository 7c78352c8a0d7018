"""PapersService: versions of an agenda and the packs made of them."""

from collections.abc import AsyncIterator

import grpc
from permanence.panels.v1 import papers_service_pb2 as wire

from servicekit.caller import current_caller
from servicekit.idempotency import once
from services.panels.app.list_agenda_versions import list_agenda_versions
from services.panels.app.paper_ports import PackBinder
from services.panels.app.ports import BodiesOf, Cases
from services.panels.app.publish_agenda import check_releaser, publish_agenda, release_agenda
from services.panels.app.render_agenda_pack import PackMaker
from services.panels.rpc import convert_paper, paper_to_wire
from services.panels.rpc.paper_rpcs import PIECE, BeginWork, WorkUnit

Context = grpc.aio.ServicerContext[object, object]


class AgendaRpcs:
    """The part of PapersService that is about agendas as they are sent out."""

    def __init__(
        self, begin: BeginWork, cases: Cases, binder: PackBinder, maker: PackMaker, bodies_of: BodiesOf
    ) -> None:
        self._begin = begin
        self._cases = cases
        self._binder = binder
        self._maker = maker
        self._bodies_of = bodies_of

    async def PublishAgenda(self, request: wire.PublishAgendaRequest, context: Context) -> wire.PublishAgendaResponse:
        """A new version."""
        caller = current_caller()
        command = convert_paper.read_publish(request, caller.council)

        async def do(unit: WorkUnit) -> wire.PublishAgendaResponse:
            version, placed = await publish_agenda(unit, caller, self._binder, command)
            # Whoever sends it out need not know of every subject on it: what changed is read by ListAgendaVersions.
            shown = paper_to_wire.agenda_version(caller.council, version, placed, restricted=False, changes=False)
            return wire.PublishAgendaResponse(agenda_version=shown)

        return await once(self._begin, caller, request, wire.PublishAgendaResponse, do)

    async def ListAgendaVersions(
        self, request: wire.ListAgendaVersionsRequest, context: Context
    ) -> wire.ListAgendaVersionsResponse:
        """The newest first."""
        caller = current_caller()
        sitting = convert_paper.read_sitting_name(request, caller.council)
        found = await list_agenda_versions(self._begin, self._cases, caller, sitting)
        return wire.ListAgendaVersionsResponse(
            agenda_versions=[
                paper_to_wire.agenda_version(caller.council, one, found.placed, restricted=found.sees_restricted)
                for one in found.versions
            ]
        )

    async def ReleaseAgenda(self, request: wire.ReleaseAgendaRequest, context: Context) -> wire.ReleaseAgendaResponse:
        """By a second person."""
        caller = current_caller()
        command = convert_paper.read_release(request, caller.council)
        await check_releaser(self._begin, self._cases, caller, command)

        async def do(unit: WorkUnit) -> wire.ReleaseAgendaResponse:
            version, placed = await release_agenda(unit, caller, command)
            shown = paper_to_wire.agenda_version(caller.council, version, placed, restricted=False, changes=False)
            return wire.ReleaseAgendaResponse(agenda_version=shown)

        return await once(self._begin, caller, request, wire.ReleaseAgendaResponse, do)

    async def RenderAgendaPack(
        self, request: wire.RenderAgendaPackRequest, context: Context
    ) -> AsyncIterator[wire.RenderAgendaPackResponse]:
        """In pieces."""
        caller = current_caller()
        command = convert_paper.read_render(request, caller.council)
        pdf = await self._maker.render(caller, self._bodies_of(caller.council_id), command)
        name = f"agenda-pack-{command.audience.value}-{str(command.sitting)[-8:]}.pdf"
        for at in range(0, len(pdf), PIECE):
            yield wire.RenderAgendaPackResponse(content=pdf[at : at + PIECE], file_name="" if at else name)
