"""Who stands around the service in the walk: the scheduler and cases, a clock that moves, a calendar that can die."""

from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from servicekit.caller import Caller
from services.notifications.app.ports import OutlookCalendar, Surroundings
from services.notifications.domain.meeting import Meeting, Recipient, Restriction, RestrictionKind
from tests.notifications.outlook.emulator_inside import STAFF
from tests.notifications.world import person

ADDRESSES = {"chair": STAFF[0], "worker": STAFF[1], "mother": "mother@example.org", "father": "father@example.org"}
NAMES = tuple(ADDRESSES)


class Killed(Exception):
    """The process ends here."""


class MovingClock:
    """The product's clock."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def now(self) -> datetime:
        """In UTC."""
        return self.moment

    def today(self, zone: str = "Europe/London") -> date:
        """As if London were UTC: near enough here."""
        return self.moment.date()


@dataclass
class MortalCalendar:
    """The product's calendar in a process that can be killed before or after any of its requests."""

    calendar: OutlookCalendar
    kill: str = ""

    def __getattr__(self, name: str) -> Any:
        found = getattr(self.calendar, name)
        return self._mortal(found) if name in ("find", "create", "update", "cancel", "remove") else found

    def _mortal(self, call: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
        async def ask(*given: Any) -> Any:
            kill, self.kill = self.kill, ""
            if kill == "before":
                raise Killed
            answer = await call(*given)
            if kill == "after":
                raise Killed
            return answer

        return ask


@dataclass
class Asked:
    """One meeting with the ledger of what may have left for it: each of these mails a person at most once."""

    meeting: Meeting
    people: dict[str, Recipient]
    causes: Counter[str] = field(default_factory=Counter)

    def cause(self, names: Sequence[str] = NAMES) -> None:
        """One more reason to write to these."""
        self.causes.update(names)


class Neighbours:
    """The scheduler and cases."""

    def __init__(self) -> None:
        self.asked: dict[str, Asked] = {}

    async def move(self, caller: Caller, meeting: str, start: datetime, reason: str, request_id: UUID) -> None:
        """As the scheduler moves it."""
        one = self.asked[meeting]
        shift = start - one.meeting.start
        if shift:
            sessions = tuple(
                replace(part, start=part.start + shift, end=part.end + shift) for part in one.meeting.sessions
            )
            one.meeting = replace(one.meeting, sessions=sessions, revision=one.meeting.revision + 1)
            one.cause()

    async def meeting(self, caller: Caller, name: str) -> Meeting | None:
        """As booked."""
        return self.asked[name].meeting if name in self.asked else None

    async def around(self, caller: Caller, subjects: Sequence[str], people: Sequence[str]) -> Surroundings:
        """Who has a part today; the father must not know of the mother."""
        one = self.asked[_of_subject(subjects[0])]
        found = tuple(who for who in one.people.values() if who.person in people)
        apart = Restriction(RestrictionKind.MUST_NOT_KNOW, person("father"), person("mother"))
        return Surroundings(found, (apart,), False, ("CH-100",), ("Maya Finch", "Oak Tree Primary"))


def _of_subject(subject: str) -> str:
    return subject.replace("/children/", "/meetings/")
