"""Members, attendance, conflicts of interest and quorum over gRPC on PostgreSQL."""

import asyncio
from datetime import date

import asyncpg
import pytest
from grpc import StatusCode
from permanence.cases.v1 import subject_pb2
from permanence.panels.v1 import composition_service_pb2 as wire
from permanence.panels.v1 import member_pb2, panel_events_pb2, panel_pb2, panels_service_pb2, run_sheet_service_pb2
from permanence.panels.v1.run_sheet_service_pb2_grpc import RunSheetServiceStub

from tests.panels.conftest import BODY, Panels, at, owner_asks, request_id
from tests.panels.fake_peers import day
from tests.panels.quorate import (
    FOSTERING,
    FOSTERING_ID,
    add_list,
    add_member,
    ask,
    attend,
    composition,
    new_member,
    seat_quorum,
)
from tests.servicekit.eventually import eventually
from tests.servicekit.serving import Refused, refusal

PERSON = "councils/demo/people/00000000-0000-4000-8000-0000000000{:02}"


async def refused(panels: Panels, rpc: str, request: object, *roles: str) -> Refused:
    return await refusal(lambda: ask(panels, rpc, request, *roles))


def faults(said: Refused) -> list[str]:
    return [one.description for one in said.bad.field_violations]


async def sitting_of(panels: Panels, *children: str) -> panel_pb2.Sitting:
    """Of the fostering panel on 10 March at ten, with one item for each child."""
    meeting = panels.scheduler.book("demo", "fostering_panel", at(10, 10), at(10, 13), body=FOSTERING_ID)
    await panels.sitting_with(meeting, 0)
    for child in children:
        request = panels_service_pb2.ReferSubjectRequest(
            parent="councils/demo", body=FOSTERING, subjects=[child], reason="A match.", request_id=request_id()
        )
        await panels.call("ReferSubject", request, "team-manager")
    return await panels.sitting_with(meeting, len(children))


def recommend(item: panel_pb2.AgendaItem, kind: str = "RECOMMENDED") -> panels_service_pb2.RecordOutcomeRequest:
    return panels_service_pb2.RecordOutcomeRequest(
        agenda_item=item.name,
        subject=item.subjects[0],
        kind=panel_pb2.OutcomeKind.Value(f"OUTCOME_KIND_{kind}"),
        reasons="Sound.",
        request_id=request_id(),
    )


def around(child: str, person: str, role: str) -> subject_pb2.Involvement:
    return subject_pb2.Involvement(subject=child, person=person, role=role)


def conflict(item: panel_pb2.AgendaItem, member: member_pb2.Member, ground: str) -> dict[str, object]:
    number = member_pb2.ConflictGround.Value(f"CONFLICT_GROUND_{ground}")
    return {"agenda_item": item.name, "member": member.name, "ground": number, "request_id": request_id()}


async def test_a_body_tells_how_it_is_made_up(panels: Panels) -> None:
    reply = await panels.call("ListBodies", panels_service_pb2.ListBodiesRequest(parent="councils/demo"), "panel-chair")
    assert isinstance(reply, panels_service_pb2.ListBodiesResponse)
    found = next(one.constitution for one in reply.bodies if one.name == FOSTERING)
    assert (found.central_list, found.notice_months, found.decision_maker) == (True, 1, "agency decision maker")
    assert (found.quorum.at_least, found.quorum.local) == (5, False)
    assert [list(seat.roles) for seat in found.quorum.seats] == [["chair", "vice-chair"], ["social-worker-three-years"]]
    steps = [(member_pb2.DeadlineStep.Name(one.step)[14:], one.working_days, one.local) for one in found.deadlines]
    assert steps == [
        ("NOMINATE", -15, True),
        ("REPORTS", -10, True),
        ("AGENDA_PACK", -5, True),
        ("MINUTES", 5, True),
        ("DECISION", 7, False),
        ("LETTER", 5, True),
    ]


