"""Bringing people to the present state: first message, change, cancellation, and everything that can go
wrong.
"""

from dataclasses import replace
from datetime import timedelta

import pytest

from services.notifications.app.list_invitations import get_meeting_delivery
from services.notifications.app.tell_people import tell_people
from services.notifications.domain.delivery import DeliveryState
from services.notifications.domain.draft import TELL_OFF_UNSAFE
from services.notifications.domain.invitation_state import InvitationState
from services.notifications.domain.mail_draft import MailMethod
from services.notifications.domain.meeting import Channel, Restriction, RestrictionKind
from services.notifications.domain.outlook_event import EventState
from services.notifications.domain.route import Route
from services.notifications.domain.wish import MUST_NOT_MEET
from tests.notifications.scripted_notify import LINES, told_by, with_notify
from tests.notifications.world import START, World, person, recipient


def _keep_apart(world: World) -> None:
    world.restrictions = (Restriction(RestrictionKind.MUST_NOT_KNOW, person("father"), person("mother")),)


async def test_everybody_gets_exactly_one_invitation(world: World) -> None:
    _keep_apart(world)
    assert await world.tell()
    attendees = [sorted(one.address for one in kept.draft.attendees) for kept in world.calendar.live]
    assert sorted(attendees) == [["chair@example.org", "worker@example.org"], ["mother@example.org"]]
    assert [(mail.recipient, mail.method, mail.sequence) for mail in world.mail.accepted] == [
        ("father@example.org", MailMethod.REQUEST, 0)
    ]
    routes = {name: (await world.invitation(name)).route for name in world.people}
    assert routes == {
        "chair": Route.SHARED_EVENT, "worker": Route.SHARED_EVENT, "mother": Route.OWN_EVENT, "father": Route.EMAIL,
    }  # fmt: skip
    assert {(await world.invitation(name)).state for name in world.people} == {InvitationState.SENT}


async def test_a_second_look_sends_nothing(world: World) -> None:
    _keep_apart(world)
    await world.tell()
    mailed, accepted = list(world.calendar.mailed), list(world.mail.accepted)
    assert await world.tell()
    assert (world.calendar.mailed, world.mail.accepted) == (mailed, accepted)


async def test_a_move_tells_everybody_once(world: World) -> None:
    _keep_apart(world)
    await world.tell()
    world.move(2)
    world.move(1)
    assert await world.tell()
    for name in ("chair", "worker", "mother"):
        assert [kind for address, kind, _, _ in world.calendar.mailed if address == f"{name}@example.org"] == [
            "REQUEST",
            "REQUEST",
        ]
    first, second = world.mail.accepted
    assert first.uid == second.uid and (first.sequence, second.sequence) == (0, 1)
    assert first.message_id != second.message_id and second.start == world.meeting.start
    one = await world.invitation("father")
    assert (one.told_revision, one.wanted_revision, one.messages_sent) == (3, 3, 2)


async def test_changes_before_anything_was_sent_become_one_first_message(world: World) -> None:
    world.calendar.faults.planned = ["down", "down", "down"]
    assert not await world.tell()
    assert (await world.invitation("chair")).state is InvitationState.WAITING
    world.move(2)
    assert await world.tell()
    assert [kind for address, kind, _, _ in world.calendar.mailed if address == "chair@example.org"] == ["REQUEST"]


async def test_a_cancellation_goes_only_to_those_who_were_told(world: World) -> None:
    _keep_apart(world)
    world.mail.faults.planned = ["down"]
    assert not await world.tell()
    world.cancel()
    assert await world.tell()
    assert world.mail.accepted == []
    assert (await world.invitation("father")).state is InvitationState.DROPPED
    assert (await world.invitation("mother")).state is InvitationState.WITHDRAWN
    assert world.calendar.live == []


async def test_a_cancellation_by_mail_raises_the_sequence(world: World) -> None:
    _keep_apart(world)
    await world.tell()
    world.cancel()
    await world.tell()
    request, cancel = world.mail.accepted
    assert (cancel.method, cancel.sequence, cancel.uid) == (MailMethod.CANCEL, 1, request.uid)
    assert (cancel.start, cancel.location) == (request.start, "")


