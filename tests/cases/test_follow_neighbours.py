"""What the scheduler and the panels tell becomes bookings and facts, once each."""

from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import uuid4

import pytest
from google.protobuf.timestamp_pb2 import Timestamp
from permanence.cases.v1 import cases_service_pb2 as pb
from permanence.cases.v1 import obligation_pb2
from permanence.panels.v1 import panel_events_pb2 as panels
from permanence.scheduler.v1 import scheduler_events_pb2 as scheduler

from rulebook.facts import BodyId, SubjectKind
from rulebook.pack import load_pack
from services.cases.app.case_data import CaseData, SubjectKey, SubjectRow
from services.cases.domain.names import body_subject_id
from tests.cases.conftest import DEMO, Cases, civil, wire
from tests.servicekit.eventually import eventually

ENTRY = date(2026, 3, 2)
OPEN, MET = obligation_pb2.OBLIGATION_STATE_OPEN, obligation_pb2.OBLIGATION_STATE_MET
BODY = f"councils/demo/bodies/{body_subject_id(DEMO.council_id, BodyId('tracking-panel'))}"


@pytest.fixture
async def siblings(cases: Cases) -> list[str]:
    """Two children who came into care on 2 March 2026."""
    keys = [SubjectKey(SubjectKind.CHILD, one) for one in ("P1", "P2")]
    taken = await cases.take_in(CaseData(subjects=tuple(SubjectRow(key) for key in keys)))
    found = [f"councils/demo/children/{taken.subjects[key]}" for key in keys]
    for name in found:
        for event in ("became_looked_after", "entered_care", "entry_to_care_decided"):
            await cases.record(name, event, ENTRY)
    return found


def instant(at: datetime) -> Timestamp:
    stamp = Timestamp()
    stamp.FromDatetime(at)
    return stamp


def meeting() -> str:
    return f"councils/demo/meetings/{uuid4()}"


async def booked_on(cases: Cases, subject: str, rule: str) -> tuple[date | None, str]:
    clock = (await cases.clocks(subject))[rule]
    return (civil(clock.booked_date) if clock.HasField("booked_date") else None, clock.meeting)


async def applied(cases: Cases, position: int) -> None:
    """Once every event up to the position has been applied."""

    async def done() -> bool:
        return cases.scheduler.pulled_after >= position

    await eventually(done)


async def test_booked_moved_called_off_and_held(cases: Cases, siblings: list[str]) -> None:
    wanted = [(await cases.clocks(one))["BCP-8-05"].name for one in siblings]
    name = meeting()
    about = {"meeting": name, "meeting_kind": "ppm", "subjects": siblings, "obligations": wanted}
    day, other_day = date(2026, 3, 24), date(2026, 3, 26)

    await applied(cases, cases.scheduler.tell(scheduler.MeetingBooked(on_date=wire(day), **about), aggregate=name))
    assert [await booked_on(cases, one, "BCP-8-05") for one in siblings] == [(day, name)] * 2
    await applied(
        cases, cases.scheduler.tell(scheduler.MeetingRescheduled(on_date=wire(other_day), **about), aggregate=name)
    )
    assert await booked_on(cases, siblings[0], "BCP-8-05") == (other_day, name)
    await applied(cases, cases.scheduler.tell(scheduler.MeetingCancelled(**about), aggregate=name))
    assert await booked_on(cases, siblings[0], "BCP-8-05") == (None, "")
    assert (await cases.clocks(siblings[0]))["BCP-8-05"].state == OPEN

    cases.set_time(datetime(2026, 3, 26, 18, tzinfo=UTC))
    ended = datetime(2026, 3, 26, 11, tzinfo=UTC)
    held = scheduler.MeetingHeld(on_date=wire(other_day), end_time=instant(ended), **about)
    for _ in range(2):
        await applied(cases, cases.scheduler.tell(held, aggregate=name))
    for one in siblings:
        clocks = await cases.clocks(one)
        assert (clocks["BCP-8-05"].state, civil(clocks["BCP-8-05"].held_date)) == (MET, other_day)
        assert clocks["BCP-8.4-01"].due_time.ToDatetime(UTC) == datetime(2026, 3, 28, 11, tzinfo=UTC)
    listed = await cases.ask("ListCaseEvents", pb.ListCaseEventsRequest(subject=siblings[0]))
    assert isinstance(listed, pb.ListCaseEventsResponse)
    assert [one.type for one in listed.case_events].count("ppm_held") == 1, "told twice, recorded once"
    assert "ppm_booked" not in [one.type for one in listed.case_events], "what was called off is not planned"


