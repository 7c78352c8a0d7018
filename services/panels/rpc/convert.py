"""Wire to domain: every violation of a request at once."""

from collections.abc import Iterable, Mapping
from datetime import date
from uuid import UUID

from google.type.date_pb2 import Date
from permanence.panels.v1 import panel_pb2
from permanence.panels.v1 import panels_service_pb2 as wire

from rulebook.rule import Role
from rulebook.vocabulary import vocabulary
from servicekit.validate import Check
from services.panels.app.draft_minutes import DraftMinutes
from services.panels.app.order_agenda import OrderAgenda
from services.panels.app.record_outcome import PlannedAction, RecordOutcome
from services.panels.app.refer_subject import ReferSubject
from services.panels.app.sign_minutes import SignMinutes
from services.panels.domain.body import BodyUuid, OutcomeKind
from services.panels.domain.minutes import MinutesId, MinutesState
from services.panels.domain.minutes_page import Audience
from services.panels.domain.outcome import Dissent
from services.panels.domain.sitting import ItemId, SittingId

PARENT = "councils/{council}"
BODY = "councils/{council}/bodies/{body}"
SITTING = "councils/{council}/sittings/{sitting}"
ITEM = "councils/{council}/agendaItems/{agenda_item}"
MINUTES = "councils/{council}/minutes/{minutes}"
MEETING = "councils/{council}/meetings/{meeting}"
_SUBJECTS = {
    "children": "councils/{council}/children/{child}",
    "siblingGroups": "councils/{council}/siblingGroups/{sibling_group}",
    "carerHouseholds": "councils/{council}/carerHouseholds/{carer_household}",
}
_MOST_SUBJECTS = 20
_MOST_ACTIONS = 50
_LONG_TEXT = 100_000
_REASONS = 20_000


def read_refer_subject(request: wire.ReferSubjectRequest, council: str) -> ReferSubject:
    """Subjects named once each."""
    check = Check(request, council=council)
    check.resource_name("parent", PARENT)
    body = id_of(check.resource_name("body", BODY), "body")
    reason = check.text("reason", _REASONS, required=True)
    check.uuid("request_id")
    check_subjects(check, request.subjects)
    check.raise_if_any()
    return ReferSubject(BodyUuid(body), tuple(request.subjects), reason)


def read_order_agenda(request: wire.OrderAgendaRequest, council: str) -> OrderAgenda:
    """Item names in order."""
    check = Check(request, council=council)
    sitting = id_of(check.resource_name("sitting", SITTING), "sitting")
    check.require("etag")
    check.require("agenda_items")
    check.uuid("request_id")
    parts = [
        check.resource_name_text(f"agenda_items[{place}]", name, ITEM)
        for place, name in enumerate(request.agenda_items)
    ]
    check.raise_if_any()
    return OrderAgenda(SittingId(sitting), request.etag, tuple(ItemId(id_of(part, "agenda_item")) for part in parts))


def read_record_outcome(request: wire.RecordOutcomeRequest, council: str) -> RecordOutcome:
    """Case events by their vocabulary, owners by their role."""
    check = Check(request, council=council)
    item = id_of(check.resource_name("agenda_item", ITEM), "agenda_item")
    check_subject(check, "subject", request.subject)
    kind = check.enum("kind")
    reasons = check.text("reasons", _REASONS, required=True)
    next_date = check.date("next_date", required=False)
    check.uuid("request_id")
    for place, event in enumerate(request.case_events):
        if event not in vocabulary():
            check.refuse(f"case_events[{place}]", "is not a name of the case-event vocabulary (docs/glossary.md)")
    actions = _read_actions(check, request.actions)
    recommendation = check.text("recommendation", _REASONS)
    dissents = _read_dissents(check, request.dissents)
    if request.run_sheet_revision < 0:
        check.refuse("run_sheet_revision", "must not be negative")
    check.raise_if_any()
    name = panel_pb2.OutcomeKind.Name(panel_pb2.OutcomeKind.ValueType(kind))
    chosen = OutcomeKind[name.removeprefix("OUTCOME_KIND_")]
    events = tuple(dict.fromkeys(request.case_events))
    return RecordOutcome(
        ItemId(item),
        request.subject,
        chosen,
        reasons,
        events,
        actions,
        next_date,
        recommendation,
        dissents,
        request.part_heard,
        request.run_sheet_revision,
    )


def read_draft_minutes(request: wire.DraftMinutesRequest, council: str) -> DraftMinutes:
    """The text keeps its line ends."""
    check = Check(request, council=council)
    check.resource_name("meeting", MEETING)
    check_subject(check, "subject", request.subject)
    text = check.text("text", _LONG_TEXT, required=True)
    check.uuid("request_id")
    check.raise_if_any()
    return DraftMinutes(request.meeting, request.subject, text, request.etag, request.passages_confirmed)


