"""Answers: merged by revision and time, never backwards, each told once."""

from datetime import UTC, datetime, timedelta

import pytest
from permanence.notifications.v1.notification_pb2 import ANSWER_SOURCE_RECORDED

from servicekit.page import PageRequest
from services.notifications.app.list_invitations import list_invitations
from services.notifications.app.read_replies import read_replies
from services.notifications.app.take_answer import Given, record_answer
from services.notifications.domain.answer import Answer
from services.notifications.domain.invitation_state import InvitationState
from services.notifications.domain.meeting import Channel
from services.notifications.domain.outlook_event import EventState
from services.notifications.domain.refusal import StaleAnswerError
from services.notifications.domain.reply import ReplySource
from services.notifications.rpc.convert import listed_to
from tests.notifications.world import World, person, recipient

NOON = datetime(2026, 3, 17, 12, tzinfo=UTC)


async def events_of(world: World) -> int:
    async with world.begin(world.caller) as unit:
        count = await unit.tx.fetchval("select count(*) from outbox where type = 'InvitationAnswered'")
    assert isinstance(count, int)
    return count


async def test_an_answer_from_outlook_is_taken_once(world: World) -> None:
    await world.tell()
    world.calendar.reply("chair@example.org", Answer.DECLINED, NOON)
    for _ in range(3):
        await read_replies(world.desk, world.caller)
    one = await world.invitation("chair")
    assert (one.answer, one.answered_revision, one.answer_time) == (Answer.DECLINED, 1, NOON)
    assert await events_of(world) == 1


async def test_each_answer_is_listed_with_how_it_came(world: World) -> None:
    await world.tell()
    world.calendar.reply("chair@example.org", Answer.DECLINED, NOON)
    await read_replies(world.desk, world.caller)
    caller = world.user("business-support")
    mother = await world.invitation("mother")
    async with world.begin(caller) as unit:
        await record_answer(unit, caller, world.meeting, Given(mother.id, Answer.ACCEPTED))
    found = await list_invitations(world.desk, caller, world.meeting.name, PageRequest(50, ()))
    by_person = {one.person: found.sources.get(one.id) for one in found.invitations}
    assert by_person == {
        person("chair"): ReplySource.OUTLOOK, person("mother"): ReplySource.RECORDED,
        person("worker"): None, person("father"): None,
    }  # fmt: skip
    shown = {one.person: one.answer_source for one in listed_to(found, "north")}
    assert shown[person("mother")] == ANSWER_SOURCE_RECORDED and shown[person("father")] == 0


async def test_the_last_answer_wins_in_whatever_order_they_come(world: World) -> None:
    await world.tell()
    world.calendar.reply("mother@example.org", Answer.ACCEPTED, NOON + timedelta(hours=1))
    world.calendar.reply("mother@example.org", Answer.DECLINED, NOON)
    await read_replies(world.desk, world.caller)
    assert (await world.invitation("mother")).answer is Answer.ACCEPTED


async def test_a_late_answer_to_the_old_time_does_not_answer_the_new_one(world: World) -> None:
    await world.tell()
    world.calendar.reply("chair@example.org", Answer.ACCEPTED, NOON)
    world.move(2)
    await world.tell()
    await read_replies(world.desk, world.caller)
    assert (await world.invitation("chair")).answered_revision == 1
    world.calendar.reply("chair@example.org", Answer.DECLINED, NOON - timedelta(hours=1))
    await read_replies(world.desk, world.caller)
    one = await world.invitation("chair")
    assert (one.answer, one.answered_revision) == (Answer.DECLINED, 2)


async def test_answers_do_not_stop_a_change(world: World) -> None:
    await world.tell()
    world.calendar.reply("chair@example.org", Answer.DECLINED, NOON)
    world.move(2)
    assert await world.tell()
    assert {kept.draft.start for kept in world.calendar.live} == {world.meeting.start}


async def test_somebody_elses_answer_on_an_event_changes_nothing(world: World) -> None:
    await world.tell()
    world.calendar.reply("chair@example.org", Answer.DECLINED, NOON)
    forged = world.calendar.page[0]
    world.calendar.page = [type(forged)(forged.event_id, "father@example.org", Answer.DECLINED, NOON,
                                        forged.event_start, forged.event_end)]  # fmt: skip
    await read_replies(world.desk, world.caller)
    assert await events_of(world) == 0


async def test_what_the_delta_calls_removed_is_looked_up(world: World) -> None:
    await world.tell()
    world.calendar.removed = list(world.calendar.events)
    gone = next(kept for kept in world.calendar.live if len(kept.draft.attendees) == 2)
    gone.cancelled = True
    await read_replies(world.desk, world.caller)
    states = {event.audience: event.state for event in await world.events()}
    assert states.pop("staff") is EventState.LOST
    assert set(states.values()) == {EventState.INVITED}
    await world.tell()
    assert (await world.invitation("chair")).state is InvitationState.NEEDS_PERSON


@pytest.mark.parametrize("channel", [Channel.TEXT, Channel.IN_PERSON])
async def test_who_answers_by_hand_has_been_told_but_nothing_was_sent(world: World, channel: Channel) -> None:
    world.people["mother"] = recipient("mother", channel=channel)
    await world.tell()
    caller = world.user("business-support")
    async with world.begin(caller) as unit:
        given = Given((await world.invitation("mother")).id, Answer.ACCEPTED)
        await record_answer(unit, caller, world.meeting, given)
    await world.tell()
    one = await world.invitation("mother")
    assert (one.answer, one.told_revision, one.messages_sent, one.trouble) == (Answer.ACCEPTED, 1, 0, "")
    assert one.state is not InvitationState.SENT
    world.move(1)
    await world.tell()
    assert (await world.invitation("mother")).trouble


@pytest.mark.parametrize("has_followed", [True, False])
async def test_an_answer_given_to_the_old_time_is_not_recorded_for_the_new_one(
    world: World, has_followed: bool
) -> None:
    world.people["mother"] = recipient("mother", channel=Channel.TEXT)
    await world.tell()
    world.move(2)
    if has_followed:
        await world.tell()
    before, caller = await world.invitation("mother"), world.user("business-support")
    with pytest.raises(StaleAnswerError):
        async with world.begin(caller) as unit:
            await record_answer(unit, caller, world.meeting, Given(before.id, Answer.ACCEPTED, revision=1))
    assert await world.invitation("mother") == before
    assert await events_of(world) == 0


async def test_an_answer_to_a_time_that_the_invitation_does_not_know_yet_waits(world: World) -> None:
    await world.tell()
    world.move(2)
    caller, given = world.user("business-support"), Given((await world.invitation("mother")).id, Answer.ACCEPTED, 2)
    with pytest.raises(StaleAnswerError):
        async with world.begin(caller) as unit:
            await record_answer(unit, caller, world.meeting, given)
    await world.tell()
    async with world.begin(caller) as unit:
        await record_answer(unit, caller, world.meeting, given)
    one = await world.invitation("mother")
    assert (one.answer, one.answered_revision) == (Answer.ACCEPTED, 2)
