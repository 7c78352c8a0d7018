"""What a day for a meeting would do to the clocks of all its subjects, before anybody settles it."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import grpc
import pytest
from google.protobuf.timestamp_pb2 import Timestamp
from permanence.cases.v1 import obligations_service_pb2 as pb
from permanence.scheduler.v1 import scheduler_events_pb2 as scheduler

from rulebook.facts import SubjectKind
from services.cases.app.case_data import CaseData, InvolvementRow, PersonRow, SubjectKey, SubjectRow
from tests.cases.conftest import Cases, civil, wire
from tests.servicekit.eventually import eventually

ENTRY = date(2026, 3, 2)
KEPT, BROKEN = pb.PREVIEW_VERDICT_KEPT, pb.PREVIEW_VERDICT_BROKEN
MET_BY, STARTED_BY = pb.PREVIEW_PART_MET_BY_MEETING, pb.PREVIEW_PART_STARTED_BY_MEETING


@pytest.fixture
async def siblings(cases: Cases) -> list[str]:
    """Two children: one came into care on 2 March 2026, the other a week later. A worker stands around the first."""
    keys = [SubjectKey(SubjectKind.CHILD, one) for one in ("P1", "P2")]
    taken = await cases.take_in(
        CaseData(
            subjects=tuple(SubjectRow(key, born_on=date(2019, 5, 1)) for key in keys),
            people=(PersonRow("W1", staff=True, principal_id="worker"),),
            involvements=(InvolvementRow("i1", keys[0], "W1", "social-worker", ENTRY),),
        )
    )
    found = [f"councils/demo/children/{taken.subjects[key]}" for key in keys]
    for number, name in enumerate(found):
        for event in ("became_looked_after", "entry_to_care_decided"):
            await cases.record(name, event, ENTRY + timedelta(days=7 * number))
    return found


async def previewed(
    cases: Cases, subjects: list[str], kind: str, on: date, *roles: str, **fields: object
) -> list[dict[str, pb.PreviewedClock]]:
    """By rule, for each subject."""
    request = pb.PreviewMeetingDateRequest(
        parent="councils/demo", subjects=subjects, meeting_kind=kind, on_date=wire(on), **fields
    )
    reply = await cases.ask("PreviewMeetingDate", request, *roles)
    assert isinstance(reply, pb.PreviewMeetingDateResponse)
    assert [one.subject for one in reply.subjects] == subjects
    return [{clock.rule_id: clock for clock in one.clocks} for one in reply.subjects]


async def test_a_day_may_suit_one_child_and_not_the_other(cases: Cases, siblings: list[str]) -> None:
    last = civil((await cases.clocks(siblings[0]))["reg33-1"].statutory_due_date)
    first, second = await previewed(cases, siblings, "cic_review", last)
    assert first["reg33-1"].verdict == second["reg33-1"].verdict == KEPT
    first, second = await previewed(cases, siblings, "cic_review", last + timedelta(days=1))
    assert (first["reg33-1"].verdict, second["reg33-1"].verdict) == (BROKEN, KEPT)
    assert (first["reg33-1"].part, civil(first["reg33-1"].due_date_after)) == (MET_BY, last)
    assert "after the last day" in first["reg33-1"].reason
    assert "BCP-8-05" not in {rule for rule, one in first.items() if one.part == MET_BY}


async def test_what_the_meeting_would_start_is_told(cases: Cases, siblings: list[str]) -> None:
    on = date(2026, 3, 20)
    (found,) = await previewed(cases, siblings[:1], "cic_review", on)
    await cases.record(siblings[0], "cic_review_booked", on)
    cases.set_time(datetime(2026, 3, 21, 9, tzinfo=UTC))
    await cases.record(siblings[0], "cic_review_held", on)
    really = await cases.clocks(siblings[0])
    started = {rule: one for rule, one in found.items() if one.part == STARTED_BY and one.HasField("due_date_after")}
    assert "reg33-2" in started
    for rule, clock in started.items():
        assert clock.obligation == really[rule].name
        due = (
            really[rule].statutory_due_date
            if really[rule].HasField("statutory_due_date")
            else really[rule].local_due_date
        )
        assert clock.due_date_after == due, rule


async def test_hours_count_from_the_end_that_is_given(cases: Cases, siblings: list[str]) -> None:
    on = date(2026, 3, 20)
    (without,) = await previewed(cases, siblings[:1], "ppm", on)
    assert without["BCP-8.4-02"].verdict == pb.PREVIEW_VERDICT_UNKNOWN
    end = Timestamp()
    end.FromDatetime(datetime(2026, 3, 20, 15, 30, tzinfo=UTC))
    (with_end,) = await previewed(cases, siblings[:1], "ppm", on, end_time=end)
    assert civil(with_end["BCP-8.4-02"].due_date_after) == date(2026, 3, 23)


async def test_a_moved_meeting_tells_both_dates_and_the_next_one_that_comes_too_late(
    cases: Cases, siblings: list[str]
) -> None:
    name, was = f"councils/demo/meetings/{uuid4()}", date(2026, 3, 25)
    booked = scheduler.MeetingBooked(
        meeting=name,
        meeting_kind="cic_review",
        subjects=siblings[:1],
        start_time={"seconds": 1774429200},
        on_date=wire(was),
    )
    cases.scheduler.tell(booked, aggregate=name)

    async def is_booked() -> bool:
        return (await cases.clocks(siblings[0]))["reg33-1"].meeting == name

    await eventually(is_booked)
    (same,) = await previewed(cases, siblings[:1], "cic_review", was, moving_meeting=name)
    assert same["reg33-2"].due_date_before == same["reg33-2"].due_date_after
    (earlier,) = await previewed(cases, siblings[:1], "cic_review", date(2026, 3, 18), moving_meeting=name)
    assert civil(earlier["reg33-2"].due_date_before) == civil(same["reg33-2"].due_date_after)
    assert civil(earlier["reg33-2"].due_date_after) < civil(earlier["reg33-2"].due_date_before)
    assert earlier["reg33-2"].verdict == KEPT
    before = await cases.clocks(siblings[0])
    assert before["reg33-1"].meeting == name, "asking changes nothing"
    next_review = civil(earlier["reg33-2"].due_date_after) + timedelta(days=1)
    await cases.record(siblings[0], "cic_review_booked", next_review)
    (broken,) = await previewed(cases, siblings[:1], "cic_review", date(2026, 3, 18), moving_meeting=name)
    assert broken["reg33-2"].verdict == BROKEN
    assert "is booked for" in broken["reg33-2"].reason


async def test_half_an_answer_is_none(cases: Cases, siblings: list[str]) -> None:
    request = pb.PreviewMeetingDateRequest(
        parent="councils/demo", subjects=siblings, meeting_kind="cic_review", on_date=wire(date(2026, 3, 20))
    )
    refused = await cases.refused("PreviewMeetingDate", request, "social-worker", oid="worker")
    assert refused.code == grpc.StatusCode.NOT_FOUND
    del request.subjects[1]
    await cases.ask("PreviewMeetingDate", request, "social-worker", oid="worker")
    assert (await cases.refused("PreviewMeetingDate", request, "case-system")).code == grpc.StatusCode.PERMISSION_DENIED
    trail = f"select count(*) from audit_event where action = 'PreviewMeetingDate' and object_name = '{siblings[0]}'"
    assert await cases.count(trail) == 1


async def test_every_violation_at_once(cases: Cases, siblings: list[str]) -> None:
    end = Timestamp()
    end.FromDatetime(datetime(2026, 3, 1, 12, tzinfo=UTC))
    request = pb.PreviewMeetingDateRequest(
        parent="councils/demo",
        meeting_kind="tea",
        on_date=wire(date(2026, 3, 15)),
        end_time=end,
        moving_meeting="m",
    )
    refused = await cases.refused("PreviewMeetingDate", request)
    fields = {one.field for one in refused.bad.field_violations}
    assert fields == {"subjects", "meeting_kind", "on_date", "end_time", "moving_meeting"}
