"""A council's data, taken in as a whole: quickly, and with the same result when it comes again."""

import time
from dataclasses import replace
from datetime import date, timedelta

from permanence.cases.v1 import cases_service_pb2 as pb

from rulebook.facts import EventType, SubjectKind
from services.cases.app.case_data import CaseData, EventRow, MemberRow, SubjectKey, SubjectRow
from services.cases.app.take_in_case_data import reference_prefix
from tests.cases.conftest import Cases, civil

CHILDREN = 300
FIRST = date(2025, 9, 1)


def key(number: int) -> SubjectKey:
    return SubjectKey(SubjectKind.CHILD, f"P{number:04d}")


def facts(number: int) -> tuple[EventRow, ...]:
    """A child's care so far: entry, and every review at its time."""
    began = FIRST + timedelta(days=number % 150)
    days = [
        ("became_looked_after", 0),
        ("entered_care", 0),
        ("entry_to_care_decided", 0),
        ("cic_review_held", 20),
        ("ppm_held", 25),
    ]
    return tuple(
        EventRow(
            key(number),
            f"{event}/{number}",
            EventType(event),
            began + timedelta(days=after),
            assumed=event == "entered_care",
        )
        for event, after in days
    )


def council(children: int) -> CaseData:
    group = SubjectKey(SubjectKind.SIBLING_GROUP, "G1")
    return CaseData(
        subjects=(*(SubjectRow(key(number), f"Child {number}") for number in range(children)), SubjectRow(group)),
        members=tuple(MemberRow(group, key(number)) for number in range(2)),
        events=tuple(fact for number in range(children) for fact in facts(number)),
    )


async def test_the_same_data_twice_changes_nothing(cases: Cases) -> None:
    data = council(CHILDREN)
    started = time.monotonic()
    first = await cases.take_in(data)
    # No measurement: a guard against a round trip per row, which would take minutes on a council's whole record.
    assert time.monotonic() - started < 20
    assert (first.changed_subjects, len(first.events)) == (CHILDREN + 1, 5 * CHILDREN)
    told = await cases.count("select count(*) from outbox")
    again = await cases.take_in(data)
    assert (again.changed_subjects, again.events, again.obligations) == (0, (), ())
    assert again.subjects == first.subjects
    assert await cases.count("select count(*) from outbox") == told
    listed = await cases.ask("ListSubjects", pb.ListSubjectsRequest(parent="councils/demo", source_id="P0007"))
    assert isinstance(listed, pb.ListSubjectsResponse)
    assert civil(listed.subjects[0].looked_after_since) == FIRST + timedelta(days=7)


async def test_a_corrected_fact_moves_the_date_and_keeps_the_first(cases: Cases) -> None:
    entered = EventRow(key(1), "entry", EventType("became_looked_after"), date(2026, 3, 2))
    taken = await cases.take_in(CaseData(subjects=(SubjectRow(key(1)),), events=(entered,)))
    name = f"councils/demo/children/{taken.subjects[key(1)]}"
    before = (await cases.clocks(name))["reg33-1"]
    moved = await cases.take_in(CaseData(events=(replace(entered, on=date(2026, 3, 4), assumed=True),)))
    assert [change.after.rule_id for change in moved.obligations if change.after.rule_id == "reg33-1"] == ["reg33-1"]
    after = (await cases.clocks(name))["reg33-1"]
    assert after.name == before.name
    assert after.inferred
    assert civil(after.original_due_date) == civil(before.statutory_due_date) != civil(after.statutory_due_date)


async def test_a_birth_keeps_the_name_and_the_reference(cases: Cases) -> None:
    unborn = SubjectKey(SubjectKind.UNBORN_CHILD, "U1")
    born = SubjectKey(SubjectKind.CHILD, "U1")
    first = await cases.take_in(CaseData(subjects=(SubjectRow(unborn, expected_on=date(2026, 5, 1)),)))
    second = await cases.take_in(CaseData(subjects=(SubjectRow(born, born_on=date(2026, 3, 15)),)))
    assert second.subjects[born] == first.subjects[unborn]
    listed = await cases.ask("ListSubjects", pb.ListSubjectsRequest(parent="councils/demo", kind="SUBJECT_KIND_CHILD"))
    assert isinstance(listed, pb.ListSubjectsResponse)
    assert [one.reference for one in listed.subjects] == ["DM-0001"]


def test_a_prefix_says_nothing_of_anybody() -> None:
    assert [reference_prefix(name) for name in ("northmoor", "demo", "1-2")] == ["NH", "DM", "CC"]
