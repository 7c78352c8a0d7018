"""What the evaluator makes of facts: keys, episodes, history, missing facts, and dates that lie ahead."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from told import CHILD, clock, clocks, day, fact

from rulebook.evaluate import evaluate, unusable_facts
from rulebook.facts import BodyId, CaseEvent, EventType, ObligationKey, Subject, SubjectKind
from rulebook.obligation import ObligationState, StepKind, clocks_for_meeting
from rulebook.pack import load_pack
from rulebook.rule import Basis, MeetingKindId
from rulebook.working_days import WorkingDays, england_and_wales

ENTERED = fact("became_looked_after", "2026-03-16")


def test_correcting_the_anchor_keeps_the_key() -> None:
    before = clock("england", "reg33-1", "2026-03-20", ENTERED)
    after = clock("england", "reg33-1", "2026-03-20", fact("became_looked_after", "2026-03-17"))
    missing = clock("england", "reg33-1", "2026-03-20", fact("entered_care", "2026-03-16"))
    assert before.key == after.key == missing.key == "reg33-1/e1/became_looked_after/1"
    assert (before.due_on, after.due_on) == (day("2026-04-15"), day("2026-04-16"))


def test_the_same_facts_give_the_same_obligations_in_any_order_of_dates() -> None:
    facts = [ENTERED, fact("cic_review_held", "2026-04-10"), fact("ppm_held", "2026-04-01")]
    given = clocks("bcp", "2026-05-01", *facts)
    assert given == clocks("bcp", "2026-05-01", *reversed(facts))
    assert len({one.key for one in given}) == len(given)


def test_what_happens_later_is_not_known_yet() -> None:
    held = fact("cic_review_held", "2026-04-10")
    assert clock("england", "reg33-1", "2026-04-09", ENTERED, held).state is ObligationState.OPEN
    assert clock("england", "reg33-1", "2026-04-10", ENTERED, held).state is ObligationState.MET
    assert clocks("england", "2026-03-15", ENTERED) == []


def test_a_fact_recorded_twice_counts_once() -> None:
    held = fact("cic_review_held", "2026-04-10")
    again = fact("cic_review_held", "2026-04-10", event_id="from the extract")
    assert clock("england", "reg33-2", "2026-05-01", ENTERED, held, again).ordinal == 1


def test_ordinals_restart_with_each_episode_of_care() -> None:
    first = [fact("became_looked_after", "2024-01-08"), fact("cic_review_held", "2024-02-01")]
    out = fact("ceased_to_be_looked_after", "2024-06-03")
    ended = clock("england", "reg33-2", "2024-07-01", *first, out)
    assert (ended.state, ended.ended_on, ended.episode) == (ObligationState.ENDED, day("2024-06-03"), 1)
    held = fact("cic_review_held", "2026-04-10")
    now = clock("england", "reg33-2", "2026-05-01", *first, out, ENTERED, held)
    assert (now.key, now.due_on) == ("reg33-2/e2/cic_review_held/1", day("2026-07-10"))


def test_the_entry_decision_belongs_to_the_care_it_led_to() -> None:
    out = fact("ceased_to_be_looked_after", "2024-06-03")
    earlier = [fact("became_looked_after", "2024-01-08"), out]
    decided = fact("entry_to_care_decided", "2026-03-12")
    assert clock("bcp", "BCP-8-05", "2026-03-20", *earlier, decided, ENTERED).anchor_on == day("2026-03-12")


def test_care_that_ends_and_begins_on_one_day_is_a_new_episode() -> None:
    facts = [
        fact("became_looked_after", "2024-01-08"),
        fact("ceased_to_be_looked_after", "2026-03-16"),
        ENTERED,
    ]
    got = clock("england", "reg33-1", "2026-03-20", *facts)
    assert (got.episode, got.state, got.due_on) == (2, ObligationState.OPEN, day("2026-04-15"))


def test_care_for_a_single_day_is_over() -> None:
    got = clock("england", "reg33-1", "2026-03-20", ENTERED, fact("ceased_to_be_looked_after", "2026-03-16"))
    assert (got.episode, got.state) == (1, ObligationState.ENDED)


def test_turning_eighteen_ends_the_clocks() -> None:
    child = Subject("child-1", date_of_birth=day("2008-03-01"))
    entered = fact("became_looked_after", "2026-02-16")
    assert clock("england", "reg33-1", "2026-02-28", entered, subject=child).state is ObligationState.OPEN
    ended = clock("england", "reg33-1", "2026-03-01", entered, subject=child)
    assert (ended.state, ended.ended_by) == (ObligationState.ENDED, "the child turned 18")


def test_a_review_before_care_began_is_left_out_and_named() -> None:
    early = fact("cic_review_held", "2026-03-02")
    assert clock("england", "reg33-1", "2026-03-20", early, ENTERED).state is ObligationState.OPEN
    (told,) = unusable_facts(load_pack("england"), CHILD, [early, ENTERED], day("2026-03-20"))
    assert (told.fact, told.reason) == (early, "it lies before the child became looked after on Monday 16 March 2026")


def test_waiting_for_another_clock_is_not_a_gap() -> None:
    waiting = clock("england", "reg33-2", "2026-03-20", ENTERED)
    gap = clock("bcp", "BCP-8-05", "2026-03-20", ENTERED)
    assert (waiting.state, waiting.awaiting, waiting.due_on) == (ObligationState.NEEDS_FACT, True, None)
    assert (gap.state, gap.awaiting) == (ObligationState.NEEDS_FACT, False)
    assert gap.needs_events == ("entry_to_care_decided",)


def test_what_an_import_assumed_is_marked_all_the_way() -> None:
    assumed = fact("became_looked_after", "2026-03-16", assumed=True)
    got = clock("bcp", "BCP-8-05", "2026-06-02", fact("entry_to_care_decided", "2026-06-01"), assumed)
    assert got.due_on == day("2026-04-15")
    assert got.inferred
    assert not clock("england", "reg33-1", "2026-03-20", ENTERED).inferred


def test_obligation_met_fulfils_by_rule_or_by_key() -> None:
    ppm = fact("ppm_held", "2026-04-10T15:30")
    by_rule = clock("bcp", "BCP-8.4-02", "2026-04-20", ppm, fact("obligation_met", "2026-04-13", rule="BCP-8.4-02"))
    assert (by_rule.state, by_rule.met_on, by_rule.in_time) == (ObligationState.MET, day("2026-04-13"), True)
    key = ObligationKey("BCP-8.4-02/e1/ppm_held/1")
    done = CaseEvent(EventType("obligation_met"), day("2026-07-02"), obligation_key=key)
    second = fact("ppm_held", "2026-07-01T10:00")
    given = [o for o in clocks("bcp", "2026-07-03", ppm, second, done) if o.rule_id == "BCP-8.4-02"]
    assert [one.state for one in given] == [ObligationState.MET, ObligationState.OPEN]


def test_signed_minutes_name_their_meeting() -> None:
    first = fact("ppm_held", "2026-04-10T15:30", event_id="a")
    second = fact("ppm_held", "2026-06-29T12:00", event_id="b")
    signed = fact("ppm_minutes_signed_by_chair", "2026-07-01", concerns="a")
    given = [o for o in clocks("bcp", "2026-07-02", first, second, signed) if o.rule_id == "BCP-8.4-01"]
    assert [one.state for one in given] == [ObligationState.MET, ObligationState.OPEN]
    assert given[0].in_time is False


def test_hours_are_late_to_the_minute() -> None:
    got = clock("bcp", "BCP-8.4-01", "2026-03-27", fact("ppm_held", "2026-03-27T16:00"))
    assert got.due_at == datetime(2026, 3, 29, 16, 0, tzinfo=UTC)
    assert not got.is_late(datetime(2026, 3, 29, 16, 0, tzinfo=UTC))
    assert got.is_late(datetime(2026, 3, 29, 16, 1, tzinfo=UTC))
    assert not got.is_late(day("2026-03-29"))
    assert got.is_late(day("2026-03-30"))


def test_a_body_has_its_own_clock_and_no_child_has_it() -> None:
    body = Subject("body-1", SubjectKind.BODY, body=BodyId("tracking-panel"))
    sat = fact("sitting_held", "2026-04-07")
    assert [one.rule_id for one in clocks("bcp", "2026-04-08", sat, subject=body)] == ["BCP-9-06"]
    other = Subject("body-2", SubjectKind.BODY, body=BodyId("fostering-panel"))
    assert clocks("bcp", "2026-04-08", sat, subject=other) == []
    assert "BCP-9-06" not in {one.rule_id for one in clocks("bcp", "2026-04-08", sat, ENTERED)}


def test_a_rule_starts_no_clock_before_it_came_into_force() -> None:
    entered = fact("entered_care", "2020-07-15")
    assert "BCP-9-04" not in {one.rule_id for one in clocks("bcp", "2020-07-20", entered)}
    assert clock("bcp", "BCP-9-04", "2020-07-20", fact("entered_care", "2020-07-16")).due_on == day("2020-08-13")


def test_both_clocks_of_a_meeting_are_kept() -> None:
    given = clocks("bcp", "2026-03-20", ENTERED, fact("entry_to_care_decided", "2026-03-12"))
    review = clocks_for_meeting(given, MeetingKindId("cic_review"))
    assert (review.statutory_due, review.local_due) == (day("2026-04-15"), None)
    ppm = clocks_for_meeting(given, MeetingKindId("ppm"))
    assert (ppm.statutory_due, ppm.local_due) == (None, day("2026-04-13"))
    assert ppm.local is not None and ppm.local.basis is Basis.LOCAL


def test_a_sign_off_is_not_a_meeting_to_arrange() -> None:
    given = clocks("bcp", "2026-04-10", ENTERED, fact("ppm_held", "2026-04-10T15:30"))
    assert [one.rule_id for one in clocks_for_meeting(given, MeetingKindId("ppm")).all] == ["BCP-8-07"]


def test_a_proclaimed_bank_holiday_moves_the_clock() -> None:
    extra = WorkingDays(extra={day("2026-03-20"): "A day of mourning"})
    got = evaluate(load_pack("england"), CHILD, [ENTERED], day("2026-03-20"), extra)[0]
    assert got.due_on == day("2026-04-16")
    assert "A day of mourning (20 March)" in got.sentence


def test_a_second_rule_set_needs_no_rule_of_the_first() -> None:
    given = {one.rule_id for one in clocks("england", "2026-05-01", ENTERED)}
    assert {"reg33-1", "reg33-2"} <= given <= load_pack("england").own_rules


STARTS = st.dates(date(2012, 1, 1), date(2055, 1, 1))


@settings(max_examples=300, deadline=None)
@given(start=STARTS, later=st.integers(1, 40))
def test_the_first_review_is_on_a_working_day_and_never_earlier_for_a_later_start(start: date, later: int) -> None:
    table = england_and_wales()

    def due(on: date) -> date:
        entered = CaseEvent(EventType("became_looked_after"), on)
        found = evaluate(load_pack("england"), CHILD, [entered], on)[0].due_on
        assert found is not None and table.is_working(found)
        return found

    assert due(start) <= due(start + timedelta(days=later))


NAMES = ("ppm_held", "cic_review_held", "entered_care", "permanence_obtained", "ceased_to_be_looked_after")
HELD = st.lists(st.tuples(st.sampled_from(NAMES), st.integers(1, 400)), max_size=8, unique_by=lambda pair: pair[1])


@settings(max_examples=300, deadline=None)
@given(start=STARTS, held=HELD, data=st.data())
def test_facts_corrected_later_give_what_facts_right_the_first_time_give(
    start: date, held: list[tuple[str, int]], data: st.DataObject
) -> None:
    right = [CaseEvent(EventType("became_looked_after"), start)]
    right += [CaseEvent(EventType(name), start + timedelta(days=after)) for name, after in held]
    recorded = data.draw(st.permutations(right))
    pack, as_of = load_pack("bcp"), start + timedelta(days=300)
    assert evaluate(pack, CHILD, recorded, as_of) == evaluate(pack, CHILD, right, as_of)


def test_a_time_on_another_day_is_refused() -> None:
    with pytest.raises(ValueError, match="the time given lies on 2026-04-11"):
        CaseEvent(EventType("ppm_held"), day("2026-04-10"), datetime(2026, 4, 11, 12, tzinfo=UTC))


def test_an_obligation_met_that_names_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="must name the rule"):
        CaseEvent(EventType("obligation_met"), day("2026-04-10"))


def test_the_worked_example_of_the_documentation() -> None:
    got = clock("bcp", "reg33-1", "2026-03-20", ENTERED)
    assert got.sentence == (
        "First child in care review: due by Wednesday 15 April 2026, "
        "20 working days after the child became looked after on Monday 16 March 2026; "
        "not counted: Good Friday (3 April), Easter Monday (6 April) and 8 weekend days."
    )
    assert [step.kind for step in got.explanation.steps] == [
        StepKind.ANCHOR,
        StepKind.COUNT,
        StepKind.BANK_HOLIDAY,
        StepKind.BANK_HOLIDAY,
        StepKind.WEEKENDS,
    ]
    assert got.explanation.steps[-1].text == "Weekend days not counted: 8.", "steps are numbered themselves"
    assert [(step.on, step.name) for step in got.explanation.steps if step.kind is StepKind.BANK_HOLIDAY] == [
        (day("2026-04-03"), "Good Friday"),
        (day("2026-04-06"), "Easter Monday"),
    ]
    assert got.source.citation.endswith("(SI 2010/959), regulation 33(1)")


def test_nested_alternatives_explain_what_was_chosen_and_what_is_not_known() -> None:
    got = clock("bcp", "BCP-8-05", "2026-03-17", fact("entry_to_care_decided", "2026-03-16"))
    kinds = [step.kind for step in got.explanation.steps]
    assert StepKind.CHOICE in kinds and StepKind.MISSING in kinds
    assert got.sentence.endswith("may come forward once the date the child became looked after is known.")
