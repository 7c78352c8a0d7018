"""What the staff site asks first: what the council is called and looks like, and what its own people are called."""

from datetime import date
from uuid import uuid4

import grpc
import pytest
from permanence.cases.v1 import cases_service_pb2 as pb
from permanence.cases.v1 import council_pb2
from permanence.cases.v1.subject_pb2 import SUBJECT_KIND_BODY

from rulebook.brand import Brand
from rulebook.facts import SubjectKind
from rulebook.vocabulary import vocabulary
from services.cases.app.case_data import CaseData, InvolvementRow, PersonRow, SubjectKey, SubjectRow
from services.cases.app.take_in_case_data import TakenIn
from tests.cases.conftest import SECOND, Cases
from tests.cases.test_who_may import STAFF
from tests.servicekit.serving import refusal

SERVICES = ("service-scheduler", "service-panels", "service-notifications", "service-cases")
CLIENTS = ("case-system", "case-events", "import", "feed", "restricted-cases")
WREN = PersonRow("W1", staff=True, principal_id="oid-wren", given_names="Wren", family_name="Workwell")
ABEL = PersonRow(
    "W2", staff=True, principal_id="oid-abel", given_names="Abel", family_name="Ashe", phone="+447700900001"
)
NEW = PersonRow("W3", staff=True, given_names="Nia", family_name="Newly")
MOTHER = PersonRow("M1", given_names="Mera", family_name="Motherley", email="mera@example.org")


@pytest.fixture
async def taken(cases: Cases) -> TakenIn:
    # A mother with a directory id: she may sign in somewhere, and is no colleague for that.
    odd = PersonRow("M2", principal_id="oid-odd", given_names="Odd", family_name="Parent")
    await cases.take_in(CaseData(people=(PersonRow("W1", staff=True, principal_id="oid-wren"),)), SECOND)
    return await cases.take_in(CaseData(people=(WREN, ABEL, NEW, MOTHER, odd)))


def person(taken: TakenIn, source_id: str) -> str:
    return f"councils/demo/people/{taken.people[source_id]}"


async def council(cases: Cases, role: str = "business-support") -> council_pb2.Council:
    reply = await cases.ask("GetCouncil", pb.GetCouncilRequest(name="councils/demo"), role)
    assert isinstance(reply, pb.GetCouncilResponse)
    return reply.council


async def look_up(
    cases: Cases, *principals: str, people: tuple[str, ...] = (), roles: tuple[str, ...] = ()
) -> list[council_pb2.StaffMember]:
    request = pb.LookUpStaffRequest(parent="councils/demo", principal_ids=principals, people=people, roles=roles)
    reply = await cases.ask("LookUpStaff", request, "social-worker")
    assert isinstance(reply, pb.LookUpStaffResponse)
    return list(reply.staff)


async def test_the_council_in_its_own_words_and_colours(cases: Cases) -> None:
    shown = await council(cases)
    assert (shown.name, shown.display_name) == ("councils/demo", "Demo Council")
    neutral = Brand()
    colours = (shown.header_colour, shown.link_colour, shown.button_colour)
    assert colours == (neutral.header_colour, neutral.link_colour, neutral.button_colour)
    assert shown.labels["cic_review"] == "child in care review"
    assert shown.labels["ppm"] == "permanence planning meeting"
    titles = [one.title for one in shown.meeting_kinds]
    assert titles == sorted(titles, key=str.casefold) and len(titles) >= 3
    review = next(one for one in shown.meeting_kinds if one.key == "cic_review")
    assert (review.title, review.chair_role) == ("Child in care review", "reviewing-officer")
    assert review.duration_minutes == 90
    assert "social-worker" in review.required_roles and "carer" in review.optional_roles
    assert list(review.chair_decides_roles) == ["mother", "father", "parent"]
    assert not review.parts and not review.date_is_the_familys
    conference = next(one for one in shown.meeting_kinds if one.key == "family_group_conference")
    assert conference.date_is_the_familys and list(conference.throughout_roles) == ["social-worker"]
    assert [(part.title, part.minutes, "social-worker" in part.only_roles) for part in conference.parts] == [
        ("Sharing information", 60, False), ("Private family time", 75, False), ("Agreeing the plan", 45, True),
    ]  # fmt: skip


