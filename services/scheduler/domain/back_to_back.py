"""Meetings one directly after the other, such as the reviews of brothers and sisters: one journey for all who come."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce
from itertools import pairwise
from operator import and_

from rulebook.working_days import WorkingDays
from services.scheduler.domain.grains import grains, positions
from services.scheduler.domain.kept_apart import MustNotMeetPair
from services.scheduler.domain.meeting import DEFAULT_GAP_MINUTES, Plan, civil_day
from services.scheduler.domain.slot_rank import Ranking, Slot, spread
from services.scheduler.domain.slot_search import DayWithout, days_without
from services.scheduler.domain.time_kept import TimeKept


@dataclass(frozen=True, slots=True)
class BackToBack:
    """A ranking for each meeting in their order, and the grains from the start of the first to the start of each."""

    rankings: tuple[Ranking, ...]
    offsets: tuple[int, ...]

    def starts(self) -> int:
        """Starts of the first meeting from which all of them would do."""
        pairs = zip(self.rankings, self.offsets, strict=True)
        return reduce(and_, (ranking.search.starts >> offset for ranking, offset in pairs))

    def best(self, most: int) -> tuple[tuple[Slot, ...], ...]:
        """The best first, by the sum of their costs; two of one day while other days are left."""
        grid = self.rankings[0].search.grid
        ranked = sorted((self._cost_of(start), start) for start in positions(self.starts()))
        return tuple(self._slots_at(start) for start in spread(ranked, most, lambda at: civil_day(grid.instant(at))))

    def days_without(self, calendar: WorkingDays) -> tuple[DayWithout, ...]:
        """Why days offer nothing: what stands in one meeting's own way, or that they do not fit together."""
        grid = self.rankings[0].search.grid
        with_starts = {civil_day(grid.instant(start)) for start in positions(self.starts())}
        own: dict[date, DayWithout] = {}
        for ranking in self.rankings:
            for day in days_without(ranking.search, calendar):
                own.setdefault(day.on_date, day)
        first, last = self.rankings[0].search.first, self.rankings[0].search.last
        days = (date.fromordinal(n) for n in range(first.toordinal(), last.toordinal() + 1))
        return tuple(own.get(day, _not_together(day)) for day in days if day not in with_starts)

    def _cost_of(self, start: int) -> int:
        return sum(ranking.cost_of(start + offset) for ranking, offset in zip(self.rankings, self.offsets, strict=True))

    def _slots_at(self, start: int) -> tuple[Slot, ...]:
        room = self._one_room(start)
        pairs = zip(self.rankings, self.offsets, strict=True)
        return tuple(ranking.slot_at(start + offset, room) for ranking, offset in pairs)

    def _one_room(self, start: int) -> str:
        """A room that is free for all of them, so that nobody has to move; empty where there is none."""
        searches = [ranking.search for ranking in self.rankings]
        free = [
            {one.room.name for one in search.rooms if one.fits >> start + offset & 1}
            for search, offset in zip(searches, self.offsets, strict=True)
        ]
        together = set.intersection(*free)
        return next((one.room.name for one in searches[0].rooms if one.room.name in together), "")


def offsets_of(
    plans: Sequence[Plan], kept: Sequence[tuple[int, TimeKept]], pairs: Sequence[MustNotMeetPair]
) -> list[int]:
    """Minutes from the start of the first to the start of each.

    Between two lies what is kept after the first: for the room, and for a chair who leads both, to write up. Where
    somebody of the one must not meet somebody of the other, they do not pass in the corridor either.
    """
    found = [0]
    for place, (one, following) in enumerate(pairwise(plans)):
        buffer, time_kept = kept[place]
        same_chair = one.chair and following.chair and one.chair.person == following.chair.person
        gap = max(buffer, time_kept.write_up if same_chair else 0)
        if any(pair.concerns(a, b) for pair in pairs for a in one.attendees for b in following.attendees):
            gap = max(gap, DEFAULT_GAP_MINUTES)
        found.append(found[-1] + one.span_minutes + gap)
    return found


def in_grains(minutes: Sequence[int]) -> tuple[int, ...]:
    """The offsets as grains; none begins within one."""
    return tuple(map(grains, minutes))


def _not_together(day: date) -> DayWithout:
    return DayWithout(day, "NOT_ONE_AFTER_THE_OTHER", "Each could be held, but not one directly after the other.")
