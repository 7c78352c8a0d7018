"""A third party's SSDA903 return, where it is present, and a made one."""

import csv
import os
from collections import defaultdict
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from permanence.cases.v1 import cases_service_pb2 as pb
from permanence.cases.v1 import import_pb2

from cli.made_council.made_return import write_made_return
from cli.made_council.spec import northmoor
from cli.made_council.supplement import BorrowedChildren, write_supplement
from services.cases.domain.cell import parsed_date
from tests.cases.conftest import DEMO, Cases
from tests.cases.import_folder import SSDA903, contents, files_in, findings, imported
from tests.cases.naive_reviews import clocks

SHARED = Path(os.environ.get("PERMANENCE_SHARED", Path(__file__).parents[3] / "shared")) / "ssda903"
AS_OF = date(2018, 3, 31)


def _open_children(folder: Path) -> set[str]:
    """Whose episode is open on the day, straight from the file."""
    lines = (folder / "episodes.csv").read_text().splitlines()
    columns = lines[0].split(",")
    found = set()
    for line in lines[1:]:
        row = dict(zip(columns, line.split(","), strict=True))
        begun, ended = parsed_date(row["DECOM"]), parsed_date(row["DEC"])
        if begun and begun <= AS_OF and (ended is None or ended > AS_OF):
            found.add(row["CHILD"])
    return found


def _rows(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(path.read_text().splitlines()))


def _last_stay(episodes: list[dict[str, str]]) -> tuple[date, date | None] | None:
    """A child's present or last time in care: episodes joined where one begins by the day after the other ended."""
    spans = []
    for row in episodes:
        begun, ended = parsed_date(row["DECOM"]), parsed_date(row["DEC"])
        if begun and begun <= AS_OF and not (ended and ended < begun):
            spans.append((begun, ended if ended and ended <= AS_OF else date.max))
    stay: tuple[date, date] | None = None
    for begun, ended in sorted(spans):
        joined = stay is not None and begun.toordinal() <= stay[1].toordinal() + 1
        stay = (stay[0], max(stay[1], ended)) if joined and stay else (begun, ended)
    return (stay[0], None if stay[1] == date.max else stay[1]) if stay else None


def _reviews_by_hand(folder: Path) -> tuple[int, int, int]:
    """Held in time, held late, overdue: straight from the files, by the count in `naive_reviews`."""
    born = {row["CHILD"]: parsed_date(row["DOB"]) for row in _rows(folder / "header.csv")}
    episodes: defaultdict[str, list[dict[str, str]]] = defaultdict(list)
    reviews: defaultdict[str, list[date]] = defaultdict(list)
    for row in _rows(folder / "episodes.csv"):
        episodes[row["CHILD"]].append(row)
    for row in _rows(folder / "reviews.csv"):
        day = parsed_date(row["REVIEW"])
        if day and day <= AS_OF:
            reviews[row["CHILD"]].append(day)
    in_time = late = overdue = 0
    for child in born:
        stay = _last_stay(episodes[child])
        for clock in clocks(*stay, reviews[child]) if stay else ():
            in_time += clock.held is not None and clock.held <= clock.due
            late += clock.held is not None and clock.held > clock.due
            overdue += clock.held is None and clock.ended is None and clock.due < AS_OF
    return in_time, late, overdue


@pytest.mark.skipif(not SHARED.is_dir(), reason=f"the third party's return is not at {SHARED}")
async def test_the_third_party_s_return(cases: Cases) -> None:
    cases.set_time(datetime(2018, 3, 31, 9, tzinfo=UTC))
    done = await imported(cases, files_in(SHARED), SSDA903, AS_OF)
    assert done.state == import_pb2.IMPORT_STATE_DONE, done.failure
    assert done.children == 2675
    without = next(one for one in done.finding_counts if one.reason == "REVIEW_WITHOUT_EPISODE")
    assert (without.children, without.rows) == (552, 3070)
    listed = [one for one in await findings(cases, done.name) if one.reason == "REVIEW_WITHOUT_EPISODE"]
    assert len(listed) == 3070
    assert (done.reviews_in_time, done.reviews_late, done.reviews_overdue) == _reviews_by_hand(SHARED)
    in_care = _open_children(SHARED)
    assert len(in_care) > 500
    async with cases.database.transaction(DEMO.council_id) as tx:
        rows = await tx.fetch(
            "select distinct s.source_id from subject s join obligation o on o.subject_id = s.id"
            " where o.rule_id like 'reg33%' and o.state = 'open' and o.statutory_due is not null"
        )
        since = await tx.fetch("select source_id from subject where looked_after_since_inferred")
    assert {row["source_id"] for row in rows} == in_care
    assert {row["source_id"] for row in since} == in_care
    before = await contents(cases)
    again = await imported(cases, files_in(SHARED), SSDA903, AS_OF)
    assert list(again.finding_counts) == list(done.finding_counts)
    assert await contents(cases) == before


async def test_a_made_return_keeps_names_known_before(cases: Cases, tmp_path: Path) -> None:
    count = write_made_return(tmp_path, children=20)
    named = b"pers_person_id,pers_forename,pers_surname,pers_dob\n"
    child = (tmp_path / "header.csv").read_text().splitlines()[1].split(",")[0]
    await imported(cases, {"ssd_person.csv": named + f"{child},Ada,Vale,2018-01-01\n".encode()})
    done = await imported(cases, files_in(tmp_path), SSDA903, date(2026, 3, 16))
    assert done.children == count
    assert [(one.reason, one.rows, one.children) for one in done.finding_counts] == [("REVIEW_WITHOUT_EPISODE", 1, 1)]
    request = pb.ListSubjectsRequest(parent="councils/demo", source_id=child)
    (kept,) = (await cases.ask("ListSubjects", request, "team-manager", "business-support")).subjects
    assert kept.display_name == "Ada Vale"
    assert await cases.count("select count(*) from subject where looked_after_since_inferred") == 20


async def test_a_supplement_brings_people_to_the_children_of_a_return(cases: Cases, tmp_path: Path) -> None:
    """As the demo does with a third party's return: workers, parents and restrictions for children it names."""
    returned, supplement = tmp_path / "return", tmp_path / "supplement"
    write_made_return(returned, children=20)
    await imported(cases, files_in(returned), SSDA903, date(2026, 3, 16))
    story, other = [line.split(",")[0] for line in (returned / "header.csv").read_text().splitlines()[1:3]]
    write_supplement(supplement, northmoor(children=60), BorrowedChildren((story,), other))
    done = await imported(cases, files_in(supplement))
    assert not done.finding_counts
    assert await cases.count(f"select restricted from subject where source_id = '{story}'") is True
    sql = (
        "select count(distinct i.role) from involvement i join subject s on s.id = i.subject_id"
        " where s.source_id = '%s'"
    )
    assert int(str(await cases.count(sql % story))) >= 6
    assert int(str(await cases.count(sql % other))) >= 4
