"""What cases and the scheduler know of a meeting already, so that nobody types it into a form again."""

import asyncio
from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Final

from permanence.cases.v1 import cases_service_pb2
from permanence.cases.v1.cases_service_pb2_grpc import CasesServiceStub
from permanence.scheduler.v1 import meeting_pb2, scheduler_service_pb2
from permanence.scheduler.v1.scheduler_service_pb2_grpc import SchedulerServiceStub

from rulebook.counting import LONDON, day_in_words, london_date
from servicekit.caller import Caller
from servicekit.client import Peer
from servicekit.errors import NotFound
from services.panels.adapters.cases_client import hidden_as_absent
from services.panels.adapters.known_facts import CasesFacts
from services.panels.domain.form import Answer, Answers
from services.panels.domain.minutes import Minutes
from services.panels.domain.minutes_page import role_words

if TYPE_CHECKING:
    from permanence.cases.v1.cases_service_pb2_grpc import CasesServiceAsyncStub
    from permanence.scheduler.v1.scheduler_service_pb2_grpc import SchedulerServiceAsyncStub

MEETING_FACTS: Final = frozenset(
    {"meeting.time", "meeting.place", "meeting.present", "subject.age", "previous.actions", "previous.decisions"}
)
"""What a form of minutes may have filled in besides facts of cases. The minutes before tell the `previous` ones."""
_MONTHS_OF_A_BABY: Final = 24


class PeersFacts:
    """As the port says: asked with the caller's own token, so that nobody is shown what they may not see."""

    def __init__(self, subjects: CasesFacts, cases: Peer, scheduler: Peer) -> None:
        self._subjects = subjects
        self._cases = cases
        self._scheduler = scheduler

    async def of(self, caller: Caller, minutes: Minutes) -> Answers:
        """What is known."""
        of_subject, meeting = await asyncio.gather(
            self._subjects.of(caller, [minutes.subject]), self._of_meeting(caller, minutes)
        )
        born = of_subject.get("subject.birth_date", "")
        age = _age(date.fromisoformat(born), london_date(minutes.meeting_end)) if isinstance(born, str) and born else ""
        found = {**of_subject, **meeting, "subject.age": age}
        return {name: fact for name, fact in found.items() if fact}

    async def _of_meeting(self, caller: Caller, minutes: Minutes) -> dict[str, Answer]:
        request = scheduler_service_pb2.GetMeetingRequest(name=minutes.meeting)
        stub: SchedulerServiceAsyncStub = SchedulerServiceStub(self._scheduler.channel)
        try:
            reply = await hidden_as_absent(self._scheduler.call(stub.GetMeeting, request, caller), minutes.meeting)
        except NotFound:
            return {}
        meeting: meeting_pb2.Meeting = reply.meeting
        names, place = await asyncio.gather(self._names(caller, minutes.subject), self._place(caller, meeting.room))
        local = meeting.start_time.ToDatetime(tzinfo=LONDON)
        present = ({"name": names.get(one.person, ""), "part": role_words(one.role)} for one in meeting.attendees)
        when = f"{day_in_words(local.date())}, {local:%H:%M}"
        return {"meeting.time": when, "meeting.place": place, "meeting.present": tuple(present)}

    async def _names(self, caller: Caller, subject: str) -> Mapping[str, str]:
        """Of the people around the subject, by resource name."""
        request = cases_service_pb2.ListInvolvementsRequest(parent=f"councils/{caller.council}", subjects=[subject])
        stub: CasesServiceAsyncStub = CasesServiceStub(self._cases.channel)
        reply = await hidden_as_absent(self._cases.call(stub.ListInvolvements, request, caller), subject)
        return {one.person: one.display_name for one in reply.involvements}

    async def _place(self, caller: Caller, room: str) -> str:
        if not room:
            return ""
        request = scheduler_service_pb2.ListRoomsRequest(parent=f"councils/{caller.council}")
        stub: SchedulerServiceAsyncStub = SchedulerServiceStub(self._scheduler.channel)
        try:
            reply = await hidden_as_absent(self._scheduler.call(stub.ListRooms, request, caller), room)
        except NotFound:
            return ""
        return next((one.display_name for one in reply.rooms if one.name == room), "")


def _age(born: date, on: date) -> str:
    """Whole years; of a child under two, whole months; empty before birth."""
    months = (on.year - born.year) * 12 + on.month - born.month - (on.day < born.day)
    if months < 0:
        return ""
    return f"{months // 12} years" if months >= _MONTHS_OF_A_BABY else f"{months} month{'s' if months != 1 else ''}"
