"""Many meetings moved in one go: what was asked, what was found for each, and where each stands.

Its meetings are called its parts. A part that is held has its new time kept free and still stands at its old one.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from services.scheduler.domain.clocks import ClockToKeep
from services.scheduler.domain.meeting import Clash, DateDecision, civil_day

MOVES_LANE = "bulk-move"
UNDO_TIME = timedelta(minutes=2)
# A preview that nobody started is out of date long before.
KEPT_UNSTARTED = timedelta(days=7)
# New times stay taken long after they should have been moved to: a worker that was away for hours finds them.
HOLD_BEYOND = timedelta(days=1)


class BulkMoveState(StrEnum):
    """Where a bulk move stands."""

    PROPOSED = "proposed"
    HELD = "held"
    MOVED = "moved"
    UNDONE = "undone"


class PartState(StrEnum):
    """Where one meeting of a bulk move stands."""

    PROPOSED = "proposed"
    CANNOT_MOVE = "cannot_move"
    HELD = "held"
    MOVED = "moved"
    UNDONE = "undone"
    LEFT = "left"


class Cause(StrEnum):
    """Why many meetings are moved."""

    ABSENCE = "absence"
    CLOSURE = "closure"
    WEATHER = "weather"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Why:
    """Why a meeting cannot move or was left: a stable code, and plain words without names."""

    code: str
    text: str


NOT_BOOKED = Why("NOT_BOOKED", "It is not booked any more.")
ALREADY_STARTED = Why("ALREADY_STARTED", "It has started already.")
DATE_OF_A_BODY = Why("DATE_OF_A_BODY", "It is a sitting: when its body sits is for that body to decide.")
DATE_IS_THE_FAMILYS = Why("DATE_IS_THE_FAMILYS", "Its date is the family's to choose. Ask them first.")
KIND_NOT_KNOWN = Why("KIND_NOT_KNOWN", "The council's rules do not know this kind of meeting any more.")
IN_ANOTHER_MOVE = Why("IN_ANOTHER_MOVE", "It is being moved together with other meetings at this moment.")
MUST_NOT_MEET = Why("MUST_NOT_MEET", "Two of those asked must not be in one session. Look at its sessions first.")
MISSES_A_CLOCK = Why("MISSES_A_CLOCK", "It would miss a clock, and nobody who may accept that has given a reason.")
TAKEN_MEANWHILE = Why("TAKEN_MEANWHILE", "The new time was taken by somebody else meanwhile.")
CHANGED_MEANWHILE = Why("CHANGED_MEANWHILE", "Somebody else changed the meeting meanwhile.")
TIME_PASSED = Why("TIME_PASSED", "The new time has passed or is too near.")


@dataclass(frozen=True, slots=True)
class NewTime:
    """Where a meeting goes; `room` empty for none."""

    start: datetime
    room: str


@dataclass(frozen=True, slots=True)
class Touched:
    """A clock that the meeting is to meet, and what the new day does to its two dates."""

    clock: ClockToKeep
    misses_statutory: bool = False
    misses_local: bool = False
    missed_before: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """One meeting of a move. `version` is the meeting's when it was looked at: only that one is moved.

    `needs_word`: it is a review, which goes to another start only at the reviewing service's word.
    """

    meeting: UUID
    version: int
    title: str
    reference: str
    subjects: tuple[str, ...]
    start: datetime
    end: datetime
    room: str
    state: PartState
    after: NewTime | None = None
    touched: tuple[Touched, ...] = ()
    clashes: tuple[Clash, ...] = ()
    not_checked: tuple[str, ...] = ()
    why: Why | None = None
    breach_reason: str = ""
    needs_word: bool = False

    @property
    def after_end(self) -> datetime | None:
        """When it ends at its new time."""
        return self.after.start + (self.end - self.start) if self.after else None

    @property
    def misses_a_clock(self) -> bool:
        """Whether its new day lies after a date of one of its clocks."""
        return any(one.misses_statutory or one.misses_local for one in self.touched)

    def refused(self, why: Why) -> "Part":
        """It needs a person."""
        return replace(self, state=PartState.CANNOT_MOVE, why=why)

    def left(self, why: Why) -> "Part":
        """It was to be moved and was not."""
        return replace(self, state=PartState.LEFT, why=why)


@dataclass(frozen=True, slots=True)
class Asked:
    """Which meetings, why, and when new ones may be. One of `person`, `room`, `whole` and `named` says whose."""

    cause: Cause
    reason: str
    window: tuple[date, date]
    person: str = ""
    room: str = ""
    whole: bool = False
    named: tuple[UUID, ...] = ()
    first: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class BulkMove:
    """A move. `version` is its etag; `previewed_by` and `started_by` are principals' ids.

    `decision`: who of the reviewing service agreed to the new dates of its reviews.
    """

    id: UUID
    asked: Asked
    parts: tuple[Part, ...]
    previewed_by: str
    created_at: datetime
    state: BulkMoveState = BulkMoveState.PROPOSED
    started_by: str = ""
    may_accept_breaches: bool = False
    release_at: datetime | None = None
    version: int = field(default=1)
    decision: DateDecision | None = None

    def in_state(self, state: PartState) -> tuple[Part, ...]:
        """Its meetings that stand there."""
        return tuple(one for one in self.parts if one.state is state)

    def with_parts(self, changed: Iterable[Part]) -> "BulkMove":
        """The same with these meetings as they are now."""
        by_meeting = {one.meeting: one for one in changed}
        return replace(self, parts=tuple(by_meeting.get(one.meeting, one) for one in self.parts))

    def turned(self, state: BulkMoveState) -> "BulkMove":
        """The next version, in that state."""
        return replace(self, state=state, version=self.version + 1)


def touched(clocks: Iterable[ClockToKeep], before: datetime, after: datetime | None) -> tuple[Touched, ...]:
    """What moving from `before` to `after` (None: nowhere) does to the clocks; the earliest first."""
    old, new = civil_day(before), civil_day(after) if after else None
    found = [
        Touched(
            clock,
            misses_statutory=_is_late(clock.statutory_due, new),
            misses_local=_is_late(clock.local_due, new),
            missed_before=_is_late(clock.due, old),
        )
        for clock in clocks
    ]
    return tuple(sorted(found, key=lambda one: (one.clock.due or date.max, one.clock.obligation)))


def _is_late(due: date | None, day: date | None) -> bool:
    return due is not None and day is not None and day > due


def in_reading_order(parts: Iterable[Part]) -> tuple[Part, ...]:
    """Those that need a person first, then those that miss a clock, then by the earliest clock and the old start."""

    def place(one: Part) -> tuple[bool, bool, date, datetime]:
        due = min((each.clock.due for each in one.touched if each.clock.due), default=date.max)
        return one.state is not PartState.CANNOT_MOVE, not one.misses_a_clock, due, one.start

    return tuple(sorted(parts, key=place))


def bulk_move_name(council: str, move_id: UUID) -> str:
    """`councils/{council}/bulkMoves/{bulk_move}`."""
    return f"councils/{council}/bulkMoves/{move_id}"
