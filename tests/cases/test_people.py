"""Who stands around a subject today, how each may be told, and what must not reach anybody else."""

from datetime import UTC, date, datetime

import pytest
from permanence.cases.v1 import cases_service_pb2 as pb
from permanence.cases.v1 import subject_pb2

from rulebook.facts import BodyId, SubjectKind
from services.cases.app.case_data import (
    CaseData,
    InvolvementRow,
    MemberRow,
    PersonRow,
    RestrictionRow,
    SubjectKey,
    SubjectRow,
)
from services.cases.app.take_in_case_data import TakenIn
from services.cases.domain.names import body_subject_id
from services.cases.domain.person import Channel
from services.cases.domain.restriction import RestrictionKind
from services.cases.domain.unsafe_time import UnsafeTime
from tests.cases.conftest import DEMO, Cases, wire

CHILD, SIBLING = SubjectKey(SubjectKind.CHILD, "C1"), SubjectKey(SubjectKind.CHILD, "C2")
GROUP, HOME = SubjectKey(SubjectKind.SIBLING_GROUP, "G1"), SubjectKey(SubjectKind.CARER_HOUSEHOLD, "H1")
DAY = date(2026, 3, 2)
FATHER = PersonRow(
    "F1", given_names="Fenn", family_name="Fatherley", email="father-1@example.org", phone="+447700900001",
    channel=Channel.LETTER, unsafe_channels=(Channel.EMAIL,),
    unsafe_times=(UnsafeTime(1, 60, 120),), postal_lines=("1 Quarry Row", "Sometown", "ZZ1 1AA"),
    interpreter_language="pl", verified_on=date(2026, 2, 1),
)  # fmt: skip
MOTHER = PersonRow("M1", given_names="Mera", channel=Channel.TEXT, unsafe_channels=(Channel.TEXT,))
CARER = PersonRow("K1", given_names="Kit", family_name="Carewell", postal_lines=("9 Hidden Lane", "Faraway", "ZZ9 9ZZ"))
WORKER = PersonRow("W1", staff=True, given_names="Wren", email="worker-1@example.org", channel=Channel.OUTLOOK)
SCHOOL = PersonRow("S1", given_names="Sol", organisation="Larkspur Primary", channel=Channel.EMAIL)


@pytest.fixture
async def taken(cases: Cases) -> TakenIn:
    """Two siblings with one carer household, whose address the father must not learn; the parents must not meet."""
    return await cases.take_in(
        CaseData(
            subjects=(
                SubjectRow(CHILD, "Robin Example", "Robin", "Example"),
                *(SubjectRow(key) for key in (SIBLING, GROUP, HOME)),
            ),
            members=tuple(MemberRow(whole, part) for whole in (GROUP, HOME) for part in (CHILD, SIBLING)),
            people=(FATHER, MOTHER, CARER, WORKER, SCHOOL),
            involvements=(
                InvolvementRow("1", CHILD, "F1", "father", DAY),
                InvolvementRow("2", CHILD, "M1", "mother", DAY),
                InvolvementRow("3", CHILD, "K1", "carer", DAY, date(2026, 3, 31)),
                InvolvementRow("4", CHILD, "S1", "school", DAY),
                InvolvementRow("5", HOME, "K1", "carer", DAY),
            ),
            restrictions=(
                RestrictionRow("a", RestrictionKind.CONFIDENTIAL_ADDRESS, HOME, DAY, person_source_id="F1"),
                RestrictionRow(
                    "b", RestrictionKind.MUST_NOT_MEET, SIBLING, DAY, date(2026, 4, 30), "M1", "F1", court_ordered=True
                ),
            ),
        )
    )


def name_of(taken: TakenIn, key: SubjectKey) -> str:
    collection = {CHILD: "children", SIBLING: "children", GROUP: "siblingGroups", HOME: "carerHouseholds"}[key]
    return f"councils/demo/{collection}/{taken.subjects[key]}"


def person(taken: TakenIn, source_id: str) -> str:
    return f"councils/demo/people/{taken.people[source_id]}"


