"""Looking before anything leaves, and who may let it go."""

from dataclasses import replace

import pytest

from servicekit.errors import NotFound, PermissionDenied
from servicekit.page import PageRequest
from services.notifications.app.list_invitations import InvitationPage, get_meeting_delivery, list_invitations
from services.notifications.app.preview_invitations import Previews, preview_invitations
from services.notifications.app.release_invitations import Release, read_for_release, release_invitations
from services.notifications.domain.delivery import DeliveryState
from services.notifications.domain.invitation_state import InvitationState
from services.notifications.domain.meeting import Restriction, RestrictionKind
from services.notifications.domain.refusal import SecondPersonNeededError, StalePreviewError
from tests.notifications.world import World, person, recipient


@pytest.fixture(autouse=True)
def _restricted(world: World) -> None:
    world.restricted = True
    world.restrictions = (Restriction(RestrictionKind.MUST_NOT_KNOW, person("father"), person("mother")),)


async def previewed(world: World) -> Previews:
    return await preview_invitations(world.desk, world.user("business-support"), world.meeting.name)


async def release(world: World, token: str, role: str = "business-support-manager", oid: str = "oid-2") -> None:
    caller = world.user(role, oid=oid)
    view = await read_for_release(world.desk, caller, world.meeting.name)
    async with world.begin(caller) as unit:
        await release_invitations(unit, world.desk, caller, view, Release(world.meeting.name, token))


async def states(world: World) -> set[InvitationState]:
    return {(await world.invitation(name)).state for name in world.people}


async def test_nothing_leaves_before_a_second_person_released_it(world: World) -> None:
    assert await world.tell()
    assert await states(world) == {InvitationState.DRAFTED}
    assert world.calendar.calls == 0 and world.mail.accepted == []
    caller = world.user("business-support")
    assert (await get_meeting_delivery(world.desk, caller, world.meeting.name)).state is DeliveryState.AWAITING_RELEASE
    shown = await previewed(world)
    assert shown.release_needed and shown.second_person_needed
    await release(world, shown.token)
    assert await states(world) == {InvitationState.WAITING}
    assert await world.tell()
    assert await states(world) == {InvitationState.SENT}
    assert not (await previewed(world)).release_needed


async def test_what_is_previewed_is_what_leaves(world: World) -> None:
    await world.tell()
    shown = {one.person: one.rendering for one in (await previewed(world)).previews}
    await release(world, (await previewed(world)).token)
    await world.tell()
    left = {
        one.address: (kept.draft.subject_line, kept.draft.body_text, kept.draft.location, kept.draft.start)
        for kept in world.calendar.live
        for one in kept.draft.attendees
    }
    for mail in world.mail.accepted:
        left[mail.recipient] = (mail.subject_line, mail.body_text, mail.location, mail.start)
    for rendering in shown.values():
        assert rendering is not None
        facts = (rendering.subject_line, rendering.body_text, rendering.location, rendering.start)
        assert left.pop(rendering.address) == facts
    assert left == {}


async def test_who_booked_it_may_not_release_it(world: World) -> None:
    token = (await previewed(world)).token
    with pytest.raises(SecondPersonNeededError):
        await release(world, token, oid="oid-1")
    await release(world, token)


async def test_who_booked_it_is_the_release_where_nothing_is_restricted(world: World) -> None:
    world.restricted = False
    await world.tell()
    assert await states(world) == {InvitationState.SENT}


@pytest.mark.parametrize("change", ["move", "address", "person", "restriction"])
async def test_a_release_is_stale_once_anything_changed(world: World, change: str) -> None:
    token = (await previewed(world)).token
    match change:
        case "move":
            world.move(1)
        case "address":
            world.people["mother"] = recipient("mother", email="other@example.org")
        case "person":
            world.meeting = replace(world.meeting, invitees=world.meeting.invitees[:3])
        case "restriction":
            world.restrictions = (Restriction(RestrictionKind.MUST_NOT_KNOW, person("mother"), person("father")),)
    with pytest.raises(StalePreviewError):
        await release(world, token)
    await world.tell()
    assert world.calendar.calls == 0


async def test_what_changed_after_the_release_waits_for_another(world: World) -> None:
    await release(world, (await previewed(world)).token)
    world.people["mother"] = recipient("mother", email="other@example.org")
    await world.tell()
    assert await states(world) == {InvitationState.DRAFTED}
    assert world.calendar.calls == 0


async def test_a_move_of_what_was_sent_is_released_again(world: World) -> None:
    await release(world, (await previewed(world)).token)
    await world.tell()
    mailed = list(world.calendar.mailed)
    world.move(1)
    await world.tell()
    assert world.calendar.mailed == mailed and await states(world) == {InvitationState.DRAFTED}
    await release(world, (await previewed(world)).token)
    await world.tell()
    assert await states(world) == {InvitationState.SENT}
    assert {kept.draft.start for kept in world.calendar.live} == {world.meeting.start}


async def test_calling_off_waits_for_nobody(world: World) -> None:
    await release(world, (await previewed(world)).token)
    await world.tell()
    world.cancel()
    assert await world.tell()
    assert world.calendar.live == [] and await states(world) == {InvitationState.WITHDRAWN}


ROLES = {
    "business-support": (True, False, True),
    "business-support-manager": (True, True, True),
    "team-manager": (True, True, True),
    "panel-chair": (True, True, True),
    "reviewing-officer": (False, False, False),
    "social-worker": (False, False, False),
    "case-system": (False, False, False),
    "nobody": (False, False, False),
}


@pytest.mark.parametrize("role", ROLES)
async def test_who_may_preview_and_release(world: World, role: str) -> None:
    previews, releases, releases_open = ROLES[role]
    token = (await previewed(world)).token
    if previews:
        await preview_invitations(world.desk, world.user(role), world.meeting.name)
    else:
        with pytest.raises(PermissionDenied):
            await preview_invitations(world.desk, world.user(role), world.meeting.name)
    for restricted, allowed in ((True, releases), (False, releases_open)):
        if not restricted:
            world.restricted, world.restrictions = False, ()
            token = (await previewed(world)).token
        if allowed:
            await release(world, token, role)
        else:
            with pytest.raises(PermissionDenied):
                await release(world, token, role)


async def test_a_meeting_that_the_scheduler_hides_is_not_there(world: World) -> None:
    world.seen = False
    with pytest.raises(NotFound):
        await previewed(world)
    with pytest.raises(NotFound):
        await release(world, "x" * 32)


async def test_warnings_say_what_to_look_at(world: World) -> None:
    world.people["mother"] = recipient("mother", verified_on=None, interpreter_language="pl", has_access_needs=True)
    shown = {one.person: one.warnings for one in (await previewed(world)).previews}
    text = " ".join(shown[person("mother")])
    for word in ("restricted", "Kept apart", "checked", "interpreter (pl)", "need to take part"):
        assert word in text


async def test_a_list_of_all_shows_only_what_the_scheduler_shows_the_caller(world: World) -> None:
    """A social worker may list; whose cases they may know of is not said by what is kept here."""
    world.restricted = False
    await world.tell()
    caller = world.user("social-worker")
    first = await list_invitations(world.desk, caller, "", PageRequest(2, ()))
    assert len(first.invitations) == 2 and first.next_after
    rest = await list_invitations(world.desk, caller, "", PageRequest(2, first.next_after))
    assert len({one.id for one in (*first.invitations, *rest.invitations)}) == 4 and rest.next_after is None
    world.seen = False
    assert await list_invitations(world.desk, caller, "", PageRequest(2, ())) == InvitationPage((), None)
