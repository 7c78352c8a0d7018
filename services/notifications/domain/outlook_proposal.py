"""An edit that somebody made in Outlook: nothing but a proposal until a person decides about it."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from services.notifications.domain.outlook_event import EventState, OutlookEvent
from services.notifications.domain.remote_event import EventPart
from services.notifications.domain.shown_event import HOLDS, SENT_AS, EditedPart, ShownEvent


class ProposalState(StrEnum):
    """`decided` waits for the meeting's lane to act; `overtaken`: there was nothing left to decide."""

    OPEN = "open"
    DECIDED = "decided"
    DONE = "done"
    OVERTAKEN = "overtaken"


class Decision(StrEnum):
    """What a person may want. The wire's names."""

    TAKE_OVER = "OUTLOOK_DECISION_TAKE_OVER"
    """The meeting moves here to the time in Outlook."""
    PUT_OURS_BACK = "OUTLOOK_DECISION_PUT_OURS_BACK"
    LEAVE = "OUTLOOK_DECISION_LEAVE"
    """It is known and stays as it is; nothing changes here."""


@dataclass(frozen=True)
class OutlookProposal:
    """One part of one event. `ours` and `theirs` count in that part only; `theirs` is None for a deleted event.

    `revision` rises with every change and is the etag. Personal data in both values.
    """

    id: UUID
    event_id: UUID
    meeting: str
    generation: int
    part: EditedPart
    ours: ShownEvent
    theirs: ShownEvent | None
    since: datetime
    state: ProposalState = ProposalState.OPEN
    decision: Decision | None = None
    decided_by: str = ""
    decided_at: datetime | None = None
    reason: str = ""
    revision: int = 1

    @property
    def added(self) -> tuple[str, ...]:
        """Addresses that Outlook has and we never asked for."""
        return _without(self.theirs, self.ours)

    @property
    def removed(self) -> tuple[str, ...]:
        """Addresses that somebody took off in Outlook."""
        return _without(self.ours, self.theirs)

    @property
    def choices(self) -> tuple[Decision, ...]:
        """What may be decided. A time cannot be left as two truths, and nobody is left uninvited unseen. A meeting that
        is moved keeps its length: another length in Outlook would not be taken over by it.
        """
        if self.part is EditedPart.TIME:
            both = Decision.TAKE_OVER, Decision.PUT_OURS_BACK
            return both if self._keeps_length else (Decision.PUT_OURS_BACK,)
        if self.part is EditedPart.ATTENDEES and self.removed:
            return (Decision.PUT_OURS_BACK,)
        return Decision.PUT_OURS_BACK, Decision.LEAVE

    @property
    def _keeps_length(self) -> bool:
        return self.theirs is not None and self.theirs.end - self.theirs.start == self.ours.end - self.ours.start

    def choices_of(self, *, second_person: bool) -> tuple[Decision, ...]:
        """As `choices`; where a second person has to see whom the meeting's messages reach, nobody else is left on
        it.
        """
        if second_person and self.part is EditedPart.ATTENDEES:
            return (Decision.PUT_OURS_BACK,)
        return self.choices

    @property
    def holds(self) -> frozenset[EventPart]:
        """What is not sent before the decision. Exchange mails every change to everybody on the event: while somebody
        is on it whom nobody here has asked, there is none.
        """
        return frozenset(EventPart) if self.part is EditedPart.ATTENDEES and self.added else HOLDS[self.part]

    def decided(self, decision: Decision, by: str, at: datetime, reason: str) -> "OutlookProposal":
        """A person's word."""
        return replace(
            self,
            state=ProposalState.DECIDED,
            decision=decision,
            decided_by=by,
            decided_at=at,
            reason=reason,
            revision=self.revision + 1,
        )

    def ended(self, state: ProposalState) -> "OutlookProposal":
        """Acted on, or nothing left to decide."""
        return replace(self, state=state, revision=self.revision + 1)

    def seen_as(self, theirs: ShownEvent) -> "OutlookProposal":
        """Edited once more before anybody decided; itself where that part did not change."""
        if self.theirs is not None and self.theirs.part(self.part) == theirs.part(self.part):
            return self
        return replace(self, theirs=theirs, revision=self.revision + 1)


def heeded(event: OutlookEvent, proposal: OutlookProposal) -> OutlookEvent:
    """The event with a decision taken in: what was decided about is agreed from then on, and no edit any more."""
    if proposal.part is EditedPart.GONE:
        put_back = proposal.decision is Decision.PUT_OURS_BACK
        return replace(event, state=EventState.RESTORING, trouble="") if put_back else event
    if proposal.theirs is None or event.agreed is None:
        return event
    agreed = event.agreed.with_part(proposal.part, proposal.theirs)
    sent = dict(event.sent)
    if proposal.decision is Decision.PUT_OURS_BACK:
        sent.pop(SENT_AS[proposal.part], None)
    return replace(event, agreed=agreed, sent=sent)


def _without(one: ShownEvent | None, other: ShownEvent | None) -> tuple[str, ...]:
    if one is None or other is None:
        return ()
    return tuple(address for address in one.addresses if address not in other.addresses)
