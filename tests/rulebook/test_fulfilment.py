"""Which fact fulfils an obligation and which does not, and what becomes of one whose start nobody recorded."""

from __future__ import annotations

from pathlib import Path

import pytest
from own_pack import own_pack
from told import CHILD, clock, day, fact

from rulebook.evaluate import evaluate
from rulebook.facts import CaseEvent, EventType, ObligationKey
from rulebook.obligation import Obligation, ObligationState
from rulebook.pack import Pack

ENTERED = fact("became_looked_after", "2026-01-05")
REVIEWED = fact("cic_review_held", "2026-01-15")
OPEN, MET, NEEDS_FACT = ObligationState.OPEN, ObligationState.MET, ObligationState.NEEDS_FACT


def given(pack: Pack, *facts: CaseEvent) -> list[Obligation]:
    return evaluate(pack, CHILD, [ENTERED, *facts], day("2026-03-02"), only=["O-1"])


def recorded(on: str) -> CaseEvent:
    return fact("obligation_met", on, rule="O-1")


def recorded_by_key(key: str) -> CaseEvent:
    return CaseEvent(EventType("obligation_met"), day("2026-01-20"), obligation_key=ObligationKey(key))


@pytest.mark.parametrize("record", ["2026-01-14", "2026-01-15", "2026-01-16"])
def test_what_was_done_and_recorded_as_done_was_done_on_the_earlier_day(record: str) -> None:
    done = fact("obligation_met", record, rule="reg33-1")
    got = clock("england", "reg33-1", "2026-03-02", ENTERED, REVIEWED, done)
    assert (got.state, got.met_on) == (MET, min(done.on, REVIEWED.on))


PLACEMENTS = [fact("placement_started", on) for on in ("2026-01-05", "2026-02-02")]
EACH = "anchor: {event: placement_started, which: each}\ndue: {within: {days: 10, of: anchor}}\n"


@pytest.mark.parametrize(
    ("match", "on", "states"),
    [
        ("own", "2026-01-05", [MET, OPEN]),
        ("own", "2026-02-01", [MET, OPEN]),
        ("own", "2026-02-02", [OPEN, MET]),
        ("own", "2026-02-10", [OPEN, MET]),
        ("next", "2026-02-01", [MET, OPEN]),
        ("next", "2026-02-10", [MET, MET]),
    ],
)
def test_what_belongs_to_one_start_is_not_done_for_the_one_before_it(
    tmp_path: Path, match: str, on: str, states: list[ObligationState]
) -> None:
    pack = own_pack(tmp_path, f"{EACH}met_by: {{event: ppm_held, match: {match}}}")
    for done in (fact("ppm_held", on), recorded(on)):
        assert [one.state for one in given(pack, *PLACEMENTS, done)] == states


def test_a_record_from_before_the_window_does_not_count_and_one_of_its_first_day_does(tmp_path: Path) -> None:
    before = "{before: {weeks: 10, of: anchor}}"
    pack = own_pack(tmp_path, f"anchor: {{event: final_hearing_listed_for}}\ndue: anchor\nnot_before: {before}")
    hearing = fact("final_hearing_listed_for", "2026-04-20")
    for on, state in (("2026-02-08", OPEN), ("2026-02-09", MET)):
        (got,) = given(pack, hearing, recorded(on))
        assert (got.opens_on, got.state) == (day("2026-02-09"), state)


def test_a_review_without_the_day_care_began_is_told_as_done_and_not_judged() -> None:
    got = clock("england", "reg33-1", "2026-03-02", REVIEWED)
    assert (got.state, got.met_on, got.in_time, got.ordinal) == (MET, REVIEWED.on, None, 1)
    assert got.sentence == (
        "First looked after child review: cannot be counted yet, needs the date the child became looked after. "
        "It was done on Thursday 15 January 2026."
    )
    entered = fact("entered_care", "2026-01-05")
    known_by_key = recorded_by_key("reg33-1/e1/became_looked_after/1")
    assert clock("england", "reg33-1", "2026-03-02", entered, known_by_key).met_on == known_by_key.on
    other = recorded_by_key("reg33-1/e2/became_looked_after/1")
    assert clock("england", "reg33-1", "2026-03-02", entered, other).state is NEEDS_FACT


ASKED_FOR = "due: {within: {days: 10, of: anchor}}\nneeded_when: {always: true}\n"
OWN_MEETING = f"anchor: {{event: placement_started}}\n{ASKED_FOR}met_by: {{event: ppm_held, match: own}}"
SECOND_REVIEW = f"""anchor: {{event: cic_review_held, which: each, from: 2}}
{ASKED_FOR}met_by: {{event: cic_review_held}}"""


@pytest.mark.parametrize(
    ("terms", "held", "ordinal", "needs"),
    [
        (OWN_MEETING, fact("ppm_held", "2026-01-20"), 1, "the date the placement began"),
        (SECOND_REVIEW, REVIEWED, 2, "the date the looked after child review was held (the second one)"),
    ],
)
def test_what_cannot_have_followed_a_start_that_is_missing_does_not_fulfil(
    tmp_path: Path, terms: str, held: CaseEvent, ordinal: int, needs: str
) -> None:
    (got,) = given(own_pack(tmp_path, terms), held)
    assert (got.state, got.met_on, got.ordinal, got.needs) == (NEEDS_FACT, None, ordinal, needs)


UNTIL = "anchor: {event: became_looked_after}\ndue: {within: {years: 1, of: anchor}}\nuntil: [permanence_obtained]"


@pytest.mark.parametrize(
    ("broke_down", "state"),
    [("2026-02-01", ObligationState.ENDED), ("2026-02-02", OPEN), ("2026-02-03", OPEN)],
)
def test_what_ended_a_rule_is_taken_back_on_its_own_day_or_later(
    tmp_path: Path, broke_down: str, state: ObligationState
) -> None:
    settled = fact("permanence_obtained", "2026-02-02")
    (got,) = given(own_pack(tmp_path, UNTIL), settled, fact("placement_broke_down", broke_down))
    assert got.state is state
