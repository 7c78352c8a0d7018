"""Who may call what, who may know of whom, and that hidden and absent are answered alike."""

import inspect
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import uuid4

import grpc
import pytest
from permanence.cases.v1 import cases_service_pb2 as pb
from permanence.feed.v1 import event_feed_pb2

from rulebook.facts import BodyId, SubjectKind
from servicekit.tenancy import OUTSIDE_TENANCY, tables_without_policy
from services.cases.app.case_data import (
    CaseData,
    InvolvementRow,
    ListingRow,
    MemberRow,
    PersonRow,
    RestrictionRow,
    SubjectKey,
    SubjectRow,
)
from services.cases.domain import errors
from services.cases.domain.names import body_subject_id
from services.cases.domain.restriction import RestrictionKind
from services.cases.rpc.error_table import ERROR_TABLE
from tests.cases.conftest import DEMO, SECOND, Cases, wire
from tests.servicekit.eventually import eventually
from tests.servicekit.serving import Refused, refusal

OPEN, CLOSED = SubjectKey(SubjectKind.CHILD, "open"), SubjectKey(SubjectKind.CHILD, "closed")
SIBLING, GROUP = SubjectKey(SubjectKind.CHILD, "sibling"), SubjectKey(SubjectKind.SIBLING_GROUP, "family")
DAY = date(2026, 3, 2)
STAFF = (
    "business-support",
    "business-support-manager",
    "team-manager",
    "social-worker",
    "reviewing-officer",
    "panel-chair",
)


@dataclass
class Council:
    """Three children: one open, two in a sibling group whose case is restricted."""

    open: str
    closed: str
    sibling: str
    group: str


@pytest.fixture
async def council(cases: Cases) -> Council:
    data = CaseData(
        subjects=(
            SubjectRow(OPEN, "Ash Open"),
            SubjectRow(CLOSED, "Bay Closed"),
            SubjectRow(SIBLING),
            SubjectRow(GROUP),
        ),
        members=(MemberRow(GROUP, CLOSED), MemberRow(GROUP, SIBLING)),
        people=(PersonRow("W1", staff=True, principal_id="worker-of-closed", given_names="Wren"),),
        involvements=(InvolvementRow("i1", CLOSED, "W1", "social-worker", DAY),),
        restrictions=(RestrictionRow("r1", RestrictionKind.RESTRICTED_CASE, GROUP, DAY),),
    )
    ids = (await cases.take_in(data)).subjects
    children = {key: f"councils/demo/children/{ids[key]}" for key in (OPEN, CLOSED, SIBLING)}
    for name in children.values():
        await cases.record(name, "became_looked_after", DAY, "business-support-manager")
    return Council(children[OPEN], children[CLOSED], children[SIBLING], f"councils/demo/siblingGroups/{ids[GROUP]}")


def requests(subject: str) -> dict[str, object]:
    """A valid request of each RPC about one subject; of lists, one that names it."""
    parent = "councils/demo"
    person = f"councils/demo/people/{uuid4()}"
    return {
        "GetSubject": pb.GetSubjectRequest(name=subject),
        "ListSubjects": pb.ListSubjectsRequest(parent=parent),
        "FilterSubjects": pb.FilterSubjectsRequest(parent=parent, subjects=[subject]),
        "RecordCaseEvent": pb.RecordCaseEventRequest(
            subject=subject, type="entered_care", on_date=wire(DAY), request_id=str(uuid4())
        ),
        "CorrectCaseEvent": pb.CorrectCaseEventRequest(
            name=f"councils/demo/caseEvents/{uuid4()}", on_date=wire(DAY), request_id=str(uuid4())
        ),
        "WithdrawCaseEvent": pb.WithdrawCaseEventRequest(
            name=f"councils/demo/caseEvents/{uuid4()}", request_id=str(uuid4())
        ),
        "ListCaseEvents": pb.ListCaseEventsRequest(subject=subject),
        "ListObligations": pb.ListObligationsRequest(parent=parent, subject=subject),
        "GetTimetable": pb.GetTimetableRequest(subject=subject),
        "ListInvolvements": pb.ListInvolvementsRequest(parent=parent, subjects=[subject]),
        "ListParts": pb.ListPartsRequest(parent=parent, subjects=[subject], roles=["social-worker"]),
        "ListRestrictions": pb.ListRestrictionsRequest(parent=parent, subjects=[subject]),
        "ResolveRecipients": pb.ResolveRecipientsRequest(parent=parent, subjects=[subject], people=[person]),
        "LookUpPeople": pb.LookUpPeopleRequest(parent=parent, source_ids=["W1"]),
        "GetCouncil": pb.GetCouncilRequest(name=parent),
        "LookUpStaff": pb.LookUpStaffRequest(parent=parent, people=[person]),
    }


