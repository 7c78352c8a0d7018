"""A made council's extract, through gRPC into a real PostgreSQL: what comes of it, twice, and after a kill."""

import asyncio
from collections import Counter
from datetime import date
from pathlib import Path
from uuid import uuid4

import pytest
from permanence.cases.v1 import cases_service_pb2 as pb
from permanence.cases.v1 import import_pb2

from cli.made_council.council import write_made_council
from cli.made_council.spec import northmoor, saltmarsh
from rulebook.pack import load_pack
from servicekit.caller import Caller, service_caller
from servicekit.clock import FileClock
from services.cases.app.run_import import ImportRunner
from services.cases.storage.unit_of_work import Units
from tests.cases.conftest import DEMO, SECOND, Cases
from tests.cases.import_folder import SSD, SSDA903, begin_import, contents, ended, files_in, findings, imported, look
from tests.servicekit.serving import refusal


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The extract of a made council of sixty children."""
    made = tmp_path_factory.mktemp("extract")
    write_made_council(made, northmoor(children=60))
    return made


async def test_made_council_comes_in_whole(cases: Cases, folder: Path) -> None:
    done = await imported(cases, files_in(folder))
    assert done.state == import_pb2.IMPORT_STATE_DONE, done.failure
    assert not done.finding_counts and not done.waiting_rows
    assert done.rows_read == done.rows_total > 2000
    people = (folder / "ssd_person.csv").read_text().count("\n") - 1
    assert done.children == people > 60
    assert await cases.count("select count(*) from subject where kind = 'carer_household'") == 20
    roles = {row[1] for row in (await contents(cases))["involvement"]}
    assert {"social-worker", "team-manager", "reviewing-officer", "mother", "father", "carer", "school"} <= roles
    assert not any("_" in str(role) for role in roles)
    # Four of everything that keeps people apart, and nobody outside the case learns of it.
    kinds = Counter(str(row[1]) for row in (await contents(cases))["restriction"])
    assert kinds["must_not_meet"] and kinds["confidential_address"] and kinds["restricted_case"]


async def test_the_story_is_restricted_from_the_start(cases: Cases, folder: Path) -> None:
    """Two siblings who came in today: restricted, clocks running, kept from whoever is not listed."""
    await imported(cases, files_in(folder))
    listed = str(await cases.count("select principal_id from case_listing limit 1"))
    request = pb.ListSubjectsRequest(parent="councils/demo", source_id="100001")
    hidden = await cases.ask("ListSubjects", request, "business-support", oid="nobody-in-particular")
    seen = await cases.ask("ListSubjects", request, "business-support", oid=listed)
    assert not hidden.subjects
    (child,) = seen.subjects
    assert child.restricted and child.looked_after_since.day == 16 and not child.looked_after_since_inferred
    clocks = await cases.ask("GetTimetable", pb.GetTimetableRequest(subject=child.name), oid=listed)
    open_rules = {one.rule_id for one in clocks.obligations}
    assert {"reg33-1", "BCP-8-05"} <= open_rules


async def test_twice_is_once(cases: Cases, folder: Path) -> None:
    first = await imported(cases, files_in(folder))
    before, told = await contents(cases), await cases.count("select count(*) from outbox")
    again = await imported(cases, files_in(folder))
    assert await contents(cases) == before
    assert await cases.count("select count(*) from outbox") == told
    assert again.name != first.name
    assert (again.children, again.obligations) == (first.children, first.obligations)
    assert list(again.finding_counts) == list(first.finding_counts)
    assert await cases.count("select count(*) from import_file") == 0


async def test_killed_in_the_middle_ends_alike(cases: Cases, folder: Path) -> None:
    """The second council is read without a break; the first one's reader dies after each of its transactions."""
    files = files_in(folder)
    whole = await imported(cases, files, council=SECOND)
    packs = {one.council_id: load_pack(one.pack) for one in (DEMO, SECOND)}
    units = Units(cases.database, FileClock(cases.clock_file), packs)
    caller = service_caller(DEMO.council_id, DEMO.slug, "cases")
    await _queue_unseen(cases, files)
    killed = 0
    for last in range(1, 6):
        killed += await _read_until_killed(units, caller, last)
    assert killed >= 3
    await ImportRunner(units.begin).run_next(caller, 1)
    mine, theirs = await contents(cases), await contents(cases, SECOND)
    for table in ("person", "involvement", "restriction", "case_event", "obligation", "case_listing", "subject_member"):
        assert mine[table] == theirs[table], table
    assert [row[:2] for row in mine["subject"]] == [row[:2] for row in theirs["subject"]]
    assert await cases.count("select count(*) from import_run where state = 'done'") == 1
    assert await cases.count("select children from import_run") == whole.children


