"""Working patterns: the hours of a week, the days between which they hold, and whether only in term time."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from services.scheduler.domain.diary import Term, WorkingHours

MOST_PATTERNS, MOST_STRETCHES = 20, 42
Fault = tuple[str, str]
"""(path of the field, what is wrong and what to do)."""


@dataclass(frozen=True, slots=True)
class WorkingPattern:
    """`stretches`: (weekday, from, until) in minutes of London wall time; `first_day`, `last_day` None: no end."""

    stretches: tuple[tuple[int, int, int], ...]
    first_day: date | None = None
    last_day: date | None = None
    term_time_only: bool = False

    def hours(self, terms: Sequence[Term]) -> tuple[WorkingHours, ...]:
        """The same for a search; `terms` are all that are known."""
        within = tuple(terms) if self.term_time_only else None
        return tuple(WorkingHours(*one, self.first_day, self.last_day, within) for one in self.stretches)

    def overlaps(self, other: "WorkingPattern") -> bool:
        """Whether there are days of which both speak."""
        begins, ends = (max, min)
        first = begins(self.first_day or date.min, other.first_day or date.min)
        return first <= ends(self.last_day or date.max, other.last_day or date.max)


@dataclass(frozen=True, slots=True)
class WorkingTime:
    """What is kept of somebody's time. `by_hand`: set on the site, so that capacity files leave it alone.

    `most_chaired`: meetings that they chair on one day at most; None: as many as the council's pack says.
    """

    patterns: tuple[WorkingPattern, ...] = ()
    by_hand: bool = False
    most_chaired: int | None = None
    terms: tuple[Term, ...] = ()

    @property
    def etag(self) -> str:
        """Another one for every other content, terms aside: those are the council's."""
        said = repr((self.patterns, self.by_hand, self.most_chaired))
        return hashlib.sha256(said.encode()).hexdigest()[:16]


def faults_of(patterns: Sequence[WorkingPattern], field: str = "patterns") -> list[Fault]:
    """Every fault, each with the path of its field."""
    found = [fault for place, one in enumerate(patterns) for fault in _faults(one, f"{field}[{place}]")]
    for place, one in enumerate(patterns):
        if any(one.overlaps(before) for before in patterns[:place]):
            what = "holds on days of which an earlier pattern speaks; end that one the day before"
            found.append((f"{field}[{place}].from_date", what))
    if len(patterns) > MOST_PATTERNS:
        found.append((field, f"are {len(patterns)}; at most {MOST_PATTERNS} are allowed"))
    return found


def _faults(one: WorkingPattern, path: str) -> Iterator[Fault]:
    if one.first_day and one.last_day and one.last_day < one.first_day:
        yield f"{path}.until_date", "lies before from_date; a pattern ends on its first day or later"
    if not 0 < len(one.stretches) <= MOST_STRETCHES:
        yield f"{path}.hours", f"must be between 1 and {MOST_STRETCHES}; whoever is away has an absence, not a pattern"
    yield from faults_of_stretches(one.stretches, f"{path}.hours")


def faults_of_stretches(stretches: Sequence[tuple[int, int, int]], path: str) -> Iterator[Fault]:
    """Hours that end before they begin, and those of one day that overlap."""
    for place, (weekday, first, last) in enumerate(stretches):
        if last <= first:
            yield f"{path}[{place}].local_until", "must be later than local_from"
        elif any(day == weekday and begin < last and first < end for day, begin, end in stretches[:place]):
            yield f"{path}[{place}].local_from", "overlaps other hours of that day"


def patterns_of(rows: Iterable[tuple[int, int, int, date | None, date | None, bool]]) -> tuple[WorkingPattern, ...]:
    """(weekday, from, until, first day, last day, term time only) put together, the earliest pattern first."""
    found: dict[tuple[date | None, date | None, bool], list[tuple[int, int, int]]] = {}
    for weekday, first, last, first_day, last_day, term_time_only in rows:
        found.setdefault((first_day, last_day, term_time_only), []).append((weekday, first, last))
    whole = [WorkingPattern(tuple(sorted(hours)), *days) for days, hours in found.items()]
    return tuple(sorted(whole, key=lambda one: (one.first_day or date.min, one.term_time_only)))


def merged_stretches(stretches: Iterable[tuple[int, int, int]]) -> tuple[tuple[int, int, int], ...]:
    """In order, those of one day that touch or overlap made one."""
    whole: list[tuple[int, int, int]] = []
    for weekday, first, last in sorted(stretches):
        if whole and whole[-1][0] == weekday and first <= whole[-1][2]:
            whole[-1] = (weekday, whole[-1][1], max(last, whole[-1][2]))
        else:
            whole.append((weekday, first, last))
    return tuple(whole)
