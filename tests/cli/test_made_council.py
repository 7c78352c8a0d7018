"""The made council: the same twice, whole, distinctive, and as large as it says."""

import csv
import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import pytest

from cli.made_council import (
    MadeCouncil,
    StaffRole,
    directory_of,
    northmoor,
    personas_of,
    saltmarsh,
    write_made_council,
    write_made_return,
)
from cli.made_council.__main__ import main
from cli.made_council.calendar_days import working_days_after
from cli.made_council.columns import SSD_COLUMNS
from cli.made_council.sheets import Sheets

Rows = list[dict[str, str]]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> MadeCouncil:
    return write_made_council(tmp_path_factory.mktemp("northmoor"), northmoor())


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> MadeCouncil:
    return write_made_council(tmp_path_factory.mktemp("saltmarsh"), saltmarsh())


@pytest.fixture(scope="module", params=["made", "small"])
def either(request: pytest.FixtureRequest) -> MadeCouncil:
    council = request.getfixturevalue(request.param)
    assert isinstance(council, MadeCouncil)
    return council


def rows(made: MadeCouncil, table: str) -> Rows:
    with (made.folder / f"{table}.csv").open(encoding="utf-8", newline="") as source:
        return list(csv.DictReader(source))


def column(made: MadeCouncil, table: str, name: str) -> list[str]:
    return [row[name] for row in rows(made, table)]


