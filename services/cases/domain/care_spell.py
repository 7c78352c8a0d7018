"""Unbroken times in care, as the facts on record have them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from rulebook.facts import BECAME_LOOKED_AFTER, CEASED_TO_BE_LOOKED_AFTER
from services.cases.domain.case_event import RecordedEvent


@dataclass(frozen=True)
class Spell:
    """One time in care; `end` None: it is going on. The day on which care ends still belongs to it."""

    start: date
    end: date | None = None

    def covers(self, day: date) -> bool:
        """Whether the child was in care on that day."""
        return self.start <= day and (self.end is None or day <= self.end)


def spells(facts: Iterable[RecordedEvent]) -> tuple[Spell, ...]:
    """Every time in care, the earliest first. A second beginning within one is no beginning."""
    known = list(facts)
    starts = sorted({fact.on for fact in known if fact.type == BECAME_LOOKED_AFTER})
    ends = sorted({fact.on for fact in known if fact.type == CEASED_TO_BE_LOOKED_AFTER})
    found: list[Spell] = []
    for start in starts:
        before = found[-1] if found else None
        if before is not None and (before.end is None or start < before.end):
            continue
        used = before.end if before is not None else None
        found.append(Spell(start, next((end for end in ends if end >= start and end != used), None)))
    return tuple(found)


def spell_on(known: Iterable[Spell], day: date) -> Spell | None:
    """The time in care that covers the day; of two that meet on it the later one."""
    return next((one for one in reversed(tuple(known)) if one.covers(day)), None)
