"""Corrected and withdrawn facts: what stands afterwards is what would stand had they been right the first time."""

from datetime import UTC, date, datetime, timedelta
from random import Random
from uuid import uuid4

import grpc
import pytest
from permanence.cases.v1 import case_events_pb2, obligation_pb2
from permanence.cases.v1 import cases_service_pb2 as pb
from permanence.feed.v1 import event_feed_pb2

from rulebook.facts import EventType, SubjectKind
from services.cases.app.case_data import CaseData, EventRow, SubjectKey, SubjectRow
from tests.cases.conftest import Cases, civil, wire
from tests.servicekit.eventually import eventually

CHILD = SubjectKey(SubjectKind.CHILD, "P1")
ENTRY = date(2026, 3, 2)
OPEN = obligation_pb2.OBLIGATION_STATE_OPEN
TODAY = date(2026, 3, 16)


@pytest.fixture
async def child(cases: Cases) -> str:
    """Resource name of a child who has been looked after since 2 March 2026."""
    return await new_child(cases, "P1")


async def new_child(cases: Cases, source_id: str) -> str:
    key = SubjectKey(SubjectKind.CHILD, source_id)
    taken = await cases.take_in(CaseData(subjects=(SubjectRow(key, born_on=date(2019, 5, 1)),)))
    name = f"councils/demo/children/{taken.subjects[key]}"
    await cases.record(name, "became_looked_after", ENTRY)
    return name


async def correct(cases: Cases, event: str, on: date, *roles: str) -> pb.CorrectCaseEventResponse:
    request = pb.CorrectCaseEventRequest(name=event, on_date=wire(on), request_id=str(uuid4()))
    reply = await cases.ask("CorrectCaseEvent", request, *roles)
    assert isinstance(reply, pb.CorrectCaseEventResponse)
    return reply


async def withdraw(cases: Cases, event: str) -> pb.WithdrawCaseEventResponse:
    reply = await cases.ask("WithdrawCaseEvent", pb.WithdrawCaseEventRequest(name=event, request_id=str(uuid4())))
    assert isinstance(reply, pb.WithdrawCaseEventResponse)
    return reply


async def timetable(cases: Cases, subject: str) -> pb.GetTimetableResponse:
    reply = await cases.ask("GetTimetable", pb.GetTimetableRequest(subject=subject))
    assert isinstance(reply, pb.GetTimetableResponse)
    return reply


def as_it_stands(found: pb.GetTimetableResponse) -> list[str]:
    """Everything that a reader sees but names, and the dates that stood first."""
    shown = []
    for one in found.obligations:
        plain = obligation_pb2.Obligation()
        plain.CopyFrom(one)
        for field in ("name", "subject", "original_due_date"):
            plain.ClearField(field)
        shown.append(str(plain))
    facts = [f"{one.what} {one.reason} {one.on_date}" for one in found.unusable_facts]
    return [*shown, *sorted(facts), str(found.permanence_plans)]


async def test_a_correction_moves_what_depends_on_it_and_nothing_else(cases: Cases, child: str) -> None:
    decided = await cases.record(child, "entry_to_care_decided", ENTRY)
    before = await cases.clocks(child)
    moved = await correct(cases, decided.case_event.name, ENTRY - timedelta(days=3))
    assert civil(moved.case_event.on_date) == ENTRY - timedelta(days=3)
    assert moved.case_event.name == decided.case_event.name
    changed = {one.rule_id for one in moved.changed_obligations}
    assert "BCP-8-05" in changed
    assert "reg33-1" not in changed
    after = await cases.clocks(child)
    assert civil(after["BCP-8-05"].original_due_date) == civil(before["BCP-8-05"].local_due_date)
    assert after["BCP-8-05"].local_due_date != before["BCP-8-05"].local_due_date
    assert after["reg33-1"] == before["reg33-1"]


async def test_what_was_withdrawn_leaves_no_trace_in_the_timetable(cases: Cases, child: str) -> None:
    before = as_it_stands(await timetable(cases, child))
    held = await cases.record(child, "cic_review_held", date(2026, 3, 10))
    assert {one.state for one in held.changed_obligations} >= {obligation_pb2.OBLIGATION_STATE_MET}
    gone = await withdraw(cases, held.case_event.name)
    assert "reg33-1" in {one.rule_id for one in gone.changed_obligations if one.state == OPEN}
    assert as_it_stands(await timetable(cases, child)) == before
    again = pb.WithdrawCaseEventRequest(name=held.case_event.name, request_id=str(uuid4()))
    assert (await cases.refused("WithdrawCaseEvent", again)).code == grpc.StatusCode.NOT_FOUND


@pytest.mark.parametrize("seed", range(6))
async def test_corrected_is_as_if_right_the_first_time(cases: Cases, child: str, seed: int) -> None:
    """Facts recorded, corrected and withdrawn at random, beside a child of whom only what remained was recorded."""
    dice = Random(seed)
    kinds = (
        "entry_to_care_decided",
        "cic_review_held",
        "cic_review_booked",
        "ppm_booked",
        "permanence_plan_drafted",
        "permanence_plan_established",
        "placement_started",
        "s31_application_issued",
    )
    recorded: dict[str, tuple[str, date]] = {}
    for _ in range(dice.randint(4, 9)):
        kind, day = dice.choice(kinds), ENTRY + timedelta(days=dice.randint(0, 14))
        reply = await cases.record(child, kind, day)
        recorded[reply.case_event.name] = (kind, day)
    for event in dice.sample(sorted(recorded), k=min(4, len(recorded))):
        kind, _ = recorded[event]
        if dice.random() < 0.4:
            await withdraw(cases, event)
            del recorded[event]
        else:
            day = ENTRY + timedelta(days=dice.randint(0, 14))
            await correct(cases, event, day)
            recorded[event] = (kind, day)
    other = await new_child(cases, "P2")
    for kind, day in recorded.values():
        await cases.record(other, kind, day)
    assert as_it_stands(await timetable(cases, child)) == as_it_stands(await timetable(cases, other))


