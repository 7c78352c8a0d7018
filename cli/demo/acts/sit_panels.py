"""Act 7: the fostering panel and the adoption panel each hear one item; who comes for it alone; what is decided."""

from dataclasses import dataclass
from datetime import date, timedelta

from google.type.date_pb2 import Date
from permanence.cases.v1 import cases_service_pb2 as cases_pb
from permanence.cases.v1.subject_pb2 import SUBJECT_KIND_CARER_HOUSEHOLD, SUBJECT_KIND_CHILD, Subject
from permanence.panels.v1 import composition_service_pb2 as composition_pb
from permanence.panels.v1 import decisions_service_pb2 as decisions_pb
from permanence.panels.v1 import item_people_service_pb2 as people_pb
from permanence.panels.v1 import panel_pb2
from permanence.panels.v1 import panels_service_pb2 as pb
from permanence.panels.v1 import papers_service_pb2 as papers_pb
from permanence.panels.v1.decision_pb2 import Decision
from permanence.panels.v1.member_pb2 import PRESENCE_ARRIVED
from permanence.panels.v1.panel_pb2 import AgendaItem, Body, Sitting
from permanence.scheduler.v1 import scheduler_service_pb2 as scheduler_pb
from permanence.scheduler.v1.meeting_pb2 import Attendee, Meeting

from cli.demo.acts.hold_meetings import hold, meeting_of
from cli.demo.acts.keep_minutes import keep_minutes
from cli.demo.acts.plan_sittings import person_of
from cli.demo.acts.tell_people import everybody_told
from cli.demo.scene import Scene, day, london, new_request_id
from cli.made_council.cast import StaffRole
from rulebook.working_days import england_and_wales

_MINUTES = 120
_AMONG = 50
REASONS = {
    "fostering_panel": "The references do not bear out what the household needs to offer. Not suitable at present.",
    "adoption_panel": "The child needs a family for life, and nobody in the wider family can offer one.",
}
WORDS = {
    "fostering_panel": "We do not think that you are suitable to foster at present. You can answer this.",
    "adoption_panel": "We have decided that adoption is the right plan. Your social worker will talk with you.",
}


@dataclass(frozen=True)
class Hearing:
    """One panel with the one item that it hears, and when."""

    body: Body
    subject: Subject
    start: str


async def sit_panels(scene: Scene) -> None:
    """On the next working day, one in the morning and one in the afternoon; minutes and decisions on the day after."""
    scene.narrator.step("The fostering panel and the adoption panel sit; a decision maker decides")
    bodies = await scene.voice("panel-chair").call(
        scene.services.panels.ListBodies, pb.ListBodiesRequest(parent=scene.parent)
    )
    by_kind = {body.meeting_kind: body for body in bodies.bodies}
    household, child = await _household(scene), await _child(scene)
    if household is None or child is None:
        scene.narrator.seen(
            "the data given has no carer household, or nobody else's child with a social worker: left out"
        )
        return
    hearings = [
        Hearing(by_kind["fostering_panel"], household, "10:00"),
        Hearing(by_kind["adoption_panel"], child, "14:00"),
    ]
    sits_on = england_and_wales().add(scene.now.date(), 1)
    sittings = [await _prepare(scene, one, sits_on) for one in hearings]
    held = [await _sit(scene, one, sitting) for one, sitting in zip(hearings, sittings, strict=True)]
    for one, meeting in zip(hearings, held, strict=True):
        await keep_minutes(scene, meeting, "panel-chair", [one.subject.name])
    await scene.afresh(lambda: _decide(scene, hearings[0], adverse=True))
    await scene.afresh(lambda: _decide(scene, hearings[1], adverse=False))


async def _household(scene: Scene) -> Subject | None:
    request = cases_pb.ListSubjectsRequest(parent=scene.parent, kind=SUBJECT_KIND_CARER_HOUSEHOLD, page_size=1)
    found = await scene.voice("business-support").call(scene.services.cases.ListSubjects, request)
    return next(iter(found.subjects), None)


