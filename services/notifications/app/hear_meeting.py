"""Taking note of what other services say has happened. Any order, any number of times."""

from dataclasses import dataclass

from services.notifications.app.hear_lateness import LatenessHeard, hear_lateness
from services.notifications.app.ports import Unit


@dataclass(frozen=True)
class MeetingHeard:
    """A meeting was booked, moved, cancelled or held; revision 0 where the fact did not say."""

    meeting: str
    subjects: tuple[str, ...]
    revision: int


@dataclass(frozen=True)
class PeopleChanged:
    """Who stands around a subject, or what is restricted, has changed."""

    subject: str


@dataclass(frozen=True)
class OfferHeard:
    """Dates were offered, or their offer was closed."""

    offer: str


async def hear(unit: Unit, fact: object) -> None:
    """Keep that something is to be done, and wake the lanes that do it. Other facts do not matter here."""
    if isinstance(fact, MeetingHeard):
        await unit.meetings.hear(fact.meeting, fact.subjects, fact.revision)
        await unit.wake(fact.meeting)
    elif isinstance(fact, OfferHeard):
        await unit.wake_offer(fact.offer)
    elif isinstance(fact, LatenessHeard):
        await hear_lateness(unit, fact)
    elif isinstance(fact, PeopleChanged):
        for meeting in await unit.meetings.open_of_subject(fact.subject):
            await unit.wake(meeting)
