"""Facts: what is refused, what is recorded once, and what a later fact does to a date."""

from datetime import UTC, date, datetime
from uuid import uuid4

import grpc
import pytest
from google.protobuf.timestamp_pb2 import Timestamp
from permanence.cases.v1 import cases_service_pb2 as pb
from permanence.cases.v1 import obligation_pb2
from permanence.feed.v1 import event_feed_pb2

from rulebook.facts import SubjectKind
from servicekit.page import next_token
from services.cases.app.case_data import CaseData, SubjectKey, SubjectRow
from tests.cases.conftest import Cases, civil, wire
from tests.servicekit.eventually import eventually

CHILD = SubjectKey(SubjectKind.CHILD, "P1")
ENTRY = date(2026, 3, 2)


@pytest.fixture
async def child(cases: Cases) -> str:
    """Resource name of a child who has been looked after since 2 March 2026."""
    taken = await cases.take_in(CaseData(subjects=(SubjectRow(CHILD, born_on=date(2019, 5, 1)),)))
    name = f"councils/demo/children/{taken.subjects[CHILD]}"
    await cases.record(name, "became_looked_after", ENTRY)
    return name


async def test_a_repeat_of_the_request_changes_nothing(cases: Cases, child: str) -> None:
    request_id = str(uuid4())
    first = await cases.record(child, "entry_to_care_decided", ENTRY, request_id=request_id)
    again = await cases.record(child, "entry_to_care_decided", ENTRY, request_id=request_id)
    assert first == again
    listed = await cases.ask("ListCaseEvents", pb.ListCaseEventsRequest(subject=child))
    assert isinstance(listed, pb.ListCaseEventsResponse)
    assert [one.type for one in listed.case_events] == ["became_looked_after", "entry_to_care_decided"]
    other = pb.RecordCaseEventRequest(subject=child, type="entered_care", on_date=wire(ENTRY), request_id=request_id)
    assert (await cases.refused("RecordCaseEvent", other)).info.reason == "REQUEST_ID_REUSED"


async def test_every_violation_at_once(cases: Cases, child: str) -> None:
    at = Timestamp()
    at.FromDatetime(datetime(2026, 3, 1, 12, tzinfo=UTC))
    request = pb.RecordCaseEventRequest(
        subject="councils/demo/children/x",
        type="became_looked_afte",
        on_date={"year": 2026, "month": 2, "day": 30},
        at_time=at,
        rule_id="BCP-0",
        meeting="m",
        request_id="1",
    )
    refused = await cases.refused("RecordCaseEvent", request)
    assert refused.code == grpc.StatusCode.INVALID_ARGUMENT
    fields = {one.field for one in refused.bad.field_violations}
    assert fields == {"subject", "type", "on_date", "at_time", "rule_id", "meeting", "request_id"}
    said = " ".join(one.description for one in refused.bad.field_violations)
    assert "did you mean 'became_looked_after'" in said


@pytest.mark.parametrize(
    ("event", "day", "field"),
    [("ppm_held", date(2026, 3, 17), "on_date"), ("obligation_met", ENTRY, "rule_id")],
)
async def test_the_future_and_a_nameless_rule_are_refused(
    cases: Cases, child: str, event: str, day: date, field: str
) -> None:
    request = pb.RecordCaseEventRequest(subject=child, type=event, on_date=wire(day), request_id=str(uuid4()))
    refused = await cases.refused("RecordCaseEvent", request)
    assert [one.field for one in refused.bad.field_violations] == [field]


@pytest.mark.parametrize(("event", "year"), [("entered_care", 1200), ("cic_review_booked", 9999)])
async def test_days_no_calendar_covers_are_refused(cases: Cases, child: str, event: str, year: int) -> None:
    day = date(year, 3, 2)
    request = pb.RecordCaseEventRequest(subject=child, type=event, on_date=wire(day), request_id=str(uuid4()))
    refused = await cases.refused("RecordCaseEvent", request)
    assert [one.field for one in refused.bad.field_violations] == ["on_date"]


async def test_a_planned_event_may_lie_ahead(cases: Cases, child: str) -> None:
    await cases.record(child, "entry_to_care_decided", ENTRY)
    before = civil((await cases.clocks(child))["BCP-8-05"].local_due_date)
    moved = await cases.record(child, "cic_review_booked", date(2026, 3, 20))
    clock = next(one for one in moved.changed_obligations if one.rule_id == "BCP-8-05")
    assert civil(clock.local_due_date) == date(2026, 3, 20) < before
    assert civil(clock.original_due_date) == before, "the date that stood first is kept"


async def test_a_review_needs_a_period_of_care(cases: Cases) -> None:
    taken = await cases.take_in(CaseData(subjects=(SubjectRow(CHILD),)))
    name = f"councils/demo/children/{taken.subjects[CHILD]}"
    request = pb.RecordCaseEventRequest(
        subject=name, type="cic_review_held", on_date=wire(ENTRY), request_id=str(uuid4())
    )
    refused = await cases.refused("RecordCaseEvent", request)
    assert (refused.code, refused.info.reason) == (grpc.StatusCode.FAILED_PRECONDITION, "CARE_NOT_BEGUN")
    await cases.record(name, "became_looked_after", ENTRY)
    await cases.ask("RecordCaseEvent", request)
    await cases.record(name, "ceased_to_be_looked_after", date(2026, 3, 6))
    late = pb.RecordCaseEventRequest(
        subject=name, type="cic_review_held", on_date=wire(date(2026, 3, 9)), request_id=str(uuid4())
    )
    assert (await cases.refused("RecordCaseEvent", late)).info.reason == "CARE_NOT_BEGUN"


