"""What a rule may say besides its due expression: repetition, windows, ages, status, switches, local numbers, parts."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from own_pack import lay, own_pack
from told import day, fact

from rulebook.evaluate import evaluate
from rulebook.facts import CaseEvent, Subject
from rulebook.obligation import Obligation, ObligationState
from rulebook.pack import Pack, load_pack
from rulebook.pack_schema import SCHEMA
from rulebook.rule import Confidence
from rulebook.yaml_source import PackError

PLACED = "anchor: {event: placement_started, which: each}"
CHILD = Subject("child-1", date_of_birth=day("2010-07-01"))
ENTERED = fact("became_looked_after", "2026-01-05")
MET = {"rule": "O-1"}


def given(pack: Pack, *facts: CaseEvent, as_of: str = "2026-06-01", subject: Subject = CHILD) -> list[Obligation]:
    return evaluate(pack, subject, [ENTERED, *facts], day(as_of), only=["O-1"])


def refused(folder: Path) -> str:
    with pytest.raises(PackError) as error:
        load_pack("own", folder)
    return str(error.value)


def test_a_rule_that_repeats_goes_on_from_each_fulfilment_and_begins_again_with_its_anchor(tmp_path: Path) -> None:
    pack = own_pack(tmp_path, f"{PLACED}\ndue: {{within: {{days: 10, of: anchor}}}}\nrepeats: true")
    visits = [fact("obligation_met", on, **MET) for on in ("2026-01-12", "2026-01-20", "2026-02-12")]
    moves = [fact("placement_started", on) for on in ("2026-01-05", "2026-02-02")]
    found = given(pack, *moves, *visits)
    assert [(one.ordinal, one.due_on, one.state) for one in found] == [
        (1, day("2026-01-15"), ObligationState.MET),
        (2, day("2026-01-22"), ObligationState.MET),
        (3, day("2026-01-30"), ObligationState.ENDED),
        (4, day("2026-02-12"), ObligationState.MET),
        (5, day("2026-02-22"), ObligationState.OPEN),
    ]
    assert found[2].ended_by == "the placement began"
    assert len({one.key for one in found}) == 5


def test_an_age_ends_a_rule_and_what_would_fall_due_after_it(tmp_path: Path) -> None:
    pack = own_pack(tmp_path, f"{PLACED}\ndue: {{within: {{years: 1, of: anchor}}}}\nuntil_age: 16\nspan: lifetime")
    placed = fact("placement_started", "2025-06-30")
    assert given(pack, placed)[0].state is ObligationState.OPEN
    later = given(pack, fact("placement_started", "2025-07-01"))[0]
    assert (later.state, later.ended_by, later.ended_on) == (
        ObligationState.ENDED,
        "the young person turns 16",
        day("2026-07-01"),
    )


LEAP = Subject("leap", date_of_birth=day("2008-02-29"))


def test_an_age_is_reached_on_the_birthday_and_in_a_common_year_where_the_pack_puts_it(tmp_path: Path) -> None:
    terms = f"{PLACED}\ndue: {{within: {{days: 10, of: anchor}}}}\nuntil_age: 17"
    placed = fact("placement_started", "2025-01-10")
    for leap, birthday in (("28-february", "2025-02-28"), ("1-march", "2025-03-01")):
        pack = own_pack(tmp_path, terms, head=f"leap_birthday: {leap}")

        def on(as_of: str, pack: Pack = pack) -> tuple[str, str | None]:
            entered = fact("became_looked_after", "2025-01-06")
            (one,) = evaluate(pack, LEAP, [entered, placed], day(as_of), only=["O-1"])
            return one.state, one.ended_by

        assert on("2025-02-27") == ("open", None)
        assert on(birthday) == ("ended", "the young person turns 17")
        adult = birthday.replace("2025", "2026")
        assert on(adult) == ("ended", "the child turned 18")


WINDOW = """anchor: {event: final_hearing_listed_for}
due: {before: {weeks: 6, of: anchor}}
not_before: {before: {weeks: 10, of: anchor}}
met_by: {event: ppm_held, match: any}"""


def test_what_came_before_the_window_does_not_count(tmp_path: Path) -> None:
    pack = own_pack(tmp_path, WINDOW)
    hearing = fact("final_hearing_listed_for", "2026-09-07")
    early = given(pack, hearing, fact("ppm_held", "2026-03-02"))[0]
    assert (early.state, early.opens_on) == (ObligationState.OPEN, day("2026-06-29"))
    assert "not before Monday 29 June 2026" in early.sentence
    held = given(pack, hearing, fact("ppm_held", "2026-06-29"), as_of="2026-07-01")[0]
    assert (held.state, held.in_time) == (ObligationState.MET, True)


STATUS = "conditions: [{legal_status: [interim_care_order_made, section_20_began]}]"
ORDERS = "conditions: [{known: [sgo_made, care_order_made]}]"
ASKED = "conditions: [{attribute: sibling_group, equals: true, must_be_recorded: true}]"


@pytest.mark.parametrize(
    ("terms", "facts", "subject", "states"),
    [
        (STATUS, [fact("section_20_began", "2026-01-05")], CHILD, ["open"]),
        (STATUS, [fact("section_20_began", "2026-01-05"), fact("care_order_made", "2026-05-11")], CHILD, []),
        (STATUS, [], CHILD, []),
        ("conditions: [{from_age: 15, under_age: 16}]", [], CHILD, ["open"]),
        ("conditions: [{from_age: 16}]", [], CHILD, []),
        ("conditions: [{under_age: 15}]", [], CHILD, []),
        ("conditions: [{under_age: 15}]", [], Subject("unknown age"), ["open"]),
        (ASKED, [], CHILD, ["needs_fact"]),
        (ASKED, [], Subject("c", attributes={"sibling_group": True}), ["open"]),
        (ASKED, [], Subject("c", attributes={"sibling_group": False}), []),
        ("conditions: [{attribute: placement_kind, not_one_of: [residential]}]", [], CHILD, ["open"]),
        (
            "conditions: [{known: [sgo_made, care_order_made]}]",
            [fact("care_order_made", "2026-05-11")],
            CHILD,
            ["open"],
        ),
    ],
)
def test_a_condition_decides_whether_the_rule_holds(
    tmp_path: Path, terms: str, facts: list[CaseEvent], subject: Subject, states: list[str]
) -> None:
    pack = own_pack(
        tmp_path, f"anchor: {{event: became_looked_after}}\ndue: {{within: {{years: 1, of: anchor}}}}\n{terms}"
    )
    assert [one.state for one in given(pack, *facts, subject=subject)] == states


def test_a_rule_holds_for_those_in_care_when_it_came_if_it_says_so(tmp_path: Path) -> None:
    terms = "anchor: {event: became_looked_after}\ndue: {birthday: 18}"
    assert given(own_pack(tmp_path, terms, since="2026-03-01")) == []
    by_due = own_pack(tmp_path, f"{terms}\nin_force_by: due", since="2026-03-01")
    assert [one.due_on for one in given(by_due)] == [day("2028-07-01")]


def test_what_falls_due_on_the_day_it_starts_is_owed_and_what_fell_due_before_is_not(tmp_path: Path) -> None:
    pack = own_pack(tmp_path, f"{PLACED}\ndue: {{birthday: 15}}\nin_force_by: due")
    for on, due in (("2025-07-01", [day("2025-07-01")]), ("2025-07-02", [])):
        facts = [fact("became_looked_after", "2025-06-02"), fact("placement_started", on)]
        assert [one.due_on for one in evaluate(pack, CHILD, facts, day("2025-07-10"), only=["O-1"])] == due


def test_an_event_on_the_day_it_is_counted_since_is_the_first(tmp_path: Path) -> None:
    terms = "anchor: {event: adoption_review_held, which: each, after: placed_for_adoption}\ndue: anchor"
    pack, placed = own_pack(tmp_path, terms), fact("placed_for_adoption", "2026-03-16")
    for on, ordinals in (("2026-03-15", []), ("2026-03-16", [1])):
        assert [one.ordinal for one in given(pack, placed, fact("adoption_review_held", on))] == ordinals


def test_what_started_a_clock_is_told_though_the_date_is_not_counted_from_it(tmp_path: Path) -> None:
    terms = "anchor: {event: [placement_started, placed_with_parents], which: last}\ndue: {birthday: 18}"
    pack, placed = own_pack(tmp_path, terms), fact("placement_started", "2026-01-05")
    for assumed in (False, True):
        (got,) = given(pack, placed, fact("placed_with_parents", "2026-03-16", assumed=assumed))
        assert (got.anchor_event, got.anchor_on) == ("placed_with_parents", day("2026-03-16"))
        assert (got.inferred, got.needs, got.confidence) == (assumed, None, Confidence.UNVERIFIED)
        assert got.explanation.steps[0].text.startswith("The child was placed with parents on Monday 16 March 2026")


def test_an_anchor_that_was_overtaken_starts_nothing(tmp_path: Path) -> None:
    pack = own_pack(
        tmp_path,
        "anchor: {event: cic_review_booked, which: last, pending: [cic_review_held]}\ndue: {before: {of: anchor}}",
    )
    booked, held = fact("cic_review_booked", "2026-06-15"), fact("cic_review_held", "2026-05-20")
    assert [one.due_on for one in given(pack, booked, held)] == [day("2026-06-14")]
    assert given(pack, booked, fact("cic_review_held", "2026-06-15"), as_of="2026-06-16") == []


SWITCH = "anchor: {event: became_looked_after}\ndue: anchor\ncommencement: began"


def test_a_switch_opens_on_its_day(tmp_path: Path) -> None:
    for value, count in (("off", 0), ("2026-01-06", 0), ("2026-01-05", 1)):
        assert len(given(own_pack(tmp_path, SWITCH, head=f"parameters: {{began: {value}}}"))) == count, value


@pytest.mark.parametrize(
    ("terms", "head", "says"),
    [
        (SWITCH, "", "parameter 'began' has to be a date or off"),
        (SWITCH, "parameters: {began: soon}", "has to be a date or off, not 'soon'"),
        (f"{PLACED}\ndue: {{within: {{days: some_days, of: anchor}}}}", "", "'some_days' has to be a parameter"),
        (
            f"{PLACED}\ndue: {{within: {{days: some_days, of: anchor}}}}",
            "parameters: {some_days: 0}",
            "whole number of at least 1",
        ),
        (f"{PLACED}\ndue: anchor\nconditions: [{{attribute: plann, equals: x}}]", "", "did you mean 'plan'?"),
        (f"{PLACED}\ndue: {{scheduled: {{meeting: cic, ordinal: 2}}}}", "", "no meeting kind 'cic'"),
        (f"{PLACED}\ndue: anchor", "kept_elsewhere: {reg33-9: there}", "no rule 'reg33-9'"),
        (f"{PLACED}\ndue: anchor", "parts: [absent]", "there is no file own/absent.yaml"),
        (
            f"{PLACED}\ndue: anchor",
            "not_computed: [{id: X-1, sort: gate, reason: r, source: {document: nowhere, section: s, says: t}}]",
            "no document 'nowhere'",
        ),
    ],
)
def test_what_a_pack_gets_wrong_is_said(tmp_path: Path, terms: str, head: str, says: str) -> None:
    told = refused(lay(tmp_path, terms, head=head))
    assert says in told
    assert told.startswith("own.yaml:")


def test_a_part_belongs_to_its_pack_and_its_faults_are_shown_in_it(tmp_path: Path) -> None:
    packs = lay(tmp_path, f"{PLACED}\ndue: anchor", head="parts: [more]")
    folder = packs / "own"
    folder.mkdir()
    (folder / "more.yaml").write_text("part_of: other\nrules: []\n")
    with pytest.raises(PackError, match=r"own/more\.yaml:1:1: this is a part of the pack own"):
        load_pack("own", packs)
    (folder / "more.yaml").write_text("part_of: own\nlabels: {}\n")
    with pytest.raises(PackError, match=r"own/more\.yaml:2:1: unknown field 'labels'"):
        load_pack("own", packs)


def test_the_published_schema_is_a_schema() -> None:
    Draft202012Validator.check_schema(json.loads(SCHEMA.read_text()))