async def test_a_list_is_kept_with_its_roles_its_evidence_and_its_notice(panels: Panels) -> None:
    ada, bo, *_ = await add_list(panels)
    listing = wire.ListMembersRequest(body=FOSTERING)
    reply = await ask(panels, "ListMembers", listing, "business-support")
    assert isinstance(reply, wire.ListMembersResponse)
    assert [one.name_for_staff for one in reply.members] == ["Ada Made", "Bo Made", "Cy Made", "Di Made", "Ed Made"]
    changed = wire.ChangeMemberRequest(name=bo.name, etag=bo.etag, roles=["member"], request_id=request_id())
    assert (await refused(panels, "ChangeMember", changed, "business-support")).code == StatusCode.PERMISSION_DENIED
    done = await ask(panels, "ChangeMember", changed, "business-support-manager")
    assert isinstance(done, wire.ChangeMemberResponse)
    assert (list(done.member.roles), done.member.evidence) == (["member"], "")
    stale = wire.EndMembershipRequest(
        name=bo.name, etag=bo.etag, until_date=day(date(2026, 5, 1)), request_id=request_id()
    )
    assert (await refused(panels, "EndMembership", stale)).info.reason == "STALE"
    soon = wire.EndMembershipRequest(
        name=ada.name, etag=ada.etag, until_date=day(date(2026, 4, 1)), request_id=request_id()
    )
    said = await refused(panels, "EndMembership", soon)
    assert (said.info.reason, said.info.metadata["earliest"]) == ("NOTICE_TOO_SHORT", "Thursday 2 April 2026")
    soon.until_date.day = 2
    soon.request_id = request_id()
    ended = await ask(panels, "EndMembership", soon)
    assert isinstance(ended, wire.EndMembershipResponse)
    panels.set_time(at(3, 9, month=4))
    reply = await ask(panels, "ListMembers", listing)
    assert isinstance(reply, wire.ListMembersResponse)
    assert "Ada Made" not in [one.name_for_staff for one in reply.members]
    everybody = await ask(panels, "ListMembers", wire.ListMembersRequest(body=FOSTERING, include_left=True))
    assert isinstance(everybody, wire.ListMembersResponse) and len(everybody.members) == 5


@pytest.mark.parametrize(
    ("roles", "since", "says"),
    [
        (["team-manager"], None, "team-manager is no role of this body"),
        (["chair"], None, "must be independent of the council"),
        (["social-worker-three-years"], None, "must show three years"),
        (["social-worker-three-years"], date(2023, 1, 6), "must show three years"),
        (["chair", "independent"], None, "the chair is on the list already"),
        (["king"], None, "must be one of: chair"),
        ([], None, "is required"),
    ],
)
async def test_who_cannot_be_a_member_is_refused_with_what_to_do(
    panels: Panels, roles: list[str], since: date | None, says: str
) -> None:
    await add_list(panels)
    said = await refused(panels, "AddMember", new_member("Flo Made", roles, since=since))
    assert said.code == StatusCode.INVALID_ARGUMENT and any(says in one for one in faults(said))


async def test_nobody_is_on_a_list_twice_whoever_asks_first(panels: Panels) -> None:
    one = PERSON.format(1)
    asked = [ask(panels, "AddMember", new_member("Flo Made", ["member"], person=one), "panel-chair") for _ in range(4)]
    done = await asyncio.gather(*asked, return_exceptions=True)
    assert sum(isinstance(reply, wire.AddMemberResponse) for reply in done) == 1
    said = await refused(panels, "AddMember", new_member("Florence Made", ["member"], person=one))
    assert (said.code, said.info.reason) == (StatusCode.ALREADY_EXISTS, "ALREADY_MEMBER")
    assert "Flo" not in said.text