async def test_another_council_finds_nothing(cases: Cases, council: Council) -> None:
    for role in (*STAFF, "service-notifications"):
        for rpc, request in requests(council.open).items():
            refused = await cases.refused(rpc, request, role, council=SECOND)
            assert refused.code == grpc.StatusCode.NOT_FOUND, (rpc, role)


async def test_another_councils_token_under_its_own_name_finds_nothing(cases: Cases, council: Council) -> None:
    stolen = council.open.replace("councils/demo", "councils/second")
    refused = await cases.refused("GetSubject", pb.GetSubjectRequest(name=stolen), council=SECOND)
    assert refused.code == grpc.StatusCode.NOT_FOUND


def same_but_for_the_name(one: Refused, other: Refused, name: str, other_name: str) -> bool:
    return (one.code, one.text.replace(name, "")) == (other.code, other.text.replace(other_name, ""))


async def test_hidden_and_absent_are_the_same(cases: Cases, council: Council) -> None:
    absent = f"councils/demo/children/{uuid4()}"
    for role in ("business-support", "social-worker", "team-manager", "reviewing-officer", "panel-chair"):
        for rpc in ("GetSubject", "ListCaseEvents", "ListObligations", "GetTimetable", "ListInvolvements"):
            hidden = await cases.refused(rpc, requests(council.closed)[rpc], role)
            missing = await cases.refused(rpc, requests(absent)[rpc], role)
            assert hidden.code == grpc.StatusCode.NOT_FOUND, (rpc, role)
            assert same_but_for_the_name(hidden, missing, council.closed, absent), (rpc, role)
    hidden = await cases.refused("RecordCaseEvent", requests(council.closed)["RecordCaseEvent"])
    assert hidden.code == grpc.StatusCode.NOT_FOUND


async def names(cases: Cases, role: str, oid: str = "") -> set[str]:
    listed = await cases.ask("ListSubjects", pb.ListSubjectsRequest(parent="councils/demo"), role, oid=oid)
    assert isinstance(listed, pb.ListSubjectsResponse)
    found = {one.name for one in listed.subjects if "bodies" not in one.name}
    asked = pb.ListObligationsRequest(parent="councils/demo", page_size=500)
    owed = await cases.ask("ListObligations", asked, role, oid=oid)
    assert isinstance(owed, pb.ListObligationsResponse)
    with_clocks = {one.subject for one in owed.obligations if "bodies" not in one.subject}
    assert with_clocks == {name for name in found if "children" in name}, "two lists, one sight"
    return found


async def test_lists_show_what_each_may_know_of(cases: Cases, council: Council) -> None:
    everything = {council.open, council.closed, council.sibling, council.group}
    assert await names(cases, "business-support") == {council.open}
    assert await names(cases, "panel-chair") == {council.open}
    assert await names(cases, "business-support-manager") == everything
    assert await names(cases, "service-scheduler") == everything
    assert await names(cases, "social-worker") == set()
    # Their own case, and the group it belongs to; not the brother or sister, in whose care they have no part.
    assert await names(cases, "social-worker", "worker-of-closed") == {council.closed, council.group}
    assert await names(cases, "business-support", "worker-of-closed") == {council.open, council.closed, council.group}


async def test_many_are_filtered_as_each_would_be_shown(cases: Cases, council: Council) -> None:
    everything = [council.group, council.closed, council.open, council.sibling]
    absent = f"councils/demo/children/{uuid4()}"
    body = f"councils/demo/bodies/{body_subject_id(DEMO.council_id, BodyId('tracking-panel'))}"
    elsewhere = council.open.replace("children", "siblingGroups")

    async def shown(role: str, oid: str = "") -> list[str]:
        asked = [body, absent, *everything, elsewhere, council.open]
        request = pb.FilterSubjectsRequest(parent="councils/demo", subjects=asked)
        reply = await cases.ask("FilterSubjects", request, role, oid=oid)
        assert isinstance(reply, pb.FilterSubjectsResponse)
        return list(reply.subjects)

    for role, oid in [*((role, "") for role in STAFF), *((role, "worker-of-closed") for role in STAFF)]:
        listed = await names(cases, role, oid)
        assert await shown(role, oid) == [body, *(name for name in everything if name in listed)], (role, oid)
    assert await shown("service-panels") == [body, *everything]


