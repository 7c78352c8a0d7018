"""What holds for every start, every count and every order of facts, against a day counter written here."""

from __future__ import annotations

from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from told import CHILD, copy_pack, day, fact

from rulebook.counting import (
    LeapBirthday,
    Unit,
    birthday,
    elapsed_hours,
    last_day_beginning_with,
    london_instant,
    shift,
)
from rulebook.evaluate import evaluate
from rulebook.facts import CaseEvent, EventType, Subject
from rulebook.obligation import Obligation, ObligationState
from rulebook.pack import load_pack, pack_names
from rulebook.vocabulary import kind_of, vocabulary
from rulebook.working_days import england_and_wales

CASES = 10_000
LONDON = ZoneInfo("Europe/London")
# Bank holidays of England and Wales as they were printed, 2024 to 2028; the product's own table is another.
PRINTED_DAYS = {
    2024: "01-01 03-29 04-01 05-06 05-27 08-26 12-25 12-26",
    2025: "01-01 04-18 04-21 05-05 05-26 08-25 12-25 12-26",
    2026: "01-01 04-03 04-06 05-04 05-25 08-31 12-25 12-28",
    2027: "01-01 03-26 03-29 05-03 05-31 08-30 12-27 12-28",
    2028: "01-03 04-14 04-17 05-01 05-29 08-28 12-25 12-26",
}
PRINTED = {date.fromisoformat(f"{year}-{on}") for year, days in PRINTED_DAYS.items() for on in days.split()}
# Leap day, Easter, Christmas, the ends of months, and both days on which the clocks change.
NEAR_DAYS = {
    2024: "02-29 03-29 12-25",
    2025: "02-28 04-18 12-31",
    2026: "03-29 04-03 10-25 12-25",
    2027: "01-31 03-26 03-28 08-31 10-31 12-25",
}
NEAR = [date.fromisoformat(f"{year}-{on}") for year, days in NEAR_DAYS.items() for on in days.split()]


def is_working(one: date) -> bool:
    return one.weekday() < 5 and one not in PRINTED


def naive(start: date, amount: int, unit: Unit) -> date:
    """Steps day by day, as a person would on a wall calendar."""
    if unit is Unit.WORKING_DAYS:
        on = start
        while amount:
            on += timedelta(days=1)
            amount -= is_working(on)
        return on
    if unit in (Unit.DAYS, Unit.WEEKS):
        return start + timedelta(days=amount * (7 if unit is Unit.WEEKS else 1))
    months = amount * (12 if unit is Unit.YEARS else 1)
    year, month = start.year, start.month
    for _ in range(months):
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    return date(year, month, min(start.day, monthrange(year, month)[1]))


def near(random: Random) -> date:
    return random.choice(NEAR) + timedelta(days=random.randint(-25, 25))


def test_a_naive_day_counter_agrees_on_ten_thousand_cases() -> None:
    """Around Christmas, Easter, month ends, 29 February and both clock changes."""
    random, table = Random(20260316), england_and_wales()
    for _ in range(CASES):
        start, unit = near(random), random.choice([unit for unit in Unit if unit is not Unit.HOURS])
        amount = random.randint(1, {Unit.WORKING_DAYS: 40, Unit.DAYS: 60, Unit.WEEKS: 20, Unit.MONTHS: 9}.get(unit, 1))
        counted = table.add(start, amount) if unit is Unit.WORKING_DAYS else shift(start, amount, unit)
        assert counted == naive(start, amount, unit), (start, amount, unit)
        if unit is not Unit.WORKING_DAYS:
            assert last_day_beginning_with(start, amount, unit) == counted - timedelta(days=1)


def test_elapsed_hours_agree_with_a_clock_that_is_not_put_forward_or_back() -> None:
    random = Random(20261025)
    for _ in range(CASES):
        on = near(random)
        wall = datetime.combine(on, time(random.choice((0, 3, 9, 13, 16, 23)), random.choice((0, 15, 30))))
        start, hours = london_instant(wall), random.choice((1, 24, 48, 72))
        elapsed = elapsed_hours(start, hours)
        assert (elapsed - start) == timedelta(hours=hours)
        shown = elapsed.astimezone(LONDON).replace(tzinfo=None) - wall
        moved = start.astimezone(LONDON).utcoffset(), elapsed.astimezone(LONDON).utcoffset()
        assert moved[0] is not None and moved[1] is not None
        assert shown == timedelta(hours=hours) + (moved[1] - moved[0])
        assert elapsed.tzinfo is UTC


