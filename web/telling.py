"""How far people have been told of a meeting and what they answered, in words. Never "sent" before it was confirmed."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from permanence.notifications.v1 import notification_pb2 as note
from permanence.notifications.v1 import notifications_service_pb2 as pb
from permanence.scheduler.v1.meeting_pb2 import MEETING_STATE_CANCELLED, Meeting

from web.desk import Desk
from web.words import london, long_date, moment, time_span

_AT_ONCE = 500
_OFF = (note.INVITATION_STATE_WITHDRAWN, note.INVITATION_STATE_DROPPED)
ROUTE_WORDS = {
    note.ROUTE_UNSPECIFIED: "no safe way is known",
    note.ROUTE_SHARED_EVENT: "in Outlook, together with colleagues",
    note.ROUTE_OWN_EVENT: "in Outlook, in an invitation of their own",
    note.ROUTE_EMAIL: "by e-mail",
    note.ROUTE_BY_HAND: "by hand",
    note.ROUTE_TEXT: "by text message",
    note.ROUTE_LETTER: "by letter",
    note.ROUTE_NOTIFY_EMAIL: "by e-mail",
}
_BY_NOTIFY = (note.ROUTE_TEXT, note.ROUTE_LETTER, note.ROUTE_NOTIFY_EMAIL)
_CONFIRMED_BY = {
    note.ROUTE_EMAIL: "taken by the mail server",
    **dict.fromkeys(_BY_NOTIFY, "taken by GOV.UK Notify"),
}


SOURCE_WORDS = {
    note.ANSWER_SOURCE_OUTLOOK: "in Outlook",
    note.ANSWER_SOURCE_RECORDED: "recorded by business support",
    note.ANSWER_SOURCE_PAGE: "on their own page",
    note.ANSWER_SOURCE_MAIL: "by e-mail",
}


class Reply(StrEnum):
    """What is known of one person's coming; the values are words for the screen."""

    ACCEPTED = "Accepted"
    PERHAPS = "Perhaps"
    DECLINED = "Declined"
    NONE = "Has not answered yet"
    WAITING = "Waiting"
    NOT_SENT = "Not sent"
    OFF = "No longer asked"
    NOT_KNOWN = "Not known"


UNANSWERED = (Reply.NONE, Reply.WAITING, Reply.NOT_SENT)
_ANSWERS = {
    note.ANSWER_ACCEPTED: Reply.ACCEPTED,
    note.ANSWER_TENTATIVE: Reply.PERHAPS,
    note.ANSWER_DECLINED: Reply.DECLINED,
}


@dataclass(frozen=True)
class Told:
    """How far one person has been told: a status, and the rest of what is known."""

    status: str
    tag: str
    detail: str = ""


_DELIVERIES = {
    pb.DELIVERY_STATE_AWAITING_RELEASE: Told("Waits for release", "yellow"),
    pb.DELIVERY_STATE_NOT_SENT: Told("Not sent yet", "light-blue"),
    pb.DELIVERY_STATE_SENT: Told("Told", "green"),
    pb.DELIVERY_STATE_NEEDS_PERSON: Told("Needs a person", "red"),
}
_ARRIVED = {
    note.MESSAGE_DELIVERY_POSTED: Told("Posted", "green", "Printed and posted{when}. Whether it came is not known."),
    note.MESSAGE_DELIVERY_DELIVERED: Told("Delivered", "green", "Delivered{when}."),
}
_NOT_WRITTEN = Told("Being written", "grey")
_STATES = {
    note.INVITATION_STATE_DRAFTED: Told("Waits for release", "yellow"),
    note.INVITATION_STATE_WAITING: Told("On its way", "light-blue", "Released, and not confirmed yet."),
    note.INVITATION_STATE_UNKNOWN: Told(
        "Not known", "yellow", "Asked, and nobody knows whether it arrived. It is being looked up."
    ),
    note.INVITATION_STATE_NEEDS_PERSON: Told("Needs a person", "red"),
    note.INVITATION_STATE_WITHDRAWN: Told("Told that it is off", "grey"),
    note.INVITATION_STATE_DROPPED: Told("Not sent", "grey", "Nothing left, and nothing will."),
}


def is_off(one: note.Invitation) -> bool:
    """Whether the person is not asked any more."""
    return one.state in _OFF


def knows_something(one: note.Invitation) -> bool:
    """Whether the person was told some time of the meeting, and not that it is off."""
    return one.told_revision > 0 and not is_off(one)


def has_link(one: note.Invitation) -> bool:
    """Whether the person may have been sent a link of their own; colleagues on the shared event never are."""
    told_by_us = one.route not in (note.ROUTE_UNSPECIFIED, note.ROUTE_SHARED_EVENT, note.ROUTE_BY_HAND)
    return told_by_us and one.told_revision > 0


def by_hand(one: note.Invitation) -> bool:
    """Whether only a person can tell this person."""
    return one.route in (note.ROUTE_BY_HAND, note.ROUTE_UNSPECIFIED)


def knows_it(one: note.Invitation, meeting: Meeting) -> bool:
    """Whether the person was told the meeting as it stands. What notifications has not heard of yet counts too."""
    return one.told_revision >= max(one.wanted_revision, meeting.revision) > 0


