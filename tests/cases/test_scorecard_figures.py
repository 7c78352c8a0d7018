"""The scorecard's pure figures against an independent count of made-up records."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from random import Random
from uuid import UUID, uuid5

import pytest

from rulebook.facts import EventType, RuleId, SubjectKind
from rulebook.obligation import ObligationState
from rulebook.pack import load_pack
from services.cases.domain.case_event import RecordedEvent
from services.cases.domain.measure import BY_KEY, MEASURES, REVIEW_RULES
from services.cases.domain.measured_case import MeasuredCase, Period, measured
from services.cases.domain.names import CaseEventId, SubjectId
from services.cases.domain.scorecard import Figure, figure, late_items, missing, scorecard
from services.cases.domain.subject import Subject
from tests.cases.naive_reviews import clocks

TODAY = date(2026, 3, 16)
YEAR = Period(date(2025, 3, 17), TODAY)
ENGLAND = load_pack("england")
_SPACE = UUID(int=99)


@dataclass
class Record:
    """A child's made-up record."""

    number: int
    stays: list[tuple[date, date | None]] = field(default_factory=list)
    reviews: list[date] = field(default_factory=list)
    others: list[tuple[str, date]] = field(default_factory=list)

    def facts(self) -> list[tuple[str, date]]:
        found = [("cic_review_held", day) for day in self.reviews] + self.others
        for start, end in self.stays:
            found.append(("became_looked_after", start))
            if end is not None:
                found.append(("ceased_to_be_looked_after", end))
        return found

    def case(self, pack: str = "england", rules: tuple[RuleId, ...] = REVIEW_RULES) -> MeasuredCase:
        child = SubjectId(uuid5(_SPACE, str(self.number)))
        facts = [
            RecordedEvent(CaseEventId(uuid5(child, f"{at}")), child, EventType(name), day, f"test/{at}")
            for at, (name, day) in enumerate(self.facts())
        ]
        subject = Subject(child, SubjectKind.CHILD, f"C{self.number}", f"R-{self.number}")
        return measured(load_pack(pack), subject, facts, rules, TODAY)


def _some_record(number: int, dice: Random) -> Record:
    """One or two stays, reviews at distances that are sometimes too long, a plan sometimes, orders sometimes."""
    record = Record(number)
    day = date(2022, 1, 1) + timedelta(days=dice.randrange(1400))
    for _ in range(dice.choice((1, 1, 2))):
        if day >= TODAY:
            break
        end = day + timedelta(days=dice.randrange(20, 900)) if dice.random() < 0.5 else None
        end = end if end is not None and end < TODAY else None
        record.stays.append((day, end))
        at = day + timedelta(days=dice.randrange(10, 45))
        while at < (end or TODAY) and dice.random() < 0.9:
            record.reviews.append(at)
            at += timedelta(days=dice.randrange(60, 220))
        _add_others(record, day, end, dice)
        if end is None:
            break
        day = end + timedelta(days=dice.randrange(30, 200))
    return record


def _add_others(record: Record, start: date, end: date | None, dice: Random) -> None:
    length = ((end or TODAY) - start).days
    for name, chance in (
        ("permanence_plan_established", 0.6),
        ("long_term_fostering_agreed_at_review", 0.4),
        ("permanence_obtained", 0.3),
        ("placement_broke_down", 0.2),
        ("nobody_exercising_parental_responsibility", 0.2),
        ("care_order_made", 0.3),
    ):
        if dice.random() < chance:
            record.others.append((name, start + timedelta(days=dice.randrange(length + 1))))
    if end is not None and dice.random() < 0.4:
        record.others.append((dice.choice(("sgo_made", "adoption_order_made")), end))


def _records(seed: int, count: int = 150) -> list[Record]:
    dice = Random(seed)
    return [_some_record(number, dice) for number in range(count)]