@lru_cache(maxsize=1)
def counted_rules() -> tuple[tuple[str, str, str], ...]:
    """(pack, rule, anchor) of every rule that counts working days straight from one anchor."""
    found = []
    for name in pack_names():
        pack = load_pack(name)
        for rule in (rule for rule in pack.rules if rule.id in pack.own_rules):
            straight = getattr(rule.due, "unit", None) is Unit.WORKING_DAYS and not rule.conditions
            if (
                straight
                and not (rule.anchor.after or rule.anchor.unless)
                and "child" in {kind.value for kind in rule.subject_kinds}
            ):
                found.append((name, str(rule.id), str(rule.anchor.events[0])))
    return tuple(found)


def due(pack: str, rule: str, *facts: CaseEvent, as_of: date) -> date | None:
    given = [one for one in evaluate(load_pack(pack), CHILD, facts, as_of) if one.rule_id == rule]
    return given[-1].due_on if given else None


STARTS = st.dates(date(2021, 1, 1), date(2045, 1, 1))


@settings(max_examples=150, deadline=None)
@given(start=STARTS, later=st.integers(1, 30), number=st.integers(0, 10_000))
def test_working_days_end_on_a_working_day_and_never_earlier_for_a_later_anchor(
    start: date, later: int, number: int
) -> None:
    rules = counted_rules()
    pack, rule, anchor = rules[number % len(rules)]
    kind = kind_of(anchor)
    entered = CaseEvent(EventType("became_looked_after"), start - timedelta(days=400))

    def of(on: date) -> date:
        facts = [entered, CaseEvent(EventType(anchor), on, kind=kind)]
        found = due(pack, rule, *(facts if anchor != "became_looked_after" else facts[1:]), as_of=on)
        assert found is not None and england_and_wales().is_working(found), (pack, rule, on)
        return found

    assert of(start) <= of(start + timedelta(days=later))


def test_rules_of_working_days_were_there_to_be_looked_at() -> None:
    assert len(counted_rules()) >= 25


@settings(max_examples=200, deadline=None)
@given(start=STARTS, later=st.integers(1, 60))
def test_every_due_date_from_an_entry_to_care_is_monotone(start: date, later: int) -> None:
    def clocks(on: date) -> dict[str, date]:
        names = ("entry_to_care_decided", "entered_care", "became_looked_after", "section_20_began")
        facts = [CaseEvent(EventType(name), on) for name in names]
        return {one.key: one.due_on for one in evaluate(load_pack("bcp"), CHILD, facts, on) if one.due_on is not None}

    early, late = clocks(start), clocks(start + timedelta(days=later))
    assert early.keys() == late.keys() and len(early) >= 8
    assert all(early[key] <= late[key] for key in early)


HAPPENED = (
    "cic_review_held",
    "ppm_held",
    "entered_care",
    "permanence_plan_established",
    "permanence_plan_agreed",
    "placement_started",
    "return_home_uncertain",
    "drift_identified",
    "sgo_made",
    "placement_order_made",
)
DATED = st.lists(st.tuples(st.sampled_from(HAPPENED), st.integers(1, 300)), max_size=9, unique=True)
BASE = date(2026, 1, 5)


def outcome(obligations: list[Obligation]) -> list[tuple[str, date | None, str, date | None, str | None]]:
    return [(one.key, one.due_on, one.state, one.met_on, one.needs) for one in obligations]


def recorded(dated: list[tuple[str, int]]) -> list[CaseEvent]:
    entered = CaseEvent(EventType("became_looked_after"), BASE)
    return [entered, *(CaseEvent(EventType(name), BASE + timedelta(days=after)) for name, after in dated)]


PLANNED = (
    "cic_review_booked",
    "final_hearing_listed_for",
    "final_care_plan_filing_due",
    "return_home_planned",
    "leaving_care_planned",
    "legal_planning_meeting_booked",
    "ppm_booked",
)
MOVED = st.lists(st.tuples(st.sampled_from(PLANNED), st.integers(1, 300), st.integers(1, 300)), max_size=5)