async def test_a_booked_review_brings_the_planning_meeting_forward(cases: Cases, siblings: list[str]) -> None:
    name, child = meeting(), siblings[0]
    about = {"meeting": name, "meeting_kind": "cic_review", "subjects": [child]}
    before = civil((await cases.clocks(child))["BCP-8-05"].local_due_date)
    for on in (date(2026, 3, 20), date(2026, 3, 24)):
        await applied(cases, cases.scheduler.tell(scheduler.MeetingBooked(on_date=wire(on), **about), aggregate=name))
        assert civil((await cases.clocks(child))["BCP-8-05"].local_due_date) == on, (
            "a moved booking counts at its new day"
        )
        assert await booked_on(cases, child, "reg33-1") == (on, name), "found by its kind where none was named"
    await applied(cases, cases.scheduler.tell(scheduler.MeetingCancelled(**about), aggregate=name))
    assert civil((await cases.clocks(child))["BCP-8-05"].local_due_date) == before
    await cases.record(child, "cic_review_held", date(2026, 3, 10))
    assert (await cases.clocks(child))["reg33-1"].state == MET


async def test_a_body_waits_for_the_next_of_its_sittings(cases: Cases) -> None:
    """All are booked at once, the farthest told last."""

    async def established() -> bool:
        return await cases.count("select count(*) from subject where kind = 'body'") == len(load_pack("bcp").bodies)

    async def tell(event: type, number: int, **said: object) -> tuple[date | None, str]:
        told = event(meeting=names[number], meeting_kind="tracking_panel", body=BODY, **said)
        await applied(cases, cases.scheduler.tell(told, aggregate=names[number]))
        return await booked_on(cases, BODY, "BCP-9-06")

    await eventually(established)
    days, names = [date(2026, 3, 20), date(2026, 4, 2), date(2026, 4, 17)], [meeting() for _ in range(3)]
    for number in (1, 0, 2):
        seen = await tell(scheduler.MeetingBooked, number, on_date=wire(days[number]))
        assert seen == ((days[1], names[1]) if number == 1 else (days[0], names[0]))
    assert await tell(scheduler.MeetingRescheduled, 0, on_date=wire(date(2026, 4, 9))) == (days[1], names[1])
    assert await tell(scheduler.MeetingRescheduled, 0, on_date=wire(days[0])) == (days[0], names[0])
    cases.set_time(datetime(2026, 3, 20, 18, tzinfo=UTC))
    ended = instant(datetime(2026, 3, 20, 12, tzinfo=UTC))
    held = await tell(scheduler.MeetingHeld, 0, on_date=wire(days[0]), end_time=ended)
    assert held == (days[1], names[1]), "the clock that begins then has its sitting already"
    assert await tell(scheduler.MeetingCancelled, 1) == (days[2], names[2])
    assert await tell(scheduler.MeetingCancelled, 2) == (None, "")


