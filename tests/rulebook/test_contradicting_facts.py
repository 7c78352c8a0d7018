"""Facts that cannot all be true: which one is set aside, why, and that the clocks run on the rest."""

from __future__ import annotations

from told import CHILD, clock, clocks, day, fact

from rulebook.evaluate import unusable_facts
from rulebook.facts import CaseEvent, Subject, SubjectKind
from rulebook.obligation import ObligationState
from rulebook.pack import load_pack

ENTERED = fact("became_looked_after", "2026-03-16")


def told(as_of: str, *facts: CaseEvent, subject: Subject = CHILD) -> list[tuple[str, str]]:
    return [(one.what, one.reason) for one in unusable_facts(load_pack("bcp"), subject, facts, day(as_of))]


def test_a_review_before_the_child_was_looked_after() -> None:
    early = fact("cic_review_held", "2026-03-02")
    assert told("2026-03-20", early, ENTERED) == [
        ("cic_review_held", "it lies before the child became looked after on Monday 16 March 2026")
    ]
    assert clock("bcp", "reg33-1", "2026-03-20", early, ENTERED).due_on == day("2026-04-15")


def test_a_happened_fact_in_the_future_and_a_planned_one() -> None:
    held, booked = fact("cic_review_held", "2026-04-02"), fact("cic_review_booked", "2026-04-02")
    (found,) = told("2026-03-20", ENTERED, held, booked)
    assert found[0] == "cic_review_held" and "it lies after Friday 20 March 2026" in found[1]
    assert clock("bcp", "reg33-1", "2026-03-20", ENTERED, held).state is ObligationState.OPEN
    assert told("2026-04-02", ENTERED, held, booked) == []


def test_a_child_cannot_become_looked_after_twice_without_ceasing_between() -> None:
    again = fact("became_looked_after", "2026-04-01")
    (found,) = told("2026-04-10", ENTERED, again)
    assert found == (
        "became_looked_after",
        "the child has been looked after since Monday 16 March 2026, and nothing on record ended it",
    )
    assert clock("bcp", "reg33-1", "2026-04-10", ENTERED, again).due_on == day("2026-04-15")
    between = fact("ceased_to_be_looked_after", "2026-03-25")
    assert told("2026-04-10", ENTERED, between, again) == []
    assert clock("bcp", "reg33-1", "2026-04-10", ENTERED, between, again).due_on == day("2026-05-01")


def test_a_date_of_birth_after_the_entry_is_set_aside_and_the_clocks_of_care_run_on() -> None:
    child = Subject("child", date_of_birth=day("2026-06-01"))
    assert told("2026-03-20", ENTERED, subject=child) == [
        ("date_of_birth", "it lies after the child became looked after on Monday 16 March 2026: correct one of the two")
    ]
    assert clock("bcp", "reg33-1", "2026-03-20", ENTERED, subject=child).due_on == day("2026-04-15")
    assert clock("bcp", "reg49", "2026-03-20", ENTERED, subject=child).needs == "the child's date of birth"
    newborn = Subject("child", date_of_birth=ENTERED.on)
    assert told("2026-03-20", ENTERED, subject=newborn) == []


def test_care_cannot_end_that_never_began() -> None:
    ceased = fact("ceased_to_be_looked_after", "2026-03-10")
    fostered = fact("private_fostering_known", "2026-03-02")
    assert told("2026-03-20", ceased, fostered) == [
        ("ceased_to_be_looked_after", "no period of care is on record that it could end")
    ]
    assert clock("bcp", "pf-reg8", "2026-03-20", ceased, fostered).due_on == day("2026-04-13")
    assert told("2026-03-20", fact("entered_care", "2026-03-01"), ceased) == []


def test_a_child_who_turns_18_has_no_clock_of_care_left_and_keeps_those_that_outlast_it() -> None:
    child = Subject("child", date_of_birth=day("2008-03-20"))
    facts = [ENTERED, fact("cic_review_held", "2026-03-18"), fact("sgo_made", "2025-06-02")]
    before = {one.rule_id: one.state for one in clocks("bcp", "2026-03-19", *facts, subject=child)}
    after = {one.rule_id: one for one in clocks("bcp", "2026-03-20", *facts, subject=child)}
    assert before["reg33-2"] is ObligationState.OPEN
    assert after["reg33-2"].state is ObligationState.ENDED
    assert after["reg33-2"].ended_by == "the child turned 18"
    assert after["reg49"].due_on == day("2083-03-20")
    assert after["BCP-6.1-01"].state is ObligationState.ENDED


def test_two_periods_of_care_have_their_own_ordinals_and_keys() -> None:
    facts = [
        fact("became_looked_after", "2024-01-08"),
        fact("cic_review_held", "2024-02-01"),
        fact("ceased_to_be_looked_after", "2024-06-03"),
        ENTERED,
        fact("cic_review_held", "2026-04-10"),
    ]
    given = [one for one in clocks("bcp", "2026-04-13", *facts) if one.rule_id == "reg33-2"]
    assert [(one.key, one.due_on) for one in given] == [("reg33-2/e2/cic_review_held/1", day("2026-07-10"))]
    assert clock("bcp", "BCP-2-02", "2026-04-13", *facts).due_on == day("2026-07-10")


def test_a_remanded_child_has_the_clocks_of_the_status_and_an_earlier_review() -> None:
    given = clocks("bcp", "2026-03-17", ENTERED, fact("remanded", "2026-03-16"))
    due = {one.rule_id: one.due_on for one in given}
    assert (due["reg33-1"], due["reg33-3-remand"]) == (day("2026-04-15"), day("2026-03-30"))


def test_short_breaks_have_a_review_of_their_own_within_three_months() -> None:
    breaks = fact("short_breaks_began", "2026-03-16")
    assert clock("bcp", "reg48", "2026-03-17", breaks).due_on == day("2026-06-16")


def test_an_unborn_child_has_clocks_before_any_entry_to_care() -> None:
    unborn = Subject("child", SubjectKind.UNBORN_CHILD, attributes={"date_of_birth_expected": day("2026-06-01")})
    facts = [
        fact("pre_birth_assessment_started", "2026-03-02"),
        fact("pre_proceedings_started", "2026-03-09"),
        fact("entry_to_care_planned", "2026-06-02"),
    ]
    due = {one.rule_id: one.due_on for one in clocks("bcp", "2026-03-16", *facts, subject=unborn)}
    assert due == {
        "BCP-3.4-01": day("2026-06-29"),
        "BCP-8-02": day("2026-06-01"),
        "BCP-8.1-02": day("2026-06-01"),
        "BCP-A8-02": day("2026-06-01"),
        "BCP-A8-04": day("2026-06-01"),
    }
