"""Act 3: the tracking panel's fortnightly sittings, round the bank holidays, and a referral to the next one."""

from datetime import timedelta

from google.type.date_pb2 import Date
from permanence.cases.v1 import cases_service_pb2 as cases_pb
from permanence.panels.v1 import panels_service_pb2 as panels_pb
from permanence.panels.v1.panel_pb2 import Sitting
from permanence.scheduler.v1 import scheduler_service_pb2 as pb
from permanence.scheduler.v1.meeting_pb2 import Attendee

from cli.demo.scene import Scene, day, london, new_request_id
from cli.failure import Failure
from cli.made_council.cast import StaffRole

FRIDAY = 4


async def plan_sittings(scene: Scene) -> None:
    """Book the series; every sitting appears with the panel."""
    scene.narrator.step("Plan the tracking panel's fortnightly sittings")
    bodies = await scene.voice("panel-chair").call(
        scene.services.panels.ListBodies, panels_pb.ListBodiesRequest(parent=scene.parent)
    )
    body = next((found for found in bodies.bodies if found.meeting_kind == "tracking_panel"), None)
    if body is None:
        raise Failure("the council's pack has no tracking panel")
    scene.tracking_body = body.name
    first = scene.now.date() + timedelta(days=(FRIDAY - scene.now.weekday()) % 7)
    chair = scene.bill.councils[0].staff_in(StaffRole.SERVICE_DIRECTOR)[0].source_id
    request = pb.CreateSeriesRequest(
        parent=scene.parent,
        body=body.name,
        meeting_kind="tracking_panel",
        first_date=Date(year=first.year, month=first.month, day=first.day),
        local_start="09:30",
        minutes=390,
        interval_days=14,
        count=6,
        attendees=[Attendee(person=await person_of(scene, chair), role="service-director", required=True, chair=True)],
        request_id=new_request_id(),
    )
    reply = await scene.voice("business-support").call(scene.services.scheduler.CreateSeries, request)
    for meeting in reply.series.meetings:
        scene.narrator.seen(f"sitting {meeting.reference}: {london(meeting.start_time):%a %d %b %Y %H:%M}")
    for moved in reply.series.moved:
        scene.narrator.seen(f"moved from {day(moved.regular_date)} to {day(moved.moved_to_date)}: {moved.reason}")
    await scene.until("the sittings stand with the panel", lambda: _sittings(scene, len(reply.series.meetings)))


async def refer_children(scene: Scene) -> None:
    """The social worker asks the panel to look at the children."""
    request = panels_pb.ReferSubjectRequest(
        parent=scene.parent,
        body=scene.tracking_body,
        subjects=[subject.name for subject in scene.subjects],
        reason="New to care: agree the parallel plans and who finds a family.",
        request_id=new_request_id(),
    )
    await scene.voice("social-worker").call(scene.services.panels.ReferSubject, request)
    sitting = await sitting_of_the_children(scene)
    starts = london(sitting.start_time)
    scene.narrator.seen(f"referred by the social worker: on the agenda of {starts:%a %d %b %Y}")


async def sitting_of_the_children(scene: Scene) -> Sitting:
    """The sitting whose agenda has the children, once it has."""
    panels, chair = scene.services.panels, scene.voice("panel-chair")

    async def found() -> Sitting | None:
        for row in await _sittings(scene, 1) or []:
            sitting: Sitting = (await chair.call(panels.GetSitting, panels_pb.GetSittingRequest(name=row.name))).sitting
            if any(scene.subjects[0].name in item.subjects for item in sitting.agenda):
                return sitting
        return None

    return await scene.until("the children are on an agenda", found)


async def person_of(scene: Scene, source_id: str) -> str:
    """Resource name of a colleague by the id of the case system; Failure where they were not brought in."""
    request = cases_pb.LookUpPeopleRequest(parent=scene.parent, source_ids=[source_id])
    reply = await scene.voice("business-support").call(scene.services.cases.LookUpPeople, request)
    if not reply.people:
        raise Failure("a colleague was not brought in")
    return str(reply.people[0].person)


async def _sittings(scene: Scene, count: int) -> list[Sitting] | None:
    request = panels_pb.ListSittingsRequest(parent=scene.parent, body=scene.tracking_body)
    reply = await scene.voice("panel-chair").call(scene.services.panels.ListSittings, request)
    return list(reply.sittings) if len(reply.sittings) >= count else None
