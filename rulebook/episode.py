"""Cuts a subject's facts into episodes of care and picks the current one: ordinals restart, and clocks end,
with it.

An episode runs from the first fact after the last one ended (so that an entry decision belongs to the care
it led to) up to the day the child ceased to be looked after, or turned 18. Bodies and carers have one
episode.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from rulebook.contradicting_facts import UnusableFact, born_in_time, not_yet, within_care
from rulebook.counting import LeapBirthday, birthday
from rulebook.facts import (
    BECAME_LOOKED_AFTER,
    CEASED_TO_BE_LOOKED_AFTER,
    ENTRY_EVENTS,
    CaseEvent,
    EventType,
    FactKind,
    Subject,
    SubjectKind,
)

ADULT_AGE: Final = 18


@dataclass(frozen=True, slots=True)
class Episode:
    """The facts one evaluation looks at.

    Attributes:
        number: 1 for the first period of care on record.
        by_type: facts by event, each list in order of date, then of recording.
        everything: the subject's whole record by event, for rules that outlast care.
        ended_on, ended_by: set when the episode is over by the as-of day.
        last_planned: of each planned event the one recorded last: a booking that was moved counts once.
        unusable: what contradicts the rest or lies in the future, and was left out.
        subject: whose facts they are, without a date of birth that cannot be right.
    """

    number: int
    by_type: dict[EventType, list[CaseEvent]]
    everything: dict[EventType, list[CaseEvent]]
    last_planned: dict[EventType, CaseEvent]
    ended_on: date | None
    ended_by: str | None
    unusable: tuple[UnusableFact, ...]
    subject: Subject


def current_episode(subject: Subject, facts: Iterable[CaseEvent], as_of: date, leap: LeapBirthday) -> Episode:
    """The episode the subject is in on `as_of`, or the last one it was in."""
    usable, later = not_yet(_once(list(facts)), as_of)
    planned = {fact.type: fact for fact in usable if fact.kind is FactKind.PLANNED}
    if subject.kind is not SubjectKind.CHILD:
        table = _by_type(usable)
        return Episode(1, table, table, planned, None, None, tuple(later), subject)
    subject, unborn = born_in_time(subject, usable)
    parts = _split(_in_order(usable))
    number = len(parts)
    if number > 1 and not any(fact.type in ENTRY_EVENTS for fact in parts[-1]):
        number -= 1
    part = parts[number - 1]
    kept, wrong = within_care(part)
    ended_on, ended_by = _end(subject, kept, as_of, leap)
    unusable = (*unborn, *wrong, *later)
    return Episode(number, _by_type(kept), _by_type(usable), planned, ended_on, ended_by, unusable, subject)


def _once(facts: Sequence[CaseEvent]) -> list[CaseEvent]:
    """Without repeats: the same thing recorded twice must not count as the second of its kind."""
    seen = {(f.type, f.on, f.at, f.concerns, f.rule_id, f.obligation_key): f for f in reversed(facts)}
    return list(reversed(seen.values()))


def _in_order(facts: Sequence[CaseEvent]) -> list[CaseEvent]:
    """By date; on the day care ends, what starts care anew comes after the end, all else before it."""
    ends = {fact.on for fact in facts if fact.type == CEASED_TO_BE_LOOKED_AFTER}
    if not ends:
        return sorted(facts, key=lambda fact: fact.on)
    starts = sorted(fact.on for fact in facts if fact.type == BECAME_LOOKED_AFTER)
    return sorted(facts, key=lambda fact: (fact.on, _rank(fact, ends, starts)))


def _rank(fact: CaseEvent, ends: set[date], starts: Sequence[date]) -> int:
    if fact.type == CEASED_TO_BE_LOOKED_AFTER:
        return 1
    if fact.on not in ends or fact.type not in ENTRY_EVENTS:
        return 0
    in_care_already = any(start < fact.on and not any(start <= end < fact.on for end in ends) for start in starts)
    return 2 if in_care_already else 0


def _split(facts: Sequence[CaseEvent]) -> list[list[CaseEvent]]:
    parts: list[list[CaseEvent]] = [[]]
    for fact in facts:
        parts[-1].append(fact)
        if fact.type == CEASED_TO_BE_LOOKED_AFTER:
            parts.append([])
    return parts if parts[-1] or len(parts) == 1 else parts[:-1]


def _end(
    subject: Subject, part: Sequence[CaseEvent], as_of: date, leap: LeapBirthday
) -> tuple[date | None, str | None]:
    if part and part[-1].type == CEASED_TO_BE_LOOKED_AFTER:
        return part[-1].on, "the child ceased to be looked after"
    if subject.date_of_birth is not None:
        adult = birthday(subject.date_of_birth, ADULT_AGE, leap)
        if adult <= as_of:
            return adult, f"the child turned {ADULT_AGE}"
    return None, None


def _by_type(facts: Iterable[CaseEvent]) -> dict[EventType, list[CaseEvent]]:
    table: dict[EventType, list[CaseEvent]] = {}
    for fact in facts:
        table.setdefault(fact.type, []).append(fact)
    for same in table.values():
        same.sort(key=lambda fact: fact.on)
    return table
