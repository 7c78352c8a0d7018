"""What moving a sitting does to those who are to be heard by its body: no obligation of theirs is the sitting's own.

A clock is heard at the last sitting before its date (the agenda's rule). So a move breaks it where its date lies on or
after the sitting's old day and before the new one, and no other sitting of the body comes in time.
"""

from collections.abc import Collection, Iterable
from datetime import date

from services.scheduler.domain.bulk_move import Touched
from services.scheduler.domain.clocks import ClockToKeep


def made_late(
    clocks: Iterable[ClockToKeep], before: date, after: date | None, others: Collection[date]
) -> tuple[Touched, ...]:
    """Those that the move breaks, the earliest first.

    `after` None: the sitting falls away; `others`: days of the body's other sittings to come.
    """
    first = min(others, default=date.max)

    def misses(due: date | None) -> bool:
        return due is not None and before <= due < first and (after is None or due < after)

    found = [
        Touched(clock, misses(clock.statutory_due), misses(clock.local_due), _was_late(clock, before, first))
        for clock in clocks
    ]
    late = [one for one in found if one.misses_statutory or one.misses_local]
    return tuple(sorted(late, key=lambda one: (missed_date(one), one.clock.obligation)))


def missed_date(one: Touched) -> date:
    """The earlier of its dates that the move breaks."""
    clock = one.clock
    pairs = ((clock.statutory_due, one.misses_statutory), (clock.local_due, one.misses_local))
    return min(due for due, missed in pairs if due and missed)


def _was_late(clock: ClockToKeep, before: date, first: date) -> bool:
    return clock.due is not None and clock.due < min(before, first)
