"""Bringing one event in Outlook to what is wanted: kept before asked, looked up where in doubt, never
blindly repeated.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeAlias
from uuid import UUID

from servicekit.caller import Caller
from services.notifications.app.draft_invitations import put_changed
from services.notifications.app.heed_people import heed_people
from services.notifications.app.may_leave import did_not_leave, may_leave
from services.notifications.app.notice_edits import notice_edits, overtake
from services.notifications.app.ports import Desk, OutlookCalendar, Unit
from services.notifications.app.take_answer import room_was_asked, take_shown
from services.notifications.domain.brake import Source
from services.notifications.domain.delivery_fault import (
    ChangedMeanwhile,
    DeliveryFault,
    Gone,
    OutcomeUnknown,
    Refused,
    Unreachable,
)
from services.notifications.domain.draft import forgotten
from services.notifications.domain.invitation import OUTLOOK_REFUSES, Invitation
from services.notifications.domain.invitation_state import Happening, InvitationState
from services.notifications.domain.meeting import MeetingState, MeetingView
from services.notifications.domain.outlook_event import (
    LOST,
    ROOM,
    VIDEO,
    EventContent,
    EventState,
    EventStep,
    OutlookEvent,
    changed_parts,
    draft_of,
    mailed_by,
    new_event,
    next_step,
    settle,
)
from services.notifications.domain.remote_event import EventKey, EventPart, RemoteEvent
from services.notifications.domain.rendering import CALLED_OFF, NOT_ASKED
from services.notifications.domain.shown_event import EditedPart, ShownEvent, shown_in

NOT_REACHED = "Not sent: Outlook cannot be reached. It is tried again by itself."
IN_DOUBT = "Asked of Outlook without an answer. It is being looked up; nothing is repeated blindly."
_MOST_STEPS = 8
_OPEN = (InvitationState.WAITING, InvitationState.UNKNOWN)
Change: TypeAlias = Callable[[Invitation], Invitation]


class OutlookRefusesError(Exception):
    """Outlook refused to be asked, which lasts until somebody has mended something there."""


@dataclass(frozen=True)
class EventJob:
    """One event, what it is to be (None: not to be), and with what to ask."""

    desk: Desk
    caller: Caller
    view: MeetingView
    calendar: OutlookCalendar
    mailbox: str
    event_id: UUID
    content: EventContent | None

    def shown(self, event: OutlookEvent) -> ShownEvent | None:
        """What anybody would see of it as wanted now."""
        return shown_in(draft_of(event, self.content, self.mailbox)) if self.content else None


async def sync_event(job: EventJob) -> bool:
    """True once Outlook has it as wanted or a person must decide; False where it has to be tried again.

    Raises OutlookRefusesError, with the trouble kept: tried again soon, it would be refused again.
    """
    for _ in range(_MOST_STEPS):
        async with job.desk.begin(job.caller) as unit:
            event = await unit.events.get(job.event_id)
            if event is None:
                return True
            event = await heed_people(unit, event, job.shown(event))
            step = next_step(event, job.content)
            if await _step_at_home(unit, job, event, step):
                return True
        if step in (EventStep.RENEW, EventStep.FORGET):
            continue
        if not await _step_outside(job, event, step):
            return False
    return False


async def _step_at_home(unit: Unit, job: EventJob, event: OutlookEvent, step: EventStep) -> bool:
    """Steps that ask nothing of anybody; True where the event is settled by it."""
    if step is EventStep.NOTHING:
        await _settled(unit, job, event)
        return True
    if step is EventStep.FORGET:
        await unit.events.put(event.ended(EventState.CANCELLED))
        await _for_people(unit, job, {*event.people, *event.asked_people}, forgotten)
        return True
    if step is EventStep.RENEW:
        await unit.events.put(new_event(event.id, event.meeting, event.audience, event.generation + 1))
    return False


async def _settled(unit: Unit, job: EventJob, event: OutlookEvent) -> None:
    if event.trouble:
        await _stuck(unit, job, event)
    elif job.content is not None and event.state is EventState.INVITED:
        await _confirm(unit, job, job.content, frozenset())


async def _step_outside(job: EventJob, event: OutlookEvent, step: EventStep) -> bool:
    """Ask once; False where nothing more can be done just now."""
    if step is EventStep.LOOK_UP:
        return await _look_up(job, event)
    if step is EventStep.CREATE and job.content is not None:
        return await _create(job, event, job.content)
    if step is EventStep.UPDATE and job.content is not None:
        return await _update(job, event, job.content)
    return await _cancel(job, event)


async def _look_up(job: EventJob, event: OutlookEvent) -> bool:
    try:
        remote = await job.calendar.find(job.mailbox, event.key(job.view.meeting.start))
    except DeliveryFault as fault:
        return await _not_looked(job, event, fault)
    async with job.desk.begin(job.caller) as unit:
        found = settle(event, remote)
        await unit.events.put(found)
        if event.state is EventState.CANCELLING and found.state is EventState.CANCELLED:
            await _called_off(unit, job, event.people)
        elif found.state is EventState.INVITED and found.sent == event.asked:
            await _arrived(unit, job, event)
        if remote is not None:
            await take_shown(unit, job.caller, found, remote)
    return True


async def _create(job: EventJob, event: OutlookEvent, content: EventContent) -> bool:
    asking = event.asking(EventState.CREATING, content)
    mailed = len(content.people)
    async with job.desk.begin(job.caller) as unit:
        if not await _may_ask(unit, job, asking, mailed):
            return False
        at = unit.now()
    try:
        remote = await job.calendar.create(draft_of(asking, content, job.mailbox))
        if content.by_video and not remote.join_url:
            # Teams may have been slower than Exchange's answer.
            remote = await job.calendar.find(job.mailbox, _key_of(job, asking, remote)) or remote
    except DeliveryFault as fault:
        return await _failed(job, asking, fault, mailed)
    async with job.desk.begin(job.caller) as unit:
        made = asking.done(remote)
        await unit.events.put(made)
        if made.sent == asking.asked:
            await _arrived(unit, job, asking)
            await room_was_asked(unit, asking, at)
        await take_shown(unit, job.caller, asking, remote)
    return True


def _key_of(job: EventJob, event: OutlookEvent, remote: RemoteEvent) -> EventKey:
    return replace(event, event_id=remote.event_id).key(job.view.meeting.start)


async def _update(job: EventJob, event: OutlookEvent, content: EventContent) -> bool:
    try:
        remote = await job.calendar.find(job.mailbox, event.key(job.view.meeting.start))
    except DeliveryFault as fault:
        return await _not_looked(job, event, fault)
    if remote is None or remote.cancelled:
        return await _failed(job, event, Gone("NOT_FOUND"), 0)
    async with job.desk.begin(job.caller) as unit:
        # The event is locked before the invitations, as everywhere.
        noticed = await notice_edits(unit, event, remote, job.shown(event))
        await take_shown(unit, job.caller, event, remote)
        if noticed:
            # Something has come up since: the next look at it knows what may still be sent.
            return True
        asking = replace(event.asking(EventState.CHANGING, content), etag=remote.etag)
        if not await _may_ask(unit, job, asking, _count_mailed(event, content)):
            return False
        at = unit.now()
    return await _patch(job, event, asking, content, remote, at)


async def _patch(
    job: EventJob,
    event: OutlookEvent,
    asking: OutlookEvent,
    content: EventContent,
    remote: RemoteEvent,
    at: datetime,
) -> bool:
    parts = changed_parts(event, content)
    try:
        changed = await job.calendar.update(remote, draft_of(asking, content, job.mailbox), parts)
    except DeliveryFault as fault:
        return await _failed(job, asking, fault, _count_mailed(event, content))
    async with job.desk.begin(job.caller) as unit:
        await unit.events.put(asking.done(changed))
        if EventPart.TIME in parts:
            await room_was_asked(unit, asking, at)
        await _called_off(unit, job, tuple(set(event.people) - set(asking.asked_people)))
        if EventPart.ATTENDEES in parts:
            await overtake(unit, event, EditedPart.ATTENDEES)
        mailed = mailed_by(event, content, parts)
        if asking.held:
            await _counted(unit, job, mailed)
        else:
            await _confirm(unit, job, content, mailed)
        await take_shown(unit, job.caller, asking, changed)
    return True


async def _cancel(job: EventJob, event: OutlookEvent) -> bool:
    asking = event.asking(EventState.CANCELLING)
    async with job.desk.begin(job.caller) as unit:
        if not await _may_ask(unit, job, asking, len(event.people)):
            return False
    try:
        if event.audience == VIDEO:
            await job.calendar.remove(_as_remote(job, asking))
        else:
            await job.calendar.cancel(_as_remote(job, asking), _comment(job, asking))
    except Gone:
        pass
    except Refused as fault:
        async with job.desk.begin(job.caller) as unit:
            await did_not_leave(unit, Source.OUTLOOK, len(event.people))
            await unit.events.put(asking.not_done())
        return await _not_looked(job, event, fault)
    except DeliveryFault as fault:
        return await _failed(job, asking, fault, len(event.people))
    async with job.desk.begin(job.caller) as unit:
        await unit.events.put(asking.ended(EventState.CANCELLED))
        await _called_off(unit, job, asking.people)
    return True


def _comment(job: EventJob, event: OutlookEvent) -> str:
    """What stands in a cancellation: nothing in a room's, which is read by its delegates."""
    if event.audience == ROOM:
        return ""
    return CALLED_OFF if job.view.meeting.state is MeetingState.CANCELLED else NOT_ASKED


