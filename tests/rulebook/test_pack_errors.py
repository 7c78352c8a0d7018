"""A wrong pack is refused with file, line and column, and with everything that is wrong at once."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from told import copy_pack

from rulebook.facts import BodyId
from rulebook.fingerprint import mark_of_rules
from rulebook.pack import PACKS, DecidesDate, Ladder, load_pack
from rulebook.pack_schema import SCHEMA
from rulebook.rule import MeetingKindId
from rulebook.yaml_source import PackError, read_yaml

ENGLAND = (PACKS / "england.yaml").read_text()
BCP = (PACKS / "bcp.yaml").read_text()


def refused(folder: Path, name: str, text: str) -> list[str]:
    copy_pack("england", folder)
    copy_pack("bcp", folder)
    (folder / f"{name}.yaml").write_text(text)
    with pytest.raises(PackError) as error:
        load_pack(name, folder)
    return str(error.value).splitlines()


def line_of(text: str, part: str) -> int:
    return text[: text.index(part)].count("\n") + 1


FORCE = "effective_from: 2020-07-16\n    note: The two"
FORCE_ENDED = "effective_from: 2020-07-16\n    effective_to: 2019-01-01\n    note: The two"
DOCUMENT = "document: bcp-permanence-2020\n      section: section 8\n"
CHANGES = [
    ("    kind: meeting\n", "    kind: meating\n", "'meating' is not one of", "meating", 11),
    (
        "    chair_role: team-manager\n    req",
        "    chair: x\n    req",
        "unknown field 'chair'",
        "chair: x",
        5,
    ),
    ("{working_days: 20", "{working_days: 0", "0 is less than the minimum of 1", "working_days: 0", 34),
    ("{working_days: 20", "{fortnights: 2", "unknown field 'fortnights'", "fortnights", 20),
    ("_decided}\n", "_decidet}\n", "did you mean 'entry_to_care_decided'", "_decidet", 21),
    ("{due_of: reg33-1}", "{due_of: reg33-9}", "no rule 'reg33-9'", "{due_of: reg33-9}", 69),
    ("_kind: ppm\n    anchor", "_kind: pqm\n    anchor", "no meeting kind 'pqm'", "_kind: pqm", 19),
    ("title: Initial {ppm}\n", "title: Initial {pppm}\n", "no label 'pppm'", "Initial {pppm}", 12),
    ("basis: local", "basis: statutory", "sets local clocks", "basis: statutory", 12),
    (FORCE, FORCE_ENDED, "lies before", "effective_to: 2019", 19),
    (DOCUMENT, DOCUMENT.replace("permanence-", ""), "no document 'bcp-2020'", "document: bcp-2020", 17),
    ("id: BCP-8-05", "id: reg33-1", "may add rules, not replace", "id: reg33-1", 9),
]


@pytest.mark.parametrize(("old", "new", "says", "at", "column"), CHANGES, ids=[change[3] for change in CHANGES])
def test_a_wrong_field_is_shown_where_it_stands(
    tmp_path: Path, old: str, new: str, says: str, at: str, column: int
) -> None:
    text = BCP.replace(old, new, 1)
    assert text != BCP
    lines = [line for line in refused(tmp_path, "bcp", text) if says in line]
    assert lines, f"nothing says {says!r}"
    assert lines[0].startswith(f"bcp.yaml:{line_of(text, at)}:{column}: ")


def test_everything_wrong_is_told_at_once(tmp_path: Path) -> None:
    text = BCP.replace("kind: meeting\n", "kind: meating\n").replace("confidence: verified", "confidence: sure")
    lines = refused(tmp_path, "bcp", text)
    assert len(lines) >= 8
    assert all(re.match(r"bcp\.yaml:\d+:\d+: ", line) for line in lines)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("pack: [unclosed\n", "not valid YAML"),
        ("pack: broken\npack: broken\n", "2:1: the key 'pack' is written twice"),
        ("pack: broken\n", "'rules' is a required property"),
        ("- a list\n", "is not of type 'object'"),
        ("", "is not of type 'object'"),
    ],
)
def test_what_is_no_pack_at_all_is_refused(tmp_path: Path, text: str, says: str) -> None:
    assert any(says in line for line in refused(tmp_path, "broken", text))


def test_two_operators_in_one_due_are_refused(tmp_path: Path) -> None:
    text = ENGLAND.replace("{within: {working_days: 20, of: anchor}}", "{due_of: reg33-2, birthday: 18}")
    copy_pack("england", tmp_path)
    (tmp_path / "england.yaml").write_text(text)
    with pytest.raises(PackError, match=r"exactly one of .*; found due_of, birthday"):
        load_pack("england", tmp_path)


def test_a_rule_counted_from_itself_is_refused(tmp_path: Path) -> None:
    text = BCP.replace("{due_of: reg33-2}", "{due_of: BCP-8-07}").replace(
        "{within: {weeks: 12, of: anchor}}", "{within: {weeks: 12, of: {due_of: BCP-8-08}}}"
    )
    assert any("counted from itself" in line for line in refused(tmp_path, "bcp", text))


def test_a_date_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    text = BCP.replace("effective_from: 2020-07-16\n    note", "effective_from: 2020-02-30\n    note", 1)
    assert any("day is out of range" in line for line in refused(tmp_path, "bcp", text))


def test_an_unknown_pack_is_refused_with_those_there_are() -> None:
    with pytest.raises(LookupError, match=r"no pack 'dorset'; there are: bcp, dudley, england, leicestershire"):
        load_pack("dorset")


def test_the_law_may_not_be_replaced_and_the_council_has_its_words() -> None:
    pack = load_pack("bcp")
    assert pack.layers == ("england", "bcp")
    assert [rule.title for rule in pack.rules][:2] == [
        "First child in care review",
        "Next child in care review",
    ]
    assert load_pack("england").rules[0].title == "First looked after child review"
    kind = pack.meeting_kinds[next(k for k in pack.meeting_kinds if k == "cic_review")]
    assert (kind.title, kind.chair_role) == ("Child in care review", "reviewing-officer")
    body = pack.bodies[BodyId("tracking-panel")]
    assert (body.title, body.authority, body.chair_role) == (
        "Permanence planning and tracking meeting",
        "endorses",
        "service-director",
    )


@pytest.mark.parametrize("path", sorted(PACKS.rglob("*.yaml")), ids=lambda path: path.stem)
def test_what_the_fast_validator_lets_pass_the_slow_one_accepts(path: Path) -> None:
    schema = Draft202012Validator(json.loads(SCHEMA.read_text()))
    assert list(schema.iter_errors(read_yaml(path).data)) == []


LADDER = "{remind_before: 5, ring_after: 1}"


def _with_ladder(ladder: str) -> str:
    assert BCP.count("  ppm:\n") == 1
    return BCP.replace("  ppm:\n", f"  ppm:\n    ladder: {ladder}\n")


def test_a_kind_of_meeting_may_have_a_ladder_of_its_own_which_moves_no_clock(tmp_path: Path) -> None:
    known = load_pack("bcp")
    copy_pack("england", tmp_path)
    copy_pack("bcp", tmp_path)
    (tmp_path / "bcp.yaml").write_text(_with_ladder(LADDER))
    pack = load_pack("bcp", tmp_path)
    ppm = MeetingKindId("ppm")
    assert pack.meeting_kinds[ppm].ladder == Ladder(remind_before=5, ring_after=1)
    assert known.meeting_kinds[ppm].ladder == Ladder(2, 3, 2, 2)
    assert mark_of_rules(replace(known, meeting_kinds=pack.meeting_kinds)) == mark_of_rules(known)


@pytest.mark.parametrize(
    ("ladder", "wrong"),
    [
        ("{remind_before: 0}", "remind_before: 0 is less than"),
        ("{remind: 2}", "unknown field 'remind'"),
        ("{ring_after: soon}", "ring_after: 'soon' is not"),
    ],
)
def test_a_ladder_that_cannot_be_is_refused(tmp_path: Path, ladder: str, wrong: str) -> None:
    (line,) = refused(tmp_path, "bcp", _with_ladder(ladder))
    assert wrong in line


SHARING = "{title: Sharing information, minutes: 60}"


def test_a_kind_of_meeting_may_have_parts_and_a_date_that_is_the_familys() -> None:
    kind = load_pack("bcp").meeting_kinds[MeetingKindId("family_group_conference")]
    private, family = kind.parts[1], ["mother", "father", "parent", "family-member", "child"]
    assert (private.title, list(private.only_roles)) == ("Private family time", family)
    assert [part.minutes for part in kind.parts] == [60, 75, 45] and not kind.parts[0].only_roles
    assert (kind.decides_date, list(kind.throughout_roles)) == (DecidesDate.FAMILY, ["social-worker"])


def test_parts_that_do_not_fill_the_meeting_are_refused(tmp_path: Path) -> None:
    assert SHARING in BCP
    lines = refused(tmp_path, "bcp", BCP.replace(SHARING, SHARING.replace("60", "50")))
    assert any("do not add up to its duration_minutes" in line for line in lines), lines


def test_a_meeting_of_which_somebody_could_be_in_no_part_is_refused(tmp_path: Path) -> None:
    lines = refused(tmp_path, "bcp", BCP.replace(SHARING, SHARING.replace("60", "60, only_roles: [mother]")))
    assert any("must be open to everybody" in line for line in lines), lines


CLOSED = """closures:
  - {first_day: 2026-12-24, last_day: 2026-12-25, name: Offices closed}
  - {first_day: 2027-06-01, name: Training day}
"""


def test_a_council_may_close_its_offices_on_days_of_its_own(tmp_path: Path) -> None:
    copy_pack("england", tmp_path)
    copy_pack("bcp", tmp_path)
    (tmp_path / "bcp.yaml").write_text(BCP + CLOSED)
    assert {day.isoformat(): name for day, name in load_pack("bcp", tmp_path).closures.items()} == {
        "2026-12-24": "Offices closed", "2026-12-25": "Offices closed", "2027-06-01": "Training day",
    }  # fmt: skip


@pytest.mark.parametrize("wrong", ["2026-12-23", "2062-12-25", "2026-12-32"])
def test_a_closure_that_cannot_be_is_refused(tmp_path: Path, wrong: str) -> None:
    lines = refused(tmp_path, "bcp", BCP + CLOSED.replace("2026-12-25", wrong))
    assert len(lines) == 1 and f"bcp.yaml:{line_of(BCP + CLOSED, '{first_day: 2026-12-24')}:" in lines[0], lines
