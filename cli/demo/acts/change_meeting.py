"""Act 6: the chair cannot come; the meeting is moved and everybody is told once. Another meeting is cancelled."""

from google.type.date_pb2 import Date
from permanence.notifications.v1 import notification_pb2
from permanence.notifications.v1.notification_pb2 import Invitation
from permanence.scheduler.v1 import scheduler_service_pb2 as pb
from permanence.scheduler.v1.meeting_pb2 import DateDecision, Meeting, Slot

from cli.demo.acts.book_meeting import book, suggest
from cli.demo.acts.tell_people import everybody_told, invitations, release_change
from cli.demo.acts.work_out_clocks import find_subject
from cli.demo.scene import Scene, london, new_request_id
from cli.failure import Failure


async def chair_declines(scene: Scene) -> None:
    """The team manager declines in Outlook; the answer is read back."""
    scene.narrator.step("The chair declines in Outlook; business support moves the meeting")
    made = scene.bill.councils[0]
    mailbox = made.staff_member(scene.bill.cast.team_manager_id).email
    await scene.outlook.answer(mailbox, scene.meeting.reference, "declined")
    chair = next(a.person for a in scene.meeting.attendees if a.chair)

    async def declined() -> Invitation | None:
        rows = await invitations(scene, scene.meeting)
        refused = [r for r in rows if r.person == chair and r.answer == notification_pb2.ANSWER_DECLINED]
        return refused[0] if refused else None

    await scene.until("the chair's answer is read back from Outlook", declined)
    scene.narrator.seen("read back: the chair has declined")


async def move_meeting(scene: Scene) -> None:
    """Another day, inside the clock; the same people; each told once."""
    before = {row.person: row.messages_sent for row in await invitations(scene, scene.meeting)}
    was = london(scene.meeting.start_time)
    request = pb.SuggestSlotsRequest(
        parent=scene.parent,
        plan=pb.MeetingPlan(meeting_kind="ppm", subjects=[s.name for s in scene.subjects], needs_room=True),
        max_slots=20,
        moving_meeting=scene.meeting.name,
    )
    reply = await scene.voice("business-support").call(scene.services.scheduler.SuggestSlots, request)
    later = [slot for slot in reply.slots if london(slot.start_time).date() > was.date()] or list(reply.slots)
    if not later:
        raise Failure("there is no other time inside the clock")
    scene.meeting = await scene.afresh(lambda: _move(scene, later[0]))
    scene.narrator.seen(f"moved from {was:%a %d %b %H:%M} to {london(scene.meeting.start_time):%a %d %b %H:%M}")
    await release_change(scene, scene.meeting)
    after = {row.person: row.messages_sent for row in await invitations(scene, scene.meeting)}
    extra = {person: after.get(person, 0) - count for person, count in before.items() if count}
    scene.narrator.seen(f"each told once of the change: {sum(v == 1 for v in extra.values())} of {len(extra)}")


async def _move(scene: Scene, slot: Slot) -> Meeting:
    request = pb.RescheduleMeetingRequest(
        name=scene.meeting.name,
        etag=(await scene.as_it_stands(scene.meeting)).etag,
        start_time=slot.start_time,
        room=slot.room,
        reason="The chair cannot come.",
        request_id=new_request_id(),
    )
    reply = await scene.voice("business-support").call(scene.services.scheduler.RescheduleMeeting, request)
    moved: Meeting = reply.meeting
    return moved


async def cancel_another(scene: Scene) -> None:
    """A meeting of an unrestricted child is booked, told, and cancelled."""
    scene.narrator.step("Another child's meeting is booked and then cancelled")
    child = await find_subject(scene, scene.bill.other_child_id)
    suggested = await suggest(scene, "cic_review", [child])
    meeting = await book(scene, suggested.plan, suggested.slots[-1])
    scene.narrator.seen(f"booked {meeting.reference}: {meeting.title}, {london(meeting.start_time):%a %d %b %H:%M}")
    await everybody_told(scene, meeting)
    await scene.afresh(lambda: _cancel(scene, meeting))

    async def withdrawn() -> bool | None:
        rows = await invitations(scene, meeting)
        off = (
            notification_pb2.INVITATION_STATE_WITHDRAWN,
            notification_pb2.INVITATION_STATE_DROPPED,
            notification_pb2.INVITATION_STATE_NEEDS_PERSON,
        )
        return True if all(row.state in off for row in rows) else None

    await scene.until("everybody knows that it is off", withdrawn)
    scene.narrator.seen("cancelled; everybody who had been told knows that it is off")


async def _cancel(scene: Scene, meeting: Meeting) -> None:
    # A review is called off at the reviewing officer's word.
    officer = next(one.person for one in meeting.attendees if one.role == "reviewing-officer")
    today = scene.now.date()
    request = pb.CancelMeetingRequest(
        name=meeting.name,
        etag=(await scene.as_it_stands(meeting)).etag,
        reason="The review is combined with another.",
        request_id=new_request_id(),
        date_decision=DateDecision(
            person=officer, consent_date=Date(year=today.year, month=today.month, day=today.day)
        ),
    )
    await scene.voice("business-support").call(scene.services.scheduler.CancelMeeting, request)
