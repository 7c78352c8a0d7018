"""Due expressions: each one is a date, or says which fact is missing for it. They compose."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from rulebook.counting import Unit
from rulebook.facts import EventType, RuleId


class Which(StrEnum):
    """Which of several events of one type."""

    FIRST = "first"
    LAST = "last"
    EACH = "each"


@dataclass(frozen=True, slots=True)
class AnchorDate:
    """The date (and time) of the fact that started this clock."""


@dataclass(frozen=True, slots=True)
class StartDate:
    """The date of the fact that began a rule that repeats: its anchor is what last fulfilled it."""


@dataclass(frozen=True, slots=True)
class EventDate:
    """The date of another event: its first, its last, or its n-th in the episode (`ordinal` wins over
    `which`).
    """

    event: EventType
    which: Which = Which.LAST
    ordinal: int | None = None


@dataclass(frozen=True, slots=True)
class Occurrence:
    """The n-th meeting of a kind in the episode: held, else booked. `ordinal` None means the one after the
    anchor.
    """

    meeting: str
    ordinal: int | None = None


@dataclass(frozen=True, slots=True)
class DueOf:
    """The latest lawful date under another rule of the pack."""

    rule: RuleId


@dataclass(frozen=True, slots=True)
class Birthday:
    """The day the child reaches an age."""

    age: int


@dataclass(frozen=True, slots=True)
class AttributeDate:
    """A date that is an attribute of the subject, such as the day an unborn child is expected."""

    attribute: str


@dataclass(frozen=True, slots=True)
class Within:
    """`amount` units after a date, that date left out. Hours need a date-time.

    `parameter` names the pack's own number that the amount came from, empty where the source gives it.
    """

    amount: int
    unit: Unit
    of: Due
    parameter: str = ""


@dataclass(frozen=True, slots=True)
class BeginningWith:
    """The last day of a period of `amount` units that counts its first day."""

    amount: int
    unit: Unit
    of: Due
    parameter: str = ""


@dataclass(frozen=True, slots=True)
class Before:
    """No later than `amount` units before a date; amount 0: on an earlier day than it."""

    amount: int
    unit: Unit
    of: Due
    parameter: str = ""


@dataclass(frozen=True, slots=True)
class EarliestOf:
    """The earliest of several. With `late_when_all` it is late only once the last of them has passed."""

    options: tuple[Due, ...]
    late_when_all: bool = False


@dataclass(frozen=True, slots=True)
class LatestOf:
    """The latest of several; all must be known."""

    options: tuple[Due, ...]


@dataclass(frozen=True, slots=True)
class FirstKnown:
    """The first of several that is known: held, else booked, else the latest lawful date."""

    options: tuple[Due, ...]


@dataclass(frozen=True, slots=True)
class ByOrdinal:
    """A due rule per ordinal of the anchor: `first[0]` for the first, …, `then` for all later ones."""

    first: tuple[Due, ...]
    then: Due


@dataclass(frozen=True, slots=True)
class IfKnown:
    """One option of `EarliestOf` that is left aside in silence while it cannot be counted."""

    of: Due


@dataclass(frozen=True, slots=True)
class Phased:
    """`early` for what is counted from a day within `amount` units of `of`, `late` for what comes after.

    With `until` it is that event, on or after `of`, that ends the early phase, and no amount.
    """

    amount: int
    unit: Unit
    of: Due
    early: Due
    late: Due
    until: EventType | None = None


@dataclass(frozen=True, slots=True)
class Scheduled:
    """The n-th meeting of a kind in the episode: held, else booked, else on its latest lawful date."""

    meeting: str
    ordinal: int


@dataclass(frozen=True, slots=True)
class Projected:
    """One of the meetings of a kind before a date, counted back from it: 1 is the last, 2 the last but one.

    Meetings held and booked stand as they are; those to come are put on their latest lawful dates.
    """

    meeting: str
    before: Due
    from_last: int


Due = (
    AnchorDate
    | StartDate
    | EventDate
    | Occurrence
    | Scheduled
    | AttributeDate
    | DueOf
    | Birthday
    | Within
    | BeginningWith
    | Before
    | EarliestOf
    | LatestOf
    | FirstKnown
    | ByOrdinal
    | IfKnown
    | Phased
    | Projected
)


def parts_of(due: Due) -> tuple[Due, ...]:
    """The expressions that an expression is directly made of."""
    match due:
        case Within() | BeginningWith() | Before() | IfKnown():
            return (due.of,)
        case EarliestOf() | LatestOf() | FirstKnown():
            return due.options
        case ByOrdinal():
            return (*due.first, due.then)
        case Phased():
            return (due.of, due.early, due.late)
        case Projected():
            return (due.before,)
        case _:
            return ()


def parameters_of(due: Due) -> tuple[str, ...]:
    """The pack's parameters that an expression counts with, in their order."""
    own = (due.parameter,) if isinstance(due, Within | BeginningWith | Before) and due.parameter else ()
    return own + tuple(name for part in parts_of(due) for name in parameters_of(part))