async def test_quorum_is_known_before_the_day_from_who_said_that_they_come(panels: Panels) -> None:
    sitting = await sitting_of(panels, panels.cases.add_child("demo", "Ann Example", "C-A"))
    members = await add_list(panels)
    before = await composition(panels, sitting.name)
    assert [one.presence for one in before.members] == [member_pb2.PRESENCE_UNSPECIFIED] * 5
    assert not before.quorum.met and "5 more members are needed (5 in all)" in before.quorum.missing
    for one in members:
        await attend(panels, sitting.name, one, "COMING")
    assert (await composition(panels, sitting.name)).quorum.met
    await attend(panels, sitting.name, members[1], "APOLOGIES")
    after = await composition(panels, sitting.name)
    assert list(after.quorum.missing) == [
        "1 more member is needed (5 in all)",
        "a social worker with three years' experience since qualifying is missing",
    ]
    assert [(one.step, one.due_date.month, one.due_date.day) for one in after.deadlines] == [
        (member_pb2.DEADLINE_STEP_NOMINATE, 2, 17),
        (member_pb2.DEADLINE_STEP_REPORTS, 2, 24),
        (member_pb2.DEADLINE_STEP_AGENDA_PACK, 3, 3),
        (member_pb2.DEADLINE_STEP_MINUTES, 3, 17),
        (member_pb2.DEADLINE_STEP_DECISION, 3, 26),
        (member_pb2.DEADLINE_STEP_LETTER, 4, 2),
    ]
    panels.set_time(at(10, 10))
    begun = await composition(panels, sitting.name)
    assert "5 more members are needed (5 in all)" in begun.quorum.missing, "who said that they come is not there yet"


async def test_losing_quorum_mid_item_blocks_a_recommendation_and_says_why(panels: Panels) -> None:
    ann, ben = (panels.cases.add_child("demo", f"{n} Example", f"C-{n[0]}") for n in ("Ann", "Ben"))
    first, second = (await sitting_of(panels, ann, ben)).agenda
    sitting = (await composition(panels, (await listed(panels)).name)).sitting
    panels.set_time(at(10, 10))
    members = await seat_quorum(panels, sitting)
    await panels.call("RecordOutcome", recommend(first), "panel-chair")
    panels.set_time(at(10, 11))
    await attend(panels, sitting, members[1], "LEFT")
    said = await refusal(lambda: panels.call("RecordOutcome", recommend(second), "panel-chair"))
    assert (said.code, said.info.reason) == (StatusCode.FAILED_PRECONDITION, "NOT_QUORATE")
    assert said.info.metadata["missing"] == (
        "1 more member is needed (5 in all); a social worker with three years' experience since qualifying is missing"
    )
    items = {one.agenda_item: one for one in (await composition(panels, sitting)).items}
    assert items[first.name].quorum.met, "it was met when the recommendation was recorded"
    assert not items[second.name].quorum.met
    await panels.call("RecordOutcome", recommend(second, "DEFERRED"), "panel-chair")


async def listed(panels: Panels) -> panel_pb2.Sitting:
    request = panels_service_pb2.ListSittingsRequest(parent="councils/demo")
    reply = await panels.call("ListSittings", request, "panel-chair")
    assert isinstance(reply, panels_service_pb2.ListSittingsResponse)
    return reply.sittings[0]


async def test_who_comes_back_counts_again_and_who_left_after_the_end_was_there(panels: Panels) -> None:
    child = panels.cases.add_child("demo", "Ann Example", "C-A")
    sitting = await sitting_of(panels, child)
    panels.set_time(at(10, 10))
    members = await seat_quorum(panels, sitting.name)
    panels.set_time(at(10, 11))
    await attend(panels, sitting.name, members[0], "LEFT", at(10, 10, 30))
    assert not (await composition(panels, sitting.name)).quorum.met
    await attend(panels, sitting.name, members[0], "ARRIVED", at(10, 10, 45))
    assert (await composition(panels, sitting.name)).quorum.met
    panels.set_time(at(10, 15))
    for one in members:
        await attend(panels, sitting.name, one, "LEFT", at(10, 13, 30))
    await panels.call("RecordOutcome", recommend(sitting.agenda[0]), "panel-chair")


async def test_who_is_not_on_the_list_that_day_cannot_be_there(panels: Panels) -> None:
    sitting = await sitting_of(panels, panels.cases.add_child("demo", "Ann Example", "C-A"))
    late = new_member("Gus Made", ["member"])
    late.from_date.CopyFrom(day(date(2026, 3, 11)))
    gus = await add_member(panels, late)
    request = wire.RecordAttendanceRequest(
        sitting=sitting.name, member=gus.name, presence=member_pb2.PRESENCE_COMING, request_id=request_id()
    )
    assert (await refused(panels, "RecordAttendance", request)).info.reason == "NOT_ON_LIST"
    assert not (await composition(panels, sitting.name)).members
    request.at_time.FromDatetime(at(3, 9))
    request.member = (await add_member(panels, new_member("Hal Made", ["member"]))).name
    assert faults(await refused(panels, "RecordAttendance", request)) == ["lies in the future; leave it out for now"]