async def test_what_can_be_recorded_is_told_in_the_councils_words(cases: Cases) -> None:
    shown = await council(cases)
    types = {one.type: one for one in shown.case_event_types}
    assert types.keys() == vocabulary().keys()
    assert not any("{" in one.says + one.group for one in types.values())
    held = types["ppm_held"]
    assert (held.says, held.planned, held.takes_time) == ("the permanence planning meeting was held", False, True)
    assert types["ppm_booked"].planned and not types["ppm_booked"].takes_time
    signed = types["permanence_plan_signed_by_manager"]
    assert signed.about_plan and signed.group == types["drift_identified"].group
    assert list(types["sitting_held"].subject_kinds) == [SUBJECT_KIND_BODY]
    assert not types["policy_reviewed"].subject_kinds, "nobody records of a council"
    assert "adoption" in shown.permanence_plans


async def test_everybody_who_works_here_may_ask_for_the_council(cases: Cases) -> None:
    for role in (*STAFF, *SERVICES):
        assert (await council(cases, role)).display_name == "Demo Council"
    other = pb.GetCouncilRequest(name="councils/second")
    absent = pb.GetCouncilRequest(name="councils/nowhere")
    refused = [await cases.refused("GetCouncil", one, "social-worker") for one in (other, absent)]
    assert [one.code for one in refused] == [grpc.StatusCode.NOT_FOUND] * 2
    assert refused[0].text.replace("second", "") == refused[1].text.replace("nowhere", "")


async def test_other_systems_are_told_neither(cases: Cases, taken: TakenIn) -> None:
    asked: dict[str, object] = {
        "GetCouncil": pb.GetCouncilRequest(name="councils/demo"),
        "LookUpStaff": pb.LookUpStaffRequest(parent="councils/demo", principal_ids=["oid-wren"]),
    }
    for rpc, request in asked.items():
        for role in CLIENTS:
            metadata = cases.metadata(role, app=True)
            refused = await refusal(lambda: getattr(cases.stub, rpc)(request, metadata=metadata))  # noqa: B023
            assert refused.code == grpc.StatusCode.PERMISSION_DENIED, (rpc, role)
    # Also where somebody gave an application a role of people; and our own services need no names.
    for roles in (("business-support",), ("service-panels",)):
        metadata = cases.metadata(*roles, app=True)
        refused = await refusal(lambda: cases.stub.LookUpStaff(asked["LookUpStaff"], metadata=metadata))  # noqa: B023
        assert refused.code == grpc.StatusCode.PERMISSION_DENIED, roles


async def test_staff_are_named_by_either_id_once_and_in_order(cases: Cases, taken: TakenIn) -> None:
    found = await look_up(cases, "oid-wren", "oid-abel", "oid-wren", people=(person(taken, "W3"), person(taken, "W1")))
    assert [(one.display_name, one.principal_id, one.person) for one in found] == [
        ("Abel Ashe", "oid-abel", person(taken, "W2")),
        ("Nia Newly", "", person(taken, "W3")),
        ("Wren Workwell", "oid-wren", person(taken, "W1")),
    ]


async def test_staff_are_found_by_the_parts_they_have_today(cases: Cases, taken: TakenIn) -> None:
    child, began = SubjectKey(SubjectKind.CHILD, "C1"), date(2026, 1, 5)
    parts = (
        InvolvementRow("i1", child, "W1", "team-manager", began),
        InvolvementRow("i2", child, "W2", "team-manager", began, date(2026, 3, 15)),  # ended yesterday
        InvolvementRow("i3", child, "W3", "reviewing-officer", began),
        InvolvementRow("i4", child, "M1", "team-manager", began),  # no staff, whatever the record says
    )
    await cases.take_in(CaseData(subjects=(SubjectRow(child),), involvements=parts))
    assert [one.display_name for one in await look_up(cases, roles=("team-manager",))] == ["Wren Workwell"]
    both = await look_up(cases, "oid-wren", roles=("team-manager", "reviewing-officer"))
    assert [one.display_name for one in both] == ["Nia Newly", "Wren Workwell"]
    assert await look_up(cases, roles=("advocate",)) == []


