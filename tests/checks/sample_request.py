"""Well-formed requests made from their descriptors: what a field holds follows from its name.

A field that is not known here is an error that says what to add, so that a new RPC cannot slip past the tests.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from uuid import uuid4

from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass

from cli.made_council.columns import SUPPLEMENT_COLUMNS

CAPACITY_HEADER = (",".join(SUPPLEMENT_COLUMNS["capacity"]) + "\n").encode()
NOW = datetime(2026, 6, 10, 9, tzinfo=UTC)
NamesOf = Callable[[str, str], str]
"""(path of the field, collection such as `meetings`, or "" for the council itself) → resource name."""

COLLECTIONS = {
    "parent": "", "subject": "children", "subjects": "children", "person": "people", "people": "people",
    "child": "children",
    "meeting": "meetings", "meetings": "meetings",
    "hold": "meetings", "draft": "meetingDrafts", "moving_meeting": "meetings",
    "body": "bodies", "room": "rooms", "sitting": "sittings", "agenda_item": "agendaItems",
    "agenda_items": "agendaItems", "obligations": "obligations", "invitation": "invitations",
    "date_offer": "dateOffers", "date_changes": "dateChanges",
    "member": "members",
    "actions": "actions", "things": "actions",
    "reviewing_officer": "people", "team_manager": "people",
    "replaces": "papers",
}  # fmt: skip
# `name` means what the RPC is about: the first that its request's name holds.
NAMED = {
    "Decision": "decisions", "DecideRequest": "decisions", "SendBackRequest": "decisions",
    "RecordRepresentations": "decisions", "RecordReviewAdvice": "decisions", "RecordTold": "tellings",
    "RenderLetter": "tellings",
    "WaitingThing": "actions", "CloseAction": "actions", "AssignAction": "actions", "Escalation": "escalations",
    "BulkMove": "bulkMoves", "DateOffer": "dateOffers", "OfferedDate": "dateOffers",
    "SittingMove": "meetings",
    "Subject": "children", "MeetingDraft": "meetingDrafts", "Meeting": "meetings", "ExtendHold": "meetings",
    "Confirmation": "meetings",
    "Import": "imports", "Sitting": "sittings", "Minutes": "minutes", "Council": "",
    "ChangeMember": "members", "EndMembership": "members",
    "LegalAdvice": "minutes", "Addendum": "minutes", "ServiceManager": "minutes", "Distribution": "minutes",
    "CaseEvent": "caseEvents", "Obligation": "obligations", "DiaryFeed": "diaryFeeds", "Absence": "absences",
    "ReferralForm": "referralForms", "ReferralPapers": "referralForms", "Paper": "papers",
    "RecordWrittenAnswer": "writtenResolutions", "SettleInWriting": "writtenResolutions",
    "RecordAnswerRequest": "dateOffers", "AnswerLink": "dateOffers", "OutlookProposal": "outlookProposals",
}  # fmt: skip
VALUES: dict[str, object] = {
    "agrees": True, "words_for_family": "What happens next.", "adverse": False, "words": "They say more.",
    "note": "By phone.",
    "include_decided": True, "include_closed": True, "include_ended": True,
    "cancel_reason": "It is not needed any more.",
    "grounds": "There is no plan.", "result": "There is a plan now.",
    "reference": "R-104", "source_id": "P0001", "source_ids": "P0001", "type": "became_looked_after",
    "meeting_kind": "ppm", "etag": "1", "reason": "The chair cannot come.", "reasons": "Both plans go on.",
    "text": "The plan was gone through.", "release_token": "a" * 64, "role": "social-worker",
    "roles": "team-manager", "roles_not_recorded": "reviewing-officer",
    "name_for_staff": "Ada Made", "evidence": "Register entry, seen by the adviser", "include_left": True,
    "owner_role": "social-worker", "local_start": "13:30", "breach_reason": "", "overlap_reason": "",
    "file_name": "ssd_person.csv",
    "minutes": 180, "interval_days": 14, "count": 2, "max_slots": 5, "session_minutes": 60, "chair": True,
    "required": True, "needs_room": True, "held_by_video": True, "confirmed": True, "include_done": True,
    "waiting_only": True, "max_events": 10,
    "kind": "meeting", "item": "councils/demo/meetings/1", "producer": "cases",
    "revision": 1, "measure": "reviews_in_time", "late_only": True,
    "number": 1, "remote": True, "own": True,
    "people_checked": True, "kept_apart_checked": True, "release_hold": True,
    "part_id": "0d0f2c1e-0000-4000-8000-000000000002", "prepared_by": "0d0f2c1e-0000-4000-8000-000000000001",
    "weeks": 4, "token": "a" * 43, "whole_council": True,
    "local_from": "09:00", "local_until": "17:00", "weekday": 1, "term_time_only": True, "most_chaired_a_day": 3,
    "link_token": "a" * 48, "session": "s" * 43, "code": "042317", "language": "Polish",
    "FieldChange.field": "reasons", "value": "Both plans go on.", "base_version": 1, "after_revision": 1,
    "recommendation": "Both plans go on.", "who": "The medical adviser", "why": "Too late.",
    "comment": "Seen.", "advice": "It can be done.",
    "passages_confirmed": True,
    "form": "tracking-panel-referral", "field": "summary", "papers_follow_because": "The court asked for it late.",
    "title": "What the school says", "size": 2048, "restricted": True, "version": 1,
    "content": CAPACITY_HEADER, "principal_ids": "0d0f2c1e-0000-4000-8000-000000000001",
}  # fmt: skip
# Optional, of no meaning for whose it is, or not allowed together with what is there.
LEFT_OUT = {
    "page_size", "page_token", "after_position", "wait", "types", "room_features", "minutes_between_sessions",
    "sessions", "diary", "case_events", "RecordCaseEventRequest.at_time", "RecordCaseEventRequest.rule_id",
    "RecordCaseEventRequest.plan", "CorrectCaseEventRequest.at_time",
    "throughout", "confirmation", "date_decision", "choices",
    "HoldSlotRequest.draft_etag", "recurrence_rule", "validate_only", "of_leavers",
    "part_heard", "run_sheet_revision",
    "FormAnswer.chosen", "FormAnswer.rows", "MeetingPlan.body", "Action.name", "Action.done", "ImportHeader.as_of_date",
    "PaperHeader.for_family", "RenderAgendaPackRequest.subject",
    "WaitingThing.clock", "WaitingThing.due_date", "WaitingThing.owner",
    "Action.owner", "Action.cancel_reason", "Action.etag", "RaiseEscalationRequest.kind",
}  # fmt: skip
# Of these at least two are needed.
SEVERAL = {"CreateDateOfferRequest.dates"}
# Where a request can be put in several ways: what is left out in each of them.
WAYS: dict[str, tuple[frozenset[str], ...]] = {
    "PreviewBulkMoveRequest": (
        frozenset({"room", "whole_council", "meetings"}),
        frozenset({"person", "whole_council", "meetings"}),
        frozenset({"person", "room", "whole_council", "from_time", "until_time"}),
        frozenset({"person", "room", "meetings"}),
    ),
    "GetCapacityWeekRequest": (frozenset({"person"}), frozenset({"room"})),
    "BookMeetingRequest": (frozenset({"hold"}), frozenset({"plan", "start_time", "room"})),
}


class Unknown(Exception):
    """A field that nobody has given a sample of."""


def ways_of(descriptor: Descriptor) -> tuple[frozenset[str], ...]:
    """The ways in which a request can be put; usually one."""
    return WAYS.get(descriptor.name, (frozenset(),))


def sample_stream(descriptor: Descriptor, names: NamesOf, way: frozenset[str], *, streamed: bool) -> list[Message]:
    """A whole request in which every resource is called what `names` says. Unknown for a field without a sample.

    One message; where the client streams, one for each form that a message of the stream can take.
    """
    if not streamed:
        return [_with(descriptor, [field for field in descriptor.fields if field.name not in way], names)]
    return [_with(descriptor, [field], names) for oneof in descriptor.oneofs for field in oneof.fields]


def resource_fields(descriptor: Descriptor, way: frozenset[str], *, streamed: bool) -> list[str]:
    """Paths of the fields that hold resource names."""
    found: list[str] = []

    def note(path: str, collection: str) -> str:
        found.append(path)
        return f"councils/any/{collection}/{uuid4()}" if collection else "councils/any"

    sample_stream(descriptor, note, way, streamed=streamed)
    return found


def _with(descriptor: Descriptor, fields: list[FieldDescriptor], names: NamesOf, path: str = "") -> Message:
    message = GetMessageClass(descriptor)()
    for field in fields:
        if field.name in LEFT_OUT or f"{descriptor.name}.{field.name}" in LEFT_OUT:
            continue
        for value in _values(field, names, f"{path}{field.name}"):
            _set(message, field, value)
    return message


def _set(message: Message, field: FieldDescriptor, value: object) -> None:
    if field.is_repeated:
        getattr(message, field.name).append(value)
    elif isinstance(value, Message):
        getattr(message, field.name).CopyFrom(value)
    else:
        setattr(message, field.name, value)


def _values(field: FieldDescriptor, names: NamesOf, path: str) -> Iterator[object]:
    if field.type == FieldDescriptor.TYPE_MESSAGE:
        for _ in range(2 if f"{field.containing_type.name}.{field.name}" in SEVERAL else 1):
            yield _nested(field.message_type, names, path)
    elif field.type == FieldDescriptor.TYPE_ENUM:
        yield field.enum_type.values[1].number
    elif field.name == "request_id":
        yield str(uuid4())
    elif (collection := _collection(field)) is not None:
        yield names(path, collection)
    elif (where := f"{field.containing_type.name}.{field.name}") in VALUES or field.name in VALUES:
        yield VALUES.get(where, VALUES.get(field.name))
    else:
        raise Unknown(f"nothing is known of {where}: add a sample of it to VALUES, COLLECTIONS or LEFT_OUT here")


def _collection(field: FieldDescriptor) -> str | None:
    if field.type != FieldDescriptor.TYPE_STRING:
        return None
    if field.name != "name":
        return COLLECTIONS.get(field.name)
    return next((kind for noun, kind in NAMED.items() if noun in field.containing_type.name), None)


def _nested(descriptor: Descriptor, names: NamesOf, path: str) -> Message:
    if descriptor.full_name == "google.protobuf.Timestamp":
        later = 300 if path.endswith("until_time") else 0
        stamp: Message = GetMessageClass(descriptor)(seconds=int(NOW.timestamp()) - 600 + later)
        return stamp
    if descriptor.full_name == "google.type.Date":
        day: Message = GetMessageClass(descriptor)(year=NOW.year, month=NOW.month, day=NOW.day)
        return day
    return _with(descriptor, list(descriptor.fields), names, f"{path}.")
