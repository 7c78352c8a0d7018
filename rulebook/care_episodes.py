"""Finds when the present period of care began in a return that lists legal and placement episodes.

A return such as SSDA903 closes one episode and opens the next whenever the legal status or the placement
changes. A child has been looked after without a break for as long as one episode begins on the day the one
before it ended, or on the day after.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

LARGEST_STEP: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Period:
    """One episode of a return. `end` None: still running. `reason`: the return's own code, not looked at
    here.
    """

    start: date
    end: date | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Run:
    """An unbroken period of care; `end` None: it is going on."""

    start: date
    end: date | None = None


def unbroken_runs(periods: Iterable[Period]) -> list[Run]:
    """The unbroken periods of care, earliest first, whatever order the episodes come in.

    Overlapping episodes belong to one run. The last run's `start` is the day the child became looked after.

    Raises:
        ValueError: an episode ends before it starts.
    """
    runs: list[Run] = []
    for period in sorted(periods, key=lambda one: one.start):
        if period.end is not None and period.end < period.start:
            raise ValueError(f"an episode that starts on {period.start} cannot end on {period.end}")
        if runs and _continues(runs[-1], period):
            runs[-1] = Run(runs[-1].start, _later(runs[-1].end, period.end))
        else:
            runs.append(Run(period.start, period.end))
    return runs


def _continues(run: Run, period: Period) -> bool:
    return run.end is None or period.start <= run.end + LARGEST_STEP


def _later(one: date | None, other: date | None) -> date | None:
    return None if one is None or other is None else max(one, other)
