"""Requests → the service's own words. Every violation is collected before anything is refused."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Final, TypeVar, cast
from uuid import UUID

from google.protobuf.message import Message
from permanence.cases.v1 import cases_service_pb2 as pb
from permanence.cases.v1 import obligation_pb2, subject_pb2

from rulebook.facts import EventType, RuleId, SubjectKind
from rulebook.pack import Pack
from rulebook.rule import Role
from servicekit.errors import InvalidRequest, Violation
from servicekit.page import PageRequest, open_page
from servicekit.validate import Check
from services.cases.app.filter_subjects import PartsWanted
from services.cases.app.get_subject import SubjectRef
from services.cases.app.look_up_staff import StaffAsked
from services.cases.app.ports import ObligationFilter, SubjectFilter
from services.cases.app.record_case_event import RecordCaseEvent
from services.cases.domain.case_event import faults
from services.cases.domain.names import PersonId, SubjectId
from services.cases.domain.obligation import RUNNING, ObligationState

T = TypeVar("T")
_KIND_OF: Final = {
    "children": SubjectKind.CHILD,
    "siblingGroups": SubjectKind.SIBLING_GROUP,
    "carerHouseholds": SubjectKind.CARER_HOUSEHOLD,
    "bodies": SubjectKind.BODY,
}
_PATTERN: Final = "councils/{council}/%s/{id}"
_PARENT: Final = "councils/{council}"
_PERSON: Final = "councils/{council}/people/{person}"
# A list may be narrowed to one person's cases by these parts; the fields are named after them.
_FILTERED_BY: Final = (Role.REVIEWING_OFFICER, Role.TEAM_MANAGER)
_MOST_SUBJECTS: Final = 50
_MOST_FILTERED: Final = 500
_MOST_PEOPLE: Final = 500
_MOST_SOURCE_IDS: Final = 1000
_MOST_STAFF: Final = 200
_LONGEST_ID: Final = 200
_ROLES: Final = frozenset(map(str, Role))


def subject_field(check: Check, field: str, value: str, *, required: bool = True) -> SubjectRef | None:
    """The subject that a resource name means; None after a violation, or where it is empty and need not be there."""
    parts = value.split("/")
    collection = parts[2] if len(parts) == 4 and parts[2] in _KIND_OF else "children"
    found = check.resource_name_text(field, value, _PATTERN % collection, required=required)
    if not found:
        return None
    return SubjectRef(SubjectId(cast("UUID", found["id"])), _KIND_OF[collection], value)


def the_subject(request: Message, field: str, council: str) -> SubjectRef:
    """The request's one subject, where nothing else is to be checked."""
    check = Check(request, council=council)
    found = subject_field(check, field, str(getattr(request, field)))
    check.raise_if_any()
    return _there(found)


def record_case_event(request: pb.RecordCaseEventRequest, council: str, pack: Pack, today: date) -> RecordCaseEvent:
    """InvalidRequest with every violation."""
    check = Check(request, council=council)
    subject = subject_field(check, "subject", request.subject)
    event_type = check.text("type", required=True)
    on = check.date("on_date")
    at = check.instant("at_time", required=False)
    rule_id = check.text("rule_id")
    meeting = request.meeting
    check.resource_name("meeting", "councils/{council}/meetings/{meeting}", required=False)
    check.uuid("request_id")
    plan = check.text("plan")
    for field, fault in faults(pack, event_type, on, at, rule_id, today, plan):
        check.refuse(field, fault)
    check.raise_if_any()
    rule = RuleId(rule_id) if rule_id else None
    return RecordCaseEvent(_there(subject), EventType(event_type), _there(on), at, rule, meeting, plan)


