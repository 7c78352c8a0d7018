"""ActionsService: thin; converts, asks the use case, converts back."""

from collections.abc import Mapping
from dataclasses import replace

import grpc
from permanence.panels.v1 import actions_service_pb2 as wire
from permanence.panels.v1.actions_service_pb2_grpc import ActionsServiceServicer

from rulebook.counting import london_date
from servicekit.caller import Caller, current_caller
from servicekit.idempotency import once
from servicekit.validate import Check
from services.panels.app.check_waiting import check_waiting
from services.panels.app.decision_ports import PeopleAround
from services.panels.app.escalate import (
    advance_escalation,
    check_escalation,
    close_escalation,
    list_escalations,
    raise_escalation,
)
from services.panels.app.follow_up_action import (
    assign_action,
    chase_actions,
    check_owner,
    close_action,
    load_seen_action,
    owners_today,
)
from services.panels.app.policy import require
from services.panels.app.ports import BodiesOf, Cases
from services.panels.app.see_outstanding import action_outstanding, list_outstanding
from services.panels.domain.escalation import Escalation
from services.panels.domain.names import action_name
from services.panels.domain.tracked_action import Chase
from services.panels.rpc import action_convert, action_wire, convert
from services.panels.rpc.sitting_rpcs import BeginWork, WorkUnit

Context = grpc.aio.ServicerContext[object, object]


