"""Reminding and chasing: when, whom, by which way, once, and nothing that is no longer so."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from rulebook.pack import Ladder
from rulebook.working_days import england_and_wales
from servicekit.page import PageRequest
from services.notifications.app.list_invitations import list_invitations
from services.notifications.app.list_sendings import list_sendings
from services.notifications.app.plan_reminders import plan_reminders
from services.notifications.app.preview_invitations import preview_invitations
from services.notifications.app.read_receipts import read_receipts
from services.notifications.app.read_view import read_view
from services.notifications.app.release_invitations import Release, read_for_release, release_invitations
from services.notifications.app.remind_person import STOPPED, remind_person
from services.notifications.app.take_answer import Given, may_record_answer, record_answer
from services.notifications.app.tell_people import StillWaitingError
from services.notifications.domain.answer import Answer
from services.notifications.domain.meeting import Channel
from services.notifications.domain.notify_message import SHOWN_WITHIN
from services.notifications.domain.quiet_hours import LONDON, next_allowed
from services.notifications.domain.reminder import NO_ANSWER, NOT_REMINDED, Reminder, ReminderKind, ReminderState
from services.notifications.domain.route import Route
from services.notifications.domain.sending import MessageKind, SendingOutcome
from tests.notifications.attendee_page import LINK, SIGNER
from tests.notifications.scripted_notify import ScriptedNotify, told_by, with_notify
from tests.notifications.world import Crash, World, person, recipient

KIND = ReminderKind
# Told on Monday 16 March 2026 at 9:00; the meeting is on Tuesday the 24th at 10:00.
CHASE, SECOND = datetime(2026, 3, 19, 9, tzinfo=UTC), datetime(2026, 3, 23, 9, tzinfo=UTC)
REMINDER = datetime(2026, 3, 20, 9, tzinfo=UTC)


@pytest.fixture
async def notify(world: World) -> ScriptedNotify:
    """The mother was told by text message, the father by an event that Exchange sent to him."""
    told_by(world, "mother", Channel.TEXT)
    made = with_notify(world, Channel.TEXT, Channel.LETTER)
    assert await world.tell()
    return made


async def rows(world: World, name: str) -> list[Reminder]:
    async with world.begin(world.caller) as unit:
        found = await unit.reminders.of_meetings([world.meeting.name])
    return [one for one in found if one.person == person(name)]


async def states(world: World, name: str) -> dict[ReminderKind, ReminderState]:
    return {one.kind: one.state for one in await rows(world, name)}


async def kept(world: World, name: str) -> list[tuple[Route, MessageKind, SendingOutcome]]:
    """What the meeting's timeline says of the person after the invitation."""
    page = await list_sendings(world.desk, world.user("business-support"), world.meeting.name, PageRequest(50, ()))
    found = [one.sending for one in page.sendings if one.sending.person == person(name)]
    return [(one.route, one.kind, one.outcome) for one in found[1:]]


async def remind(world: World, name: str, at: datetime) -> datetime | None:
    """The person's lane at that time; whatever waits is tried again once."""
    world.clock.instant = at
    for _ in range(3):
        try:
            return await remind_person(world.desk, world.caller, person(name))
        except (StillWaitingError, Crash):
            continue
    raise AssertionError("it did not come to rest")


async def answer(world: World, name: str, given: Answer) -> None:
    officer = world.user("business-support")
    one = await world.invitation(name)
    meeting = await may_record_answer(world.desk, officer, one.id)
    async with world.begin(officer) as unit:
        await record_answer(unit, officer, meeting, Given(one.id, given))
    await world.tell()


async def test_when_each_step_comes(world: World, notify: ScriptedNotify) -> None:
    due = {one.kind: one.due_at for one in await rows(world, "mother")}
    assert due == {KIND.REMINDER: REMINDER, KIND.CHASE: CHASE, KIND.SECOND_CHASE: SECOND}
    assert await rows(world, "chair") == [], "Outlook reminds staff"
    assert {one.kind for one in await rows(world, "father")} == set(due)


async def test_a_councils_own_ladder_for_the_kind_of_meeting(world: World) -> None:
    told_by(world, "mother", Channel.TEXT)
    with_notify(world, Channel.TEXT)
    own = {"ppm": Ladder(remind_before=1, chase_after=1, ring_after=1), "cic_review": Ladder(remind_before=4)}
    world.desk = replace(world.desk, ladders={world.caller.council_id: own})
    assert await world.tell()
    assert {one.kind: one.due_at for one in await rows(world, "mother")} == {
        KIND.CHASE: datetime(2026, 3, 17, 9, tzinfo=UTC),
        KIND.SECOND_CHASE: CHASE,
        KIND.RING: REMINDER,
        KIND.REMINDER: SECOND,
    }