async def test_a_declared_conflict_keeps_a_member_out_of_that_item_alone(panels: Panels) -> None:
    ann, ben = (panels.cases.add_child("demo", f"{n} Example", f"C-{n[0]}") for n in ("Ann", "Ben"))
    sitting = await sitting_of(panels, ann, ben)
    panels.set_time(at(10, 10))
    members = await seat_quorum(panels, sitting.name)
    first, second = sitting.agenda
    declared = wire.DeclareConflictRequest(**conflict(first, members[4], "PERSONAL"), words="Is a neighbour.")
    reply = await ask(panels, "DeclareConflict", declared, "business-support")
    assert isinstance(reply, wire.DeclareConflictResponse) and reply.conflict.recused
    items = (await composition(panels, sitting.name)).items
    assert [one.quorum.met for one in items] == [False, True]
    assert members[4].name not in items[0].present and members[4].name in items[1].present
    assert items[0].conflicts[0].words == "Is a neighbour."
    said = await refusal(lambda: panels.call("RecordOutcome", recommend(first), "panel-chair"))
    assert said.info.reason == "NOT_QUORATE"
    aside = wire.SetConflictAsideRequest(**conflict(first, members[4], "PERSONAL"), reason="They have since moved.")
    assert (await refused(panels, "SetConflictAside", aside, "business-support")).code == StatusCode.PERMISSION_DENIED
    await ask(panels, "SetConflictAside", aside)
    assert (await composition(panels, sitting.name)).items[0].quorum.met
    await panels.call("RecordOutcome", recommend(first), "panel-chair")
    again = wire.DeclareConflictRequest(**conflict(second, members[4], "PERSONAL"), words="A cousin.")
    await ask(panels, "DeclareConflict", again)
    assert not (await composition(panels, sitting.name)).items[1].quorum.met


@pytest.mark.parametrize(
    ("role", "of", "ground"),
    [
        ("team-manager", "own", "LINE_MANAGEMENT"),
        ("social-worker", "own", "OWN_CASE"),
        ("supervising-social-worker", "own", "ASSESSOR"),
        ("carer", "sibling", "SIBLING_CARER"),
        ("mother", "own", "FAMILY"),
    ],
)
async def test_a_conflict_is_found_in_who_stands_around_the_child(
    panels: Panels, role: str, of: str, ground: str
) -> None:
    ann, sibling = (panels.cases.add_child("demo", f"{n} Example", f"C-{n[0]}") for n in ("Ann", "Sib"))
    panels.cases.add_family("demo", [ann, sibling])
    sitting = await sitting_of(panels, ann)
    panels.cases.involvements.append(around({"own": ann, "sibling": sibling}[of], PERSON.format(7), role))
    panels.set_time(at(10, 10))
    await seat_quorum(panels, sitting.name)
    sixth = await add_member(panels, new_member("Flo Made", ["member"], person=PERSON.format(7)))
    await attend(panels, sitting.name, sixth)
    (item,) = (await composition(panels, sitting.name)).items
    (found,) = item.conflicts
    assert (found.ground, found.derived, found.recused, found.name) == (
        member_pb2.ConflictGround.Value(f"CONFLICT_GROUND_{ground}"),
        True,
        True,
        "",
    )
    assert found.member == sixth.name and sixth.name not in item.present and item.quorum.met
    aside = wire.SetConflictAsideRequest(**conflict(sitting.agenda[0], sixth, ground), reason="Left the team in May.")
    await ask(panels, "SetConflictAside", aside)
    (item,) = (await composition(panels, sitting.name)).items
    assert sixth.name in item.present and not item.conflicts[0].recused and item.conflicts[0].derived