async def test_the_body_sits_and_what_it_settles_becomes_fact(cases: Cases, siblings: list[str]) -> None:
    child, name = siblings[0], meeting()

    async def established() -> bool:
        return await cases.count("select count(*) from subject where kind = 'body'") == len(load_pack("bcp").bodies)

    await eventually(established)
    before = await cases.clocks(BODY)
    assert before["BCP-9-06"].state == obligation_pb2.OBLIGATION_STATE_NEEDS_FACT
    assert list(before["BCP-9-06"].needs_facts)
    about = {"meeting": name, "meeting_kind": "tracking_panel", "subjects": siblings, "body": BODY}
    ended = instant(datetime(2026, 3, 13, 12, tzinfo=UTC))
    hearing = (await cases.clocks(child))["BCP-9-04"].name
    booked = scheduler.MeetingBooked(on_date=wire(date(2026, 3, 13)), obligations=[hearing], **about)
    await applied(cases, cases.scheduler.tell(booked, aggregate=name))
    assert await booked_on(cases, child, "BCP-9-04") == (date(2026, 3, 13), name)
    assert await booked_on(cases, siblings[1], "BCP-9-04") == (None, ""), "only what was named"
    held = scheduler.MeetingHeld(on_date=wire(date(2026, 3, 13)), end_time=ended, **about)
    await applied(cases, cases.scheduler.tell(held, aggregate=name))
    clock = (await cases.clocks(BODY))["BCP-9-06"]
    assert (clock.state, civil(clock.local_due_date)) == (OPEN, date(2026, 3, 27))
    assert (await cases.clocks(child))["BCP-9-04"].state == OPEN, "that it sat says nothing of this child"

    outcome = panels.OutcomeRecorded(
        outcome=f"councils/demo/outcomes/{uuid4()}",
        subject=child,
        body=BODY,
        meeting=name,
        case_events=["tracking_meeting_considered"],
        on_date=wire(date(2026, 3, 13)),
        next_date=wire(date(2026, 4, 10)),
    )
    for _ in range(2):
        cases.panels.tell(outcome, aggregate=child)

    async def heard() -> bool:
        return (await cases.clocks(child))["BCP-9-04"].state == MET and cases.panels.pulled_after == 2

    await eventually(heard)
    found = await cases.count(
        "select array_agg((on_date, next_date)::text) from case_event where type = 'tracking_meeting_considered'"
    )
    assert found == ["(2026-03-13,2026-04-10)"]
    assert (await cases.clocks(siblings[1]))["BCP-9-04"].state == OPEN


async def test_minutes_signed_and_filed(cases: Cases, siblings: list[str]) -> None:
    child, name = siblings[0], meeting()
    cases.set_time(datetime(2026, 3, 26, 18, tzinfo=UTC))
    ended = datetime(2026, 3, 24, 11, tzinfo=UTC)
    held = scheduler.MeetingHeld(
        meeting=name, meeting_kind="ppm", subjects=[child], end_time=instant(ended), on_date=wire(ended.date())
    )
    await applied(cases, cases.scheduler.tell(held, aggregate=name))
    about = {
        "minutes": f"councils/demo/minutes/{uuid4()}",
        "subject": child,
        "meeting": name,
        "meeting_kind": "ppm",
        "on_date": wire(date(2026, 3, 25)),
    }
    at = instant(datetime(2026, 3, 25, 10, tzinfo=UTC))
    cases.panels.tell(panels.MinutesSigned(sign_time=at, **about))

    async def signed() -> bool:
        return (await cases.clocks(child))["BCP-8.4-01"].state == MET

    await eventually(signed)
    assert (await cases.clocks(child))["BCP-8.4-02"].state == OPEN
    cases.panels.tell(panels.MinutesFiled(file_time=at, **about))

    async def filed() -> bool:
        return (await cases.clocks(child))["BCP-8.4-02"].state == MET

    await eventually(filed)
    assert (await cases.clocks(child))["BCP-8.4-03"].state == OPEN
    cases.panels.tell(
        panels.CaseSettled(
            source=about["minutes"],
            subject=child,
            meeting=name,
            met_rules=["BCP-8.4-03"],
            on_date=wire(date(2026, 3, 26)),
        )
    )

    async def signed_above() -> bool:
        return (await cases.clocks(child))["BCP-8.4-03"].state == MET

    await eventually(signed_above)


async def test_the_day_turns_once(cases: Cases, siblings: list[str]) -> None:
    """A child who comes of age has no clocks any more, although nobody recorded a fact."""
    grown = SubjectKey(SubjectKind.CHILD, "P1")
    await cases.take_in(CaseData(subjects=(replace(SubjectRow(grown), born_on=date(2008, 3, 20)),)))

    async def day_is(day: date) -> bool:
        return await cases.count("select on_date from day_turned") == day

    await eventually(lambda: day_is(date(2026, 3, 16)))
    assert (await cases.clocks(siblings[0]))["reg33-1"].state == OPEN
    cases.set_time(datetime(2026, 3, 21, 7, tzinfo=UTC))
    await eventually(lambda: day_is(date(2026, 3, 21)), seconds=20)
    assert (await cases.clocks(siblings[0]))["reg33-1"].state == obligation_pb2.OBLIGATION_STATE_ENDED
    assert (await cases.clocks(siblings[1]))["reg33-1"].state == OPEN


