"""A child's own week, as it is on record: school, contact with the family, and when they would rather (not) meet.

School and wishes are costs, with a reason that names nobody. Contact is not taken for a meeting to which the child or
the family is asked.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from services.scheduler.domain.diary import Capacity, Term, WorkingHours, hours_mask, stretches_on, wall_spans
from services.scheduler.domain.grains import Grid, Span, span
from services.scheduler.domain.meeting import Plan, civil_day
from services.scheduler.domain.working_time import Fault, faults_of_stretches

MOST_TIMES = 100
# Whoever is asked to a meeting as one of these cannot be at contact at the same time.
_AT_CONTACT = frozenset({"child", "mother", "father", "parent", "family-member", "carer"})
_GUESSED_SCHOOL = ((8 * 60 + 45, 15 * 60 + 30),)
_IN_SCHOOL, _RATHER_NOT, _NOT_AS_LIKED = 15, 12, 4


class ChildTimeKind(StrEnum):
    """What a stretch of a child's week is."""

    SCHOOL = "school"
    CONTACT = "contact"
    WOULD_LIKE = "would_like"
    RATHER_NOT = "rather_not"


@dataclass(frozen=True, slots=True)
class ChildTime:
    """One stretch of one weekday; days as of a working pattern."""

    what: ChildTimeKind
    weekday: int
    from_minute: int
    until_minute: int
    first_day: date | None = None
    last_day: date | None = None


@dataclass(frozen=True, slots=True)
class ChildsTime:
    """All that is on record of one child. `terms`: those of the council, between which there is no school."""

    times: tuple[ChildTime, ...] = ()
    terms: tuple[Term, ...] = ()
    version: int = 0

    def hours(self, what: ChildTimeKind) -> tuple[WorkingHours, ...]:
        """The stretches of that kind; school is held in term time only."""
        terms = self.terms if what is ChildTimeKind.SCHOOL else None
        return tuple(
            WorkingHours(one.weekday, one.from_minute, one.until_minute, one.first_day, one.last_day, terms)
            for one in self.times
            if one.what is what
        )


def faults_of_times(times: Sequence[ChildTime], field: str = "times") -> Iterator[Fault]:
    """Every fault, each with the path of its field."""
    if len(times) > MOST_TIMES:
        yield field, f"are {len(times)}; at most {MOST_TIMES} are allowed"
    for place, one in enumerate(times):
        if one.first_day and one.last_day and one.last_day < one.first_day:
            yield f"{field}[{place}].until_date", "lies before from_date; a time ends on its first day or later"
        hours = ((one.weekday, one.from_minute, one.until_minute),)
        for path, what in faults_of_stretches(hours, field):
            yield path.replace("[0]", f"[{place}]"), what


def contact_mask(plan: Plan, capacity: Capacity, grid: Grid) -> int:
    """The grains at which a child of the meeting has contact, where anybody is asked who would be there."""
    if not capacity.children or not any(one.role in _AT_CONTACT for one in plan.attendees):
        return 0
    found = 0
    for child in _children(plan, capacity.children):
        found |= hours_mask(child.hours(ChildTimeKind.CONTACT), grid)
    return found


def at_contact(plan: Plan, capacity: Capacity, role: str, start: datetime, end: datetime) -> bool:
    """Whether somebody asked in that role would have to be at contact then."""
    if role not in _AT_CONTACT:
        return False
    children = _children(plan, capacity.children)
    return any(_meets(child.hours(ChildTimeKind.CONTACT), start, end) for child in children)


def costs_of_a_start(plan: Plan, capacity: Capacity, start: datetime, end: datetime) -> Iterator[tuple[str, str, int]]:
    """(stable reason, words that name nobody, cost) of a start, for each thing known of the children's weeks."""
    children = list(_children(plan, capacity.children))
    if any(one.role == "child" for one in plan.attendees):
        yield _school(children, start, end)
    if any(_meets(one.hours(ChildTimeKind.RATHER_NOT), start, end) for one in children):
        yield "CHILD_WOULD_RATHER_NOT", "A time at which the child would rather not meet", _RATHER_NOT
    liked = [found for one in children if (found := one.hours(ChildTimeKind.WOULD_LIKE))]
    if liked and all(_within(hours, start, end) for hours in liked):
        yield "CHILD_WOULD_LIKE", "A time that the child would like", 0
    elif liked:
        yield "NOT_AS_LIKED", "Not one of the times that the child would like", _NOT_AS_LIKED


def _school(children: Sequence[ChildsTime], start: datetime, end: datetime) -> tuple[str, str, int]:
    """On record it is their own school; of whoever's is not, or after the last term that is known, a usual one."""
    day = civil_day(start)
    known = [hours for one in children if (hours := one.hours(ChildTimeKind.SCHOOL))]
    if known and len(known) == len(children) and all(any(one.covers(day) for one in hours) for hours in known):
        if any(_meets(hours, start, end) for hours in known):
            return "WITHIN_SCHOOL_HOURS", "Within school hours", _IN_SCHOOL
        return "OUTSIDE_SCHOOL_HOURS", "Outside school hours", 0
    always = [tuple(one._replace(terms=None) for one in hours) for hours in known]
    usual = _touches(wall_spans(day, _GUESSED_SCHOOL), start, end) if len(known) < len(children) or not known else False
    if usual or any(_meets(hours, start, end) for hours in always):
        return "WITHIN_SCHOOL_HOURS", "Within school hours, unless it is a school holiday", _IN_SCHOOL
    return "OUTSIDE_SCHOOL_HOURS", "Outside school hours", 0


def _children(plan: Plan, children: Mapping[str, ChildsTime]) -> Iterator[ChildsTime]:
    nothing = ChildsTime()
    return (children.get(one, nothing) for one in plan.subjects if "/children/" in one)


def _meets(hours: Sequence[WorkingHours], start: datetime, end: datetime) -> bool:
    day = civil_day(start)
    return _touches(wall_spans(day, stretches_on(hours, day)), start, end)


def _within(hours: Sequence[WorkingHours], start: datetime, end: datetime) -> bool:
    day = civil_day(start)
    first, last = span(start, end)
    return any(begin <= first and last <= until for begin, until in wall_spans(day, stretches_on(hours, day)))


def _touches(spans: Iterable[Span], start: datetime, end: datetime) -> bool:
    first, last = span(start, end)
    return any(begin < last and first < until for begin, until in spans)