async def test_one_reviewing_officer_of_parent_and_child_never_takes_part(panels: Panels) -> None:
    parent, child = (panels.cases.add_child("demo", f"{n} Example", f"C-{n[0]}") for n in ("Pat", "Chi"))
    sitting = await sitting_of(panels, parent, child)
    reviewer, mother = PERSON.format(7), PERSON.format(8)
    panels.cases.involvements += [
        around(parent, mother, "child"),
        around(child, mother, "mother"),
        around(parent, reviewer, "reviewing-officer"),
        around(child, reviewer, "reviewing-officer"),
    ]
    both = await add_member(panels, new_member("Flo Made", ["member"], person=reviewer))
    items = (await composition(panels, sitting.name)).items
    grounds = [sorted(member_pb2.ConflictGround.Name(one.ground)[16:] for one in item.conflicts) for item in items]
    assert grounds == [["OWN_CASE", "PARENT_AND_CHILD"]] * 2
    aside = wire.SetConflictAsideRequest(**conflict(sitting.agenda[0], both, "PARENT_AND_CHILD"), reason="No matter.")
    assert (await refused(panels, "SetConflictAside", aside)).info.reason == "CONFLICT_STANDS"


async def test_while_cases_is_away_a_quorum_is_not_said_to_be_met(panels: Panels) -> None:
    sitting = await sitting_of(panels, panels.cases.add_child("demo", "Ann Example", "C-A"))
    panels.set_time(at(10, 10))
    await seat_quorum(panels, sitting.name)
    await add_member(panels, new_member("Flo Made", ["member"], person=PERSON.format(7)))
    panels.cases.nobody_answers_for_people = True
    found = await composition(panels, sitting.name)
    assert list(found.unanswered) == ["cases"]
    assert not found.items[0].quorum.met
    assert list(found.items[0].quorum.missing) == ["conflicts of interest could not be looked up: try again"]
    said = await refusal(lambda: panels.call("RecordOutcome", recommend(sitting.agenda[0]), "panel-chair"))
    assert said.code == StatusCode.UNAVAILABLE


async def test_an_item_that_is_hidden_is_no_part_of_what_is_shown(panels: Panels) -> None:
    ann, ben = (
        panels.cases.add_child("demo", f"{n} Example", f"C-{n[0]}", restricted=n == "Ben") for n in ("Ann", "Ben")
    )
    sitting = await sitting_of(panels, ann, ben)
    (member, *_) = await add_list(panels)
    hidden = next(one for one in sitting.agenda if ben in one.subjects)
    panels.cases.hidden_from[ben] = {"oid-outsider"}
    shown = await composition(panels, sitting.name, "panel-chair", oid="oid-outsider")
    assert [one.agenda_item for one in shown.items] == [one.name for one in sitting.agenda if ann in one.subjects]
    declared = wire.DeclareConflictRequest(**conflict(hidden, member, "PERSONAL"), words="A neighbour.")
    said = await refusal(lambda: ask(panels, "DeclareConflict", declared, "panel-chair", oid="oid-outsider"))
    assert said.code == StatusCode.NOT_FOUND


async def test_what_was_recorded_of_attendance_stays(panels: Panels) -> None:
    sitting = await sitting_of(panels)
    (member, *_) = await add_list(panels)
    await attend(panels, sitting.name, member, "COMING")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await owner_asks(panels, "update attendance_entry set presence = 'apologies'")
    trail = await owner_asks(panels, "select string_agg(distinct action, ' ' order by action) from audit_event")
    assert {"AddMember", "RecordAttendance"} <= set(str(trail).split())


async def test_whom_a_body_does_not_hear_it_is_not_asked_about(panels: Panels) -> None:
    household = f"councils/demo/carerHouseholds/{request_id()}"
    child = panels.cases.add_child("demo", "Ann Example", "C-A")
    panels.cases.subjects[household] = subject_pb2.Subject(name=household, reference="H-1")
    request = panels_service_pb2.ReferSubjectRequest(
        parent="councils/demo", body=BODY, subjects=[child, household], reason="Approval.", request_id=request_id()
    )
    said = await refusal(lambda: panels.call("ReferSubject", request, "team-manager"))
    assert [(one.field, one.description) for one in said.bad.field_violations] == [
        (
            "subjects[1]",
            "is nobody whom this body hears; it hears: children, brothers and sisters together",
        )
    ]
    request.body = FOSTERING
    await panels.call("ReferSubject", request, "team-manager")


