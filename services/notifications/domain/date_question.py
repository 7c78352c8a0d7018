"""What one person is asked of one offer of dates: by e-mail where that is safe, else by a person of the council."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from services.notifications.domain.meeting import Invitee, Meeting, MeetingView, Recipient, Sender, Session
from services.notifications.domain.rendering import Rendering, subject_line, when
from services.notifications.domain.route import Route, choose_route, would_meet
from services.notifications.domain.second_person import second_person_reasons
from services.notifications.domain.sure_address import doubt_about_contact
from services.notifications.domain.wish import MUST_NOT_MEET, NO_PART

SUBJECT = "Dates for a meeting"
NOT_BY_ITSELF = "{reasons} Nothing is sent by itself: ask this person yourself."
NO_SITE = "The site's address is not set up, so that no link can be sent. Ask this person yourself."
OVER = "Not sent: it was answered, or the offer ended, before."


class QuestionState(StrEnum):
    """Where the asking stands; the wire's names."""

    WAITING = "DATE_QUESTION_STATE_WAITING"
    SENT = "DATE_QUESTION_STATE_SENT"
    TO_BE_ASKED = "DATE_QUESTION_STATE_TO_BE_ASKED"
    OVER = "DATE_QUESTION_STATE_OVER"


@dataclass(frozen=True)
class OfferToAsk:
    """An offer as the scheduler holds it. `meetings` are its dates, the earliest first; `people` have not answered."""

    name: str
    meetings: tuple[str, ...]
    people: tuple[str, ...]
    remote: bool
    expires_at: datetime
    open: bool


@dataclass(frozen=True)
class QuestionMail:
    """A message kept whole until the mail server has it: a repeat must be the same, link and all."""

    key: UUID
    made_at: datetime
    address: str
    subject_line: str
    body_text: str


@dataclass(frozen=True)
class DateQuestion:
    """One person's. `in_doubt`: the message may have gone before."""

    id: UUID
    offer: str
    person: str
    state: QuestionState = QuestionState.WAITING
    trouble: str = ""
    sent_at: datetime | None = None
    outgoing: QuestionMail | None = None
    in_doubt: bool = False

    def to_be_asked(self, trouble: str) -> "DateQuestion":
        """A person of the council has to ask; nothing more goes by itself."""
        return replace(self, state=QuestionState.TO_BE_ASKED, trouble=trouble, outgoing=None)

    def sent(self, at: datetime) -> "DateQuestion":
        """The mail server has it, and the link is forgotten here."""
        return replace(self, state=QuestionState.SENT, trouble="", sent_at=at, outgoing=None, in_doubt=False)

    def over(self) -> "DateQuestion":
        """Nothing is to be asked any more; one that was sent or is somebody's to ask stays what it is."""
        waits = self.state is QuestionState.WAITING
        return replace(self, state=QuestionState.OVER, trouble=OVER, outgoing=None) if waits else self


def why_not_mailed(view: MeetingView, invitee: Invitee, sender: Sender, today: date) -> str:
    """Why this person is not asked by e-mail, in plain words; empty where they are.

    The route is that of an invitation of a council without Outlook and GOV.UK Notify: a question is no entry in a
    calendar, and goes by e-mail or not at all.
    """
    recipient = view.recipients.get(invitee.person)
    if recipient is None:
        return NO_PART
    if would_meet(view, invitee):
        return MUST_NOT_MEET
    if reasons := second_person_reasons(view):
        # An invitation would wait until a second person let it go; a question has nobody who does.
        return NOT_BY_ITSELF.format(reasons=" ".join(reasons))
    route = choose_route(view, invitee, recipient, replace(sender, mailbox="", by_notify=frozenset()))
    return route.trouble or doubt_about_contact(recipient, today)


@dataclass(frozen=True)
class Asking:
    """What a message is made of. `meetings` are the dates; `ring`: whom to ring, in words."""

    meetings: tuple[Meeting, ...]
    remote: bool
    expires_at: datetime
    ring: str


def question_rendering(asking: Asking, invitee: Invitee, recipient: Recipient, url: str) -> Rendering:
    """Exactly what one person gets: dates of their own part, the link. No child, no other person, no place, no kind."""
    first = asking.meetings[0]
    own = [one.sessions_of(invitee) for one in asking.meetings]
    return Rendering(
        person=recipient.person,
        route=Route.EMAIL,
        address=recipient.email,
        subject_line=subject_line(SUBJECT, first.reference),
        body_text=_body(asking, own, first, url),
        location="",
        others_shown=(),
        start=own[0][0].start,
        end=own[0][-1].end,
        time_zone=first.time_zone,
    )


def ring_words(council: str, telephone: str) -> str:
    """`North Council on 01632 960001`."""
    return f"{council} on {telephone}" if telephone else council


def _body(asking: Asking, own: Sequence[tuple[Session, ...]], first: Meeting, url: str) -> str:
    zone = first.time_zone
    until = when(Session(0, asking.expires_at, asking.expires_at), zone)
    lines = [
        "You are asked which of these dates you can make for a meeting.",
        f"Reference: {first.reference}",
        "You can join by video or telephone." if asking.remote else "The meeting is in person.",
        "",
        *(f"- {when(Session(0, part[0].start, part[-1].end), zone)}" for part in own),
        "",
        f"Please answer here before {until.rpartition(' to ')[0]}. You do not need an account:",
        url,
        "",
        f"If you cannot use the link, or want to talk about it, ring {asking.ring}.",
        "This message holds no names. Please do not forward it: who has the link can answer for you.",
        "",
    ]
    return "\n".join(lines)