def _as_remote(job: EventJob, event: OutlookEvent) -> RemoteEvent:
    start, end = event.start or job.view.meeting.start, event.end or job.view.meeting.end
    return RemoteEvent(
        job.mailbox, event.event_id, event.ical_uid, event.etag, event.transaction_id, start, end, False, ()
    )


def _count_mailed(event: OutlookEvent, content: EventContent) -> int:
    """How many people an update mails: those of `mailed_by`, and those who are taken off."""
    mailed = mailed_by(event, content, changed_parts(event, content))
    return len(mailed | (set(event.people) - set(content.people)))


async def _may_ask(unit: Unit, job: EventJob, asking: OutlookEvent, mailed: int) -> bool:
    """Keep what is about to be asked, by which so many people are mailed; False, and why, where it has to wait."""
    if trouble := await may_leave(unit, job.desk, Source.OUTLOOK, mailed):
        people = job.content.people if job.content else asking.people
        await _say(unit, job, people, Happening.NOT_REACHED, trouble)
        return False
    await unit.events.put(asking)
    if (content := job.content) is not None and content.rendering.joining_link:
        await _for_people(unit, job, set(content.people), lambda one: one.handing_over(content.rendering))
    return True


async def _not_looked(job: EventJob, event: OutlookEvent, fault: DeliveryFault) -> bool:
    """Nobody could look, so that nothing is known: the event stays as it was, and is looked at again. Raises as
    `sync_event`.
    """
    people = job.content.people if job.content else event.people
    refused = isinstance(fault, Refused)
    async with job.desk.begin(job.caller) as unit:
        happening = Happening.STUCK if refused else Happening.NOT_REACHED
        trouble = OUTLOOK_REFUSES.format(reason=fault.reason) if refused else NOT_REACHED
        await _say(unit, job, people, happening, trouble)
    if refused:
        raise OutlookRefusesError
    return False


