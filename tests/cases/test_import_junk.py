"""Files nobody meant: reading them never fails and never keeps more than a bounded amount."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rulebook.facts import RuleId
from services.cases.app import read_ssd, read_ssda903
from services.cases.app.extract import Known
from services.cases.app.read_files import ImportFile, ImportFormat, read_files
from services.cases.domain import csv_table, import_finding
from services.cases.domain.import_finding import Reason

TODAY = date(2026, 3, 16)
KNOWN = Known(rules=frozenset({RuleId("reg33-1")}))
_CELLS = st.sampled_from(
    [
        "",
        "C1",
        "C2",
        "W1",
        "2026-01-01",
        "2025-13-40",
        "01/02/2026",
        "child",
        "staff",
        "ppm_held",
        "S",
        "Y",
        "\0",
        '"',
        "é",
        "restricted_case",
        "must_not_meet",
        "a\nb",
        "=1+1",
        "9999-12-31",
        "0001-01-01",
        "11:30",
        "obligation_met",
        ";;",
    ]
)


@st.composite
def tables(draw: st.DrawFn, form: ImportFormat) -> list[ImportFile]:
    """Files with the right columns and any cells, some rows too long or short, some bytes out of place."""
    specs = read_ssd.READ if form is ImportFormat.SSD else read_ssda903.READ
    names = draw(st.lists(st.sampled_from(sorted(specs)), min_size=1, unique=True))
    if form is ImportFormat.SSDA903:
        names = sorted({*names, *read_ssda903.NEEDED})
    elif "ssd_person.csv" not in names:
        names = ["ssd_person.csv", *names]
    files = []
    for name in names:
        columns = (*specs[name].required, *specs[name].optional)
        rows = draw(st.lists(st.lists(_CELLS, min_size=len(columns) - 1, max_size=len(columns) + 1), max_size=6))
        text = "\n".join([",".join(columns), *(",".join(row) for row in rows)])
        content = bytearray(text.encode(draw(st.sampled_from(["utf-8", "utf-8-sig", "latin-1", "utf-16"]))))
        if draw(st.booleans()):
            content += draw(st.binary(max_size=40))
        files.append(ImportFile(name, bytes(content)))
    return files


@settings(max_examples=150, deadline=None)
@given(st.data(), st.sampled_from(ImportFormat))
def test_any_table_is_read(data: st.DataObject, form: ImportFormat) -> None:
    files = data.draw(tables(form))
    extract = read_files(form, files, TODAY, KNOWN)
    portions = list(extract.portions())
    assert sum(len(one.subjects) for one in portions) == len(extract.subjects)
    assert sum(len(one.events) for one in portions) == len(extract.events)
    assert sum(len(one.restrictions) for one in portions) == len(extract.restrictions)
    assert sum(len(one.members) for one in portions) == len(extract.members)
    for file in files:
        lines = file.content.count(b"\n") + file.content.count(b"\r") + 2
        assert all(1 <= one.row <= lines for one in extract.report.findings if one.file == file.name)


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_are_read(content: bytes) -> None:
    for name in ("ssd_person.csv", "contacts.csv"):
        read_files(ImportFormat.SSD, [ImportFile(name, content)], TODAY, KNOWN)
    files = [ImportFile(name, content) for name in read_ssda903.READ]
    read_files(ImportFormat.SSDA903, files, TODAY, KNOWN)


def test_the_report_and_the_rows_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_table, "MOST_ROWS", 1000)
    monkeypatch.setattr(import_finding, "KEPT_PER_REASON", 100)
    content = b"pers_person_id,pers_dob\n" + b"C1,2018-01-01\n" * 5000
    extract = read_files(ImportFormat.SSD, [ImportFile("ssd_person.csv", content)], TODAY, KNOWN)
    counts = {one.reason: one.rows for one in extract.report.counts()}
    assert counts == {Reason.DUPLICATE_CHILD: 999, Reason.TOO_MANY_ROWS: 1}
    assert len(extract.report.findings) == 101
    torn = b"pers_person_id,pers_dob\n" + b"C1\n" * 5000
    extract = read_files(ImportFormat.SSD, [ImportFile("ssd_person.csv", torn)], TODAY, KNOWN)
    assert {one.reason: one.rows for one in extract.report.counts()} == {Reason.MALFORMED_ROW: 5000}
    assert len(extract.report.findings) == 100
