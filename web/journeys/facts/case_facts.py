"""The facts of one case and its clocks, as cases gives them."""

from collections.abc import Mapping
from dataclasses import dataclass

from aiohttp import web
from permanence.cases.v1 import cases_service_pb2 as pb
from permanence.cases.v1.cases_service_pb2 import GetTimetableResponse
from permanence.cases.v1.obligation_pb2 import CaseEvent, Obligation
from permanence.cases.v1.subject_pb2 import Subject

from web.desk import Absent, Desk, desk_of, key_of
from web.guard import session_of
from web.roles import RECORDERS, may
from web.subjects import subject_asked

_AT_ONCE = 500


@dataclass(frozen=True)
class CaseFacts:
    """Whose they are, the facts in the order in which they happened, and the clocks as they stand."""

    timetable: GetTimetableResponse
    facts: tuple[CaseEvent, ...]

    @property
    def subject(self) -> Subject:
        """Whose they are."""
        return self.timetable.subject

    @property
    def unused(self) -> Mapping[str, str]:
        """Why a fact is not used, by its resource name."""
        return {one.case_event: one.reason for one in self.timetable.unusable_facts if one.case_event}

    @property
    def rules(self) -> Mapping[str, str]:
        """Titles of the clocks' rules, by their ids."""
        return {one.rule_id: one.title for one in self.timetable.obligations}

    def fact(self, key: str) -> CaseEvent:
        """One of them. Absent where there is none, or none any more."""
        found = next((one for one in self.facts if key_of(one.name) == key), None)
        if found is None:
            raise Absent
        return found

    def clock(self, key: str) -> Obligation | None:
        """One of the clocks; None where none is named. Absent where there is none of that name."""
        if not key:
            return None
        found = next((one for one in self.timetable.obligations if key_of(one.name) == key), None)
        if found is None:
            raise Absent
        return found


async def facts_of(request: web.Request) -> CaseFacts:
    """Of the subject that the address names."""
    desk = desk_of(request)
    name = subject_asked(request, desk)
    timetable, facts = await desk.together(
        desk.ask("cases", desk.cases.GetTimetable, pb.GetTimetableRequest(subject=name)), _facts(desk, name)
    )
    return CaseFacts(timetable, tuple(facts))


async def facts_to_change(request: web.Request) -> CaseFacts:
    """The same, for whoever may be offered to change them. Absent for others."""
    if not may(session_of(request).caller, RECORDERS):
        raise Absent
    return await facts_of(request)


async def _facts(desk: Desk, name: str) -> list[CaseEvent]:
    found: list[CaseEvent] = []
    token, more = "", True
    while more:
        wanted = pb.ListCaseEventsRequest(subject=name, page_size=_AT_ONCE, page_token=token)
        reply = await desk.ask("cases", desk.cases.ListCaseEvents, wanted)
        found += reply.case_events
        token = reply.next_page_token
        more = bool(token)
    return found
