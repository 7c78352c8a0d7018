"""From a filled plan to proposals: the window, the ranked slots, the days without and the nearest."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from rulebook.working_days import WorkingDays
from services.scheduler.domain.diary import Capacity
from services.scheduler.domain.meeting import Plan
from services.scheduler.domain.slot_rank import Ranking, Slot
from services.scheduler.domain.slot_search import DayWithout, days_without, prepare_search
from services.scheduler.domain.time_kept import NOTHING_KEPT, TimeKept

DEFAULT_WINDOW = timedelta(weeks=8)
LONGEST_WINDOW_DAYS = 182
BEYOND = timedelta(weeks=4)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """`nearest` only where there is no slot."""

    slots: tuple[Slot, ...]
    days_without: tuple[DayWithout, ...]
    nearest: Slot | None


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of the search. `not_before`: minutes since the epoch; `buffer_minutes`: kept after the meeting.

    `met`: at how many meetings of the plan's subjects each candidate was.
    """

    plan: Plan
    window: tuple[date, date]
    due_dates: Mapping[str, date]
    not_before: int
    most: int
    buffer_minutes: int = 0
    met: Mapping[str, int] = field(default_factory=dict)
    kept: TimeKept = NOTHING_KEPT


def default_window(
    first: date | None, last: date | None, today: date, due_dates: Mapping[str, date]
) -> tuple[date, date]:
    """From tomorrow to the last day that keeps all the clocks; eight weeks where there is none or it has passed."""
    first = first or today + timedelta(days=1)
    if last is not None:
        return first, last
    latest = min(due_dates.values(), default=None)
    return first, latest if latest is not None and latest >= first else first + DEFAULT_WINDOW


def last_day_needed(window: tuple[date, date]) -> date:
    """How far ahead diaries must be read, the nearest after the window included."""
    return window[1] + BEYOND


def suggest(question: Question, capacity: Capacity, calendar: WorkingDays) -> Suggestion:
    """The best slots of the window; where there is none, the nearest after it, or the one with fewest people away."""
    ranking = _ranking(question, question.window, capacity, calendar)
    slots = ranking.best(question.most)
    empty = days_without(ranking.search, calendar)
    if slots:
        return Suggestion(slots, empty, None)
    after = (question.window[1] + timedelta(days=1), last_day_needed(question.window))
    later = _ranking(question, after, capacity, calendar).best(1)
    return Suggestion((), empty, later[0] if later else ranking.fewest_away())


def _ranking(question: Question, window: tuple[date, date], capacity: Capacity, calendar: WorkingDays) -> Ranking:
    search = prepare_search(
        question.plan,
        capacity,
        window,
        calendar,
        not_before=question.not_before,
        buffer_minutes=question.buffer_minutes,
        kept=question.kept,
    )
    return Ranking(search, capacity, question.due_dates, calendar, question.met)