@settings(max_examples=150, deadline=None)
@given(DATED, MOVED, st.data())
def test_a_date_corrected_gives_what_a_date_right_the_first_time_gives(
    dated: list[tuple[str, int]], moved: list[tuple[str, int, int]], data: st.DataObject
) -> None:
    """What was planned for a wrong day and then for the right one, and whatever order things were recorded in."""
    as_of, pack, happened = BASE + timedelta(days=301), load_pack("bcp"), recorded(dated)
    plans = {name: (wrong, right) for name, wrong, right in moved}

    def planned(name: str, after: int) -> CaseEvent:
        return CaseEvent(EventType(name), BASE + timedelta(days=after), kind=kind_of(name))

    first = [planned(name, wrong) for name, (wrong, _) in plans.items()]
    then = [planned(name, right) for name, (_, right) in plans.items()]
    right_at_once = outcome(evaluate(pack, CHILD, [*happened, *then], as_of))
    assert outcome(evaluate(pack, CHILD, [*happened, *first, *then], as_of)) == right_at_once
    shuffled = data.draw(st.permutations(happened))
    assert outcome(evaluate(pack, CHILD, [*first, *shuffled, *then], as_of)) == right_at_once


@settings(max_examples=150, deadline=None)
@given(DATED)
def test_keys_are_unique_and_every_obligation_says_why(dated: list[tuple[str, int]]) -> None:
    child = Subject("child", date_of_birth=date(2010, 2, 28), attributes={"sibling_group": True})
    for name in ("bcp", "dudley", "telford-and-wrekin", "leicestershire"):
        given = evaluate(load_pack(name), child, recorded(dated), BASE + timedelta(days=150))
        assert len({one.key for one in given}) == len(given)
        for one in given:
            assert one.sentence.endswith(".") and one.sentence.count("\n") == 0
            assert (one.due_on is None) == (one.needs is not None and one.late_after is None), one.key
            assert one.state is not ObligationState.NEEDS_FACT or one.needs


@settings(max_examples=200, deadline=None)
@given(DATED, st.dates(date(2004, 1, 1), date(2025, 12, 31)), st.integers(0, 330), st.sampled_from(pack_names()))
def test_a_day_on_which_nothing_falls_changes_nothing(
    dated: list[tuple[str, int]], born: date, after: int, name: str
) -> None:
    """No fact, no birthday, and no rule that comes or goes."""
    pack, child, facts = load_pack(name), Subject("child", date_of_birth=born), recorded(dated)
    day_before = BASE + timedelta(days=after)
    on = day_before + timedelta(days=1)
    has_birthday = any(birthday(born, on.year - born.year, leap) == on for leap in LeapBirthday)
    assume(not has_birthday and on not in {fact.on for fact in facts} and not pack.changes_within(day_before, on))
    assert outcome(evaluate(pack, child, facts, on)) == outcome(evaluate(pack, child, facts, day_before))


def test_twenty_working_days_from_16_march_2026() -> None:
    entered = fact("became_looked_after", "2026-03-16")
    got = next(one for one in evaluate(load_pack("england"), CHILD, [entered], day("2026-03-20")))
    assert got.due_on == day("2026-04-15") == naive(day("2026-03-16"), 20, Unit.WORKING_DAYS)
    assert "Good Friday" in got.sentence and "Easter Monday" in got.sentence


@pytest.mark.parametrize(
    ("leap", "expected"), [(LeapBirthday.MARCH_1, "2026-03-01"), (LeapBirthday.FEBRUARY_28, "2026-02-28")]
)
def test_a_birthday_of_29_february_falls_where_the_pack_says(leap: LeapBirthday, expected: str) -> None:
    assert birthday(date(2008, 2, 29), 18, leap) == day(expected)


@pytest.mark.parametrize("name", pack_names())
def test_no_single_fact_breaks_a_pack(name: str) -> None:
    """Each event of the vocabulary alone, on 29 February, for a child of sixteen: dates, or a fact that is needed."""
    child = Subject("child", date_of_birth=date(2008, 2, 29))
    for event in vocabulary():
        rule = {"rule": "reg33-1"} if event == "obligation_met" else {}
        for one in evaluate(load_pack(name), child, [fact(event, "2024-02-29", **rule)], day("2024-03-04")):
            assert one.sentence and (one.due_on is not None or one.needs), one.key


def test_a_council_may_say_where_29_february_goes(tmp_path: Path) -> None:
    for name in ("england", "bcp"):
        copy_pack(name, tmp_path)
    own = 'pack: own\ntitle: Own\nversion: "1"\nextends: bcp\ndocuments: {}\nrules: []\nleap_birthday: 28-february\n'
    (tmp_path / "own.yaml").write_text(own)
    child = Subject("child", date_of_birth=date(2008, 2, 29))
    entered = [fact("became_looked_after", "2023-01-09")]
    raised = [
        one.due_on
        for pack in (load_pack("bcp"), load_pack("own", tmp_path))
        for one in evaluate(pack, child, entered, day("2024-06-03"))
        if one.rule_id == "BCP-10.1-02"
    ]
    assert raised == [day("2025-03-01"), day("2025-02-28")]
