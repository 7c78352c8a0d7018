"""The XML form of a return: the same as its CSV twin, and safe against what is no return."""

from datetime import date
from pathlib import Path

import pytest
from permanence.cases.v1 import import_pb2

from cli.made_council.made_return import write_made_return
from services.cases.domain.import_finding import Reason, Report
from services.cases.domain.return_xml import read_return_xml
from tests.cases.conftest import SECOND, Cases
from tests.cases.import_folder import SSDA903, contents, files_in, findings, imported
from tests.cases.return_twin import xml_twin

AS_OF = date(2026, 3, 16)
CHILD = (
    "<CHILD><HEADER><CHILDID>17</CHILDID><DOB>03/04/2015</DOB>\n"
    "<AREVIEW><REVIEW>01/02/2024</REVIEW><REVIEW_CODE>PN1</REVIEW_CODE></AREVIEW></HEADER>\n"
    "<EPISODE><DECOM>05/01/2024</DECOM><RNE>S</RNE><LS>C2</LS><PL>U4</PL><DEC/></EPISODE></CHILD>"
)


def read(text: str | bytes) -> tuple[dict[str, list[dict[str, str]]], list[tuple[int, Reason]]]:
    report = Report()
    content = text.encode() if isinstance(text, str) else text
    rows = read_return_xml("return.xml", content, report)
    cells = {name: [row.cells for row in found] for name, found in rows.items()}
    return cells, [(one.row, one.reason) for one in report.ordered()]


def test_a_child_s_rows_and_their_lines() -> None:
    report = Report()
    rows = read_return_xml("return.xml", f"<EXPSSDA903>\n{CHILD}\n</EXPSSDA903>".encode(), report)
    assert not report.findings and report.rows_seen == 3
    assert [(row.number, row.cells) for row in rows["header.csv"]] == [(2, {"child": "17", "dob": "03/04/2015"})]
    (review,) = rows["reviews.csv"]
    assert (review.number, review.file) == (3, "return.xml")
    assert review.cells == {"child": "17", "review": "01/02/2024", "review_code": "PN1"}
    (episode,) = rows["episodes.csv"]
    assert (episode.number, episode.cells["decom"], episode.cells["dec"]) == (4, "05/01/2024", "")
    assert episode.cells["place"] == "U4"


def test_an_episode_does_not_lend_its_fields_to_the_header() -> None:
    cells, _ = read(f"<EXPSSDA903>{CHILD.replace('<LS>C2</LS>', '<DOB>01/01/1999</DOB>')}</EXPSSDA903>")
    assert cells["header.csv"][0]["dob"] == "03/04/2015"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "iso-8859-1"])
def test_the_encoding_that_the_file_names(encoding: str) -> None:
    text = f'<?xml version="1.0" encoding="{encoding}"?><EXPSSDA903>{CHILD.replace("17", "Ä17")}</EXPSSDA903>'
    cells, found = read(text.encode(encoding))
    assert cells["header.csv"][0]["child"] == "Ä17" and not found


_LAUGHS = (
    '<!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">'
    '<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]>'
)
_OUTSIDE = '<!DOCTYPE x [<!ENTITY secret SYSTEM "file:///etc/hostname">]>'


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        (f"<EXPSSDA903>\n{CHILD}\n<CHILD>", 5, Reason.MALFORMED_XML),
        (f"<EXPSSDA903>\n{CHILD}\n</EXPSSDA904>", 5, Reason.MALFORMED_XML),
        (f"<EXPSSDA903>\n{CHILD}\n</EXPSSDA903>\n<EXPSSDA903/>", 6, Reason.MALFORMED_XML),
        (f"<EXPSSDA903>\n{CHILD.replace('17', '&c;')}</EXPSSDA903>", 2, Reason.MALFORMED_XML),
        ("", 1, Reason.MALFORMED_XML),
        ("CHILD,DOB\n1,2", 1, Reason.MALFORMED_XML),
        ('<?xml version="1.0" encoding="klingon"?><EXPSSDA903/>', 1, Reason.MALFORMED_XML),
        ("\n<Message><Children/></Message>", 2, Reason.NOT_A_RETURN),
        (f"\n\n{_LAUGHS}<EXPSSDA903>{CHILD.replace('17', '&c;')}</EXPSSDA903>", 3, Reason.DOCTYPE),
        (f"{_OUTSIDE}<EXPSSDA903>{CHILD.replace('17', '&secret;')}</EXPSSDA903>", 1, Reason.DOCTYPE),
        ("<EXPSSDA903>" + "<CHILD>" * 40, 1, Reason.MALFORMED_XML),
    ],
)
def test_what_is_no_return_gives_nothing_and_says_where(text: str, line: int, reason: Reason) -> None:
    cells, found = read(text)
    assert found == [(line, reason)]
    assert not any(cells.values())


