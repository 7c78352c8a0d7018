"""An event in the council's meetings mailbox as it was last asked for and last confirmed, and what to do
next about it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import assert_never
from uuid import UUID, uuid5

from services.notifications.domain.remote_event import (
    EventAttendee,
    EventDraft,
    EventKey,
    EventPart,
    RemoteEvent,
)
from services.notifications.domain.rendering import Rendering, digest
from services.notifications.domain.shown_event import (
    COMPARED,
    HOLDS,
    SENT_AS,
    ShownEvent,
    edited_parts,
    shown_by,
    shown_in,
)

SHARED = "staff"
"""The audience of the event that the council's staff share; others are one person, the room or the video."""
ROOM = "room"
"""The audience of the event by which a room's own mailbox is asked."""
VIDEO = "video"
"""The audience of the event that holds the joining link. Nobody stands on it."""
EDITED = "Somebody changed this event in Outlook. Decide about it on the page of the meeting."
LOST = "Somebody deleted this event in Outlook. Decide about it on the page of the meeting."
NO_LINK = (
    "Teams made no joining link. Nobody is told one: tell those who join by video yourself how. It is tried again by "
    "itself; if it stays so, the meetings mailbox needs a Teams licence: ask whoever looks after it."
)
_NAMESPACE = UUID("6f1c6c1e-4f0e-5d43-9a53-1f0f0e5f5d11")


class EventState(StrEnum):
    """The three states ending in -ing are kept before asking: found after a crash, they mean that nobody
    knows.
    """

    DRAFT = "draft"
    CREATING = "creating"
    INVITED = "invited"
    DRIFTED = "drifted"
    """Live, and somebody edited it in Outlook: a person decides. What that part says is not sent until then."""
    CHANGING = "changing"
    CANCELLING = "cancelling"
    CANCELLED = "cancelled"
    LOST = "lost"
    RESTORING = "restoring"
    """Lost, and to be put back: looked for once more, then made anew."""
    NEEDS_HUMAN = "needs_human"


LIVE = (EventState.INVITED, EventState.DRIFTED)


class EventStep(StrEnum):
    """What to do next."""

    NOTHING = "nothing"
    CREATE = "create"
    UPDATE = "update"
    CANCEL = "cancel"
    LOOK_UP = "look up"
    FORGET = "forget"
    RENEW = "renew"


@dataclass(frozen=True)
class EventContent:
    """What an event is to be: one rendering, and who stands on it (person by person, in order of person).

    `by_video`: with a Teams meeting.
    """

    rendering: Rendering
    attendees: tuple[tuple[str, EventAttendee], ...]
    by_video: bool = False

    def parts(self) -> dict[EventPart, str]:
        """A digest of each part that can change by itself."""
        named = [f"{attendee.address.casefold()} {attendee.required}" for _, attendee in self.attendees]
        link = {EventPart.LINK: digest("joining link")} if self.by_video else {}
        return {**self.rendering.parts(), EventPart.ATTENDEES: digest(*named), **link}

    @property
    def people(self) -> tuple[str, ...]:
        """Who stands on it."""
        return tuple(person for person, _ in self.attendees)