async def resolve(cases: Cases, taken: TakenIn, key: SubjectKey = CHILD) -> pb.ResolveRecipientsResponse:
    request = pb.ResolveRecipientsRequest(
        parent="councils/demo",
        subjects=[name_of(taken, key)],
        people=[person(taken, one) for one in ("F1", "M1", "K1", "W1", "S1")],
    )
    reply = await cases.ask("ResolveRecipients", request, "service-notifications")
    assert isinstance(reply, pb.ResolveRecipientsResponse)
    return reply


async def test_recipients_as_of_today(cases: Cases, taken: TakenIn) -> None:
    reply = await resolve(cases, taken)
    by_name = {one.person: one for one in reply.recipients}
    assert list(by_name) == [person(taken, one) for one in ("F1", "M1", "K1", "W1", "S1")]
    father = by_name[person(taken, "F1")]
    assert (father.channel, list(father.roles)) == (subject_pb2.CHANNEL_LETTER, ["father"])
    assert list(father.unsafe_channels) == [subject_pb2.CHANNEL_EMAIL]
    assert list(father.unsafe_times) == [subject_pb2.UnsafeTime(weekday=1, start_minute=60, end_minute=120)]
    assert (father.interpreter_language, father.display_name) == ("pl", "Fenn Fatherley")
    protected = [
        "Fenn Fatherley",
        "Fenn",
        "Fatherley",
        "father-1@example.org",
        "+447700900001",
        "1 Quarry Row",
        "ZZ1 1AA",
    ]
    assert sorted(father.protected_strings) == sorted(protected)
    unsafe = by_name[person(taken, "M1")]
    assert unsafe.channel == subject_pb2.CHANNEL_UNSPECIFIED, "a channel somebody else reads is not safe"
    assert list(by_name[person(taken, "W1")].roles) == [], "staff without a part may still be told"
    assert len(reply.references) == 1
    assert reply.references[0].startswith("DM-")
    assert {"Robin Example", "Larkspur Primary", "9 Hidden Lane", "ZZ9 9ZZ"} <= set(reply.subject_protected_strings)
    assert not reply.restricted


async def test_without_a_subject_only_staff_are_told_of(cases: Cases, taken: TakenIn) -> None:
    """When somebody is busy is asked of nobody's case; whoever is no staff has a part somewhere or is not told."""
    people = [person(taken, one) for one in ("F1", "M1", "K1", "W1", "S1")]
    request = pb.ResolveRecipientsRequest(parent="councils/demo", people=people)
    reply = await cases.ask("ResolveRecipients", request, "service-notifications")
    assert isinstance(reply, pb.ResolveRecipientsResponse)
    assert person(taken, "W1") in {one.person for one in reply.recipients}
    assert all(one.staff for one in reply.recipients) and not reply.restricted and not reply.references


async def test_a_sitting_may_be_called_what_its_body_is_called(cases: Cases, taken: TakenIn) -> None:
    """A body is told of like a subject; only what belongs to somebody is protected, also where both are asked for."""
    body = f"councils/demo/bodies/{body_subject_id(DEMO.council_id, BodyId('tracking-panel'))}"
    parent, people = "councils/demo", [person(taken, "W1")]

    async def protected(*subjects: str) -> list[str]:
        request = pb.ResolveRecipientsRequest(parent=parent, subjects=subjects, people=people)
        reply = await cases.ask("ResolveRecipients", request, "service-notifications")
        assert isinstance(reply, pb.ResolveRecipientsResponse)
        return list(reply.subject_protected_strings)

    shown = await cases.ask("GetSubject", pb.GetSubjectRequest(name=body), "service-notifications")
    assert isinstance(shown, pb.GetSubjectResponse) and shown.subject.display_name
    assert await protected(body) == []
    child = name_of(taken, CHILD)
    assert await protected(body, child) == await protected(child) != []


async def test_whose_part_has_ended_is_left_out(cases: Cases, taken: TakenIn) -> None:
    cases.set_time(datetime(2026, 4, 1, 9, tzinfo=UTC))
    assert person(taken, "K1") not in {one.person for one in (await resolve(cases, taken)).recipients}
    alone = await resolve(cases, taken, SIBLING)
    assert [one.person for one in alone.recipients] == [person(taken, "W1")], "another child's father is not this one's"


