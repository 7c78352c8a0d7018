"""Which conflicts of interest are found in who stands around whom, and what they do: pure, case by case."""

from uuid import UUID

import pytest

from services.panels.domain.attendance import AttendanceEntry, Presence, in_the_room
from services.panels.domain.conflict import (
    NOT_SHOWN,
    Conflict,
    ConflictGround,
    Part,
    all_conflicts,
    found_conflicts,
    hide_what_is_about,
    recused_from,
)
from services.panels.domain.member import MemberId
from tests.panels.conftest import at
from tests.panels.test_quorum import member

CHILD, BROTHER, HOUSE = "c/demo/children/1", "c/demo/children/2", "c/demo/carerHouseholds/3"
ME, SOMEBODY = "c/demo/people/7", "c/demo/people/8"
ONE = member(person=ME)
FAMILY = [frozenset({CHILD, BROTHER})]
G = ConflictGround


def part(subject: str, role: str, person: str = ME) -> Part:
    return Part(person, subject, role)


@pytest.mark.parametrize(
    ("subject", "parts", "grounds"),
    [
        (CHILD, [], []),
        (CHILD, [part(CHILD, "social-worker", SOMEBODY)], []),
        (CHILD, [part(CHILD, "social-worker")], [G.OWN_CASE]),
        (CHILD, [part(CHILD, "reviewing-officer")], [G.OWN_CASE]),
        (CHILD, [part(CHILD, "team-manager")], [G.LINE_MANAGEMENT]),
        (HOUSE, [part(HOUSE, "social-worker")], [G.ASSESSOR]),
        (HOUSE, [part(HOUSE, "supervising-social-worker")], [G.ASSESSOR]),
        (HOUSE, [part(HOUSE, "carer")], [G.FAMILY]),
        (CHILD, [part(CHILD, "carer")], [G.FAMILY]),
        (CHILD, [part(BROTHER, "carer")], [G.SIBLING_CARER]),
        (CHILD, [part(BROTHER, "social-worker")], []),
        (HOUSE, [part(BROTHER, "carer")], []),
        (CHILD, [part(CHILD, "team-manager"), part(CHILD, "social-worker")], [G.LINE_MANAGEMENT, G.OWN_CASE]),
    ],
)
def test_what_is_found(subject: str, parts: list[Part], grounds: list[ConflictGround]) -> None:
    found = found_conflicts([ONE], [subject], parts, FAMILY)
    assert [one.ground for one in found] == grounds
    assert all(one.derived and one.recuses and one.words for one in found)


def test_of_somebody_whom_cases_does_not_know_nothing_is_found() -> None:
    assert found_conflicts([member(person="")], [CHILD], [part(CHILD, "mother", "")], []) == []


@pytest.mark.parametrize("subject", ["c/demo/children/mother", CHILD])
def test_one_reviewing_officer_for_parent_and_child_is_found_from_either_side(subject: str) -> None:
    parent = "c/demo/children/mother"
    parts = [
        part(parent, "child", SOMEBODY),
        part(CHILD, "mother", SOMEBODY),
        part(parent, "reviewing-officer"),
        part(CHILD, "reviewing-officer"),
    ]
    assert G.PARENT_AND_CHILD in {one.ground for one in found_conflicts([ONE], [subject], parts, [])}
    another = [*parts[:3], part(CHILD, "reviewing-officer", "c/demo/people/9")]
    assert G.PARENT_AND_CHILD not in {one.ground for one in found_conflicts([ONE], [subject], another, [])}


def test_what_somebody_said_stands_in_for_what_was_found_and_nothing_else_does() -> None:
    found = found_conflicts([ONE], [CHILD, BROTHER], [part(CHILD, "social-worker"), part(BROTHER, "social-worker")], [])
    aside = Conflict(ONE.member_id, frozenset({CHILD}), G.OWN_CASE, "", UUID(int=1), derived=True, set_aside="Left.")
    every = all_conflicts([aside], found)
    items = {UUID(int=11): [CHILD], UUID(int=12): [BROTHER], UUID(int=13): ["c/demo/children/9"]}
    assert recused_from(every, items) == {ONE.member_id: frozenset({UUID(int=12)})}


def test_a_conflict_that_must_stand_recuses_whatever_was_said() -> None:
    stands = Conflict(ONE.member_id, frozenset({CHILD}), G.PARENT_AND_CHILD, "", UUID(int=1), set_aside="Never mind.")
    assert recused_from([stands], {UUID(int=11): [CHILD]}) == {ONE.member_id: frozenset({UUID(int=11)})}


def test_of_two_words_about_the_same_time_the_later_written_counts() -> None:
    me = MemberId(UUID(int=1))
    entries = [
        AttendanceEntry(me, Presence.ARRIVED, at(10, 10, 30), at(10, 11, 5)),
        AttendanceEntry(me, Presence.LEFT, at(10, 10, 30), at(10, 11)),
        AttendanceEntry(me, Presence.ARRIVED, at(10, 10), at(10, 10)),
    ]
    assert in_the_room(entries, at(10, 12), begun=True) == {me}
    assert in_the_room(entries[:2], at(10, 10, 29), begun=True) == frozenset()
    assert (
        in_the_room([AttendanceEntry(me, Presence.COMING, at(9, 9), at(9, 9))], at(10, 12), begun=True) == frozenset()
    )


def test_who_may_not_know_of_the_brother_reads_only_that_the_member_keeps_out() -> None:
    found = found_conflicts([ONE], [CHILD], [part(BROTHER, "carer"), part(CHILD, "social-worker")], FAMILY)
    shown = hide_what_is_about(found, {CHILD})
    assert {(one.ground, one.words) for one in shown} == {
        (G.PERSONAL, NOT_SHOWN),
        (G.OWN_CASE, "Works with the case, as its social worker."),
    }
    assert all(one.recuses for one in shown)
    assert hide_what_is_about(found, {CHILD, BROTHER}) == found
