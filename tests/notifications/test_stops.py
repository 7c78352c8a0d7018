"""What stops until a person has looked: an address nobody checked or that is new, and people who are kept apart."""

from dataclasses import replace
from datetime import date

import pytest

from servicekit.errors import PermissionDenied
from services.notifications.app.preview_invitations import Preview, Previews, preview_invitations
from services.notifications.app.release_invitations import Release, read_for_release, release_invitations
from services.notifications.domain.draft import CHANGED_IN_DOUBT
from services.notifications.domain.invitation_state import InvitationState
from services.notifications.domain.meeting import Channel, Restriction, RestrictionKind
from services.notifications.domain.refusal import SecondPersonNeededError, StalePreviewError
from services.notifications.domain.second_person import ADDRESS, APART
from services.notifications.domain.sure_address import ELSEWHERE, NEVER_CHECKED, RECENT
from tests.notifications.scripted_notify import told_by, with_notify
from tests.notifications.world import World, person, recipient

HOME = "councils/north/carerHouseholds/00000000-0000-0000-0000-0000000000e1"


@pytest.fixture(autouse=True)
def _nobody_releases_unasked(world: World) -> None:
    world.let_go = False


async def previewed(world: World, role: str = "business-support") -> Previews:
    return await preview_invitations(world.desk, world.user(role), world.meeting.name)


async def of(world: World, name: str) -> Preview:
    return next(one for one in (await previewed(world)).previews if one.person == person(name))


async def release(world: World, token: str, role: str = "business-support", oid: str = "oid-1") -> None:
    """By default whoever booked the meeting."""
    caller = world.user(role, oid=oid)
    view = await read_for_release(world.desk, caller, world.meeting.name)
    async with world.begin(caller) as unit:
        await release_invitations(unit, world.desk, caller, view, Release(world.meeting.name, token))


async def states(world: World) -> dict[str, InvitationState]:
    return {name: (await world.invitation(name)).state for name in world.people}


async def told_at(world: World, address: str) -> int:
    return sum(one[0] == address for one in world.calendar.mailed)


@pytest.mark.parametrize(
    ("checked", "why"), [(None, NEVER_CHECKED), (date(2026, 3, 16), RECENT), (date(2026, 3, 9), RECENT)]
)
async def test_an_address_in_doubt_stops_that_message_and_no_other(
    world: World, checked: date | None, why: str
) -> None:
    world.people["mother"] = recipient("mother", verified_on=checked)
    assert await world.tell()
    assert await states(world) == {
        "chair": InvitationState.SENT, "worker": InvitationState.SENT, "father": InvitationState.SENT,
        "mother": InvitationState.DRAFTED,
    }  # fmt: skip
    shown = await previewed(world)
    assert shown.release_needed and not shown.second_person_needed and shown.stop_reasons == ()
    assert (await of(world, "mother")).stop == why and (await of(world, "father")).stop == ""
    assert await told_at(world, "mother@example.org") == 0


async def test_whoever_booked_it_may_confirm_an_address(world: World) -> None:
    world.people["mother"] = recipient("mother", verified_on=None)
    await world.tell()
    await release(world, (await previewed(world)).token)
    assert await world.tell()
    assert (await states(world))["mother"] is InvitationState.SENT
    world.move(1)
    assert await world.tell()
    assert await told_at(world, "mother@example.org") == 2, "what was confirmed once is not asked about again"
    assert not (await previewed(world)).release_needed


async def test_staff_are_asked_at_work_and_never_stopped(world: World) -> None:
    world.people["chair"] = recipient("chair", staff=True, verified_on=None)
    assert await world.tell()
    assert (await states(world))["chair"] is InvitationState.SENT


async def test_another_address_than_before_stops_a_change(world: World) -> None:
    assert await world.tell()
    world.people["mother"] = recipient("mother", email="new@example.org")
    world.move(1)
    assert await world.tell()
    assert (await of(world, "mother")).stop == ELSEWHERE
    assert await told_at(world, "new@example.org") == 0 and await told_at(world, "father@example.org") == 2
    await release(world, (await previewed(world)).token)
    assert await world.tell()
    assert await told_at(world, "new@example.org") == 1


@pytest.mark.parametrize(("number", "why"), [("07700 900 123", ""), ("07700 900124", ELSEWHERE)])
async def test_a_number_is_compared_with_a_number(world: World, number: str, why: str) -> None:
    """However it is written; another number stops the text."""
    told_by(world, "mother", Channel.TEXT)
    with_notify(world, Channel.TEXT)
    assert await world.tell()
    told_by(world, "mother", Channel.TEXT, phone=number)
    world.move(1)
    assert (await of(world, "mother")).stop == why


async def test_an_address_that_changes_after_it_was_confirmed_stops_again(world: World) -> None:
    world.people["mother"] = recipient("mother", verified_on=None)
    await world.tell()
    token = (await previewed(world)).token
    world.people["mother"] = recipient("mother", verified_on=None, email="new@example.org")
    with pytest.raises(StalePreviewError):
        await release(world, token)
    await release(world, (await previewed(world)).token)
    world.people["mother"] = recipient("mother", verified_on=None, email="newer@example.org")
    assert await world.tell()
    assert (await states(world))["mother"] is InvitationState.DRAFTED
    assert await told_at(world, "new@example.org") == await told_at(world, "newer@example.org") == 0


