"""Every cell of the disclosure policy: role × kind of meeting × restriction × side, held to a table written here anew
and read off what is rendered, not off the policy's own data.
"""

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from services.notifications.domain.disclosure import PARTIES, SORTS, Side
from services.notifications.domain.meeting import Invitee, MeetingView, Restriction, RestrictionKind
from services.notifications.domain.rendering import ASK_HOW_TO_JOIN, WE_WILL_TELL_YOU, render
from services.notifications.domain.route import Route
from tests.notifications.world import made_meeting, person, recipient

PACKS = sorted((Path(__file__).parents[2] / "rulebook" / "packs").glob("*.yaml"))
FAMILY = {"mother", "father", "parent", "family-member", "carer", "child"}
PANELS = {
    kind for kind in SORTS if "panel" in kind or kind in ("corporate_parenting_board", "securing_permanence_group")
}
LEGAL = {"legal_planning_meeting"}
LIMITS = (RestrictionKind.MUST_NOT_MEET, RestrictionKind.MUST_NOT_KNOW, RestrictionKind.CONFIDENTIAL_ADDRESS)
ROOM = "Room 4, Civic Centre"
LINK = "https://teams.example.invalid/l/meetup-join/1"


@dataclass(frozen=True)
class Cell:
    """One question put to the policy."""

    role: str
    staff: bool
    kind: str
    limit: RestrictionKind | None
    side: Side


def cells() -> Iterator[Cell]:
    roles = [*PARTIES, "somebody-new"]
    kinds = [*SORTS, "a_kind_of_its_own"]
    limits = [None, *RestrictionKind]
    for role, staff, kind, limit, side in itertools.product(roles, (True, False), kinds, limits, Side):
        yield Cell(role, staff, kind, limit, side)


def may_join(cell: Cell) -> bool:
    """Whether the person is told the link by which a meeting is joined by video."""
    if cell.kind not in SORTS or (cell.limit in LIMITS and cell.side is Side.KEPT):
        return False
    if cell.staff:
        return True
    if cell.role not in PARTIES or cell.limit in LIMITS or cell.kind in PANELS:
        return False
    return not (cell.role in FAMILY and cell.kind in LEGAL)


def expected(cell: Cell) -> tuple[bool, bool, bool]:
    """(place, others by role, references) that the person is told."""
    if cell.kind not in SORTS:
        return False, False, False
    if cell.staff:
        return True, False, True
    if cell.role not in PARTIES:
        return False, False, False
    family = cell.role in FAMILY
    place = not (family and cell.kind in LEGAL)
    others = cell.kind not in LEGAL and not (family and cell.kind in PANELS)
    if cell.limit in LIMITS and cell.side is Side.KEPT:
        return False, False, False
    if cell.limit in LIMITS[:2]:
        return place, False, False
    return place, others, False


def told(cell: Cell) -> tuple[bool, bool, bool]:
    """What stands in the message."""
    seen = view_of(cell)
    shown = render(seen, seen.meeting.invitees[0], seen.recipients[person("asked")], Route.OWN_EVENT)
    place = (shown.location == ROOM, f"Where: {ROOM}" in shown.body_text)
    others = (bool(shown.others_shown), "Others who are asked" in shown.body_text)
    assert len(set(place)) == len(set(others)) == 1, "the parts of one message say different things"
    assert shown.location in (ROOM, WE_WILL_TELL_YOU)
    assert "M-2041" in shown.body_text and "24 March 2026" in shown.body_text
    link = (
        shown.joining_link == LINK,
        LINK in shown.told_text(),
        f"By video: {ASK_HOW_TO_JOIN}" not in shown.body_text,
    )
    assert set(link) == {may_join(cell)}, f"{cell}: the joining link"
    return place[0], others[0], "CH-100" in shown.body_text


def view_of(cell: Cell) -> MeetingView:
    meeting = made_meeting(["asked", "other"])
    invitees = (Invitee(person("asked"), cell.role, True, ()), Invitee(person("other"), "carer", True, ()))
    people = {person("asked"): recipient("asked", staff=cell.staff), person("other"): recipient("other")}
    kept, protected = person("asked"), person("other")
    if cell.side is Side.PROTECTED:
        kept, protected = protected, kept
    limits = (Restriction(cell.limit, kept, protected),) if cell.limit else ()
    asked = replace(meeting, kind=cell.kind, invitees=invitees, held_by_video=True)
    return MeetingView(asked, people, limits, False, ("CH-100",), ("Maya Finch",), LINK)


def test_every_cell_tells_what_the_policy_allows(record_property: Callable[[str, object], None]) -> None:
    asked = list(cells())
    wrong = [(cell, found) for cell in asked if (found := told(cell)) != expected(cell)]
    record_property("disclosure policy", f"{len(asked)} cells, {len(wrong)} mismatches")
    assert not wrong, f"{len(wrong)} of {len(asked)}, for instance {wrong[0]}"
    assert {expected(cell) for cell in asked} == {
        (True, True, False), (True, False, True), (True, False, False), (False, False, False),
    }  # fmt: skip


def test_what_the_policy_does_not_know_is_told_time_and_reference_only() -> None:
    for cell in (
        Cell("somebody-new", False, "ppm", None, Side.KEPT),
        Cell("mother", False, "a_kind_of_its_own", None, Side.KEPT),
        Cell("social-worker", True, "a_kind_of_its_own", None, Side.KEPT),
    ):
        assert told(cell) == (False, False, False)


@pytest.mark.parametrize("pack", PACKS, ids=lambda path: path.stem)
def test_every_kind_and_role_of_the_packs_stands_in_the_policy(pack: Path) -> None:
    kinds: dict[str, dict[str, Any]] = yaml.safe_load(pack.read_text(encoding="utf-8")).get("meeting_kinds") or {}
    assert set(kinds) <= set(SORTS), "a kind without a line in domain/disclosure.py is told time and reference only"
    roles = {
        role for kind in kinds.values() for part in ("required_roles", "optional_roles") for role in kind.get(part, ())
    }
    assert roles | {kind["chair_role"] for kind in kinds.values() if "chair_role" in kind} <= set(PARTIES)


HOME = "5 Carer Lane"


@pytest.mark.parametrize("place", [HOME, "the home, 5  cárer lane", "Oak Tree Primary"])
def test_a_place_that_is_somebodys_is_told_nobody_else(place: str) -> None:
    """Halton, and the foster carer whose house a council had to move: a home is never a venue by accident."""
    names = ("chair", "mother", "carer")
    meeting = replace(made_meeting(names), room_name=place)
    people = {person(name): recipient(name, staff=name == "chair") for name in names}
    carer = replace(people[person("carer")], protected=("Robin Carer", HOME))
    people[person("carer")] = carer
    seen = MeetingView(meeting, people, (), False, ("CH-100",), ("Maya Finch", "Oak Tree Primary"))
    told_at = {
        invitee.role: render(seen, invitee, people[invitee.person], Route.OWN_EVENT) for invitee in meeting.invitees
    }
    for role in ("team-manager", "mother"):
        assert told_at[role].location == WE_WILL_TELL_YOU and place not in told_at[role].body_text
    assert (told_at["carer"].location == place) is (place != "Oak Tree Primary"), "their own home is theirs to read"