def list_subjects(request: pb.ListSubjectsRequest, council: str) -> tuple[SubjectFilter, PageRequest, str]:
    """What is wanted, the page, and what a token is bound to."""
    check = Check(request, council=council)
    check.resource_name("parent", _PARENT)
    kind = check.enum("kind", required=False)
    reference, source_id = check.text("reference"), check.text("source_id")
    size, token = check.page()
    check.raise_if_any()
    bound = f"{council}/ListSubjects/{kind}/{reference}/{source_id}"
    page = open_page(size, token, bound)
    after = after_of(page, lambda reference, last: (reference, str(UUID(last))))
    return SubjectFilter(_kinds(kind), reference, source_id, after), page, bound


def filter_subjects(request: pb.FilterSubjectsRequest, council: str) -> tuple[list[SubjectRef], PartsWanted]:
    """The subjects asked about, and who must have a part around them."""
    check = Check(request, council=council)
    check.resource_name("parent", _PARENT)
    found = subjects_field(check, request.subjects, _MOST_FILTERED)
    people = {role: check.resource_name(role.replace("-", "_"), _PERSON, required=False) for role in _FILTERED_BY}
    roles = _roles(check, "roles_not_recorded", request.roles_not_recorded)
    check.raise_if_any()
    held = {(role, PersonId(cast("UUID", part["person"]))) for role, part in people.items() if part}
    return found, PartsWanted(frozenset(held), frozenset(roles))


def _kinds(number: int) -> tuple[SubjectKind, ...]:
    name = subject_pb2.SubjectKind.Name(subject_pb2.SubjectKind.ValueType(number))
    return () if number == 0 else (SubjectKind[name.removeprefix("SUBJECT_KIND_")],)


def list_obligations(
    request: pb.ListObligationsRequest, council: str
) -> tuple[ObligationFilter, SubjectRef | None, PageRequest, str]:
    """What is wanted, of which subject, the page, and what a token is bound to."""
    check = Check(request, council=council)
    check.resource_name("parent", _PARENT)
    subject = subject_field(check, "subject", request.subject, required=False)
    state = check.enum("state", required=False)
    meeting_kind = check.text("meeting_kind")
    due_until = check.date("due_until_date", required=False)
    size, token = check.page()
    check.raise_if_any()
    bound = f"{council}/ListObligations/{request.subject}/{state}/{meeting_kind}/{due_until}"
    page = open_page(size, token, bound)
    after = after_of(page, lambda due, last: (date.fromisoformat(due), UUID(last)))
    subject_id = subject.id if subject else None
    wanted = ObligationFilter(_states(state), subject_id, meeting_kind, due_until, after)
    return wanted, subject, page, bound


def _states(number: int) -> tuple[str, ...]:
    if number == 0:
        return tuple(sorted(state.value for state in RUNNING))
    name = obligation_pb2.ObligationState.Name(obligation_pb2.ObligationState.ValueType(number))
    return (ObligationState[name.removeprefix("OBLIGATION_STATE_")].value,)


def list_case_events(
    request: pb.ListCaseEventsRequest, council: str
) -> tuple[SubjectRef, tuple[date, int] | None, int, str]:
    """Of which subject, after which fact, how many, and what a token is bound to."""
    check = Check(request, council=council)
    subject = subject_field(check, "subject", request.subject)
    size, token = check.page()
    check.raise_if_any()
    bound = f"{council}/ListCaseEvents/{request.subject}"
    page = open_page(size, token, bound)
    return _there(subject), after_of(page, lambda on, seq: (date.fromisoformat(on), int(seq))), page.size, bound


def subjects_on(
    request: pb.ListInvolvementsRequest | pb.ListRestrictionsRequest, council: str
) -> tuple[list[SubjectRef], date | None]:
    """The subjects asked about, and the day."""
    check = Check(request, council=council)
    check.resource_name("parent", _PARENT)
    found = subjects_field(check, request.subjects)
    on = check.date("on_date", required=False)
    check.raise_if_any()
    return found, on


def list_parts(request: pb.ListPartsRequest, council: str) -> tuple[list[SubjectRef], list[str]]:
    """The subjects and the roles asked about."""
    check = Check(request, council=council)
    check.resource_name("parent", _PARENT)
    found = subjects_field(check, request.subjects, _MOST_FILTERED)
    check.require("roles")
    roles = _roles(check, "roles", request.roles)
    check.raise_if_any()
    return found, roles