async def _child(scene: Scene) -> Subject | None:
    """One whose social worker does not sit on the panel: who works with a case keeps out of its item."""
    support, cases = scene.voice("business-support"), scene.services.cases
    request = cases_pb.ListSubjectsRequest(parent=scene.parent, kind=SUBJECT_KIND_CHILD, page_size=_AMONG)
    ours = {subject.name for subject in scene.subjects}
    listed = (await support.call(cases.ListSubjects, request)).subjects
    plain = [one for one in listed if not one.restricted and one.name not in ours]
    around = cases_pb.ListInvolvementsRequest(parent=scene.parent, subjects=[one.name for one in plain])
    parts = (await support.call(cases.ListInvolvements, around)).involvements
    sits = await person_of(scene, scene.bill.councils[0].staff_in(StaffRole.SOCIAL_WORKER)[0].source_id)
    worked_with = {one.subject for one in parts if one.role == "social-worker" and one.person != sits}
    found: Subject | None = next((one for one in plain if one.name in worked_with), None)
    return found


async def _prepare(scene: Scene, hearing: Hearing, sits_on: date) -> Sitting:
    """Booked, referred, who comes for the item said, and the agenda sent out: then they are invited to its time."""
    chair = scene.bill.councils[0].staff_in(StaffRole.SERVICE_MANAGER)[0].source_id
    book = scheduler_pb.CreateSeriesRequest(
        parent=scene.parent,
        body=hearing.body.name,
        meeting_kind=hearing.body.meeting_kind,
        first_date=Date(year=sits_on.year, month=sits_on.month, day=sits_on.day),
        local_start=hearing.start,
        minutes=_MINUTES,
        interval_days=28,
        count=1,
        attendees=[Attendee(person=await person_of(scene, chair), role="service-manager", required=True, chair=True)],
        request_id=new_request_id(),
    )
    support = scene.voice("business-support")
    await support.call(scene.services.scheduler.CreateSeries, book)
    refer = pb.ReferSubjectRequest(
        parent=scene.parent,
        body=hearing.body.name,
        subjects=[hearing.subject.name],
        reason="To be heard by the panel.",
        request_id=new_request_id(),
    )
    await support.call(scene.services.panels.ReferSubject, refer)
    sitting = await _sitting_with(scene, hearing)
    await scene.afresh(lambda: _ask_people(scene, hearing, sitting.agenda[0]))
    sitting = await scene.afresh(lambda: _publish(scene, hearing))
    await _invited(scene, sitting.agenda[0])
    return sitting


async def _publish(scene: Scene, hearing: Hearing) -> Sitting:
    sitting = await _sitting_with(scene, hearing)
    request = papers_pb.PublishAgendaRequest(sitting=sitting.name, etag=sitting.etag, request_id=new_request_id())
    await scene.voice("business-support").call(scene.services.papers.PublishAgenda, request)
    return sitting


async def _sitting_with(scene: Scene, hearing: Hearing) -> Sitting:
    panels, chair = scene.services.panels, scene.voice("panel-chair")

    async def found() -> Sitting | None:
        listed = await chair.call(
            panels.ListSittings, pb.ListSittingsRequest(parent=scene.parent, body=hearing.body.name)
        )
        for row in listed.sittings:
            sitting: Sitting = (await chair.call(panels.GetSitting, pb.GetSittingRequest(name=row.name))).sitting
            if any(hearing.subject.name in item.subjects for item in sitting.agenda):
                return sitting
        return None

    return await scene.until(f"{hearing.subject.reference} is on an agenda", found)