def _naive_reviews(records: list[Record], period: Period) -> tuple[int, int]:
    kept = due = 0
    for record in records:
        for start, end in record.stays:
            for clock in clocks(start, end, record.reviews):
                if not period.first <= clock.due <= period.last:
                    continue
                if clock.held is not None:
                    kept += clock.held <= clock.due
                    due += 1
                elif clock.due < TODAY and (clock.ended is None or clock.ended > clock.due):
                    due += 1
    return kept, due


def _within(record: Record, name: str, first: date, last: date) -> list[date]:
    return [day for what, day in record.others if what == name and first <= day <= last]


def _present_stay(record: Record, day: date) -> tuple[date, date | None] | None:
    return next((stay for stay in record.stays if stay[0] <= day and (stay[1] is None or day <= stay[1])), None)


@pytest.mark.parametrize("seed", range(4))
def test_reviews_in_time_equal_a_count_by_hand(seed: int) -> None:
    records = _records(seed)
    cases = [record.case() for record in records]
    kept, due = _naive_reviews(records, YEAR)
    assert due > 100 and 0 < kept < due
    assert figure(BY_KEY["reviews_in_time"], cases, YEAR) == Figure(kept, due)
    for month in YEAR.months():
        assert figure(BY_KEY["reviews_in_time"], cases, month) == Figure(*_naive_reviews(records, month))


@pytest.mark.parametrize("seed", range(4))
def test_the_late_ones_are_what_the_numerator_lacks(seed: int) -> None:
    records = _records(seed)
    cases = [record.case() for record in records]
    found = figure(BY_KEY["reviews_in_time"], cases, YEAR)
    late = late_items(BY_KEY["reviews_in_time"], cases, YEAR)
    assert len(late) == found.denominator - found.numerator
    assert [one.item.on for one in late] == sorted(one.item.on for one in late)
    for one in late:
        assert one.days_late == max(((one.item.done_on or one.item.clock.ended_on or TODAY) - one.item.on).days, 0)


def _plan_by_second(record: Record) -> Iterator[bool]:
    for start, end in record.stays:
        held = sorted(day for day in record.reviews if start <= day and (end is None or day <= end))
        if len(held) > 1 and YEAR.first <= held[1] <= YEAR.last:
            yield bool(_within(record, "permanence_plan_established", start, held[1]))


def _unmatched(record: Record) -> Iterator[bool]:
    stay = _present_stay(record, YEAR.last)
    agreed = _within(record, "long_term_fostering_agreed_at_review", stay[0], YEAR.last) if stay else []
    if agreed:
        settled = _within(record, "permanence_obtained", max(agreed), YEAR.last)
        broke = _within(record, "placement_broke_down", max(agreed), YEAR.last)
        yield not settled or bool(broke and max(broke) >= max(settled))


def _nobody(record: Record) -> Iterator[bool]:
    if _present_stay(record, YEAR.last):
        since = _within(record, "nobody_exercising_parental_responsibility", date.min, YEAR.last)
        orders = [
            day
            for name in ("care_order_made", "sgo_made", "adoption_order_made")
            for day in _within(record, name, max(since, default=date.min), YEAR.last)
        ]
        yield bool(since) and not orders


def _by_guardianship(record: Record) -> Iterator[bool]:
    for start, end in record.stays:
        if end is not None and YEAR.first <= end <= YEAR.last:
            yield bool(_within(record, "sgo_made", start, end))


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(
    ("key", "naive"),
    [
        ("plan_by_second_review", _plan_by_second),
        ("long_term_fostering_unmatched", _unmatched),
        ("nobody_exercising_parental_responsibility", _nobody),
        ("left_by_special_guardianship", _by_guardianship),
    ],
)
def test_figures_of_facts_equal_a_count_by_hand(seed: int, key: str, naive: object) -> None:
    records = _records(seed, 300)
    assert callable(naive)
    expected = [one for record in records for one in naive(record)]
    assert len(expected) > 10
    assert figure(BY_KEY[key], [record.case() for record in records], YEAR) == Figure(sum(expected), len(expected))


