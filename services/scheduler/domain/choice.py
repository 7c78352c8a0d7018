"""Seats of which it is open who takes them: of several people, one or a few must come."""

from collections.abc import Sequence
from dataclasses import replace

from services.scheduler.domain.errors import MustNotMeet
from services.scheduler.domain.kept_apart import MustNotMeetPair
from services.scheduler.domain.meeting import Plan


def without_kept_apart(plan: Plan, pairs: Sequence[MustNotMeetPair]) -> Plan:
    """The plan without candidates who must not meet somebody who is asked, or a candidate named before them.

    They are left out, not refused: there are others. Raises MustNotMeet where too few are left.
    """
    there, choices = list(plan.attendees), []
    for choice in plan.choices:
        kept = []
        for one in choice.candidates:
            if not any(pair.concerns(one, other) for pair in pairs for other in there):
                kept.append(one)
                there.append(one)
        if len(kept) < choice.count:
            raise MustNotMeet(court_ordered="yes" if any(pair.court_ordered for pair in pairs) else "no")
        choices.append(replace(choice, candidates=tuple(kept)))
    return replace(plan, choices=tuple(choices))


def at_least(masks: Sequence[int], count: int) -> int:
    """The grains that are set in at least so many of the masks; every grain for a count of 0."""
    # found[k]: set in more than k of the masks looked at so far.
    found = [0] * count
    for mask in masks:
        for place in range(count - 1, 0, -1):
            found[place] |= found[place - 1] & mask
        if count:
            found[0] |= mask
    return found[-1] if count else -1
