"""A review's date is the reviewing service's: others book it, and move or call it off at their word only."""

from datetime import timedelta
from uuid import uuid4

import grpc
import pytest
from google.type.date_pb2 import Date
from permanence.scheduler.v1 import meeting_pb2
from permanence.scheduler.v1 import scheduler_service_pb2 as wire

from .conftest import DEMO, MANAGER, MONDAY, MOTHER, OFFICER, World, at, chair, named, refusal
from .officer_away import (
    HELD,
    MOVED,
    WORD,
    another_kind,
    book_reviews,
    get,
    meeting,
    preview,
    start,
    states,
    time_is_over,
)
from .officer_away import review as review_plan
from .test_meeting_drafts import change
from .test_meeting_drafts import start as start_draft

COLLEAGUE = named("people", "iro2")
TODAY, TOMORROW = Date(year=2026, month=3, day=16), Date(year=2026, month=3, day=17)
INVALID, THEIRS = grpc.StatusCode.INVALID_ARGUMENT, "DATE_IS_THE_REVIEWING_SERVICES"


def word(person: str, day: Date = TODAY) -> meeting_pb2.DateDecision:
    return meeting_pb2.DateDecision(person=person, consent_date=day)


async def move(
    world: World, one: meeting_pb2.Meeting, by: timedelta, *roles: str, **more: object
) -> meeting_pb2.Meeting:
    request = wire.RescheduleMeetingRequest(
        name=one.name, etag=one.etag, start_time=at(one.start_time.ToDatetime() + by), reason="Asked for.",
        request_id=str(uuid4()), **more,  # type: ignore[arg-type]
    )  # fmt: skip
    return (await world.stub.RescheduleMeeting(request, metadata=world.as_(*roles))).meeting


async def cancel(world: World, one: meeting_pb2.Meeting, **more: object) -> meeting_pb2.Meeting:
    request = wire.CancelMeetingRequest(
        name=one.name, etag=one.etag, reason="Combined.", request_id=str(uuid4()), **more  # type: ignore[arg-type]
    )  # fmt: skip
    return (await world.stub.CancelMeeting(request, metadata=world.as_())).meeting


async def refused(ask: object) -> tuple[grpc.StatusCode, str]:
    with pytest.raises(grpc.aio.AioRpcError) as error:
        await ask  # type: ignore[misc]
    return refusal(error.value)[:2]


async def test_business_support_books_a_review_and_moves_it_only_at_the_reviewing_services_word(world: World) -> None:
    (review,) = await book_reviews(world, 1)
    assert not review.HasField("date_decision"), "a booking asks for nobody's word"
    later, asked = timedelta(days=1, hours=2), (grpc.StatusCode.FAILED_PRECONDITION, THEIRS)
    assert await refused(move(world, review, later)) == asked == await refused(cancel(world, review))
    assert await refused(move(world, review, later, "team-manager")) == asked, "nobody else overrules them"
    for wrong in (word(MANAGER), word(MOTHER), word(OFFICER, TOMORROW)):
        for ask in (move(world, review, later, date_decision=wrong), cancel(world, review, date_decision=wrong)):
            assert (await refused(ask))[0] is grpc.StatusCode.INVALID_ARGUMENT
    moved = await move(world, review, later, date_decision=word(OFFICER))
    assert moved.date_decision == word(OFFICER)
    gone = await cancel(world, moved, date_decision=word(OFFICER))
    assert (gone.state, gone.date_decision) == (meeting_pb2.MEETING_STATE_CANCELLED, word(OFFICER))


async def test_a_reviewing_officer_needs_nobodys_word_and_another_of_the_service_may_give_it(world: World) -> None:
    (review,) = await book_reviews(world, 1)
    moved = await move(world, review, timedelta(days=1, hours=2), "reviewing-officer")
    assert not moved.HasField("date_decision")
    world.cases.involve(named("children", "other"), reviewing_officer=COLLEAGUE)
    assert (
        await move(world, moved, timedelta(days=1), date_decision=word(COLLEAGUE))
    ).date_decision.person == COLLEAGUE


async def test_another_room_is_no_other_date_and_whoever_agreed_to_that_has_agreed(world: World) -> None:
    (review,) = await book_reviews(world, 1)
    rooms = await world.rooms()
    moved = await move(world, review, timedelta(0), room=rooms["Elm"])
    assert moved.room == rooms["Elm"] and not moved.HasField("date_decision")
    later = await move(world, moved, timedelta(days=1, hours=2), date_decision=word(OFFICER))
    back = await move(world, later, timedelta(0), room=rooms["Oak"])
    assert (back.room, back.date_decision) == (rooms["Oak"], word(OFFICER))
    world.cases.involve(named("children", "other"), reviewing_officer=COLLEAGUE)
    day = back.start_time.ToDatetime().date()
    there = {"window_from_date": Date(year=day.year, month=day.month, day=day.day)}
    found = await preview(world, person="", room=rooms["Oak"], **there, window_until_date=there["window_from_date"])
    started = await start(world, found, date_decision=word(COLLEAGUE))
    await time_is_over(world, started, MONDAY + timedelta(minutes=3))
    elsewhere = await meeting(world, back.name)
    assert (elsewhere.room, elsewhere.start_time) == (rooms["Elm"], back.start_time)
    assert elsewhere.date_decision == word(OFFICER), "their colleague agreed to other dates than this"
    again = await move(world, elsewhere, timedelta(hours=1), "reviewing-officer")
    assert not again.HasField("date_decision"), "another date is another word"


