"""Where plans stand, side by side, and what the meetings to come have to find; attributes that the rules ask for."""

from dataclasses import replace
from datetime import date
from uuid import uuid4

import pytest
from permanence.cases.v1 import cases_service_pb2 as pb
from permanence.cases.v1 import permanence_plan_pb2 as plans

from rulebook.facts import SubjectKind
from services.cases.app.case_data import CaseData, MemberRow, SubjectKey, SubjectRow
from tests.cases.conftest import Cases, civil, wire

CHILD = SubjectKey(SubjectKind.CHILD, "P1")
ENTRY = date(2026, 3, 2)


async def standing(cases: Cases, subject: str) -> plans.PermanencePlans:
    reply = await cases.ask("GetTimetable", pb.GetTimetableRequest(subject=subject))
    assert isinstance(reply, pb.GetTimetableResponse)
    return reply.permanence_plans


@pytest.fixture
async def child(cases: Cases) -> str:
    taken = await cases.take_in(CaseData(subjects=(SubjectRow(CHILD, born_on=date(2019, 5, 1)),)))
    name = f"councils/demo/children/{taken.subjects[CHILD]}"
    await cases.record(name, "became_looked_after", ENTRY)
    return name


async def test_without_a_plan_the_first_review_says_so(cases: Cases, child: str) -> None:
    found = await standing(cases, child)
    assert [(one.plan, one.rank, one.state) for one in found.plans] == [("", 1, plans.PLAN_STATE_NONE)]
    assert not found.contingency_missing
    expected = {one.occasion: (one.expected_state, one.lacks) for one in found.expectations}
    assert expected[plans.PLAN_OCCASION_FIRST_REVIEW] == (plans.PLAN_STATE_DRAFT, "there is no permanence plan")


async def test_plans_side_by_side(cases: Cases, child: str) -> None:
    await cases.record(child, "permanence_plan_drafted", date(2026, 3, 4), plan="return_home")
    assert (await standing(cases, child)).contingency_missing
    await cases.record(child, "permanence_plan_drafted", date(2026, 3, 4), plan="adoption")
    await cases.record(child, "permanence_plan_established", date(2026, 3, 5), plan="return_home")
    await cases.record(child, "permanence_plan_signed_by_manager", date(2026, 3, 6))
    await cases.record(child, "cic_review_held", date(2026, 3, 10))
    found = await standing(cases, child)
    assert [(one.plan, one.rank, one.state) for one in found.plans] == [
        ("return_home", 1, plans.PLAN_STATE_MANAGER_SIGNED),
        ("adoption", 2, plans.PLAN_STATE_DRAFT),
    ]
    assert civil(found.plans[0].manager_signed_date) == date(2026, 3, 6)
    assert not found.contingency_missing
    expected = {one.occasion: one.lacks for one in found.expectations}
    assert expected[plans.PLAN_OCCASION_SECOND_REVIEW] == ""
    assert "only manager signed, not yet provisional" in expected[plans.PLAN_OCCASION_CONFIRMATION]


async def test_what_the_council_records_as_the_plan_is_pursued(cases: Cases, child: str) -> None:
    await cases.record(child, "permanence_plan_drafted", date(2026, 3, 4), plan="return_home")
    row = SubjectRow(CHILD, born_on=date(2019, 5, 1), attributes={"plan": "adoption"})
    await cases.take_in(CaseData(subjects=(row,)))
    assert [one.plan for one in (await standing(cases, child)).plans] == ["adoption", "return_home"]


async def test_a_plan_is_named_by_the_vocabulary_and_only_where_one_is_meant(cases: Cases, child: str) -> None:
    for event, plan in (("permanence_plan_drafted", "a nice home"), ("entered_care", "adoption")):
        request = pb.RecordCaseEventRequest(
            subject=child, type=event, on_date=wire(ENTRY), plan=plan, request_id=str(uuid4())
        )
        refused = await cases.refused("RecordCaseEvent", request)
        assert [one.field for one in refused.bad.field_violations] == ["plan"]


async def test_a_household_has_no_plans(cases: Cases) -> None:
    key = SubjectKey(SubjectKind.CARER_HOUSEHOLD, "H1")
    taken = await cases.take_in(CaseData(subjects=(SubjectRow(key),)))
    name = f"councils/demo/carerHouseholds/{taken.subjects[key]}"
    reply = await cases.ask("GetTimetable", pb.GetTimetableRequest(subject=name))
    assert isinstance(reply, pb.GetTimetableResponse)
    assert not reply.HasField("permanence_plans")


async def test_an_unborn_childs_meeting_is_counted_to_the_expected_birth(cases: Cases) -> None:
    key = SubjectKey(SubjectKind.UNBORN_CHILD, "U1")
    row = SubjectRow(key, expected_on=date(2026, 7, 1))
    taken = await cases.take_in(CaseData(subjects=(row,)))
    name = f"councils/demo/children/{taken.subjects[key]}"
    await cases.record(name, "pre_birth_assessment_started", date(2026, 3, 2))
    assert civil((await cases.clocks(name))["BCP-8-02"].local_due_date) == date(2026, 6, 30)
    await cases.take_in(CaseData(subjects=(replace(row, expected_on=date(2026, 7, 8)),)))
    moved = (await cases.clocks(name))["BCP-8-02"]
    assert (civil(moved.local_due_date), civil(moved.original_due_date)) == (date(2026, 7, 7), date(2026, 6, 30))


async def test_a_brother_who_comes_changes_the_clocks_of_the_child(cases: Cases, child: str) -> None:
    group, brother = SubjectKey(SubjectKind.SIBLING_GROUP, "F1"), SubjectKey(SubjectKind.CHILD, "P2")
    await cases.take_in(CaseData(subjects=(SubjectRow(group),), members=(MemberRow(group, CHILD),)))
    together = {"BCP-7.1-01", "BCP-A8-05"}
    assert not together & set(await cases.clocks(child)), "an only child in a group of one"
    came = CaseData(subjects=(SubjectRow(brother),), members=(MemberRow(group, brother),))
    taken = await cases.take_in(came)
    assert together <= {change.after.rule_id for change in taken.obligations}
    assert together <= set(await cases.clocks(child))
