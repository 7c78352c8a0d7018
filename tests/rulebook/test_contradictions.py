"""At least one test for each contradiction of the sources, named after it: test_c_08_... is about C-8."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path

from told import CHILD, clock, clocks, copy_pack, day, fact

from rulebook.evaluate import evaluate
from rulebook.facts import BodyId, CaseEvent, EventType, RuleId, Subject, SubjectKind
from rulebook.forecast import unmet_by_sittings
from rulebook.obligation import ObligationState, clocks_for_meeting
from rulebook.pack import NotAClock, NotComputed, load_pack
from rulebook.plan_state import Occasion, PlanState, lacks, plan_standing
from rulebook.register import contradictions
from rulebook.rule import Basis, MeetingKindId, Role

ENTERED = fact("became_looked_after", "2026-03-16")
REVIEWED = [fact("cic_review_held", "2026-04-15"), fact("cic_review_held", "2026-07-10")]


def test_c_01_interval_and_interleave_are_both_shown_and_the_stricter_counts() -> None:
    ppm = fact("ppm_held", "2026-07-09")
    given = clocks("bcp", "2026-07-13", ENTERED, *REVIEWED, ppm)
    running = clocks_for_meeting(given, MeetingKindId("ppm"))
    assert [(one.rule_id, one.due_on) for one in running.all] == [
        ("BCP-8-07", day("2026-10-01")),
        ("BCP-8-08", day("2027-01-09")),
    ]
    booked = fact("cic_review_booked", "2026-09-15")
    sooner = clocks_for_meeting(clocks("bcp", "2026-07-13", ENTERED, *REVIEWED, ppm, booked), MeetingKindId("ppm"))
    assert sooner.local is not None and sooner.local.rule_id == "BCP-8-08"


def test_c_02_first_meeting_and_first_hearing_are_separate_clocks() -> None:
    facts = [fact("entry_to_care_decided", "2026-03-16"), ENTERED, fact("entered_care", "2026-03-16")]
    given = {one.rule_id: one.due_on for one in clocks("bcp", "2026-03-20", *facts)}
    assert (given["BCP-8-05"], given["BCP-9-04"]) == (day("2026-04-15"), day("2026-04-13"))


def test_c_03_either_limit_can_fall_first() -> None:
    saturday = [fact(event, "2027-02-06") for event in ("entry_to_care_decided", "entered_care", "became_looked_after")]
    given = {one.rule_id: one.due_on for one in clocks("bcp", "2027-02-08", *saturday)}
    assert (given["BCP-8-05"], given["BCP-9-04"]) == (day("2027-03-05"), day("2027-03-06"))


def test_c_04_four_entry_events_start_four_different_clocks() -> None:
    facts = [
        fact("entry_to_care_decided", "2026-06-01"),
        fact("accommodated_in_emergency", "2026-06-02"),
        fact("entered_care", "2026-06-03"),
        fact("became_looked_after", "2026-06-04"),
    ]
    anchors = {one.rule_id: one.anchor_on for one in clocks("bcp", "2026-06-05", *facts)}
    assert anchors["BCP-8-05"] == day("2026-06-01")
    assert anchors["BCP-8-06"] == day("2026-06-02")
    assert anchors["BCP-9-04"] == day("2026-06-03")
    assert anchors["reg33-1"] == day("2026-06-04")


def test_c_09_friday_minutes_fall_due_on_sunday_with_a_warning() -> None:
    got = clock("bcp", "BCP-8.4-01", "2026-04-10", fact("ppm_held", "2026-04-10T15:30"))
    assert got.due_on == day("2026-04-12")
    assert got.warnings == (
        "The last day is Sunday 12 April 2026, not a working day; "
        "the last working day before it is Friday 10 April 2026.",
    )


def test_c_30_late_only_when_both_have_passed() -> None:
    booked = fact("cic_review_booked", "2026-04-01")
    got = clock("bcp", "BCP-8-05", "2026-04-02", fact("entry_to_care_decided", "2026-03-16"), ENTERED, booked)
    assert (got.due_on, got.late_after) == (day("2026-04-01"), day("2026-04-15"))
    assert not got.is_late(day("2026-04-15"))
    assert got.is_late(day("2026-04-16"))
    assert "late only after Wednesday 15 April 2026" in got.sentence


def test_c_30_a_meeting_between_the_two_limits_is_in_time() -> None:
    facts = [fact("entry_to_care_decided", "2026-03-16"), ENTERED, fact("cic_review_held", "2026-04-01")]
    got = clock("bcp", "BCP-8-05", "2026-04-20", *facts, fact("ppm_held", "2026-04-14"))
    assert (got.state, got.in_time) == (ObligationState.MET, True)


def test_c_05_a_meeting_on_either_side_of_legal_planning_answers_both_wordings() -> None:
    legal = fact("legal_planning_meeting_held", "2026-03-30")
    for held in ("2026-03-20", "2026-03-31"):
        given = clocks("bcp", "2026-04-20", ENTERED, legal, fact("ppm_held", held))
        states = {one.rule_id: (one.state, one.in_time) for one in given if one.rule_id in ("BCP-8-03", "BCP-A8-03")}
        assert set(states.values()) == {(ObligationState.MET, True)}, held
    neither = clock("bcp", "BCP-A8-03", "2026-04-16", ENTERED, legal)
    assert neither.due_on == day("2026-04-15")
    assert neither.is_late(day("2026-04-16"))


def test_c_06_filing_and_hearing_are_two_clocks() -> None:
    facts = [
        ENTERED,
        fact("shared_pr_application_decided", "2026-04-20"),
        fact("final_care_plan_filing_due", "2026-09-07"),
        fact("final_hearing_listed_for", "2026-10-05"),
    ]
    due = {one.rule_id: (one.anchor_event, one.due_on) for one in clocks("bcp", "2026-05-01", *facts)}
    assert due["BCP-8-04"] == ("final_care_plan_filing_due", day("2026-07-27"))
    assert due["BCP-8-10"] == ("final_hearing_listed_for", day("2026-08-24"))


def test_c_07_a_plan_goes_from_drafted_to_confirmed() -> None:
    steps = (
        ("permanence_plan_drafted", PlanState.DRAFT),
        ("permanence_plan_established", PlanState.ESTABLISHED),
        ("permanence_plan_agreed", PlanState.AGREED),
        ("permanence_plan_confirmed", PlanState.CONFIRMED),
    )
    facts: list[CaseEvent] = []
    for number, (event, state) in enumerate(steps, start=1):
        facts.append(fact(event, f"2026-0{number}-05"))
        assert plan_standing(facts, day("2026-12-31")).state is state


def test_c_08_neither_the_four_months_nor_the_second_review_hides_the_other() -> None:
    start = [fact("entered_care", "2026-12-14"), fact("became_looked_after", "2026-12-14")]
    late = {one.rule_id: one.due_on for one in clocks("bcp", "2026-12-15", *start)}
    assert (late["BCP-8-01"], late["BCP-8-01-review"]) == (day("2027-04-14"), day("2027-04-14"))
    early = {
        one.rule_id: one.due_on for one in clocks("bcp", "2027-01-05", *start, fact("cic_review_held", "2027-01-04"))
    }
    assert (early["BCP-8-01"], early["BCP-8-01-review"]) == (day("2027-04-14"), day("2027-04-04"))


def test_c_08_the_lawful_second_review_may_fall_after_four_months() -> None:
    """So it is for about one start in eleven, and by no more than four days."""
    days = [date(2026, 11, 1) + timedelta(days=n) for n in range(365)]
    over = []
    for start in days:
        facts = [CaseEvent(EventType(name), start) for name in ("entered_care", "became_looked_after")]
        due = {one.rule_id: one.due_on for one in evaluate(load_pack("bcp"), CHILD, facts, start)}
        review, months = due["BCP-8-01-review"], due["BCP-8-01"]
        assert review is not None and months is not None
        if review > months:
            over.append((review - months).days)
    assert 0.05 < len(over) / len(days) < 0.15
    assert max(over) <= 4


def test_c_10_the_second_signature_has_its_own_clock_and_the_filing_does_not_wait() -> None:
    facts = [ENTERED, fact("ppm_held", "2026-04-10T15:30"), fact("ppm_minutes_signed_by_chair", "2026-04-11")]
    due = {one.rule_id: one for one in clocks("bcp", "2026-04-12", *facts)}
    assert due["BCP-8.4-02"].due_on == day("2026-04-13")
    assert due["BCP-8.4-03"].due_on == day("2026-04-17")
    filed = fact("obligation_met", "2026-04-12", rule="BCP-8.4-02")
    after = {one.rule_id: one.state for one in clocks("bcp", "2026-04-12", *facts, filed)}
    assert (after["BCP-8.4-02"], after["BCP-8.4-03"]) == (ObligationState.MET, ObligationState.OPEN)


def told(pack: str, entry: str) -> NotComputed:
    return next(one for one in load_pack(pack).not_computed if one.id == entry)


def test_c_11_the_right_appendix_is_cited() -> None:
    form, assessment = told("bcp", "BCP-8.1-07"), told("bcp", "BCP-A6-01")
    assert form.source is not None and "appendix 5" in form.source.section
    assert "wrong appendix" in form.reason
    assert assessment.source is not None and assessment.source.section == "appendix 6"


def test_c_12_meeting_and_panel_are_one_body() -> None:
    pack = load_pack("bcp")
    bodies = [body for body in pack.bodies.values() if {"Permanence panel", "PPTM"} & set(body.also_called)]
    assert [body.id for body in bodies] == ["tracking-panel"]
    assert "C-12" in pack.rule(RuleId("BCP-10.1-04")).note


def test_c_13_one_kind_of_review_under_every_councils_word() -> None:
    words = {name: load_pack(name).label("{cic_review}") for name in ("bcp", "telford-and-wrekin", "leicestershire")}
    assert set(words.values()) == {"child in care review", "looked after child review", "review of arrangements"}
    for name, word in words.items():
        first = clock(name, "reg33-1", "2026-03-20", ENTERED)
        assert (first.meeting_kind, first.rule_title) == ("cic_review", f"First {word}")
    assert {"LAC review", "CLA review"} <= set(load_pack("bcp").meeting_kind(MeetingKindId("cic_review")).also_called)


def test_c_14_carers_are_asked_unless_the_chair_decides_otherwise() -> None:
    ppm = load_pack("bcp").meeting_kind(MeetingKindId("ppm"))
    assert {Role.CARER, Role.SUPERVISING_SOCIAL_WORKER} <= set(ppm.required_roles) & set(ppm.chair_decides_roles)


def test_c_15_who_authorises_a_placement_with_parents_is_each_councils_own() -> None:
    dudley = load_pack("dudley").rule(RuleId("DUD-CIN-03"))
    telford = told("telford-and-wrekin", "TW-3.3-01")
    law = load_pack("england").rule(RuleId("reg17-19-decision"))
    assert dudley.evidence == ("agency decision maker's authorisation",)
    assert telford.source is not None and "assistant director" in telford.source.says
    assert law.evidence == ("nominated officer's decision",)


def test_c_16_each_pack_names_the_body_that_hears_matches() -> None:
    hears = {
        "bcp": load_pack("bcp").rule(RuleId("BCP-9-03")).title,
        "leicestershire": load_pack("leicestershire").bodies[BodyId("permanence-panel")].remit,
        "dudley": load_pack("dudley").bodies[BodyId("fostering-panel")].remit,
        "telford-and-wrekin": load_pack("telford-and-wrekin").bodies[BodyId("adoption-panel")].remit,
    }
    assert "fostering panel" in hears["bcp"]
    assert all("match" in words.lower() for words in hears.values())


def test_c_17_a_panel_recommends_and_the_decision_maker_decides() -> None:
    panel = load_pack("telford-and-wrekin").bodies[BodyId("adoption-panel")]
    assert panel.authority == "recommends"
    final = fact("adoption_panel_minutes_final", "2026-05-05")
    waiting = clock("telford-and-wrekin", "ADM-7wd", "2026-05-06", ENTERED, final)
    assert (waiting.state, waiting.due_on) == (ObligationState.OPEN, day("2026-05-14"))
    decided = clock("telford-and-wrekin", "ADM-7wd", "2026-05-12", ENTERED, final, fact("adm_decided", "2026-05-11"))
    assert decided.state is ObligationState.MET


def test_c_18_the_law_counts_from_the_last_review_and_the_policy_from_the_order() -> None:
    facts = [
        ENTERED,
        fact("placement_order_made", "2026-06-01"),
        fact("authorised_to_place_for_adoption", "2026-06-01"),
        fact("adoption_review_held", "2026-09-01"),
    ]
    due = {(one.rule_id, one.basis): one.due_on for one in clocks("bcp", "2026-09-02", *facts)}
    assert due["aar36-1-next", Basis.STATUTORY] == day("2027-03-01")
    assert due["BCP-8-18-six-months", Basis.LOCAL] == day("2026-12-01")


def test_c_19_the_statutes_ages_are_followed() -> None:
    began = fact("private_fostering_began", "2026-03-16")

    def given(born: str, **attributes: bool) -> set[str]:
        child = Subject("child", date_of_birth=day(born), attributes=attributes)
        return {one.rule_id for one in clocks("leicestershire", "2026-03-20", began, subject=child)}

    assert "LEI-A1-02" in given("2010-03-21")
    assert not given("2010-03-20") & {"LEI-A1-02", "LEI-A1-02-disabled"}
    assert "LEI-A1-02-disabled" in given("2010-03-20", disabled_or_complex_needs=True)
    assert not given("2008-03-20", disabled_or_complex_needs=True) & {"LEI-A1-02", "LEI-A1-02-disabled"}


def test_c_20_sixteen_weeks_are_local_policy() -> None:
    got = clock("bcp", "BCP-3.4-01", "2026-03-20", fact("pre_proceedings_started", "2026-03-16"))
    assert (got.basis, got.due_on) == (Basis.LOCAL, day("2026-07-06"))
    assert got.source.document.startswith("Permanence Planning Policy")


def test_c_21_whether_the_meeting_is_needed_has_to_be_recorded() -> None:
    def state(**attributes: bool) -> list[ObligationState]:
        child = Subject("child", attributes=attributes)
        given = clocks("dudley", "2026-03-20", ENTERED, subject=child)
        return [one.state for one in given if one.rule_id == "DUD-7-01"]

    assert state() == [ObligationState.NEEDS_FACT]
    assert state(permanence_meeting_needed=True) == [ObligationState.OPEN]
    assert state(permanence_meeting_needed=False) == []


def test_c_22_a_cancelled_sitting_is_late_by_itself_and_leaves_the_childs_four_weeks_alone() -> None:
    body = Subject("panel", SubjectKind.BODY, body=BodyId("tracking-panel"))
    sat = [fact("sitting_held", "2026-12-14"), fact("sitting_held", "2027-01-04")]
    first = next(one for one in clocks("bcp", "2027-01-05", *sat, subject=body) if one.ordinal == 1)
    assert (first.due_on, first.in_time) == (day("2026-12-28"), False)
    child = clock("bcp", "BCP-9-04", "2027-01-05", fact("entered_care", "2026-12-07"))
    assert child.due_on == day("2027-01-04")
    assert child.is_late(day("2027-01-05"))


def test_c_22_moving_a_sitting_shows_whose_four_weeks_it_breaks() -> None:
    entries = ("2026-11-30", "2026-12-07", "2026-12-14")
    given = [clock("bcp", "BCP-9-04", "2026-12-15", fact("entered_care", entry)) for entry in entries]
    kind, today = MeetingKindId("tracking_panel"), day("2026-12-15")
    kept = unmet_by_sittings(given, kind, [day("2026-12-21"), day("2027-01-04")], today)
    moved = unmet_by_sittings(given, kind, [day("2026-12-29"), day("2027-01-11")], today)
    assert kept == ()
    assert [one.due_on for one in moved] == [day("2026-12-28")]


def test_c_23_two_weeks_after_the_review_and_six_before_the_hearing() -> None:
    facts = [ENTERED, fact("return_home_uncertain", "2026-04-01"), fact("cic_review_held", "2026-04-15")]
    assert clock("bcp", "BCP-8-11", "2026-04-20", *facts).due_on == day("2026-04-29")
    hearing = fact("final_hearing_listed_for", "2026-10-05")
    late = clock("bcp", "BCP-8-10", "2026-09-01", ENTERED, hearing, fact("ppm_held", "2026-08-25"))
    assert (late.due_on, late.in_time) == (day("2026-08-24"), False)


def test_c_24_what_no_source_gives_is_a_local_number() -> None:
    bcp = {"tracking_panel_capacity", "tracking_panel_quorum", "tracking_panel_papers_working_days"}
    assert bcp | {"invitation_notice_working_days"} <= set(load_pack("bcp").parameters)
    for name in ("dudley", "telford-and-wrekin", "leicestershire", "securing-permanence-group"):
        assert {"quorum", "papers_working_days", "invitation_notice_working_days"} <= set(load_pack(name).parameters)


def test_c_25_a_councils_own_number_stands_in_for_a_vague_word(tmp_path: Path) -> None:
    for name in ("england", "bcp"):
        copy_pack(name, tmp_path)
    own = 'pack: own\ntitle: Own\nversion: "1"\nextends: bcp\ndocuments: {}\nrules: []\n'
    (tmp_path / "own.yaml").write_text(own + "parameters: {prompt_meeting_working_days: 3}\n")
    drift = [ENTERED, fact("drift_identified", "2026-05-05")]
    shipped, changed = (
        next(one for one in evaluate(pack, CHILD, drift, day("2026-05-06")) if one.rule_id == "BCP-8-09")
        for pack in (load_pack("bcp"), load_pack("own", tmp_path))
    )
    assert (shipped.due_on, changed.due_on) == (day("2026-05-19"), day("2026-05-08"))
    assert 'the number is the council\'s own, the source says only "when needed"' in changed.sentence


def test_c_26_twelve_weeks_fall_before_the_latest_second_review_and_one_more_meeting_follows_it() -> None:
    latest = [fact(name, "2026-03-16") for name in ("entry_to_care_decided", "became_looked_after")]
    facts = [*latest, fact("cic_review_held", "2026-04-15"), fact("ppm_held", "2026-04-15")]
    twelve = clock("bcp", "BCP-8-07", "2026-04-16", *facts).due_on
    review = clock("bcp", "reg33-2", "2026-04-16", *facts).due_on
    assert twelve is not None and review is not None
    assert 5 <= (review - twelve).days <= 8
    facts += [fact("ppm_held", "2026-07-08"), fact("cic_review_held", "2026-07-15")]
    again = [one for one in clocks("bcp", "2026-07-16", *facts) if one.rule_id == "BCP-8-08"]
    assert [one.state for one in again] == [ObligationState.OPEN]


def test_c_27_the_agenda_is_the_union() -> None:
    items = " ".join(load_pack("bcp").standing_items(MeetingKindId("ppm")))
    for head in ("Background", "options", "reviewing officer's views", "actions of the last one"):
        assert head in items


def test_c_28_the_search_may_start_and_named_families_wait() -> None:
    searched = fact("adoption_under_consideration", "2026-03-20")
    assert clock("bcp", "BCP-5.4-02", "2026-03-21", ENTERED, searched).due_on == day("2026-03-20")
    waits = told("bcp", "BCP-5.4-05")
    assert waits.sort is NotAClock.GATE and "C-28" in waits.reason


def test_c_29_signature_and_approval_are_states_before_the_review_agrees() -> None:
    established = fact("permanence_plan_established", "2026-05-01")
    signed = fact("permanence_plan_signed_by_manager", "2026-05-04")
    approved = fact("permanence_plan_approved_by_tracking_panel", "2026-05-06")
    as_of = day("2026-06-01")
    assert plan_standing([established, signed], as_of).state is PlanState.MANAGER_SIGNED
    both = plan_standing([established, approved, signed], as_of)
    assert both.state is PlanState.TRACKING_PANEL_APPROVED
    assert (both.manager_signed_on, both.tracking_panel_approved_on) == (signed.on, approved.on)
    assert lacks(plan_standing([established, approved], as_of), Occasion.SECOND_REVIEW) == (
        "no manager has signed the permanence plan"
    )


def test_c_31_a_shorter_interval_may_be_chosen_and_never_a_longer_one() -> None:
    held = [ENTERED, fact("ppm_held", "2026-04-10")]
    later = [*held, fact("ppm_booked", "2026-09-01")]
    assert clocks_for_meeting(clocks("bcp", "2026-04-13", *later), MeetingKindId("ppm")).local_due == day("2026-07-03")
    by_ordinal = {
        (one.ordinal, one.due_on, one.in_time)
        for facts in ([*held, fact("ppm_held", "2026-05-22")], [*held, fact("ppm_held", "2026-09-01")])
        for one in clocks("bcp", "2026-09-02", *facts)
        if one.rule_id == "BCP-8-07"
    }
    assert by_ordinal == {
        (1, day("2026-07-03"), True),
        (2, day("2026-08-14"), None),
        (1, day("2026-07-03"), False),
        (2, day("2026-11-24"), None),
    }


def test_c_32_two_names_of_one_team_are_one_body() -> None:
    bodies = load_pack("dudley").bodies
    assert bodies[BodyId("rights-and-participation")].also_called == ("Rights and Participation",)
    assert bodies[BodyId("home-finding")].also_called == ("Home Linking",)


def test_every_contradiction_that_the_rulebook_settles_has_a_test_of_its_name() -> None:
    tested = {f"C-{int(found.group(1))}" for name in globals() if (found := re.match(r"test_c_(\d\d)_", name))}
    assert tested == set(contradictions())
    assert len(tested) == 32
