"""People who must not meet: put into sessions of their own, or refused."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import permutations

from services.scheduler.domain.errors import MustNotMeet
from services.scheduler.domain.meeting import Attendee, Plan

_COMES_ALONG = "social-worker"
_SHORTEST_SESSION = 30


@dataclass(frozen=True, slots=True)
class MustNotMeetPair:
    """`person` is kept from `other`: a person's resource name, or a carer household's (then: every carer)."""

    person: str
    other: str
    court_ordered: bool = False

    def concerns(self, one: Attendee, another: Attendee) -> bool:
        """Whether these two attendees are the pair, either way round."""
        return self.keeps(one, another) or self.keeps(another, one)

    def keeps(self, one: Attendee, another: Attendee) -> bool:
        """Whether it is this one who is kept from that other."""
        if one.person != self.person:
            return False
        household = "/carerHouseholds/" in self.other
        return another.role == "carer" if household else another.person == self.other


def check_kept_apart(plan: Plan, pairs: Sequence[MustNotMeetPair]) -> None:
    """Raises MustNotMeet where both of a pair are asked to one session; a court's order is named first."""
    broken = [pair for pair in pairs if _together(plan, pair)]
    if broken:
        raise MustNotMeet(court_ordered="yes" if any(pair.court_ordered for pair in broken) else "no")


def keep_apart(plan: Plan, pairs: Sequence[MustNotMeetPair]) -> tuple[Plan, tuple[str, ...]]:
    """The plan with as many sessions as it takes, and what was done in plain words without names.

    A person who is kept from another comes to a later session, with the chair and the social worker. A plan whose
    sessions somebody has set already is only checked. Raises MustNotMeet where the chair is one of a pair.
    """
    apart = [pair for pair in pairs if _both_asked(plan, pair)]
    if apart and len(plan.session_minutes) == 1 and not any(one.sessions for one in plan.attendees):
        plan = _split(plan, apart)
    check_kept_apart(plan, pairs)
    return plan, tuple(_told(plan, pair) for pair in apart)


def pairs_asked(plan: Plan, pairs: Sequence[MustNotMeetPair]) -> tuple[MustNotMeetPair, ...]:
    """The pairs of two people who are asked, each once; a carer household stands as each of its carers."""
    found: dict[frozenset[str], MustNotMeetPair] = {}
    for pair in pairs:
        for one, other in permutations(plan.attendees, 2):
            if pair.keeps(one, other):
                both = frozenset((one.person, other.person))
                known = found.setdefault(both, MustNotMeetPair(one.person, other.person))
                found[both] = replace(known, court_ordered=known.court_ordered or pair.court_ordered)
    return tuple(found.values())


def _split(plan: Plan, pairs: Sequence[MustNotMeetPair]) -> Plan:
    session_of: dict[str, int] = {}
    for one in sorted(plan.attendees, key=lambda one: (_is_kept_away(one, pairs), one.person)):
        met = [
            session_of[other.person]
            for other in plan.attendees
            if other.person in session_of and any(pair.concerns(one, other) for pair in pairs)
        ]
        session_of[one.person] = next(n for n in range(1, len(plan.attendees) + 1) if n not in met)
    count = max(session_of.values())
    attendees = tuple(_placed(one, session_of, count, pairs, plan.attendees) for one in plan.attendees)
    shorter = max(_SHORTEST_SESSION, plan.session_minutes[0] // 2 // 5 * 5)
    minutes = (plan.session_minutes[0], *[shorter] * (count - 1))
    return replace(plan, attendees=attendees, session_minutes=minutes)


def _placed(
    one: Attendee,
    session_of: dict[str, int],
    count: int,
    pairs: Sequence[MustNotMeetPair],
    attendees: Sequence[Attendee],
) -> Attendee:
    if one.chair:
        return one
    if one.role != _COMES_ALONG:
        return replace(one, sessions=(session_of[one.person],))
    closed = {session_of[other.person] for other in attendees if any(pair.concerns(one, other) for pair in pairs)}
    open_to = tuple(number for number in range(1, count + 1) if number not in closed)
    return replace(one, sessions=() if len(open_to) == count else open_to)


def _is_kept_away(one: Attendee, pairs: Sequence[MustNotMeetPair]) -> bool:
    return any(pair.person == one.person for pair in pairs)


def _both_asked(plan: Plan, pair: MustNotMeetPair) -> bool:
    return any(pair.concerns(a, b) for a in plan.attendees for b in plan.attendees if a.person < b.person)


def _together(plan: Plan, pair: MustNotMeetPair) -> bool:
    numbers = range(1, len(plan.session_minutes) + 1)
    return any(
        pair.concerns(a, b) and any(a.comes_to(n) and b.comes_to(n) for n in numbers)
        for a in plan.attendees
        for b in plan.attendees
        if a.person < b.person
    )


def _told(plan: Plan, pair: MustNotMeetPair) -> str:
    why = "by order of a court" if pair.court_ordered else "as recorded on the case"
    gap = plan.minutes_between_sessions
    return (
        f"Two people who must not meet, {why}, come to different sessions, {gap} minutes apart; the chair is at each."
    )