async def test_what_is_filtered_is_one_reading_that_names_nothing(cases: Cases, council: Council) -> None:
    request = pb.FilterSubjectsRequest(parent="councils/demo", subjects=[council.open, council.closed])
    await cases.ask("FilterSubjects", request)
    asked = "select string_agg(object_name, ' ') from audit_event where action = 'FilterSubjects'"
    assert await cases.count(asked) == "councils/demo"


async def test_whoever_may_ask_for_one_may_ask_for_many(cases: Cases, council: Council) -> None:
    async def code(rpc: str, role: str) -> grpc.StatusCode:
        try:
            await cases.ask(rpc, requests(council.open)[rpc], role)
        except grpc.aio.AioRpcError as error:
            return error.code()
        return grpc.StatusCode.OK

    services = [f"service-{name}" for name in ("cases", "scheduler", "panels", "notifications")]
    for role in (*STAFF, *services, "case-system", "nobody"):
        denied = grpc.StatusCode.PERMISSION_DENIED
        one, many = await code("GetSubject", role), await code("FilterSubjects", role)
        assert (one is denied) == (many is denied), role


async def test_how_many_may_be_asked_for(cases: Cases, council: Council) -> None:
    for names_asked in ([], [council.open] * 501, ["a child"]):
        request = pb.FilterSubjectsRequest(parent="councils/demo", subjects=names_asked)
        refused = await cases.refused("FilterSubjects", request)
        assert refused.code == grpc.StatusCode.INVALID_ARGUMENT
        assert {one.field.partition("[")[0] for one in refused.bad.field_violations} == {"subjects"}


async def test_whoever_is_listed_sees_it_until_the_part_ends(cases: Cases, council: Council) -> None:
    await cases.take_in(CaseData(listings=(ListingRow(CLOSED, "listed-1"),)))
    assert council.closed in await names(cases, "business-support", "listed-1")
    ended = InvolvementRow("i1", CLOSED, "W1", "social-worker", DAY, date(2026, 3, 15))
    await cases.take_in(CaseData(involvements=(ended,)))
    assert await names(cases, "social-worker", "worker-of-closed") == set()


async def test_a_restriction_closes_the_case_on_its_first_day(cases: Cases, council: Council) -> None:
    coming = RestrictionRow("r2", RestrictionKind.RESTRICTED_CASE, OPEN, date(2026, 3, 17), date(2026, 3, 17))
    await cases.take_in(CaseData(restrictions=(coming,)))
    assert council.open in await names(cases, "business-support")

    async def sees(expected: bool) -> bool:
        listed = await cases.ask("ListSubjects", pb.ListSubjectsRequest(parent="councils/demo"))
        assert isinstance(listed, pb.ListSubjectsResponse)
        return (council.open in {one.name for one in listed.subjects}) is expected

    cases.set_time(datetime(2026, 3, 17, 0, 5, tzinfo=UTC))
    await eventually(lambda: sees(False))
    cases.set_time(datetime(2026, 3, 18, 0, 5, tzinfo=UTC))
    await eventually(lambda: sees(True))


async def test_members_a_caller_may_not_know_of_are_left_out(cases: Cases, council: Council) -> None:
    mine = await cases.ask(
        "GetSubject", pb.GetSubjectRequest(name=council.group), "social-worker", oid="worker-of-closed"
    )
    assert isinstance(mine, pb.GetSubjectResponse)
    assert list(mine.subject.members) == [council.closed]
    assert mine.subject.restricted


async def test_the_case_system_has_its_scope_and_no_more(cases: Cases, council: Council) -> None:
    allowed = {"ListSubjects", "ListObligations", "GetTimetable", "LookUpPeople", "RecordCaseEvent"}
    for rpc, request in requests(council.open).items():
        if rpc in allowed:
            await cases.ask(rpc, request, "case-system")
        elif rpc in ("CorrectCaseEvent", "WithdrawCaseEvent"):
            assert (await cases.refused(rpc, request, "case-system")).code == grpc.StatusCode.NOT_FOUND
        else:
            refused = await cases.refused(rpc, request, "case-system")
            assert refused.code == grpc.StatusCode.PERMISSION_DENIED, rpc
    assert await names(cases, "case-system") == {council.open}


async def test_contacts_and_restrictions_are_for_services(cases: Cases, council: Council) -> None:
    for role in (*STAFF, "service-scheduler", "service-panels"):
        asked = requests(council.open)["ResolveRecipients"]
        assert (await cases.refused("ResolveRecipients", asked, role)).code == grpc.StatusCode.PERMISSION_DENIED
    for rpc in ("ListRestrictions", "ListParts"):
        asked = requests(council.open)[rpc]
        for role in STAFF:
            assert (await cases.refused(rpc, asked, role)).code == grpc.StatusCode.PERMISSION_DENIED
        for role in ("service-scheduler", "service-panels", "service-notifications"):
            await cases.ask(rpc, asked, role)


