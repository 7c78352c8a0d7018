"""While Outlook refuses, it is asked again every hour, and whoever follows is told once that a person is needed."""

from datetime import timedelta

from services.notifications.domain.invitation import OUTLOOK_REFUSES
from services.notifications.domain.invitation_state import InvitationState
from tests.notifications.world import World

DENIED = OUTLOOK_REFUSES.format(reason="ERROR_ACCESS_DENIED")


async def _told(world: World) -> int:
    """How often followers were told of anybody's invitation."""
    async with world.begin(world.caller) as unit:
        found = await unit.tx.fetchval("select count(*) from outbox where type like '%InvitationChanged'")
    assert isinstance(found, int)
    return found


async def test_only_a_change_is_told_to_followers(world: World) -> None:
    await world.tell()
    world.move(1)
    world.calendar.faults.planned = ["refused"] * 100
    await world.tell()
    one, before = await world.invitation("chair"), await _told(world)
    assert (one.state, one.trouble) == (InvitationState.NEEDS_PERSON, DENIED)
    for _ in range(3):
        world.clock.instant += timedelta(hours=1)
        await world.tell()
    assert await _told(world) == before
    assert (await world.invitation("chair")).trouble == DENIED
    world.calendar.faults.planned = []
    await world.tell()
    assert (await world.invitation("chair")).state is InvitationState.SENT
    assert await _told(world) > before


async def test_another_trouble_and_another_revision_are_told(world: World) -> None:
    await world.tell()
    world.move(1)
    world.calendar.faults.planned = ["refused"] * 100
    await world.tell()
    before = await _told(world)
    world.calendar.faults.planned = ["down"] * 100
    await world.tell()
    one, then = await world.invitation("chair"), await _told(world)
    assert one.state is InvitationState.WAITING and then > before
    world.calendar.faults.planned = ["refused"] * 100
    world.move(1)
    await world.tell()
    assert (await world.invitation("chair")).state is InvitationState.NEEDS_PERSON and await _told(world) > then
