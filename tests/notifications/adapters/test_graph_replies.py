"""What people answer comes back through the delta, page by page, whatever Exchange does to the pages."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.notifications.adapters.graph_calendar import GraphCalendar
from services.notifications.adapters.graph_event import remote_event
from services.notifications.adapters.graph_reply import Reading
from services.notifications.domain.answer import Answer
from services.notifications.domain.delivery_fault import Unreachable
from services.notifications.domain.remote_event import EventAttendee, EventDraft, EventPart, RemoteEvent
from tests.emulators.microsoft_process import CHAIR, OFFICE, OUTSIDER, ROOM, TENANT, Microsoft
from tests.notifications.adapters.drafts import draft, key_of
from tests.servicekit.eventually import eventually

WINDOW = (datetime(2026, 6, 1, tzinfo=UTC), datetime(2026, 7, 1, tzinfo=UTC))


def answer(microsoft: Microsoft, event: RemoteEvent, who: str, response: str, **more: Any) -> None:
    order = {"tenant": TENANT, "organizer": OFFICE, "event": event.ical_uid, "attendee": who, "response": response}
    microsoft.control("POST", "reply", {**order, **more})


async def test_answers_come_once(microsoft: Microsoft, calendar: GraphCalendar) -> None:
    made = await calendar.create(draft())
    before = await calendar.replies(OFFICE, "", WINDOW)
    assert not before.replies and not before.removed_ids and before.token
    assert "@" not in before.token and "http" not in before.token
    answer(microsoft, made, CHAIR, "declined", time="2026-03-20T10:00:00Z")
    answer(microsoft, made, OUTSIDER, "tentativelyAccepted", time="2026-03-21T11:30:00Z")
    page = await calendar.replies(OFFICE, before.token, WINDOW)
    assert {(one.address, one.answer, one.answered_at) for one in page.replies} == {
        (CHAIR, Answer.DECLINED, datetime(2026, 3, 20, 10, tzinfo=UTC)),
        (OUTSIDER, Answer.TENTATIVE, datetime(2026, 3, 21, 11, 30, tzinfo=UTC)),
    }
    assert {(one.event_id, one.event_start, one.event_end) for one in page.replies} == {
        (made.event_id, made.start, made.end)
    }
    after = await calendar.replies(OFFICE, page.token, WINDOW)
    assert not after.replies
    answer(microsoft, made, CHAIR, "accepted")
    changed = await calendar.replies(OFFICE, after.token, WINDOW)
    assert (CHAIR, Answer.ACCEPTED) in {(one.address, one.answer) for one in changed.replies}


async def test_answers_stand_on_the_event_too(microsoft: Microsoft, calendar: GraphCalendar) -> None:
    wanted = draft()
    made = await calendar.create(wanted)
    answer(microsoft, made, CHAIR, "accepted", time="2026-03-20T10:00:00Z")
    found = await calendar.find(OFFICE, key_of(wanted, made.event_id))
    assert found is not None
    answers = {one.address: (one.answer, one.answered_at) for one in found.answers}
    assert answers[CHAIR] == (Answer.ACCEPTED, datetime(2026, 3, 20, 10, tzinfo=UTC))
    assert answers[OUTSIDER] == (Answer.NONE, None)


async def test_the_organisers_edit_shows_in_the_answers_times(microsoft: Microsoft, calendar: GraphCalendar) -> None:
    wanted = draft()
    made = await calendar.create(wanted)
    edit = {name: {"dateTime": f"2026-06-12T1{n}:00:00", "timeZone": "Europe/London"} for n, name in _EDGES}
    assert microsoft.graph("PATCH", f"/users/{OFFICE}/events/{made.event_id}", edit).status_code == 200
    answer(microsoft, made, CHAIR, "accepted")
    page = await calendar.replies(OFFICE, "", WINDOW)
    (reply,) = page.replies
    assert (reply.event_start, reply.event_end) == (
        datetime(2026, 6, 12, 9, tzinfo=UTC),
        datetime(2026, 6, 12, 10, tzinfo=UTC),
    )
    seen = await calendar.find(OFFICE, key_of(wanted, made.event_id))
    assert seen is not None and seen.start == reply.event_start and seen.etag != made.etag


_EDGES = ((0, "start"), (1, "end"))


async def test_pages_empty_pages_and_replays(microsoft: Microsoft, calendar: GraphCalendar) -> None:
    first = await calendar.replies(OFFICE, "", WINDOW)
    made = [await calendar.create(draft()) for _ in range(56)]
    for event in (made[0], made[-1]):
        answer(microsoft, event, CHAIR, "accepted")
    microsoft.fault(fault="empty_page")
    microsoft.fault(fault="replay", times=2)
    page = await calendar.replies(OFFICE, first.token, WINDOW)
    assert sorted(one.event_id for one in page.replies) == sorted([made[0].event_id, made[-1].event_id])
    rows = microsoft.control("GET", "requests")["requests"]
    assert sum(row["operation"] == "delta" for row in rows) == 4


async def test_removed_means_look(microsoft: Microsoft, calendar: GraphCalendar) -> None:
    gone, away = draft(), draft()
    cancelled, moved = await calendar.create(gone), await calendar.create(away)
    start = await calendar.replies(OFFICE, "", WINDOW)
    await calendar.cancel(cancelled, "Off.")
    far = replace(away, start=away.start + timedelta(days=60), end=away.end + timedelta(days=60))
    await calendar.update(moved, far, frozenset({EventPart.TIME}))
    page = await calendar.replies(OFFICE, start.token, WINDOW)
    assert set(page.removed_ids) == {cancelled.event_id, moved.event_id}
    assert await calendar.find(OFFICE, key_of(gone, cancelled.event_id)) is None
    assert (await calendar.find(OFFICE, key_of(away, moved.event_id))) is not None


async def test_a_dead_token_reads_the_window_afresh(microsoft: Microsoft, calendar: GraphCalendar) -> None:
    made = await calendar.create(draft())
    answer(microsoft, made, CHAIR, "accepted")
    old = await calendar.replies(OFFICE, "", WINDOW)
    microsoft.fault(fault="sync_state_not_found")
    fresh = await calendar.replies(OFFICE, old.token, WINDOW)
    assert [one.answer for one in fresh.replies] == [Answer.ACCEPTED] and fresh.token
    microsoft.fault(fault="down", times=1)
    with pytest.raises(Unreachable):
        await calendar.replies(OFFICE, fresh.token, WINDOW)
    assert not (await calendar.replies(OFFICE, fresh.token, WINDOW)).replies


def seen(**more: object) -> dict[str, object]:
    return {
        "id": "an-id",
        "start": {"dateTime": "2026-06-10T10:00:00.0000000", "timeZone": "GMT Standard Time"},
        "end": {"dateTime": "2026-06-10T11:00:00.1234567", "timeZone": "Europe/London"},
        "lastModifiedDateTime": "2026-03-20T10:00:00.1234567Z",
        **more,
    }


def attendee(response: object, time: object) -> dict[str, object]:
    return {"emailAddress": {"address": CHAIR}, "status": {"response": response, "time": time}}


@pytest.mark.parametrize(
    ("response", "time", "answer", "at"),
    [
        ("Tentative", "2026-03-19T09:00:00Z", Answer.TENTATIVE, datetime(2026, 3, 19, 9, tzinfo=UTC)),
        ("accepted", "0001-01-01T00:00:00Z", Answer.ACCEPTED, datetime(2026, 3, 20, 10, 0, 0, 123456, tzinfo=UTC)),
        ("notResponded", "2026-03-19T09:00:00Z", Answer.NONE, None),
        (None, None, Answer.NONE, None),
    ],
)
def test_reading_is_tolerant(response: object, time: object, answer: Answer, at: datetime | None) -> None:
    event = remote_event(OFFICE, seen(attendees=[attendee(response, time), {"status": None}, "x"], transactionId="x"))
    assert [(one.answer, one.answered_at) for one in event.answers] == [(answer, at)]
    assert event.start == datetime(2026, 6, 10, 9, tzinfo=UTC) and event.transaction_id is None


def test_one_unreadable_event_does_not_stop_the_others() -> None:
    reading = Reading()
    broken = seen(start={"dateTime": "2026-06-10T10:00:00", "timeZone": "Customized Time Zone"})
    good = seen(attendees=[attendee("accepted", "2026-03-19T09:00:00Z")])
    reading.take([broken, seen(start=None), {"id": ""}, good, good, {"id": "b", "@removed": {"reason": "deleted"}}])
    page = reading.page("t")
    assert [one.event_id for one in page.replies] == ["an-id"] and page.removed_ids == ("b",)


@pytest.mark.parametrize(("takes", "expected"), [(True, Answer.ACCEPTED), (False, Answer.DECLINED)])
async def test_a_room_answers_when_it_likes_and_shows_reserved_alone(
    microsoft: Microsoft, calendar: GraphCalendar, takes: bool, expected: Answer
) -> None:
    if not takes:
        await _settled(calendar, await calendar.create(_reservation()))
    made = await calendar.create(_reservation())
    assert [one.answer for one in made.answers] == [Answer.NONE]
    assert await _settled(calendar, made) is expected
    shown = [one for one in microsoft.calendar(ROOM) if one["iCalUId"] == made.ical_uid]
    assert [(one["subject"], one["bodyText"].strip(), one["sensitivity"]) for one in shown] == (
        [("Reserved", "", "private")] if takes else []
    )


def _reservation() -> EventDraft:
    room = (EventAttendee(ROOM, resource=True),)
    return draft(subject_line="Reserved", body_text="", attendees=room, hide_attendees=True)


async def _settled(calendar: GraphCalendar, made: RemoteEvent) -> Answer:
    """What the room said, once it has."""
    said: list[Answer] = []

    async def has_answered() -> bool:
        page = await calendar.replies(OFFICE, "", WINDOW)
        said[:] = [one.answer for one in page.replies if one.event_id == made.event_id]
        return any(one is not Answer.NONE for one in said)

    await eventually(has_answered)
    return said[0]