async def test_what_a_decision_maker_settled_starts_and_meets_clocks(cases: Cases, siblings: list[str]) -> None:
    """Final minutes start the decision's clock; the decision meets it and starts those of telling the parents."""
    child, source = siblings[0], f"councils/demo/decisions/{uuid4()}"
    cases.set_time(datetime(2026, 3, 26, 18, tzinfo=UTC))

    async def stands(rule: str) -> int:
        clocks = await cases.clocks(child)
        return clocks[rule].state if rule in clocks else 0

    async def settle(on: date, events: list[str], met: list[str], of: str = source) -> None:
        told = panels.CaseSettled(
            source=of, subject=child, meeting=meeting(), case_events=events, met_rules=met, on_date=wire(on)
        )
        for _ in range(2):
            cases.panels.tell(told, aggregate=child)

    assert await stands("ADM-7wd") == 0
    await settle(date(2026, 3, 13), ["adoption_panel_minutes_final"], [])

    async def runs() -> bool:
        return await stands("ADM-7wd") == OPEN

    await eventually(runs)
    assert civil((await cases.clocks(child))["ADM-7wd"].statutory_due_date) == date(2026, 3, 24)
    await settle(date(2026, 3, 20), ["adm_decided"], [])

    async def decided() -> bool:
        return await stands("ADM-7wd") == MET and await stands("ADM-2wd") == OPEN

    await eventually(decided)
    await settle(date(2026, 3, 23), [], ["ADM-2wd", "no-such-rule"], of=f"councils/demo/tellings/{uuid4()}")

    async def told() -> bool:
        return await stands("ADM-2wd") == MET

    await eventually(told)
    assert await stands("ADM-5wd") == OPEN
    assert await cases.count("select count(*) from case_event where type = 'adm_decided'") == 1


async def test_a_meeting_s_recommendation_asks_for_an_early_review_and_changes_no_plan(
    cases: Cases, siblings: list[str]
) -> None:
    child = siblings[0]
    cases.set_time(datetime(2026, 3, 26, 18, tzinfo=UTC))
    cases.panels.tell(
        panels.CaseSettled(
            source=meeting(), subject=child, case_events=["plan_change_recommended"], on_date=wire(date(2026, 3, 16))
        ),
        aggregate=child,
    )

    async def asked() -> bool:
        clocks = await cases.clocks(child)
        return "BCP-8-16" in clocks and civil(clocks["BCP-8-16"].local_due_date) == date(2026, 4, 15)

    await eventually(asked)
    agreed = await cases.count("select count(*) from case_event where type like 'permanence_plan%'")
    assert agreed == 0


async def test_the_time_of_who_comes_to_a_sitting_for_one_item_meets_no_clock(
    cases: Cases, siblings: list[str]
) -> None:
    """The child is heard by the sitting, and its outcome says so."""
    name, sitting, day = meeting(), meeting(), date(2026, 3, 24)
    about = {"meeting": name, "meeting_kind": "tracking_panel", "subjects": siblings, "part_of": sitting}
    cases.scheduler.tell(scheduler.MeetingBooked(on_date=wire(day), **about), aggregate=name)
    cases.scheduler.tell(scheduler.MeetingRescheduled(on_date=wire(day), **about), aggregate=name)
    ended = instant(datetime(2026, 3, 24, 11, tzinfo=UTC))
    held = scheduler.MeetingHeld(on_date=wire(day), end_time=ended, **about)
    await applied(cases, cases.scheduler.tell(held, aggregate=name))
    assert [await booked_on(cases, one, "BCP-9-04") for one in siblings] == [(None, "")] * 2
    assert [(await cases.clocks(one))["BCP-9-04"].state for one in siblings] == [OPEN] * 2
