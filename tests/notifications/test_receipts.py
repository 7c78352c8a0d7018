"""What became of a message, as GOV.UK Notify says: nothing is claimed that nobody said."""

from datetime import timedelta

import pytest

from services.notifications.app.read_receipts import read_receipts
from services.notifications.app.take_answer import Given, may_record_answer, record_answer
from services.notifications.domain.answer import Answer
from services.notifications.domain.delivery_fault import Unreachable
from services.notifications.domain.invitation import NOT_DELIVERED, Invitation
from services.notifications.domain.invitation_state import InvitationState
from services.notifications.domain.meeting import Channel
from services.notifications.domain.receipt import MessageDelivery
from services.notifications.domain.route import Route
from tests.notifications.scripted_notify import ScriptedNotify, told_by, with_notify
from tests.notifications.world import World

FAILED = NOT_DELIVERED[Route.TEXT]


@pytest.fixture
async def notify(world: World) -> ScriptedNotify:
    """The mother has been told by text message."""
    told_by(world, "mother", Channel.TEXT)
    made = with_notify(world, Channel.TEXT, Channel.LETTER)
    assert await world.tell()
    return made


async def said(world: World, notify: ScriptedNotify, status: str) -> Invitation:
    """Notify says this of the last message, and is asked."""
    notify.statuses[list(notify.taken)[-1]] = status
    world.clock.instant += timedelta(seconds=10)
    await read_receipts(world.desk, world.caller)
    return await world.invitation("mother")


@pytest.mark.parametrize(
    ("status", "delivery"),
    [
        ("created", MessageDelivery.ON_ITS_WAY),
        ("pending", MessageDelivery.ON_ITS_WAY),
        ("a word of tomorrow", MessageDelivery.ON_ITS_WAY),
        ("delivered", MessageDelivery.DELIVERED),
        ("received", MessageDelivery.POSTED),
        ("gone", MessageDelivery.NOT_KNOWN),
    ],
)
async def test_what_is_said_is_kept(
    world: World, notify: ScriptedNotify, status: str, delivery: MessageDelivery
) -> None:
    assert (await world.invitation("mother")).delivery is MessageDelivery.ON_ITS_WAY
    one = await said(world, notify, status)
    assert (one.delivery, one.state, one.trouble) == (delivery, InvitationState.SENT, "")


@pytest.mark.parametrize("status", ["permanent-failure", "temporary-failure", "technical-failure"])
async def test_a_failure_needs_a_person_and_is_not_repeated(world: World, notify: ScriptedNotify, status: str) -> None:
    one = await said(world, notify, status)
    assert (one.delivery, one.state, one.trouble) == (MessageDelivery.FAILED, InvitationState.NEEDS_PERSON, FAILED)
    await world.tell()
    assert (await world.invitation("mother")).trouble == FAILED and len(notify.messages) == 1


async def test_a_corrected_number_is_written_to(world: World, notify: ScriptedNotify) -> None:
    await said(world, notify, "permanent-failure")
    told_by(world, "mother", Channel.TEXT, phone="+447700900456")
    await world.tell()
    one = await world.invitation("mother")
    assert notify.messages[-1].address == "+447700900456" and len(notify.messages) == 2
    assert (one.delivery, one.trouble) == (MessageDelivery.ON_ITS_WAY, "")


async def test_whoever_was_rung_has_been_told(world: World, notify: ScriptedNotify) -> None:
    failed = await said(world, notify, "permanent-failure")
    officer = world.user("business-support")
    meeting = await may_record_answer(world.desk, officer, failed.id)
    async with world.begin(officer) as unit:
        await record_answer(unit, officer, meeting, Given(failed.id, Answer.ACCEPTED))
    await world.tell()
    one = await world.invitation("mother")
    assert (one.answer, one.trouble, len(notify.messages)) == (Answer.ACCEPTED, "", 1)
    world.move(1)
    await world.tell()
    assert len(notify.messages) == 2, "a new time is told by text again"


async def test_a_calling_off_that_could_not_be_delivered_stays_a_persons(world: World, notify: ScriptedNotify) -> None:
    world.cancel()
    await world.tell()
    await said(world, notify, "permanent-failure")
    await world.tell()
    one = await world.invitation("mother")
    assert (one.state, one.trouble, len(notify.messages)) == (InvitationState.NEEDS_PERSON, FAILED, 2)


async def test_an_older_message_says_nothing_of_the_last(world: World, notify: ScriptedNotify) -> None:
    first = next(iter(notify.taken))
    world.move(1)
    await world.tell()
    notify.statuses[first] = "permanent-failure"
    one = await said(world, notify, "delivered")
    assert (one.delivery, one.trouble) == (MessageDelivery.DELIVERED, "")


async def test_asked_less_and_less_until_it_is_final(world: World, notify: ScriptedNotify) -> None:
    await said(world, notify, "sending")
    await read_receipts(world.desk, world.caller)
    assert len(notify.asked) == 1, "not twice in a moment"
    await said(world, notify, "delivered")
    await said(world, notify, "delivered")
    assert len(notify.asked) == 2


async def test_after_a_week_nobody_knows(world: World, notify: ScriptedNotify) -> None:
    world.clock.instant += timedelta(days=7, seconds=1)
    one = await said(world, notify, "delivered")
    assert one.delivery is MessageDelivery.NOT_KNOWN and notify.asked == []


async def test_notify_away_changes_nothing(world: World, notify: ScriptedNotify) -> None:
    notify.reading.planned = ["down"]
    with pytest.raises(Unreachable):
        await said(world, notify, "delivered")
    assert (await said(world, notify, "delivered")).delivery is MessageDelivery.DELIVERED
