"""A clock that somebody with the right to it waived: who may, what is shown, and what becomes of it."""

from datetime import date, timedelta
from uuid import uuid4

import grpc
import pytest
from permanence.cases.v1 import cases_service_pb2 as pb
from permanence.cases.v1 import obligation_pb2
from permanence.cases.v1 import obligations_service_pb2 as settled

from rulebook.facts import SubjectKind
from services.cases.app.case_data import CaseData, InvolvementRow, PersonRow, SubjectKey, SubjectRow
from tests.cases.conftest import Cases, civil

CHILD = SubjectKey(SubjectKind.CHILD, "P1")
ENTRY = date(2026, 3, 2)
OPEN, WAIVED = obligation_pb2.OBLIGATION_STATE_OPEN, obligation_pb2.OBLIGATION_STATE_WAIVED
MANAGER = "business-support-manager"
OFFICER = "oid-reviewing-officer"


@pytest.fixture
async def child(cases: Cases) -> str:
    """A child in care with a reviewing officer and a team manager."""
    roles = ("reviewing-officer", "team-manager")
    taken = await cases.take_in(
        CaseData(
            subjects=(SubjectRow(CHILD, "Robin Example", born_on=date(2019, 5, 1)),),
            people=tuple(PersonRow(role, staff=True, principal_id=f"oid-{role}") for role in roles),
            involvements=tuple(InvolvementRow(role, CHILD, role, role, ENTRY) for role in roles),
        )
    )
    name = f"councils/demo/children/{taken.subjects[CHILD]}"
    await cases.record(name, "became_looked_after", ENTRY)
    await cases.record(name, "entry_to_care_decided", ENTRY)
    return name


def waive(obligation: str, reason: str = "The family asked for it.") -> settled.WaiveObligationRequest:
    return settled.WaiveObligationRequest(name=obligation, reason=reason, request_id=str(uuid4()))


async def test_a_waived_clock_says_who_when_and_why(cases: Cases, child: str) -> None:
    clock = (await cases.clocks(child))["BCP-8-05"]
    request = waive(clock.name)
    reply = await cases.ask("WaiveObligation", request, MANAGER)
    assert isinstance(reply, settled.WaiveObligationResponse)
    assert reply == await cases.ask("WaiveObligation", request, MANAGER)
    shown = (await cases.clocks(child))["BCP-8-05"]
    assert shown.state == WAIVED
    assert (shown.waiver.waived_by, shown.waiver.reason) == (f"oid-{MANAGER}", "The family asked for it.")
    assert shown.waiver.HasField("waive_time")
    assert shown.local_due_date == clock.local_due_date
    owed = await cases.ask("ListObligations", pb.ListObligationsRequest(parent="councils/demo", subject=child))
    assert isinstance(owed, pb.ListObligationsResponse)
    assert "BCP-8-05" not in {one.rule_id for one in owed.obligations}
    asked = pb.ListObligationsRequest(parent="councils/demo", subject=child, state=WAIVED)
    waived = await cases.ask("ListObligations", asked)
    assert isinstance(waived, pb.ListObligationsResponse)
    assert [one.rule_id for one in waived.obligations] == ["BCP-8-05"]
    assert (await cases.clocks(child, "service-scheduler"))["BCP-8-05"].waiver.reason == ""
    trail = f"select count(*) from audit_event where action = 'WaiveObligation' and object_name = '{clock.name}'"
    assert await cases.count(trail) == 1
    assert "family" not in str(await cases.count("select string_agg(audit_event::text, ' ') from audit_event"))