async def _failed(job: EventJob, event: OutlookEvent, fault: DeliveryFault, mailed: int) -> bool:
    """Keep what is known of the failure of a request that was to mail so many; True where another step makes sense
    at once.
    """
    people = job.content.people if job.content else event.people
    async with job.desk.begin(job.caller) as unit:
        if not isinstance(fault, OutcomeUnknown):
            await did_not_leave(unit, Source.OUTLOOK, mailed)
        if isinstance(fault, ChangedMeanwhile):
            await unit.events.put(event.not_done())
            return True
        if isinstance(fault, Unreachable):
            await unit.events.put(event.not_done())
            await _say(unit, job, people, Happening.NOT_REACHED, NOT_REACHED)
            return False
        if isinstance(fault, OutcomeUnknown):
            await _say(unit, job, people, Happening.IN_DOUBT, IN_DOUBT)
            return False
        gone = isinstance(fault, Gone)
        state = EventState.LOST if gone else EventState.NEEDS_HUMAN
        ended = event.ended(state, LOST if gone else OUTLOOK_REFUSES.format(reason=fault.reason))
        await unit.events.put(ended)
        await _stuck(unit, job, ended)
        return True


async def _stuck(unit: Unit, job: EventJob, event: OutlookEvent) -> None:
    # Whoever is no longer asked and still stands on it is not called off either.
    wanted = job.content.people if job.content else ()
    people = tuple(dict.fromkeys((*wanted, *event.people)))
    await _say(unit, job, people, Happening.STUCK, event.trouble)


