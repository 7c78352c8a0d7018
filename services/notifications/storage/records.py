"""Rows as the domain's dataclasses, and back."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime

import asyncpg

from services.notifications.domain.answer import Answer
from services.notifications.domain.invitation import Invitation, Outgoing
from services.notifications.domain.invitation_state import InvitationState
from services.notifications.domain.known_meeting import KnownMeeting
from services.notifications.domain.mail_draft import MailMethod
from services.notifications.domain.meeting import MeetingState
from services.notifications.domain.need import Need
from services.notifications.domain.outlook_event import EventState, OutlookEvent
from services.notifications.domain.receipt import MessageDelivery
from services.notifications.domain.remote_event import EventPart
from services.notifications.domain.route import Route
from services.notifications.domain.shown_event import ShownEvent

INVITATION_COLUMNS = (
    "id, meeting, person, role, route, state, told_revision, wanted_revision, answer, answer_time, answered_revision,"
    " trouble, send_time, messages_sent, sequence, told_content, told_address, told_start, told_end,"
    " out_sequence, out_method, out_content, out_revision, out_dtstamp, out_asked_at, in_doubt,"
    " receipt_id, delivery, delivery_time,"
    " proposed_start, proposed_end, needs, needs_language, needs_time, returned_sequence, letter_time, place_withheld,"
    " mail_secret, joining_link"
)
EVENT_COLUMNS = (
    "id, meeting, audience, generation, transaction_id, state, event_id, ical_uid, etag, sent, asked, people,"
    " asked_people, start_time, end_time, trouble, agreed, asked_shown, held, join_url"
)
MEETING_COLUMNS = (
    "meeting, subjects, heard_revision, read_revision, state, restricted, booked_by, token, release_needed, read_at"
)


def upsert(table: str, columns: str, key: Sequence[str]) -> str:
    """An insert that replaces the row with the same key; $1 is the council."""
    names = [name.strip() for name in columns.split(",")]
    places = ", ".join(f"${place}" for place in range(1, len(names) + 2))
    changes = ", ".join(f"{name} = excluded.{name}" for name in names if name not in key)
    return (
        f"insert into {table} (council_id, {columns}) values ({places})"
        f" on conflict (council_id, {', '.join(key)}) do update set {changes}"
    )


def invitation_of(row: asyncpg.Record) -> Invitation:
    """A row of `invitation`."""
    return Invitation(
        id=row["id"],
        meeting=row["meeting"],
        person=row["person"],
        role=row["role"],
        route=Route(row["route"]),
        state=InvitationState(row["state"]),
        told_revision=row["told_revision"],
        wanted_revision=row["wanted_revision"],
        answer=Answer(row["answer"]),
        answer_time=row["answer_time"],
        answered_revision=row["answered_revision"],
        trouble=row["trouble"],
        send_time=row["send_time"],
        messages_sent=row["messages_sent"],
        sequence=row["sequence"],
        told_content=row["told_content"],
        told_address=row["told_address"],
        told_start=row["told_start"],
        told_end=row["told_end"],
        outgoing=_outgoing_of(row),
        in_doubt=row["in_doubt"],
        receipt_id=row["receipt_id"],
        delivery=MessageDelivery(row["delivery"]),
        delivery_time=row["delivery_time"],
        proposed=(row["proposed_start"], row["proposed_end"]) if row["proposed_start"] else None,
        needs=tuple(map(Need, row["needs"])),
        needs_language=row["needs_language"],
        needs_time=row["needs_time"],
        returned_sequence=row["returned_sequence"],
        letter_time=row["letter_time"],
        place_withheld=row["place_withheld"],
        mail_secret=row["mail_secret"],
        joining_link=row["joining_link"],
    )


def invitation_values(one: Invitation) -> list[object]:
    """In the order of INVITATION_COLUMNS."""
    out = one.outgoing
    outgoing = (
        [out.sequence, out.method.value, out.content, out.revision, out.dtstamp, out.asked_at] if out else [None] * 6
    )
    return [
        one.id,
        one.meeting,
        one.person,
        one.role,
        one.route.value,
        one.state.value,
        one.told_revision,
        one.wanted_revision,
        one.answer.value,
        one.answer_time,
        one.answered_revision,
        one.trouble,
        one.send_time,
        one.messages_sent,
        one.sequence,
        one.told_content,
        one.told_address,
        one.told_start,
        one.told_end,
        *outgoing,
        one.in_doubt,
        one.receipt_id,
        one.delivery.value,
        one.delivery_time,
        *(one.proposed or (None, None)),
        [need.value for need in one.needs],
        one.needs_language,
        one.needs_time,
        one.returned_sequence,
        one.letter_time,
        one.place_withheld,
        one.mail_secret,
        one.joining_link,
    ]


def event_of(row: asyncpg.Record) -> OutlookEvent:
    """A row of `remote_event`."""
    return OutlookEvent(
        id=row["id"],
        meeting=row["meeting"],
        audience=row["audience"],
        generation=row["generation"],
        transaction_id=row["transaction_id"],
        state=EventState(row["state"]),
        event_id=row["event_id"],
        ical_uid=row["ical_uid"],
        etag=row["etag"],
        sent=_parts_of(row["sent"]),
        asked=_parts_of(row["asked"]),
        people=tuple(row["people"]),
        asked_people=tuple(row["asked_people"]),
        start=row["start_time"],
        end=row["end_time"],
        trouble=row["trouble"],
        agreed=shown_of(row["agreed"]),
        asked_shown=shown_of(row["asked_shown"]),
        held=frozenset(EventPart(part) for part in row["held"]),
        join_url=row["join_url"],
    )


def event_values(one: OutlookEvent) -> list[object]:
    """In the order of EVENT_COLUMNS."""
    return [
        one.id,
        one.meeting,
        one.audience,
        one.generation,
        one.transaction_id,
        one.state.value,
        one.event_id,
        one.ical_uid,
        one.etag,
        _parts_text(one.sent),
        _parts_text(one.asked),
        list(one.people),
        list(one.asked_people),
        one.start,
        one.end,
        one.trouble,
        shown_text(one.agreed),
        shown_text(one.asked_shown),
        sorted(one.held),
        one.join_url,
    ]


def meeting_of(row: asyncpg.Record) -> KnownMeeting:
    """A row of `meeting_copy`."""
    return KnownMeeting(
        name=row["meeting"],
        subjects=tuple(row["subjects"]),
        heard_revision=row["heard_revision"],
        read_revision=row["read_revision"],
        state=MeetingState(row["state"]),
        restricted=row["restricted"],
        booked_by=row["booked_by"],
        token=row["token"],
        release_needed=row["release_needed"],
        read_at=row["read_at"],
    )


def meeting_values(one: KnownMeeting) -> list[object]:
    """In the order of MEETING_COLUMNS."""
    return [
        one.name,
        list(one.subjects),
        one.heard_revision,
        one.read_revision,
        one.state.value,
        one.restricted,
        one.booked_by,
        one.token,
        one.release_needed,
        one.read_at,
    ]


def shown_of(text: str | None) -> ShownEvent | None:
    """What anybody sees of an event, from JSON; None for null."""
    if text is None:
        return None
    row = json.loads(text)
    start, end = datetime.fromisoformat(row["start"]), datetime.fromisoformat(row["end"])
    return ShownEvent(start, end, row["place"], row["subject_line"], tuple(row["addresses"]))


def shown_text(shown: ShownEvent | None) -> str | None:
    """The same, as JSON."""
    if shown is None:
        return None
    times = {"start": shown.start.isoformat(), "end": shown.end.isoformat()}
    rest = {"place": shown.place, "subject_line": shown.subject_line, "addresses": shown.addresses}
    return json.dumps({**times, **rest}, sort_keys=True)


def _outgoing_of(row: asyncpg.Record) -> Outgoing | None:
    if row["out_sequence"] is None:
        return None
    method = MailMethod(row["out_method"])
    numbers = (row["out_sequence"], method, row["out_content"], row["out_revision"])
    return Outgoing(*numbers, row["out_dtstamp"], row["out_asked_at"])


def _parts_of(text: str) -> Mapping[EventPart, str]:
    return {EventPart(part): str(value) for part, value in json.loads(text).items()}


def _parts_text(parts: Mapping[EventPart, str]) -> str:
    return json.dumps({part.value: value for part, value in parts.items()}, sort_keys=True)
