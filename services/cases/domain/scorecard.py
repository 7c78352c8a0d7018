"""Figures of a period: pure, from facts and clocks. What cannot be known is said and never shown as 0."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from rulebook.facts import EventType, RuleId
from rulebook.obligation import Obligation as Clock
from rulebook.pack import Pack
from rulebook.rule import Basis
from rulebook.vocabulary import vocabulary
from services.cases.domain.measure import MEASURES, Direction, Item, Measure
from services.cases.domain.measured_case import MeasuredCase, Period, Verdict, late_on, verdict

# Facts that may tell why something was late; which of them did, a person judges.
_MAY_TELL_WHY: Final = tuple(
    EventType(name)
    for name in (
        "cic_review_adjourned",
        "drift_identified",
        "placement_at_risk",
        "placement_broke_down",
        "proceedings_extended",
        "return_home_uncertain",
        "plan_change_recommended",
        "iro_dispute_raised",
        "ceased_to_be_looked_after",
    )
)


@dataclass(frozen=True)
class Figure:
    """A numerator with its denominator. `not_judged`: what belongs here and stands in neither of the two."""

    numerator: int
    denominator: int
    not_judged: int = 0

    @property
    def value(self) -> float | None:
        """A share of 1, or a mean; None where nothing fell into the period."""
        return self.numerator / self.denominator if self.denominator else None


@dataclass(frozen=True)
class MonthFigure:
    """The figure of one month, or of the part of it that lies in the period."""

    month: Period
    figure: Figure


@dataclass(frozen=True)
class Shown:
    """One measure with its figures; without them `missing` says what is missing."""

    measure: Measure
    figure: Figure | None = None
    months: tuple[MonthFigure, ...] = ()
    missing: str = ""


@dataclass(frozen=True)
class LateItem:
    """A case behind a figure that is not as it should be, with facts that may tell why."""

    item: Item
    days_late: int
    reasons: tuple[tuple[EventType, date], ...]


def rules_run(pack: Pack, measure: Measure) -> tuple[RuleId, ...]:
    """The measure's rules that this council runs."""
    return tuple(
        rule
        for rule in measure.rules
        if rule in pack.by_id and rule not in pack.kept_elsewhere and not pack.by_id[rule].switched_off
    )


def missing(pack: Pack, measure: Measure, recorded: Collection[EventType]) -> str:
    """Why there are no data; empty where there are."""
    if measure.never:
        return measure.never
    if measure.rules and not rules_run(pack, measure):
        systems = [pack.kept_elsewhere[rule] for rule in measure.rules if rule in pack.kept_elsewhere]
        elsewhere = f"the council keeps this clock elsewhere: {systems[0]}" if systems else ""
        return elsewhere or "the council's pack has no such rule"
    for group in measure.needs:
        if not any(event in recorded for event in group):
            words = " or ".join(pack.label(vocabulary()[event].says) for event in group)
            return f"no case event is on record that says: {words}"
    return ""


def scorecard(pack: Pack, cases: Sequence[MeasuredCase], period: Period) -> tuple[Shown, ...]:
    """Every measure, in the order of the sets."""
    recorded = frozenset(fact.type for case in cases for fact in case.facts)
    return tuple(shown(pack, measure, cases, period, recorded) for measure in MEASURES)


def shown(
    pack: Pack, measure: Measure, cases: Sequence[MeasuredCase], period: Period, recorded: Collection[EventType]
) -> Shown:
    """One measure's figure for the period and for each of its months. `recorded`: facts on record in the council."""
    why = missing(pack, measure, recorded)
    if why:
        return Shown(measure, missing=why)
    months = tuple(MonthFigure(month, figure(measure, cases, month)) for month in period.months())
    return Shown(measure, figure(measure, cases, period), months)


def figure(measure: Measure, cases: Iterable[MeasuredCase], period: Period) -> Figure:
    """Numerator and denominator."""
    numerator = denominator = not_judged = 0
    for case in cases:
        for item in items(measure, case, period):
            numerator += item.amount
            denominator += 1
        not_judged += _not_judged(measure, case, period)
    return Figure(numerator, denominator, not_judged)


def items(measure: Measure, case: MeasuredCase, period: Period) -> Iterator[Item]:
    """What one case adds to the denominator."""
    if measure.look is not None:
        yield from measure.look(case, period)
        return
    for clock in case.clocks:
        if clock.rule_id not in measure.rules:
            continue
        found, day = _verdict(case, clock, period), late_on(clock)
        if day is not None and found in (Verdict.KEPT, Verdict.LATE):
            yield Item(case.id, day, int(found is Verdict.KEPT), clock.met_on, clock)


def late_items(measure: Measure, cases: Iterable[MeasuredCase], period: Period) -> list[LateItem]:
    """The cases that keep the figure from being as it should be, the earliest due first."""
    found = [
        LateItem(item, _days_late(item, case.today), _reasons(item, case, period))
        for case in cases
        for item in items(measure, case, period)
        if _unwanted(measure, item)
    ]
    return sorted(found, key=place_of)


def place_of(late: LateItem) -> tuple[date, str, str]:
    """Where it stands in the list: the same from one reading to the next."""
    return (late.item.on, str(late.item.subject), late.item.clock.key if late.item.clock else "")


def _not_judged(measure: Measure, case: MeasuredCase, period: Period) -> int:
    if measure.look is not None:
        return 0
    clocks = (clock for clock in case.clocks if clock.rule_id in measure.rules)
    return sum(_verdict(case, clock, period) is Verdict.NOT_JUDGED for clock in clocks)


def _verdict(case: MeasuredCase, clock: Clock, period: Period) -> Verdict:
    """A clock of the council's own that was waived and not met is neither kept nor late.

    The law knows no waiver: its clocks are late all the same.
    """
    found = verdict(clock, period, case.today)
    excused = clock.basis is Basis.LOCAL and clock.met_on is None and clock.key in case.waived
    return Verdict.NOT_JUDGED if excused and found is Verdict.LATE else found


def _unwanted(measure: Measure, item: Item) -> bool:
    return item.hit if measure.direction is Direction.LESS else measure.direction is Direction.MORE and not item.hit


def _days_late(item: Item, today: date) -> int:
    """Of a clock; what is counted on a day is not late by days."""
    if item.clock is None:
        return max(((item.done_on or item.on) - item.on).days, 0)
    ended = item.done_on or item.clock.ended_on or today
    return max((ended - item.on).days, 0)


def _reasons(item: Item, case: MeasuredCase, period: Period) -> tuple[tuple[EventType, date], ...]:
    if item.clock is None:
        spell = case.spell_on(item.on)
        first, last = (spell.start if spell else period.first), item.on
    else:
        first, last = item.clock.anchor_on or period.first, item.done_on or case.today
    found = [(day, event) for event in _MAY_TELL_WHY for day in case.days(event) if first <= day <= last]
    return tuple((event, day) for day, event in sorted(found))
