"""The meetings of a kind in their order: held, else booked, else each on its latest lawful day."""

from __future__ import annotations

from pathlib import Path

import pytest
from own_pack import own_pack
from told import day, fact

from rulebook.evaluate import evaluate
from rulebook.facts import CaseEvent, Subject
from rulebook.obligation import Obligation

ISSUED = fact("s31_application_issued", "2026-03-23")
ENTERED = fact("became_looked_after", "2026-03-16")
ASSUMED = fact("became_looked_after", "2026-03-16", assumed=True)
CHILD = Subject("child-1", date_of_birth=day("2012-06-01"))


def asked(folder: Path, due: str, *facts: CaseEvent, subject: Subject = CHILD) -> Obligation:
    pack = own_pack(folder, f"anchor: {{event: s31_application_issued}}\ndue: {due}")
    (one,) = evaluate(pack, subject, [ISSUED, *facts], day("2026-07-20"), only=["O-1"])
    return one


def steps(one: Obligation) -> list[str]:
    return [step.text for step in one.explanation.steps]


REVIEWS = [fact("cic_review_held", on) for on in ("2026-04-10", "2026-07-08")]
BOOKED = fact("cic_review_booked", "2026-12-18")
HELD = fact("cic_review_held", "2026-07-20")


@pytest.mark.parametrize(
    ("facts", "on", "says"),
    [
        ([], "2027-01-15", "The third looked after child review is lawful up to Friday 15 January 2027."),
        (REVIEWS, "2027-01-08", "The third looked after child review is lawful up to Friday 8 January 2027."),
        ([*REVIEWS, BOOKED], "2026-12-18", "The looked after child review is booked on Friday 18 December 2026."),
        ([*REVIEWS, HELD], "2026-07-20", "The looked after child review was held on Monday 20 July 2026."),
    ],
)
def test_the_third_meeting_is_held_or_booked_or_counted_on_from_those_before_it(
    tmp_path: Path, facts: list[CaseEvent], on: str, says: str
) -> None:
    got = asked(tmp_path, "{scheduled: {meeting: cic_review, ordinal: 3}}", ENTERED, *facts)
    assert (got.due_on, got.inferred) == (day(on), False)
    assert steps(got)[-1] == says


def test_the_first_meeting_is_told_with_how_its_last_day_was_counted(tmp_path: Path) -> None:
    got = asked(tmp_path, "{scheduled: {meeting: cic_review, ordinal: 1}}", ENTERED)
    assert got.sentence.startswith(
        "A made duty: due by Wednesday 15 April 2026, the latest lawful day for the first looked after child review;"
    )
    told = steps(got)
    assert "20 working days after Monday 16 March 2026, that day left out, end on Wednesday 15 April 2026." in told
    assert "The first looked after child review is lawful up to Wednesday 15 April 2026." in told


def test_a_booking_on_the_day_of_a_meeting_is_that_meeting_and_not_the_next(tmp_path: Path) -> None:
    for on, due in (("2026-04-10", None), ("2026-08-03", day("2026-08-03"))):
        held, booked = fact("cic_review_held", "2026-04-10"), fact("cic_review_booked", on)
        got = asked(tmp_path, "{meeting: cic_review, ordinal: 2}", ENTERED, held, booked)
        assert got.due_on == due


@pytest.mark.parametrize(
    ("held", "due", "needs"),
    [
        ([], None, "the date the adoption review was held"),
        (["2026-05-04"], None, "the date the adoption review was held (the second one)"),
        (["2026-05-04", "2026-07-06"], "2026-07-06", None),
    ],
)
def test_a_kind_of_meeting_that_no_rule_dates_waits_until_it_is_held(
    tmp_path: Path, held: list[str], due: str | None, needs: str | None
) -> None:
    reviews = [fact("adoption_review_held", on) for on in held]
    got = asked(tmp_path, "{scheduled: {meeting: adoption_review, ordinal: 2}}", ENTERED, *reviews)
    assert (got.due_on, got.needs) == (day(due) if due else None, needs)


VISIT = "title: Visit, duration_minutes: 60, chair_role: team-manager"
VISITS = f"meeting_kinds: {{visit: {{{VISIT}, held_event: ppm_held, first_due: O-2, next_due: O-3}}}}"
FIRST_VISIT = "anchor: {event: became_looked_after}\ndue: {within: {days: 10, of: anchor}}"
NEXT_VISIT = """anchor: {event: ppm_held, which: each}
due: {latest_of: [{within: {weeks: 6, of: anchor}}, {event: placement_started}]}"""


def test_a_meeting_to_come_may_hang_on_another_event_and_on_what_was_assumed_of_it(tmp_path: Path) -> None:
    third = "anchor: {event: s31_application_issued}\ndue: {scheduled: {meeting: visit, ordinal: 3}}"
    pack = own_pack(tmp_path, third, FIRST_VISIT, NEXT_VISIT, head=VISITS)

    def due(*facts: CaseEvent) -> tuple[object, ...]:
        (one,) = evaluate(pack, CHILD, [ENTERED, ISSUED, *facts], day("2026-07-20"), only=["O-1"])
        return one.due_on, one.inferred, one.needs

    assert due() == (None, False, "the date the placement began")
    assert due(fact("placement_started", "2026-05-04")) == (day("2026-06-18"), False, None)
    late = fact("placement_started", "2026-07-13", assumed=True)
    assert due(late) == (day("2026-08-24"), True, None), "six weeks after the second, which hangs on the placement"


LISTED = fact("final_hearing_listed_for", "2026-12-07")
BEFORE_HEARING = "{projected: {meeting: cic_review, before: {event: final_hearing_listed_for}}}"


@pytest.mark.parametrize(
    ("facts", "inferred"),
    [
        ([ENTERED, LISTED], False),
        ([ASSUMED, LISTED], True),
        ([ENTERED, fact("final_hearing_listed_for", "2026-12-07", assumed=True)], True),
    ],
)
def test_a_meeting_counted_back_from_a_day_is_inferred_where_the_day_or_a_meeting_is(
    tmp_path: Path, facts: list[CaseEvent], inferred: bool
) -> None:
    got = asked(tmp_path, BEFORE_HEARING, *facts)
    assert (got.due_on, got.inferred) == (day("2026-07-15"), inferred)
    second = asked(tmp_path, "{scheduled: {meeting: cic_review, ordinal: 2}}", *facts)
    assert second.inferred is facts[0].assumed


def test_the_last_meeting_before_a_day_is_never_told_as_what_it_is_counted_from(tmp_path: Path) -> None:
    due = "{projected: {meeting: cic_review, before: {birthday: 14}}}"
    got = asked(tmp_path, due, ENTERED)
    assert got.due_on == day("2026-04-15")
    assert got.sentence.split(", ", 1)[1].startswith(
        "the last looked after child review before the child's 14th birthday on Monday 1 June 2026: "
        "counted on by the latest lawful dates to Wednesday 15 April 2026"
    )


def test_where_no_meeting_falls_before_a_day_the_day_before_it_stands_and_is_told_as_that(tmp_path: Path) -> None:
    born = Subject("child-2", date_of_birth=day("2012-04-10"))
    got = asked(tmp_path, "{projected: {meeting: cic_review, before: {birthday: 14}}}", ASSUMED, subject=born)
    assert (got.due_on, got.inferred) == (day("2026-04-09"), False)
    assert got.sentence == (
        "A made duty: due by Thursday 9 April 2026, before the child's 14th birthday on Friday 10 April 2026."
    )
