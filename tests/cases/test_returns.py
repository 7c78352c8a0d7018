"""The returns' own fields: what is exported imports again to the same obligations, and nothing is guessed."""

import csv
import io
import os
from collections import Counter, defaultdict
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from permanence.cases.v1 import returns_service_pb2 as pb
from permanence.cases.v1.returns_service_pb2_grpc import ReturnsServiceStub

from cli.connection import Voice
from cli.export_return import export_return, request_for
from cli.import_extract import import_folder, report
from cli.made_council.council import write_made_council
from cli.made_council.made_return import write_made_return
from cli.made_council.spec import northmoor
from rulebook.facts import EventType, SubjectKind
from servicekit.config import Council
from services.cases.app.case_data import CaseData, EventRow, ReviewRow, SubjectKey, SubjectRow
from services.cases.domain.cell import parsed_date
from tests.cases.conftest import DEMO, SECOND, Cases
from tests.cases.conftest import wire as on_wire
from tests.cases.import_folder import SSD, SSDA903, contents, files_in, imported
from tests.cases.return_twin import xml_twin
from tests.servicekit.serving import refusal

SHARED = Path(os.environ.get("PERMANENCE_SHARED", Path(__file__).parents[3] / "shared")) / "ssda903"
AS_OF = date(2026, 3, 16)
THEIR_DAY = date(2018, 3, 31)
Rows = list[dict[str, str]]


async def export(
    cases: Cases,
    form: pb.ReturnForm.ValueType,
    *,
    council: Council = DEMO,
    role: str = "performance-officer",
    **fields: object,
) -> tuple[str, bytes, list[pb.ReturnFinding]]:
    request = pb.ExportReturnRequest(parent=f"councils/{council.slug}", form=form, **fields)
    call = ReturnsServiceStub(cases.channel).ExportReturn(
        request, metadata=cases.metadata(role, council=council), timeout=60
    )
    name, content, found = "", b"", []
    async for part in call:
        if part.WhichOneof("part") == "piece":
            assert not found, "the file comes first"
            name, content = part.piece.file_name, content + part.piece.content
        else:
            found.append(part.finding)
    return name, content, found


def rows_of(content: bytes) -> Rows:
    return list(csv.DictReader(io.StringIO(content.decode())))


async def one_child(cases: Cases, born_on: date | None, *reviews: tuple[date, str, bool]) -> None:
    child = SubjectKey(SubjectKind.CHILD, "4711")
    held = [(on, f"ssda903/review/{on}") for on, _, _ in reviews]
    await cases.take_in(
        CaseData(
            subjects=(SubjectRow(child, display_name="Ada Vale", born_on=born_on),),
            events=(
                EventRow(child, "in", EventType("became_looked_after"), date(2024, 1, 8)),
                *(EventRow(child, key, EventType("cic_review_held"), on) for on, key in held),
            ),
            reviews=tuple(
                ReviewRow(child, key, held_on=on, participation=code, short_breaks=short)
                for (on, key), (_, code, short) in zip(held, reviews, strict=True)
            ),
        )
    )


async def test_the_columns_are_the_return_s_own(cases: Cases) -> None:
    await one_child(cases, date(2015, 5, 4), (date(2024, 2, 1), "PN3", False))
    name, content, found = await export(cases, pb.RETURN_FORM_SSDA903_REVIEWS)
    assert name == "reviews.csv" and not found
    assert content.decode().splitlines() == ["CHILD,DOB,REVIEW,REVIEW_CODE", "4711,04/05/2015,01/02/2024,PN3"]


@pytest.mark.parametrize(
    ("born", "recorded", "told", "reason"),
    [
        (date(2015, 5, 4), "", "", "PARTICIPATION_NOT_KNOWN"),
        (date(2015, 5, 4), "PN0", "", "PARTICIPATION_OF_AN_OLDER_CHILD"),
        (date(2020, 2, 2), "PN2", "", "PARTICIPATION_OF_A_YOUNGER_CHILD"),
        (date(2020, 2, 2), "", "PN0", ""),
        (date(2020, 2, 2), "PN0", "PN0", ""),
        (date(2020, 2, 1), "PN7", "PN7", ""),
        (None, "", "", "PARTICIPATION_NOT_KNOWN"),
    ],
)
async def test_a_code_is_told_or_the_reason_why_not(
    cases: Cases, born: date | None, recorded: str, told: str, reason: str
) -> None:
    await one_child(cases, born, (date(2024, 2, 1), recorded, False))
    _, content, found = await export(cases, pb.RETURN_FORM_SSDA903_REVIEWS)
    (row,) = rows_of(content)
    assert row["REVIEW_CODE"] == told
    reasons = [one.reason for one in found if one.reason != "DATE_OF_BIRTH_NOT_KNOWN"]
    assert reasons == ([reason] if reason else [])
    assert all(one.row == 2 and one.reference and "Ada" not in one.message for one in found)


