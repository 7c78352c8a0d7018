"""Due dates that moved because rules or bank holidays changed: seen by a person before the old date is forgotten."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from services.cases.domain.names import DateChangeId, ObligationId, SubjectId


class Cause(StrEnum):
    """Why dates moved although nothing was recorded of the child."""

    RULES = "rules"
    BANK_HOLIDAYS = "bank_holidays"
    RULES_AND_BANK_HOLIDAYS = "rules_and_bank_holidays"


@dataclass(frozen=True)
class DateChange:
    """One obligation's date before and after; None before: it was not asked for; None after: it is asked for no more.

    `due_before` is the date that stood when somebody last knew, however often it moved since.
    """

    id: DateChangeId
    obligation: ObligationId
    subject: SubjectId
    due_before: date | None
    due_after: date | None
    cause: Cause
    moved_at: datetime
    confirmed_by: str = ""
    confirmed_at: datetime | None = None


@dataclass(frozen=True)
class Ground:
    """By what a council's clocks are worked out: marks of its rules and of the days that are not counted."""

    pack: str
    rules: str
    days: str

    @property
    def text(self) -> str:
        """As it is kept."""
        return f"{self.pack} rules:{self.rules} days:{self.days}"


@dataclass(frozen=True)
class LastTurn:
    """When, and by which ground, a council's clocks were last worked out as a whole.

    `superseded`: the grounds by which it had been done earlier on that day, as a deploy leaves them.
    """

    on: date
    ground: str
    superseded: tuple[str, ...] = ()

    def settles(self, on: date, ground: str) -> bool:
        """Whether a process of that ground has nothing to do on the day.

        Two releases that run side by side would else undo each other's work without end.
        """
        return self.on == on and ground in (self.ground, *self.superseded)


def cause_of(kept: str, now: Ground) -> Cause | None:
    """What differs between what clocks were last worked out by and what they are worked out by now."""
    rules = not kept.startswith(f"{now.pack} ") or f" rules:{now.rules}" not in kept
    days = f" days:{now.days}" not in kept and " days:" in kept
    if rules and days:
        return Cause.RULES_AND_BANK_HOLIDAYS
    if rules:
        return Cause.RULES
    return Cause.BANK_HOLIDAYS if days else None
