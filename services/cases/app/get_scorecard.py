"""Works out the scorecard, the cases behind a figure, and the export with small numbers suppressed."""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from rulebook.facts import ObligationKey, RuleId, SubjectKind
from rulebook.pack import Pack
from services.cases.app.get_subject import may_read_names
from services.cases.app.policy import require
from services.cases.app.ports import SubjectFilter, Unit
from services.cases.app.sight import sight_of
from services.cases.domain.case_event import RecordedEvent
from services.cases.domain.measure import BY_KEY, MEASURES, Measure
from services.cases.domain.measured_case import MeasuredCase, Period, measured
from services.cases.domain.names import ObligationId, SubjectId, obligation_id
from services.cases.domain.obligation import Obligation
from services.cases.domain.scorecard import LateItem, Shown, late_items, place_of, rules_run, scorecard
from services.cases.domain.subject import Subject

_AT_ONCE: Final = 200


@dataclass(frozen=True)
class Scorecard:
    """The figures of a period, as of a civil day, of so many children's records."""

    shown: tuple[Shown, ...]
    as_of: date
    children: int


@dataclass(frozen=True)
class LateCase:
    """A case behind a figure. `obligation` None: nothing is kept of it, such as of an earlier time in care."""

    late: LateItem
    subject: Subject
    display_name: str
    obligation: Obligation | None


async def get_scorecard(unit: Unit, period: Period) -> Scorecard:
    """Every measure, of the cases the caller may know of."""
    parent = f"councils/{unit.council}"
    require(unit.caller, "GetScorecard", parent)
    found = await _scorecard(unit, period)
    await unit.audit("GetScorecard", parent)
    return found


async def export_scorecard(unit: Unit, period: Period) -> Scorecard:
    """The same, to leave the council: the trail says for which days."""
    parent = f"councils/{unit.council}"
    require(unit.caller, "ExportScorecard", parent)
    found = await _scorecard(unit, period)
    await unit.audit("ExportScorecard", parent, purpose=f"figures of {period.first} to {period.last}")
    return found


async def list_late(
    unit: Unit, key: str, period: Period, after: tuple[date, str, str] | None, size: int
) -> tuple[list[LateCase], bool]:
    """One page of the cases behind a figure, the earliest due first, and whether there are more."""
    parent = f"councils/{unit.council}"
    require(unit.caller, "ListLate", parent)
    measure = BY_KEY[key]
    cases = await _cases(unit, (measure,))
    late = [one for one in late_items(measure, cases.values(), period) if after is None or place_of(one) > after]
    page = late[:size]
    kept = await _kept(unit, list({one.item.subject for one in page}))
    await unit.audit("ListLate", parent)
    names = may_read_names(unit.caller)
    return [_late_case(one, cases[one.item.subject].subject, kept, names=names) for one in page], len(late) > size


async def _scorecard(unit: Unit, period: Period) -> Scorecard:
    cases = await _cases(unit, MEASURES)
    # Work for the processor alone: other callers are answered meanwhile.
    found = await asyncio.to_thread(scorecard, unit.pack, tuple(cases.values()), period)
    return Scorecard(found, unit.today(), len(cases))


async def _cases(unit: Unit, measures: tuple[Measure, ...]) -> dict[SubjectId, MeasuredCase]:
    """The records of all children the caller may know of, with the clocks that the measures count."""
    rules = frozenset[RuleId]().union(*(rules_run(unit.pack, measure) for measure in measures))
    found: dict[SubjectId, MeasuredCase] = {}
    after: tuple[str, str] | None = None
    while True:
        wanted = SubjectFilter(kinds=(SubjectKind.CHILD,), after=after)
        subjects = await unit.subjects.page(wanted, sight_of(unit.caller), _AT_ONCE)
        ids = [one.id for one in subjects]
        facts, waived = await unit.events.of(ids), await unit.obligations.waived(ids)
        found.update(await asyncio.to_thread(_measured, unit.pack, subjects, facts, waived, rules, unit.today()))
        if len(subjects) < _AT_ONCE:
            return found
        after = (subjects[-1].reference, str(subjects[-1].id))


def _measured(
    pack: Pack,
    subjects: Sequence[Subject],
    facts: Mapping[SubjectId, Sequence[RecordedEvent]],
    waived: Mapping[SubjectId, Collection[ObligationKey]],
    rules: frozenset[RuleId],
    today: date,
) -> dict[SubjectId, MeasuredCase]:
    return {one.id: measured(pack, one, facts[one.id], rules, today, waived[one.id]) for one in subjects}


async def _kept(unit: Unit, subjects: list[SubjectId]) -> dict[ObligationId, Obligation]:
    stored = await unit.obligations.of(subjects)
    return {one.id: one for of in stored.values() for one in of}


def _late_case(late: LateItem, subject: Subject, kept: Mapping[ObligationId, Obligation], *, names: bool) -> LateCase:
    clock = late.item.clock
    obligation = kept.get(obligation_id(subject.id, clock.key)) if clock is not None else None
    return LateCase(late, subject, subject.display_name if names else "", obligation)
