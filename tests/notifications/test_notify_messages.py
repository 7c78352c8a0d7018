"""Text messages and letters through GOV.UK Notify: the words, once each, and what is not safe."""

from dataclasses import replace

import pytest

from services.notifications.app.list_invitations import get_meeting_delivery
from services.notifications.app.preview_invitations import preview_invitations
from services.notifications.app.release_invitations import Release, read_for_release, release_invitations
from services.notifications.app.send_mail import NOTIFY_IN_DOUBT, NOTIFY_NOT_REACHED, NOTIFY_REFUSED
from services.notifications.domain.brake import HOUR, Source
from services.notifications.domain.delivery import DeliveryState
from services.notifications.domain.draft import TELL_OFF_UNSAFE
from services.notifications.domain.invitation_state import InvitationState
from services.notifications.domain.meeting import Channel, Restriction, RestrictionKind, Session
from services.notifications.domain.notify_message import SHOWN_WITHIN
from services.notifications.domain.plain_message import words_sent
from services.notifications.domain.postal_address import why_no_letter
from services.notifications.domain.rendering import WE_WILL_TELL_YOU
from services.notifications.domain.route import NO_NUMBER, Route
from services.notifications.domain.wish import MUST_NOT_MEET, WAY_CHANGED
from tests.notifications.scripted_notify import LINES, PHONE, ScriptedNotify, told_by, with_notify
from tests.notifications.world import World, person


@pytest.fixture
def notify(world: World) -> ScriptedNotify:
    """The mother is told by text message; the council has templates for texts and letters."""
    told_by(world, "mother", Channel.TEXT)
    return with_notify(world, Channel.TEXT, Channel.LETTER)


async def test_a_text_says_when_and_where_and_nobodys_name(world: World, notify: ScriptedNotify) -> None:
    assert await world.tell()
    [message] = notify.messages
    one = await world.invitation("mother")
    assert (message.route, message.address) == (Route.TEXT, PHONE)
    assert message.reference == f"{one.id}.0"
    assert message.text == (
        "You are asked to come to a meeting (ref M-2041). When: Tuesday 24 March 2026, 10:00 to 11:30."
        " Where: Room 4, Civic Centre. Please tell us whether you can come."
    )
    assert (one.state, one.route, one.messages_sent) == (InvitationState.SENT, Route.TEXT, 1)
    assert not [mail for mail in world.mail.accepted if mail.recipient == "mother@example.org"]


async def test_a_second_look_sends_nothing(world: World, notify: ScriptedNotify) -> None:
    await world.tell()
    assert await world.tell()
    assert len(notify.messages) == 1


async def test_a_move_and_a_cancellation_say_which_meeting(world: World, notify: ScriptedNotify) -> None:
    await world.tell()
    world.move(2)
    await world.tell()
    world.cancel()
    assert await world.tell()
    _, moved, off = notify.messages
    assert moved.text.startswith("This replaces what we told you before. You are asked")
    assert "12:00 to 13:30" in moved.text
    assert off.text == (
        "About the meeting on Tuesday 24 March 2026, 12:00 to 13:30 (ref M-2041)."
        " This meeting will not take place. You need not do anything."
    )
    assert len({message.reference for message in notify.messages}) == 3
    assert (await world.invitation("mother")).state is InvitationState.WITHDRAWN


async def test_a_letter_has_the_name_and_the_lines_and_no_name_in_its_words(world: World) -> None:
    told_by(world, "mother", Channel.LETTER)
    notify = with_notify(world, Channel.LETTER)
    await world.tell()
    [message] = notify.messages
    assert message.route is Route.LETTER
    assert message.address.split("\n") == ["Robin Mother", *LINES]
    assert "Permanence planning meeting" in message.text and "Robin" not in message.text
    assert "Others who are asked, by role: father, social worker, team manager" in message.text
    assert message.subject_line == "Permanence planning meeting · M-2041"


async def test_an_email_goes_by_notify_only_without_a_mail_server(world: World) -> None:
    notify = with_notify(world, Channel.EMAIL)
    council = world.caller.council_id
    outside = world.desk.outside[council]
    sender = replace(outside.sender, mail_from="", mailbox="")
    without = replace(outside, sender=sender, mail=None, calendar=None)
    world.desk = replace(world.desk, outside={council: without})
    world.meeting = replace(world.meeting, invitees=world.meeting.invitees[2:])
    await world.tell()
    assert {message.address for message in notify.messages} == {"mother@example.org", "father@example.org"}
    assert {message.route for message in notify.messages} == {Route.NOTIFY_EMAIL}


async def test_without_notify_it_is_done_by_hand(world: World) -> None:
    told_by(world, "mother", Channel.TEXT)
    await world.tell()
    one = await world.invitation("mother")
    assert one.route is Route.BY_HAND and "by text message" in one.trouble


