"""The state of a permanence plan, and what a review or panel finds lacking."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from told import day, fact

from rulebook.facts import CaseEvent
from rulebook.plan_state import (
    Occasion,
    PlanState,
    Track,
    contingency_missing,
    lacks,
    plan_standing,
    pursued,
)

LATER = day("2026-12-31")
DRAFTED = fact("permanence_plan_drafted", "2026-03-20")
ESTABLISHED = fact("permanence_plan_established", "2026-05-01")
SIGNED = fact("permanence_plan_signed_by_manager", "2026-05-04")
APPROVED = fact("permanence_plan_approved_by_tracking_panel", "2026-05-06")
AGREED = fact("permanence_plan_agreed", "2026-07-10")
CONFIRMED = fact("permanence_plan_confirmed", "2026-11-30")
ISSUED = fact("s31_application_issued", "2026-04-01")
ENDED = fact("proceedings_ended", "2026-09-10")


@pytest.mark.parametrize(
    ("facts", "state"),
    [
        ([], PlanState.NONE),
        ([DRAFTED], PlanState.DRAFT),
        ([DRAFTED, ESTABLISHED], PlanState.ESTABLISHED),
        ([ESTABLISHED, SIGNED], PlanState.MANAGER_SIGNED),
        ([ESTABLISHED, APPROVED], PlanState.TRACKING_PANEL_APPROVED),
        ([ESTABLISHED, SIGNED, AGREED], PlanState.AGREED),
        ([ISSUED, ESTABLISHED, AGREED], PlanState.PROVISIONAL),
        ([ISSUED, ESTABLISHED, AGREED, ENDED], PlanState.AGREED),
        ([ISSUED, ENDED, ESTABLISHED, fact("permanence_plan_agreed", "2026-10-01")], PlanState.AGREED),
        ([ESTABLISHED, AGREED, CONFIRMED], PlanState.CONFIRMED),
    ],
)
def test_each_step_leads_to_its_state(facts: list[CaseEvent], state: PlanState) -> None:
    assert plan_standing(facts, LATER).state is state


def test_a_step_without_the_one_it_builds_on_counts_for_nothing() -> None:
    assert plan_standing([SIGNED, APPROVED, AGREED, CONFIRMED], LATER).state is PlanState.NONE
    assert plan_standing([ESTABLISHED, CONFIRMED], LATER).state is PlanState.ESTABLISHED


def test_signatures_are_kept_whatever_their_order_and_a_new_draft_takes_them_back() -> None:
    standing = plan_standing([ESTABLISHED, SIGNED, APPROVED, AGREED], LATER)
    assert (standing.manager_signed_on, standing.tracking_panel_approved_on) == (SIGNED.on, APPROVED.on)
    assert (standing.state, standing.since) == (PlanState.AGREED, AGREED.on)
    anew = plan_standing([ESTABLISHED, SIGNED, APPROVED, AGREED, fact("permanence_plan_drafted", "2026-08-03")], LATER)
    assert (anew.state, anew.manager_signed_on) == (PlanState.DRAFT, None)


def test_the_day_asked_about_decides() -> None:
    facts = [ISSUED, ESTABLISHED, SIGNED, AGREED, ENDED]
    found = [plan_standing(facts, day(on)).state for on in ("2026-04-30", "2026-05-04", "2026-07-10", "2026-09-10")]
    assert found == [PlanState.NONE, PlanState.MANAGER_SIGNED, PlanState.PROVISIONAL, PlanState.AGREED]


@pytest.mark.parametrize(
    ("facts", "occasion", "says"),
    [
        ([], Occasion.FIRST_REVIEW, "there is no permanence plan"),
        ([DRAFTED], Occasion.FIRST_REVIEW, None),
        ([], Occasion.SECOND_REVIEW, "there is no permanence plan"),
        ([DRAFTED], Occasion.SECOND_REVIEW, "the permanence plan is only draft, not yet manager signed"),
        ([ESTABLISHED], Occasion.SECOND_REVIEW, "no manager has signed the permanence plan"),
        ([ESTABLISHED, APPROVED], Occasion.SECOND_REVIEW, "no manager has signed the permanence plan"),
        ([ESTABLISHED, SIGNED], Occasion.SECOND_REVIEW, None),
        ([ESTABLISHED, SIGNED, APPROVED], Occasion.SECOND_REVIEW, None),
        ([DRAFTED], Occasion.TRACKING_PANEL, "the permanence plan is only draft, not yet established"),
        ([ESTABLISHED], Occasion.TRACKING_PANEL, None),
        ([ESTABLISHED], Occasion.CONFIRMATION, "the permanence plan is only established, not yet provisional"),
        ([ISSUED, ESTABLISHED, AGREED], Occasion.CONFIRMATION, None),
    ],
)
def test_what_the_review_or_panel_finds_lacking(facts: list[CaseEvent], occasion: Occasion, says: str | None) -> None:
    assert lacks(plan_standing(facts, LATER), occasion) == says


def test_parallel_plans_each_have_their_own_state_and_one_is_pursued() -> None:
    home = Track("return home", 1, (ESTABLISHED, SIGNED))
    adoption = Track("adoption", 2, (DRAFTED,))
    empty = Track("special guardianship", 3, ())
    assert pursued([empty, adoption, home]) is home
    assert pursued([]) is None
    assert [plan_standing(one.facts, LATER).state for one in (home, adoption)] == ["manager_signed", "draft"]
    assert not contingency_missing([home, adoption], LATER)
    assert contingency_missing([home, empty], LATER)
    assert contingency_missing([home], LATER)
    assert not contingency_missing([Track("return home", 1, (ESTABLISHED, AGREED, CONFIRMED))], LATER)
    assert not contingency_missing([], LATER)


STEPS = (DRAFTED, ESTABLISHED, SIGNED, APPROVED, AGREED, CONFIRMED, ISSUED, ENDED)


@settings(deadline=None)
@given(st.lists(st.sampled_from(STEPS), unique_by=id), st.randoms())
def test_the_order_of_recording_does_not_matter(facts: list[CaseEvent], random: object) -> None:
    shuffled = list(facts)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert plan_standing(facts, LATER) == plan_standing(shuffled, LATER)