async def test_a_worker_whose_part_has_ended_is_left_out_too(cases: Cases, taken: TakenIn) -> None:
    """Staff who never had a part may be asked, to chair or to take minutes; the former social worker may not."""
    until = date(2026, 3, 31)
    part = InvolvementRow("6", CHILD, "W1", "social-worker", DAY, until)
    await cases.take_in(CaseData(involvements=(part,)))
    assert person(taken, "W1") in {one.person for one in (await resolve(cases, taken)).recipients}
    cases.set_time(datetime(2026, 4, 1, 9, tzinfo=UTC))
    for include_ended in (False, True):
        request = pb.ListInvolvementsRequest(
            parent="councils/demo", subjects=[name_of(taken, CHILD)], include_ended=include_ended
        )
        reply = await cases.ask("ListInvolvements", request, "service-panels")
        assert isinstance(reply, pb.ListInvolvementsResponse)
        ends = {one.person: one.HasField("until_date") for one in reply.involvements}
        assert ends.get(person(taken, "W1")) is (True if include_ended else None)
    assert person(taken, "W1") not in {one.person for one in (await resolve(cases, taken)).recipients}
    assert person(taken, "W1") in {one.person for one in (await resolve(cases, taken, SIBLING)).recipients}


async def test_the_home_is_protected_also_where_only_the_household_names_the_carer(
    cases: Cases, taken: TakenIn
) -> None:
    reply = await resolve(cases, taken, SIBLING)
    assert {"9 Hidden Lane", "ZZ9 9ZZ"} <= set(reply.subject_protected_strings)


async def test_a_sibling_group_has_the_people_of_its_children(cases: Cases, taken: TakenIn) -> None:
    request = pb.ListInvolvementsRequest(parent="councils/demo", subjects=[name_of(taken, GROUP)])
    reply = await cases.ask("ListInvolvements", request, "service-scheduler")
    assert isinstance(reply, pb.ListInvolvementsResponse)
    assert [one.role for one in reply.involvements] == ["carer", "father", "mother", "school"]
    assert {one.subject for one in reply.involvements} == {name_of(taken, GROUP)}
    assert {one.display_name for one in reply.involvements} == {""}, "the scheduler needs no names"


async def test_restrictions_reach_as_far_as_the_people_do(cases: Cases, taken: TakenIn) -> None:
    async def kinds(key: SubjectKey, day: date | None = None) -> dict[int, subject_pb2.Restriction]:
        request = pb.ListRestrictionsRequest(parent="councils/demo", subjects=[name_of(taken, key)])
        if day:
            request.on_date.CopyFrom(wire(day))
        reply = await cases.ask("ListRestrictions", request, "service-scheduler")
        assert isinstance(reply, pb.ListRestrictionsResponse)
        return {one.kind: one for one in reply.restrictions}

    found = await kinds(CHILD)
    address = found[subject_pb2.RESTRICTION_KIND_CONFIDENTIAL_ADDRESS]
    assert (address.person, address.other) == (person(taken, "F1"), name_of(taken, HOME))
    apart = found[subject_pb2.RESTRICTION_KIND_MUST_NOT_MEET]
    assert (apart.person, apart.other) == (person(taken, "M1"), person(taken, "F1"))
    assert apart.court_ordered
    assert apart.subject == name_of(taken, SIBLING), "recorded on the sibling's account, holds between the same parents"
    assert subject_pb2.RESTRICTION_KIND_MUST_NOT_MEET not in await kinds(CHILD, date(2026, 5, 1))
    assert set(await kinds(GROUP)) == set(found)


async def test_people_are_found_by_the_case_systems_ids(cases: Cases, taken: TakenIn) -> None:
    request = pb.LookUpPeopleRequest(parent="councils/demo", source_ids=["W1", "nobody", "F1"])
    reply = await cases.ask("LookUpPeople", request, "case-system")
    assert isinstance(reply, pb.LookUpPeopleResponse)
    assert {one.source_id: (one.person, one.staff) for one in reply.people} == {
        "W1": (person(taken, "W1"), True),
        "F1": (person(taken, "F1"), False),
    }


async def test_a_restriction_of_somebody_unknown_is_not_lost(cases: Cases, taken: TakenIn) -> None:
    row = RestrictionRow("c", RestrictionKind.MUST_NOT_MEET, CHILD, DAY, None, "M1", "ghost")
    with pytest.raises(LookupError, match="1 people or subjects"):
        await cases.take_in(CaseData(restrictions=(row,)))
