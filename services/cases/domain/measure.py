"""The measures of the scorecard: what each counts, of what, who asks for it, and what it needs."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final, TypeAlias

from rulebook.facts import CEASED_TO_BE_LOOKED_AFTER, EventType, RuleId
from rulebook.obligation import Obligation as Clock
from services.cases.domain.measured_case import MeasuredCase, Period
from services.cases.domain.names import SubjectId


class MeasureSet(StrEnum):
    """The sets of figures."""

    TIMELINESS = "timeliness"
    FIVE_OUTCOMES = "five_outcomes"
    CORPORATE_PARENTING = "corporate_parenting"
    GROUP_TARGETS = "group_targets"


class Unit(StrEnum):
    """What a numerator is: cases among those of the denominator, or days of all of them together."""

    SHARE = "share"
    MEAN_DAYS = "mean_days"


class Direction(StrEnum):
    """Whether more or less is better; NEITHER describes."""

    MORE = "more"
    LESS = "less"
    NEITHER = "neither"


@dataclass(frozen=True)
class Item:
    """One case of the denominator. `amount`: 1 where it belongs to the numerator, or the days of a mean."""

    subject: SubjectId
    on: date
    amount: int
    done_on: date | None = None
    clock: Clock | None = None

    @property
    def hit(self) -> bool:
        """Whether it belongs to the numerator."""
        return self.amount > 0


Items: TypeAlias = Iterator[Item]
Look: TypeAlias = Callable[[MeasuredCase, Period], Items]


@dataclass(frozen=True)
class Measure:
    """One measure, by the clocks of `rules` or by `look` at facts.

    `needs`: of each group some fact has to be on record somewhere in the council: without one, nobody records such
    facts, and there are no data. `never`: what is missing for good.
    """

    key: str
    set: MeasureSet
    counts: str
    source: str
    direction: Direction
    rules: tuple[RuleId, ...] = ()
    look: Look | None = None
    needs: tuple[tuple[EventType, ...], ...] = ()
    unit: Unit = Unit.SHARE
    target: str = ""
    never: str = ""


def _events(*names: str) -> tuple[EventType, ...]:
    return tuple(EventType(name) for name in names)


def _rules(*names: str) -> tuple[RuleId, ...]:
    return tuple(RuleId(name) for name in names)


REVIEW_RULES: Final = _rules("reg33-1", "reg33-2")
REVIEW_HELD: Final = _events("cic_review_held")
PLANNED: Final = _events("permanence_plan_established", "permanence_plan_agreed")
_SETTLED: Final = EventType("permanence_obtained")
_BROKE_DOWN: Final = EventType("placement_broke_down")
_NOBODY: Final = EventType("nobody_exercising_parental_responsibility")
_LONG_TERM: Final = EventType("long_term_fostering_agreed_at_review")
_PLACED: Final = EventType("placement_started")
_SOMEBODY: Final = _events(
    "interim_care_order_made",
    "care_order_made",
    "sgo_made",
    "child_arrangements_order_made",
    "adoption_order_made",
)
_YEAR: Final = timedelta(days=365)
_MANY_MOVES: Final = 3


def _plan_by_second_review(case: MeasuredCase, period: Period) -> Items:
    for spell in case.spells:
        reviews = [day for day in case.days(*REVIEW_HELD) if spell.covers(day)]
        if len(reviews) > 1 and period.holds(reviews[1]):
            planned = [day for day in case.days(*PLANNED) if spell.start <= day]
            by_then = [day for day in planned if day <= reviews[1]]
            yield Item(case.id, reviews[1], int(bool(by_then)), next(iter(by_then or planned), None))


def _in_care(case: MeasuredCase, period: Period) -> bool:
    return case.spell_on(period.last) is not None


def _with_plan(case: MeasuredCase, period: Period) -> Items:
    spell = case.spell_on(period.last)
    if spell is not None:
        planned = case.last(period.last, *PLANNED, since=spell.start)
        yield Item(case.id, period.last, int(planned is not None), planned)


def _settled_on(case: MeasuredCase, by: date, since: date) -> date | None:
    """When the child was settled, unless the placement broke down since."""
    settled = case.last(by, _SETTLED, since=since)
    broke = case.last(by, _BROKE_DOWN, since=since)
    return settled if settled is not None and (broke is None or broke < settled) else None


def _settled(case: MeasuredCase, period: Period) -> Items:
    spell = case.spell_on(period.last)
    if spell is not None:
        settled = _settled_on(case, period.last, spell.start)
        yield Item(case.id, period.last, int(settled is not None), settled)


def _stable(case: MeasuredCase, period: Period) -> Items:
    if _in_care(case, period):
        moves = [day for day in case.days(_PLACED) if period.last - _YEAR < day <= period.last]
        yield Item(case.id, period.last, int(len(moves) < _MANY_MOVES))


def _nobody(case: MeasuredCase, period: Period) -> Items:
    if _in_care(case, period):
        since = case.last(period.last, _NOBODY)
        settled = since is not None and case.last(period.last, *_SOMEBODY, since=since) is not None
        yield Item(case.id, period.last, int(since is not None and not settled))


def _unmatched(case: MeasuredCase, period: Period) -> Items:
    spell = case.spell_on(period.last)
    agreed = case.last(period.last, _LONG_TERM, since=spell.start) if spell is not None else None
    if agreed is not None:
        matched = _settled_on(case, period.last, agreed)
        yield Item(case.id, period.last, int(matched is None), matched)


def _left(*orders: str) -> Look:
    """Of the children who left care, those with such an order made within that time in care."""
    events = _events(*orders)

    def look(case: MeasuredCase, period: Period) -> Items:
        for spell in case.spells:
            if spell.end is not None and period.holds(spell.end):
                made = case.last(spell.end, *events, since=spell.start)
                yield Item(case.id, spell.end, int(made is not None), made)

    return look


def _days_in_care(case: MeasuredCase, period: Period) -> Items:
    for spell in case.spells:
        if spell.end is not None and period.holds(spell.end):
            yield Item(case.id, spell.end, (spell.end - spell.start).days)


_LEI: Final = "Leicestershire, permanence policy, sections 2.2 and 2.3"
_TW: Final = "Telford and Wrekin, permanence policy, section 3.9"
_SPG: Final = "Securing Permanence Group, paper of 23 May 2013, targets"
_ENDED: Final = (CEASED_TO_BE_LOOKED_AFTER,)

MEASURES: Final = (
    Measure(
        "reviews_in_time",
        MeasureSet.TIMELINESS,
        "Looked after child reviews held by the law's day, of all whose day fell into the period",
        "Care Planning, Placement and Case Review Regulations 2010, regulation 33(1) and (2)",
        Direction.MORE,
        rules=REVIEW_RULES,
    ),
    Measure(
        "plan_by_second_review",
        MeasureSet.TIMELINESS,
        "Children with a permanence plan established or agreed by their second review, of all whose second review"
        " was held in the period",
        "Telford and Wrekin, permanence policy, section 3.8; Bournemouth, Christchurch and Poole, section 3.4",
        Direction.MORE,
        look=_plan_by_second_review,
        needs=(REVIEW_HELD, PLANNED),
    ),
    Measure(
        "permanence_meeting_cadence",
        MeasureSet.TIMELINESS,
        "Further permanence planning meetings held within the policy's interval, of all whose day fell into the period",
        "Bournemouth, Christchurch and Poole, section 8 (12 weeks); Dudley, section 7 (6 weeks)",
        Direction.MORE,
        rules=_rules("BCP-8-07", "DUD-7-02"),
        needs=(_events("ppm_held", "child_permanence_meeting_held"),),
    ),
    Measure(
        "minutes_signed",
        MeasureSet.TIMELINESS,
        "Permanence planning meetings whose minutes the chair signed within 48 hours, of all whose 48 hours ran out"
        " in the period",
        "Bournemouth, Christchurch and Poole, section 8.4",
        Direction.MORE,
        rules=_rules("BCP-8.4-01"),
        needs=(_events("ppm_held"), _events("ppm_minutes_signed_by_chair")),
    ),
    Measure(
        "minutes_filed",
        MeasureSet.TIMELINESS,
        "Permanence planning meetings whose minutes were in the child's file within 72 hours, of all whose 72 hours"
        " ran out in the period",
        "Bournemouth, Christchurch and Poole, section 8.4",
        Direction.MORE,
        rules=_rules("BCP-8.4-02"),
        needs=(_events("ppm_held"), _events("obligation_met")),
    ),
    Measure(
        "long_term_match_in_time",
        MeasureSet.TIMELINESS,
        "Matches for long-term fostering made within three months of the review that agreed it, of all whose three"
        " months ended in the period",
        "Bournemouth, Christchurch and Poole, section 9",
        Direction.MORE,
        rules=_rules("BCP-9-03"),
        needs=((_LONG_TERM,),),
    ),
    Measure(
        "outcome_safety_and_welfare",
        MeasureSet.FIVE_OUTCOMES,
        "Safety and welfare",
        _LEI,
        Direction.NEITHER,
        never="the scorecard that names the measure is not among the documents, and no fact here tells of it",
    ),
    Measure(
        "outcome_stability",
        MeasureSet.FIVE_OUTCOMES,
        "Stability: children in care on the last day with fewer than three placements begun in the year before, of"
        " all in care that day",
        _LEI,
        Direction.MORE,
        look=_stable,
        needs=((_PLACED,),),
    ),
    Measure(
        "outcome_education",
        MeasureSet.FIVE_OUTCOMES,
        "Education",
        _LEI,
        Direction.NEITHER,
        never="no fact about school is kept here; the virtual school has them",
    ),
    Measure(
        "outcome_leisure",
        MeasureSet.FIVE_OUTCOMES,
        "Leisure",
        _LEI,
        Direction.NEITHER,
        never="no fact about leisure is kept here",
    ),
    Measure(
        "outcome_transitions",
        MeasureSet.FIVE_OUTCOMES,
        "Transitions",
        _LEI,
        Direction.NEITHER,
        never="the scorecard that names the measure is not among the documents; pathway plans are kept by the leaving"
        " care service",
    ),
    Measure(
        "children_with_plan",
        MeasureSet.CORPORATE_PARENTING,
        "Children in care on the last day with a permanence plan established or agreed, of all in care that day",
        _TW,
        Direction.MORE,
        look=_with_plan,
        needs=(PLANNED,),
    ),
    Measure(
        "children_settled",
        MeasureSet.CORPORATE_PARENTING,
        "Children in care on the last day who are settled in the permanent home of their plan, of all in care that day",
        _TW,
        Direction.MORE,
        look=_settled,
        needs=((_SETTLED,),),
    ),
    Measure(
        "left_by_adoption",
        MeasureSet.CORPORATE_PARENTING,
        "Children who left care with an adoption order, of all who left care in the period",
        _TW,
        Direction.NEITHER,
        look=_left("adoption_order_made"),
        needs=(_ENDED, _events("adoption_order_made")),
    ),
    Measure(
        "left_by_child_arrangements",
        MeasureSet.CORPORATE_PARENTING,
        "Children who left care with a child arrangements order, of all who left care in the period",
        _TW,
        Direction.NEITHER,
        look=_left("child_arrangements_order_made"),
        needs=(_ENDED, _events("child_arrangements_order_made")),
    ),
    Measure(
        "nobody_exercising_parental_responsibility",
        MeasureSet.GROUP_TARGETS,
        "Children in care on the last day for whom nobody exercises parental responsibility, of all in care that day",
        _SPG,
        Direction.LESS,
        look=_nobody,
        needs=((_NOBODY,),),
        target="none, from three (by 31 December 2013)",
    ),
    Measure(
        "placement_orders_revoked",
        MeasureSet.GROUP_TARGETS,
        "Placement orders revoked once adoption is no longer the plan",
        _SPG,
        Direction.NEITHER,
        never="the paper does not set the target, and no fact here tells of a revocation",
    ),
    Measure(
        "adoption_stages_in_time",
        MeasureSet.GROUP_TARGETS,
        "Each stage towards adoption reached in time",
        _SPG,
        Direction.NEITHER,
        never="the paper does not set the times",
    ),
    Measure(
        "long_term_fostering_unmatched",
        MeasureSet.GROUP_TARGETS,
        "Children in care on the last day with long-term fostering agreed and no match, of all in care that day with"
        " long-term fostering agreed",
        _SPG,
        Direction.LESS,
        look=_unmatched,
        needs=((_LONG_TERM,),),
        target="fewer than at the start (set by July 2013)",
    ),
    Measure(
        "final_plan_on_present_home",
        MeasureSet.GROUP_TARGETS,
        "Final care plans that say whether the present home may suit for the long term",
        _SPG,
        Direction.NEITHER,
        never="what a care plan says is not kept here",
    ),
    Measure(
        "days_in_care",
        MeasureSet.GROUP_TARGETS,
        "Days in care of the children who left care in the period, by their number",
        _SPG,
        Direction.NEITHER,
        look=_days_in_care,
        needs=(_ENDED,),
        unit=Unit.MEAN_DAYS,
        target="six weeks shorter (2013-14)",
    ),
    Measure(
        "left_by_special_guardianship",
        MeasureSet.GROUP_TARGETS,
        "Children who left care with a special guardianship order, of all who left care in the period",
        _SPG,
        Direction.NEITHER,
        look=_left("sgo_made"),
        needs=(_ENDED, _events("sgo_made")),
        target="eight, from three (2013-14)",
    ),
    Measure(
        "parents_told_what_ends_the_order",
        MeasureSet.GROUP_TARGETS,
        "Parents of a child at home under a care order who were told what would end it",
        _SPG,
        Direction.NEITHER,
        never="what parents were told is not kept here",
    ),
    Measure(
        "residential_plans",
        MeasureSet.GROUP_TARGETS,
        "Children likely to stay in residential care with a planned move to adulthood",
        _SPG,
        Direction.NEITHER,
        never="no fact here tells how long a child is likely to stay",
    ),
)
BY_KEY: Final = {one.key: one for one in MEASURES}