async def test_the_source_wins_only_once_it_says_something_new(cases: Cases, child: str) -> None:
    row = EventRow(CHILD, "case_events/1", EventType("entry_to_care_decided"), ENTRY)
    await cases.take_in(CaseData(events=(row,)))
    listed = await cases.ask("ListCaseEvents", pb.ListCaseEventsRequest(subject=child))
    assert isinstance(listed, pb.ListCaseEventsResponse)
    event = next(one.name for one in listed.case_events if one.type == "entry_to_care_decided")

    async def stands() -> list[date]:
        found = await cases.ask("ListCaseEvents", pb.ListCaseEventsRequest(subject=child))
        assert isinstance(found, pb.ListCaseEventsResponse)
        return [civil(one.on_date) for one in found.case_events if one.type == "entry_to_care_decided"]

    await correct(cases, event, date(2026, 3, 4))
    await cases.take_in(CaseData(events=(row,)))
    assert await stands() == [date(2026, 3, 4)], "the next night's extract says what it said before"
    await cases.take_in(
        CaseData(events=(EventRow(CHILD, "case_events/1", EventType("entry_to_care_decided"), date(2026, 3, 5)),))
    )
    assert await stands() == [date(2026, 3, 5)]
    await withdraw(cases, event)
    await cases.take_in(
        CaseData(events=(EventRow(CHILD, "case_events/1", EventType("entry_to_care_decided"), date(2026, 3, 5)),))
    )
    assert await stands() == []
    await cases.take_in(CaseData(events=(row,)))
    assert await stands() == [ENTRY]


async def test_a_correction_is_checked_as_a_record_is(cases: Cases, child: str) -> None:
    held = await cases.record(child, "cic_review_held", date(2026, 3, 10))
    for day, reason in ((TODAY + timedelta(days=1), ""), (ENTRY - timedelta(days=1), "CARE_NOT_BEGUN")):
        request = pb.CorrectCaseEventRequest(name=held.case_event.name, on_date=wire(day), request_id=str(uuid4()))
        refused = await cases.refused("CorrectCaseEvent", request)
        assert refused.info.reason == reason or [one.field for one in refused.bad.field_violations] == ["on_date"]
    request_id = str(uuid4())
    once = pb.CorrectCaseEventRequest(name=held.case_event.name, on_date=wire(date(2026, 3, 11)), request_id=request_id)
    assert await cases.ask("CorrectCaseEvent", once) == await cases.ask("CorrectCaseEvent", once)
    for role in ("reviewing-officer", "panel-chair"):
        assert (await cases.refused("CorrectCaseEvent", once, role)).code == grpc.StatusCode.PERMISSION_DENIED
    assert (await cases.refused("CorrectCaseEvent", once, "social-worker")).code == grpc.StatusCode.NOT_FOUND


async def test_followers_hear_that_a_fact_was_withdrawn(cases: Cases, child: str) -> None:
    held = await cases.record(child, "cic_review_held", date(2026, 3, 10))
    await withdraw(cases, held.case_event.name)
    rows = await cases.count(
        "select count(*) from audit_event where action = 'WithdrawCaseEvent'"
        f" and object_name = '{held.case_event.name}'"
    )
    assert rows == 1
    request = event_feed_pb2.PullRequest(parent="councils/demo")

    async def told() -> bool:
        reply = await cases.feed.Pull(request, metadata=cases.metadata("service-panels", app=True))
        facts = [case_events_pb2.CaseEventRecorded() for _ in reply.events]
        for fact, event in zip(facts, reply.events, strict=True):
            event.fact.Unpack(fact)
        return any(one.withdrawn and one.case_event == held.case_event.name for one in facts)

    await eventually(told)


async def test_a_fact_that_contradicts_the_rest_is_told_with_the_reason(cases: Cases, child: str) -> None:
    held = await cases.record(child, "cic_review_held", date(2026, 3, 3))
    listed = await cases.ask("ListCaseEvents", pb.ListCaseEventsRequest(subject=child))
    assert isinstance(listed, pb.ListCaseEventsResponse)
    entry = next(one.name for one in listed.case_events if one.type == "became_looked_after")
    assert not (await timetable(cases, child)).unusable_facts
    await correct(cases, entry, date(2026, 3, 9))
    (unusable,) = (await timetable(cases, child)).unusable_facts
    assert (unusable.what, unusable.case_event) == ("cic_review_held", held.case_event.name)
    assert civil(unusable.on_date) == date(2026, 3, 3)
    assert "before the child became looked after" in unusable.reason
    cases.set_time(datetime(2026, 3, 17, 9, tzinfo=UTC))
    await correct(cases, held.case_event.name, date(2026, 3, 10))
    assert not (await timetable(cases, child)).unusable_facts


async def test_a_birthday_after_the_day_of_entry_is_told_too(cases: Cases) -> None:
    key = SubjectKey(SubjectKind.CHILD, "P9")
    taken = await cases.take_in(CaseData(subjects=(SubjectRow(key, born_on=ENTRY + timedelta(days=1)),)))
    name = f"councils/demo/children/{taken.subjects[key]}"
    await cases.record(name, "became_looked_after", ENTRY)
    (unusable,) = (await timetable(cases, name)).unusable_facts
    assert (unusable.what, unusable.case_event) == ("date_of_birth", "")
    assert not unusable.HasField("on_date")
