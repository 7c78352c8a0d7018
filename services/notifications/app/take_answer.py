"""Taking answers: those that somebody gave to business support, and those that are read from Outlook."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from servicekit.caller import Caller
from servicekit.errors import NotFound, PermissionDenied
from servicekit.ids import new_id
from services.notifications.app.draft_invitations import invitation_name, put_changed
from services.notifications.app.policy import may
from services.notifications.app.ports import Desk, Unit
from services.notifications.app.preview_invitations import readable
from services.notifications.domain.answer import Answer
from services.notifications.domain.draft import told_by_hand
from services.notifications.domain.events import InvitationAnswered
from services.notifications.domain.invitation import Invitation
from services.notifications.domain.meeting import Meeting
from services.notifications.domain.outlook_event import ROOM, OutlookEvent
from services.notifications.domain.receipt import MessageDelivery
from services.notifications.domain.refusal import StaleAnswerError
from services.notifications.domain.remote_event import ProposedTime, RemoteEvent, RemoteReply
from services.notifications.domain.reply import ReplyEntry, ReplySource, revision_answered
from services.notifications.domain.route import Route


@dataclass(frozen=True)
class Given:
    """Whose answer, and to which revision of the meeting; 0 is the one that the invitation stands at."""

    invitation_id: UUID
    answer: Answer
    revision: int = 0


async def may_record_answer(desk: Desk, caller: Caller, invitation_id: UUID) -> Meeting:
    """The meeting as it stands, read before the transaction.

    NotFound where there is no such invitation or its meeting may not be known; PermissionDenied.
    """
    name = invitation_name(caller.council, invitation_id)
    if not may(caller, "RecordAnswer"):
        raise PermissionDenied(name)
    async with desk.begin(caller) as unit:
        found = await unit.invitations.get(invitation_id)
    if found is None:
        raise NotFound(name)
    try:
        return await readable(desk, caller, "RecordAnswer", found.meeting)
    except NotFound:
        raise NotFound(name) from None


async def record_answer(unit: Unit, caller: Caller, meeting: Meeting, given: Given) -> Invitation:
    """What somebody said by telephone or in person, to the time that they were asked about. Audited.

    StaleAnswerError where that is not the time of the meeting as it stands, or the invitation does not know it yet.
    """
    name = invitation_name(caller.council, given.invitation_id)
    before = await unit.invitations.get(given.invitation_id, lock=True)
    if before is None:
        raise NotFound(name)
    if given.revision and {before.wanted_revision, meeting.revision} != {given.revision}:
        raise StaleAnswerError(meeting=before.meeting)
    if before.route in (Route.BY_HAND, Route.NONE) or before.delivery is MessageDelivery.FAILED:
        # Whoever has answered has been told, by whomever asked.
        told = told_by_hand(before)
        await put_changed(unit, caller.council, before, told)
        before = told
    await unit.audit("RecordAnswer", name, fields=["answer"])
    revision = before.wanted_revision
    return await take(unit, caller, before, given.answer, unit.now(), revision, ReplySource.RECORDED)


async def take(
    unit: Unit,
    caller: Caller,
    before: Invitation,
    answer: Answer,
    at: datetime,
    revision: int,
    source: ReplySource,
    proposed: ProposedTime | None = None,
) -> Invitation:
    """Log an answer and merge it: by revision, then by time, never backwards. The same answer twice is
    once. `proposed` is kept with the answer and moves nothing.
    """
    now = before.answered(answer, at, revision, proposed)
    taken = now != before
    entry = ReplyEntry(new_id(), before.id, answer, at, revision, source, caller.name_for_log, taken)
    if not await unit.replies.log(entry) or not taken:
        return before
    await put_changed(unit, caller.council, before, now)
    event = InvitationAnswered(invitation_name(caller.council, now.id), now.meeting, now.person, answer, revision, at)
    await unit.append_event(now.meeting, event)
    if now.route is not Route.SHARED_EVENT:
        # Whoever has answered is not asked again.
        await unit.wake(now.meeting)
    return now


async def take_shown(unit: Unit, caller: Caller, event: OutlookEvent, remote: RemoteEvent) -> None:
    """What the organiser's copy of our event shows of everybody's answers, whichever way it came to be read.

    An answer may be there before we know that the event is, and a change of the time makes Exchange forget it: so it is
    taken wherever an event is looked at, and not from the delta alone.
    """
    for reply in remote.replies():
        await take_reply(unit, caller, event, reply)


async def take_reply(unit: Unit, caller: Caller, event: OutlookEvent, reply: RemoteReply) -> None:
    """One answer to one of our events; nothing where nobody on it has been told at that address."""
    if event.audience == ROOM:
        await _take_rooms(unit, event.meeting, reply)
        return
    people = {*event.people, *event.asked_people}
    for one in await unit.invitations.of_meeting(event.meeting, lock=True):
        if one.person in people and one.told_address.casefold() == reply.address.casefold():
            revision = revision_answered(one, reply)
            await take(
                unit, caller, one, reply.answer, reply.answered_at, revision, ReplySource.OUTLOOK, reply.proposed
            )


async def _take_rooms(unit: Unit, meeting: str, reply: RemoteReply) -> None:
    booking = await unit.rooms.get(meeting, lock=True)
    if booking is not None and (now := booking.answered(reply)) != booking:
        await unit.rooms.put(meeting, now)


async def room_was_asked(unit: Unit, event: OutlookEvent, at: datetime) -> None:
    """The mailbox has the request that went out then; nothing where the event is not a room's."""
    booking = await unit.rooms.get(event.meeting, lock=True) if event.audience == ROOM else None
    if booking is not None:
        await unit.rooms.put(event.meeting, replace(booking, asked_at=at))
