"""DecisionsService: thin; converts, asks the use case, converts back."""

import grpc
from permanence.panels.v1 import decision_pb2
from permanence.panels.v1 import decisions_service_pb2 as wire
from permanence.panels.v1.decisions_service_pb2_grpc import DecisionsServiceServicer

from rulebook.counting import london_date
from servicekit.caller import Caller, current_caller
from servicekit.errors import NotFound
from servicekit.idempotency import once
from servicekit.page import next_token, open_page
from servicekit.validate import Check
from services.panels.app.answer_determination import record_advice, record_answer, record_told
from services.panels.app.decide import decide, send_back
from services.panels.app.decision_ports import PeopleAround
from services.panels.app.document_ports import DocumentWriter
from services.panels.app.policy import require
from services.panels.app.ports import BodiesOf, Cases, Meetings
from services.panels.app.recommend_plan_change import check_plan_change, recommend_plan_change
from services.panels.app.see_decisions import get_decision, list_decisions, load_seen_decision, seen_decision
from services.panels.app.write_letter import refuse_hidden_names, write_letter
from services.panels.domain.decision import Decision, DecisionId
from services.panels.domain.names import decision_name, telling_name
from services.panels.domain.standing import standing_of_day
from services.panels.domain.telling import TellingId
from services.panels.rpc import convert, decision_convert, decision_wire
from services.panels.rpc.document_wire import write_document
from services.panels.rpc.sitting_rpcs import BeginWork, WorkUnit

Context = grpc.aio.ServicerContext[object, object]


