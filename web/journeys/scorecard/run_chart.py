"""A run chart: one point a month and a line at their median, so that a change can be told from chance.

It holds the months of the table and nothing else.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from web.journeys.scorecard.presenters import MonthRow, value_words

WIDTH = 960
HEIGHT = 316
_LEFT, _RIGHT = 70, 130
_TOP, _BOTTOM = 30, 262
_MOST_WORDS = 13  # more months than this: every point's words would lie upon the next one's
_MOST_LABELS = 12
_STEPS = 4
_NICE = (1, 2, 2.5, 5, 10)


@dataclass(frozen=True)
class Point:
    """One month. `y` and `text` are None and empty where nothing fell into it."""

    x: int
    y: int | None
    text: str
    month: str
    year: str


@dataclass(frozen=True)
class Level:
    """A line across, with its words."""

    y: int
    label: str


@dataclass(frozen=True)
class RunChart:
    """Everything that the template draws. A line breaks where a month has no value."""

    width: int
    height: int
    left: int
    right: int
    bottom: int
    title: str
    description: str
    levels: tuple[Level, ...]
    points: tuple[Point, ...]
    lines: tuple[str, ...]
    median: Level


def run_chart(months: Sequence[MonthRow], *, in_days: bool) -> RunChart | None:
    """The chart; None where fewer than two months have a value: one point shows no course."""
    values = [month.value for month in months if month.value is not None]
    if len(values) < 2:
        return None
    top = _nice_top(max(values)) if in_days else 1.0
    middle = median(values)
    points = tuple(_point(at, months, top, in_days) for at in range(len(months)))
    return RunChart(
        width=WIDTH,
        height=HEIGHT,
        left=_LEFT,
        right=WIDTH - _RIGHT,
        bottom=_BOTTOM,
        title="Run chart by month",
        description=_description(months, values, middle, in_days),
        levels=tuple(_level(top * step / _STEPS, top, in_days) for step in range(_STEPS + 1)),
        points=points,
        lines=tuple(_lines(points)),
        median=Level(_y(middle, top), f"Median {value_words(middle, in_days=in_days)}"),
    )


def _point(at: int, months: Sequence[MonthRow], top: float, in_days: bool) -> Point:
    month, first = months[at], months[at].period.first
    x = _LEFT + 30 + round(at * (WIDTH - _LEFT - _RIGHT - 60) / max(1, len(months) - 1))
    apart = -(-len(months) // _MOST_LABELS)
    labelled = at % apart == 0
    new_year = at == 0 or first.year != months[max(0, at - apart)].period.first.year
    return Point(
        x=x,
        y=None if month.value is None else _y(month.value, top),
        text="" if month.value is None or len(months) > _MOST_WORDS else _short(month.value, in_days),
        month=f"{first:%b}" if labelled else "",
        year=f"{first.year}" if labelled and new_year else "",
    )


def _short(value: float, in_days: bool) -> str:
    return f"{round(value)}" if in_days else value_words(value, in_days=False)


def _y(value: float, top: float) -> int:
    return round(_BOTTOM - value / top * (_BOTTOM - _TOP))


def _level(value: float, top: float, in_days: bool) -> Level:
    return Level(_y(value, top), f"{value:g}" if in_days else f"{round(value * 100)}%")


def _nice_top(most: float) -> float:
    """A round number not below the largest, that four steps divide well."""
    size = 1.0
    while size * _NICE[-1] < most:
        size *= _NICE[-1]
    return next((size * one for one in _NICE if size * one >= most), size * _NICE[-1]) or 1.0


def _lines(points: Sequence[Point]) -> list[str]:
    found: list[list[str]] = [[]]
    for point in points:
        if point.y is None:
            found.append([])
        else:
            found[-1].append(f"{point.x},{point.y}")
    return [" ".join(one) for one in found if len(one) > 1]


def _description(months: Sequence[MonthRow], values: Sequence[float], middle: float, in_days: bool) -> str:
    known = [month for month in months if month.value is not None]
    low, high = (choose(known, key=lambda one: one.value or 0.0) for choose in (min, max))
    words = (
        f"{len(months)} months from {months[0].label} to {months[-1].label}. "
        f"The median is {value_words(middle, in_days=in_days)}, the lowest {low.figure.share} in {low.label}, "
        f"the highest {high.figure.share} in {high.label}."
    )
    none = len(months) - len(values)
    return f"{words} In {none} of them there was nothing to count." if none else words