@pytest.mark.parametrize(
    ("channel", "changes", "trouble"),
    [
        (Channel.TEXT, {"phone": ""}, NO_NUMBER),
        (Channel.LETTER, {"postal_lines": ("7 Quarry Lane", "Northtown")}, why_no_letter(("a", "b"))),
        (Channel.TEXT, {"unsafe_channels": frozenset({Channel.TEXT})}, "No safe way of telling this person"),
    ],
)
async def test_what_cannot_go_says_what_to_do(
    world: World, notify: ScriptedNotify, channel: Channel, changes: dict[str, object], trouble: str
) -> None:
    told_by(world, "mother", channel, **changes)
    await world.tell()
    one = await world.invitation("mother")
    assert one.trouble.startswith(trouble) and one.state is InvitationState.NEEDS_PERSON
    assert notify.messages == []


@pytest.mark.parametrize(
    ("lines", "usable"),
    [
        (LINES, True),
        (("7 Quarry Lane", "zz1 1aa"), True),
        (("1", "2", "3", "4", "5", "ZZ1 1AA"), True),
        (("1", "2", "3", "4", "5", "6", "ZZ1 1AA"), False),
        (("ZZ1 1AA",), False),
        ((), False),
        (("ZZ1 1AA", "Northtown"), False),
    ],
)
def test_which_addresses_a_letter_reaches(lines: tuple[str, ...], usable: bool) -> None:
    assert (why_no_letter(lines) == "") is usable


async def test_a_child_is_asked_by_a_person(world: World, notify: ScriptedNotify) -> None:
    told_by(world, "mother", Channel.TEXT)
    invitees = tuple(
        replace(one, role="child") if one.person == person("mother") else one for one in world.meeting.invitees
    )
    world.meeting = replace(world.meeting, invitees=invitees)
    await world.tell()
    assert notify.messages == [] and (await world.invitation("mother")).route is Route.BY_HAND


async def test_whoever_is_kept_apart_is_not_told_the_place(world: World, notify: ScriptedNotify) -> None:
    world.restrictions = (Restriction(RestrictionKind.MUST_NOT_KNOW, person("mother"), person("father")),)
    await world.tell()
    [message] = notify.messages
    assert WE_WILL_TELL_YOU.rstrip(".") in message.text and "Room 4" not in message.text


async def test_who_must_not_meet_is_sent_nothing(world: World, notify: ScriptedNotify) -> None:
    world.restrictions = (Restriction(RestrictionKind.MUST_NOT_MEET, person("mother"), person("father")),)
    await world.tell()
    assert notify.messages == [] and (await world.invitation("mother")).trouble == MUST_NOT_MEET


async def test_a_part_of_the_meeting_is_told_alone(world: World, notify: ScriptedNotify) -> None:
    first = world.meeting.sessions[0]
    later = Session(2, first.end, first.end + (first.end - first.start))
    invitees = tuple(
        replace(one, sessions=(2,)) if one.person == person("mother") else one for one in world.meeting.invitees
    )
    world.meeting = replace(world.meeting, sessions=(first, later), invitees=invitees)
    await world.tell()
    assert "When: Tuesday 24 March 2026, 11:30 to 13:00." in notify.messages[0].text


async def test_a_place_that_is_somebodys_is_not_in_a_text(world: World, notify: ScriptedNotify) -> None:
    world.meeting = replace(world.meeting, room_name="Oak Tree Primary")
    await world.tell()
    [message] = notify.messages
    assert "Oak Tree" not in message.text and f"Where: {WE_WILL_TELL_YOU.rstrip('.')}." in message.text


async def test_the_last_check_stops_a_text(world: World, notify: ScriptedNotify) -> None:
    world.meeting = replace(world.meeting, reference="Oak Tree Primary")
    await world.tell()
    assert notify.messages == [] and "last check" in (await world.invitation("mother")).trouble


async def test_a_restricted_case_waits_for_release(world: World, notify: ScriptedNotify) -> None:
    world.restricted = True
    await world.tell()
    assert notify.messages == []
    manager = world.user("business-support-manager")
    shown = await preview_invitations(world.desk, manager, world.meeting.name)
    texts = {one.person: one.rendering for one in shown.previews}
    rendering = texts[person("mother")]
    assert rendering is not None and rendering.address == PHONE
    view = await read_for_release(world.desk, manager, world.meeting.name)
    async with world.begin(manager) as unit:
        await release_invitations(unit, world.desk, manager, view, Release(world.meeting.name, shown.token))
    assert await world.tell()
    assert notify.messages[0].text == rendering.body_text, "what was shown is what left"


