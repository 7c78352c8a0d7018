"""The way between venues: who has been, or will be, in a meeting elsewhere cannot be here at once.

What stands in a diary and is no meeting of ours has no place that is known, and a meeting without a room needs no way.
"""

from collections.abc import Mapping

from services.scheduler.domain.diary import Capacity
from services.scheduler.domain.grains import Grid
from services.scheduler.domain.meeting import Plan


def out_of_reach(plan: Plan, capacity: Capacity, minutes: int, grid: Grid) -> Mapping[str, int]:
    """By venue: the grains at which somebody who must come is elsewhere or on the way. Empty where none is known."""
    venues = {room.name: room.venue for room in capacity.rooms if room.venue}
    if not minutes or not venues:
        return {}
    stays = [
        (venues[room], first - minutes, last + minutes)
        for one in plan.attendees
        if one.required or one.chair
        for first, last, room in capacity.diary(one.person).places
        if room in venues
    ]
    if not stays:
        return {}
    return {
        here: grid.mask((first, last) for there, first, last in stays if there != here) for here in set(venues.values())
    }


def way_masks(plan: Plan, capacity: Capacity, minutes: int, grid: Grid) -> Mapping[str, int]:
    """By candidate for an open seat: the grains at which they are at a venue, on the way to it or from it.

    Where the meeting will be is not known before somebody is chosen, so the way is kept in any case.
    """
    venues = {room.name: room.venue for room in capacity.rooms if room.venue}
    if not minutes or not plan.needs_room or len(set(venues.values())) < 2:
        return {}
    return {
        person: grid.mask(
            (first - minutes, last + minutes) for first, last, room in capacity.diary(person).places if room in venues
        )
        for person in plan.candidates
    }