async def test_no_review_under_short_breaks(cases: Cases) -> None:
    reviews = ((date(2024, 2, 1), "PN1", True), (date(2024, 4, 9), "PN1", False))
    await one_child(cases, date(2015, 5, 4), *reviews)
    _, content, found = await export(cases, pb.RETURN_FORM_SSDA903_REVIEWS)
    assert [row["REVIEW"] for row in rows_of(content)] == ["09/04/2024"]
    assert [(one.reason, one.row) for one in found] == [("REVIEW_UNDER_SHORT_BREAKS", 0)]


async def test_the_year_of_the_return(cases: Cases) -> None:
    days = (date(2024, 3, 31), date(2024, 4, 1), date(2025, 3, 31), date(2025, 4, 1))
    await one_child(cases, date(2015, 5, 4), *((day, "PN1", False) for day in days))
    year = {"from_date": on_wire(date(2024, 4, 1)), "until_date": on_wire(date(2025, 3, 31))}
    _, content, _ = await export(cases, pb.RETURN_FORM_SSDA903_REVIEWS, **year)
    assert [row["REVIEW"] for row in rows_of(content)] == ["01/04/2024", "31/03/2025"]


async def test_the_review_to_come_stands_in_a_period_that_reaches_today_alone(cases: Cases) -> None:
    await one_child(cases, date(2015, 5, 4), (date(2024, 2, 1), "PN1", False))
    for until, rows in ((AS_OF, 2), (date(2025, 3, 31), 1), (None, 2)):
        fields = {"from_date": on_wire(date(2024, 1, 1)), **({"until_date": on_wire(until)} if until else {})}
        _, content, _ = await export(cases, pb.RETURN_FORM_SSD_REVIEWS, **fields)
        assert len(rows_of(content)) == rows, until


async def test_who_may_not_take_a_return(cases: Cases) -> None:
    for role in ("business-support", "panel-chair", "reviewing-officer", "case-system", "import"):
        found = await refusal(lambda role=role: export(cases, pb.RETURN_FORM_SSD_REVIEWS, role=role))
        assert found.code.name == "PERMISSION_DENIED", role
    assert (await refusal(lambda: export(cases, pb.RETURN_FORM_UNSPECIFIED))).code.name == "INVALID_ARGUMENT"


async def test_an_extract_s_reviews_go_round(cases: Cases, tmp_path: Path) -> None:
    write_made_council(tmp_path, northmoor(children=60))
    files = files_in(tmp_path)
    await imported(cases, files, SSD, AS_OF)
    name, content, found = await export(cases, pb.RETURN_FORM_SSD_REVIEWS)
    assert name == "ssd_cla_reviews.csv"
    rows = rows_of(content)
    given = {row["clar_cla_review_id"]: row for row in rows_of(files[name])}
    assert len(rows) >= len([row for row in given.values() if row["clar_cla_review_date"]]) > 50
    for row in rows:
        was = given.get(row["clar_cla_review_id"])
        if was is not None:
            assert row["clar_cla_id"] == was["clar_cla_id"]
            assert row["clar_cla_review_date"] == was["clar_cla_review_date"]
            assert row["clar_cla_review_participation"] == was["clar_cla_review_participation"]
    assert all(row["clar_cla_review_due_date"] for row in rows)
    assert not [one for one in found if one.reason == "PERIOD_IN_CARE_NOT_KNOWN"]
    again = await imported(cases, {**files, name: content}, SSD, AS_OF, council=SECOND)
    assert not again.finding_counts
    first, second = await contents(cases), await contents(cases, SECOND)
    assert first["obligation"] == second["obligation"]
    assert first["case_event"] == second["case_event"]