@pytest.mark.parametrize("fault", ["lost", "crash after"])
async def test_a_lost_answer_is_looked_up_and_never_sent_twice(
    world: World, notify: ScriptedNotify, fault: str
) -> None:
    notify.faults.planned = [fault]
    assert not await world.tell()
    before = await world.invitation("mother")
    assert before.in_doubt and (fault != "lost" or before.trouble == NOTIFY_IN_DOUBT)
    notify.reading.planned = ["down"]
    assert not await world.tell(), "as long as nobody can look, nothing is sent"
    assert await world.tell()
    one = await world.invitation("mother")
    assert len(notify.messages) == 1
    assert (one.state, one.messages_sent, one.trouble) == (InvitationState.SENT, 1, "")


@pytest.mark.parametrize("fault", ["lost", "crash after"])
async def test_what_is_not_shown_yet_is_not_sent_again(world: World, notify: ScriptedNotify, fault: str) -> None:
    notify.faults.planned, notify.hides = [fault], True
    for _ in range(3):
        assert not await world.tell()
        world.clock.instant += SHOWN_WITHIN / 4
    assert (await world.invitation("mother")).trouble == NOTIFY_IN_DOUBT
    notify.hides = False
    assert await world.tell() and len(notify.messages) == 1
    async with world.begin(world.caller) as unit:
        assert await unit.brakes.left_since(Source.MAIL, world.clock.now() - HOUR) == 1, "looking counts for nobody"


@pytest.mark.parametrize("fault", ["down", "crash before"])
async def test_what_never_left_goes_once(world: World, notify: ScriptedNotify, fault: str) -> None:
    notify.faults.planned = [fault]
    assert not await world.tell()
    one = await world.invitation("mother")
    assert (one.trouble == NOTIFY_NOT_REACHED) is (fault == "down")
    assert await world.tell() is (fault == "down"), "as long as it may still be shown, it is looked for"
    world.clock.instant += SHOWN_WITHIN
    assert await world.tell()
    assert [message.reference for message in notify.messages] == [f"{one.id}.0"]


async def test_a_refusal_is_a_persons_to_look_at(world: World, notify: ScriptedNotify) -> None:
    notify.faults.planned = ["refused"]
    await world.tell()
    one = await world.invitation("mother")
    assert one.trouble == NOTIFY_REFUSED.format(reason="ERROR_ACCESS_DENIED")
    delivery = await get_meeting_delivery(world.desk, world.user("business-support"), world.meeting.name)
    assert delivery.state is DeliveryState.NEEDS_PERSON


async def test_a_moved_meeting_in_doubt_tells_only_the_new_time(world: World, notify: ScriptedNotify) -> None:
    notify.faults.planned = ["lost"]
    await world.tell()
    world.move(1)
    assert await world.tell()
    assert [message.reference.rpartition(".")[2] for message in notify.messages] == ["0", "1"]


async def test_a_way_that_became_unsafe_is_not_used_to_call_off(world: World, notify: ScriptedNotify) -> None:
    await world.tell()
    told_by(world, "mother", Channel.TEXT, unsafe_channels=frozenset({Channel.TEXT}))
    world.cancel()
    await world.tell()
    assert len(notify.messages) == 1
    assert (await world.invitation("mother")).trouble == TELL_OFF_UNSAFE


async def test_another_channel_later_is_told_by_a_person(world: World, notify: ScriptedNotify) -> None:
    await world.tell()
    told_by(world, "mother", Channel.EMAIL)
    await world.tell()
    assert len(notify.messages) == 1 and (await world.invitation("mother")).trouble == WAY_CHANGED


async def test_a_link_stands_in_the_text_and_in_no_digest(world: World, notify: ScriptedNotify) -> None:
    shown = await preview_invitations(world.desk, world.user("business-support"), world.meeting.name)
    rendering = {one.person: one.rendering for one in shown.previews}[person("mother")]
    assert rendering is not None
    linked = replace(rendering, link="https://meetings.example.org/invitation/north.abc")
    assert linked.content_digest() == rendering.content_digest()
    assert words_sent(linked, replaces=False, link=linked.link).endswith("invitation/north.abc")


async def test_a_preview_shows_a_change_as_it_leaves(world: World, notify: ScriptedNotify) -> None:
    await world.tell()
    world.move(1)
    shown = await preview_invitations(world.desk, world.user("business-support"), world.meeting.name)
    rendering = {one.person: one.rendering for one in shown.previews}[person("mother")]
    await world.tell()
    assert rendering is not None and rendering.body_text == notify.messages[-1].text


async def test_a_person_who_is_called_like_one_of_our_words_stops_nothing(world: World, notify: ScriptedNotify) -> None:
    father = world.people["father"]
    world.people["father"] = replace(father, protected=(*father.protected, "Ref"))
    await world.tell()
    assert len(notify.messages) == 1
