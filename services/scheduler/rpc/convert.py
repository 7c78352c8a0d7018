"""Wire to domain. Every violation of a request is found before anything is done."""

from collections.abc import Sequence
from typing import TypeAlias
from uuid import UUID

from google.protobuf.message import Message
from permanence.scheduler.v1 import bulk_moves_service_pb2 as bulk_moves
from permanence.scheduler.v1 import meeting_drafts_service_pb2 as drafts
from permanence.scheduler.v1 import meeting_pb2 as wire
from permanence.scheduler.v1 import scheduler_service_pb2 as service

from rulebook.rule import Role
from servicekit.caller import Caller
from servicekit.validate import Check
from services.scheduler.app.book_meeting import BookCommand
from services.scheduler.app.cancel_meeting import CancelCommand
from services.scheduler.app.ports import ClockFilter, MeetingFilter, PartsWanted
from services.scheduler.app.reschedule_meeting import MoveCommand
from services.scheduler.app.suggest_back_to_back import BackToBackCommand
from services.scheduler.app.suggest_slots import SuggestCommand
from services.scheduler.domain.meeting import DEFAULT_GAP_MINUTES, Attendee, Choice, DateDecision, Plan

COUNCIL = "councils/{council}"
MEETING = COUNCIL + "/meetings/{meeting}"
DRAFT = COUNCIL + "/meetingDrafts/{meeting_draft}"
ROOM = COUNCIL + "/rooms/{room}"
PERSON = COUNCIL + "/people/{person}"
DATE_OFFER = COUNCIL + "/dateOffers/{date_offer}"
DIARY_FEED = COUNCIL + "/diaryFeeds/{diary_feed}"
BODY = COUNCIL + "/bodies/{body}"
_OBLIGATION = COUNCIL + "/obligations/{obligation}"
_SUBJECT_FORMS = {
    kind: f"{COUNCIL}/{kind}/{{subject}}" for kind in ("children", "siblingGroups", "carerHouseholds", "bodies")
}
_PERSON_FORMS = {kind: f"{COUNCIL}/{kind}/{{person}}" for kind in ("people", "interpreters")}
_ROLES = frozenset(map(str, Role))
_MOST_SUBJECTS, _MOST_ATTENDEES, _MOST_SLOTS = 20, 60, 50
_MOST_CHOICES, _MOST_CANDIDATES = 20, 200
_DEFAULT_SLOTS, _MOST_BACK_TO_BACK = 5, 6


Decided: TypeAlias = (
    service.HoldSlotRequest
    | service.BookMeetingRequest
    | service.RescheduleMeetingRequest
    | service.CancelMeetingRequest
    | bulk_moves.StartBulkMoveRequest
    | drafts.UpdateMeetingDraftRequest
)


def checked(request: Message, caller: Caller, *, parent: bool = True) -> Check:
    """A check of this request, its parent looked at already."""
    check = Check(request, council=caller.council)
    if parent:
        check.resource_name("parent", COUNCIL)
    return check


def suggest_command(request: service.SuggestSlotsRequest, caller: Caller) -> SuggestCommand:
    """InvalidRequest with every violation."""
    check = checked(request, caller)
    plan = checked_plan(check, request.plan, choices=True)
    first = check.date("from_date", required=False)
    last = check.date("until_date", required=False)
    if not 0 <= request.max_slots <= _MOST_SLOTS:
        check.refuse("max_slots", f"must lie between 0 and {_MOST_SLOTS}")
    moving = check.resource_name("moving_meeting", MEETING, required=False)
    check.raise_if_any()
    return SuggestCommand(plan, first, last, request.max_slots or _DEFAULT_SLOTS, uuid_in(moving, "meeting"))


def back_to_back_command(request: service.SuggestBackToBackRequest, caller: Caller) -> BackToBackCommand:
    """InvalidRequest with every violation."""
    check = checked(request, caller)
    if not 1 <= len(request.plans) <= _MOST_BACK_TO_BACK:
        check.refuse("plans", f"must hold 1 to {_MOST_BACK_TO_BACK}")
    plans = tuple(checked_plan(check, one, field=f"plans[{place}]") for place, one in enumerate(request.plans))
    first = check.date("from_date", required=False)
    last = check.date("until_date", required=False)
    if not 0 <= request.max_slots <= _MOST_SLOTS:
        check.refuse("max_slots", f"must lie between 0 and {_MOST_SLOTS}")
    check.raise_if_any()
    return BackToBackCommand(plans, first, last, request.max_slots or _DEFAULT_SLOTS)


