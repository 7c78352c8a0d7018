"""What cases and the scheduler know already, so that nobody types it into a form again."""

import asyncio
from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Final

from google.type.date_pb2 import Date
from permanence.cases.v1 import cases_service_pb2, subject_pb2
from permanence.cases.v1.cases_service_pb2_grpc import CasesServiceStub
from permanence.scheduler.v1 import meeting_pb2, scheduler_service_pb2
from permanence.scheduler.v1.scheduler_service_pb2_grpc import SchedulerServiceStub

from rulebook.counting import LONDON, day_in_words, london_date
from servicekit.caller import Caller
from servicekit.client import Peer
from servicekit.errors import NotFound
from services.panels.adapters.cases_client import hidden_as_absent
from services.panels.domain.form import Answer, Answers
from services.panels.domain.minutes import Minutes
from services.panels.domain.minutes_page import role_words

if TYPE_CHECKING:
    from permanence.cases.v1.cases_service_pb2_grpc import CasesServiceAsyncStub
    from permanence.scheduler.v1.scheduler_service_pb2_grpc import SchedulerServiceAsyncStub

FACTS: Final = frozenset(
    {
        "meeting.time",
        "meeting.place",
        "meeting.present",
        "child.name",
        "child.born",
        "child.age",
        "child.reference",
        "child.carers",
        "child.social-worker",
        "child.practice-manager",
        "child.team-manager",
        "child.reviewing-officer",
        "previous.actions",
        "previous.decisions",
    }
)
"""Every name that a form may have filled in. The `previous` ones come from the minutes before."""
_ROLES: Final = {
    "child.carers": "carer",
    "child.social-worker": "social-worker",
    "child.practice-manager": "practice-manager",
    "child.team-manager": "team-manager",
    "child.reviewing-officer": "reviewing-officer",
}


class PeersFacts:
    """As the port says: asked with the caller's own token, so that nobody is shown what they may not see."""

    def __init__(self, cases: Peer, scheduler: Peer) -> None:
        self._cases = cases
        self._scheduler = scheduler

    async def of(self, caller: Caller, minutes: Minutes) -> Answers:
        """What is known."""
        subject, around, meeting = await asyncio.gather(
            self._subject(caller, minutes.subject),
            self._around(caller, minutes.subject),
            self._meeting(caller, minutes.meeting),
        )
        found: dict[str, Answer] = {**_of_subject(subject, london_date(minutes.meeting_end)), **_of_people(around)}
        if meeting is not None:
            found |= _of_meeting(meeting, {one.person: one.display_name for one in around})
            found["meeting.place"] = await self._place(caller, meeting.room)
        return {name: fact for name, fact in found.items() if fact}

    async def _subject(self, caller: Caller, name: str) -> subject_pb2.Subject:
        request = cases_service_pb2.GetSubjectRequest(name=name)
        stub: CasesServiceAsyncStub = CasesServiceStub(self._cases.channel)
        return (await hidden_as_absent(self._cases.call(stub.GetSubject, request, caller), name)).subject

    async def _around(self, caller: Caller, subject: str) -> list[subject_pb2.Involvement]:
        request = cases_service_pb2.ListInvolvementsRequest(parent=f"councils/{caller.council}", subjects=[subject])
        stub: CasesServiceAsyncStub = CasesServiceStub(self._cases.channel)
        try:
            reply = await hidden_as_absent(self._cases.call(stub.ListInvolvements, request, caller), subject)
        except NotFound:
            return []
        return [one for one in reply.involvements if one.subject in ("", subject)]

    async def _meeting(self, caller: Caller, name: str) -> meeting_pb2.Meeting | None:
        request = scheduler_service_pb2.GetMeetingRequest(name=name)
        stub: SchedulerServiceAsyncStub = SchedulerServiceStub(self._scheduler.channel)
        try:
            return (await hidden_as_absent(self._scheduler.call(stub.GetMeeting, request, caller), name)).meeting
        except NotFound:
            return None

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


def _of_subject(subject: subject_pb2.Subject, on: date) -> dict[str, str]:
    born = _day(subject.birth_date) if subject.HasField("birth_date") else None
    return {
        "child.name": subject.display_name,
        "child.reference": subject.reference,
        "child.born": born.isoformat() if born else "",
        "child.age": _age(born, on) if born else "",
    }


def _of_people(around: list[subject_pb2.Involvement]) -> dict[str, str]:
    """Of each role those who have it now."""
    now = [one for one in around if not one.HasField("until_date")]
    return {
        fact: ", ".join(one.display_name for one in now if one.role == role and one.display_name)
        for fact, role in _ROLES.items()
    }


def _of_meeting(meeting: meeting_pb2.Meeting, names: Mapping[str, str]) -> dict[str, Answer]:
    local = meeting.start_time.ToDatetime(tzinfo=LONDON)
    when = f"{day_in_words(local.date())}, {local:%H:%M}"
    present = tuple((names.get(one.person, ""), role_words(one.role)) for one in meeting.attendees)
    return {"meeting.time": when, "meeting.present": present}


def _day(value: Date) -> date:
    return date(value.year, value.month, value.day)


def _age(born: date, on: date) -> str:
    """Whole years; of a child under two, whole months."""
    months = (on.year - born.year) * 12 + on.month - born.month - (on.day < born.day)
    if months < 0:
        return ""
    return f"{months // 12} years" if months >= 24 else f"{months} month{'s' if months != 1 else ''}"