async def test_graph_down_leaves_the_booking_and_says_not_sent(world: World) -> None:
    world.calendar.faults.planned = ["down"] * 9
    assert not await world.tell()
    delivery = await get_meeting_delivery(world.desk, world.user("business-support"), world.meeting.name)
    assert delivery.state is DeliveryState.NOT_SENT and delivery.told == 0 and delivery.untold == 4
    assert any(trouble.startswith("Not sent") for trouble in delivery.troubles)
    world.calendar.faults.planned = []
    assert await world.tell()
    delivery = await get_meeting_delivery(world.desk, world.user("business-support"), world.meeting.name)
    assert (delivery.state, delivery.told, delivery.untold) == (DeliveryState.SENT, 4, 0)


@pytest.mark.parametrize("fault", ["lost", "crash after", "crash before"])
@pytest.mark.parametrize("at", range(3))
async def test_a_reply_lost_at_any_call_makes_no_second_event(world: World, fault: str, at: int) -> None:
    world.calendar.faults.planned = [""] * at + [fault]
    assert await world.tell(tries=4)
    live = [sorted(one.address for one in kept.draft.attendees) for kept in world.calendar.live]
    assert len(world.calendar.events) == len(live) == 3
    assert len(world.calendar.mailed) == 4


async def test_in_doubt_is_shown_as_unknown_and_not_as_sent(world: World) -> None:
    world.calendar.faults.planned = ["lost"]
    assert not await world.tell()
    assert (await world.invitation("chair")).state is InvitationState.UNKNOWN


@pytest.mark.parametrize("fault", ["lost", "crash after"])
async def test_a_mail_in_doubt_is_repeated_as_the_very_same_message(world: World, fault: str) -> None:
    _keep_apart(world)
    world.mail.faults.planned = [fault]
    assert await world.tell(tries=3)
    first, again = world.mail.accepted
    assert first == again


async def test_who_has_no_part_any_more_is_taken_off(world: World) -> None:
    await world.tell()
    del world.people["mother"]
    assert await world.tell()
    assert (await world.invitation("mother")).state is InvitationState.WITHDRAWN
    assert ("mother@example.org", "CANCEL") in [mailed[:2] for mailed in world.calendar.mailed]
    assert [mailed[1] for mailed in world.calendar.mailed if mailed[0] == "chair@example.org"] == ["REQUEST"]


async def test_who_comes_later_is_invited_without_mailing_the_others(world: World) -> None:
    late = world.people.pop("worker")
    await world.tell()
    assert (await world.invitation("worker")).state is InvitationState.NEEDS_PERSON
    world.people["worker"] = late
    assert await world.tell()
    assert [mailed[0] for mailed in world.calendar.mailed].count("chair@example.org") == 1
    assert (await world.invitation("worker")).state is InvitationState.SENT


async def test_a_route_is_kept_once_it_was_used(world: World) -> None:
    await world.tell()
    _keep_apart(world)
    assert await world.tell()
    one = await world.invitation("father")
    assert one.route is Route.OWN_EVENT and one.state is InvitationState.NEEDS_PERSON
    assert world.mail.accepted == []


@pytest.mark.parametrize("channel", [Channel.TEXT, Channel.LETTER, Channel.IN_PERSON, Channel.NONE])
async def test_what_is_told_by_hand_is_never_shown_as_sent(world: World, channel: Channel) -> None:
    world.people["mother"] = recipient("mother", channel=channel)
    assert await world.tell()
    one = await world.invitation("mother")
    assert one.state is InvitationState.NEEDS_PERSON and one.trouble and one.told_revision == 0
    assert all(mailed[0] != "mother@example.org" for mailed in world.calendar.mailed)


async def test_an_event_that_was_refused_waits_for_a_person(world: World) -> None:
    world.calendar.faults.planned = ["refused"]
    assert await world.tell()
    one = await world.invitation("chair")
    assert one.state is InvitationState.NEEDS_PERSON and "ERROR_ACCESS_DENIED" in one.trouble
    calls = world.calendar.calls
    assert await world.tell() and world.calendar.calls == calls


async def test_a_cancellation_that_outlook_refuses_is_asked_once_and_again_after_a_rest(world: World) -> None:
    await world.tell()
    world.cancel()
    ours = len(world.calendar.live)
    calls = world.calendar.calls
    world.calendar.faults.planned = ["refused"] * ours
    again_at = await tell_people(world.desk, world.caller, world.meeting.name)
    assert again_at is not None and again_at > world.clock.now()
    assert world.calendar.calls == calls + ours
    one = await world.invitation("chair")
    assert one.state is InvitationState.NEEDS_PERSON and "ERROR_ACCESS_DENIED" in one.trouble
    assert await tell_people(world.desk, world.caller, world.meeting.name) is None
    assert world.calendar.live == []
    assert (await world.invitation("chair")).state is InvitationState.WITHDRAWN