def book_command(request: service.BookMeetingRequest, caller: Caller) -> BookCommand:
    """InvalidRequest with every violation. Where a hold is given, its own plan, time and room count."""
    check = checked(request, caller)
    check.uuid("request_id")
    hold = check.resource_name("hold", MEETING, required=False)
    draft = uuid_in(check.resource_name("draft", DRAFT, required=False), "meeting_draft")
    reason = check.text("breach_reason", 2000)
    if request.hold:
        if request.overlap_reason:
            check.refuse("overlap_reason", "is only for booking without a hold: what is held is not taken by others")
        check.raise_if_any()
        return BookCommand(uuid_in(hold, "meeting"), None, None, "", reason, draft)
    plan = checked_plan(check, request.plan)
    start = check.instant("start_time")
    check.resource_name("room", ROOM, required=False)
    decision = checked_decision(check, request)
    overlap = check.text("overlap_reason", 2000)
    check.raise_if_any()
    return BookCommand(None, plan, start, request.room, reason, draft, decision, overlap)


def hold_command(request: service.HoldSlotRequest, caller: Caller) -> BookCommand:
    """InvalidRequest with every violation."""
    check = checked(request, caller)
    check.uuid("request_id")
    plan = checked_plan(check, request.plan)
    start = check.instant("start_time")
    check.resource_name("room", ROOM, required=False)
    decision = checked_decision(check, request)
    draft = uuid_in(check.resource_name("draft", DRAFT, required=False), "meeting_draft")
    etag = check.text("draft_etag", 20)
    check.raise_if_any()
    return BookCommand(None, plan, start, request.room, "", draft, decision, draft_etag=etag)


def move_command(request: service.RescheduleMeetingRequest, caller: Caller) -> MoveCommand:
    """InvalidRequest with every violation."""
    check = checked(request, caller, parent=False)
    meeting = check.resource_name("name", MEETING)
    check.uuid("request_id")
    etag = check.text("etag", 20, required=True)
    start = check.instant("start_time")
    check.resource_name("room", ROOM, required=False)
    reason = check.text("reason", 2000, required=True)
    breach = check.text("breach_reason", 2000)
    decision = checked_decision(check, request)
    overlap = check.text("overlap_reason", 2000)
    check.raise_if_any()
    assert start is not None
    by_video = request.held_by_video if request.HasField("held_by_video") else None
    return MoveCommand(meeting_id(meeting), etag, start, request.room, reason, breach, decision, overlap, by_video)


def cancel_command(request: service.CancelMeetingRequest, caller: Caller) -> CancelCommand:
    """InvalidRequest with every violation."""
    check = checked(request, caller, parent=False)
    meeting = check.resource_name("name", MEETING)
    check.uuid("request_id")
    etag = check.text("etag", 20, required=True)
    reason = check.text("reason", 2000, required=True)
    decision = checked_decision(check, request)
    check.raise_if_any()
    return CancelCommand(meeting_id(meeting), etag, reason, decision)


def meeting_filter(request: service.ListMeetingsRequest, caller: Caller) -> tuple[MeetingFilter, int, str]:
    """The filter, the page's size and its token."""
    check = checked(request, caller)
    check_subjects(check, [request.subject] if request.subject else [], "subject")
    check.resource_name("body", BODY, required=False)
    first = check.instant("from_time", required=False)
    last = check.instant("until_time", required=False)
    size, token = check.page()
    check.raise_if_any()
    return MeetingFilter(request.subject, request.meeting_kind, request.body, first, last), size, token


def unarranged_filter(
    request: service.ListUnarrangedObligationsRequest, caller: Caller
) -> tuple[ClockFilter, int, str]:
    """What is wanted, the page's size and its token."""
    check = checked(request, caller)
    check_subjects(check, [request.subject] if request.subject else [], "subject")
    kind = check.text("meeting_kind", 60)
    for field in ("reviewing_officer", "team_manager"):
        check.resource_name(field, _PERSON_FORMS["people"], required=False)
    for place, role in enumerate(request.roles_not_recorded):
        _check_role(check, f"roles_not_recorded[{place}]", role)
    size, token = check.page()
    check.raise_if_any()
    nobody = tuple(sorted(set(request.roles_not_recorded)))
    parts = PartsWanted(request.reviewing_officer, request.team_manager, nobody)
    return ClockFilter(kind, request.subject, parts), size, token


def meeting_id(parts: dict[str, UUID | str]) -> UUID:
    """The meeting of a checked name."""
    found = uuid_in(parts, "meeting")
    assert found is not None
    return found


def checked_plan(check: Check, plan: service.MeetingPlan, *, choices: bool = False, field: str = "plan") -> Plan:
    """The plan in that field of the request, its violations added to the check. `choices`: seats may be open."""
    if not plan.meeting_kind:
        check.refuse(f"{field}.meeting_kind", "is required")
    check_subjects(check, plan.subjects, f"{field}.subjects")
    if plan.body:
        check.resource_name_text(f"{field}.body", plan.body, BODY)
    for place, name in enumerate(plan.obligations):
        check.resource_name_text(f"{field}.obligations[{place}]", name, _OBLIGATION)
    if len(set(plan.obligations)) != len(plan.obligations):
        check.refuse(f"{field}.obligations", "names one twice")
    check_attendees(check, plan.attendees, f"{field}.attendees")
    if plan.choices and not choices:
        what = "is only for SuggestSlots; put those whom a slot has `chosen` among the attendees"
        check.refuse(f"{field}.choices", what)
    _check_choices(check, plan.choices)
    return plan_of(plan)