def content(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def test_the_same_seed_gives_the_same_bytes(made: MadeCouncil, tmp_path: Path) -> None:
    write_made_council(tmp_path, northmoor())
    assert content(tmp_path) == content(made.folder)


def test_another_seed_gives_another_council(small: MadeCouncil, tmp_path: Path) -> None:
    write_made_council(tmp_path, saltmarsh(seed=4))
    assert content(tmp_path)["ssd_person.csv"] != content(small.folder)["ssd_person.csv"]


REFERENCES = [
    ("ssd_family", "fami_person_id", "ssd_person", "pers_person_id"),
    ("ssd_address", "addr_person_id", "ssd_person", "pers_person_id"),
    ("ssd_disability", "disa_person_id", "ssd_person", "pers_person_id"),
    ("ssd_immigration_status", "immi_person_id", "ssd_person", "pers_person_id"),
    ("ssd_mother", "moth_person_id", "ssd_person", "pers_person_id"),
    ("ssd_mother", "moth_childs_person_id", "ssd_person", "pers_person_id"),
    ("ssd_legal_status", "lega_person_id", "ssd_person", "pers_person_id"),
    ("ssd_pre_proceedings", "prep_person_id", "ssd_person", "pers_person_id"),
    ("ssd_pre_proceedings", "prep_plo_family_id", "ssd_family", "fami_family_id"),
    ("ssd_cla_episodes", "clae_person_id", "ssd_person", "pers_person_id"),
    ("ssd_cla_episodes", "clae_cla_placement_id", "ssd_cla_placement", "clap_cla_placement_id"),
    ("ssd_cla_placement", "clap_cla_id", "ssd_cla_episodes", "clae_cla_id"),
    ("ssd_cla_placement", "clap_person_id", "ssd_person", "pers_person_id"),
    ("ssd_cla_reviews", "clar_cla_id", "ssd_cla_episodes", "clae_cla_id"),
    ("ssd_cla_care_plan", "lacp_person_id", "ssd_cla_episodes", "clae_person_id"),
    ("ssd_permanence", "perm_person_id", "ssd_cla_episodes", "clae_person_id"),
    ("ssd_permanence", "perm_cla_id", "ssd_cla_episodes", "clae_cla_id"),
    ("ssd_permanence", "perm_adoption_worker_id", "ssd_professionals", "prof_professional_id"),
    ("ssd_care_leavers", "clea_person_id", "ssd_person", "pers_person_id"),
    ("ssd_care_leavers", "clea_care_leaver_allocated_team", "ssd_department", "dept_team_id"),
    ("ssd_care_leavers", "clea_care_leaver_worker_id", "ssd_professionals", "prof_professional_id"),
    ("ssd_department", "dept_team_parent_id", "ssd_department", "dept_team_id"),
    ("ssd_professionals", "prof_professional_department", "ssd_department", "dept_team_id"),
    ("ssd_involvements", "invo_professional_id", "ssd_professionals", "prof_professional_id"),
    ("ssd_involvements", "invo_professional_team", "ssd_department", "dept_team_id"),
    ("ssd_involvements", "invo_person_id", "ssd_person", "pers_person_id"),
    ("contacts", "subject_source_id", "ssd_person", "pers_person_id"),
    ("restrictions", "person_source_id", "contacts", "source_person_id"),
    ("restrictions", "other_person_source_id", "contacts", "source_person_id"),
]


@pytest.mark.parametrize(("table", "key", "target", "primary"), REFERENCES)
def test_every_reference_resolves(either: MadeCouncil, table: str, key: str, target: str, primary: str) -> None:
    known = set(column(either, target, primary))
    assert {value for value in column(either, table, key) if value} <= known


def test_every_subject_and_resource_resolves(either: MadeCouncil) -> None:
    subjects = {
        "child": set(column(either, "ssd_person", "pers_person_id")),
        "unborn_child": set(either.unborn_ids),
        "sibling_group": set(column(either, "ssd_family", "fami_family_id")),
        "carer_household": {value for value in column(either, "contacts", "household_source_id") if value},
    }
    for table in ("restrictions", "case_events"):
        for row in rows(either, table):
            assert row["subject_source_id"] in subjects[row["subject_kind"]], row
    resources = {member.source_id for member in either.staff} | {room.source_id for room in either.rooms}
    named = {row["resource_source_id"] for row in rows(either, "capacity") if row["resource_kind"] != "interpreter"}
    assert named == resources


PRIMARY_KEYS = {
    "ssd_person": "pers_person_id",
    "ssd_professionals": "prof_professional_id",
    "ssd_department": "dept_team_id",
    "ssd_involvements": "invo_involvements_id",
    "ssd_cla_episodes": "clae_cla_episode_id",
    "ssd_cla_placement": "clap_cla_placement_id",
    "ssd_cla_reviews": "clar_cla_review_id",
    "ssd_legal_status": "lega_legal_status_id",
    "ssd_address": "addr_table_id",
    "restrictions": "restriction_id",
    "case_events": "event_id",
}


@pytest.mark.parametrize("table", PRIMARY_KEYS)
def test_primary_keys_are_unique_and_present(either: MadeCouncil, table: str) -> None:
    keys = column(either, table, PRIMARY_KEYS[table])
    assert keys and all(keys) and len(keys) == len(set(keys))


def test_one_person_and_child_have_one_row(either: MadeCouncil) -> None:
    keys = ("source_person_id", "subject_source_id", "household_source_id", "relationship")
    seen = Counter(tuple(row[key] for key in keys) for row in rows(either, "contacts"))
    assert [key for key, count in seen.items() if count > 1] == []


def contained(strings: dict[str, list[str]], texts: list[str]) -> Iterator[tuple[str, str]]:
    """Every (string, owner) that stands more often in the joined `texts` than its one owner explains."""
    joined = "\n".join(texts).lower()
    for owner, owned in strings.items():
        for string in owned:
            if joined.count(string.lower()) != 1:
                yield string, owner


def test_no_protected_string_is_part_of_anothers(made: MadeCouncil, small: MadeCouncil) -> None:
    strings: dict[str, list[str]] = {}
    for council in (made, small):
        for person in council.protected.values():
            strings[f"{council.spec.slug}/{person.source_id}"] = list(person.strings)
    everything = [string for owned in strings.values() for string in owned]
    assert len(everything) > 5000
    assert list(contained(strings, everything)) == []


def test_no_name_or_address_is_part_of_a_neutral_string(either: MadeCouncil) -> None:
    neutral = "\n".join(either.neutral).lower()
    for person in either.protected.values():
        assert [text for text in person.names + person.addresses if text.lower() in neutral] == []


def test_role_addresses_hold_no_name(either: MadeCouncil) -> None:
    for row in rows(either, "contacts"):
        assert row["forename"].lower() not in row["email"] and row["surname"].lower() not in row["email"]


def test_northmoor_is_as_large_as_it_says(made: MadeCouncil) -> None:
    assert len(made.in_care_ids) == 600
    assert len(made.newly_entered_ids) == 40
    assert len(made.staff_in(StaffRole.REVIEWING_OFFICER)) == 12
    assert len(made.staff_in(StaffRole.TEAM_MANAGER)) == 60
    assert len(made.staff_in(StaffRole.SOCIAL_WORKER)) == 150
    assert len(made.staff_in(StaffRole.SERVICE_DIRECTOR)) == 1
    assert len(made.households) == 200 and sum(len(h.carers) for h in made.households) == 250
    assert len(made.rooms) == 15
    kinds = Counter(person.kind.value for person in made.outsiders)
    assert kinds["school"] == 40 and kinds["health"] == 15 and kinds["parent"] > 500


def test_open_episodes_are_those_in_care(either: MadeCouncil) -> None:
    episodes = rows(either, "ssd_cla_episodes")
    open_now = [row["clae_person_id"] for row in episodes if not row["clae_cla_episode_ceased_date"]]
    assert sorted(open_now) == sorted(either.in_care_ids)
    assert len(either.left_care_ids) > 0 and len(either.unborn_ids) > 0


def day(cell: str) -> date:
    return datetime.fromisoformat(cell).date()


def test_dates_are_possible(either: MadeCouncil) -> None:
    born = {row["pers_person_id"]: row["pers_dob"] for row in rows(either, "ssd_person")}
    for row in rows(either, "ssd_cla_episodes"):
        start, end = row["clae_cla_episode_start_date"], row["clae_cla_episode_ceased_date"]
        assert born[row["clae_person_id"]] < start and day(start) <= either.spec.as_of
        assert not end or start < end
    lists = ("ssd_cla_reviews", "clar_cla_review_date"), ("ssd_involvements", "invo_involvement_start_date")
    for table, name in lists:
        assert all(day(value) <= either.spec.as_of for value in column(either, table, name) if value)


def test_most_reviews_were_on_time_and_some_were_not(made: MadeCouncil) -> None:
    reviews = rows(made, "ssd_cla_reviews")
    late = [r for r in reviews if r["clar_cla_review_date"] > r["clar_cla_review_due_date"]]
    missed = [r for r in reviews if not r["clar_cla_review_date"]]
    assert 0 < len(late) < len(reviews) / 20
    assert 5 <= len(missed) <= 60


def test_the_newly_entered_wait_for_their_first_review_and_meeting(made: MadeCouncil) -> None:
    new = set(made.newly_entered_ids)
    open_periods = {
        row["clae_cla_id"]
        for row in rows(made, "ssd_cla_episodes")
        if row["clae_person_id"] in new and not row["clae_cla_episode_ceased_date"]
    }
    assert len(open_periods) == 40
    assert not open_periods & set(column(made, "ssd_cla_reviews", "clar_cla_id"))
    entries = Counter(r["type"] for r in rows(made, "case_events") if r["subject_source_id"] in new)
    assert entries["entry_to_care_decided"] + entries["accommodated_in_emergency"] == 40
    assert entries["accommodated_in_emergency"] >= 3 and entries["ppm_held"] == 0


def test_planning_meetings_lie_in_the_past_and_some_in_the_last_twelve_weeks(made: MadeCouncil) -> None:
    held = [date.fromisoformat(r["on"]) for r in rows(made, "case_events") if r["type"] == "ppm_held"]
    assert max(held) < made.spec.as_of
    assert sum((made.spec.as_of - on).days <= 84 for on in held) > 100


def test_the_story_is_set(either: MadeCouncil) -> None:
    story, as_of = either.story, either.spec.as_of
    events = [r for r in rows(either, "case_events") if r["subject_source_id"] in story.child_ids]
    assert [(r["type"], r["on"]) for r in events] == [("entry_to_care_decided", as_of.isoformat())] * 2
    episodes = [r for r in rows(either, "ssd_cla_episodes") if r["clae_person_id"] in story.child_ids]
    assert [day(r["clae_entered_care_date"]) for r in episodes] == [as_of, as_of]
    workers = {
        (r["invo_professional_role_id"], r["invo_professional_id"])
        for r in rows(either, "ssd_involvements")
        if r["invo_person_id"] in story.child_ids
    }
    assert workers == {
        ("SOCIAL_WORKER", story.social_worker_id),
        ("TEAM_MANAGER", story.team_manager_id),
        ("REVIEWING_OFFICER", story.reviewing_officer_id),
    }
    around = {r["source_person_id"] for r in rows(either, "contacts") if r["subject_source_id"] in story.child_ids}
    assert around >= {story.mother_id, story.father_id, *story.carer_ids, story.advocate_id}
    assert around >= {story.school_contact_id, story.health_visitor_id}


def test_the_storys_restrictions(either: MadeCouncil) -> None:
    story = either.story
    found = {row["restriction_id"]: row for row in rows(either, "restrictions")}
    assert found[story.restricted_case_id]["subject_source_id"] == story.family_id
    assert found[story.confidential_address_id]["subject_source_id"] == story.carer_household_id
    assert found[story.confidential_address_id]["person_source_id"] == story.father_id
    apart = found[story.must_not_meet_id]
    assert (apart["person_source_id"], apart["other_person_source_id"]) == story.must_not_meet
    assert apart["court_ordered"] == "no"
    others = [r for r in rows(either, "contacts") if r["household_source_id"] == story.carer_household_id]
    assert {r["subject_source_id"] for r in others} == {"", *story.child_ids}


def test_some_pairs_are_kept_apart_by_a_court_and_some_restrictions_have_ended(made: MadeCouncil) -> None:
    found = rows(made, "restrictions")
    assert {r["kind"] for r in found if r["court_ordered"] == "yes"} == {"must_not_meet"}
    assert any(r["until"] for r in found) and any(not r["until"] for r in found)
    assert Counter(r["kind"] for r in found).keys() == {
        "restricted_case",
        "confidential_address",
        "must_not_meet",
        "must_not_know",
    }


def test_diaries_are_about_two_fifths_full_and_free_on_bank_holidays(made: MadeCouncil) -> None:
    minutes = 0.0
    starts = []
    for row in rows(made, "capacity"):
        if row["kind"] == "busy" and row["resource_kind"] == "room":
            start, end = datetime.fromisoformat(row["busy_start"]), datetime.fromisoformat(row["busy_end"])
            starts.append(start.date())
            minutes += (end - start).total_seconds() / 60
    share = minutes / (len(set(starts)) * len(made.rooms) * 480)
    assert 0.35 < share < 0.45
    assert date(2026, 4, 3) not in starts and date(2026, 4, 6) not in starts and len(set(starts)) == 37


def test_personas_stand_in_the_directory(made: MadeCouncil, small: MadeCouncil) -> None:
    tenants = directory_of(made, small)["tenants"]
    for council, tenant in zip((made, small), tenants, strict=True):
        assert tenant["tenant_id"] == council.spec.tenant_id
        boxes = {box["address"]: box["oid"] for box in tenant["mailboxes"]}
        assert len(boxes) == len(set(boxes.values())) == len(tenant["mailboxes"])
        for persona, entry in zip(personas_of(council), tenant["personas"], strict=True):
            if persona.staff_source_id:  # else no case names them
                assert council.staff_member(persona.staff_source_id).email == entry["mail"]
            assert boxes[entry["mail"]] == entry["oid"]
    text = json.dumps(tenants).lower()
    names = [name for council in (made, small) for p in council.protected.values() for name in p.names]
    assert [name for name in names if name.lower() in text] == []


def test_the_directory_is_in_the_emulators_format(made: MadeCouncil, small: MadeCouncil) -> None:
    from emulators.directory import parse_directory

    directory = parse_directory(directory_of(made, small))
    tenant = directory.tenant(made.spec.tenant_id)
    assert tenant is not None and tenant.persona("team-manager") is not None


def test_the_made_return(tmp_path: Path) -> None:
    count = write_made_return(tmp_path, children=50)
    tables = {}
    for name in ("header", "episodes", "reviews"):
        with (tmp_path / f"{name}.csv").open(encoding="utf-8", newline="") as source:
            tables[name] = list(csv.DictReader(source))
    children = {row["CHILD"] for row in tables["header"]}
    assert len(children) == count >= 50
    assert {row["CHILD"] for row in tables["episodes"]} == children
    assert {row["CHILD"] for row in tables["reviews"]} - children == {"199999"}
    assert all(datetime.strptime(row["DECOM"], "%d/%m/%Y") for row in tables["episodes"])  # noqa: DTZ007


def test_a_cell_may_not_begin_like_a_formula() -> None:
    with pytest.raises(ValueError, match="formula"):
        Sheets().add("contacts", {"forename": "=1+1"})


def test_files_are_utf8_with_line_feeds_only(either: MadeCouncil) -> None:
    for data in content(either.folder).values():
        assert b"\r" not in data and data.endswith(b"\n") and data.decode("utf-8")


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("children", [10, 33, 120])
def test_every_size_and_seed_makes_a_council(tmp_path: Path, seed: int, children: int) -> None:
    made = write_made_council(tmp_path, northmoor(seed=seed, children=children, as_of=date(2027, 12, 29)))
    assert len(made.in_care_ids) == children


def test_the_largest_council_does_not_use_up_the_lists(tmp_path: Path) -> None:
    assert len(write_made_council(tmp_path, northmoor(seed=1, children=700)).in_care_ids) == 700


def test_the_command_refuses_what_makes_no_council(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--out", str(tmp_path), "--children", "3"]) == 2
    assert "between 10 and 700" in capsys.readouterr().err
    assert main(["--out", str(tmp_path), "--small"]) == 0


def test_first_reviews_leave_room_for_the_statutory_twenty_days() -> None:
    assert working_days_after(date(2026, 3, 16), 20) == date(2026, 4, 15)


SHARED = Path(__file__).resolve().parents[2].parent / "shared"
needs_shared = pytest.mark.skipif(not SHARED.is_dir(), reason="the folder ../shared is not here")


@needs_shared
def test_the_columns_are_the_datasets_own() -> None:
    published: dict[str, list[str]] = {}
    with (SHARED / "ssd" / "fields.csv").open(encoding="utf-8", newline="") as source:
        for row in csv.DictReader(source):
            published.setdefault(row["table"], []).append(row["field"])
    assert {table: tuple(published[table]) for table in SSD_COLUMNS} == SSD_COLUMNS


@needs_shared
def test_event_types_are_in_the_vocabulary(either: MadeCouncil) -> None:
    vocabulary = (SHARED / "domain" / "vocabulary.md").read_text(encoding="utf-8")
    known = set(re.findall(r"`([a-z0-9_]+)`", vocabulary))
    assert set(column(either, "case_events", "type")) <= known


@needs_shared
@pytest.mark.parametrize("name", ["header", "episodes", "reviews"])
def test_the_made_return_has_the_returns_columns(tmp_path: Path, name: str) -> None:
    write_made_return(tmp_path, children=10)
    real = (SHARED / "ssda903" / f"{name}.csv").read_text(encoding="utf-8").splitlines()[0]
    assert (tmp_path / f"{name}.csv").read_text(encoding="utf-8").splitlines()[0] == real
