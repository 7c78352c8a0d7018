"""What a council keeps free around a meeting, and how many meetings a chair has on one day at most."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from services.scheduler.domain.diary import WHOLE_DAY, Diary, wall_spans
from services.scheduler.domain.grains import Grid
from services.scheduler.domain.meeting import civil_day


@dataclass(frozen=True, slots=True)
class TimeKept:
    """`write_up`: minutes kept for the chair after a meeting of this kind, beside what is kept after every meeting.

    `before`: minutes that the chair has free before one, in a search alone. `most_chaired`: meetings that anybody
    chairs on one day at most, where they have no number of their own; 0: no number. `travel`: minutes between venues.
    `besides`: how many more meetings the chair is to have on the same day, of those that are looked for together.
    """

    write_up: int = 0
    before: int = 0
    most_chaired: int = 0
    travel: int = 0
    besides: int = 0


NOTHING_KEPT = TimeKept()


def most_of(diary: Diary, usual: int) -> int:
    """Meetings that this person chairs on one day at most; 0: nobody has said."""
    return diary.most_chaired or usual


def full_days(diary: Diary, usual: int, besides: int = 0) -> frozenset[date]:
    """The days on which they chair as many meetings as they take, those counted that are to come besides."""
    most = most_of(diary, usual)
    if not most or not diary.chaired:
        return frozenset()
    counted = Counter(days_of(diary.chaired))
    return frozenset(day for day, count in counted.items() if count + besides >= most)


def full_mask(diary: Diary, usual: int, grid: Grid, besides: int = 0) -> int:
    """The grains of those days; every grain where the meetings looked for together are more than they take a day."""
    most = most_of(diary, usual)
    if most and besides >= most:
        return grid.everything
    return grid.mask(wall_spans(day, [WHOLE_DAY])[0] for day in full_days(diary, usual, besides))


def days_of(minutes: Sequence[int]) -> list[date]:
    """The civil day of each minute since the epoch."""
    return [civil_day(datetime.fromtimestamp(minute * 60, UTC)) for minute in minutes]