async def test_it_stays_waived_when_its_date_moves_and_is_met_all_the_same(cases: Cases, child: str) -> None:
    clock = (await cases.clocks(child))["reg33-1"]
    await cases.ask("WaiveObligation", waive(clock.name), "reviewing-officer", oid=OFFICER)
    listed = await cases.ask("ListCaseEvents", pb.ListCaseEventsRequest(subject=child))
    assert isinstance(listed, pb.ListCaseEventsResponse)
    entry = next(one.name for one in listed.case_events if one.type == "became_looked_after")
    day = ENTRY + timedelta(days=3)
    request = pb.CorrectCaseEventRequest(
        name=entry, on_date={"year": day.year, "month": day.month, "day": day.day}, request_id=str(uuid4())
    )
    await cases.ask("CorrectCaseEvent", request)
    moved = (await cases.clocks(child))["reg33-1"]
    assert moved.state == WAIVED
    assert civil(moved.statutory_due_date) > civil(clock.statutory_due_date)
    await cases.record(child, "cic_review_held", date(2026, 3, 10))
    met = (await cases.clocks(child))["reg33-1"]
    assert met.state == obligation_pb2.OBLIGATION_STATE_MET
    assert met.waiver.waived_by == OFFICER
    refused = await cases.refused("WaiveObligation", waive(clock.name), "reviewing-officer", oid=OFFICER)
    assert (refused.code, refused.info.reason) == (grpc.StatusCode.FAILED_PRECONDITION, "NOT_RUNNING")


async def test_restored_it_runs_again(cases: Cases, child: str) -> None:
    clock = (await cases.clocks(child))["BCP-8-05"]
    undo = settled.RestoreObligationRequest(name=clock.name, request_id=str(uuid4()))
    assert (await cases.refused("RestoreObligation", undo, MANAGER)).info.reason == "NOT_WAIVED"
    await cases.ask("WaiveObligation", waive(clock.name), MANAGER)
    await cases.ask("RestoreObligation", undo, MANAGER)
    assert (await cases.clocks(child))["BCP-8-05"] == clock


@pytest.mark.parametrize(
    ("role", "rule", "code"),
    [
        (MANAGER, "BCP-8-05", "OK"),
        (MANAGER, "reg33-1", "PERMISSION_DENIED"),
        ("team-manager", "BCP-8-05", "OK"),
        ("team-manager", "reg33-1", "PERMISSION_DENIED"),
        ("reviewing-officer", "BCP-8-05", "OK"),
        ("reviewing-officer", "reg33-1", "OK"),
        ("business-support", "BCP-8-05", "PERMISSION_DENIED"),
        ("social-worker", "BCP-8-05", "PERMISSION_DENIED"),
        ("panel-chair", "reg33-1", "PERMISSION_DENIED"),
        ("service-scheduler", "BCP-8-05", "PERMISSION_DENIED"),
        ("case-system", "BCP-8-05", "PERMISSION_DENIED"),
    ],
)
async def test_who_may_waive_what(cases: Cases, child: str, role: str, rule: str, code: str) -> None:
    request = waive((await cases.clocks(child))[rule].name)
    if code == "OK":
        await cases.ask("WaiveObligation", request, role)
    else:
        assert (await cases.refused("WaiveObligation", request, role)).code.name == code


async def test_a_stranger_learns_nothing_and_a_reason_is_needed(cases: Cases, child: str) -> None:
    clock = (await cases.clocks(child))["reg33-1"].name
    for name in (clock, f"councils/demo/obligations/{uuid4()}"):
        refused = await cases.refused("WaiveObligation", waive(name), "reviewing-officer", oid="of-another-child")
        assert refused.code == grpc.StatusCode.NOT_FOUND
    refused = await cases.refused("WaiveObligation", waive(clock, " "), MANAGER)
    assert [one.field for one in refused.bad.field_violations] == ["reason"]


async def test_who_records_a_fact_and_works_with_references_is_not_told_the_reason(cases: Cases, child: str) -> None:
    clock = (await cases.clocks(child))["BCP-8-05"]
    await cases.ask("WaiveObligation", waive(clock.name), MANAGER)
    for role, reason in (("service-scheduler", ""), (MANAGER, "The family asked for it.")):
        day = date(2026, 3, 18) if reason else date(2026, 3, 19)
        reply = await cases.record(child, "cic_review_booked", day, role)
        (told,) = [one for one in reply.changed_obligations if one.name == clock.name]
        assert (told.state, told.waiver.waived_by, told.waiver.reason) == (WAIVED, f"oid-{MANAGER}", reason)
