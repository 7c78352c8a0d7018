"""A return's findings by reason, page by page, and the file put together from its pieces."""

from datetime import date

import pytest
from google.type.date_pb2 import Date
from permanence.cases.v1 import returns_service_pb2 as pb

from web.file_answer import file_answer
from web.journeys.returns.forms import FILES, return_year
from web.journeys.returns.presenters import PAGE_SIZE, FindingRow, file_of, made_of, page_of
from web.period import Period

CHILD = "councils/demo/children/01a214cb-f959-77dd-817a-c6ebdb329a52"


def piece(content: bytes) -> pb.ExportReturnResponse:
    return pb.ExportReturnResponse(piece=pb.ReturnPiece(file_name="reviews.csv", content=content))


def finding(reason: str, row: int = 2, **fields: object) -> pb.ExportReturnResponse:
    one = pb.ReturnFinding(
        subject=CHILD, reference="NM-0412", row=row, reason=reason, message=f"{reason} says", **fields
    )
    return pb.ExportReturnResponse(finding=one)


def test_rows_are_counted_without_the_header_over_all_pieces() -> None:
    made = made_of([piece(b"CHILD,DOB\r\n1,2\r\n3,"), piece(b"4\r\n")])
    assert (made.file_name, made.rows, made.findings, made.reasons) == ("reviews.csv", 2, 0, ())
    assert made.reason("") is None


def test_findings_stand_by_reason_the_most_frequent_first() -> None:
    held = Date(year=2026, month=1, day=5)
    made = made_of([piece(b"h\r\n"), finding("RARE", 0), finding("OFTEN", review_date=held), finding("OFTEN", 3)])
    assert [(one.key, one.message, len(one.rows)) for one in made.reasons] == [
        ("often", "OFTEN says", 2),
        ("rare", "RARE says", 1),
    ]
    often, rare = made.reason(""), made.reason("rare")
    assert often and often.key == "often" and rare
    assert often.rows[0] == FindingRow(
        "/children/01a214cb-f959-77dd-817a-c6ebdb329a52", "NM-0412", "5 Jan 2026", "Line 2"
    )
    assert (rare.rows[0].line, rare.rows[0].review) == ("Left out", "To come")
    assert made.reason("of another file") == often


@pytest.mark.parametrize(("number", "shown"), [(-3, 1), (1, 1), (2, 2), (99, 3)])
def test_a_page_that_is_none_is_the_nearest(number: int, shown: int) -> None:
    rows = [FindingRow("", str(at), "", "") for at in range(2 * PAGE_SIZE + 1)]
    found, at, pages = page_of(rows, number)
    assert (at, pages, found[0].reference) == (shown, 3, str((shown - 1) * PAGE_SIZE))
    assert page_of([], number) == ([], 1, 1)


def test_the_file_is_whole_and_saved_under_a_name_that_can_break_no_header() -> None:
    name, content = file_of([piece(b"a"), piece(b"b"), finding("X")])
    assert (name, content) == ("reviews.csv", b"ab")
    answer = file_answer('a"\r\nSet-Cookie: x.csv', content)
    assert answer.headers["Content-Disposition"] == 'attachment; filename="a---Set-Cookie--x.csv"'
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8" and answer.body == b"ab"


def test_every_form_of_the_contract_can_be_asked_for() -> None:
    assert {one.form for one in FILES.values()} == set(pb.ReturnForm.values()) - {pb.RETURN_FORM_UNSPECIFIED}


@pytest.mark.parametrize(
    ("today", "year"),
    [
        (date(2026, 3, 16), Period(date(2025, 4, 1), date(2026, 3, 16))),
        (date(2026, 4, 1), Period(date(2025, 4, 1), date(2026, 3, 31))),
        (date(2026, 6, 30), Period(date(2025, 4, 1), date(2026, 3, 31))),
        (date(2026, 7, 1), Period(date(2026, 4, 1), date(2026, 7, 1))),
    ],
)
def test_the_year_of_the_collection(today: date, year: Period) -> None:
    assert return_year(today) == year
