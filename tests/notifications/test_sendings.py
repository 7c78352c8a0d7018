"""Every message that left is kept: to whom, how, what it did, what became of it, and who let it go."""

from collections import Counter

import pytest

from servicekit.errors import NotFound, PermissionDenied
from servicekit.page import PageRequest
from services.notifications.app.list_sendings import list_sendings
from services.notifications.app.preview_invitations import preview_invitations
from services.notifications.app.release_invitations import Release, read_for_release, release_invitations
from services.notifications.domain.meeting import Restriction, RestrictionKind
from services.notifications.domain.sending import KeptSending, MessageKind, SendingOutcome
from tests.notifications.world import World, person

INVITE, CHANGE, CANCEL = MessageKind.INVITE, MessageKind.CHANGE, MessageKind.CANCEL
ALL = PageRequest(50, ())


async def kept(world: World) -> list[KeptSending]:
    return list((await list_sendings(world.desk, world.user("social-worker"), world.meeting.name, ALL)).sendings)


async def of(world: World, name: str) -> list[tuple[MessageKind, int, SendingOutcome]]:
    found = [one.sending for one in await kept(world) if one.sending.person == person(name)]
    return [(one.kind, one.revision, one.outcome) for one in found]


def _by_mail(world: World) -> None:
    world.restrictions = (Restriction(RestrictionKind.MUST_NOT_KNOW, person("father"), person("mother")),)


async def test_an_invitation_a_change_and_a_cancellation_are_kept_once_each(world: World) -> None:
    _by_mail(world)
    await world.tell()
    await world.tell()
    world.move(1)
    await world.tell()
    world.cancel()
    await world.tell()
    done = SendingOutcome.CONFIRMED
    for name in world.people:
        assert await of(world, name) == [(INVITE, 1, done), (CHANGE, 2, done), (CANCEL, 3, done)], name
    assert all(one.sending.at == world.clock.now() for one in await kept(world))


async def test_as_many_are_kept_as_messages_are_counted(world: World) -> None:
    """Also those of which nobody knows whether they arrived, and their repeats."""
    _by_mail(world)
    world.mail.faults.planned = ["lost"]
    assert not await world.tell()
    assert await of(world, "father") == [(INVITE, 1, SendingOutcome.UNKNOWN)]
    assert await world.tell()
    assert await of(world, "father") == [(INVITE, 1, SendingOutcome.UNKNOWN), (INVITE, 1, SendingOutcome.CONFIRMED)]
    counted = {person(name): (await world.invitation(name)).messages_sent for name in world.people}
    assert Counter(one.sending.person for one in await kept(world)) == counted


async def test_nothing_that_did_not_leave_is_kept(world: World) -> None:
    world.calendar.faults.planned = ["down", "refused", "down"]
    await world.tell()
    assert await kept(world) == []
    world.restricted = True
    await world.tell()
    assert await kept(world) == []


async def test_it_says_who_let_it_go(world: World) -> None:
    world.restricted = True
    await world.tell()
    manager = world.user("business-support-manager", oid="oid-7")
    token = (await preview_invitations(world.desk, manager, world.meeting.name)).token
    view = await read_for_release(world.desk, manager, world.meeting.name)
    async with world.begin(manager) as unit:
        await release_invitations(unit, world.desk, manager, view, Release(world.meeting.name, token))
    await world.tell()
    assert {one.released_by for one in await kept(world)} == {"user:oid-7"}
    world.cancel()
    await world.tell()
    assert {one.released_by for one in await kept(world) if one.sending.kind is CANCEL} == {""}


async def test_what_waited_for_nobody_was_let_go_by_nobody(world: World) -> None:
    world.let_go = False
    await world.tell()
    assert {one.released_by for one in await kept(world)} == {""}


async def test_pages_follow_each_other_without_gap_or_repeat(world: World) -> None:
    await world.tell()
    whole, found, after = await kept(world), [], ()
    for _ in range(4):
        page = await list_sendings(world.desk, world.user("team-manager"), world.meeting.name, PageRequest(1, after))
        found += page.sendings
        after = page.next_after or ()
    assert found == whole and after == ()


@pytest.mark.parametrize("role", ["case-system", "nobody", "performance-officer"])
async def test_who_may_not_list_invitations_may_not_list_these(world: World, role: str) -> None:
    with pytest.raises(PermissionDenied):
        await list_sendings(world.desk, world.user(role), world.meeting.name, ALL)


async def test_a_meeting_that_the_scheduler_hides_is_not_there(world: World) -> None:
    world.seen = False
    with pytest.raises(NotFound):
        await kept(world)
