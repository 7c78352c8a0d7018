"""Act 4: the first planning meeting is found a time, with two people kept apart, held, and booked."""

from permanence.cases.v1.subject_pb2 import Subject
from permanence.scheduler.v1 import scheduler_service_pb2 as pb
from permanence.scheduler.v1.meeting_pb2 import Meeting, Slot, UnarrangedObligation

from cli.connection import Refused
from cli.demo.scene import Scene, day, london, new_request_id
from cli.failure import Failure


async def book_meeting(scene: Scene) -> None:
    """See what is to be arranged, choose the best time, hold it and book it."""
    scene.narrator.step("Arrange the first permanence planning meeting of the children")
    await _what_is_to_be_arranged(scene)
    suggested = await suggest(scene, "ppm", scene.subjects)
    suggested.plan.held_by_video = True
    _tell_slots(scene, suggested)
    for sentence in suggested.kept_apart:
        scene.narrator.seen(f"kept apart: {sentence}")
    await _together_is_refused(scene, suggested)
    scene.meeting = await book(scene, suggested.plan, suggested.slots[0])
    starts = london(scene.meeting.start_time)
    scene.narrator.seen(
        f"booked {scene.meeting.reference}: {scene.meeting.title}, {starts:%A %d %B %Y %H:%M}, "
        f"{len(scene.meeting.sessions)} part(s), {len(scene.meeting.attendees)} invited, also by video"
    )


async def suggest(scene: Scene, meeting_kind: str, subjects: list[Subject]) -> pb.SuggestSlotsResponse:
    """Times for a meeting of this kind. Failure where there is none."""
    plan = pb.MeetingPlan(meeting_kind=meeting_kind, subjects=[s.name for s in subjects], needs_room=True)
    request = pb.SuggestSlotsRequest(parent=scene.parent, plan=plan)
    reply: pb.SuggestSlotsResponse = await scene.voice("business-support").call(
        scene.services.scheduler.SuggestSlots, request
    )
    if not reply.slots:
        reasons = sorted({without.reason for without in reply.days_without})
        raise Failure(f"no time for the {meeting_kind}: {', '.join(reasons)}")
    return reply


async def book(scene: Scene, plan: pb.MeetingPlan, slot: Slot) -> Meeting:
    """Hold the slot, then book it; where every time is too late, the manager accepts that with a reason."""
    late = bool(slot.breaches)
    support = scene.voice("business-support-manager" if late else "business-support")
    hold = pb.HoldSlotRequest(
        parent=scene.parent, plan=plan, start_time=slot.start_time, room=slot.room, request_id=new_request_id()
    )
    held = await support.call(scene.services.scheduler.HoldSlot, hold)
    request = pb.BookMeetingRequest(
        parent=scene.parent,
        hold=held.meeting.name,
        breach_reason="The date had passed before the case came to us." if late else "",
        request_id=new_request_id(),
    )
    booked: Meeting = (await support.call(scene.services.scheduler.BookMeeting, request)).meeting
    return booked


async def _what_is_to_be_arranged(scene: Scene) -> None:
    async def listed() -> list[UnarrangedObligation] | None:
        request = pb.ListUnarrangedObligationsRequest(
            parent=scene.parent, meeting_kind="ppm", subject=scene.subjects[0].name
        )
        reply = await scene.voice("business-support").call(scene.services.scheduler.ListUnarrangedObligations, request)
        return list(reply.obligations) or None

    for row in await scene.until("the clock is on the list of what must be arranged", listed):
        scene.narrator.seen(
            f"to be arranged: {row.title}, ref {row.subject_reference}, by {day(row.local_due_date)}, "
            f"{row.working_days_left} working days left"
        )


def _tell_slots(scene: Scene, suggested: pb.SuggestSlotsResponse) -> None:
    for slot in suggested.slots[:3]:
        why = "; ".join(reason.text for reason in slot.reasons[:3])
        scene.narrator.seen(f"could be {london(slot.start_time):%a %d %b %H:%M}: {why}")
    for without in suggested.days_without[:3]:
        scene.narrator.seen(f"not {day(without.on_date)}: {without.text}")


async def _together_is_refused(scene: Scene, suggested: pb.SuggestSlotsResponse) -> None:
    if len(suggested.slots[0].sessions) < 2:
        raise Failure("two people who must not meet were not kept apart")
    together = pb.MeetingPlan()
    together.CopyFrom(suggested.plan)
    del together.session_minutes[1:]
    for attendee in together.attendees:
        del attendee.sessions[:]
    slot = suggested.slots[0]
    request = pb.BookMeetingRequest(
        parent=scene.parent,
        plan=together,
        start_time=slot.start_time,
        room=slot.room,
        request_id=new_request_id(),
    )
    try:
        await scene.voice("business-support").call(scene.services.scheduler.BookMeeting, request)
    except Refused as refused:
        if refused.reason != "MUST_NOT_MEET":
            raise
        scene.narrator.seen("all in one room at once: refused, MUST_NOT_MEET")
        return
    raise Failure("two people who must not meet were booked into one room")
