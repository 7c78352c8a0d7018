"""What an extract tells the rulebook beside dates: the placement, what a household is for, and which plan is meant."""

from collections.abc import Mapping
from datetime import date

import pytest

from rulebook.facts import AttributeValue, SubjectKind
from rulebook.vocabulary import attribute_meaning
from services.cases.app.case_data import SubjectKey
from services.cases.app.extract import Extract, Known
from services.cases.app.read_files import ImportFile, ImportFormat, read_files
from services.cases.domain import placement_code
from services.cases.domain.import_finding import Reason
from services.cases.domain.placement_code import attributes_of
from tests.cases.test_import_findings import GOOD

TODAY = date(2026, 3, 16)
CHILD = SubjectKey(SubjectKind.CHILD, "C1")
PLACEMENTS = (
    "clap_cla_placement_id,clap_cla_placement_start_date,clap_cla_placement_type,clap_cla_placement_end_date,"
    "clap_person_id"
)


def read(form: ImportFormat, tables: Mapping[str, list[str]]) -> Extract:
    files = [ImportFile(name, "\n".join(lines).encode()) for name, lines in tables.items()]
    return read_files(form, files, TODAY, Known())


def with_placements(*rows: str) -> Mapping[str, AttributeValue]:
    return read(ImportFormat.SSD, {**GOOD, "ssd_cla_placement.csv": [PLACEMENTS, *rows]}).subjects[CHILD].attributes


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ((), {}),
        (("1,2025-06-02,U4,,C1",), {"placement_kind": "foster", "long_term_placement": True}),
        (("1,2025-06-02,U6,2025-09-01,C1", "2,2025-09-01,K2,,C1"), {"placement_kind": "residential"}),
        (("2,2025-09-01,P1,,C1", "1,2025-06-02,U1,,C1"), {"placement_kind": "with_parents"}),
        (("1,2025-06-02,??,,C1",), {}),
        (("1,2025-06-02,U4,,C1", "2,2025-09-01,??,,C1"), {}),
    ],
)
def test_where_the_child_lives(rows: tuple[str, ...], expected: dict[str, AttributeValue]) -> None:
    assert with_placements(*rows) == expected


def test_a_return_tells_it_too() -> None:
    tables = {
        "header.csv": ["CHILD,SEX,DOB", "C1,1,01/05/2019"],
        "episodes.csv": ["CHILD,DECOM,RNE,PLACE,DEC", "C1,02/06/2025,S,U3,01/09/2025", "C1,01/09/2025,P,H5,"],
        "reviews.csv": ["CHILD,DOB,REVIEW"],
    }
    found = read(ImportFormat.SSDA903, tables).subjects[CHILD].attributes
    assert found == {"placement_kind": "semi_independent"}


def test_what_a_household_is_approved_for() -> None:
    cells = ",,,,2025-06-02,"
    rows = ["H,carer,,,HH1,,,,,", f"H,carer,connected_carer,C1,HH1{cells}", f"K,carer,carer,C1,HH2{cells}"]
    extract = read(ImportFormat.SSD, {**GOOD, "contacts.csv": [*GOOD["contacts.csv"], *rows]})
    kinds = {key.source_id: row.attributes for key, row in extract.subjects.items() if key.source_id.startswith("HH")}
    assert kinds == {"HH1": {"household_kind": "connected"}, "HH2": {}}


@pytest.mark.parametrize(
    ("event", "plan", "kept"),
    [
        ("permanence_plan_drafted", "Adoption", "adoption"),
        ("permanence_plan_drafted", "sgo", "special_guardianship"),
        ("permanence_plan_drafted", "", ""),
        ("permanence_plan_drafted", "a nice home", None),
        ("entered_care", "adoption", None),
    ],
)
def test_which_plan_a_fact_is_about(event: str, plan: str, kept: str | None) -> None:
    rows = ["event_id,subject_source_id,subject_kind,type,on,at,rule,plan", f"V9,C1,child,{event},2025-07-01,,,{plan}"]
    extract = read(ImportFormat.SSD, {**GOOD, "case_events.csv": rows})
    found = [row.plan for (_, key), row in extract.events.items() if key == "case_events/V9"]
    assert found == ([] if kept is None else [kept])
    refused = [one for one in extract.report.findings if one.reason is Reason.BAD_VALUE and one.column == "plan"]
    assert bool(refused) is (kept is None)


def test_every_code_means_something_that_the_rules_know() -> None:
    kinds = attribute_meaning("placement_kind").values
    for code in placement_code.CODES:
        assert attributes_of(code)["placement_kind"] in kinds
    assert attributes_of(" u4 ") == attributes_of("U4")
