"""Act 8: the panel sits and the planning meeting is held, in the order of their days; the next clocks start."""

from datetime import timedelta

from google.type.date_pb2 import Date
from permanence.cases.v1 import cases_service_pb2 as cases_pb
from permanence.cases.v1.obligation_pb2 import OBLIGATION_STATE_MET, OBLIGATION_STATE_OPEN, Obligation
from permanence.panels.v1 import panel_pb2
from permanence.panels.v1 import panels_service_pb2 as pb
from permanence.panels.v1.panel_pb2 import Action, AgendaItem, Sitting
from permanence.scheduler.v1 import scheduler_service_pb2 as scheduler_pb
from permanence.scheduler.v1.meeting_pb2 import Meeting

from cli.connection import Refused
from cli.demo.acts.keep_minutes import keep_minutes
from cli.demo.acts.plan_sittings import sitting_of_the_children
from cli.demo.scene import LONDON, Scene, day, london, new_request_id
from cli.failure import Failure

PLAN_EVENTS = ("permanence_plan_established", "permanence_plan_agreed")


async def hold_meetings(scene: Scene) -> None:
    """Whichever comes first is held first: the clock never goes back."""
    sitting = await sitting_of_the_children(scene)
    planning = (scene.meeting.end_time.ToSeconds(), _hold_planning_meeting(scene))
    panel = (sitting.end_time.ToSeconds(), _hold_sitting(scene, sitting))
    for _, act in sorted((planning, panel), key=lambda pair: pair[0]):
        await act


async def _hold_planning_meeting(scene: Scene) -> None:
    scene.narrator.step("The permanence planning meeting is held; its own clocks start")
    await hold(scene, scene.meeting)
    for subject in scene.subjects:
        running = await _clocks(scene, subject.name, "ppm_held", {"BCP-8-07", "BCP-8.4-01", "BCP-8.4-02"})
        for obligation in running:
            when = f"{london(obligation.due_time):%a %d %b %Y %H:%M}" if obligation.due_time.seconds else ""
            due = when or day(obligation.local_due_date)
            scene.narrator.seen(f"{subject.reference}: {obligation.rule_id} {obligation.title}: by {due}")
    await keep_minutes(scene, scene.meeting, "team-manager", [subject.name for subject in scene.subjects])
    for subject in scene.subjects:
        await _met(scene, subject.name, "BCP-8.4-02")


async def _hold_sitting(scene: Scene, sitting: Sitting) -> None:
    scene.narrator.step("The tracking panel sits with the children on its agenda")
    scene.pass_time_to(london(sitting.start_time))
    item = _item_of_the_children(scene, sitting)
    scene.narrator.seen(f"{len(sitting.agenda)} items; the children are item {item.number}: {item.reason}")
    before = await _plan_facts(scene)
    await _plan_change_is_refused(scene, item)
    for subject in scene.subjects:
        await _record_outcome(scene, item, subject.name)
    meeting = await hold(scene, await meeting_of(scene, sitting))
    for subject in scene.subjects:
        first = await _met(scene, subject.name, "BCP-9-04")
        clocks = await _clocks(scene, subject.name, "tracking_meeting_considered", {"BCP-9-05"})
        due, next_due = day(first.local_due_date), day(clocks[0].local_due_date)
        scene.narrator.seen(f"{subject.reference}: heard {day(first.held_date)}, to be heard by {due}")
        scene.narrator.seen(f"{subject.reference}: the next clock, {clocks[0].title}: by {next_due}")
    if await _plan_facts(scene) != before:
        raise Failure("the panel changed a care plan, which only a review may do")
    scene.narrator.seen("the children's care plans are unchanged: that takes a child in care review")
    await keep_minutes(scene, meeting, "panel-chair", [subject.name for subject in scene.subjects])


async def hold(scene: Scene, meeting: Meeting) -> Meeting:
    """It takes place as booked."""
    scene.pass_time_to(london(meeting.end_time) + timedelta(minutes=5))
    return await scene.afresh(lambda: _record_held(scene, meeting))