def plan_of(plan: service.MeetingPlan) -> Plan:
    """A plan that was checked before."""
    return Plan(
        meeting_kind=plan.meeting_kind,
        subjects=tuple(plan.subjects),
        attendees=attendees_of(plan.attendees),
        session_minutes=tuple(plan.session_minutes),
        minutes_between_sessions=plan.minutes_between_sessions or DEFAULT_GAP_MINUTES,
        needs_room=plan.needs_room,
        room_features=tuple(plan.room_features),
        obligations=tuple(plan.obligations),
        body=plan.body,
        held_by_video=plan.held_by_video,
        choices=tuple(_choice(one) for one in plan.choices if one.candidates),
    )


def _choice(one: service.Choice) -> Choice:
    candidates = tuple(Attendee(person, one.role, required=True, chair=one.chair) for person in one.candidates)
    return Choice(candidates, one.count or 1)


def _check_choices(check: Check, choices: Sequence[service.Choice]) -> None:
    if len(choices) > _MOST_CHOICES:
        check.refuse("plan.choices", f"are {len(choices)}; at most {_MOST_CHOICES} are allowed")
    candidates = sum(len(one.candidates) for one in choices)
    if candidates > _MOST_CANDIDATES:
        check.refuse("plan.choices", f"name {candidates} candidates; at most {_MOST_CANDIDATES} are allowed")
    for place, one in enumerate(choices):
        if not one.candidates:
            check.refuse(f"plan.choices[{place}].candidates", "is required: who could come")
        for number, name in enumerate(one.candidates):
            field = f"plan.choices[{place}].candidates[{number}]"
            check.resource_name_text(field, name, _form(name, _PERSON_FORMS, "people"))
        _check_role(check, f"plan.choices[{place}].role", one.role)


def checked_decision(check: Check, request: Decided) -> DateDecision | None:
    """What the request says of whoever's word the date is, its violations added to the check; None where nothing."""
    if not request.HasField("date_decision"):
        return None
    check.resource_name("date_decision.person", _PERSON_FORMS["people"])
    consented_on = check.date("date_decision.consent_date")
    return DateDecision(request.date_decision.person, consented_on) if consented_on else None


def checked_subject(check: Check, subject: str) -> None:
    """The request's field `subject`, empty for all."""
    check_subjects(check, [subject] if subject else [], "subject")


def check_subjects(check: Check, subjects: Sequence[str], field: str) -> None:
    """Violations of a list of subjects are added to the check."""
    if len(subjects) > _MOST_SUBJECTS:
        check.refuse(field, f"names {len(subjects)}; at most {_MOST_SUBJECTS} are allowed")
    if len(set(subjects)) != len(subjects):
        check.refuse(field, "names one twice")
    for place, name in enumerate(subjects):
        where = field if field == "subject" else f"{field}[{place}]"
        check.resource_name_text(where, name, _form(name, _SUBJECT_FORMS, "children"))


def check_attendees(check: Check, attendees: Sequence[wire.Attendee], field: str) -> None:
    """Violations of a list of attendees are added to the check."""
    if len(attendees) > _MOST_ATTENDEES:
        check.refuse(field, f"names {len(attendees)}; at most {_MOST_ATTENDEES} are allowed")
    for place, one in enumerate(attendees):
        check.resource_name_text(f"{field}[{place}].person", one.person, _form(one.person, _PERSON_FORMS, "people"))
        _check_role(check, f"{field}[{place}].role", one.role)


def _check_role(check: Check, field: str, role: str) -> None:
    if role not in _ROLES:
        check.refuse(field, f"must be one of {', '.join(sorted(_ROLES))}")


def attendees_of(attendees: Sequence[wire.Attendee]) -> tuple[Attendee, ...]:
    """Attendees that were checked."""
    return tuple(
        Attendee(one.person, one.role, one.required, one.chair, tuple(sorted(set(one.sessions)))) for one in attendees
    )


def person_form(name: str) -> str:
    """The form of the name of somebody who is asked: a person's or an interpreter's."""
    return _form(name, _PERSON_FORMS, "people")


def _form(name: str, forms: dict[str, str], usual: str) -> str:
    parts = name.split("/")
    return forms.get(parts[2] if len(parts) == 4 else usual, forms[usual])


def uuid_in(parts: dict[str, UUID | str], name: str) -> UUID | None:
    """A part of a checked name; None where the name was left out or refused."""
    found = parts.get(name)
    return found if isinstance(found, UUID) else None
