"""The pure parts: what changes when clocks are worked out anew, when care covers a day, what counts as protected."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest

from rulebook.facts import EventType, SubjectKind
from rulebook.pack import load_pack
from services.cases.domain import protected_strings
from services.cases.domain.case_event import RecordedEvent, for_rules, in_care
from services.cases.domain.names import CaseEventId, PersonId, SubjectId, body_subject_id, obligation_id
from services.cases.domain.obligation import Change, Obligation, ObligationState, changes, work_out
from services.cases.domain.person import Channel, Person
from services.cases.domain.subject import Subject

BCP = load_pack("bcp")
CHILD = Subject(SubjectId(UUID(int=1)), SubjectKind.CHILD, "P1", "NM-0001")
DAY = date(2026, 3, 2)


def fact(event: str, on: date = DAY, meeting: str = "") -> RecordedEvent:
    return RecordedEvent(CaseEventId(uuid4()), CHILD.id, EventType(event), on, f"{event}/{on}", meeting=meeting)


def after(stored: list[Obligation], *facts: RecordedEvent, as_of: date = DAY) -> list[Change]:
    return changes(CHILD.id, stored, work_out(BCP, CHILD, facts, as_of))


def test_working_out_again_changes_nothing() -> None:
    first = after([], fact("became_looked_after"))
    assert first
    assert after([change.after for change in first], fact("became_looked_after")) == []


def test_a_booking_survives_and_the_first_date_stays() -> None:
    stored = [
        replace(change.after, booked_on=DAY, meeting="councils/x/meetings/1")
        for change in after([], fact("became_looked_after"))
    ]
    moved = {
        one.after.rule_id: one.after for one in after(stored, fact("became_looked_after", DAY - timedelta(days=3)))
    }
    review = moved["reg33-1"]
    assert (review.booked_on, review.meeting) == (DAY, "councils/x/meetings/1")
    before = next(one for one in stored if one.rule_id == "reg33-1")
    assert review.moved_from == before.due_on
    assert review.due_on != before.due_on
    assert review.id == before.id == obligation_id(CHILD.id, before.key)


def test_what_the_rules_no_longer_ask_for_ends_and_history_is_no_news() -> None:
    stored = [change.after for change in after([], fact("became_looked_after"))]
    gone = after(stored)
    assert {change.after.state for change in gone} == {ObligationState.ENDED}
    assert all(change.told for change in gone)
    over = after([], fact("became_looked_after"), fact("ceased_to_be_looked_after"), as_of=DAY + timedelta(days=1))
    assert over
    assert not any(change.told for change in over if not change.after.running)


def test_minutes_point_at_their_own_meeting() -> None:
    held, other = fact("ppm_held", meeting="m/1"), fact("ppm_held", DAY + timedelta(days=1), meeting="m/2")
    signed = fact("ppm_minutes_signed_by_chair", DAY + timedelta(days=2), meeting="m/1")
    told = for_rules([held, other, signed])
    assert [one.concerns for one in told] == ["", "", str(held.id)]


@pytest.mark.parametrize(("days", "covered"), [(-1, False), (0, True), (9, True), (10, True), (11, False), (20, True)])
def test_care_covers_its_first_and_last_day(days: int, covered: bool) -> None:
    facts = [
        fact("became_looked_after"),
        fact("ceased_to_be_looked_after", DAY + timedelta(days=10)),
        fact("became_looked_after", DAY + timedelta(days=20)),
    ]
    assert in_care(facts, DAY + timedelta(days=days)) is covered


def test_a_member_of_staff_has_a_public_name_and_a_private_address() -> None:
    person = Person(
        PersonId(uuid4()), "W1", True, given_names="Wren", email="w@example.org", phone="+447700900009",
        postal_lines=("3 Elm", "Sometown", "ZZ2 2BB"), protected_strings=("Al",),
    )  # fmt: skip
    assert protected_strings.of_person(person) == ("+447700900009", "3 Elm", "ZZ2 2BB"), "nor is two letters a secret"
    assert "Wren" in protected_strings.of_person(replace(person, staff=False))


def test_a_child_has_a_name_to_protect_and_a_body_has_none() -> None:
    title = "Permanence planning and tracking meeting"
    for kind in SubjectKind:
        called = replace(CHILD, kind=kind, display_name=title)
        assert protected_strings.of_subject(called, []) == (() if kind is SubjectKind.BODY else (title,))


def test_a_channel_that_is_also_unsafe_is_none() -> None:
    person = Person(PersonId(uuid4()), "F1", False, channel=Channel.TEXT, unsafe_channels=(Channel.TEXT,))
    assert person.safe_channel is None
    assert replace(person, unsafe_channels=(Channel.EMAIL,)).safe_channel is Channel.TEXT


def test_every_service_works_out_the_same_body() -> None:
    council = UUID(int=7)
    found = {body_subject_id(council, body.id) for body in BCP.bodies.values()}
    assert len(found) == len(BCP.bodies)
    assert found == {body_subject_id(council, body) for body in BCP.bodies}