def test_days_in_care_is_a_mean() -> None:
    records = [
        Record(1, [(date(2025, 1, 1), date(2025, 4, 11))]),
        Record(2, [(date(2025, 1, 1), date(2025, 7, 20))]),
        Record(3, [(date(2025, 1, 1), None)]),
    ]
    found = figure(BY_KEY["days_in_care"], [record.case() for record in records], YEAR)
    assert (found.numerator, found.denominator, found.value) == (300, 2, 150.0)


def test_what_nobody_records_is_no_data_and_never_nought() -> None:
    cases = [Record(1, [(date(2025, 6, 2), None)]).case()]
    for measure, found in zip(MEASURES, scorecard(ENGLAND, cases, YEAR), strict=True):
        assert (found.figure is None) == bool(found.missing), measure.key
        if measure.key not in ("reviews_in_time",):
            assert found.missing and not found.months, measure.key


def test_a_clock_that_a_council_keeps_elsewhere_says_where() -> None:
    pack = load_pack("northmoor")
    elsewhere = [one for one in MEASURES if one.rules and all(rule in pack.kept_elsewhere for rule in one.rules)]
    for measure in elsewhere:
        assert pack.kept_elsewhere[measure.rules[0]] in missing(pack, measure, {"ppm_held"})
    assert missing(ENGLAND, BY_KEY["permanence_meeting_cadence"], {"ppm_held"}) == "the council's pack has no such rule"


def test_every_rule_a_measure_counts_is_in_some_pack() -> None:
    known = {rule for name in ("england", "bcp", "dudley") for rule in load_pack(name).by_id}
    assert {rule for measure in MEASURES for rule in measure.rules} <= known
    assert len({measure.key for measure in MEASURES}) == len(MEASURES)


def test_hours_are_judged_by_the_instant_and_not_by_the_day() -> None:
    signed = Record(
        1,
        [(date(2025, 6, 2), None)],
        others=[("ppm_held", date(2025, 7, 1)), ("ppm_minutes_signed_by_chair", date(2025, 7, 9))],
    )
    case = signed.case("bcp", BY_KEY["minutes_signed"].rules)
    found = figure(BY_KEY["minutes_signed"], [case], YEAR)
    assert (found.numerator, found.denominator + found.not_judged) == (0, 1)


def test_a_waived_clock_of_the_council_s_own_is_not_judged_and_one_of_the_law_s_is_late() -> None:
    record = Record(1, [(date(2025, 6, 2), None)], others=[("long_term_fostering_agreed_at_review", date(2025, 6, 30))])
    match, reviews = BY_KEY["long_term_match_in_time"], BY_KEY["reviews_in_time"]
    case = record.case("bcp", (*match.rules, *reviews.rules))
    law = figure(reviews, [case], YEAR)
    assert figure(match, [case], YEAR) == Figure(0, 1) and law.numerator < law.denominator
    waived = replace(case, waived={clock.key for clock in case.clocks})
    assert figure(match, [waived], YEAR) == Figure(0, 0, 1) and not late_items(match, [waived], YEAR)
    assert figure(reviews, [waived], YEAR) == law


def test_months_cover_the_period_without_gap_or_overlap() -> None:
    months = list(Period(date(2024, 11, 20), date(2025, 2, 3)).months())
    assert [(one.first, one.last) for one in months] == [
        (date(2024, 11, 20), date(2024, 11, 30)),
        (date(2024, 12, 1), date(2024, 12, 31)),
        (date(2025, 1, 1), date(2025, 1, 31)),
        (date(2025, 2, 1), date(2025, 2, 3)),
    ]


def test_a_child_who_leaves_and_comes_back_on_one_day_keeps_the_clocks_of_the_first_stay() -> None:
    back = date(2025, 6, 2)
    record = Record(1, [(date(2025, 1, 6), back), (back, None)], [date(2025, 1, 20), date(2025, 6, 20)])
    found = {clock.key: clock for clock in record.case().clocks}
    first = {key for key in found if "/e1/" in key}
    assert first and first != set(found)
    met = {clock.met_on for clock in found.values() if clock.state is ObligationState.MET}
    assert met == set(record.reviews)