def read_sign_minutes(request: wire.SignMinutesRequest, council: str) -> SignMinutes:
    """Name and etag."""
    check = Check(request, council=council)
    minutes = id_of(check.resource_name("name", MINUTES), "minutes")
    check.require("etag")
    check.uuid("request_id")
    check.raise_if_any()
    return SignMinutes(MinutesId(minutes), request.etag)


def read_audience(request: wire.RenderMinutesRequest, council: str) -> tuple[MinutesId, Audience]:
    """Which minutes, for whom."""
    check = Check(request, council=council)
    minutes = id_of(check.resource_name("name", MINUTES), "minutes")
    audience = check.enum("audience")
    check.raise_if_any()
    family = audience == wire.AUDIENCE_FAMILY
    return MinutesId(minutes), Audience.FAMILY if family else Audience.FILE


def read_minutes_state(number: panel_pb2.MinutesState.ValueType) -> MinutesState | None:
    """None for unspecified: all."""
    name = panel_pb2.MinutesState.Name(number).removeprefix("MINUTES_STATE_")
    return None if name == "UNSPECIFIED" else MinutesState[name]


def check_subject(check: Check, field: str, name: str) -> None:
    """A child (born or not), a sibling group or a carer household."""
    collection = name.split("/")[2] if name.count("/") == 3 else ""
    check.resource_name_text(field, name, _SUBJECTS.get(collection, _SUBJECTS["children"]))


def check_subjects(check: Check, names: Iterable[str]) -> None:
    """At least one, each once, not too many."""
    listed = list(names)
    if not listed:
        check.refuse("subjects", "is required")
    if len(listed) > _MOST_SUBJECTS:
        check.refuse("subjects", f"names {len(listed)} subjects; at most {_MOST_SUBJECTS} are allowed")
    for place, name in enumerate(listed):
        check_subject(check, f"subjects[{place}]", name)
        if name in listed[:place]:
            check.refuse(f"subjects[{place}]", "is named twice; name each subject once")


def id_of(parts: Mapping[str, UUID | str], key: str) -> UUID:
    """The id among checked parts; a placeholder after a violation, which `raise_if_any` then reports."""
    found = parts.get(key)
    return found if isinstance(found, UUID) else UUID(int=0)


def _read_actions(check: Check, actions: Iterable[panel_pb2.Action]) -> tuple[PlannedAction, ...]:
    listed = list(actions)
    if len(listed) > _MOST_ACTIONS:
        check.refuse("actions", f"lists {len(listed)} actions; at most {_MOST_ACTIONS} are allowed")
    return tuple(_read_action(check, f"actions[{place}]", one) for place, one in enumerate(listed))


def _read_dissents(check: Check, dissents: Iterable[panel_pb2.Dissent]) -> tuple[Dissent, ...]:
    """Who, and why: the one without the other says too little."""
    read = []
    for place, one in enumerate(dissents):
        said = Dissent(one.who.strip(), one.why.strip())
        for field, text in (("who", said.who), ("why", said.why)):
            if not text:
                check.refuse(f"dissents[{place}].{field}", "is required: say who did not agree, and why")
            if len(text) > _REASONS:
                check.refuse(f"dissents[{place}].{field}", f"is {len(text)} characters long; at most {_REASONS}")
        read.append(said)
    return tuple(read)


def _read_action(check: Check, path: str, action: panel_pb2.Action) -> PlannedAction:
    text = action.text.strip()
    if not text:
        check.refuse(f"{path}.text", "is required")
    if len(text) > _REASONS:
        check.refuse(f"{path}.text", f"is {len(text)} characters long; at most {_REASONS} are allowed")
    if action.owner_role not in {role.value for role in Role}:
        check.refuse(f"{path}.owner_role", f"must be a role, such as {Role.SOCIAL_WORKER.value}")
    for field in ("name", "owner", "cancel_reason", "etag"):
        if getattr(action, field):
            check.refuse(f"{path}.{field}", "is given by the service; leave it empty")
    if action.done:
        check.refuse(f"{path}.done", "cannot be so from the start; leave it out")
    return PlannedAction(text, action.owner_role, _read_day(check, f"{path}.due_date", action))


def _read_day(check: Check, path: str, action: panel_pb2.Action) -> date:
    value: Date = action.due_date
    try:
        return date(value.year, value.month, value.day)
    except ValueError:
        check.refuse(path, "is required and must be a day of the calendar")
        return date.max