async def test_a_missing_anchor_is_asked_for_and_never_guessed(cases: Cases, child: str) -> None:
    clock = (await cases.clocks(child))["BCP-8-05"]
    assert clock.state == obligation_pb2.OBLIGATION_STATE_NEEDS_FACT
    assert list(clock.needs_facts) == ["the date of the entry decision"]
    assert not clock.HasField("local_due_date")
    assert "needs the date of the entry decision" in clock.explanation.sentence


async def test_done_late_ended_and_counted_in_working_days(cases: Cases, child: str) -> None:
    await cases.record(child, "cic_review_held", date(2026, 3, 10))
    clocks = await cases.clocks(child)
    assert clocks["reg33-1"].state == obligation_pb2.OBLIGATION_STATE_MET
    assert civil(clocks["reg33-1"].held_date) == date(2026, 3, 10)
    cases.set_time(datetime(2026, 7, 1, 9, tzinfo=UTC))
    overdue = (await cases.clocks(child))["reg33-2"]
    assert civil(overdue.statutory_due_date) < date(2026, 7, 1)
    assert overdue.working_days_left < 0
    ended = await cases.record(child, "ceased_to_be_looked_after", date(2026, 6, 30))
    assert {one.state for one in ended.changed_obligations if one.rule_id == "reg33-2"} == {
        obligation_pb2.OBLIGATION_STATE_ENDED
    }


async def test_a_met_obligation_names_its_rule(cases: Cases, child: str) -> None:
    ended = datetime(2026, 3, 10, 15, 30, tzinfo=UTC)
    at = Timestamp()
    at.FromDatetime(ended)
    held = await cases.record(child, "ppm_held", ended.date(), at_time=at)
    filing = next(one for one in held.changed_obligations if one.rule_id == "BCP-8.4-02")
    assert filing.due_time.ToDatetime(UTC) == datetime(2026, 3, 13, 15, 30, tzinfo=UTC)
    done = await cases.record(child, "obligation_met", date(2026, 3, 12), rule_id="BCP-8.4-02")
    assert [(one.rule_id, one.state) for one in done.changed_obligations] == [
        ("BCP-8.4-02", obligation_pb2.OBLIGATION_STATE_MET)
    ]


async def test_followers_hear_of_the_fact_and_of_the_clock(cases: Cases, child: str) -> None:
    request = event_feed_pb2.PullRequest(parent="councils/demo")
    metadata = cases.metadata("service-scheduler", app=True)

    async def facts() -> list[str]:
        reply = await cases.feed.Pull(request, metadata=metadata)
        return [one.fact.type_url.rpartition(".")[2] for one in reply.events if one.aggregate == child]

    async def told() -> bool:
        return {"SubjectChanged", "CaseEventRecorded", "ObligationChanged"} <= set(await facts())

    await eventually(told)
    assert (await facts()).index("CaseEventRecorded") < (await facts()).index("ObligationChanged")


async def test_pages_of_facts_and_of_obligations(cases: Cases, child: str) -> None:
    for event in ("entered_care", "entry_to_care_decided", "first_contact"):
        await cases.record(child, event, ENTRY)
    seen: list[str] = []
    token = ""
    while True:
        page = await cases.ask("ListCaseEvents", pb.ListCaseEventsRequest(subject=child, page_size=3, page_token=token))
        assert isinstance(page, pb.ListCaseEventsResponse)
        seen += [one.type for one in page.case_events]
        token = page.next_page_token
        if not token:
            break
    assert seen == ["became_looked_after", "entered_care", "entry_to_care_decided", "first_contact"]
    whole = await cases.ask("ListObligations", pb.ListObligationsRequest(parent="councils/demo"))
    assert isinstance(whole, pb.ListObligationsResponse)
    one = await cases.ask("ListObligations", pb.ListObligationsRequest(parent="councils/demo", page_size=1))
    assert isinstance(one, pb.ListObligationsResponse)
    rest = await cases.ask(
        "ListObligations", pb.ListObligationsRequest(parent="councils/demo", page_token=one.next_page_token)
    )
    assert isinstance(rest, pb.ListObligationsResponse)
    assert [*one.obligations, *rest.obligations] == list(whole.obligations)
    dated = [
        civil(o.statutory_due_date or o.local_due_date)
        for o in whole.obligations
        if o.state == 1 and o.HasField("statutory_due_date")
    ]
    assert dated == sorted(dated)
    assert all(o.explanation.sentence for o in whole.obligations)
    for bad in (next_token("demo/ListObligations//0//None", ("then", "x")), next_token("x", ("2026-03-02", "x")), "?"):
        tampered = pb.ListObligationsRequest(parent="councils/demo", page_token=bad)
        refused = await cases.refused("ListObligations", tampered)
        assert [one.field for one in refused.bad.field_violations] == ["page_token"]
    mixed = pb.ListObligationsRequest(parent="councils/demo", meeting_kind="ppm", page_token=one.next_page_token)
    assert (await cases.refused("ListObligations", mixed)).code == grpc.StatusCode.INVALID_ARGUMENT