def resolve_recipients(request: pb.ResolveRecipientsRequest, council: str) -> tuple[list[SubjectRef], list[PersonId]]:
    """The subjects and the people."""
    check = Check(request, council=council)
    check.resource_name("parent", _PARENT)
    subjects = subjects_field(check, request.subjects) if request.subjects else []
    _count(check, "people", len(request.people), _MOST_PEOPLE)
    people = _people(check, request.people)
    check.raise_if_any()
    return subjects, people


def look_up_people(request: pb.LookUpPeopleRequest, council: str) -> list[str]:
    """The ids asked for."""
    check = Check(request, council=council)
    check.resource_name("parent", _PARENT)
    _count(check, "source_ids", len(request.source_ids), _MOST_SOURCE_IDS)
    _foreign_ids(check, "source_ids", request.source_ids)
    check.raise_if_any()
    return list(request.source_ids)


def get_council(request: pb.GetCouncilRequest, council: str) -> None:
    """The only council a caller can ask for is its own."""
    check = Check(request, council=council)
    check.resource_name("name", _PARENT)
    check.raise_if_any()


def look_up_staff(request: pb.LookUpStaffRequest, council: str) -> StaffAsked:
    """The ids of either kind, and the roles asked for."""
    check = Check(request, council=council)
    check.resource_name("parent", _PARENT)
    if request.principal_ids or not (request.people or request.roles):
        _count(check, "principal_ids", len(request.principal_ids), _MOST_STAFF)
    if request.people:
        _count(check, "people", len(request.people), _MOST_STAFF)
    _foreign_ids(check, "principal_ids", request.principal_ids)
    people = _people(check, request.people)
    roles = _roles(check, "roles", request.roles)
    check.raise_if_any()
    return StaffAsked(tuple(request.principal_ids), tuple(people), tuple(roles))


def after_of(page: PageRequest, read: Callable[[str, str], T]) -> T | None:
    """The sort key in a token. Tokens are not signed: one that was tampered with is refused, and never reaches SQL."""
    try:
        return read(*page.after) if page.after else None
    except (ValueError, TypeError):
        fault = "is not a token of this list; begin again without it"
        raise InvalidRequest([Violation("page_token", fault)]) from None


def subjects_field(check: Check, names: Sequence[str], most: int = _MOST_SUBJECTS) -> list[SubjectRef]:
    """The subjects that the field `subjects` names."""
    _count(check, "subjects", len(names), most)
    found = [subject_field(check, f"subjects[{at}]", name) for at, name in enumerate(names)]
    return [one for one in found if one is not None]


def _people(check: Check, names: Sequence[str]) -> list[PersonId]:
    parts = [check.resource_name_text(f"people[{at}]", name, _PERSON) for at, name in enumerate(names)]
    return [PersonId(cast("UUID", part["person"])) for part in parts if part]


def _roles(check: Check, field: str, roles: Sequence[str]) -> list[str]:
    for at, role in enumerate(roles):
        if role not in _ROLES:
            check.refuse(f"{field}[{at}]", f"must be one of {', '.join(sorted(_ROLES))}")
    return list(roles)


def _foreign_ids(check: Check, field: str, ids: Sequence[str]) -> None:
    for at, one in enumerate(ids):
        if not one.isprintable() or not 0 < len(one) <= _LONGEST_ID:
            check.refuse(f"{field}[{at}]", f"must be 1 to {_LONGEST_ID} printable characters")


def _count(check: Check, field: str, count: int, most: int) -> None:
    if count == 0:
        check.refuse(field, "is required: name at least one")
    elif count > most:
        check.refuse(field, f"has {count} entries; at most {most} are allowed in one call")


def _there(found: T | None) -> T:
    """After raise_if_any what is required is there."""
    assert found is not None
    return found