async def test_a_lane_that_outlook_refuses_to_let_look_rests(world: World) -> None:
    await world.tell()
    world.move(1)
    world.calendar.faults.planned = ["", "lost", "", "", "", ""]
    await world.tell()
    world.calendar.faults.planned = ["refused"]
    again_at = await tell_people(world.desk, world.caller, world.meeting.name)
    assert again_at is not None and again_at > world.clock.now()
    assert (await world.invitation("chair")).state is InvitationState.NEEDS_PERSON


async def test_whoever_comes_after_a_lost_create_is_not_counted_as_invited_by_it(world: World) -> None:
    alone = tuple(one for one in world.meeting.invitees if one.person != person("worker"))
    everybody, world.meeting = world.meeting.invitees, replace(world.meeting, invitees=alone)
    world.calendar.faults.planned = ["lost"]
    await world.tell()
    world.meeting = replace(world.meeting, invitees=everybody, revision=2)
    # The look does not find it yet, and the create is answered with the event that was made first.
    world.calendar.unfound = 1
    world.calendar.faults.planned = ["", "", "crash before"]
    await world.tell()
    assert (await world.invitation("worker")).told_revision == 0
    assert await world.tell(3)
    assert "worker@example.org" in {one[0] for one in world.calendar.mailed}
    assert (await world.invitation("worker")).state is InvitationState.SENT


async def test_an_event_that_somebody_changed_is_read_again(world: World) -> None:
    await world.tell()
    world.move(1)
    world.calendar.faults.planned = ["", "changed"]
    assert await world.tell()
    assert {kept.draft.start for kept in world.calendar.live} == {world.meeting.start}


async def test_an_event_that_was_deleted_in_outlook_is_not_made_again(world: World) -> None:
    await world.tell()
    shared = next(kept for kept in world.calendar.live if len(kept.draft.attendees) == 2)
    shared.cancelled = True
    world.move(1)
    assert await world.tell()
    states = {event.audience: event.state for event in await world.events()}
    assert states["staff"] is EventState.LOST and len(world.calendar.events) == 3
    assert (await world.invitation("chair")).state is InvitationState.NEEDS_PERSON


async def test_a_leak_stops_that_message_and_no_other(world: World) -> None:
    world.people["father"] = replace(world.people["father"], protected=("Permanence planning",))
    await world.tell()
    assert (await world.invitation("mother")).state is InvitationState.NEEDS_PERSON
    assert (await world.invitation("father")).state is InvitationState.SENT
    assert all(mailed[0] == "father@example.org" for mailed in world.calendar.mailed)


@pytest.mark.parametrize("fault", ["lost", "crash after"])
async def test_a_doubtful_message_keeps_its_sequence_to_itself(world: World, fault: str) -> None:
    _keep_apart(world)
    world.mail.faults.planned = [fault]
    await world.tell()
    world.mail.faults.planned = ["down"]
    await world.tell()
    world.move(1)
    assert await world.tell()
    assert [mail.sequence for mail in world.mail.accepted] == [0, 1]
    world.cancel()
    assert await world.tell()
    assert [mail.method for mail in world.mail.accepted][-1] is MailMethod.CANCEL


@pytest.mark.parametrize("fault", ["lost", "crash after"])
async def test_a_cancellation_reaches_whoever_may_have_been_told(world: World, fault: str) -> None:
    _keep_apart(world)
    world.mail.faults.planned = [fault]
    await world.tell()
    world.cancel()
    assert await world.tell()
    assert [mail.method for mail in world.mail.accepted] == [MailMethod.REQUEST, MailMethod.CANCEL]


async def test_an_old_event_given_for_the_same_transaction_is_brought_up_to_date(world: World) -> None:
    world.calendar.faults.planned = ["lost", "down"]
    await world.tell()
    original = world.calendar.find

    async def sees_nothing_yet(*_: object) -> None:
        world.calendar.find = original  # type: ignore[method-assign]

    world.calendar.find = sees_nothing_yet  # type: ignore[method-assign]
    world.move(2)
    assert await world.tell(tries=3)
    assert {kept.draft.start for kept in world.calendar.live} == {world.meeting.start}
    assert len(world.calendar.events) == 3


