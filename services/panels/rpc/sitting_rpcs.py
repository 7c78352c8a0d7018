"""RPCs about bodies, sittings, referrals and outcomes."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Protocol

import grpc
from permanence.panels.v1 import panels_service_pb2 as wire

from servicekit.caller import Caller, current_caller
from servicekit.idempotency import Unit as IdempotentUnit
from servicekit.idempotency import answered_before, once
from servicekit.page import next_token, open_page
from servicekit.validate import Check
from services.panels.app.composition_ports import PeopleAround
from services.panels.app.defer_item import check_deferrer, defer_item
from services.panels.app.get_sitting import get_sitting
from services.panels.app.keep_out import OwnConflicts
from services.panels.app.list_actions import list_actions
from services.panels.app.list_sittings import list_bodies, list_sittings
from services.panels.app.order_agenda import check_order, order_agenda
from services.panels.app.ports import BodiesOf, Cases, UnitOfWork
from services.panels.app.record_outcome import check_recorder, record_outcome
from services.panels.app.refer_subject import check_subjects, refer_subject
from services.panels.app.refuse_inquorate import find_for_outcome
from services.panels.domain.body import BodyUuid
from services.panels.domain.sitting import SittingId
from services.panels.rpc import convert, to_wire
from services.panels.rpc.convert_paper import read_defer_item


class WorkUnit(UnitOfWork, IdempotentUnit, Protocol):
    """A unit of work whose transaction also keeps the response."""


BeginWork = Callable[[Caller], AbstractAsyncContextManager[WorkUnit]]


class SittingRpcs:
    """The part of PanelsService that is about sittings."""

    def __init__(self, begin: BeginWork, cases: Cases, people: PeopleAround, bodies_of: BodiesOf) -> None:
        self._begin = begin
        self._cases = cases
        self._people = people
        self._bodies_of = bodies_of

    async def ListBodies(
        self, request: wire.ListBodiesRequest, context: grpc.aio.ServicerContext[object, object]
    ) -> wire.ListBodiesResponse:
        """The council's bodies."""
        caller = current_caller()
        check = Check(request, council=caller.council)
        check.resource_name("parent", convert.PARENT)
        check.raise_if_any()
        bodies = list_bodies(caller, self._bodies_of(caller.council_id))
        return wire.ListBodiesResponse(bodies=[to_wire.body(caller.council, one) for one in bodies])

    async def ListSittings(
        self, request: wire.ListSittingsRequest, context: grpc.aio.ServicerContext[object, object]
    ) -> wire.ListSittingsResponse:
        """By start, without agendas."""
        caller = current_caller()
        check = Check(request, council=caller.council)
        check.resource_name("parent", convert.PARENT)
        parts = check.resource_name("body", convert.BODY, required=False)
        since = check.instant("from_time", required=False)
        size, token = check.page()
        check.raise_if_any()
        bound = f"{request.parent} ListSittings {request.body} {since}"
        page = open_page(size, token, bound)
        body = BodyUuid(convert.id_of(parts, "body")) if parts else None
        found = await list_sittings(self._begin, caller, body, since, page)
        shown = found[: page.size]
        more = len(found) > page.size
        after = (shown[-1].start.isoformat(), str(shown[-1].sitting_id)) if shown else ()
        return wire.ListSittingsResponse(
            sittings=[to_wire.sitting(caller.council, one) for one in shown],
            next_page_token=next_token(bound, after) if more else "",
        )

    async def GetSitting(
        self, request: wire.GetSittingRequest, context: grpc.aio.ServicerContext[object, object]
    ) -> wire.GetSittingResponse:
        """With the agenda in order."""
        caller = current_caller()
        check = Check(request, council=caller.council)
        parts = check.resource_name("name", convert.SITTING)
        check.raise_if_any()
        sitting = SittingId(convert.id_of(parts, "sitting"))
        found = await get_sitting(self._begin, self._cases, caller, sitting)
        shown = to_wire.sitting(caller.council, found)
        body = self._bodies_of(caller.council_id).bodies.get(found.body)
        shown.capacity = found.capacity(body.item_minutes, body.constitution.capacity) if body else 0
        return wire.GetSittingResponse(sitting=shown)

    async def ReferSubject(
        self, request: wire.ReferSubjectRequest, context: grpc.aio.ServicerContext[object, object]
    ) -> wire.ReferSubjectResponse:
        """Onto the next sitting with room."""
        caller = current_caller()
        command = convert.read_refer_subject(request, caller.council)
        seen = await check_subjects(self._cases, caller, command)

        async def do(unit: WorkUnit) -> wire.ReferSubjectResponse:
            council = self._bodies_of(caller.council_id)
            referral = await refer_subject(unit, caller, council, command, seen)
            return wire.ReferSubjectResponse(referral=to_wire.referral(caller.council, referral))

        return await once(self._begin, caller, request, wire.ReferSubjectResponse, do)

    async def OrderAgenda(
        self, request: wire.OrderAgendaRequest, context: grpc.aio.ServicerContext[object, object]
    ) -> wire.OrderAgendaResponse:
        """By hand; times follow."""
        caller = current_caller()
        command = convert.read_order_agenda(request, caller.council)
        seen = await check_order(self._begin, self._cases, caller, command)

        async def do(unit: WorkUnit) -> wire.OrderAgendaResponse:
            sitting = await order_agenda(unit, caller, self._bodies_of(caller.council_id), command, seen)
            return wire.OrderAgendaResponse(sitting=to_wire.sitting(caller.council, sitting))

        return await once(self._begin, caller, request, wire.OrderAgendaResponse, do)

    async def DeferItem(
        self, request: wire.DeferItemRequest, context: grpc.aio.ServicerContext[object, object]
    ) -> wire.DeferItemResponse:
        """To the body's next sitting, with a reason."""
        caller = current_caller()
        command = read_defer_item(request, caller.council)
        if (before := await answered_before(self._begin, caller, request, wire.DeferItemResponse)) is not None:
            return before
        body_id, seen = await check_deferrer(self._begin, self._cases, caller, command)
        body = self._bodies_of(caller.council_id).body(body_id)

        async def do(unit: WorkUnit) -> wire.DeferItemResponse:
            sitting = await defer_item(unit, caller, body, command, seen)
            return wire.DeferItemResponse(sitting=to_wire.sitting(caller.council, sitting))

        return await once(self._begin, caller, request, wire.DeferItemResponse, do)

    async def RecordOutcome(
        self, request: wire.RecordOutcomeRequest, context: grpc.aio.ServicerContext[object, object]
    ) -> wire.RecordOutcomeResponse:
        """For one subject."""
        caller = current_caller()
        command = convert.read_record_outcome(request, caller.council)
        await check_recorder(self._begin, self._cases, caller, command)
        found = await find_for_outcome(self._begin, self._people, caller, command.item, command.kind)
        await OwnConflicts(self._begin, self._people).refuse_item(caller, command.item, found)

        async def do(unit: WorkUnit) -> wire.RecordOutcomeResponse:
            outcome = await record_outcome(unit, caller, self._bodies_of(caller.council_id), command, found)
            return wire.RecordOutcomeResponse(outcome=to_wire.outcome(caller.council, outcome))

        return await once(self._begin, caller, request, wire.RecordOutcomeResponse, do)

    async def ListActions(
        self, request: wire.ListActionsRequest, context: grpc.aio.ServicerContext[object, object]
    ) -> wire.ListActionsResponse:
        """The earliest due first."""
        caller = current_caller()
        check = Check(request, council=caller.council)
        check.resource_name("parent", convert.PARENT)
        if request.subject:
            convert.check_subject(check, "subject", request.subject)
        size, token = check.page()
        check.raise_if_any()
        bound = f"{request.parent} ListActions {request.subject} {request.include_done}"
        page = open_page(size, token, bound)
        shown, last = await list_actions(self._begin, self._cases, caller, request.subject, request.include_done, page)
        return wire.ListActionsResponse(
            actions=to_wire.actions(caller.council, shown),
            next_page_token=next_token(bound, last) if last else "",
        )