async def _read_until_killed(units: Units, caller: Caller, last: int) -> bool:
    """Reads, and dies after the transaction of that number; whether it did."""
    ends: list[asyncio.Task[bool]] = []
    runner = ImportRunner(units.begin, lambda portion: ends[0].cancel() if portion == last else None)
    ends.append(asyncio.create_task(runner.run_next(caller, 1)))
    (end,) = await asyncio.gather(*ends, return_exceptions=True)
    return isinstance(end, asyncio.CancelledError)


async def _queue_unseen(cases: Cases, files: dict[str, bytes]) -> None:
    """Queues an import whose lane nobody works, so that the test alone reads it."""
    async with cases.database.unscoped() as connection:
        await connection.execute("update lane set state = 'held'")
        await connection.execute(
            "insert into lane (kind, council_id, key, due_at, state) values ('import', $1, 'import', now(), 'held')",
            DEMO.council_id,
        )
    await begin_import(cases, files)


async def test_a_repeated_request_is_one_import(cases: Cases, folder: Path) -> None:
    files, key = files_in(folder), str(uuid4())
    one, other = await asyncio.gather(
        begin_import(cases, files, request_id=key), begin_import(cases, files, request_id=key)
    )
    assert one.name == other.name
    await ended(cases, one.name)
    assert await cases.count("select count(*) from import_run") == 1
    changed = {**files, "ssd_family.csv": files["ssd_family.csv"] + b"\n"}
    refused = await refusal(lambda: begin_import(cases, changed, request_id=key))
    assert refused.info.reason == "REQUEST_ID_REUSED"


async def test_another_council_is_not_found(cases: Cases, folder: Path, tmp_path: Path) -> None:
    write_made_council(tmp_path, saltmarsh())
    mine = await imported(cases, {"ssd_person.csv": files_in(tmp_path)["ssd_person.csv"]}, council=SECOND)
    refused = await cases.refused("GetImport", pb.GetImportRequest(name=mine.name))
    assert refused.code.name == "NOT_FOUND"
    refused = await cases.refused("ListImportFindings", pb.ListImportFindingsRequest(name=mine.name))
    assert refused.code.name == "NOT_FOUND"
    refused = await cases.refused("GetImport", pb.GetImportRequest(name=mine.name.replace("second", "demo")))
    assert refused.code.name == "NOT_FOUND"


async def test_who_may_not_import(cases: Cases) -> None:
    assert (await cases.refused("GetImport", pb.GetImportRequest(name=_any_import()), "social-worker")).code.name in (
        "PERMISSION_DENIED",
        "NOT_FOUND",
    )


def _any_import() -> str:
    return f"councils/demo/imports/{uuid4()}"


async def test_a_return_without_its_episodes_fails_in_words(cases: Cases) -> None:
    begun = await begin_import(cases, {"header.csv": b"CHILD,DOB\n1,01/01/2015\n"}, SSDA903, date(2026, 3, 1))
    done = await ended(cases, begun.name)
    assert done.state == import_pb2.IMPORT_STATE_FAILED
    assert "episodes.csv" in done.failure
    assert done.children == 0