def told_of(one: note.Invitation | None, meeting: Meeting) -> Told:
    """How far this person has been told of the meeting as it stands."""
    if one is None:
        return _NOT_WRITTEN
    current = knows_it(one, meeting)
    if meeting.state == MEETING_STATE_CANCELLED and not is_off(one) and not one.trouble:
        return Told("On its way", "light-blue", "Does not know yet that it is off.")
    if one.state == note.INVITATION_STATE_SENT and current:
        return _confirmed(one)
    if one.state == note.INVITATION_STATE_NEEDS_PERSON and current and not one.trouble:
        return Told("Told by hand", "green")
    found = _STATES.get(one.state, Told("On its way", "light-blue"))
    earlier = "Knows an earlier time. " if knows_something(one) and not current else ""
    return Told(found.status, found.tag, (earlier + (one.trouble or found.detail)).strip())


def _confirmed(one: note.Invitation) -> Told:
    """What is known of a message that left: "sent" is not "delivered", and a letter is never said to have come."""
    arrived = _ARRIVED.get(one.delivery)
    if arrived is not None:
        when = f" {moment(london(one.delivery_time))}" if one.HasField("delivery_time") else ""
        return replace(arrived, detail=arrived.detail.format(when=when))
    confirmed = _CONFIRMED_BY.get(one.route, "confirmed by Outlook")
    when = f", {moment(london(one.send_time))}" if one.HasField("send_time") else ""
    read = " Whether it reached them is not known." if one.route == note.ROUTE_EMAIL else ""
    return Told("Sent", "green", f"{confirmed[0].upper()}{confirmed[1:]}{when}.{read}")


def reply_of(one: note.Invitation | None, meeting: Meeting) -> Reply:
    """What this person answered to the meeting as it stands; an answer to an earlier time is none."""
    if one is None:
        return Reply.WAITING
    if is_off(one):
        return Reply.OFF
    if one.answer in _ANSWERS and _answers_it(one, meeting):
        return _ANSWERS[one.answer]
    if knows_it(one, meeting):
        return Reply.NONE
    return Reply.NOT_SENT if one.state == note.INVITATION_STATE_NEEDS_PERSON else Reply.WAITING


def earlier_reply(one: note.Invitation | None, meeting: Meeting) -> Reply | None:
    """What this person answered before the meeting was changed; None where there is no such answer."""
    if one is None or _answers_it(one, meeting):
        return None
    return _ANSWERS.get(one.answer)


def reminder_words(one: note.Invitation) -> str:
    """When the person was and will be reminded; empty where neither."""
    before = f"Reminded {moment(london(one.last_reminder_time))}. " if one.HasField("last_reminder_time") else ""
    after = f"Will be reminded {moment(london(one.next_reminder_time))}." if one.HasField("next_reminder_time") else ""
    return f"{before}{after}".strip()


def letter_words(one: note.Invitation) -> str:
    """That the person wrote an e-mail in words, which somebody has to read; empty where none waits."""
    if not one.HasField("letter_time"):
        return ""
    when = moment(london(one.letter_time))
    return f"Wrote an e-mail, {when}. Read it in the mailbox for invitations, and record their answer."


def answered_at(one: note.Invitation | None) -> datetime | None:
    """When the person answered, as wall time."""
    return london(one.answer_time) if one is not None and one.HasField("answer_time") else None


def proposal_words(one: note.Invitation | None) -> str:
    """When the person would rather meet; nothing moves by it."""
    if one is None or not one.HasField("proposed_start_time"):
        return ""
    start, end = london(one.proposed_start_time), london(one.proposed_end_time)
    return f"Proposes {long_date(start.date())}, {time_span(start, end)}"


def delivery_words(
    reply: pb.GetMeetingDeliveryResponse | None, invitations: Iterable[note.Invitation] | None, meeting: Meeting
) -> Told:
    """Where the telling of a whole meeting stands; `None` for either is what nobody can look up.

    "Told" only where every invitation says so too: notifications hears of a change a moment after it was made.
    """
    if reply is None or invitations is None:
        return Told("Not known", "grey")
    behind = any(_is_behind(one, meeting) for one in invitations)
    if reply.state == pb.DELIVERY_STATE_SENT and behind:
        return Told("Not sent yet", "light-blue")
    return _DELIVERIES.get(reply.state, Told("Being written", "grey"))


def declined(invitations: Iterable[note.Invitation], meeting: Meeting) -> int:
    """How many said no to the meeting as it stands."""
    return sum(reply_of(one, meeting) is Reply.DECLINED for one in invitations)


def _answers_it(one: note.Invitation, meeting: Meeting) -> bool:
    return one.answered_revision >= max(one.wanted_revision, meeting.revision)


def _is_behind(one: note.Invitation, meeting: Meeting) -> bool:
    """Whether the person is still to hear of the meeting as it stands."""
    return not is_off(one) and (meeting.state == MEETING_STATE_CANCELLED or not knows_it(one, meeting))


async def sendings_of(desk: Desk, meeting: str) -> list[note.Sending]:
    """Every message about a meeting, the oldest first."""
    found: list[note.Sending] = []
    token = ""
    while True:
        request = pb.ListSendingsRequest(meeting=meeting, page_size=_AT_ONCE, page_token=token)
        reply = await desk.ask("notifications", desk.notifications.ListSendings, request)
        found += reply.sendings
        token = reply.next_page_token
        if not token:
            return found


async def invitations_of(desk: Desk, meeting: str) -> list[note.Invitation]:
    """Every invitation of a meeting."""
    found: list[note.Invitation] = []
    token = ""
    while True:
        request = pb.ListInvitationsRequest(parent=desk.parent, meeting=meeting, page_size=_AT_ONCE, page_token=token)
        reply = await desk.ask("notifications", desk.notifications.ListInvitations, request)
        found += reply.invitations
        token = reply.next_page_token
        if not token:
            return found
