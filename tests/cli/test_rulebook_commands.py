"""What `permanence rulebook` prints, refuses and returns."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from cli.__main__ import main
from rulebook.vocabulary import vocabulary

ENTRY = {"event": "became_looked_after", "on": "2026-03-16"}


def facts_file(folder: Path, child: dict[str, Any], *events: dict[str, Any]) -> str:
    path = folder / "facts.json"
    path.write_text(json.dumps({"child": child, "events": list(events)}))
    return str(path)


def evaluated(capsys: pytest.CaptureFixture[str], facts: str, as_of: str = "2026-03-20", pack: str = "bcp") -> Any:
    arguments = ["rulebook", "evaluate", "--pack", pack, "--facts", facts, "--as-of", as_of, "--json"]
    assert main(arguments) == 0
    return json.loads(capsys.readouterr().out)


def test_packs_are_listed_with_what_they_extend_and_how_many_rules(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rulebook", "packs"]) == 0
    out = capsys.readouterr().out
    for name in ("bcp", "dudley", "telford-and-wrekin", "leicestershire", "securing-permanence-group"):
        line = next(line for line in out.splitlines() if line.startswith(f"{name}: "))
        assert line.endswith("extends england") and "version" in line
    assert "rules of its own" in out


def test_each_obligation_is_one_object(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    decision = {"event": "entry_to_care_decided", "on": "2026-03-16"}
    given = evaluated(capsys, facts_file(tmp_path, {"date_of_birth": "2014-07-01"}, ENTRY, decision))
    by_rule = {one["rule"]: one for one in given}
    first = by_rule["reg33-1"]
    assert (first["due"], first["basis"], first["state"]) == ("2026-04-15", "statutory", "open")
    assert (first["anchor"], first["anchor_on"], first["ordinal"]) == ("became_looked_after", "2026-03-16", 1)
    assert "Good Friday" in first["why"] and "Easter Monday" in first["why"]
    assert by_rule["BCP-8-05"]["basis"] == "local"
    waiting = by_rule["BCP-9-04"]
    assert (waiting["due"], waiting["needs"]) == (None, "the date the child entered care")
    assert by_rule["BCP-8-07"]["state"] == "needs_fact"


def test_a_clock_of_hours_is_due_at_a_local_time(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    held = {"event": "ppm_held", "on": "2026-10-24T10:00"}
    given = evaluated(capsys, facts_file(tmp_path, {}, ENTRY, held), "2026-10-24")
    assert [one["due"] for one in given if one["rule"] == "BCP-8.4-01"] == ["2026-10-26T09:00"]


def test_what_happened_later_is_told_and_what_is_planned_later_counts(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    held = {"event": "cic_review_held", "on": "2026-04-02"}
    booked = {"event": "cic_review_booked", "on": "2026-04-01"}
    facts = facts_file(tmp_path, {}, ENTRY, held, booked)
    assert main(["rulebook", "evaluate", "--pack", "bcp", "--facts", facts, "--as-of", "2026-03-20"]) == 0
    told = capsys.readouterr()
    assert "cic_review_held on 2026-04-02 is not used: it lies after Friday 20 March 2026" in told.err
    assert "cic_review_booked" not in told.err
    assert "reg33-1 [statutory, open]" in told.out


def test_everything_wrong_with_a_facts_file_is_told_at_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wrong = facts_file(
        tmp_path,
        {"date_of_brith": "2014-07-01", "sibling_group": "perhaps", "plan": "unheard of"},
        {"event": "became_loked_after", "on": "2026-03-16"},
        {"event": "ppm_held", "on": "2026-03-29T01:30"},
        {"event": "ppm_held", "on": "30 March"},
        {"event": "ppm_held", "on": "2026-03-30", "place": "here"},
        {"on": "2026-03-30"},
    )
    assert main(["rulebook", "evaluate", "--pack", "bcp", "--facts", wrong, "--as-of", "2026-04-01"]) == 1
    told = capsys.readouterr()
    assert told.out == ""
    for says in (
        "unknown attribute 'date_of_brith'; did you mean 'date_of_birth'?",
        "sibling_group has to be true or false",
        "plan has to be one of return_home",
        "event 1: unknown event 'became_loked_after'; did you mean 'became_looked_after'?",
        "event 2: 01:30 on 29 March 2026 does not exist in England",
        "event 3: ppm_held: '30 March' is no date",
        "event 4: unknown field 'place'",
        "event 5: each event needs",
    ):
        assert says in told.err, says


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[]", "expected an object"),
        ("{", "not JSON"),
        ('{"events": []}', "name one subject"),
        ('{"child": {}, "council": {}, "events": []}', "found child, council"),
        ('{"chidl": {}, "events": []}', "unknown field 'chidl'"),
        ('{"body": {}, "events": []}', '"id" has to name the body'),
        ('{"child": {"date_of_birth": "2014-07-01", "date_of_birth": "2014-07-02"}}', "written twice"),
        ('{"child": {}, "events": {}}', "events: expected a list"),
    ],
)
def test_what_is_no_facts_file_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, says: str
) -> None:
    path = tmp_path / "facts.json"
    path.write_text(text)
    assert main(["rulebook", "evaluate", "--pack", "bcp", "--facts", str(path), "--as-of", "2026-04-01"]) == 1
    assert says in capsys.readouterr().err


def test_other_subjects_than_children(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def rules(text: str, pack: str) -> dict[str, str]:
        path = tmp_path / "facts.json"
        path.write_text(text)
        return {one["rule"]: one["due"] for one in evaluated(capsys, str(path), "2026-03-20", pack)}

    home = '{"carer_household": {}, "events": [{"event": "foster_carer_approved", "on": "2026-03-16"}]}'
    body = '{"body": {"id": "tracking-panel"}, "events": [{"event": "sitting_held", "on": "2026-03-16"}]}'
    council = '{"council": {}, "events": [{"event": "needs_analysis_reviewed", "on": "2026-03-16"}]}'
    unborn = (
        '{"unborn_child": {"date_of_birth_expected": "2026-06-01"},'
        ' "events": [{"event": "pre_birth_assessment_started", "on": "2026-03-16"}]}'
    )
    siblings = '{"sibling_group": {}, "events": [{"event": "siblings_separated", "on": "2026-03-16"}]}'
    assert rules(home, "telford-and-wrekin") == {"FSR28": "2027-03-16", "TW-3.8-02": "2027-03-16"}
    assert rules(body, "bcp") == {"BCP-9-06": "2026-03-30"}
    assert rules(council, "telford-and-wrekin")["TW-3.10-01"] == "2027-03-16"
    assert rules(unborn, "bcp") == {"BCP-8-02": "2026-05-31"}
    assert rules(siblings, "telford-and-wrekin") == {"TW-2.4-04": "2026-03-23"}


def test_an_unknown_pack_or_missing_file_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    given = facts_file(tmp_path, {}, ENTRY)
    assert main(["rulebook", "evaluate", "--pack", "dorset", "--facts", given, "--as-of", "2026-04-01"]) == 1
    assert "no pack 'dorset'; there are: bcp" in capsys.readouterr().err
    absent = str(tmp_path / "absent.json")
    assert main(["rulebook", "evaluate", "--pack", "bcp", "--facts", absent, "--as-of", "2026-04-01"]) == 1
    assert "cannot be read" in capsys.readouterr().err


def test_a_date_outside_the_calendar_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    given = facts_file(tmp_path, {}, {"event": "became_looked_after", "on": "2060-12-20"})
    assert main(["rulebook", "evaluate", "--pack", "england", "--facts", given, "--as-of", "2060-12-21"]) == 1
    assert "leaves the calendar (1990 to 2060)" in capsys.readouterr().err


def test_a_rule_is_explained_in_the_words_of_the_pack(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rulebook", "explain", "reg33-1", "--pack", "bcp"]) == 0
    out = capsys.readouterr().out
    assert "First child in care review" in out
    assert "20 working days after the child became looked after" in out
    assert "regulation 33(1)" in out
    assert "confidence: verified" in out
    assert out.count("\nexample: ") >= 2
    assert main(["rulebook", "explain", "BCP-3.5-01"]) == 0
    assert "not computed (standing item)" in capsys.readouterr().out


def test_an_unknown_rule_is_refused_with_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rulebook", "explain", "reg331"]) == 1
    assert "no pack has a rule 'reg331'; did you mean 'reg33-1'?" in capsys.readouterr().err
    assert main(["rulebook", "explain", "DUD-7-01", "--pack", "bcp"]) == 1
    assert "the pack bcp has no rule 'DUD-7-01'" in capsys.readouterr().err


def test_every_rule_can_be_explained(capsys: pytest.CaptureFixture[str]) -> None:
    from cli.rulebook.read_packs import every_pack
    from rulebook.describe import describe_not_computed, describe_rule

    for pack in every_pack():
        for rule in pack.rules:
            said = describe_rule(pack, rule)
            assert rule.source.says in said and "{" not in said, rule.id
        for entry in pack.not_computed:
            assert entry.reason in describe_not_computed(pack, entry)


def test_the_vocabulary_is_told_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rulebook", "vocabulary", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert {one["event"] for one in told["events"]} == set(vocabulary())
    assert {"event": "cic_review_booked", "kind": "planned", "means": "the looked after child review is booked"} in (
        told["events"]
    )
    assert {"date_of_birth", "sibling_group", "plan"} <= {one["attribute"] for one in told["attributes"]}


REGISTER = """\
| id | rule |
|---|---|
| BCP-8-05 | twenty working days |
| BCP-3.5-01 | each meeting |
| C-8 | two clocks |
"""


def test_a_register_is_held_against_the_packs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    register = tmp_path / "register.md"
    register.write_text(REGISTER)
    assert main(["rulebook", "check", "--register", str(register)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[-1] == "all of register covered: 1 rules, 1 not computed, 1 contradictions"
    assert any(line.startswith("bcp: ") and line.endswith("examples hold") for line in lines)
    register.write_text(REGISTER + "| XYZ-1-01 | unheard of |\n")
    assert main(["rulebook", "check", "--register", str(register)]) == 1
    told = capsys.readouterr()
    assert "not covered, 1 of the register: XYZ-1-01" in told.err
    assert "all of register covered" not in told.out
    assert main(["rulebook", "check", "--register", str(tmp_path / "absent.md")]) == 1
    assert "the register cannot be used" in capsys.readouterr().err


def test_an_example_that_does_not_hold_fails_the_check(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from cli.rulebook import prove_packs

    monkeypatch.setattr(prove_packs, "pack_names", lambda: ("england",))
    monkeypatch.setattr(prove_packs, "run_example", lambda *_: ["due: expected one day, got another"])
    monkeypatch.setattr(prove_packs, "unknown_grounds", lambda _: [])
    assert main(["rulebook", "check"]) == 1
    told = capsys.readouterr()
    assert "england: reg33-1: Easter lies in the way: due: expected one day, got another" in told.err
    assert "hold" not in told.out


def test_the_document_is_what_the_repository_keeps(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rulebook", "document"]) == 0
    assert capsys.readouterr().out == (Path(__file__).parents[2] / "docs" / "rulebook.md").read_text()


def test_the_rulebook_needs_no_service_and_no_wire() -> None:
    code = (
        "import sys; from cli.__main__ import main; main(['rulebook', 'packs']);"
        "print(sorted(name for name in sys.modules if name.split('.')[0] in"
        " ('services', 'servicekit', 'web', 'emulators', 'grpc', 'google', 'asyncpg', 'aiohttp', 'permanence')))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_usual_other_words_for_a_value_are_understood(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    approved = {"event": "connected_carer_approved", "on": "2026-03-16"}
    for plan in ("special_guardianship", "Special guardianship", "SGO"):
        given = evaluated(capsys, facts_file(tmp_path, {"plan": plan}, approved), pack="telford-and-wrekin")
        assert [one["due"] for one in given if one["rule"] == "TW-3.5-01"] == ["2026-12-16"], plan
    entered = {"permanence_meeting_needed": "yes"}
    given = evaluated(capsys, facts_file(tmp_path, entered, ENTRY), pack="dudley")
    assert [one["due"] for one in given if one["rule"] == "DUD-7-01"] == ["2026-04-27"]


def test_whoever_reads_may_stop_reading() -> None:
    command = [sys.executable, "-m", "cli", "rulebook", "document"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None and process.stderr is not None
        process.stdout.close()  # long before the first line comes
        assert (process.stderr.read(), process.wait()) == ("", 141)
