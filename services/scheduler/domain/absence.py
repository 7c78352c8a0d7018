"""Absences: when somebody is away, and of what kind. Why is nobody's to ask: there is no text."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from uuid import UUID

from services.scheduler.domain.grains import Span, span
from services.scheduler.domain.meeting import LONDON

LONGEST_DAYS = 2 * 366
FARTHEST_FIRST_DAYS = 2 * 366


class AbsenceKind(StrEnum):
    """What an absence is. Told to the person and to whoever records absences, and to nobody else."""

    LEAVE = "leave"
    SICKNESS = "sickness"
    TRAINING = "training"


@dataclass(frozen=True, slots=True)
class Away:
    """Whole days, or from a wall time of the first day to one of the last, in London. Minutes since midnight.

    `from_minute`, `until_minute` None: from the beginning, to the end of the day.
    """

    kind: AbsenceKind
    first_day: date
    last_day: date
    from_minute: int | None = None
    until_minute: int | None = None

    @property
    def start(self) -> datetime:
        """The instant at which it begins."""
        return _instant(self.first_day, self.from_minute or 0)

    @property
    def end(self) -> datetime:
        """The instant at which it is over."""
        return _instant(self.last_day, 24 * 60 if self.until_minute is None else self.until_minute)

    @property
    def span(self) -> Span:
        """In minutes since the epoch."""
        return span(self.start, self.end)


@dataclass(frozen=True, slots=True)
class Absence:
    """An absence on record. `recorded_by`: a principal's id, empty where a file brought it."""

    id: UUID
    person: str
    away: Away
    recorded_by: str
    recorded_at: datetime
    withdrawn_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class AwayFault:
    """`reason`: a stable code; `field` of the request; `text`: what is wrong and what to do."""

    reason: str
    field: str
    text: str


def fault_of_away(away: Away, today: date) -> AwayFault | None:
    """What is wrong first. Its days before its instants: the last day of the calendar has no end that can be told."""
    ends_before = "ENDS_BEFORE_IT_BEGINS"
    if away.last_day < away.first_day:
        return AwayFault(ends_before, "until_date", "lies before from_date; an absence ends on its first day or later")
    if (away.last_day - away.first_day).days > LONGEST_DAYS:
        text = f"lies more than {LONGEST_DAYS} days after from_date; record a shorter absence, and the rest later"
        return AwayFault("TOO_LONG", "until_date", text)
    if (away.first_day - today).days > FARTHEST_FIRST_DAYS:
        text = f"lies more than {FARTHEST_FIRST_DAYS} days ahead; record the absence nearer to the time"
        return AwayFault("TOO_FAR_AHEAD", "from_date", text)
    if away.end <= away.start:
        return AwayFault(ends_before, "local_until", "must be later than local_from where both are of one day")
    return None


def away_of(kind: str, start_minute: int, end_minute: int) -> Away:
    """As it was recorded, from its minutes since the epoch."""
    start, end = (datetime.fromtimestamp(at * 60, UTC).astimezone(LONDON) for at in (start_minute, end_minute))
    begins, ends = start.hour * 60 + start.minute, end.hour * 60 + end.minute
    last_day = end.date() if ends else end.date() - timedelta(days=1)
    return Away(AbsenceKind(kind), start.date(), last_day, begins or None, ends or None)


def absence_name(council: str, absence_id: UUID) -> str:
    """`councils/{council}/absences/{absence}`."""
    return f"councils/{council}/absences/{absence_id}"


def _instant(day: date, minute: int) -> datetime:
    # Adding to an aware datetime moves its wall clock.
    return (datetime.combine(day, time(), LONDON) + timedelta(minutes=minute)).astimezone(UTC)
