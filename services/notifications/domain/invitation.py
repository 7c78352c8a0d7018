"""One person's invitation to one meeting, for the meeting's whole life."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from services.notifications.domain.answer import Answer
from services.notifications.domain.invitation_state import Happening, InvitationState, after
from services.notifications.domain.mail_draft import MailMethod
from services.notifications.domain.need import Need
from services.notifications.domain.receipt import MessageDelivery
from services.notifications.domain.remote_event import ProposedTime
from services.notifications.domain.rendering import WE_WILL_TELL_YOU, Rendering, digest
from services.notifications.domain.route import Route

OUTLOOK_REFUSES = "Outlook refused this ({reason}). Ask whoever looks after the meetings mailbox."
_REFUSED = OUTLOOK_REFUSES.partition("{")[0]
NOT_DELIVERED = {
    Route.TEXT: "The text message could not be delivered. Ring, or check the number in the case system.",
    Route.LETTER: "The letter could not be sent. Ring, or check the address in the case system.",
    Route.NOTIFY_EMAIL: "The e-mail could not be delivered. Ring, or check the address in the case system.",
}


@dataclass(frozen=True)
class Outgoing:
    """A message that is about to leave, or has just left: kept before it is handed over, so that a repeat is
    equal. `asked_at`: when the other side was asked last to take it.
    """

    sequence: int
    method: MailMethod
    content: str
    revision: int
    dtstamp: datetime
    asked_at: datetime | None = None


@dataclass(frozen=True)
class Invitation:
    """`told_content` stands for what the person last read; `told_address` is where that went.

    `sequence` is the highest one handed out, -1 before the first (RFC 5546, 2.1.4). `in_doubt` says that
    `outgoing`
    was handed over at least once without an answer. `proposed`: when the person would rather meet; it moves nothing.
    `receipt_id` is GOV.UK Notify's id of the last message; `delivery` and `delivery_time` say what became of it.
    `needs`: what the person said they need, and when; a move keeps it. `place_withheld`: they were promised to be told
    the place. `joining_link`: the last one that they were told, or may have been. `mail_secret` stands in the
    Message-IDs of its e-mails and in nothing that is forwarded as an entry.
    """

    id: UUID
    meeting: str
    person: str
    role: str
    route: Route
    state: InvitationState
    told_revision: int = 0
    wanted_revision: int = 0
    answer: Answer = Answer.NONE
    answer_time: datetime | None = None
    answered_revision: int = 0
    trouble: str = ""
    send_time: datetime | None = None
    messages_sent: int = 0
    sequence: int = -1
    told_content: str = ""
    told_address: str = ""
    told_start: datetime | None = None
    told_end: datetime | None = None
    outgoing: Outgoing | None = None
    in_doubt: bool = False
    receipt_id: UUID | None = None
    delivery: MessageDelivery = MessageDelivery.NOT_KNOWN
    delivery_time: datetime | None = None
    proposed: ProposedTime | None = None
    needs: tuple[Need, ...] = ()
    needs_language: str = ""
    needs_time: datetime | None = None
    returned_sequence: int = -1
    """Of the e-mail that came back undelivered; -1 where none did."""
    letter_time: datetime | None = None
    """When the person last wrote an e-mail in words, which somebody has to read."""
    place_withheld: bool = False
    mail_secret: str = field(default="", repr=False)
    joining_link: str = field(default="", repr=False)

    @property
    def is_refused(self) -> bool:
        """Whether Outlook refused it when it was asked last."""
        return self.trouble.startswith(_REFUSED)

    @property
    def told_state(self) -> InvitationState:
        """As whoever follows is told it: a person is needed all the while that Outlook is asked again and refuses."""
        asked_again = self.state is InvitationState.WAITING and self.is_refused
        return InvitationState.NEEDS_PERSON if asked_again else self.state

    @property
    def something_left(self) -> bool:
        """Whether the person was told something, or may have been."""
        return self.told_revision > 0 or self.in_doubt or self.outgoing is not None

    @property
    def holds_something(self) -> bool:
        """Whether the person has, or may have, something that would have to be called off."""
        return bool(self.told_content) or self.in_doubt

    @property
    def route_is_fixed(self) -> bool:
        """The route is chosen once: from the first message on it is kept."""
        return self.something_left and self.route is not Route.NONE

    def step(self, happening: Happening, trouble: str = "") -> "Invitation":
        """Let something happen to it; `trouble` replaces what was there."""
        return replace(self, state=after(self.state, happening), trouble=trouble)

    def told(self, revision: int, rendering: Rendering, at: datetime, *, messages: int = 1) -> "Invitation":
        """The other side confirmed that the person has it; `messages` left for it."""
        return replace(
            self.step(Happening.CONFIRMED),
            told_revision=max(revision, self.told_revision),
            told_content=rendering.content_digest(),
            told_address=rendering.address,
            told_start=rendering.start,
            told_end=rendering.end,
            place_withheld=rendering.location == WE_WILL_TELL_YOU,
            send_time=at if messages else self.send_time,
            messages_sent=self.messages_sent + messages,
            outgoing=None,
            in_doubt=False,
        )

    def handing_over(self, rendering: Rendering) -> "Invitation":
        """Before the message leaves: whoever may have a joining link has it."""
        return replace(self, joining_link=rendering.joining_link or self.joining_link)

    def called_off(self, at: datetime) -> "Invitation":
        """The person has been told that it is off, or that they are no longer asked."""
        return replace(
            self.step(Happening.CALLED_OFF),
            send_time=at,
            messages_sent=self.messages_sent + 1,
            told_content="",
            outgoing=None,
            in_doubt=False,
        )

    def carried(self, receipt_id: UUID, at: datetime) -> "Invitation":
        """GOV.UK Notify took the message, and will say what becomes of it."""
        return replace(self, receipt_id=receipt_id, delivery=MessageDelivery.ON_ITS_WAY, delivery_time=at)

    def delivered(self, delivery: MessageDelivery, at: datetime) -> "Invitation":
        """What became of the last message. A failure needs a person."""
        known = replace(self, delivery=delivery, delivery_time=at)
        failed = delivery is MessageDelivery.FAILED
        return known.step(Happening.STUCK, NOT_DELIVERED[self.route]) if failed else known

    @property
    def came_back(self) -> bool:
        """Whether the last e-mail was not delivered."""
        return self.returned_sequence >= 0 and self.returned_sequence == self.sequence

    @property
    def answered_what_was_told(self) -> bool:
        """Whether an answer stands to what the person was told last: then they know it, by whatever way."""
        return self.answer is not Answer.NONE and self.answered_revision >= self.told_revision

    @property
    def open_letter_time(self) -> datetime | None:
        """When a letter came to which no later answer stands."""
        letter, answered = self.letter_time, self.answer_time
        return letter if letter and (answered is None or answered < letter) else None

    def has(self, rendering: Rendering) -> bool:
        """Whether the person surely holds exactly this."""
        return (
            not self.in_doubt
            and self.told_content == rendering.content_digest()
            and self.told_address == rendering.address
        )

    def repeats(self, rendering: Rendering) -> bool:
        """Whether this is the very message that was handed over before."""
        kept = self.outgoing
        return kept is not None and kept.content == message_content(MailMethod.REQUEST, rendering)

    def answered(
        self, answer: Answer, at: datetime, revision: int, proposed: ProposedTime | None = None
    ) -> "Invitation":
        """Take an answer where it is newer, by revision and then by time; itself otherwise.

        No answer never takes an answer back: Exchange forgets replies when a time changes.
        """
        known = (self.answered_revision, self.answer_time)
        newer = known[1] is None or (revision, at) > (known[0], known[1])
        if answer is Answer.NONE or not newer:
            return self
        return replace(self, answer=answer, answer_time=at, answered_revision=revision, proposed=proposed)

    def needing(self, needs: frozenset[Need], language: str, at: datetime) -> "Invitation":
        """The person said what they need; `language`: of the interpreter."""
        return replace(self, needs=tuple(sorted(needs)), needs_language=language, needs_time=at)


def uid(invitation: Invitation, host: str) -> str:
    """The calendar UID of an e-mailed invitation: for life, and it says nothing."""
    return f"{invitation.id}@{host}"


def message_id(invitation: Invitation, sequence: int, host: str) -> str:
    """Fixed for an invitation and a sequence, so that a mail server or a reader can drop a repeat.

    The secret keeps whoever knows the UID from a report that this e-mail came back.
    """
    return f"{invitation.id}.{sequence}.{invitation.mail_secret}@{host}"


def read_uid(text: str, host: str) -> UUID | None:
    """The invitation of a UID that is one of ours; None for any other."""
    left, _, right = text.partition("@")
    return _uuid(left) if right.casefold() == host.casefold() else None


@dataclass(frozen=True)
class NamedMessage:
    """What a Message-ID says: whose e-mail it is, which one, and the secret to compare."""

    invitation_id: UUID
    sequence: int
    secret: str = field(repr=False)

    def is_of(self, invitation: Invitation) -> bool:
        """Whether this service wrote it for the invitation."""
        return self.invitation_id == invitation.id and self.secret.casefold() == invitation.mail_secret


def read_message_id(text: str, host: str) -> NamedMessage | None:
    """What a Message-ID that looks like one of ours says; None for any other."""
    left, _, right = text.partition("@")
    found, _, rest = left.partition(".")
    number, _, secret = rest.partition(".")
    invitation_id = _uuid(found) if right.casefold() == host.casefold() else None
    if invitation_id is None or not (number.isascii() and number.isdigit() and len(number) < 10):
        return None
    return NamedMessage(invitation_id, int(number), secret)


def _uuid(text: str) -> UUID | None:
    """As this service writes it: no other spelling of the same."""
    try:
        found = UUID(text)
    except ValueError:
        return None
    return found if str(found) == text.casefold() else None


def message_content(method: MailMethod, rendering: Rendering) -> str:
    """Stands for what a message says and where it goes."""
    return digest(method.value, rendering.content_digest(), rendering.address)


def next_outgoing(invitation: Invitation, method: MailMethod, content: str, revision: int, at: datetime) -> Outgoing:
    """The message to hand over now: the very same as before where it would say the same, else the next
    sequence.

    The sequence rises with every new content, cancellations included; RFC 5546 asks for less, and allows
    this.
    """
    kept = invitation.outgoing
    if kept is not None and (kept.method, kept.content) == (method, content):
        return kept
    return Outgoing(invitation.sequence + 1, method, content, revision, at)