@dataclass(frozen=True)
class OutlookEvent:
    """One audience's event. `sent` is confirmed, `asked` was kept before the last request; both by part.

    `agreed` is what the mailbox showed when both sides last agreed, `asked_shown` what the last request asked for: any
    other value was put there by somebody in Outlook. `held` is not sent while a person has to decide about it.
    `join_url`: the link that Teams made for it, where it is to have one and was last seen to.
    """

    id: UUID
    meeting: str
    audience: str
    generation: int
    transaction_id: UUID
    state: EventState = EventState.DRAFT
    event_id: str = ""
    ical_uid: str = ""
    etag: str = ""
    sent: Mapping[EventPart, str] = field(default_factory=dict)
    asked: Mapping[EventPart, str] = field(default_factory=dict)
    people: tuple[str, ...] = ()
    asked_people: tuple[str, ...] = ()
    start: datetime | None = None
    end: datetime | None = None
    trouble: str = ""
    agreed: ShownEvent | None = None
    asked_shown: ShownEvent | None = None
    held: frozenset[EventPart] = frozenset()
    join_url: str = ""

    def key(self, around: datetime) -> EventKey:
        """How to find it."""
        return EventKey(self.event_id, self.transaction_id, self.id, self.start or around)

    def asking(self, state: EventState, content: EventContent | None = None) -> "OutlookEvent":
        """Kept before the request goes out. What is held stays as it was asked for last."""
        if content is None:
            return replace(self, state=state, trouble="")
        held = held_for(self, content)
        asked = {part: value for part, value in content.parts().items() if part not in held}
        timed = EventPart.TIME in asked
        return replace(
            self,
            state=state,
            asked={**self.sent, **asked},
            asked_people=content.people if EventPart.ATTENDEES in asked else self.people,
            asked_shown=shown_in(draft_of(self, content, "")),
            start=content.rendering.start if timed else self.start,
            end=content.rendering.end if timed else self.end,
            trouble="",
            held=held,
        )

    def not_done(self) -> "OutlookEvent":
        """The other side certainly did nothing: back to where it was."""
        back = EventState.DRAFT if self.state is EventState.CREATING else self.live_state
        return replace(self, state=back)

    def done(self, remote: RemoteEvent) -> "OutlookEvent":
        """The last request is confirmed. An older event that Exchange gave for the same transaction id is told by what
        it shows: then nothing of it counts as sent, and an update follows.
        """
        as_asked = EventPart.TIME in self.held or (remote.start, remote.end) == (self.start, self.end)
        if self.state is EventState.CREATING and self.asked_shown is not None:
            as_asked = not edited_parts(shown_by(remote), self.asked_shown)
        done = replace(
            self,
            state=self.live_state,
            event_id=remote.event_id,
            ical_uid=remote.ical_uid,
            etag=remote.etag,
            sent=self.asked if as_asked else {},
            people=self.asked_people,
            trouble=EDITED if self.held else "",
            agreed=self._agreed(shown_by(remote)),
        )
        return done.linked_as(remote) if self.audience == VIDEO else done

    @property
    def joining_link(self) -> str:
        """The link to tell: that of an event which is there; empty where there is none."""
        there = (*LIVE, EventState.CHANGING, EventState.NEEDS_HUMAN)
        return self.join_url if self.audience == VIDEO and self.state in there else ""

    def linked_as(self, remote: RemoteEvent) -> "OutlookEvent":
        """With the link that the mailbox shows. Without one it is not as wanted, and a person has to see to it."""
        if remote.join_url:
            return replace(self, join_url=remote.join_url)
        return replace(self.without_link(), state=EventState.NEEDS_HUMAN, trouble=NO_LINK)

    def without_link(self) -> "OutlookEvent":
        """Its Teams meeting is not there: to be asked for again."""
        return replace(self, sent=_but_link(self.sent), join_url="")

    def trying_again(self) -> "OutlookEvent":
        """As if its link had never been asked for; itself where it has one, or waits for no person."""
        if self.state is not EventState.NEEDS_HUMAN or self.join_url:
            return self
        return replace(self, asked=_but_link(self.asked))

    @property
    def live_state(self) -> EventState:
        """Where it stands while it is there and nothing is being asked."""
        return EventState.DRIFTED if self.held else EventState.INVITED

    def holding(self, held: frozenset[EventPart]) -> "OutlookEvent":
        """A live event of which these parts wait for a person."""
        if held == self.held:
            return self
        there = replace(self, held=held, trouble=EDITED if held else "")
        return replace(there, state=there.live_state)

    def _agreed(self, shown: ShownEvent) -> ShownEvent:
        """What the mailbox shows now, but for what somebody there has put in and nobody here has agreed to."""
        if self.agreed is None:
            return shown
        open_parts = [part for part in COMPARED if HOLDS[part] & self.held]
        for part in open_parts:
            shown = shown.with_part(part, self.agreed)
        return shown

    def ended(self, state: EventState, trouble: str = "") -> "OutlookEvent":
        """Cancelled, lost or stuck. Nobody stands on a cancelled event.

        One with nobody on it was lost to nobody: it is looked for once more and made anew, and nobody has to be asked.
        """
        if state is EventState.LOST and self.audience == VIDEO:
            return replace(self, state=EventState.RESTORING, trouble="", held=frozenset())
        if state is EventState.CANCELLED:
            return replace(self, state=state, trouble=trouble, people=(), asked_people=(), held=frozenset())
        return replace(self, state=state, trouble=trouble)


def new_event(event_id: UUID, meeting: str, audience: str, generation: int = 1) -> OutlookEvent:
    """A draft. Its transaction id follows from meeting, audience and generation, whoever computes it."""
    transaction_id = uuid5(_NAMESPACE, f"{meeting}|{audience}|{generation}")
    return OutlookEvent(event_id, meeting, audience, generation, transaction_id)


def next_step(event: OutlookEvent, wanted: EventContent | None) -> EventStep:
    """The one request that brings the event nearer to what is wanted; None wants no event."""
    match event.state:
        case EventState.CREATING | EventState.CHANGING | EventState.CANCELLING:
            return EventStep.LOOK_UP
        case EventState.RESTORING:
            return EventStep.LOOK_UP if wanted else EventStep.FORGET
        case EventState.DRAFT:
            return EventStep.CREATE if wanted else EventStep.FORGET
        case EventState.INVITED | EventState.DRIFTED:
            return _step_when_live(event, wanted)
        case EventState.CANCELLED:
            return EventStep.RENEW if wanted else EventStep.NOTHING
        case EventState.LOST:
            return EventStep.NOTHING if wanted else EventStep.FORGET
        case EventState.NEEDS_HUMAN:
            return _step_when_refused(event, wanted)
        case _:
            assert_never(event.state)