async def test_who_holds_the_facts_is_not_troubled_by_somebody_elses_change(world: World) -> None:
    late = world.people.pop("worker")
    await world.tell()
    world.people["worker"] = late
    world.calendar.faults.planned = ["", "down"]
    assert not await world.tell()
    assert (await world.invitation("chair")).state is InvitationState.SENT
    assert (await world.invitation("worker")).state is InvitationState.WAITING


@pytest.mark.parametrize("told_before", [False, True])
async def test_who_must_not_meet_by_now_is_not_asked_to_one_session(world: World, told_before: bool) -> None:
    """An order made after the booking: the scheduler could not know of it, what leaves today can."""
    if told_before:
        assert await world.tell()
    before = {name: (await world.invitation(name)).messages_sent for name in world.people} if told_before else {}
    world.restrictions = (Restriction(RestrictionKind.MUST_NOT_MEET, person("father"), person("mother")),)
    world.move(2)
    assert await world.tell()
    for name in ("father", "mother"):
        one = await world.invitation(name)
        assert (one.state, one.trouble) == (InvitationState.NEEDS_PERSON, MUST_NOT_MEET)
        assert one.messages_sent == before.get(name, 0)
    assert (await world.invitation("chair")).state is InvitationState.SENT


async def test_who_comes_to_parts_of_their_own_is_asked(world: World) -> None:
    world.restrictions = (Restriction(RestrictionKind.MUST_NOT_MEET, person("father"), person("mother")),)
    later = replace(
        world.meeting.sessions[0], number=2, start=START + timedelta(hours=2), end=START + timedelta(hours=3)
    )
    own = {person("father"): (2,), person("mother"): (1,)}
    invitees = tuple(replace(one, sessions=own.get(one.person, ())) for one in world.meeting.invitees)
    world.meeting = replace(world.meeting, sessions=(*world.meeting.sessions, later), invitees=invitees)
    assert await world.tell()
    assert (await world.invitation("father")).state is InvitationState.SENT


@pytest.mark.parametrize("kept_apart", [False, True])
async def test_nothing_is_called_off_by_a_way_that_is_not_safe_any_more(world: World, kept_apart: bool) -> None:
    """Somebody else reads the mother's mail by now: a cancellation would tell them as much as an invitation."""
    if kept_apart:
        world.restrictions = (Restriction(RestrictionKind.MUST_NOT_KNOW, person("mother"), person("father")),)
    assert await world.tell()
    sent = len([one for one in world.calendar.mailed if one[0] == "mother@example.org"]) + len(world.mail.accepted)
    world.people["mother"] = recipient("mother", unsafe_channels=frozenset({Channel.EMAIL}))
    world.cancel()
    assert await world.tell()
    now = len([one for one in world.calendar.mailed if one[0] == "mother@example.org"]) + len(world.mail.accepted)
    one = await world.invitation("mother")
    assert (now, one.state, one.trouble) == (sent, InvitationState.NEEDS_PERSON, TELL_OFF_UNSAFE)
    assert (await world.invitation("father")).state is InvitationState.WITHDRAWN


@pytest.mark.parametrize("channel", [Channel.EMAIL, Channel.TEXT, Channel.LETTER])
async def test_nothing_is_called_off_where_the_person_is_not_any_more(world: World, channel: Channel) -> None:
    """A new number or address is on record: somebody else may have the old one."""
    told_by(world, "mother", channel)
    notify = with_notify(world, Channel.TEXT, Channel.LETTER)
    assert await world.tell()
    sent = len([one for one in world.calendar.mailed if one[0] == "mother@example.org"]) + len(notify.messages)
    elsewhere = {"phone": "+447700900456", "postal_lines": ("9 Quarry Lane", *LINES[1:]), "email": "new@example.org"}
    told_by(world, "mother", channel, **elsewhere)
    world.cancel()
    assert await world.tell()
    now = len([one for one in world.calendar.mailed if one[0] == "mother@example.org"]) + len(notify.messages)
    one = await world.invitation("mother")
    assert (now, one.state, one.trouble) == (sent, InvitationState.NEEDS_PERSON, TELL_OFF_UNSAFE)


async def test_a_number_that_is_only_written_differently_is_told_that_it_is_off(world: World) -> None:
    told_by(world, "mother", Channel.TEXT)
    notify = with_notify(world, Channel.TEXT)
    assert await world.tell()
    told_by(world, "mother", Channel.TEXT, phone="07700 900 123")
    world.cancel()
    assert await world.tell()
    assert len(notify.messages) == 2
