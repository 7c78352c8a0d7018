"""One test for each contradiction of the sources that this pack has to settle, named after it."""

from __future__ import annotations

from told import clock, clocks, day, fact

from rulebook.obligation import ObligationState, clocks_for_meeting
from rulebook.pack import load_pack
from rulebook.rule import MeetingKindId

ENTERED = fact("became_looked_after", "2026-03-16")
REVIEWED = [fact("cic_review_held", "2026-04-15"), fact("cic_review_held", "2026-07-10")]


def test_c1_interval_and_interleave_are_both_shown_and_the_stricter_counts() -> None:
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


def test_c2_first_meeting_and_first_hearing_are_separate_clocks() -> None:
    facts = [fact("entry_to_care_decided", "2026-03-16"), ENTERED, fact("entered_care", "2026-03-16")]
    given = {one.rule_id: one.due_on for one in clocks("bcp", "2026-03-20", *facts)}
    assert (given["BCP-8-05"], given["BCP-9-04"]) == (day("2026-04-15"), day("2026-04-13"))


def test_c3_either_limit_can_fall_first() -> None:
    saturday = [fact(event, "2027-02-06") for event in ("entry_to_care_decided", "entered_care", "became_looked_after")]
    given = {one.rule_id: one.due_on for one in clocks("bcp", "2027-02-08", *saturday)}
    assert (given["BCP-8-05"], given["BCP-9-04"]) == (day("2027-03-05"), day("2027-03-06"))


def test_c4_four_entry_events_start_four_different_clocks() -> None:
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


def test_c9_friday_minutes_fall_due_on_sunday_with_a_warning() -> None:
    got = clock("bcp", "BCP-8.4-01", "2026-04-10", fact("ppm_held", "2026-04-10T15:30"))
    assert got.due_on == day("2026-04-12")
    assert got.warnings == (
        "The last day is Sunday 12 April 2026, not a working day; "
        "the last working day before it is Friday 10 April 2026.",
    )


def test_c24_what_no_source_gives_is_a_local_number() -> None:
    parameters = load_pack("bcp").parameters
    wanted = {"tracking_panel_capacity", "tracking_panel_quorum", "tracking_panel_papers_working_days"}
    assert wanted | {"invitation_notice_working_days"} <= set(parameters)


def test_c30_late_only_when_both_have_passed() -> None:
    booked = fact("cic_review_booked", "2026-04-01")
    got = clock("bcp", "BCP-8-05", "2026-04-02", fact("entry_to_care_decided", "2026-03-16"), ENTERED, booked)
    assert (got.due_on, got.late_after) == (day("2026-04-01"), day("2026-04-15"))
    assert not got.is_late(day("2026-04-15"))
    assert got.is_late(day("2026-04-16"))
    assert "late only after Wednesday 15 April 2026" in got.sentence


def test_c30_a_meeting_between_the_two_limits_is_in_time() -> None:
    facts = [fact("entry_to_care_decided", "2026-03-16"), ENTERED, fact("cic_review_held", "2026-04-01")]
    got = clock("bcp", "BCP-8-05", "2026-04-20", *facts, fact("ppm_held", "2026-04-14"))
    assert (got.state, got.in_time) == (ObligationState.MET, True)