class ActionRpcs(ActionsServiceServicer):
    """What is to be done after meetings, and what a reviewing officer takes further."""

    def __init__(self, begin: BeginWork, cases: Cases, people: PeopleAround, bodies_of: BodiesOf) -> None:
        self._begin = begin
        self._cases = cases
        self._people = people
        self._bodies_of = bodies_of

    async def ListOutstanding(
        self, request: wire.ListOutstandingRequest, context: Context
    ) -> wire.ListOutstandingResponse:
        """The earliest due first."""
        caller = current_caller()
        kinds = action_convert.read_kinds(request, caller.council)
        council = self._bodies_of(caller.council_id)
        found = await list_outstanding(self._begin, self._cases, caller, council, kinds)
        return wire.ListOutstandingResponse(outstanding=[action_wire.outstanding(one) for one in found])

    async def CloseAction(self, request: wire.CloseActionRequest, context: Context) -> wire.CloseActionResponse:
        """Done, or cancelled with a reason."""
        caller = current_caller()
        command = action_convert.read_close(request, caller.council)
        require(caller, "CloseAction", action_name(caller.council, command.action))
        await load_seen_action(self._begin, self._cases, caller, command.action)

        async def do(unit: WorkUnit) -> wire.CloseActionResponse:
            closed = await close_action(unit, caller, command)
            return wire.CloseActionResponse(action=action_wire.action(caller.council, closed))

        return await once(self._begin, caller, request, wire.CloseActionResponse, do)

    async def AssignAction(self, request: wire.AssignActionRequest, context: Context) -> wire.AssignActionResponse:
        """To somebody with a part around the subject."""
        caller = current_caller()
        command = action_convert.read_assign(request, caller.council)
        await check_owner(self._begin, self._cases, self._people, caller, command)

        async def do(unit: WorkUnit) -> wire.AssignActionResponse:
            given = await assign_action(unit, caller, command)
            return wire.AssignActionResponse(action=action_wire.action(caller.council, given))

        return await once(self._begin, caller, request, wire.AssignActionResponse, do)

    async def ChaseActions(self, request: wire.ChaseActionsRequest, context: Context) -> wire.ChaseActionsResponse:
        """One message a person."""
        caller = current_caller()
        command = action_convert.read_chase(request, caller.council)
        owners = await owners_today(self._begin, self._cases, self._people, caller, command)

        async def do(unit: WorkUnit) -> wire.ChaseActionsResponse:
            chases = await chase_actions(unit, caller, command, owners)
            known = await unit.candidates.subjects(sorted({one.subject for chase in chases for one in chase.actions}))
            references = {name: one.reference for name, one in known.items()}
            return wire.ChaseActionsResponse(chases=[self._chase(caller, chase, references) for chase in chases])

        return await once(self._begin, caller, request, wire.ChaseActionsResponse, do)

    async def CheckWaiting(self, request: wire.CheckWaitingRequest, context: Context) -> wire.CheckWaitingResponse:
        """For notifications alone."""
        caller = current_caller()
        found = await check_waiting(self._begin, caller, action_convert.read_waiting(request, caller.council))
        return wire.CheckWaitingResponse(things=[action_wire.waiting(one) for one in found])

    async def ListEscalations(
        self, request: wire.ListEscalationsRequest, context: Context
    ) -> wire.ListEscalationsResponse:
        """The register."""
        caller = current_caller()
        check = Check(request, council=caller.council)
        check.resource_name("parent", convert.PARENT)
        if request.subject:
            convert.check_subject(check, "subject", request.subject)
        check.raise_if_any()
        found, known = await list_escalations(self._begin, self._cases, caller, request.subject, request.include_closed)
        async with self._begin(caller) as unit:
            references = {name: one.reference for name, one in known.items()}
            shown = [self._escalation(caller, unit, one, references.get(one.subject, "")) for one in found]
        return wire.ListEscalationsResponse(escalations=shown)

    async def RaiseEscalation(
        self, request: wire.RaiseEscalationRequest, context: Context
    ) -> wire.RaiseEscalationResponse:
        """At its first stage."""
        caller = current_caller()
        command = action_convert.read_raise(request, caller.council)
        require(caller, "RaiseEscalation", request.parent)
        await self._cases.subject(caller, command.subject)

        async def do(unit: WorkUnit) -> wire.RaiseEscalationResponse:
            made = await raise_escalation(unit, caller, self._bodies_of(caller.council_id), command)
            return wire.RaiseEscalationResponse(escalation=self._escalation(caller, unit, made))

        return await once(self._begin, caller, request, wire.RaiseEscalationResponse, do)

    async def AdvanceEscalation(
        self, request: wire.AdvanceEscalationRequest, context: Context
    ) -> wire.AdvanceEscalationResponse:
        """At its next stage."""
        caller = current_caller()
        command = action_convert.read_step(request, caller.council)
        await check_escalation(self._begin, self._cases, caller, "AdvanceEscalation", command.escalation)

        async def do(unit: WorkUnit) -> wire.AdvanceEscalationResponse:
            made = await advance_escalation(unit, caller, self._bodies_of(caller.council_id), command)
            return wire.AdvanceEscalationResponse(escalation=self._escalation(caller, unit, made))

        return await once(self._begin, caller, request, wire.AdvanceEscalationResponse, do)

    async def CloseEscalation(
        self, request: wire.CloseEscalationRequest, context: Context
    ) -> wire.CloseEscalationResponse:
        """With what came of it."""
        caller = current_caller()
        command = action_convert.read_step(request, caller.council)
        await check_escalation(self._begin, self._cases, caller, "CloseEscalation", command.escalation)

        async def do(unit: WorkUnit) -> wire.CloseEscalationResponse:
            made = await close_escalation(unit, caller, self._bodies_of(caller.council_id), command)
            return wire.CloseEscalationResponse(escalation=self._escalation(caller, unit, made))

        return await once(self._begin, caller, request, wire.CloseEscalationResponse, do)

    def _escalation(self, caller: Caller, unit: WorkUnit, one: Escalation, reference: str = "") -> wire.Escalation:
        law = self._bodies_of(caller.council_id).law
        rules, today = law.escalations.get(one.kind), london_date(unit.now())
        return action_wire.escalation(caller.council, one, rules, today, law.calendar.days, reference)

    def _chase(self, caller: Caller, chase: Chase, references: Mapping[str, str]) -> wire.Chase:
        law = self._bodies_of(caller.council_id).law
        found = [action_outstanding(caller.council, law, one, chase.at) for one in chase.actions]
        named = [replace(one, reference=references.get(one.subject, "")) for one in found]
        return wire.Chase(person=chase.person, role=chase.role, actions=[action_wire.outstanding(one) for one in named])
