"""How long the date arithmetic alone took behind obligations: every count that their dates rest on, done again."""

import time
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from functools import partial

from rulebook.counting import LeapBirthday, Unit, birthday, elapsed_hours, last_day_beginning_with, london_date, shift
from rulebook.due import Before, BeginningWith, Birthday, Within
from rulebook.due_date import Outcome, Resolved
from rulebook.explain import Reason
from rulebook.obligation import Obligation
from rulebook.working_days import WorkingDays

BORN = date(2012, 2, 29)


def arithmetic_seconds(obligations: Sequence[Obligation]) -> float:
    """Seconds for the counts of all the obligations, nothing but the counts."""
    counts = [count for one in obligations for count in _counts_behind(one)]
    assert counts, "nothing was counted"
    began = time.perf_counter()
    for count in counts:
        count()
    return time.perf_counter() - began


def _counts_behind(one: Obligation) -> Iterator[Callable[[], object]]:
    assert isinstance(one.why, Reason)
    for outcome in (one.why.outcome, one.why.opens):
        if isinstance(outcome, Resolved):
            yield from _counts(outcome, one.why.working_days)


def _counts(outcome: Outcome, table: WorkingDays) -> Iterator[Callable[[], object]]:
    if not isinstance(outcome, Resolved):
        return
    match outcome.of:
        case Within() | BeginningWith() | Before():
            start = outcome.parts[0]
            assert isinstance(start, Resolved)
            yield _count(outcome.of, start, table)
        case Birthday():
            yield partial(birthday, BORN, outcome.of.age, LeapBirthday.MARCH_1)
    for part in outcome.parts:
        yield from _counts(part, table)


def _count(due: Within | BeginningWith | Before, start: Resolved, table: WorkingDays) -> Callable[[], object]:
    amount = -due.amount if isinstance(due, Before) else due.amount
    if amount == 0:
        return partial(shift, start.on, -1, Unit.DAYS)
    if due.unit is Unit.HOURS:
        assert start.at is not None
        at = start.at
        return lambda: london_date(elapsed_hours(at, amount))
    if due.unit is not Unit.WORKING_DAYS:
        counted = last_day_beginning_with if isinstance(due, BeginningWith) else shift
        return partial(counted, start.on, amount, due.unit)
    return partial(table.subtract if amount < 0 else table.add, start.on, due.amount)
