"""Who must be there, case by case, as the statute has it: regulation 24 of fsr-2011, regulation 6 of aar-2005."""

from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

import pytest

from services.panels.domain.body import BodyUuid
from services.panels.domain.member import Member, MemberId, listed
from services.panels.domain.quorum import Present, Quorum, QuorumRule, Seat, quorum_of

CHAIR, VICE, WORKER = "chair", "vice-chair", "social-worker-three-years"
STATUTORY = QuorumRule(
    at_least=5,
    seats=(Seat(frozenset({CHAIR, VICE})), Seat(frozenset({WORKER}))),
    among=(Seat(frozenset({"independent"})),),
)
JOINT = replace(STATUTORY, at_least=6)
DAY = date(2026, 6, 9)
ITEM = UUID(int=77)
NO_CHAIR = "the chair or a vice chair is missing"
NO_WORKER = "a social worker with three years' experience since qualifying is missing"
NO_INDEPENDENT = "an independent member is missing"

INDEPENDENT_CHAIR = ("chair", "independent")
OTHERS = (("member",), ("member",), ("member",))


def room(*members: tuple[str, ...]) -> list[Present]:
    return [Present(MemberId(UUID(int=place)), frozenset(roles)) for place, roles in enumerate(members, 1)]


@dataclass(frozen=True)
class Case:
    name: str
    rule: QuorumRule
    present: list[Present]
    missing: tuple[str, ...] = ()


CASES = [
    Case("five with an independent chair", STATUTORY, room(INDEPENDENT_CHAIR, (WORKER,), *OTHERS)),
    Case("an independent vice chair presides", STATUTORY, room((VICE, "independent"), (WORKER,), *OTHERS)),
    Case(
        "a vice chair of the council's own presides and nobody is independent",
        STATUTORY,
        room((VICE,), (WORKER,), *OTHERS),
        (NO_INDEPENDENT,),
    ),
    Case(
        "a vice chair of the council's own presides and another is independent",
        STATUTORY,
        room((VICE,), (WORKER,), ("independent",), ("member",), ("member",)),
    ),
    Case(
        "four are too few whoever they are",
        STATUTORY,
        room(INDEPENDENT_CHAIR, (WORKER,), ("member",), ("member",)),
        ("1 more member is needed (5 in all)",),
    ),
    Case(
        "nobody presides",
        STATUTORY,
        room(("independent",), (WORKER,), *OTHERS),
        (NO_CHAIR,),
    ),
    Case("no social worker", STATUTORY, room(INDEPENDENT_CHAIR, ("member",), *OTHERS), (NO_WORKER,)),
    Case(
        "the chair is not the social worker besides",
        STATUTORY,
        room((*INDEPENDENT_CHAIR, WORKER), ("member",), *OTHERS),
        (NO_WORKER + ", besides those who fill another place",),
    ),
    Case(
        "two who could each be either fill both places",
        STATUTORY,
        room((VICE, WORKER, "independent"), (VICE, "member"), *OTHERS),
    ),
    Case(
        "a joint panel of five",
        JOINT,
        room(INDEPENDENT_CHAIR, (WORKER,), *OTHERS),
        ("1 more member is needed (6 in all)",),
    ),
    Case("a joint panel of six", JOINT, room(INDEPENDENT_CHAIR, (WORKER,), *OTHERS, ("member",))),
    Case(
        "nobody at all",
        STATUTORY,
        [],
        ("5 more members are needed (5 in all)", NO_CHAIR, NO_WORKER, NO_INDEPENDENT),
    ),
    Case("a body that only counts heads", QuorumRule(3), room(("member",), ("member",), ("member",))),
    Case(
        "a body that needs two managers",
        QuorumRule(3, among=(Seat(frozenset({"team-manager"}), 2),)),
        room(("team-manager",), ("member",), ("member",)),
        ("a team manager is missing",),
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_statutes_cases(case: Case) -> None:
    assert quorum_of(case.rule, case.present) == Quorum(met=not case.missing, missing=case.missing)


def test_a_member_who_keeps_out_of_an_item_does_not_count_for_it_and_counts_for_the_next() -> None:
    present = room(INDEPENDENT_CHAIR, (WORKER,), *OTHERS)
    present[1] = replace(present[1], recused=frozenset({ITEM}))
    assert quorum_of(STATUTORY, present, ITEM).missing == ("1 more member is needed (5 in all)", NO_WORKER)
    assert quorum_of(STATUTORY, present, UUID(int=78)).met
    assert quorum_of(STATUTORY, present).met


def test_nobody_counts_twice() -> None:
    present = room(INDEPENDENT_CHAIR, (WORKER,), ("member",), ("member",))
    assert not quorum_of(STATUTORY, [*present, present[-1]]).met


def member(**changes: object) -> Member:
    made = Member(
        MemberId(UUID(int=1)),
        BodyUuid(UUID(int=2)),
        person="",
        name_for_staff="Ada Made",
        roles=frozenset({WORKER, "member"}),
        from_date=date(2026, 1, 1),
        experienced_since=date(2023, 6, 9),
        evidence="Entry in the register, seen by the panel adviser",
    )
    return replace(made, **changes)


def test_who_has_left_the_list_is_not_on_it_and_who_gave_notice_is_until_the_last_day() -> None:
    stays, leaves = member(), member(member_id=MemberId(UUID(int=3)), until_date=DAY)
    comes = member(member_id=MemberId(UUID(int=4)), from_date=date(2026, 6, 10))
    assert listed([leaves, stays, comes], DAY) == [stays, leaves]
    assert listed([leaves, stays, comes], date(2026, 6, 10)) == [stays, comes]


@pytest.mark.parametrize(
    ("changes", "counts"),
    [
        ({}, True),
        ({"experienced_since": date(2023, 6, 10)}, False),
        ({"experienced_since": None}, False),
        ({"evidence": ""}, False),
    ],
    ids=["three years to the day", "a day short", "nobody said since when", "nobody saw it shown"],
)
def test_a_social_worker_counts_as_one_once_three_years_are_shown(changes: dict[str, object], counts: bool) -> None:
    assert (WORKER in member(**changes).roles_on(DAY)) is counts
    assert "member" in member(**changes).roles_on(DAY)
