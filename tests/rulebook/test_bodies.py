"""Standing bodies as the packs have them: what each is worth, what goes to it, and how its sittings are prepared."""

from __future__ import annotations

from pathlib import Path

import pytest
from told import copy_pack

from rulebook.body import Body, DeadlineStep, MemberRole, Number
from rulebook.facts import BodyId
from rulebook.pack import PACKS, load_pack, pack_names
from rulebook.yaml_source import PackError

# pack, body, authority, what goes to it, and who decides after it
BODIES = [
    ("bcp", "tracking-panel", "endorses", {"plan-oversight", "pathway-plan"}, ""),
    ("bcp", "care-and-access-panel", "decides", {"semi-independent-home"}, ""),
    (
        "bcp",
        "fostering-panel",
        "recommends",
        {"carer-approval", "carer-review", "long-term-match"},
        "agency decision maker",
    ),
    (
        "england",
        "adoption-panel",
        "recommends",
        {"adoption-plan", "adoption-match", "adopter-approval"},
        "agency decision maker",
    ),
    ("leicestershire", "permanence-panel", "decides", {"long-term-fostering-plan", "long-term-match"}, ""),
    ("dudley", "early-permanence-panel", "endorses", {"early-permanence-plan"}, ""),
    ("dudley", "monitoring-panel", "endorses", {"plan-oversight"}, ""),
    (
        "telford-and-wrekin",
        "permanency-panel",
        "recommends",
        {"separate-siblings", "long-term-match"},
        "service director",
    ),
    ("telford-and-wrekin", "resources-panel", "decides", {"national-adopter-search", "adoption-support-money"}, ""),
    ("securing-permanence-group", "securing-permanence-group", "endorses", {"plan-oversight"}, ""),
]


def body(pack: str, key: str) -> Body:
    return load_pack(pack).bodies[BodyId(key)]


@pytest.mark.parametrize(("pack", "key", "authority", "matters", "after"), BODIES, ids=[row[1] for row in BODIES])
def test_each_of_the_ten_says_what_it_is_worth_what_it_hears_and_who_decides_after_it(
    pack: str, key: str, authority: str, matters: set[str], after: str
) -> None:
    found = body(pack, key)
    assert found.agenda is not None and found.meeting_kind in load_pack(pack).meeting_kinds
    assert (found.authority, set(found.matters), found.agenda.decision_maker) == (authority, matters, after)
    assert found.subjects and found.remit and found.membership and found.quorum
    steps = [one.step for one in found.deadlines]
    assert steps[:4] == [DeadlineStep.NOMINATE, DeadlineStep.REPORTS, DeadlineStep.AGENDA_PACK, DeadlineStep.MINUTES]
    assert (DeadlineStep.DECISION in steps) is (authority == "recommends")


@pytest.mark.parametrize("name", pack_names())
def test_a_number_that_no_source_names_is_the_councils_own_and_says_so(name: str) -> None:
    """Only the law's five members, its seven working days and its five are not (C-24)."""
    found = load_pack(name).bodies.values()
    of_the_law = {
        (one.id, deadline.step.value, deadline.working_days.value)
        for one in found
        for deadline in one.deadlines
        if not deadline.working_days.local
    }
    assert of_the_law == {
        ("fostering-panel", "decision", 7),
        ("adoption-panel", "decision", 7),
        ("adoption-panel", "letter", 5),
    }
    statutory = {one.id for one in found if one.quorum and not one.quorum.at_least.local}
    assert statutory == {"fostering-panel", "adoption-panel"}
    assert all(one.agenda.capacity.local for one in found if one.agenda and one.agenda.capacity)


@pytest.mark.parametrize("key", ["fostering-panel", "adoption-panel"])
def test_the_laws_panels_have_a_central_list_and_seats_that_a_council_only_renames(key: str) -> None:
    for pack in pack_names():
        found = body(pack, key)
        assert found.membership is not None and found.quorum is not None
        assert (found.membership.central_list, found.membership.notice_months) == (True, 1)
        assert found.quorum.at_least == Number(5)
        assert [set(seat.roles) for seat in found.quorum.seats] == [
            {MemberRole.CHAIR, MemberRole.VICE_CHAIR},
            {MemberRole.SOCIAL_WORKER_THREE_YEARS},
        ]
        assert [set(seat.roles) for seat in found.quorum.among] == [{MemberRole.INDEPENDENT}]


BCP = (PACKS / "bcp.yaml").read_text()
FAULTS = [
    (
        "matters: [carer-approval, carer-review, long-term-match]",
        "matters: [carer-approval, semi-independent-home]",
        "'semi-independent-home' goes to fostering-panel too; it must go to one body",
    ),
    ("authority: decides", "authority: recommends", "it recommends: say under `agenda` who the decision_maker is"),
    ("at_least: care_and_access_panel_quorum", "at_least: three", "no parameter 'three' that is a number"),
    ("    title: Care and access to resources panel\n    auth", "    auth", "body care-and-access-panel lacks title"),
]


@pytest.mark.parametrize(("old", "new", "says"), FAULTS, ids=[row[2] for row in FAULTS])
def test_a_body_that_cannot_be_is_refused_with_its_place(old: str, new: str, says: str, tmp_path: Path) -> None:
    assert BCP.count(old) == 1
    copy_pack("england", tmp_path)
    copy_pack("bcp", tmp_path)
    (tmp_path / "bcp.yaml").write_text(BCP.replace(old, new))
    with pytest.raises(PackError) as error:
        load_pack("bcp", tmp_path)
    assert any(says in line and line.startswith("bcp.yaml:") for line in str(error.value).splitlines())


def test_a_joint_panel_is_one_more_number_of_a_council(tmp_path: Path) -> None:
    copy_pack("england", tmp_path)
    copy_pack("bcp", tmp_path)
    joint = "  fostering-panel:\n    quorum: {at_least: 6, seats: [{roles: [chair, vice-chair]}]}\n"
    (tmp_path / "bcp.yaml").write_text(BCP.replace("  fostering-panel:\n", joint, 1))
    found = load_pack("bcp", tmp_path).bodies[BodyId("fostering-panel")]
    assert found.quorum is not None and found.quorum.at_least == Number(6)
    assert found.membership is not None and found.membership.central_list
