"""What a preview says besides the message: what to look at twice, and how much of an address to whom."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest

from services.notifications.app.preview_invitations import NOT_THE_PLACE, Preview, preview_invitations
from services.notifications.domain.meeting import Invitee, Restriction, RestrictionKind
from services.notifications.domain.rendering import WE_WILL_TELL_YOU
from services.notifications.domain.shown_address import masked
from services.notifications.domain.sure_address import ELSEWHERE, NEVER_CHECKED, RECENT
from tests.notifications.world import World, person, recipient

CONFIDENTIAL = RestrictionKind.CONFIDENTIAL_ADDRESS
HOME = "councils/north/carerHouseholds/00000000-0000-0000-0000-0000000000e1"


async def previews(world: World, role: str = "business-support") -> dict[str, Preview]:
    shown = await preview_invitations(world.desk, world.user(role), world.meeting.name)
    return {one.person: one for one in shown.previews}


async def warnings(world: World, name: str, **changes: object) -> Sequence[str]:
    world.people[name] = recipient(name, staff=world.people[name].staff, **changes)
    return (await previews(world))[person(name)].warnings


async def address(world: World, name: str, role: str) -> str:
    rendering = (await previews(world, role))[person(name)].rendering
    assert rendering is not None
    return rendering.address


def ask_carer(world: World) -> None:
    world.people["carer"] = recipient("carer")
    carer = Invitee(person("carer"), "carer", True, ())
    world.meeting = replace(world.meeting, invitees=(*world.meeting.invitees, carer))


@pytest.mark.parametrize(
    ("checked", "recent"),
    [
        (date(2026, 3, 16), True),
        (date(2026, 3, 9), True),
        (date(2026, 3, 8), False),
        (date(2026, 3, 17), True),  # a slip of the pen is no reason to be sure
        (None, False),
    ],
)
async def test_a_contact_that_is_new_is_looked_at_twice(world: World, checked: date | None, recent: bool) -> None:
    found = await warnings(world, "mother", verified_on=checked)
    assert (RECENT in found) is recent
    assert (NEVER_CHECKED in found) is (checked is None)
    assert RECENT not in await warnings(world, "chair", verified_on=checked), "staff are asked at work"


async def test_a_contact_that_was_checked_long_ago_says_so(world: World) -> None:
    long_ago = "This contact was last checked over a year ago."
    assert long_ago in await warnings(world, "mother", verified_on=date(2025, 3, 15))
    assert long_ago not in await warnings(world, "mother", verified_on=date(2025, 3, 16))


async def test_another_address_than_the_last_messages_is_told(world: World) -> None:
    assert ELSEWHERE not in await warnings(world, "mother")
    assert await world.tell()
    assert ELSEWHERE not in await warnings(world, "mother", email="Mother@Example.org")
    assert ELSEWHERE in await warnings(world, "mother", email="other@example.org")
    assert ELSEWHERE not in (await previews(world))[person("father")].warnings


async def test_risk_words_are_those_of_what_is_shown(world: World) -> None:
    clean = await previews(world)
    assert clean[person("mother")].risk_words == ("mother@example.org",)
    # The last check lets a mother read her own address; a person looks at it all the same.
    world.meeting = replace(world.meeting, room_name="67 Mother Lane", invitees=world.meeting.invitees[2:3])
    shown = (await previews(world))[person("mother")]
    assert shown.rendering is not None
    assert shown.risk_words == ("67 Mother Lane", "mother@example.org")


async def test_where_nothing_would_leave_there_is_nothing_to_mark(world: World) -> None:
    world.meeting = replace(world.meeting, title="Permanence planning meeting Oak Tree Primary")
    stopped = (await previews(world))[person("mother")]
    assert stopped.rendering is None and stopped.risk_words == ()


@pytest.mark.parametrize("other", [person("carer"), HOME, ""], ids=["their own", "their household's", "the child's"])
async def test_a_confidential_address_is_whole_for_those_who_may_release(world: World, other: str) -> None:
    ask_carer(world)
    world.restrictions = (Restriction(CONFIDENTIAL, person("father"), other),)
    assert await address(world, "carer", "business-support") == "ca...@example.org"
    for role in ("business-support-manager", "team-manager", "panel-chair"):
        assert await address(world, "carer", role) == "carer@example.org"
    for name in ("mother", "chair"):
        assert await address(world, name, "business-support") == f"{name}@example.org"
    shown = (await previews(world))[person("carer")]
    assert "This person's address is confidential." in shown.warnings
    assert "carer@example.org" not in str(shown), "neither marked nor named anywhere else"


async def test_what_is_shown_in_part_is_released_whole(world: World) -> None:
    ask_carer(world)
    world.restrictions = (Restriction(CONFIDENTIAL, person("father"), HOME),)
    tokens = {
        (await preview_invitations(world.desk, world.user(role), world.meeting.name)).token
        for role in ("business-support", "team-manager")
    }
    assert len(tokens) == 1
    assert await world.tell()
    assert "carer@example.org" in {address for address, *_ in world.calendar.mailed}


async def test_without_a_restriction_an_address_is_shown_whole(world: World) -> None:
    ask_carer(world)
    world.restrictions = (Restriction(RestrictionKind.MUST_NOT_KNOW, person("father"), person("carer")),)
    assert await address(world, "carer", "business-support") == "carer@example.org"


@pytest.mark.parametrize(
    ("whole", "part"),
    [
        ("carer.one@example.org", "ca...@example.org"),
        ("kit@example.org", "k...@example.org"),
        ("@example.org", "...@example.org"),
        ("nonsense", "..."),
        ("", "..."),
    ],
)
def test_a_part_says_too_little_to_write_to(whole: str, part: str) -> None:
    assert masked(whole) == part


async def test_a_place_that_belongs_to_somebody_is_not_told_and_that_is_said(world: World) -> None:
    world.meeting = replace(world.meeting, room_name="67 Mother Lane")
    shown = await previews(world)
    for name in ("chair", "father"):
        one = shown[person(name)]
        assert one.rendering is not None and one.rendering.location == WE_WILL_TELL_YOU
        assert NOT_THE_PLACE in one.warnings and "67 Mother Lane" not in str(one)
    assert NOT_THE_PLACE not in shown[person("mother")].warnings, "it is her own"
