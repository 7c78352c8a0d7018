"""Events as Graph's JSON: what is sent is strictly Microsoft's model, what is read is taken tolerantly."""

import re
from collections.abc import Iterator, Mapping
from typing import TypeAlias, assert_never
from uuid import UUID

from services.notifications.adapters.graph_time import read, read_offset, written
from services.notifications.domain.answer import Answer
from services.notifications.domain.remote_event import (
    AttendeeAnswer,
    EventAttendee,
    EventDraft,
    EventPart,
    ProposedTime,
    RemoteEvent,
)

CORRELATION_ID = "String {6f5b9a54-3c1d-4e0b-8a57-2d9c41f0b7e3} Name permanenceEvent"
"""The extended property with our own id of the event; the GUID is a namespace of ours, made once."""
FIELDS = "id,iCalUId,transactionId,subject,location,start,end,isCancelled,attendees,lastModifiedDateTime,onlineMeeting"
"""All that is asked for: no body comes back."""
MARK = f"singleValueExtendedProperties($filter=id eq '{CORRELATION_ID}')"
"""What has to be expanded for our mark to come back."""

Json: TypeAlias = dict[str, object]
_TEAMS: Json = {"isOnlineMeeting": True, "onlineMeetingProvider": "teamsForBusiness"}
_WEB_ADDRESS = re.compile(r"https://[\x21-\x7e]{1,2000}")
_ANSWERS = {
    "accepted": Answer.ACCEPTED,
    "tentativelyaccepted": Answer.TENTATIVE,
    "tentative": Answer.TENTATIVE,
    "declined": Answer.DECLINED,
}


def new_event_body(draft: EventDraft) -> Json:
    """The body of the one POST that makes the event with our marks on it."""
    return {
        **_time(draft),
        **_text(draft),
        **(_place(draft) if draft.location else {}),
        **_attendees(draft),
        **(_TEAMS if draft.by_video else {}),
        "sensitivity": "private",
        "hideAttendees": draft.hide_attendees,
        "responseRequested": True,
        "transactionId": str(draft.transaction_id),
        "singleValueExtendedProperties": [{"id": CORRELATION_ID, "value": str(draft.correlation_id)}],
    }


def changed_body(draft: EventDraft, parts: frozenset[EventPart]) -> Json:
    """The body of a PATCH of those parts; anything more would mail people for nothing."""
    body: Json = {}
    for part in sorted(parts):
        body.update(_part(draft, part))
    return body


def remote_event(mailbox: str, event: Mapping[str, object]) -> RemoteEvent:
    """An event as Graph shows it to its organiser; ValueError where it has no id or no readable times."""
    event_id = event.get("id")
    if not isinstance(event_id, str) or not event_id:
        raise ValueError("an event without an id")
    return RemoteEvent(
        mailbox=mailbox,
        event_id=event_id,
        ical_uid=str(event.get("iCalUId") or ""),
        etag=_etag(event),
        transaction_id=_uuid(event.get("transactionId")),
        start=read(event.get("start")),
        end=read(event.get("end")),
        cancelled=event.get("isCancelled") is True,
        answers=tuple(_answers(event)),
        subject_line=str(event.get("subject") or ""),
        location=_place_name(event.get("location")),
        correlation_id=_mark(event.get("singleValueExtendedProperties")),
        join_url=join_url(event),
    )


def join_url(event: Mapping[str, object]) -> str:
    """The link of an event's Teams meeting; empty where it has none. Taken for one only where it is a web address."""
    meeting = event.get("onlineMeeting")
    link = meeting.get("joinUrl") if isinstance(meeting, Mapping) else None
    return link if isinstance(link, str) and _WEB_ADDRESS.fullmatch(link) else ""


def _part(draft: EventDraft, part: EventPart) -> Json:
    match part:
        case EventPart.TIME:
            return _time(draft)
        case EventPart.PLACE:
            return _place(draft)
        case EventPart.TEXT:
            return _text(draft)
        case EventPart.ATTENDEES:
            return _attendees(draft)
        case EventPart.LINK:
            return dict(_TEAMS)
        case _:
            assert_never(part)


def _time(draft: EventDraft) -> Json:
    return {"start": written(draft.start, draft.time_zone), "end": written(draft.end, draft.time_zone)}


def _place(draft: EventDraft) -> Json:
    return {"location": {"displayName": draft.location}}


def _text(draft: EventDraft) -> Json:
    if draft.by_video:
        # The text holds the block by which Teams knows its meeting: to write there ends it.
        return {"subject": draft.subject_line}
    return {"subject": draft.subject_line, "body": {"contentType": "text", "content": draft.body_text}}


def _attendees(draft: EventDraft) -> Json:
    return {"attendees": [_attendee(one) for one in draft.attendees]}


def _attendee(one: EventAttendee) -> Json:
    mail = {"address": one.address, **({"name": one.display_name} if one.display_name else {})}
    kind = "resource" if one.resource else "required" if one.required else "optional"
    return {"type": kind, "emailAddress": mail}


def _place_name(location: object) -> str:
    return str(location.get("displayName") or "") if isinstance(location, Mapping) else ""


def _mark(properties: object) -> UUID | None:
    """The property's id comes back in whatever case the server likes."""
    for row in properties if isinstance(properties, list) else []:
        if isinstance(row, dict) and str(row.get("id")).casefold() == CORRELATION_ID.casefold():
            return _uuid(row.get("value"))
    return None


def _etag(event: Mapping[str, object]) -> str:
    tag, key = event.get("@odata.etag"), event.get("changeKey")
    if isinstance(tag, str) and tag:
        return tag
    return f'W/"{key}"' if isinstance(key, str) and key else ""


def _uuid(text: object) -> UUID | None:
    """Events that others made may carry any text there, or none."""
    try:
        return UUID(text) if isinstance(text, str) else None
    except ValueError:
        return None


def _answers(event: Mapping[str, object]) -> Iterator[AttendeeAnswer]:
    rows = event.get("attendees")
    for row in rows if isinstance(rows, list) else []:
        if not isinstance(row, dict):
            continue
        mail, status = row.get("emailAddress"), row.get("status")
        address = mail.get("address") if isinstance(mail, dict) else None
        if isinstance(address, str) and address:
            yield _answer(address, status if isinstance(status, dict) else {}, event, _proposed(row))


def _answer(
    address: str, status: Mapping[str, object], event: Mapping[str, object], proposed: ProposedTime | None
) -> AttendeeAnswer:
    answer = _ANSWERS.get(str(status.get("response")).lower(), Answer.NONE)
    if answer is Answer.NONE:
        return AttendeeAnswer(address, answer, None)
    # Exchange has been seen to leave the time of an answer out; the event was changed when it came.
    at = read_offset(status.get("time")) or read_offset(event.get("lastModifiedDateTime"))
    return AttendeeAnswer(address, answer, at, proposed)


def _proposed(row: Mapping[str, object]) -> ProposedTime | None:
    """A time that cannot be read was not proposed: the answer itself still counts."""
    slot = row.get("proposedNewTime")
    if not isinstance(slot, Mapping):
        return None
    try:
        return read(slot.get("start")), read(slot.get("end"))
    except ValueError:
        return None