async def test_a_text_reminds_once(world: World, notify: ScriptedNotify) -> None:
    await answer(world, "mother", Answer.ACCEPTED)
    assert await remind(world, "mother", REMINDER - timedelta(hours=1)) == REMINDER
    assert await remind(world, "mother", REMINDER) is None
    assert await remind(world, "mother", REMINDER + timedelta(hours=1)) is None
    _, message = notify.messages
    assert message.text == "This is a reminder. Ref M-2041: Tuesday 24 March 2026, 10:00 to 11:30."
    assert await states(world, "mother") == {KIND.REMINDER: ReminderState.SENT}
    assert await kept(world, "mother") == [(Route.TEXT, MessageKind.REMINDER, SendingOutcome.CONFIRMED)]


async def test_chased_twice_then_somebody_rings(world: World, notify: ScriptedNotify) -> None:
    shift = timedelta(days=28)
    sessions = tuple(replace(one, start=one.start + shift, end=one.end + shift) for one in world.meeting.sessions)
    world.meeting = replace(world.meeting, sessions=sessions, revision=2)
    await world.tell()
    at: datetime | None = CHASE
    while at is not None and at < world.meeting.start:
        at = await remind(world, "mother", at)
    texts = [message.text for message in notify.messages[2:]]
    assert len(texts) == 3, "two chases and the reminder"
    assert texts[0] == (
        "We have not heard from you yet. Ref M-2041: Tuesday 21 April 2026, 11:00 to 12:30."
        " Please tell us whether you can come."
    )
    ring = (await states(world, "mother"))[KIND.RING]
    assert ring is ReminderState.TO_RING
    page = await list_invitations(world.desk, world.user("business-support"), world.meeting.name, PageRequest(50, ()))
    assert [one.trouble for one in page.reminders if one.state is ReminderState.TO_RING].count(NO_ANSWER) >= 1
    await answer(world, "mother", Answer.TENTATIVE)
    assert KIND.RING not in await states(world, "mother")


async def test_an_answer_ends_the_chase_and_no_ends_all(world: World, notify: ScriptedNotify) -> None:
    await answer(world, "mother", Answer.ACCEPTED)
    assert set(await states(world, "mother")) == {KIND.REMINDER}
    world.clock.instant += timedelta(minutes=1)
    await answer(world, "mother", Answer.DECLINED)
    assert await states(world, "mother") == {}


async def test_an_answer_that_came_just_before_is_seen(world: World, notify: ScriptedNotify) -> None:
    officer = world.user("business-support")
    one = await world.invitation("mother")
    meeting = await may_record_answer(world.desk, officer, one.id)
    async with world.begin(officer) as unit:
        await record_answer(unit, officer, meeting, Given(one.id, Answer.ACCEPTED))
    await remind(world, "mother", CHASE)
    assert len(notify.messages) == 1 and (await states(world, "mother"))[KIND.CHASE] is ReminderState.OVER


async def test_a_moved_meeting_has_reminders_of_its_own(world: World, notify: ScriptedNotify) -> None:
    world.move(24)
    await world.tell()
    due = {one.kind: one.due_at for one in await rows(world, "mother")}
    assert due[KIND.REMINDER] == datetime(2026, 3, 23, 9, tzinfo=UTC)
    assert len(due) == len(await rows(world, "mother"))


async def test_a_cancelled_meeting_has_none(world: World, notify: ScriptedNotify) -> None:
    world.cancel()
    await world.tell()
    assert await rows(world, "mother") == []
    assert await remind(world, "mother", REMINDER) is None and len(notify.messages) == 2


@pytest.mark.parametrize("change", ["unsafe", "number", "gone", "moved", "unseen", "restricted"])
async def test_what_is_not_so_any_more_is_not_sent(world: World, notify: ScriptedNotify, change: str) -> None:
    match change:
        case "unsafe":
            told_by(world, "mother", Channel.TEXT, unsafe_channels=frozenset({Channel.TEXT}))
        case "number":
            told_by(world, "mother", Channel.TEXT, phone="+447700900456")
        case "gone":
            del world.people["mother"]
        case "moved":
            world.move(1)
        case "unseen":
            world.seen = False
        case "restricted":
            world.restricted = True
    await remind(world, "mother", REMINDER)
    assert len(notify.messages) == 1
    assert (await states(world, "mother"))[KIND.REMINDER] is ReminderState.OVER


