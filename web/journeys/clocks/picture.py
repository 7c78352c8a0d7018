"""A line of time with a lane for each kind of obligation. It holds the clocks of the table and nothing else."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from web.journeys.clocks.presenters import ClockRow, ClockState
from web.words import short_date

WIDTH = 960
_EDGE = 16
_NO_DATE_WIDTH = 190
_HEAD = 52
_LANE_HEAD = 28
_ROW = 32
_LANE_FOOT = 10
_LETTER = 8  # about as wide as a letter of the labels
_GAP = 10
_HALF = 10  # of a shape
_RECENT = timedelta(days=183)
_NEAR = timedelta(days=3 * 366)
_LEAST_SPAN = 60
_MOST_TICKS = 8
_TICK_MONTHS = (1, 2, 3, 6, 12, 24, 60)


@dataclass(frozen=True)
class Mark:
    """One clock: a shape by its state, and words. `due_x` where the law or we want it on another day than it stands."""

    number: int
    state: ClockState
    x: int
    y: int
    text: str
    text_x: int
    anchor: str
    due_x: int | None


@dataclass(frozen=True)
class Lane:
    """A kind of obligation. `beyond`: those of its clocks that the picture does not reach; the table has them."""

    label: str
    y: int
    height: int
    marks: tuple[Mark, ...]
    beyond: tuple[int, ...]

    @property
    def words(self) -> str:
        """What stands after the label: that the picture does not reach every clock."""
        return f" ({len(self.beyond)} older or far later, in the table alone)" if self.beyond else ""

    @property
    def words_width(self) -> int:
        """About as wide as the label and the words, with room on both sides."""
        return len(self.label + self.words) * _LETTER + 2 * _GAP


@dataclass(frozen=True)
class Tick:
    """The first day of a month on the axis."""

    x: int
    label: str


@dataclass(frozen=True)
class Picture:
    """Everything that the template draws."""

    width: int
    height: int
    title: str
    description: str
    today_x: int
    today: str
    ticks: tuple[Tick, ...]
    lanes: tuple[Lane, ...]
    no_date_x: int | None

    @property
    def has_brackets(self) -> bool:
        """Whether a clock stands on another day than the one it was due."""
        return any(mark.due_x is not None for lane in self.lanes for mark in lane.marks)


@dataclass(frozen=True)
class _Axis:
    start: date
    end: date
    right: int

    def x(self, day: date) -> int:
        share = (day - self.start).days / (self.end - self.start).days
        return round(_EDGE + share * (self.right - _EDGE))

    def x_within(self, day: date) -> int:
        """At the edge for what lies beyond it."""
        return self.x(min(max(day, self.start), self.end))


def picture_of(rows: Sequence[ClockRow], today: date) -> Picture | None:
    """The picture; None where there is no clock to be drawn."""
    if not rows:
        return None
    beyond = [row for row in rows if _is_beyond(row, today)]
    shown = [row for row in rows if not _is_beyond(row, today)]
    undated = any(row.at is None for row in shown)
    axis = _axis(shown, today, WIDTH - _EDGE - (_NO_DATE_WIDTH if undated else 0))
    lanes, y = [], _HEAD
    for label in dict.fromkeys(row.lane for row in rows):
        lane = _lane(label, y, [r for r in shown if r.lane == label], [r for r in beyond if r.lane == label], axis)
        lanes.append(lane)
        y += lane.height
    return Picture(
        width=WIDTH,
        height=y,
        title="Clocks along a line of time",
        description=_description(shown, beyond, axis, today),
        today_x=axis.x(today),
        today=f"Today, {today.day} {today:%b}",
        ticks=tuple(_ticks(axis)),
        lanes=tuple(lanes),
        no_date_x=axis.right + 2 * _GAP if undated else None,
    )


def _is_beyond(row: ClockRow, today: date) -> bool:
    """Met or ended long ago, or due in years: drawn, they would press what runs now into a corner."""
    if row.at is None:
        return False
    return row.at > today + _NEAR or (not row.running and row.at < today - _RECENT)


def _axis(rows: Iterable[ClockRow], today: date, right: int) -> _Axis:
    near = today + _NEAR
    days = [
        today,
        *(row.at for row in rows if row.at),
        *(min(row.due, near) for row in rows if row.due and row.running),
    ]
    start, end = min(days), max(days)
    pad = timedelta(days=max(7, (end - start).days // 20))
    start, end = start - pad, end + pad
    return _Axis(start, max(end, start + timedelta(days=_LEAST_SPAN)), right)


def _lane(label: str, y: int, rows: Sequence[ClockRow], beyond: Sequence[ClockRow], axis: _Axis) -> Lane:
    taken: list[list[tuple[int, int]]] = []
    marks = [_mark(row, axis, y, taken) for row in sorted(rows, key=lambda r: (r.at or date.max, r.number))]
    height = _LANE_HEAD + max(1, len(taken)) * _ROW + _LANE_FOOT
    return Lane(label, y, height, tuple(marks), tuple(row.number for row in beyond))


def _mark(row: ClockRow, axis: _Axis, top: int, taken: list[list[tuple[int, int]]]) -> Mark:
    """On the first row of its lane where it touches no other."""
    text = _text(row, axis)
    width = len(text) * _LETTER + _GAP
    x = axis.x(row.at) if row.at else axis.right + 2 * _GAP + _HALF
    on_the_right = row.at is None or x + _HALF + width <= axis.right
    due_x = axis.x_within(row.due) if row.due and row.due != row.at else None
    ends = (x - _HALF, x + _HALF + width) if on_the_right else (x - _HALF - width, x + _HALF)
    span = (min(ends[0], due_x or x), max(ends[1], due_x or x))
    place = _free_row(span, taken)
    return Mark(
        number=row.number,
        state=row.state,
        x=x,
        y=top + _LANE_HEAD + place * _ROW + _ROW // 2,
        text=text,
        text_x=x + _HALF + 6 if on_the_right else x - _HALF - 6,
        anchor="start" if on_the_right else "end",
        due_x=due_x,
    )


def _free_row(span: tuple[int, int], taken: list[list[tuple[int, int]]]) -> int:
    for place, others in enumerate(taken):
        if all(span[1] + _GAP < start or span[0] - _GAP > end for start, end in others):
            others.append(span)
            return place
    taken.append([span])
    return len(taken) - 1


def _text(row: ClockRow, axis: _Axis) -> str:
    if row.at is None:
        return f"{row.number}. {row.state}"
    year = f" {row.at.year}" if axis.start.year != axis.end.year else ""
    return f"{row.number}. {row.state} {row.at.day} {row.at:%b}{year}"


def _ticks(axis: _Axis) -> list[Tick]:
    months = (axis.end.year - axis.start.year) * 12 + axis.end.month - axis.start.month
    step = next((step for step in _TICK_MONTHS if months / step <= _MOST_TICKS), _TICK_MONTHS[-1])
    firsts = (_first_of_month(axis.start, ahead) for ahead in range(1, months + 1))
    return [Tick(axis.x(day), f"{day:%b} {day.year}") for day in firsts if (day.year * 12 + day.month - 1) % step == 0]


def _first_of_month(day: date, ahead: int) -> date:
    months = day.year * 12 + day.month - 1 + ahead
    return date(months // 12, months % 12 + 1, 1)


def _description(shown: Sequence[ClockRow], beyond: Sequence[ClockRow], axis: _Axis, today: date) -> str:
    words = (
        f"{len(shown)} clocks from {short_date(axis.start)} to {short_date(axis.end)}; today is {short_date(today)}. "
        "The tables below say the same, by the same numbers."
    )
    return f"{words} {len(beyond)} older or far later ones stand in the table alone." if beyond else words