async def test_a_return_s_reviews_go_round(cases: Cases, tmp_path: Path) -> None:
    write_made_return(tmp_path, children=40)
    files = files_in(tmp_path)
    await imported(cases, files, SSDA903, AS_OF)
    name, content, found = await export(cases, pb.RETURN_FORM_SSDA903_REVIEWS)
    assert not found
    given = {(row["CHILD"], row["REVIEW"]): row for row in rows_of(files[name])}
    told = {(row["CHILD"], row["REVIEW"]): row for row in rows_of(content)}
    # One review of the return belongs to a child without an episode: it was never taken in.
    assert {key: row for key, row in given.items() if key[0] != "199999"} == told
    await imported(cases, {**files, name: content}, SSDA903, AS_OF, council=SECOND)
    first, second = await contents(cases), await contents(cases, SECOND)
    assert first["obligation"] == second["obligation"]


async def test_the_commands_write_a_return_and_read_one_in_xml(cases: Cases, tmp_path: Path) -> None:
    made, out = tmp_path / "made", tmp_path / "out"
    write_made_return(made, children=10)
    twin = tmp_path / "xml"
    twin.mkdir()
    (twin / "return.xml").write_bytes(xml_twin(files_in(made)))
    voice = Voice(lambda: cases.authority.token(DEMO, roles=["business-support-manager"]))
    done = await import_folder(voice, cases.stub, "demo", twin, AS_OF, lambda _: None)
    assert f"{done.reviews_in_time} held in time" in "\n".join(report(done))
    stub = ReturnsServiceStub(cases.channel)
    lines = await export_return(voice, stub, request_for("ssda903", "demo", None, None), out)
    assert lines == [f"{out / 'reviews.csv'} written"]
    told = {(row["CHILD"], row["REVIEW"]) for row in rows_of((out / "reviews.csv").read_bytes())}
    given = {(row["CHILD"], row["REVIEW"]) for row in rows_of((made / "reviews.csv").read_bytes())}
    assert {pair for pair in given if pair[0] != "199999"} == told


def _under_short_breaks(files: dict[str, bytes]) -> set[tuple[str, date]]:
    """Reviews on a day of V3 or V4, straight from the files; of episodes that meet the later one counts."""
    episodes: defaultdict[str, Rows] = defaultdict(list)
    for row in rows_of(files["episodes.csv"]):
        episodes[row["CHILD"]].append(row)
    found = set()
    for row in rows_of(files["reviews.csv"]):
        day = parsed_date(row["REVIEW"])
        there = [
            (begun, one["LS"])
            for one in episodes[row["CHILD"]]
            if (begun := parsed_date(one["DECOM"])) and begun <= day <= (parsed_date(one["DEC"]) or THEIR_DAY)
        ]
        if there and day <= THEIR_DAY and max(there, key=lambda one: one[0])[1] in ("V3", "V4"):
            found.add((row["CHILD"], day))
    return found


@pytest.mark.skipif(not SHARED.is_dir(), reason=f"the third party's return is not at {SHARED}")
@pytest.mark.timeout(300)  # two whole returns of 2,675 children
async def test_the_third_party_s_reviews_go_round(cases: Cases) -> None:
    cases.set_time(datetime(2018, 3, 31, 9, tzinfo=UTC))
    files = files_in(SHARED)
    await imported(cases, files, SSDA903, THEIR_DAY)
    name, content, found = await export(cases, pb.RETURN_FORM_SSDA903_REVIEWS)
    left_out = {one.subject for one in found if one.reason == "REVIEW_UNDER_SHORT_BREAKS"}
    assert len([one for one in found if one.row == 0]) == len(_under_short_breaks(files)) > 100
    reasons = Counter(one.reason for one in found)
    assert reasons["PARTICIPATION_OF_AN_OLDER_CHILD"] > 100 < reasons["PARTICIPATION_OF_A_YOUNGER_CHILD"]
    assert not reasons["PARTICIPATION_NOT_KNOWN"]
    await imported(cases, {**files, name: content}, SSDA903, THEIR_DAY, council=SECOND)
    first, second = await _clocks(cases, DEMO), await _clocks(cases, SECOND)
    touched = {await _source_id(cases, name) for name in left_out}
    assert len(first) > 2000
    for child, clocks in first.items():
        assert child in touched or second[child] == clocks, "only a review that was left out may change a clock"


async def _clocks(cases: Cases, council: Council) -> dict[str, list[tuple[object, ...]]]:
    found: defaultdict[str, list[tuple[object, ...]]] = defaultdict(list)
    for row in (await contents(cases, council))["obligation"]:
        found[str(row[-1])].append(row)
    return found


async def _source_id(cases: Cases, name: str) -> str:
    key = name.rpartition("/")[2]
    return str(await cases.count(f"select kind || source_id from subject where id = '{key}'"))