async def _say(unit: Unit, job: EventJob, people: tuple[str, ...], happening: Happening, trouble: str) -> None:
    """Tell of a failure those whom it concerns: whoever holds the present facts already is not touched by
    it.
    """

    def said(one: Invitation) -> Invitation:
        concerned = happening is Happening.STUCK or one.state in _OPEN
        return one.step(happening, trouble) if concerned else one

    await _for_people(unit, job, set(people), said)


async def _called_off(unit: Unit, job: EventJob, people: tuple[str, ...]) -> None:
    """Those who are no longer asked know it now. Whoever waits for a person, or is asked again by now, goes
    on.
    """
    at = unit.now()
    asked_again = job.content.people if job.content else ()

    def off(one: Invitation) -> Invitation:
        if one.person in asked_again or one.state is InvitationState.NEEDS_PERSON:
            return replace(one, messages_sent=one.messages_sent + 1, told_content="")
        return one.called_off(at)

    await _for_people(unit, job, set(people), off)


async def _arrived(unit: Unit, job: EventJob, event: OutlookEvent) -> None:
    """What was asked last is there. Where something else is wanted by now, the message is counted and no
    more.
    """
    if job.content is not None and job.content.parts() == event.asked:
        changed = {part for part, value in event.asked.items() if event.sent.get(part) != value}
        await _confirm(unit, job, job.content, mailed_by(event, job.content, frozenset(changed)))
        return
    await _counted(unit, job, event.asked_people)


async def _counted(unit: Unit, job: EventJob, people: Collection[str]) -> None:
    """Something left for them, and it was not all that they are to know."""
    await _for_people(unit, job, set(people), lambda one: replace(one, messages_sent=one.messages_sent + 1))


async def _confirm(unit: Unit, job: EventJob, content: EventContent, mailed: frozenset[str]) -> None:
    addresses = {person: attendee.address for person, attendee in content.attendees}
    revision, at = job.view.meeting.revision, unit.now()

    def told(one: Invitation) -> Invitation:
        if one.state not in (*_OPEN, InvitationState.SENT):
            # Left alone until a person decides; Exchange may have written to them all the same.
            return replace(one, messages_sent=one.messages_sent + int(one.person in mailed))
        rendering = replace(content.rendering, address=addresses[one.person])
        return one.told(revision, rendering, at, messages=int(one.person in mailed))

    await _for_people(unit, job, set(addresses), told)


async def _for_people(unit: Unit, job: EventJob, people: set[str], change: Change) -> None:
    # A room is nobody's invitation. Whoever holds a room's booking never waits for invitations: drafting locks these
    # first, and each would wait for the other.
    if not people - {ROOM}:
        return
    for one in await unit.invitations.of_meeting(job.view.meeting.name, lock=True):
        if one.person in people:
            await put_changed(unit, job.caller.council, one, change(one))
