"""What a rule may say besides its due expression: repetition, windows, ages, status, switches, local numbers, parts."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from told import copy_pack, day, fact

from rulebook.evaluate import evaluate
from rulebook.facts import CaseEvent, Subject
from rulebook.obligation import Obligation, ObligationState
from rulebook.pack import load_pack
from rulebook.pack_schema import SCHEMA
from rulebook.yaml_source import PackError

RULE = """pack: terms
title: Terms
version: "1"
extends: england
documents: {{made: {{title: Made up}}}}
{head}
rules:
  - id: T-1
    title: A term
    kind: task
    basis: local
    subjects: [child]
    {terms}
    source: {{document: made, section: "1", says: made up}}
    confidence: unverified
    effective_from: {since}
    examples:
      - &example {{name: a, facts: [], as_of: 2026-01-01, expect: {{none: true}}}}
      - *example
"""
PLACED = "anchor: {event: placement_started, which: each}"
CHILD = Subject("child-1", date_of_birth=day("2010-07-01"))
ENTERED = fact("became_looked_after", "2026-01-05")
MET = {"rule": "T-1"}


def laid(folder: Path, terms: str, head: str = "", since: str = "2000-01-01") -> str:
    copy_pack("england", folder)
    (folder / "terms.yaml").write_text(RULE.format(terms=terms, head=head, since=since))
    return "terms"


def given(folder: Path, *facts: CaseEvent, as_of: str = "2026-06-01", subject: Subject = CHILD) -> list[Obligation]:
    found = evaluate(load_pack("terms", folder), subject, [ENTERED, *facts], day(as_of))
    return [one for one in found if one.rule_id == "T-1"]


def refused(folder: Path, terms: str, head: str = "") -> str:
    laid(folder, terms, head)
    with pytest.raises(PackError) as error:
        load_pack("terms", folder)
    return str(error.value)


def test_a_rule_that_repeats_goes_on_from_each_fulfilment_and_begins_again_with_its_anchor(tmp_path: Path) -> None:
    laid(tmp_path, f"{PLACED}\n    due: {{within: {{days: 10, of: anchor}}}}\n    repeats: true")
    visits = [fact("obligation_met", on, **MET) for on in ("2026-01-12", "2026-01-20", "2026-02-12")]
    moves = [fact("placement_started", on) for on in ("2026-01-05", "2026-02-02")]
    found = given(tmp_path, *moves, *visits)
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
    laid(tmp_path, f"{PLACED}\n    due: {{within: {{years: 1, of: anchor}}}}\n    until_age: 16\n    span: lifetime")
    placed = fact("placement_started", "2025-06-30")
    assert given(tmp_path, placed)[0].state is ObligationState.OPEN
    later = given(tmp_path, fact("placement_started", "2025-07-01"))[0]
    assert (later.state, later.ended_by, later.ended_on) == (
        ObligationState.ENDED,
        "the young person turns 16",
        day("2026-07-01"),
    )


def test_what_came_before_the_window_does_not_count(tmp_path: Path) -> None:
    terms = """anchor: {event: final_hearing_listed_for}
    due: {before: {weeks: 6, of: anchor}}
    not_before: {before: {weeks: 10, of: anchor}}
    met_by: {event: ppm_held, match: any}"""
    laid(tmp_path, terms)
    hearing = fact("final_hearing_listed_for", "2026-09-07")
    early = given(tmp_path, hearing, fact("ppm_held", "2026-03-02"))[0]
    assert (early.state, early.opens_on) == (ObligationState.OPEN, day("2026-06-29"))
    assert "not before Monday 29 June 2026" in early.sentence
    held = given(tmp_path, hearing, fact("ppm_held", "2026-06-29"), as_of="2026-07-01")[0]
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
    laid(
        tmp_path, f"anchor: {{event: became_looked_after}}\n    due: {{within: {{years: 1, of: anchor}}}}\n    {terms}"
    )
    assert [one.state for one in given(tmp_path, *facts, subject=subject)] == states


def test_a_rule_holds_for_those_in_care_when_it_came_if_it_says_so(tmp_path: Path) -> None:
    terms = "anchor: {event: became_looked_after}\n    due: {birthday: 18}"
    laid(tmp_path, terms, since="2026-03-01")
    assert given(tmp_path) == []
    folder = tmp_path / "other"
    folder.mkdir()
    laid(folder, f"{terms}\n    in_force_by: due", since="2026-03-01")
    assert [one.due_on for one in given(folder)] == [day("2028-07-01")]


def test_an_anchor_that_was_overtaken_starts_nothing(tmp_path: Path) -> None:
    laid(
        tmp_path,
        "anchor: {event: cic_review_booked, which: last, pending: [cic_review_held]}\n    due: {before: {of: anchor}}",
    )
    booked, held = fact("cic_review_booked", "2026-06-15"), fact("cic_review_held", "2026-05-20")
    assert [one.due_on for one in given(tmp_path, booked, held)] == [day("2026-06-14")]
    assert given(tmp_path, booked, fact("cic_review_held", "2026-06-15"), as_of="2026-06-16") == []


SWITCH = "anchor: {event: became_looked_after}\n    due: anchor\n    commencement: began"


def test_a_switch_opens_on_its_day(tmp_path: Path) -> None:
    for number, (value, count) in enumerate((("off", 0), ("2026-01-06", 0), ("2026-01-05", 1))):
        folder = tmp_path / str(number)
        folder.mkdir()
        laid(folder, SWITCH, f"parameters: {{began: {value}}}")
        assert len(given(folder)) == count, value


@pytest.mark.parametrize(
    ("terms", "head", "says"),
    [
        (SWITCH, "", "parameter 'began' has to be a date or off"),
        (SWITCH, "parameters: {began: soon}", "has to be a date or off, not 'soon'"),
        (f"{PLACED}\n    due: {{within: {{days: some_days, of: anchor}}}}", "", "'some_days' has to be a parameter"),
        (
            f"{PLACED}\n    due: {{within: {{days: some_days, of: anchor}}}}",
            "parameters: {some_days: 0}",
            "whole number of at least 1",
        ),
        (f"{PLACED}\n    due: anchor\n    conditions: [{{attribute: plann, equals: x}}]", "", "did you mean 'plan'?"),
        (f"{PLACED}\n    due: {{scheduled: {{meeting: cic, ordinal: 2}}}}", "", "no meeting kind 'cic'"),
        (f"{PLACED}\n    due: anchor", "kept_elsewhere: {reg33-9: there}", "no rule 'reg33-9'"),
        (f"{PLACED}\n    due: anchor", "parts: [absent]", "there is no file terms/absent.yaml"),
        (
            f"{PLACED}\n    due: anchor",
            "not_computed: [{id: X-1, sort: gate, reason: r, source: {document: nowhere, section: s, says: t}}]",
            "no document 'nowhere'",
        ),
    ],
)
def test_what_a_pack_gets_wrong_is_said(tmp_path: Path, terms: str, head: str, says: str) -> None:
    told = refused(tmp_path, terms, head)
    assert says in told
    assert told.startswith("terms.yaml:")


def test_a_part_belongs_to_its_pack_and_its_faults_are_shown_in_it(tmp_path: Path) -> None:
    laid(tmp_path, f"{PLACED}\n    due: anchor", "parts: [more]")
    folder = tmp_path / "terms"
    folder.mkdir()
    (folder / "more.yaml").write_text("part_of: other\nrules: []\n")
    with pytest.raises(PackError, match=r"terms/more\.yaml:1:1: this is a part of the pack terms"):
        load_pack("terms", tmp_path)
    (folder / "more.yaml").write_text("part_of: terms\nlabels: {}\n")
    with pytest.raises(PackError, match=r"terms/more\.yaml:2:1: unknown field 'labels'"):
        load_pack("terms", tmp_path)


def test_the_published_schema_is_a_schema() -> None:
    Draft202012Validator.check_schema(json.loads(SCHEMA.read_text()))