def test_a_text_that_is_too_long_costs_its_row_alone() -> None:
    long = CHILD.replace("PN1", "P" * 5000)
    cells, found = read(f"<EXPSSDA903>\n{long}\n</EXPSSDA903>")
    assert found == [(3, Reason.CELL_TOO_LONG)]
    assert len(cells["header.csv"]) == len(cells["episodes.csv"]) == 1 and not cells["reviews.csv"]


def test_one_child_with_too_many_rows_is_refused_where_they_begin(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.cases.domain.return_xml.MOST_ROWS", 3)
    reviews = "\n<AREVIEW/>" * 5
    whole = f"<EXPSSDA903><CHILD><HEADER><CHILDID>17</CHILDID>{reviews}</HEADER></CHILD></EXPSSDA903>"
    cells, found = read(whole)
    assert found == [(5, Reason.TOO_MANY_ROWS)] and not any(cells.values()), "the fourth review, before the child ends"


async def test_a_return_and_its_twin_come_to_the_same(cases: Cases, tmp_path: Path) -> None:
    write_made_return(tmp_path, children=30)
    files = files_in(tmp_path)
    by_csv = await imported(cases, files, SSDA903, AS_OF)
    twin = {"ssda903.xml": xml_twin(files)}
    by_xml = await imported(cases, twin, SSDA903, AS_OF, council=SECOND)
    assert by_xml.state == import_pb2.IMPORT_STATE_DONE, by_xml.failure
    assert by_xml.children == by_csv.children > 30
    assert (by_xml.reviews_in_time, by_xml.reviews_late) == (by_csv.reviews_in_time, by_csv.reviews_late)
    # The one review of a child without an episode has no place in the XML form.
    assert not by_xml.finding_counts
    first, second = await contents(cases), await contents(cases, SECOND)
    assert first["case_event"] == second["case_event"]
    assert first["obligation"] == second["obligation"]
    homes = [{row[1]: row[-2] for row in found["subject"] if row[0] == "child"} for found in (first, second)]
    assert homes[0] == homes[1] and any("placement_kind" in str(home) for home in homes[0].values())
    assert len(first["obligation"]) > 100


async def test_a_broken_file_leaves_what_was_there(cases: Cases, tmp_path: Path) -> None:
    write_made_return(tmp_path, children=10)
    whole = xml_twin(files_in(tmp_path))
    done = await imported(cases, {"return.xml": whole[: len(whole) // 2]}, SSDA903, AS_OF)
    assert done.state == import_pb2.IMPORT_STATE_DONE and done.children == 0
    (found,) = await findings(cases, done.name)
    assert (found.file, found.reason) == ("return.xml", "MALFORMED_XML")
    assert found.row == whole[: len(whole) // 2].count(b"\n") + 1


async def test_xml_comes_alone(cases: Cases, tmp_path: Path) -> None:
    write_made_return(tmp_path, children=10)
    files = files_in(tmp_path)
    done = await imported(cases, {**files, "return.xml": xml_twin(files)}, SSDA903, AS_OF)
    assert done.state == import_pb2.IMPORT_STATE_FAILED and "XML is one file" in done.failure
