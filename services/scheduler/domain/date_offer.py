"""Dates offered to people whose diaries nobody can read: held until the offer ends, answered, taken by a person."""

import hashlib
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from uuid import UUID

from services.scheduler.domain.meeting import Attendee, Meeting, MeetingState, Plan

FEWEST_DATES, MOST_DATES = 2, 3
LONGEST = timedelta(days=14)
# So long a link still says that it is over, and a list that nobody closed the offer before its end.
LINK_REMAINS = timedelta(days=30)
SHOWN_AFTER_END = timedelta(days=7)


class OfferState(StrEnum):
    """Where an offer stands. EXPIRED is never stored: it follows from the time."""

    OPEN = "open"
    TAKEN = "taken"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


class OfferAnswer(StrEnum):
    """What can be said of a date. It moves and cancels nothing by itself."""

    CAN_COME = "can_come"
    RATHER_NOT = "rather_not"
    CANNOT = "cannot"


@dataclass(frozen=True, slots=True)
class AskedPerson:
    """Somebody who was asked. `answers` are by the number of the date; `recorded_by` empty: by their own link."""

    person: str
    answers: Mapping[int, OfferAnswer] = field(default_factory=dict)
    answered_at: datetime | None = None
    recorded_by: str = ""


@dataclass(frozen=True, slots=True)
class Tally:
    """What those asked said of a date; whoever is in none of the three has not answered."""

    can: int
    rather_not: int
    cannot: int
    asked: int


@dataclass(frozen=True, slots=True)
class DateOffer:
    """An offer. `dates` are held meetings, as `numbered`, from 1; `version` is its etag."""

    id: UUID
    dates: tuple[Meeting, ...]
    people: tuple[AskedPerson, ...]
    remote: bool
    created_by: str
    created_at: datetime
    expires_at: datetime
    draft: UUID | None = None
    state: OfferState = OfferState.OPEN
    taken: int | None = None
    closed_by: str = ""
    closed_at: datetime | None = None
    version: int = 1

    @property
    def plan(self) -> Plan:
        """What the meeting is to be."""
        return self.dates[0].plan

    @property
    def taken_date(self) -> Meeting | None:
        """The meeting that was booked."""
        return self.dates[self.taken - 1] if self.taken else None

    def asked(self, person: str) -> AskedPerson | None:
        """Somebody who was asked; None for anybody else."""
        return next((one for one in self.people if one.person == person), None)

    def attendee(self, person: str) -> Attendee:
        """The part of somebody who was asked."""
        return next(one for one in self.plan.attendees if one.person == person)

    def tally(self, number: int, *, required: bool) -> Tally:
        """How many of those whom the meeting needs, or of the others, said what of a date."""
        group = [one for one in self.people if _needed(self.attendee(one.person)) is required]
        said = [one.answers.get(number) for one in group]
        return Tally(
            said.count(OfferAnswer.CAN_COME),
            said.count(OfferAnswer.RATHER_NOT),
            said.count(OfferAnswer.CANNOT),
            len(group),
        )

    def answered(self, person: str, answers: Mapping[int, OfferAnswer], at: datetime, by: str) -> "DateOffer":
        """With somebody's answer in place of what they said before."""
        said = AskedPerson(person, dict(answers), at, by)
        people = tuple(said if one.person == person else one for one in self.people)
        return replace(self, people=people, version=self.version + 1)

    def closed(self, state: OfferState, by: str, at: datetime, taken: int | None = None) -> "DateOffer":
        """Taken or withdrawn."""
        return replace(self, state=state, taken=taken, closed_by=by, closed_at=at, version=self.version + 1)


def numbered(dates: Iterable[Meeting]) -> tuple[Meeting, ...]:
    """The dates as they are numbered: by id, for they were made the earliest first, and a taken one may move."""
    return tuple(sorted(dates, key=lambda one: one.id))


def times_of(meeting: Meeting, attendee: Attendee) -> tuple[datetime, datetime]:
    """Start and end of what somebody is asked to: their own sessions and no others'."""
    theirs = [one for one in meeting.sessions if attendee.throughout or attendee.comes_to(one.number)]
    return theirs[0].start, theirs[-1].end


def is_kept(offer: DateOffer, meeting: Meeting) -> bool:
    """Whether the time is still held, or was booked."""
    if meeting.state is MeetingState.HELD_SLOT:
        return offer.state is OfferState.OPEN
    return meeting.state in (MeetingState.BOOKED, MeetingState.HELD)


def faults_of_offer(
    plan: Plan, dates: Sequence[tuple[datetime, str]], people: Iterable[str], expires_at: datetime, now: datetime
) -> list[tuple[str, str]]:
    """What is wrong with what is to be offered, as (field, what would be right). `dates`: start and room."""
    faults, starts = [], [start for start, _ in dates]
    for place, (start, room) in enumerate(dates):
        if start.second or start.microsecond:
            faults.append((f"dates[{place}].start_time", "must be a whole minute"))
        if plan.needs_room and not room:
            faults.append((f"dates[{place}].room", "is required, for the plan needs one"))
    span = timedelta(minutes=plan.span_minutes)
    if any(later < earlier + span for earlier, later in pairwise(sorted(starts))):
        faults.append(("dates", "overlap; offer times of which one ends before the next begins"))
    if expires_at <= now:
        faults.append(("expire_time", "lies in the past; choose a time to come"))
    elif expires_at - now > LONGEST:
        faults.append(("expire_time", f"is more than {LONGEST.days} days ahead; times are not held longer"))
    if starts and expires_at >= min(starts):
        faults.append(("expire_time", "must lie before the earliest date"))
    invited = set(plan.people)
    for place, person in enumerate(people):
        if person not in invited:
            faults.append((f"people[{place}]", "is not an attendee of the plan; only those can be asked"))
    return faults


def faults_of_answers(offer: DateOffer, answers: Mapping[int, OfferAnswer]) -> list[tuple[str, str]]:
    """What is wrong with an answer: one for each date is needed, and for no other."""
    wanted = set(range(1, len(offer.dates) + 1))
    faults = [("answers", f"lacks date {number}; answer each date") for number in sorted(wanted - set(answers))]
    return faults + [("answers", f"names date {number}, which is none") for number in sorted(set(answers) - wanted)]


def new_link() -> str:
    """256 random bits that may stand in an address."""
    return secrets.token_urlsafe(32)


def digest_of_link(token: str) -> bytes:
    """What is kept of it. It is random and long, so that a plain digest is as good as a slow one."""
    return hashlib.sha256(token.encode()).digest()


def offer_name(council: str, offer_id: UUID) -> str:
    """`councils/{council}/dateOffers/{date_offer}`."""
    return f"councils/{council}/dateOffers/{offer_id}"


def _needed(attendee: Attendee) -> bool:
    return attendee.required or attendee.chair