def changed_parts(event: OutlookEvent, wanted: EventContent) -> frozenset[EventPart]:
    """The parts that Exchange does not have as wanted, and that may be sent."""
    different = {part for part, value in wanted.parts().items() if event.sent.get(part) != value}
    return frozenset(different) - held_for(event, wanted)


def takes_off_only(event: OutlookEvent | None, wanted: EventContent) -> bool:
    """Whether the change takes people off, and those who stay would be told nothing."""
    if event is None or not set(wanted.people) < set(event.people):
        return False
    return changed_parts(event, wanted) == {EventPart.ATTENDEES}


def held_for(event: OutlookEvent, wanted: EventContent) -> frozenset[EventPart]:
    """What waits for a person. Taking off whoever has no part any more waits for nobody: late is worse."""
    if set(event.people) - set(wanted.people):
        return event.held - {EventPart.ATTENDEES}
    return event.held


def settle(event: OutlookEvent, remote: RemoteEvent | None) -> OutlookEvent:
    """What a look at the mailbox says about a request whose outcome nobody knew."""
    there = remote is not None and not remote.cancelled
    if event.state is EventState.CANCELLING:
        return event.ended(event.live_state if there else EventState.CANCELLED)
    if event.state is EventState.RESTORING:
        anew = new_event(event.id, event.meeting, event.audience, event.generation + 1)
        return replace(event.not_done(), etag=remote.etag) if there and remote else anew
    if remote is None or remote.cancelled:
        if event.state is EventState.CREATING and remote is None:
            return event.not_done()
        return event.ended(EventState.LOST, LOST)
    if event.state is EventState.CREATING:
        return event.done(remote)
    if _was_applied(event, remote):
        return replace(event.done(remote), agreed=_agreed_after_all(event, remote))
    return replace(event.not_done(), etag=remote.etag)


def mailed_by(event: OutlookEvent, wanted: EventContent, parts: frozenset[EventPart]) -> frozenset[str]:
    """Whom Exchange mails for an update: everybody, or for attendees alone only those who come or go."""
    if parts <= {EventPart.ATTENDEES}:
        return frozenset(wanted.people) - frozenset(event.people)
    return frozenset(wanted.people)


def draft_of(event: OutlookEvent, content: EventContent, mailbox: str) -> EventDraft:
    """What is asked of Exchange."""
    rendering = content.rendering
    return EventDraft(
        mailbox=mailbox,
        transaction_id=event.transaction_id,
        correlation_id=event.id,
        subject_line=rendering.subject_line,
        body_text=rendering.told_text(),
        start=rendering.start,
        end=rendering.end,
        time_zone=rendering.time_zone,
        location=rendering.location,
        attendees=tuple(attendee for _, attendee in content.attendees),
        hide_attendees=event.audience != SHARED,
        by_video=content.by_video,
    )


def _but_link(parts: Mapping[EventPart, str]) -> Mapping[EventPart, str]:
    return {part: value for part, value in parts.items() if part is not EventPart.LINK}


def _step_when_live(event: OutlookEvent, wanted: EventContent | None) -> EventStep:
    if wanted is None:
        return EventStep.CANCEL
    return EventStep.UPDATE if changed_parts(event, wanted) else EventStep.NOTHING


def _step_when_refused(event: OutlookEvent, wanted: EventContent | None) -> EventStep:
    if wanted is None:
        return EventStep.CANCEL if event.event_id else EventStep.FORGET
    held = held_for(event, wanted)
    if all(event.asked.get(part) == value for part, value in wanted.parts().items() if part not in held):
        return EventStep.NOTHING
    return EventStep.UPDATE if event.event_id else EventStep.CREATE


def _agreed_after_all(event: OutlookEvent, remote: RemoteEvent) -> ShownEvent | None:
    """As a look shows it. What somebody has changed since the request whose answer was lost is an edit all the same."""
    agreed = event.done(remote).agreed
    if agreed is None or event.asked_shown is None:
        return agreed
    for part in edited_parts(agreed, event.agreed, event.asked_shown):
        agreed = agreed.with_part(part, event.asked_shown)
    return agreed


def _was_applied(event: OutlookEvent, remote: RemoteEvent) -> bool:
    """Whether a change whose answer was lost is there: whatever it changed for anybody to see is seen.

    Where it cannot be told, no: then it is repeated, equal.
    """
    if remote.etag == event.etag or event.agreed is None or event.asked_shown is None:
        return False
    changed = {part for part, value in event.asked.items() if event.sent.get(part) != value}
    asked = edited_parts(event.asked_shown, event.agreed)
    seen = [part for part in asked if SENT_AS[part] in changed]
    missing = edited_parts(shown_by(remote), event.asked_shown)
    return bool(seen) and not set(seen) & set(missing)
