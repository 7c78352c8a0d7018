"""RPCs of facts and clocks."""

from datetime import date

from permanence.cases.v1 import cases_service_pb2 as pb
from permanence.cases.v1.obligation_pb2 import Obligation

from servicekit.caller import current_caller
from servicekit.idempotency import once
from servicekit.page import next_token
from services.cases.app.correct_case_event import correct_case_event, withdraw_case_event
from services.cases.app.get_timetable import get_timetable
from services.cases.app.list_case_events import list_case_events
from services.cases.app.list_obligations import list_obligations
from services.cases.app.record_case_event import Recorded, record_case_event
from services.cases.rpc import convert, convert_obligations, show, show_timetable
from services.cases.rpc.units import Context, Door, WireUnit


class TimetableRpcs:
    """Part of CasesService."""

    def __init__(self, door: Door) -> None:
        self._door = door

    async def RecordCaseEvent(self, request: pb.RecordCaseEventRequest, context: Context) -> pb.RecordCaseEventResponse:
        """Records a fact, once."""
        caller = current_caller()
        today = self._door.today()
        command = convert.record_case_event(request, caller.council, self._door.pack_of(caller), today)

        async def do(unit: WireUnit) -> pb.RecordCaseEventResponse:
            recorded = await record_case_event(unit, command)
            name = recorded.subject.name_in(caller.council)
            return pb.RecordCaseEventResponse(
                case_event=show.case_event(recorded.event, name, caller.council),
                changed_obligations=self._changed(recorded),
            )

        return await once(self._door.begin, caller, request, pb.RecordCaseEventResponse, do)

    async def CorrectCaseEvent(
        self, request: pb.CorrectCaseEventRequest, context: Context
    ) -> pb.CorrectCaseEventResponse:
        """Corrects a fact, once."""
        caller = current_caller()
        command = convert_obligations.correct_case_event(request, caller.council)

        async def do(unit: WireUnit) -> pb.CorrectCaseEventResponse:
            recorded = await correct_case_event(unit, command)
            name = recorded.subject.name_in(caller.council)
            return pb.CorrectCaseEventResponse(
                case_event=show.case_event(recorded.event, name, caller.council),
                changed_obligations=self._changed(recorded),
            )

        return await once(self._door.begin, caller, request, pb.CorrectCaseEventResponse, do)

    async def WithdrawCaseEvent(
        self, request: pb.WithdrawCaseEventRequest, context: Context
    ) -> pb.WithdrawCaseEventResponse:
        """Withdraws a fact, once."""
        caller = current_caller()
        event, name = convert_obligations.withdraw_case_event(request, caller.council)

        async def do(unit: WireUnit) -> pb.WithdrawCaseEventResponse:
            recorded = await withdraw_case_event(unit, event, name)
            return pb.WithdrawCaseEventResponse(changed_obligations=self._changed(recorded))

        return await once(self._door.begin, caller, request, pb.WithdrawCaseEventResponse, do)

    def _changed(self, recorded: Recorded) -> list[Obligation]:
        council, today = current_caller().council, self._door.today()
        return [show.obligation(one, council, today) for one in recorded.changed]

    async def ListCaseEvents(self, request: pb.ListCaseEventsRequest, context: Context) -> pb.ListCaseEventsResponse:
        """A page in the order in which they happened."""
        caller = current_caller()
        ref, after, size, bound = convert.list_case_events(request, caller.council)
        async with self._door.begin(caller) as unit:
            found, more = await list_case_events(unit, ref, after, size)
        token = next_token(bound, (found[-1][1].on.isoformat(), str(found[-1][0]))) if more else ""
        shown = [show.case_event(fact, ref.name, caller.council) for _, fact in found]
        return pb.ListCaseEventsResponse(case_events=shown, next_page_token=token)

    async def ListObligations(self, request: pb.ListObligationsRequest, context: Context) -> pb.ListObligationsResponse:
        """A page, the earliest due first."""
        caller = current_caller()
        wanted, ref, page, bound = convert.list_obligations(request, caller.council)
        async with self._door.begin(caller) as unit:
            found, more = await list_obligations(unit, wanted, ref, page.size)
        token = ""
        if more:
            last = found[-1].obligation
            token = next_token(bound, ((last.due_on or date.max).isoformat(), str(last.id)))
        shown = [show.obligation(one, caller.council, self._door.today()) for one in found]
        return pb.ListObligationsResponse(obligations=shown, next_page_token=token)

    async def GetTimetable(self, request: pb.GetTimetableRequest, context: Context) -> pb.GetTimetableResponse:
        """All clocks of one subject."""
        caller = current_caller()
        ref = convert.the_subject(request, "subject", caller.council)
        async with self._door.begin(caller) as unit:
            found = await get_timetable(unit, ref)
        return show_timetable.timetable(found, caller.council)
