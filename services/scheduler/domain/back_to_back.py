"""Meetings one directly after the other, such as the reviews of brothers and sisters: one journey for all who come."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce
from itertools import pairwise
from operator import and_, or_

from rulebook.working_days import WorkingDays
from services.scheduler.domain.grains import grains, positions
from services.scheduler.domain.kept_apart import MustNotMeetPair
from services.scheduler.domain.meeting import DEFAULT_GAP_MINUTES, Plan, civil_day
from services.scheduler.domain.slot_rank import Ranking, Slot, spread
from services.scheduler.domain.slot_search import DayWithout, RoomStarts, days_without
from services.scheduler.domain.time_kept import TimeKept


@dataclass(frozen=True, slots=True)
class BackToBack:
    """A ranking for each meeting in their order, and the grains from the start of the first to the start of each.

    `one_venue`: between two of them is no time for the way to another venue.
    """

    rankings: tuple[Ranking, ...]
    offsets: tuple[int, ...]
    one_venue: bool = False

    def starts(self) -> int:
        """Starts of the first meeting from which all of them would do."""
        pairs = zip(self.rankings, self.offsets, strict=True)
        starts = reduce(and_, (ranking.search.starts >> offset for ranking, offset in pairs))
        return starts & reduce(or_, map(self._starts_in, self._venues())) if self.one_venue else starts

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
        rooms = [room] * len(self.rankings) if room or not self.one_venue else self._rooms_of_one_venue(start)
        each = zip(self.rankings, self.offsets, rooms, strict=True)
        return tuple(ranking.slot_at(start + offset, chosen) for ranking, offset, chosen in each)

    def _one_room(self, start: int) -> str:
        """A room that is free for all of them, so that nobody has to move; empty where there is none."""
        searches = [ranking.search for ranking in self.rankings]
        free = [
            {one.room.name for one in search.rooms if one.fits >> start + offset & 1}
            for search, offset in zip(searches, self.offsets, strict=True)
        ]
        together = set.intersection(*free)
        return next((one.room.name for one in searches[0].rooms if one.room.name in together), "")

    def _venues(self) -> tuple[str, ...]:
        """Of all rooms that would do, the smallest room's first."""
        rooms = (one.room for ranking in self.rankings for one in ranking.search.rooms)
        return tuple(dict.fromkeys(room.venue for room in rooms)) or ("",)

    def _starts_in(self, venue: str) -> int:
        """Starts at which each that needs a room has one there."""
        pairs = zip(self.rankings, self.offsets, strict=True)
        return reduce(
            and_,
            (
                reduce(or_, (one.fits for one in _rooms_in(ranking, venue)), 0) >> offset
                for ranking, offset in pairs
                if ranking.search.plan.needs_room
            ),
            -1,
        )

    def _rooms_of_one_venue(self, start: int) -> list[str]:
        """The smallest free room of each in the first venue that has one for all; empty for whoever needs none."""
        venue = next(one for one in self._venues() if self._starts_in(one) >> start & 1)
        found = []
        for ranking, offset in zip(self.rankings, self.offsets, strict=True):
            free = (one.room.name for one in _rooms_in(ranking, venue) if one.fits >> start + offset & 1)
            found.append(next(free, ""))
        return found


def _rooms_in(ranking: Ranking, venue: str) -> list[RoomStarts]:
    """A room whose venue nobody has said is as near as any, as it is for a search."""
    return [one for one in ranking.search.rooms if one.room.venue in ("", venue)]


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


def no_time_for_a_way(plans: Sequence[Plan], kept: Sequence[tuple[int, TimeKept]], offsets: Sequence[int]) -> bool:
    """Whether two of them lie closer together than the minutes between venues."""
    gaps = (after - at - one.span_minutes for (at, after), one in zip(pairwise(offsets), plans, strict=False))
    ways = (max(one.travel, following.travel) for (_, one), (_, following) in pairwise(kept))
    return any(gap < way for gap, way in zip(gaps, ways, strict=True))


def in_grains(minutes: Sequence[int]) -> tuple[int, ...]:
    """The offsets as grains; none begins within one."""
    return tuple(map(grains, minutes))


def _not_together(day: date) -> DayWithout:
    return DayWithout(day, "NOT_ONE_AFTER_THE_OTHER", "Each could be held, but not one directly after the other.")