async def test_a_case_that_became_restricted_reminds_once_it_was_let_go(world: World, notify: ScriptedNotify) -> None:
    world.restricted = True
    manager = world.user("business-support-manager")
    token = (await preview_invitations(world.desk, manager, world.meeting.name)).token
    view = await read_for_release(world.desk, manager, world.meeting.name)
    async with world.begin(manager) as unit:
        await release_invitations(unit, world.desk, manager, view, Release(world.meeting.name, token))
    assert await world.tell()
    await remind(world, "mother", REMINDER)
    assert len(notify.messages) == 2 and (await states(world, "mother"))[KIND.REMINDER] is ReminderState.SENT


async def test_whoever_is_asked_again_has_a_link_that_opens(world: World, notify: ScriptedNotify) -> None:
    council = world.caller.council_id
    outside = world.desk.outside[council]
    sender = replace(outside.sender, links=SIGNER)
    world.desk = replace(world.desk, outside={council: replace(outside, sender=sender)})
    await remind(world, "mother", CHASE)
    await remind(world, "mother", REMINDER)
    links = [LINK.findall(message.text) for message in notify.messages[1:]]
    assert len(links) == 2 and links[0] == links[1] and len(links[0]) == 1, "nobody used it: it stays"
    one = await world.invitation("mother")
    async with world.begin(world.caller) as unit:
        link = await unit.links.get(one.id)
        assert link is not None
        await unit.links.put(link.used_by("a browser", unit.now()))
    await remind(world, "mother", SECOND)
    [fresh] = LINK.findall(notify.messages[-1].text)
    assert len(notify.messages) == 4 and fresh != links[0][0]


async def test_one_message_for_what_is_due_on_a_day(world: World, notify: ScriptedNotify) -> None:
    await answer(world, "mother", Answer.ACCEPTED)
    first = world.meeting
    sessions = tuple(
        replace(one, start=one.start + timedelta(hours=4), end=one.end + timedelta(hours=4)) for one in first.sessions
    )
    second = replace(first, name=f"councils/north/meetings/{uuid4()}", reference="M-2042", sessions=sessions)
    world.meeting = second
    await world.tell()
    await answer(world, "mother", Answer.ACCEPTED)
    both = {first.name: first, second.name: second}

    class Both:
        async def meeting(self, caller: object, name: str) -> object:
            return both.get(name)

    world.desk = replace(world.desk, meetings=Both())  # type: ignore[arg-type]
    await remind(world, "mother", REMINDER)
    assert len(notify.messages) == 3
    assert notify.messages[-1].text == (
        "This is a reminder. Ref M-2041: Tuesday 24 March 2026, 10:00 to 11:30."
        " Ref M-2042: Tuesday 24 March 2026, 14:00 to 15:30."
    )


async def test_exchange_is_followed_by_words_and_no_second_entry(world: World, notify: ScriptedNotify) -> None:
    await remind(world, "father", CHASE)
    [mail] = world.mail.texts
    assert (mail.recipient, mail.subject_line) == ("father@example.org", "Reminder of a meeting · M-2041")
    assert "Robin" not in mail.body_text and "Room 4" not in mail.body_text


async def test_by_post_nobody_is_reminded_but_rung(world: World) -> None:
    told_by(world, "mother", Channel.LETTER)
    with_notify(world, Channel.LETTER)
    world.move(24 * 14)
    await world.tell()
    assert set(await states(world, "mother")) == {KIND.RING}


@pytest.mark.parametrize("fault", ["lost", "crash after"])
async def test_a_text_with_a_lost_answer_is_found_and_not_repeated(
    world: World, notify: ScriptedNotify, fault: str
) -> None:
    notify.faults.planned, notify.reading.planned = [fault], ["down"]
    await remind(world, "mother", CHASE)
    assert len(notify.messages) == 2 and (await states(world, "mother"))[KIND.CHASE] is ReminderState.SENT
    assert await kept(world, "mother") == [(Route.TEXT, MessageKind.REMINDER, SendingOutcome.CONFIRMED)]


async def test_a_text_that_is_not_shown_yet_is_not_sent_again(world: World, notify: ScriptedNotify) -> None:
    notify.faults.planned, notify.hides = ["crash after"], True
    with pytest.raises(AssertionError, match="rest"):
        await remind(world, "mother", CHASE)
    assert len(notify.messages) == 2
    notify.hides = False
    await remind(world, "mother", CHASE + SHOWN_WITHIN)
    assert len(notify.messages) == 2 and (await states(world, "mother"))[KIND.CHASE] is ReminderState.SENT


@pytest.mark.parametrize("fault", ["down", "crash before"])
async def test_a_text_that_never_left_goes_once(world: World, notify: ScriptedNotify, fault: str) -> None:
    notify.faults.planned = [fault]
    if fault == "down":
        await remind(world, "mother", CHASE)
    else:
        with pytest.raises(AssertionError, match="rest"):
            await remind(world, "mother", CHASE)
        await remind(world, "mother", CHASE + SHOWN_WITHIN)
    assert len(notify.messages) == 2