async def test_nobody_else_is_put_on_record_as_having_given_the_word(world: World) -> None:
    (review,) = await book_reviews(world, 1)
    assert (await refused(move(world, review, timedelta(0), date_decision=word(MANAGER))))[0] is INVALID
    plan = review_plan(0, MANAGER)
    when, fields = at(MONDAY + timedelta(days=2)), {"parent": "councils/demo", "request_id": str(uuid4())}
    hold = wire.HoldSlotRequest(plan=plan, start_time=when, date_decision=word(MANAGER), **fields)
    book = wire.BookMeetingRequest(plan=plan, start_time=when, date_decision=word(MANAGER), **fields)
    for ask in (world.stub.HoldSlot(hold, metadata=world.as_()), world.stub.BookMeeting(book, metadata=world.as_())):
        assert (await refused(ask))[0] is INVALID
    draft = await start_draft(world, plan)
    assert (await refused(change(world, draft, start_time=when, date_decision=word(MANAGER))))[0] is INVALID
    draft = await change(world, draft, start_time=when, date_decision=word(OFFICER))
    assert draft.date_decision == word(OFFICER)
    hold.date_decision.CopyFrom(word(OFFICER))
    held = (await world.stub.HoldSlot(hold, metadata=world.as_())).meeting
    assert held.date_decision == word(OFFICER)


async def test_a_preview_of_the_release_before_moves_no_review_without_the_word(world: World) -> None:
    await book_reviews(world, 1)
    found = await preview(world)
    async with world.database.transaction(DEMO.council_id) as tx:
        await tx.execute("update bulk_move_meeting set shown = shown - 'needs_word'")
    asked = (grpc.StatusCode.FAILED_PRECONDITION, THEIRS)
    assert await refused(start(world, found, date_decision=None)) == asked
    assert states(await start(world, found)) == {HELD: 1}


async def test_other_kinds_are_moved_as_before_and_take_no_word(world: World) -> None:
    other = await another_kind(world)
    assert (await refused(move(world, other, timedelta(days=1), date_decision=word(OFFICER))))[0] is (
        grpc.StatusCode.INVALID_ARGUMENT
    )
    await cancel(world, await move(world, other, timedelta(days=1)))


async def test_many_reviews_are_moved_at_one_word_and_other_meetings_without(world: World) -> None:
    booked = await book_reviews(world, 2)
    other = await another_kind(world)
    found = await preview(world)
    assert {one.meeting for one in found.meetings if one.needs_reviewing_service} == {one.name for one in booked}
    asked = (grpc.StatusCode.FAILED_PRECONDITION, THEIRS)
    assert await refused(start(world, found, date_decision=None)) == asked
    for wrong in (word(MANAGER), word(OFFICER, TOMORROW)):
        assert (await refused(start(world, found, date_decision=wrong)))[0] is grpc.StatusCode.INVALID_ARGUMENT
    alone = await start(world, found, date_decision=None, meetings=[other.name])
    assert states(alone)[HELD] == 1
    again = await start(world, await preview(world))
    assert again.date_decision == WORD
    await time_is_over(world, again, MONDAY + timedelta(minutes=3))
    assert states(await get(world, again.name))[MOVED] == 2
    assert [(await meeting(world, one.name)).date_decision for one in booked] == [WORD, WORD]
    assert not (await meeting(world, other.name)).HasField("date_decision")


async def test_a_hold_on_a_review_is_given_back_without_a_word(world: World) -> None:
    await book_reviews(world, 1)
    plan = wire.MeetingPlan(
        meeting_kind="cic_review", subjects=[named("children", "bulk-0")],
        attendees=[chair(COLLEAGUE, "reviewing-officer")], session_minutes=[60],
    )  # fmt: skip
    hold = wire.HoldSlotRequest(
        parent="councils/demo", plan=plan, start_time=at(MONDAY + timedelta(days=2)), request_id=str(uuid4())
    )
    held = (await world.stub.HoldSlot(hold, metadata=world.as_())).meeting
    assert (await cancel(world, held)).state == meeting_pb2.MEETING_STATE_CANCELLED
