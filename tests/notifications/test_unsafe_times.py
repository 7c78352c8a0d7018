"""Times at which somebody else would see it come: nothing goes then, it says so, and it goes by itself afterwards."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from services.notifications.app.remind_person import remind_person
from services.notifications.app.tell_people import tell_people
from services.notifications.domain.invitation_state import InvitationState
from services.notifications.domain.meeting import Channel
from services.notifications.domain.quiet_hours import LONDON
from services.notifications.domain.route import Route, held_until
from services.notifications.domain.unsafe_time import UnsafeTime, held_words, next_safe
from tests.notifications.scripted_notify import ScriptedNotify, told_by, with_notify
from tests.notifications.world import World, person, recipient

MORNINGS = tuple(UnsafeTime(day, 0, 12 * 60) for day in range(1, 8))
NOON = datetime(2026, 3, 16, 12, tzinfo=UTC)
REMINDER = datetime(2026, 3, 20, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "times", "safe"),
    [
        ("2026-03-16T09:00", [], "2026-03-16T09:00"),
        ("2026-03-16T09:00", [(1, 0, 540)], "2026-03-16T09:00"),
        ("2026-03-16T08:59", [(1, 0, 540)], "2026-03-16T09:00"),
        ("2026-03-16T18:00", [(1, 1020, 1440), (2, 0, 540)], "2026-03-17T09:00"),
        ("2026-03-14T10:00", [(6, 0, 1440), (7, 0, 1440)], "2026-03-16T00:00"),
        ("2026-03-16T10:00", [(1, 0, 660), (1, 630, 720)], "2026-03-16T12:00"),
        ("2026-03-28T23:00", [(6, 1320, 1440), (7, 0, 600)], "2026-03-29T10:00"),  # the clocks go forward
        ("2026-10-24T23:00", [(6, 1320, 1440), (7, 0, 600)], "2026-10-25T10:00"),  # and back
    ],
)
def test_the_next_safe_time(now: str, times: list[tuple[int, int, int]], safe: str) -> None:
    at = datetime.fromisoformat(now).replace(tzinfo=LONDON)
    assert next_safe(at, [UnsafeTime(*one) for one in times]) == datetime.fromisoformat(safe).replace(tzinfo=LONDON)


def test_where_no_time_is_safe_nothing_goes() -> None:
    always = tuple(UnsafeTime(day, 0, 1440) for day in range(1, 8))
    assert next_safe(NOON, always) is None
    mother = recipient("mother", unsafe_times=always)
    assert held_until(Route.EMAIL, mother, NOON) == NOON + timedelta(days=1)
    assert held_until(Route.LETTER, mother, NOON) is None, "a letter is opened when its reader opens it"
    assert held_until(Route.SHARED_EVENT, replace(mother, staff=True), NOON) is None


@pytest.fixture
def notify(world: World) -> ScriptedNotify:
    """The mother is told by text message, the father by an event of his own; mornings are unsafe for both."""
    told_by(world, "mother", Channel.TEXT, unsafe_times=MORNINGS)
    world.people["father"] = recipient("father", unsafe_times=MORNINGS)
    return with_notify(world, Channel.TEXT)


def _father_mailed(world: World) -> int:
    return sum("father@example.org" in str(one) for one in world.calendar.mailed)


async def test_an_invitation_waits_and_says_until_when(world: World, notify: ScriptedNotify) -> None:
    assert await world.tell()
    assert await tell_people(world.desk, world.caller, world.meeting.name) == NOON, "the lane looks again by itself"
    one = await world.invitation("mother")
    assert (one.state, one.trouble) == (InvitationState.WAITING, held_words(NOON))
    assert "Monday 16 March 2026, 12:00" in one.trouble
    assert (await world.invitation("father")).state is InvitationState.WAITING
    assert not notify.messages and not _father_mailed(world)
    assert (await world.invitation("chair")).state is InvitationState.SENT, "nobody else waits for them"
    world.clock.instant = NOON
    assert await world.tell()
    assert len(notify.messages) == 1 and _father_mailed(world) == 1
    one = await world.invitation("mother")
    assert (one.state, one.trouble) == (InvitationState.SENT, "")
    assert await tell_people(world.desk, world.caller, world.meeting.name) is None


async def test_a_move_and_a_cancellation_wait_too(world: World, notify: ScriptedNotify) -> None:
    world.clock.instant = NOON
    assert await world.tell()
    world.clock.instant = NOON + timedelta(hours=20)
    world.move(2)
    world.cancel()
    assert await world.tell()
    assert len(notify.messages) == 1 and _father_mailed(world) == 1
    assert (await world.invitation("mother")).state is InvitationState.WAITING
    world.clock.instant = NOON + timedelta(hours=24)
    assert await world.tell()
    assert len(notify.messages) == 2 and "will not take place" in notify.messages[1].text.lower()
    assert (await world.invitation("father")).state is InvitationState.WITHDRAWN


async def test_a_reminder_waits(world: World, notify: ScriptedNotify) -> None:
    world.clock.instant = NOON
    assert await world.tell()
    world.clock.instant = REMINDER
    assert await remind_person(world.desk, world.caller, person("mother")) == REMINDER + timedelta(hours=3)
    assert len(notify.messages) == 1
    world.clock.instant = REMINDER + timedelta(hours=3)
    await remind_person(world.desk, world.caller, person("mother"))
    assert len(notify.messages) == 2


async def test_a_person_at_risk_is_no_longer_written_to_in_the_morning_once_it_is_recorded(world: World) -> None:
    told_by(world, "mother", Channel.TEXT)
    notify = with_notify(world, Channel.TEXT)
    assert await world.tell()
    told_by(world, "mother", Channel.TEXT, unsafe_times=MORNINGS)
    world.move(1)
    assert await world.tell()
    assert len(notify.messages) == 1
