"""What people change in Outlook is a proposal: nothing is overwritten silently, on either side."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from servicekit.caller import Caller
from servicekit.page import PageRequest
from services.notifications.app.decide_proposal import Verdict, act_on_verdict
from services.notifications.app.list_outlook import list_proposals
from services.notifications.app.ports import OutlookDesk
from services.notifications.app.read_replies import read_replies
from services.notifications.domain.answer import Answer
from services.notifications.domain.invitation_state import InvitationState
from services.notifications.domain.outlook_event import SHARED, EventState, OutlookEvent
from services.notifications.domain.outlook_proposal import Decision, OutlookProposal, ProposalState
from services.notifications.domain.refusal import NotAChoiceError
from services.notifications.domain.remote_event import EventAttendee, RemoteEvent
from services.notifications.domain.shown_event import EditedPart
from tests.notifications.world import START, Kept, World, person
from tests.servicekit.eventually import eventually

LATER = timedelta(hours=3)
STRANGER = EventAttendee("somebody.else@example.org")


def shared(world: World) -> Kept:
    """The event that the staff share."""
    return next(kept for kept in world.calendar.live if not kept.draft.hide_attendees)


async def event_of(world: World, audience: str = SHARED) -> OutlookEvent:
    return next(event for event in await world.events() if event.audience == audience)


async def proposals(world: World) -> list[OutlookProposal]:
    async with world.begin(world.caller) as unit:
        return [one for event in await world.events() for one in await unit.proposals.of_event(event.id)]


async def decide(world: World, decision: Decision) -> None:
    (one,) = [one for one in await proposals(world) if one.state is ProposalState.OPEN]
    assert decision in one.choices
    async with world.begin(world.caller) as unit:
        await unit.proposals.put(one.decided(decision, "oid-2", unit.now(), "As agreed."))


async def listen(world: World) -> None:
    """The delta is read, and the lane looks."""
    await read_replies(world.desk, world.caller)
    await world.tell()


async def moved_in_outlook(world: World) -> Kept:
    await world.tell()
    kept = shared(world)
    world.calendar.edit(kept, start=START + LATER, end=START + LATER + timedelta(minutes=90))
    await listen(world)
    return kept


async def test_a_time_changed_in_outlook_waits_for_a_person(world: World) -> None:
    kept = await moved_in_outlook(world)
    mailed = len(world.calendar.mailed)
    for _ in range(3):
        await listen(world)
    (one,) = await proposals(world)
    assert (one.part, one.state) == (EditedPart.TIME, ProposalState.OPEN)
    assert one.theirs is not None and (one.ours.start, one.theirs.start) == (START, START + LATER)
    assert (await event_of(world)).state is EventState.DRIFTED
    assert kept.draft.start == START + LATER and len(world.calendar.mailed) == mailed
    assert (await world.invitation("chair")).state is InvitationState.NEEDS_PERSON
    assert (await world.invitation("mother")).state is InvitationState.SENT


async def test_another_length_in_outlook_cannot_be_taken_over(world: World) -> None:
    kept = await moved_in_outlook(world)
    (one,) = await proposals(world)
    assert one.choices == (Decision.TAKE_OVER, Decision.PUT_OURS_BACK)
    world.calendar.edit(kept, end=START + LATER + timedelta(minutes=120))
    await listen(world)
    (one,) = await proposals(world)
    assert one.choices == (Decision.PUT_OURS_BACK,)


async def test_ours_is_put_back_once_somebody_says_so(world: World) -> None:
    kept = await moved_in_outlook(world)
    before = len(world.calendar.mailed)
    await decide(world, Decision.PUT_OURS_BACK)
    await listen(world)
    assert kept.draft.start == START
    assert {one[0] for one in world.calendar.mailed[before:]} == {"chair@example.org", "worker@example.org"}
    assert len(world.calendar.mailed) == before + 2
    assert [one.state for one in await proposals(world)] == [ProposalState.DONE]
    assert (await event_of(world)).state is EventState.INVITED
    assert (await world.invitation("chair")).state is InvitationState.SENT


async def test_a_move_here_does_not_overwrite_the_time_in_outlook(world: World) -> None:
    kept = await moved_in_outlook(world)
    world.move(1)
    await world.tell()
    assert kept.draft.start == START + LATER
    one = await world.invitation("chair")
    assert one.state is InvitationState.NEEDS_PERSON and one.told_revision == 1
    await decide(world, Decision.PUT_OURS_BACK)
    await world.tell()
    assert kept.draft.start == world.meeting.start
    assert (await world.invitation("chair")).told_revision == 2


async def test_a_move_here_to_the_time_in_outlook_leaves_nothing_to_decide(world: World) -> None:
    kept = await moved_in_outlook(world)
    world.move(3)
    await world.tell()
    assert [one.state for one in await proposals(world)] == [ProposalState.OVERTAKEN]
    assert kept.draft.start == world.meeting.start
    assert (await world.invitation("chair")).state is InvitationState.SENT


async def test_an_edit_taken_back_in_outlook_leaves_nothing_to_decide(world: World) -> None:
    kept = await moved_in_outlook(world)
    world.calendar.edit(kept, start=START, end=START + timedelta(minutes=90))
    await listen(world)
    assert [one.state for one in await proposals(world)] == [ProposalState.OVERTAKEN]
    assert (await event_of(world)).state is EventState.INVITED
    assert (await world.invitation("chair")).state is InvitationState.SENT


async def test_a_decision_that_is_being_kept_is_not_overwritten_by_a_look(world: World) -> None:
    kept = await moved_in_outlook(world)
    (one,) = await proposals(world)
    async with world.begin(world.caller) as unit:
        await unit.proposals.get(one.id, lock=True)
        world.calendar.edit(kept, start=START + 2 * LATER, end=START + 2 * LATER + timedelta(minutes=90))
        look = asyncio.create_task(read_replies(world.desk, world.caller))
        await eventually(lambda: _waits_for_a_lock(world))
        await unit.proposals.put(one.decided(Decision.PUT_OURS_BACK, "oid-2", unit.now(), "As agreed."))
    await look
    states = {one.state for one in await proposals(world)}
    assert ProposalState.DECIDED in states


async def _waits_for_a_lock(world: World) -> bool:
    sql = "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"
    async with world.begin(world.caller) as unit:
        return await unit.tx.fetchval(sql) == 1


async def test_a_second_edit_is_the_same_proposal_with_another_etag(world: World) -> None:
    kept = await moved_in_outlook(world)
    (first,) = await proposals(world)
    world.calendar.edit(kept, start=START + 2 * LATER, end=START + 2 * LATER + timedelta(minutes=90))
    await listen(world)
    (second,) = await proposals(world)
    assert second.theirs is not None and second.theirs.start == START + 2 * LATER
    assert (second.id, second.since, second.revision) == (first.id, first.since, first.revision + 1)


async def test_an_edit_that_the_delta_has_not_shown_is_seen_before_anything_is_sent(world: World) -> None:
    await world.tell()
    kept = shared(world)
    world.calendar.edit(kept, location="Somewhere else")
    world.move(1)
    await world.tell()
    assert (kept.draft.location, kept.draft.start) == ("Somewhere else", START)
    assert [one.part for one in await proposals(world)] == [EditedPart.PLACE]


@pytest.mark.parametrize("part", ["location", "subject_line"])
async def test_what_is_left_as_it_is_changes_nothing_and_stands_until_ours_changes(world: World, part: str) -> None:
    await world.tell()
    kept = shared(world)
    world.calendar.edit(kept, **{part: "Something else"})
    await listen(world)
    before = len(world.calendar.mailed)
    await decide(world, Decision.LEAVE)
    await listen(world)
    assert getattr(kept.draft, part) == "Something else" and len(world.calendar.mailed) == before
    assert (await event_of(world)).state is EventState.INVITED
    assert (await world.invitation("chair")).state is InvitationState.SENT


async def test_whoever_is_added_in_outlook_is_shown_and_taken_off_when_ours_is_put_back(world: World) -> None:
    await world.tell()
    kept = shared(world)
    world.calendar.edit(kept, attendees=(*kept.draft.attendees, STRANGER))
    await listen(world)
    (one,) = await proposals(world)
    assert (one.added, one.removed) == ((STRANGER.address,), ())
    assert one.choices == (Decision.PUT_OURS_BACK, Decision.LEAVE)
    await decide(world, Decision.PUT_OURS_BACK)
    await listen(world)
    assert STRANGER not in kept.draft.attendees
    assert world.calendar.mailed[-1][:2] == (STRANGER.address, "CANCEL")


async def test_whoever_is_added_in_outlook_is_told_nothing_before_somebody_decides(world: World) -> None:
    await world.tell()
    kept = shared(world)
    world.calendar.edit(kept, attendees=(*kept.draft.attendees, STRANGER))
    await listen(world)
    world.move(1)
    await world.tell()
    assert STRANGER.address not in {one[0] for one in world.calendar.mailed}
    assert (await world.invitation("chair")).state is InvitationState.NEEDS_PERSON
    await decide(world, Decision.PUT_OURS_BACK)
    await world.tell()
    assert (kept.draft.start, STRANGER in kept.draft.attendees) == (world.meeting.start, False)
    assert [one[1] for one in world.calendar.mailed if one[0] == STRANGER.address] == ["CANCEL"]
    assert (await world.invitation("chair")).state is InvitationState.SENT


async def test_nobody_who_was_added_may_stay_where_a_second_person_has_to_look(world: World) -> None:
    await world.tell()
    kept = shared(world)
    world.calendar.edit(kept, attendees=(*kept.draft.attendees, STRANGER))
    await listen(world)
    caller, page = world.user("business-support"), PageRequest(50, ())

    async def choices() -> tuple[Decision, ...]:
        (one,) = (await list_proposals(world.desk, caller, world.meeting.name, page)).proposals
        return one.choices

    assert Decision.LEAVE in await choices()
    world.restricted = True
    assert await choices() == (Decision.PUT_OURS_BACK,)
    (one,) = await proposals(world)
    verdict = Verdict(one.id, str(one.revision), Decision.LEAVE, "They may.", uuid4())
    with pytest.raises(NotAChoiceError):
        await act_on_verdict(OutlookDesk(world.desk, NoMover()), caller, verdict)


class NoMover:
    """MeetingMover of whom nothing is asked."""

    async def move(self, caller: Caller, meeting: str, start: datetime, reason: str, request_id: UUID) -> None:
        raise AssertionError("nothing is to be moved")


async def test_whoever_was_taken_off_in_outlook_is_not_shown_as_told(world: World) -> None:
    await world.tell()
    kept = shared(world)
    rest = tuple(one for one in kept.draft.attendees if one.address != "chair@example.org")
    world.calendar.edit(kept, attendees=rest)
    await listen(world)
    (one,) = await proposals(world)
    assert one.removed == ("chair@example.org",) and one.choices == (Decision.PUT_OURS_BACK,)
    assert (await world.invitation("chair")).state is InvitationState.NEEDS_PERSON


async def test_taking_somebody_off_here_waits_for_nobody(world: World) -> None:
    await world.tell()
    kept = shared(world)
    world.calendar.edit(kept, attendees=(*kept.draft.attendees, STRANGER))
    await listen(world)
    rest = tuple(one for one in world.meeting.invitees if one.person != person("worker"))
    world.meeting = replace(world.meeting, invitees=rest, revision=2)
    await world.tell(2)
    assert [one.address for one in kept.draft.attendees] == ["chair@example.org"]
    assert [one.state for one in await proposals(world)] == [ProposalState.OVERTAKEN]


async def test_a_meeting_called_off_is_cancelled_whatever_waits(world: World) -> None:
    kept = await moved_in_outlook(world)
    world.cancel()
    await world.tell()
    assert kept.cancelled
    assert [one.state for one in await proposals(world)] == [ProposalState.OVERTAKEN]


async def test_an_event_deleted_in_outlook_is_put_back_as_a_new_one_once_somebody_says_so(world: World) -> None:
    await world.tell()
    kept = shared(world)
    world.calendar.delete(kept)
    await listen(world)
    (one,) = await proposals(world)
    assert (one.part, one.theirs) == (EditedPart.GONE, None)
    assert len(world.calendar.live) == 2
    await decide(world, Decision.PUT_OURS_BACK)
    await listen(world)
    assert len(world.calendar.live) == 3
    again = await event_of(world)
    assert (again.generation, again.state) == (2, EventState.INVITED) and again.event_id != kept.id
    assert (await world.invitation("chair")).state is InvitationState.SENT


async def test_an_event_that_came_back_meanwhile_is_not_made_twice(world: World) -> None:
    await world.tell()
    kept = shared(world)
    world.calendar.delete(kept)
    await listen(world)
    await decide(world, Decision.PUT_OURS_BACK)
    kept.cancelled = False
    world.calendar.removed = []
    await listen(world)
    again = await event_of(world)
    assert (again.generation, again.state, again.event_id) == (1, EventState.INVITED, kept.id)
    assert len(world.calendar.live) == 3


async def test_nothing_is_put_back_while_nobody_can_look(world: World) -> None:
    await world.tell()
    world.calendar.delete(shared(world))
    await listen(world)
    await decide(world, Decision.PUT_OURS_BACK)
    world.calendar.faults.planned = ["down"]
    assert not await world.tell()
    assert len(world.calendar.live) == 2
    assert await world.tell() and len(world.calendar.live) == 3


async def test_a_deleted_event_may_be_left_until_the_meeting_is_cancelled_here(world: World) -> None:
    await world.tell()
    world.calendar.delete(shared(world))
    await listen(world)
    await decide(world, Decision.LEAVE)
    await listen(world)
    assert (await event_of(world)).state is EventState.LOST
    assert [one.state for one in await proposals(world)] == [ProposalState.DONE]


async def test_what_a_late_delta_shows_of_our_own_change_is_no_edit(world: World) -> None:
    await world.tell()
    old: RemoteEvent = shared(world).remote()
    world.move(1)
    await world.tell()
    world.calendar.seen = [old]
    await listen(world)
    assert await proposals(world) == []


async def test_a_change_whose_answer_was_lost_is_no_edit(world: World) -> None:
    await world.tell()
    world.move(1)
    world.calendar.faults.planned = ["", "lost"]
    await world.tell()
    world.move(1)
    assert await world.tell(3)
    assert await proposals(world) == []


async def test_a_change_of_place_whose_answer_was_lost_mails_nobody_twice(world: World) -> None:
    await world.tell()
    world.meeting = replace(world.meeting, room_name="Room 5", revision=2)
    before = len(world.calendar.mailed)
    world.calendar.faults.planned = ["", "lost"]
    assert await world.tell(3)
    assert [one[0] for one in world.calendar.mailed[before:]].count("chair@example.org") == 1
    assert (await world.invitation("chair")).told_revision == 2


async def test_whoever_is_taken_off_before_a_lost_answer_is_looked_up_is_missed(world: World) -> None:
    await world.tell()
    world.move(1)
    world.calendar.faults.planned = ["", "lost"]
    assert not await world.tell(1)
    kept = shared(world)
    world.calendar.edit(kept, attendees=tuple(one for one in kept.draft.attendees if "worker" not in one.address))
    await world.tell(3)
    await listen(world)
    assert [one.removed for one in await proposals(world)] == [("worker@example.org",)]


async def test_a_place_that_was_asked_for_without_an_answer_is_no_edit_when_another_is_wanted(world: World) -> None:
    await world.tell()
    world.meeting = replace(world.meeting, room_name="Room 5", revision=2)
    world.calendar.faults.planned = ["", "lost"]
    await world.tell()
    assert shared(world).draft.location == "Room 5"
    world.meeting = replace(world.meeting, room_name="Room 6", revision=3)
    assert await world.tell(3)
    assert (await proposals(world), shared(world).draft.location) == ([], "Room 6")


async def test_another_time_that_an_attendee_proposes_is_kept_and_moves_nothing(world: World) -> None:
    await world.tell()
    wish = (START + LATER, START + 2 * LATER)
    noon = datetime(2026, 3, 17, 12, tzinfo=UTC)
    world.calendar.reply("chair@example.org", Answer.DECLINED, noon, wish)
    await listen(world)
    one = await world.invitation("chair")
    assert (one.answer, one.proposed) == (Answer.DECLINED, wish)
    assert world.meeting.start == START and await proposals(world) == []
    world.calendar.reply("chair@example.org", Answer.ACCEPTED, noon + timedelta(hours=1))
    await listen(world)
    assert (await world.invitation("chair")).proposed is None


async def test_signs_that_no_database_keeps_are_left_out_of_what_is_shown(world: World) -> None:
    await world.tell()
    world.calendar.edit(shared(world), subject_line="Another\0 sub\ud83dject")
    await listen(world)
    (one,) = await proposals(world)
    assert one.theirs is not None and one.theirs.subject_line == "Another subject"
