"""Act 2: the clocks of every child, and how a date explains itself."""

from permanence.cases.v1 import cases_service_pb2 as pb
from permanence.cases.v1 import obligation_pb2
from permanence.cases.v1.obligation_pb2 import Obligation
from permanence.cases.v1.subject_pb2 import Subject

from cli.demo.scene import Scene, day
from cli.failure import Failure


async def work_out_clocks(scene: Scene) -> None:
    """Find the story's children and read their timetables."""
    scene.narrator.step("Work out the clocks")
    support = scene.voice("business-support")
    for source_id in scene.bill.cast.child_ids:
        scene.subjects.append(await find_subject(scene, source_id))
    for subject in scene.subjects:
        reply = await support.call(scene.services.cases.GetTimetable, pb.GetTimetableRequest(subject=subject.name))
        running = [o for o in reply.obligations if o.state == obligation_pb2.OBLIGATION_STATE_OPEN]
        scene.narrator.seen(f"{subject.reference}: {len(running)} clocks run")
        for obligation in running:
            scene.narrator.seen(f"  {_line(obligation)}")
    _explain(scene, reply.obligations)


async def find_subject(scene: Scene, source_id: str) -> Subject:
    """The subject that the case system knows by this id. Failure where there is none."""
    request = pb.ListSubjectsRequest(parent=scene.parent, source_id=source_id)
    reply = await scene.voice("business-support").call(scene.services.cases.ListSubjects, request)
    if not reply.subjects:
        raise Failure("a child of the story was not brought in, or business support may not see it")
    found: Subject = reply.subjects[0]
    return found


def _line(obligation: Obligation) -> str:
    law, ours = day(obligation.statutory_due_date), day(obligation.local_due_date)
    return f"{obligation.rule_id:<10} {obligation.title}: the law's date {law}, our date {ours}"


def _explain(scene: Scene, obligations: list[Obligation]) -> None:
    planning = next((o for o in obligations if o.rule_id == "BCP-8-05"), None)
    if planning is None:
        raise Failure("the first planning meeting has no clock")
    scene.narrator.seen(f"why: {planning.explanation.sentence}")
    for step in planning.explanation.steps:
        scene.narrator.seen(f"  - {step.text}")
        for skipped in step.skipped_days:
            scene.narrator.seen(f"      not counted: {day(skipped.on_date)}, {skipped.reason}")
    scene.narrator.seen(f"  source: {planning.explanation.source}")