class DecisionRpcs(DecisionsServiceServicer):
    """Decisions, the time to answer them, and telling people."""

    def __init__(
        self,
        begin: BeginWork,
        cases: Cases,
        people: PeopleAround,
        meetings: Meetings,
        writer: DocumentWriter,
        bodies_of: BodiesOf,
    ) -> None:
        self._begin = begin
        self._cases = cases
        self._people = people
        self._meetings = meetings
        self._writer = writer
        self._bodies_of = bodies_of

    async def ListDecisions(self, request: wire.ListDecisionsRequest, context: Context) -> wire.ListDecisionsResponse:
        """The earliest due first."""
        caller = current_caller()
        check = Check(request, council=caller.council)
        check.resource_name("parent", convert.PARENT)
        if request.subject:
            convert.check_subject(check, "subject", request.subject)
        size, token = check.page()
        check.raise_if_any()
        bound = f"{request.parent} ListDecisions {request.subject} {request.include_decided}"
        page, council = open_page(size, token, bound), self._bodies_of(caller.council_id)
        shown, last = await list_decisions(
            self._begin, self._cases, caller, council, request.subject, request.include_decided, page
        )
        return wire.ListDecisionsResponse(
            decisions=[decision_wire.decision(caller.council, one) for one in shown],
            next_page_token=next_token(bound, last) if last else "",
        )

    async def GetDecision(self, request: wire.GetDecisionRequest, context: Context) -> wire.GetDecisionResponse:
        """With all that stands behind it."""
        caller = current_caller()
        check = Check(request, council=caller.council)
        found = convert.id_of(check.resource_name("name", decision_convert.DECISION), "decision")
        check.raise_if_any()
        council = self._bodies_of(caller.council_id)
        seen = await get_decision(self._begin, self._cases, caller, council, DecisionId(found))
        return wire.GetDecisionResponse(decision=decision_wire.decision(caller.council, seen))

    async def Decide(self, request: wire.DecideRequest, context: Context) -> wire.DecideResponse:
        """The decision maker alone."""
        caller = current_caller()
        command = decision_convert.read_decide(request, caller.council)
        before = await self._may(caller, "Decide", command.decision)
        async with self._begin(caller) as unit:
            today = london_date(unit.now())
        await refuse_hidden_names(self._cases, caller, before.subject, command.words_for_family)
        around = await self._people.around(caller, before.subject, today)

        async def do(unit: WorkUnit) -> wire.DecideResponse:
            council = self._bodies_of(caller.council_id)
            made = await decide(unit, caller, council, command, around)
            return wire.DecideResponse(decision=self._shown(unit, caller, made))

        return await once(self._begin, caller, request, wire.DecideResponse, do)

    async def SendBack(self, request: wire.SendBackRequest, context: Context) -> wire.SendBackResponse:
        """To the panel's next agenda."""
        caller = current_caller()
        command = decision_convert.read_send_back(request, caller.council)
        await self._may(caller, "SendBack", command.decision)

        async def do(unit: WorkUnit) -> wire.SendBackResponse:
            council = self._bodies_of(caller.council_id)
            sent = await send_back(unit, caller, council, command)
            return wire.SendBackResponse(decision=self._shown(unit, caller, sent))

        return await once(self._begin, caller, request, wire.SendBackResponse, do)

    async def RecordRepresentations(
        self, request: wire.RecordRepresentationsRequest, context: Context
    ) -> wire.RecordRepresentationsResponse:
        """One of two routes."""
        caller = current_caller()
        command = decision_convert.read_answer(request, caller.council)
        await self._may(caller, "RecordRepresentations", command.decision)

        async def do(unit: WorkUnit) -> wire.RecordRepresentationsResponse:
            council = self._bodies_of(caller.council_id)
            answered = await record_answer(unit, caller, council, command)
            return wire.RecordRepresentationsResponse(decision=self._shown(unit, caller, answered))

        return await once(self._begin, caller, request, wire.RecordRepresentationsResponse, do)

    async def RecordReviewAdvice(
        self, request: wire.RecordReviewAdviceRequest, context: Context
    ) -> wire.RecordReviewAdviceResponse:
        """The last word is the decision maker's."""
        caller = current_caller()
        command = decision_convert.read_advice(request, caller.council)
        await self._may(caller, "RecordReviewAdvice", command.decision)

        async def do(unit: WorkUnit) -> wire.RecordReviewAdviceResponse:
            council = self._bodies_of(caller.council_id)
            advised = await record_advice(unit, caller, council, command)
            return wire.RecordReviewAdviceResponse(decision=self._shown(unit, caller, advised))

        return await once(self._begin, caller, request, wire.RecordReviewAdviceResponse, do)

    async def RecordTold(self, request: wire.RecordToldRequest, context: Context) -> wire.RecordToldResponse:
        """Somebody was told."""
        caller = current_caller()
        command = decision_convert.read_told(request, caller.council)
        name = telling_name(caller.council, command.telling)
        require(caller, "RecordTold", name)
        await self._may_see_telling(caller, command.telling)

        async def do(unit: WorkUnit) -> wire.RecordToldResponse:
            told, days = await record_told(unit, caller, command), self._bodies_of(caller.council_id).law.calendar.days
            stands = standing_of_day(told.due, told.told_on, london_date(unit.now()), days)
            return wire.RecordToldResponse(telling=decision_wire.telling(caller.council, told, stands))

        return await once(self._begin, caller, request, wire.RecordToldResponse, do)

    async def RenderLetter(self, request: wire.RenderLetterRequest, context: Context) -> wire.RenderLetterResponse:
        """What they may know."""
        caller = current_caller()
        telling, wanted = decision_convert.read_letter(request, caller.council)
        council = self._bodies_of(caller.council_id)
        letter = await write_letter(self._begin, self._cases, caller, council, telling)
        made = await write_document(self._writer, letter, wanted, f"letter-{telling}")
        return wire.RenderLetterResponse(content=made.content, media_type=made.media_type, file_name=made.file_name)

    async def RecommendPlanChange(
        self, request: wire.RecommendPlanChangeRequest, context: Context
    ) -> wire.RecommendPlanChangeResponse:
        """It asks for an early review, and changes nothing."""
        caller = current_caller()
        command = decision_convert.read_plan_change(request, caller.council)
        meeting = await check_plan_change(self._cases, self._meetings, caller, command)

        async def do(unit: WorkUnit) -> wire.RecommendPlanChangeResponse:
            on = await recommend_plan_change(unit, caller, command, meeting)
            return wire.RecommendPlanChangeResponse(on_date=decision_wire.day(on))

        return await once(self._begin, caller, request, wire.RecommendPlanChangeResponse, do)

    def _shown(self, unit: WorkUnit, caller: Caller, made: Decision) -> decision_pb2.Decision:
        """As it stands today."""
        seen = seen_decision(self._bodies_of(caller.council_id), made, london_date(unit.now()))
        return decision_wire.decision(caller.council, seen)

    async def _may(self, caller: Caller, action: str, decision: DecisionId) -> Decision:
        """The decision, where the caller may do this and see its subject."""
        require(caller, action, decision_name(caller.council, decision))
        return await load_seen_decision(self._begin, self._cases, caller, decision)

    async def _may_see_telling(self, caller: Caller, telling: TellingId) -> None:
        async with self._begin(caller) as unit:
            found = await unit.decisions.telling(telling)
        if found is None:
            raise NotFound(telling_name(caller.council, telling))
        await load_seen_decision(self._begin, self._cases, caller, found.decision)