async def test_reading_is_not_recording(cases: Cases, council: Council) -> None:
    asked = requests(council.open)["RecordCaseEvent"]
    for role in ("reviewing-officer", "panel-chair"):
        assert (await cases.refused("RecordCaseEvent", asked, role)).code == grpc.StatusCode.PERMISSION_DENIED
    assert (await cases.refused("RecordCaseEvent", asked, "social-worker")).code == grpc.StatusCode.NOT_FOUND


async def test_the_scheduler_reads_references_and_no_names(cases: Cases, council: Council) -> None:
    asked = requests(council.open)["GetSubject"]
    for role, name in (("service-scheduler", ""), ("service-panels", "Ash Open"), ("business-support", "Ash Open")):
        reply = await cases.ask("GetSubject", asked, role)
        assert isinstance(reply, pb.GetSubjectResponse)
        assert reply.subject.display_name == name
        assert reply.subject.reference.startswith("DM-")


async def test_the_feed_is_for_services_and_the_case_system(cases: Cases, council: Council) -> None:
    request = event_feed_pb2.PullRequest(parent="councils/demo")
    for role in ("service-panels", "case-system"):
        reply = await cases.feed.Pull(request, metadata=cases.metadata(role, app=True))
        text = str(reply)
        assert "Ash" not in text
        assert "Bay" not in text
    refused = await refusal(lambda: cases.feed.Pull(request, metadata=cases.metadata("business-support")))
    assert refused.code == grpc.StatusCode.PERMISSION_DENIED
    other = cases.metadata("service-panels", app=True, council=SECOND)
    assert (await refusal(lambda: cases.feed.Pull(request, metadata=other))).code == grpc.StatusCode.NOT_FOUND
    wrong = event_feed_pb2.PullRequest(parent="councils/demo", max_events=-1, after_position=-1, wait={"seconds": 31})
    faults = await refusal(lambda: cases.feed.Pull(wrong, metadata=cases.metadata("service-panels", app=True)))
    assert {one.field for one in faults.bad.field_violations} == {"max_events", "after_position", "wait"}


async def test_nobody_without_a_token(cases: Cases, council: Council) -> None:
    for rpc, request in requests(council.open).items():
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await getattr(cases.stub, rpc)(request)
        assert caught.value.code() == grpc.StatusCode.UNAUTHENTICATED, rpc


async def test_reading_a_case_leaves_a_trail_without_content(cases: Cases, council: Council) -> None:
    await cases.ask("GetTimetable", pb.GetTimetableRequest(subject=council.open))
    asked = f"select count(*) from audit_event where action = 'GetTimetable' and object_name = '{council.open}'"
    assert await cases.count(asked) == 1
    everything = await cases.count("select string_agg(audit_event::text, ' ') from audit_event")
    assert "Ash" not in str(everything)


async def test_every_table_is_behind_the_wall(cases: Cases) -> None:
    async with cases.database.unscoped() as connection:
        assert set(await tables_without_policy(connection)) <= OUTSIDE_TENANCY


def test_every_refusal_has_its_status() -> None:
    kinds = {kind for _, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, errors.CasesError)}
    assert kinds - {errors.CasesError} <= set(ERROR_TABLE)


def test_the_migration_needs_no_later_postgres() -> None:
    folder = Path(__file__).parents[2] / "services" / "cases" / "storage" / "migrations"
    text = "".join(path.read_text() for path in sorted(folder.glob("*.sql")))
    assert text.count("create table") == text.count("select enable_tenancy(")


async def test_the_feed_tells_another_system_nothing_of_a_restricted_case(cases: Cases, council: Council) -> None:
    """Its existence, its reference and its clocks are for our own services, and for an explicit scope."""
    request = event_feed_pb2.PullRequest(parent="councils/demo")

    async def subjects(*roles: str) -> set[str]:
        events = (await cases.feed.Pull(request, metadata=cases.metadata(*roles, app=True))).events
        return {event.aggregate for event in events}

    everything = await subjects("service-panels")
    assert {council.open, council.closed} <= everything
    assert not {council.closed, council.group} & await subjects("case-system")
    assert council.open in await subjects("case-system")
    assert await subjects("case-system", "restricted-cases") == everything