async def test_what_waits_is_used_when_it_comes(cases: Cases) -> None:
    """A folder of supplements that names a worker and a child who come the next night."""
    supplements = {
        "contacts.csv": b"source_person_id,kind,relationship,subject_source_id,forename,surname,from\n"
        b"MO1,parent,mother,C1,Una,Vale,2026-01-01\n",
        "restrictions.csv": b"restriction_id,kind,subject_source_id,subject_kind,person_source_id,from\n"
        b"R1,restricted_case,C1,child,,2026-01-01\n",
        "ssd_involvements.csv": b"invo_involvements_id,invo_professional_id,invo_professional_role_id,"
        b"invo_involvement_start_date,invo_involvement_end_date,invo_person_id\n"
        b"I1,W1,SOCIAL_WORKER,2026-01-01,,C1\n",
    }
    first = await imported(cases, supplements)
    assert first.waiting_rows == 3
    assert {one.reason for one in await findings(cases, first.name, waiting_only=True)} == {
        "UNKNOWN_CHILD",
        "UNKNOWN_WORKER",
    }
    await imported(cases, {"header.csv": b"CHILD\n", "episodes.csv": b"CHILD,DECOM,DEC\n"}, SSDA903, date(2026, 3, 1))
    tables = {
        "ssd_person.csv": b"pers_person_id,pers_forename,pers_surname,pers_dob\nC1,Ada,Vale,2018-01-01\n",
        "ssd_professionals.csv": b"prof_professional_id,prof_professional_name\nW1,Wim Oak\n",
    }
    second = await imported(cases, tables)
    assert not second.waiting_rows and not second.finding_counts
    assert await cases.count("select count(*) from involvement") == 2
    assert await cases.count("select restricted from subject where source_id = 'C1'") is True
    assert await cases.count("select count(*) from import_waiting") == 0


async def test_progress_is_seen(cases: Cases, folder: Path) -> None:
    begun = await begin_import(cases, files_in(folder))
    seen: set[int] = set()
    async with asyncio.timeout(60):
        while (found := await look(cases, begun.name)).state != import_pb2.IMPORT_STATE_DONE:
            seen.add(found.rows_read)
    assert any(0 < rows < found.rows_total for rows in seen)


async def test_whoever_is_taken_off_the_list_sees_the_case_no_more(cases: Cases) -> None:
    person = b"pers_person_id,pers_forename,pers_surname,pers_dob\nC1,Ada,Vale,2018-01-01\n"
    staff = b"source_person_id,kind,relationship,subject_source_id,principal_id\nP1,staff,business_support,,oid-p1\n"
    closed = (
        b"restriction_id,kind,subject_source_id,subject_kind,person_source_id,from\nR1,restricted_case,C1,child,,\n"
    )
    listed = closed + b"R2,restricted_case,C1,child,P1,2026-01-01\n"
    request = pb.ListSubjectsRequest(parent="councils/demo", source_id="C1")
    files = {"ssd_person.csv": person, "contacts.csv": staff, "restrictions.csv": listed}
    done = await imported(cases, files)
    assert not done.finding_counts
    assert len((await cases.ask("ListSubjects", request, oid="oid-p1")).subjects) == 1
    await imported(cases, {**files, "restrictions.csv": closed})
    assert not (await cases.ask("ListSubjects", request, oid="oid-p1")).subjects


async def test_the_stream_is_checked(cases: Cases) -> None:
    head = pb.ImportHeader(parent="councils/demo", format=SSDA903, request_id="no-uuid")
    bad: dict[str, list[pb.ImportExtractRequest]] = {
        "header": [pb.ImportExtractRequest(piece=pb.FilePiece(file_name="a.csv"))],
        "header.request_id": [pb.ImportExtractRequest(header=head)],
        "header.as_of_date": [pb.ImportExtractRequest(header=head)],
    }
    good = pb.ImportHeader(parent="councils/demo", format=SSD, request_id=str(uuid4()))
    start = pb.ImportExtractRequest(header=good)
    for field, name, content in (
        ("piece.file_name", "../ssd_person.csv", b""),
        ("piece.file_name", "ssd_person.exe", b""),
        ("piece.content", "ssd_person.csv", b"x" * (1024 * 1024 + 1)),
    ):
        bad[f"{field}/{name}"] = [start, pb.ImportExtractRequest(piece=pb.FilePiece(file_name=name, content=content))]
    bad["piece"] = [start]
    for field, sent in bad.items():
        metadata = cases.metadata("business-support")
        refused = await refusal(lambda sent=sent, m=metadata: cases.stub.ImportExtract(iter(sent), metadata=m))
        assert refused.code.name == "INVALID_ARGUMENT", field
        assert field.split("/")[0] in {one.field for one in refused.bad.field_violations}, field
    assert await cases.count("select count(*) from import_run") == 0
    assert await cases.count("select count(*) from import_file") == 0