PAIRS = [
    (RestrictionKind.MUST_NOT_KNOW, person("father"), person("mother"), APART),
    (RestrictionKind.MUST_NOT_MEET, person("mother"), person("father"), APART),
    (RestrictionKind.CONFIDENTIAL_ADDRESS, person("father"), HOME, ADDRESS),
]


@pytest.mark.parametrize(("kind", "one", "other", "reason"), PAIRS)
async def test_people_who_are_kept_apart_need_a_second_person(
    world: World, kind: RestrictionKind, one: str, other: str, reason: str
) -> None:
    world.restrictions = (Restriction(kind, one, other),)
    assert await world.tell()
    assert world.calendar.calls == 0 and world.mail.accepted == []
    shown = await previewed(world)
    assert shown.second_person_needed and reason in shown.stop_reasons
    with pytest.raises(PermissionDenied):
        await release(world, shown.token)
    with pytest.raises(SecondPersonNeededError):
        await release(world, shown.token, "business-support-manager")
    await release(world, shown.token, "business-support-manager", "oid-2")
    assert await world.tell()
    assert (await states(world))["chair"] is InvitationState.SENT


async def test_a_restriction_on_somebody_who_is_not_asked_stops_nothing(world: World) -> None:
    world.restrictions = (
        Restriction(RestrictionKind.MUST_NOT_KNOW, person("uncle"), person("mother")),
        Restriction(RestrictionKind.CONFIDENTIAL_ADDRESS, person("uncle"), HOME),
    )
    assert await world.tell()
    assert set((await states(world)).values()) == {InvitationState.SENT}


async def test_what_one_person_confirmed_does_not_go_once_a_second_is_needed(world: World) -> None:
    """The texts are the same before and after the case is restricted, yet one person is not enough any more."""
    world.people["mother"] = recipient("mother", verified_on=None)
    await world.tell()
    await release(world, (await previewed(world)).token)
    world.restricted = True
    assert await world.tell()
    assert (await states(world))["mother"] is InvitationState.DRAFTED
    assert await told_at(world, "mother@example.org") == 0


async def test_a_part_that_ended_ends_what_the_person_holds(world: World) -> None:
    """A carer who left the case yesterday: the event goes, nothing new comes, and nobody has to release that."""
    world.people["mother"] = recipient("mother", verified_on=None)
    await world.tell()
    await release(world, (await previewed(world)).token)
    await world.tell()
    del world.people["mother"]
    assert await world.tell()
    assert [kind for address, kind, *_ in world.calendar.mailed if address == "mother@example.org"] == [
        "REQUEST", "CANCEL",
    ]  # fmt: skip
    one = await world.invitation("mother")
    assert one.state is InvitationState.WITHDRAWN
    world.move(1)
    assert await world.tell()
    assert await told_at(world, "mother@example.org") == 2


async def test_who_was_promised_the_place_is_known_until_they_are_told_it(world: World) -> None:
    world.restrictions = (Restriction(RestrictionKind.MUST_NOT_KNOW, person("father"), person("mother")),)
    world.let_go = True
    assert await world.tell()
    withheld = {name: (await world.invitation(name)).place_withheld for name in world.people}
    assert withheld == {"chair": False, "worker": False, "mother": False, "father": True}
    world.restrictions = ()
    world.move(1)
    assert await world.tell()
    # The way was chosen once: what is another by now is for a person, and the promise still stands.
    assert (await world.invitation("father")).place_withheld


async def in_doubt(world: World) -> None:
    """The father's e-mail was let go, and nobody knows whether it went."""
    world.restrictions = (Restriction(RestrictionKind.MUST_NOT_KNOW, person("father"), person("mother")),)
    world.let_go, world.mail.faults.planned = True, ["lost"]
    assert not await world.tell()
    world.let_go = False


async def test_what_changed_while_a_message_was_in_doubt_is_let_go_anew(world: World) -> None:
    await in_doubt(world)
    world.move(1)
    assert await world.tell()
    one = await world.invitation("father")
    assert (one.state, one.trouble) == (InvitationState.UNKNOWN, CHANGED_IN_DOUBT)
    assert len(world.mail.accepted) == 1
    await release(world, (await previewed(world)).token, "business-support-manager", "oid-2")
    assert await world.tell()
    assert [mail.sequence for mail in world.mail.accepted] == [0, 1]
    assert (await world.invitation("father")).state is InvitationState.SENT


async def test_a_message_in_doubt_goes_to_no_other_address_unasked(world: World) -> None:
    await in_doubt(world)
    world.people["father"] = recipient("father", email="new@example.org")
    assert await world.tell()
    assert [mail.recipient for mail in world.mail.accepted] == ["father@example.org"]


async def test_a_message_in_doubt_that_is_still_the_same_is_repeated(world: World) -> None:
    await in_doubt(world)
    world.meeting = replace(world.meeting, revision=2)
    assert await world.tell()
    first, again = world.mail.accepted
    assert first == again
