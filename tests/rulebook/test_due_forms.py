"""Every form a due rule may take, read from a pack of its own, so that later packs can rely on them."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import get_args

import pytest
from own_pack import own_pack
from told import day, fact

from rulebook.counting import london_instant
from rulebook.due import Due
from rulebook.due_date import WAYS
from rulebook.evaluate import evaluate
from rulebook.facts import CaseEvent, Subject
from rulebook.obligation import Obligation

CHILD = Subject("child-1", date_of_birth=day("2012-02-29"), attributes={"disabled_or_complex_needs": True})
ISSUED = "{event: s31_application_issued}"
FACTS = [
    fact("became_looked_after", "2026-01-05"),
    fact("s31_application_issued", "2026-03-16"),
    fact("final_hearing_listed_for", "2026-10-05"),
    fact("final_hearing_listed_for", "2026-09-07"),
]


def made(folder: Path, due: str, *facts: CaseEvent, anchor: str = ISSUED, extra: str = "") -> list[Obligation]:
    pack = own_pack(folder, f"anchor: {anchor}\ndue: {due}\n{extra}", head="leap_birthday: 28-february")
    return evaluate(pack, CHILD, [*FACTS, *facts], day("2026-04-01"), only=["O-1"])


FORMS = [
    ("{beginning_with: {weeks: 26, of: anchor}}", "2026-09-13", "26 weeks beginning with Monday 16 March 2026"),
    ("{beginning_with: {working_days: 5, of: anchor}}", "2026-03-20", "5 working days beginning with"),
    ("{beginning_with: {working_days: 3, of: {within: {days: 1, of: anchor}}}}", "2026-03-19", "with Tuesday"),
    ("{before: {weeks: 6, of: {event: final_hearing_listed_for}}}", "2026-07-27", "6 weeks before"),
    ("{before: {working_days: 3, of: {event: final_hearing_listed_for}}}", "2026-09-02", "2 weekend days"),
    ("{before: {of: {event: final_hearing_listed_for}}}", "2026-09-06", "Before Monday 7 September 2026"),
    ("{birthday: 14}", "2026-02-28", "14th birthday"),
    ("{before: {months: 12, of: {birthday: 14}}}", "2025-02-28", "12 months before"),
    ("{latest_of: [{within: {days: 10, of: anchor}}, {within: {weeks: 1, of: anchor}}]}", "2026-03-26", "The latest"),
    ("{event: became_looked_after, which: first}", "2026-01-05", "when the child became looked after"),
    ("{within: {months: 1, of: {due_of: reg33-1}}}", "2026-03-02", "the last day for first looked after"),
    ("{first_known: [{event: sgo_made}, {within: {days: 1, of: anchor}}]}", "2026-03-17", "1 day after"),
]  # fmt: skip


@pytest.mark.parametrize(("due", "on", "says"), FORMS, ids=[form[0] for form in FORMS])
def test_a_form_gives_its_date_and_says_why(tmp_path: Path, due: str, on: str, says: str) -> None:
    got = made(tmp_path, due)[0]
    assert got.due_on == day(on)
    assert says in " ".join([got.sentence, *(step.text for step in got.explanation.steps)])


SGO, CARE, PLACEMENT = "{event: sgo_made}", "{event: care_order_made}", "{event: placement_order_made}"
DAY_LATER = "{within: {days: 1, of: anchor}}"
LACKING = [
    (f"{{within: {{months: 3, of: {SGO}}}}}", None, "the date a special guardianship order was made"),
    (f"{{first_known: [{SGO}, {PLACEMENT}, {CARE}]}}", None, "the date a care order was made"),
    (f"{{earliest_of: [{SGO}, {DAY_LATER}]}}", "2026-03-17", "the date a special guardianship order was made"),
    (f"{{earliest_of: [{{if_known: {SGO}}}, {DAY_LATER}]}}", "2026-03-17", None),
    (f"{{earliest_of: [{{if_known: {SGO}}}, {CARE}]}}", None, "the date a care order was made"),
    (
        f"{{earliest_of: [{{if_known: {SGO}}}, {{if_known: {CARE}}}]}}",
        None,
        "the date a special guardianship order was made",
    ),
    ("{meeting: cic_review, ordinal: 2}", None, "the date the looked after child review was held (the second one)"),
    (f"{{within: {{hours: 4, of: {DAY_LATER}}}}}", None, "a further fact"),
]


@pytest.mark.parametrize(("due", "on", "needs"), LACKING)
def test_what_a_form_lacks_is_said(tmp_path: Path, due: str, on: str | None, needs: str | None) -> None:
    got = made(tmp_path, due)[0]
    assert (got.due_on, got.needs) == (on and day(on), needs)
    assert (needs in got.sentence) if needs else ("may come forward" not in got.sentence)


PLACES = [
    ("ordinal: 1", "2026-02-02"),
    ("ordinal: 2", "2026-03-02"),
    ("which: first", "2026-02-02"),
    ("which: last", "2026-03-02"),
]


@pytest.mark.parametrize(("place", "on"), PLACES)
def test_an_event_is_meant_by_its_place(tmp_path: Path, place: str, on: str) -> None:
    reviews = (fact("cic_review_held", "2026-02-02"), fact("cic_review_held", "2026-03-02"))
    got = made(tmp_path, f"{{event: cic_review_held, {place}}}", *reviews)[0]
    assert got.due_on == day(on)
    assert "cic_review_held" not in got.sentence and got.sentence


@pytest.mark.parametrize("held", [0, 1])
def test_an_event_that_has_not_come_so_often_is_asked_for(tmp_path: Path, held: int) -> None:
    reviews = [fact("cic_review_held", "2026-02-02")][:held]
    got = made(tmp_path, "{event: cic_review_held, ordinal: 2}", *reviews)[0]
    assert (got.due_on, got.needs) == (None, "the date the looked after child review was held (the second one)")


LATER, EARLIER = "{within: {days: 10, of: anchor}}", "{within: {weeks: 1, of: anchor}}"


def test_the_latest_waits_for_every_part(tmp_path: Path) -> None:
    got = made(tmp_path, f"{{latest_of: [{LATER}, {{event: sgo_made}}]}}")[0]
    assert (got.due_on, got.needs) == (None, "the date a special guardianship order was made")


def test_the_latest_keeps_the_hour_the_last_day_that_would_do_and_what_was_assumed(tmp_path: Path) -> None:
    anchor, on = "{event: ppm_held}", "2026-03-17T15:00"
    hours = "{latest_of: [{within: {hours: 48, of: anchor}}, {within: {days: 1, of: anchor}}]}"
    got = made(tmp_path, hours, fact("ppm_held", on), anchor=anchor)[0]
    assert got.due_at == london_instant(datetime(2026, 3, 19, 15)) and not got.inferred  # noqa: DTZ001 - wall clock
    either = f"{{earliest_of: [{LATER}, {EARLIER}], late_when: all_have_passed}}"
    latest = f"{{latest_of: [{either}, {{within: {{days: 2, of: anchor}}}}]}}"
    got = made(tmp_path, latest, fact("ppm_held", on, assumed=True), anchor=anchor)[0]
    assert (got.due_on, got.late_after, got.inferred) == (day("2026-03-24"), day("2026-03-27"), True)


def test_hours_before_a_meeting_are_counted_back_to_the_minute(tmp_path: Path) -> None:
    for assumed in (False, True):
        booked = fact("ppm_booked", "2026-04-20T15:00", assumed=assumed)
        got = made(tmp_path, "{before: {hours: 48, of: {event: ppm_booked}}}", booked)[0]
        assert got.due_at == london_instant(datetime(2026, 4, 18, 15))  # noqa: DTZ001 - wall clock
        assert (got.due_on, got.inferred) == (day("2026-04-18"), assumed)


def test_the_earliest_keeps_the_hour_that_was_counted_and_not_that_of_a_meeting(tmp_path: Path) -> None:
    hours = f"{{earliest_of: [{{within: {{hours: 48, of: anchor}}}}, {LATER}]}}"
    got = made(tmp_path, hours, fact("ppm_held", "2026-03-17T15:00"), anchor="{event: ppm_held}")[0]
    assert got.due_at == london_instant(datetime(2026, 3, 19, 15))  # noqa: DTZ001 - wall clock
    meeting = "{earliest_of: [{event: ppm_booked}, {within: {days: 60, of: anchor}}]}"
    got = made(tmp_path, meeting, fact("ppm_booked", "2026-04-20T15:00"))[0]
    assert (got.due_on, got.due_at) == (day("2026-04-20"), None)


@pytest.mark.parametrize("assumed", [False, True])
def test_the_latest_is_inferred_where_what_it_chose_was_assumed(tmp_path: Path, assumed: bool) -> None:
    booked = fact("ppm_booked", "2026-04-20", assumed=assumed)
    got = made(tmp_path, f"{{latest_of: [{EARLIER}, {{event: ppm_booked}}]}}", booked)[0]
    assert (got.due_on, got.inferred) == (day("2026-04-20"), assumed)


MINUTES = """anchor: {event: ppm_held}
due:
  earliest_of:
    - {within: {hours: 48, of: anchor}}
    - {within: {days: 90, of: {event: became_looked_after}}}
  late_when: all_have_passed"""


@pytest.mark.parametrize("anchor", ["ppm_held", "s31_application_issued"])
def test_the_last_day_under_another_rule_keeps_its_hour_its_grace_and_its_reasons(tmp_path: Path, anchor: str) -> None:
    pack = own_pack(tmp_path, f"anchor: {{event: {anchor}}}\ndue: {{due_of: O-2}}", MINUTES)
    facts = [*FACTS, fact("ppm_held", "2026-03-17T15:00", assumed=True)]
    (got,) = evaluate(pack, CHILD, facts, day("2026-04-01"), only=["O-1"])
    assert got.due_at == london_instant(datetime(2026, 3, 19, 15))  # noqa: DTZ001 - wall clock
    assert (got.due_on, got.late_after, got.inferred) == (day("2026-03-19"), day("2026-04-05"), True)
    told = [step.text for step in got.explanation.steps]
    assert told[-1] == "A made duty (O-2) must be by Thursday 19 March 2026."
    assert any(text.startswith("48 hours after 15:00 on Tuesday 17 March 2026") for text in told)
    assert any(text.startswith("90 days after Monday 5 January 2026") for text in told)


BOTH = f"early: {EARLIER}, late: {{within: {{days: 30, of: anchor}}}}"
MONTHS = f"{{phased: {{for: {{months: 2, of: {{event: became_looked_after}}}}, {BOTH}}}}}"
UNTIL = f"{{phased: {{for: {{of: {{event: became_looked_after}}}}, until: entered_care, {BOTH}}}}}"
PHASES = [
    (MONTHS, "2026-03-05", "", "2026-03-12"),
    (MONTHS, "2026-03-06", "", "2026-04-05"),
    (UNTIL, "2026-03-05", "2026-01-04", "2026-03-12"),
    (UNTIL, "2026-03-05", "2026-01-05", "2026-04-04"),
    (UNTIL, "2026-03-05", "2026-03-05", "2026-04-04"),
    (UNTIL, "2026-03-05", "2026-03-06", "2026-03-12"),
]


@pytest.mark.parametrize(("due", "anchor", "ends", "on"), PHASES)
def test_a_phase_reaches_to_its_last_day_and_ends_with_what_ends_it(
    tmp_path: Path, due: str, anchor: str, ends: str, on: str
) -> None:
    ended = [fact("entered_care", ends)] if ends else []
    got = made(tmp_path, due, fact("ppm_held", anchor), *ended, anchor="{event: ppm_held}")[0]
    assert got.due_on == day(on)


CONDITIONS = [
    ("{known: became_looked_after}", True),
    ("{known: sgo_made}", False),
    ("{not_known: sgo_made}", True),
    ("{not_known: became_looked_after}", False),
    ("{attribute: disabled_or_complex_needs, equals: true}", True),
    ("{attribute: disabled_or_complex_needs, equals: false}", False),
]


@pytest.mark.parametrize(("condition", "holds"), CONDITIONS)
def test_a_condition_switches_the_rule(tmp_path: Path, condition: str, holds: bool) -> None:
    assert bool(made(tmp_path, "anchor", extra=f"conditions: [{condition}]")) is holds


def test_a_rule_that_outlasts_care_sees_the_whole_record(tmp_path: Path) -> None:
    out = fact("ceased_to_be_looked_after", "2026-03-20")
    yearly = "{within: {months: 12, of: anchor}}"
    within = made(tmp_path, yearly, out)[0]
    beyond = made(tmp_path, yearly, out, extra="span: lifetime")[0]
    assert (within.state, beyond.state) == ("ended", "open")
    assert beyond.key == "O-1/e0/s31_application_issued/1"


def test_every_form_of_a_due_expression_can_be_worked_out() -> None:
    assert set(WAYS) == set(get_args(Due))