async def test_a_conflict_tells_nobody_of_a_brother_whom_they_may_not_know_of(panels: Panels) -> None:
    ann = panels.cases.add_child("demo", "Ann Example", "C-A")
    sib = panels.cases.add_child("demo", "Sib Example", "C-S", restricted=True)
    panels.cases.add_family("demo", [ann, sib])
    sitting = await sitting_of(panels, ann)
    panels.cases.involvements.append(around(sib, PERSON.format(7), "carer"))
    panels.cases.hidden_from[sib] = {"oid-outsider"}
    carer = await add_member(panels, new_member("Flo Made", ["member"], person=PERSON.format(7)))

    async def told(oid: str) -> tuple[str, str, bool]:
        (item,) = (await composition(panels, sitting.name, "panel-chair", oid=oid)).items
        (one,) = item.conflicts
        return member_pb2.ConflictGround.Name(one.ground)[16:], one.words, one.recused

    assert await told("oid-insider") == ("SIBLING_CARER", "Cares for a brother or sister.", True)
    assert await told("oid-outsider") == ("PERSONAL", "For a reason that you may not read.", True)
    aside = wire.SetConflictAsideRequest(
        **conflict(sitting.agenda[0], carer, "SIBLING_CARER"), reason="The brother has since moved."
    )
    for ground in ("SIBLING_CARER", "PERSONAL"):
        guess = wire.SetConflictAsideRequest(**conflict(sitting.agenda[0], carer, ground), reason="A guess.")
        said = await refusal(lambda guess=guess: ask(panels, "SetConflictAside", guess, oid="oid-outsider"))
        assert said.info.reason == "NO_SUCH_CONFLICT"
    await ask(panels, "SetConflictAside", aside, "panel-chair", oid="oid-insider")
    assert await told("oid-outsider") == ("PERSONAL", "For a reason that you may not read.", False)


async def test_a_sitting_resumed_on_another_day_has_its_own_quorum_and_its_own_date(panels: Panels) -> None:
    """Nobody who was there before the adjournment is taken to be there two days later."""
    child = panels.cases.add_child("demo", "Ann Example", "C-A")
    sitting = await sitting_of(panels, child)
    panels.set_time(at(10, 10))
    members = await seat_quorum(panels, sitting.name)
    sheets = RunSheetServiceStub(panels.channel)
    off = run_sheet_service_pb2.AdjournSittingRequest(
        sitting=sitting.name, reason="The fire alarm.", request_id=request_id()
    )
    await sheets.AdjournSitting(off, metadata=panels.metadata("panel-chair"))
    panels.set_time(at(12, 10))
    on = run_sheet_service_pb2.ResumeSittingRequest(sitting=sitting.name, request_id=request_id())
    await sheets.ResumeSitting(on, metadata=panels.metadata("panel-chair"))
    assert not (await composition(panels, sitting.name)).quorum.met
    said = await refusal(lambda: panels.call("RecordOutcome", recommend(sitting.agenda[0]), "panel-chair"))
    assert said.info.reason == "NOT_QUORATE"
    for one in members:
        await attend(panels, sitting.name, one)
    await panels.call("RecordOutcome", recommend(sitting.agenda[0]), "panel-chair")
    told = panel_events_pb2.OutcomeRecorded()

    async def there() -> bool:
        return any(event.fact.Unpack(told) for event in await panels.events())

    await eventually(there)
    assert told.on_date == day(date(2026, 3, 12))


async def test_nobody_leaves_a_list_before_today(panels: Panels) -> None:
    """Sittings that are over would lose one of those who were there."""
    member = await add_member(panels, new_member("Ada Made", ["member"], body=BODY))
    past = wire.EndMembershipRequest(
        name=member.name, etag=member.etag, until_date=day(date(2026, 3, 1)), request_id=request_id()
    )
    assert faults(await refused(panels, "EndMembership", past)) == ["has passed; give a day from today on"]
    past.until_date.CopyFrom(day(date(2026, 3, 2)))
    await ask(panels, "EndMembership", past, "panel-chair")