async def test_an_email_with_a_lost_answer_is_repeated_in_every_byte(world: World, notify: ScriptedNotify) -> None:
    world.mail.faults.planned = ["lost"]
    await remind(world, "father", CHASE)
    first, second = world.mail.texts
    assert first == second
    assert await kept(world, "father") == [
        (Route.EMAIL, MessageKind.REMINDER, SendingOutcome.UNKNOWN),
        (Route.EMAIL, MessageKind.REMINDER, SendingOutcome.CONFIRMED),
    ]


async def test_a_refused_or_failed_reminder_is_somebodys_to_ring(world: World, notify: ScriptedNotify) -> None:
    notify.faults.planned = ["refused"]
    await remind(world, "mother", CHASE)
    assert [one.trouble for one in await rows(world, "mother") if one.kind is KIND.CHASE] == [NOT_REMINDED]
    await remind(world, "mother", REMINDER)
    notify.statuses[list(notify.taken)[-1]] = "permanent-failure"
    world.clock.instant += timedelta(minutes=1)
    await read_receipts(world.desk, world.caller)
    [reminder] = [one for one in await rows(world, "mother") if one.kind is KIND.REMINDER]
    assert (reminder.state, reminder.trouble) == (ReminderState.TO_RING, NOT_REMINDED)
    await answer(world, "mother", Answer.ACCEPTED)
    assert await states(world, "mother") == {KIND.REMINDER: ReminderState.OVER}, "they were rung"


async def test_a_person_who_is_called_like_one_of_our_words_stops_no_reminder(
    world: World, notify: ScriptedNotify
) -> None:
    father = world.people["father"]
    world.people["father"] = replace(father, protected=(*father.protected, "Heard"))
    await remind(world, "mother", CHASE)
    assert len(notify.messages) == 2


async def test_the_last_check_stops_a_reminder(world: World, notify: ScriptedNotify) -> None:
    world.subject_strings = ("heard from you",)
    await remind(world, "mother", CHASE)
    assert len(notify.messages) == 1
    [chase] = [one for one in await rows(world, "mother") if one.kind is KIND.CHASE]
    assert (chase.state, chase.trouble) == (ReminderState.TO_RING, STOPPED)


@pytest.mark.parametrize(
    ("now", "allowed"),
    [
        ("2026-03-19T09:00", "2026-03-19T09:00"),
        ("2026-03-19T07:59", "2026-03-19T08:00"),
        ("2026-03-19T20:00", "2026-03-20T08:00"),
        ("2026-03-21T19:59", "2026-03-21T19:59"),
        ("2026-03-21T20:00", "2026-03-23T08:00"),
        ("2026-03-29T00:30", "2026-03-30T08:00"),  # the night in which summer time begins
        ("2026-04-03T12:00", "2026-04-04T08:00"),  # Good Friday
        ("2026-04-05T12:00", "2026-04-07T08:00"),  # Easter, and the Monday too
        ("2026-12-24T20:00", "2026-12-29T08:00"),  # Christmas, Boxing Day, the Sunday, the day in lieu
    ],
)
def test_quiet_hours(now: str, allowed: str) -> None:
    at = datetime.fromisoformat(now).replace(tzinfo=LONDON)
    assert next_allowed(at, england_and_wales()) == datetime.fromisoformat(allowed).replace(tzinfo=LONDON)


async def test_at_night_it_waits_for_the_morning(world: World, notify: ScriptedNotify) -> None:
    late = datetime(2026, 3, 19, 21, tzinfo=UTC)
    assert await remind(world, "mother", late) == datetime(2026, 3, 20, 8, tzinfo=UTC)
    assert len(notify.messages) == 1


async def test_planning_again_changes_nothing(world: World, notify: ScriptedNotify) -> None:
    before = await rows(world, "mother")
    view = await read_view(world.desk, world.caller, world.meeting.name)
    assert view is not None
    async with world.begin(world.caller) as unit:
        await plan_reminders(unit, view)
    assert await rows(world, "mother") == before


async def test_staff_of_a_council_without_outlook_are_reminded_by_email(world: World) -> None:
    council = world.caller.council_id
    outside = world.desk.outside[council]
    sender = replace(outside.sender, mailbox="")
    world.desk = replace(world.desk, outside={council: replace(outside, sender=sender, calendar=None)})
    world.people["chair"] = recipient("chair", staff=True)
    await world.tell()
    assert (await world.invitation("chair")).route is Route.EMAIL
    await remind(world, "chair", CHASE)
    assert [mail.recipient for mail in world.mail.texts] == ["chair@example.org"]