async def _ask_people(scene: Scene, hearing: Hearing, item: AgendaItem) -> None:
    """The child's social worker; of a household the carers."""
    support, stub = scene.voice("business-support"), scene.services.item_people
    seen = await support.call(stub.GetItemPeople, people_pb.GetItemPeopleRequest(agenda_item=item.name))
    around = cases_pb.ListInvolvementsRequest(parent=scene.parent, subjects=item.subjects)
    parts = (await support.call(scene.services.cases.ListInvolvements, around)).involvements
    carers = {one.person: people_pb.Comer(person=one.person, role=one.role) for one in parts if one.role == "carer"}
    of_household = hearing.subject.kind == SUBJECT_KIND_CARER_HOUSEHOLD
    request = people_pb.SetItemPeopleRequest(
        agenda_item=item.name,
        people=list(carers.values()) if of_household else seen.suggested,
        etag=seen.item_people.etag,
        request_id=new_request_id(),
    )
    await support.call(stub.SetItemPeople, request)


async def _invited(scene: Scene, item: AgendaItem) -> None:
    support = scene.voice("business-support")

    async def booked() -> Meeting | None:
        request = people_pb.GetItemPeopleRequest(agenda_item=item.name)
        kept = (await support.call(scene.services.item_people.GetItemPeople, request)).item_people
        if not kept.HasField("asked_start_time"):
            return None
        wanted = scheduler_pb.GetMeetingRequest(name=kept.meeting)
        part: Meeting = (await support.call(scene.services.scheduler.GetMeeting, wanted)).meeting
        return part

    part = await scene.until("those who come for the item have a time of their own", booked)
    start, end = london(part.start_time), london(part.end_time)
    scene.narrator.seen(
        f"{part.title}, {part.reference}: asked for one item alone, {start:%a %d %b %H:%M} to {end:%H:%M}"
    )
    await everybody_told(scene, part)


async def _sit(scene: Scene, hearing: Hearing, sitting: Sitting) -> Meeting:
    """Everybody on the list comes, so that there is a quorum; the panel recommends."""
    scene.pass_time_to(london(sitting.start_time) + timedelta(minutes=5))
    support = scene.voice("business-support")
    listed = composition_pb.ListMembersRequest(body=hearing.body.name)
    for member in (await support.call(scene.services.composition.ListMembers, listed)).members:
        there = composition_pb.RecordAttendanceRequest(
            sitting=sitting.name, member=member.name, presence=PRESENCE_ARRIVED, request_id=new_request_id()
        )
        await support.call(scene.services.composition.RecordAttendance, there)
    record = pb.RecordOutcomeRequest(
        agenda_item=sitting.agenda[0].name,
        subject=hearing.subject.name,
        kind=panel_pb2.OUTCOME_KIND_RECOMMENDED,
        reasons=REASONS[hearing.body.meeting_kind],
        request_id=new_request_id(),
    )
    await scene.voice("panel-chair").call(scene.services.panels.RecordOutcome, record)
    scene.narrator.seen(f"{hearing.body.title}: recommends on {hearing.subject.reference}, and does not decide")
    return await hold(scene, await meeting_of(scene, sitting))


async def _decide(scene: Scene, hearing: Hearing, *, adverse: bool) -> None:
    """`adverse`: notice of a determination that may be answered, and the decision comes afterwards."""
    maker, stub = scene.voice("agency-decision-maker"), scene.services.decisions

    async def waiting() -> Decision | None:
        request = decisions_pb.ListDecisionsRequest(parent=scene.parent, subject=hearing.subject.name)
        return next(iter((await maker.call(stub.ListDecisions, request)).decisions), None)

    decision = await scene.until("the recommendation waits for its decision maker", waiting)
    request = decisions_pb.DecideRequest(
        name=decision.name,
        etag=decision.etag,
        agrees=True,
        reasons=REASONS[hearing.body.meeting_kind],
        words_for_family=WORDS[hearing.body.meeting_kind],
        adverse=adverse,
        request_id=new_request_id(),
    )
    made: Decision = (await maker.call(stub.Decide, request)).decision
    what = f"notice given, to be answered by {day(made.window_until_date)}" if adverse else "decided as recommended"
    scene.narrator.seen(f"{made.decision_maker}, {hearing.subject.reference}: {what}")