async def _record_held(scene: Scene, meeting: Meeting) -> Meeting:
    etag = (await scene.as_it_stands(meeting)).etag
    request = scheduler_pb.RecordMeetingHeldRequest(
        name=meeting.name, etag=etag, end_time=meeting.end_time, request_id=new_request_id()
    )
    reply = await scene.voice("business-support").call(scene.services.scheduler.RecordMeetingHeld, request)
    held: Meeting = reply.meeting
    return held


async def _record_outcome(scene: Scene, item: AgendaItem, subject: str) -> None:
    owed = scene.now.astimezone(LONDON).date() + timedelta(days=10)
    again = scene.now.astimezone(LONDON).date() + timedelta(days=28)
    request = pb.RecordOutcomeRequest(
        agenda_item=item.name,
        subject=subject,
        kind=panel_pb2.OUTCOME_KIND_ENDORSED,
        reasons="Both plans are worked on side by side; the family's own network is being asked.",
        actions=[
            Action(
                text="Ask the wider family who could care for the child.",
                owner_role="social-worker",
                due_date=Date(year=owed.year, month=owed.month, day=owed.day),
            )
        ],
        next_date=Date(year=again.year, month=again.month, day=again.day),
        request_id=new_request_id(),
    )
    reply = await scene.voice("panel-chair").call(scene.services.panels.RecordOutcome, request)
    scene.narrator.seen(f"endorsed, with {len(reply.outcome.actions)} action; to be heard again {again:%a %d %b %Y}")


async def _plan_change_is_refused(scene: Scene, item: AgendaItem) -> None:
    request = pb.RecordOutcomeRequest(
        agenda_item=item.name,
        subject=scene.subjects[0].name,
        kind=panel_pb2.OUTCOME_KIND_ENDORSED,
        reasons="Change the plan.",
        case_events=["permanence_plan_agreed"],
        request_id=new_request_id(),
    )
    try:
        await scene.voice("panel-chair").call(scene.services.panels.RecordOutcome, request)
    except Refused as refused:
        if refused.reason != "NO_AUTHORITY":
            raise
        scene.narrator.seen("a change of plan by the panel: refused, NO_AUTHORITY")
        return
    raise Failure("a tracking panel changed a care plan")


def _item_of_the_children(scene: Scene, sitting: Sitting) -> AgendaItem:
    wanted = {subject.name for subject in scene.subjects}
    return next(item for item in sitting.agenda if wanted <= set(item.subjects))


async def meeting_of(scene: Scene, sitting: Sitting) -> Meeting:
    """The scheduler's meeting of a sitting."""
    request = scheduler_pb.GetMeetingRequest(name=sitting.meeting)
    found: Meeting = (await scene.voice("business-support").call(scene.services.scheduler.GetMeeting, request)).meeting
    return found


async def _timetable(scene: Scene, subject: str) -> list[Obligation]:
    request = cases_pb.GetTimetableRequest(subject=subject)
    reply = await scene.voice("business-support").call(scene.services.cases.GetTimetable, request)
    return list(reply.obligations)


async def _clocks(scene: Scene, subject: str, because: str, rules: set[str]) -> list[Obligation]:
    async def running() -> list[Obligation] | None:
        found = [o for o in await _timetable(scene, subject) if o.rule_id in rules and o.state == OBLIGATION_STATE_OPEN]
        return found if {o.rule_id for o in found} == rules else None

    return await scene.until(f"the clocks that follow from {because} run", running)


async def _met(scene: Scene, subject: str, rule_id: str) -> Obligation:
    async def met() -> Obligation | None:
        rows = [o for o in await _timetable(scene, subject) if o.rule_id == rule_id]
        return next((o for o in rows if o.state == OBLIGATION_STATE_MET), None)

    return await scene.until(f"{rule_id} is met", met)


async def _plan_facts(scene: Scene) -> list[str]:
    facts: list[str] = []
    for subject in scene.subjects:
        request = cases_pb.ListCaseEventsRequest(subject=subject.name, page_size=500)
        reply = await scene.voice("business-support").call(scene.services.cases.ListCaseEvents, request)
        facts += [event.name for event in reply.case_events if event.type in PLAN_EVENTS]
    return facts