async def test_whoever_is_no_staff_is_answered_like_nobody(cases: Cases, taken: TakenIn) -> None:
    family = (person(taken, "M1"), person(taken, "M2"), f"councils/demo/people/{uuid4()}")
    assert await look_up(cases, "oid-odd", "oid-of-nobody", people=family) == []


async def test_staff_are_found_by_the_part_that_they_have_today(cases: Cases, taken: TakenIn) -> None:
    child, since = SubjectKey(SubjectKind.CHILD, "C1"), date(2025, 1, 1)
    parts = (
        InvolvementRow("i1", child, "W1", "reviewing-officer", since),
        InvolvementRow("i2", child, "W3", "reviewing-officer", since, date(2026, 3, 15)),
        InvolvementRow("i3", child, "M1", "reviewing-officer", since),
        InvolvementRow("i4", child, "W2", "team-manager", since),
    )
    await cases.take_in(CaseData(subjects=(SubjectRow(child),), involvements=parts))
    request = pb.LookUpStaffRequest(parent="councils/demo", roles=["reviewing-officer"])
    for role in (*STAFF, "performance-officer"):
        reply = await cases.ask("LookUpStaff", request, role)
        assert isinstance(reply, pb.LookUpStaffResponse)
        assert [one.person for one in reply.staff] == [person(taken, "W1")], "an ended part and a parent's are none"
    both = pb.LookUpStaffRequest(parent="councils/demo", people=[person(taken, "W2")], roles=["reviewing-officer"])
    reply = await cases.ask("LookUpStaff", both, "team-manager")
    assert isinstance(reply, pb.LookUpStaffResponse)
    assert [one.display_name for one in reply.staff] == ["Abel Ashe", "Wren Workwell"]
    nobody = pb.LookUpStaffRequest(parent="councils/demo", roles=["advocate"])
    reply = await cases.ask("LookUpStaff", nobody, "team-manager")
    assert isinstance(reply, pb.LookUpStaffResponse) and not reply.staff


async def test_a_performance_officer_knows_the_council_and_its_kinds_of_meeting(cases: Cases) -> None:
    assert (await council(cases, "performance-officer")).meeting_kinds


async def test_every_member_of_staff_may_ask_and_it_is_audited(cases: Cases, taken: TakenIn) -> None:
    request = pb.LookUpStaffRequest(parent="councils/demo", people=[person(taken, "W1")])
    for role in STAFF:
        reply = await cases.ask("LookUpStaff", request, role)
        assert isinstance(reply, pb.LookUpStaffResponse) and len(reply.staff) == 1, role
    assert await cases.count("select count(*) from audit_event where action = 'LookUpStaff'") == len(STAFF)
    everything = await cases.count("select string_agg(audit_event::text, ' ') from audit_event")
    assert "Wren" not in str(everything)


async def test_another_councils_staff_stay_its_own(cases: Cases, taken: TakenIn) -> None:
    request = pb.LookUpStaffRequest(parent="councils/second", principal_ids=["oid-wren", "oid-abel"])
    reply = await cases.ask("LookUpStaff", request, "social-worker", council=SECOND)
    assert isinstance(reply, pb.LookUpStaffResponse)
    assert [(one.principal_id, one.display_name) for one in reply.staff] == [("oid-wren", "")]
    stolen = pb.LookUpStaffRequest(parent="councils/second", people=[person(taken, "W1").replace("demo", "second")])
    reply = await cases.ask("LookUpStaff", stolen, "social-worker", council=SECOND)
    assert isinstance(reply, pb.LookUpStaffResponse) and not reply.staff


async def test_every_fault_of_a_question_is_told_at_once(cases: Cases) -> None:
    async def fields(**asked: object) -> set[str]:
        request = pb.LookUpStaffRequest(**{"parent": "councils/demo", **asked})
        return {one.field for one in (await cases.refused("LookUpStaff", request)).bad.field_violations}

    assert await fields() == {"principal_ids"}
    assert await fields(principal_ids=["x"] * 201, people=["councils/demo/people/7"]) == {"principal_ids", "people[0]"}
    assert await fields(people=[f"councils/demo/people/{uuid4()}"] * 201) == {"people"}
    assert await fields(roles=["team-manager", "manager"]) == {"roles[1]"}
    assert await fields(principal_ids=["", "a\nb", "c" * 201, "fine"]) == {f"principal_ids[{at}]" for at in range(3)}
