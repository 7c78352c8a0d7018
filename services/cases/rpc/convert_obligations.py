"""Requests of ObligationsService, and corrections of facts → the service's own words, every violation at once."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Final, cast
from uuid import UUID

from permanence.cases.v1 import cases_service_pb2 as facts
from permanence.cases.v1 import obligations_service_pb2 as pb

from rulebook.counting import london_date
from rulebook.pack import Pack
from rulebook.rule import MeetingKindId
from servicekit.page import PageRequest, open_page
from servicekit.validate import Check
from services.cases.app.correct_case_event import CorrectCaseEvent
from services.cases.app.get_subject import SubjectRef
from services.cases.app.waive_obligation import ObligationRef
from services.cases.domain.meeting_preview import Proposal
from services.cases.domain.names import CaseEventId, DateChangeId, ObligationId
from services.cases.rpc.convert import after_of, subject_field, subjects_field

_PARENT: Final = "councils/{council}"
_CASE_EVENT: Final = "councils/{council}/caseEvents/{case_event}"
_OBLIGATION: Final = "councils/{council}/obligations/{obligation}"
_DATE_CHANGE: Final = "councils/{council}/dateChanges/{date_change}"
_MEETING: Final = "councils/{council}/meetings/{meeting}"
_LONGEST_REASON: Final = 2000
_MOST_CHANGES: Final = 500
_LAST_DAY: Final = date(2060, 1, 1)


def correct_case_event(request: facts.CorrectCaseEventRequest, council: str) -> CorrectCaseEvent:
    """The fact, and when it really was."""
    check = Check(request, council=council)
    parts = check.resource_name("name", _CASE_EVENT)
    on = check.date("on_date")
    at = check.instant("at_time", required=False)
    check.uuid("request_id")
    check.raise_if_any()
    assert on is not None
    return CorrectCaseEvent(CaseEventId(cast("UUID", parts["case_event"])), request.name, on, at)


def withdraw_case_event(request: facts.WithdrawCaseEventRequest, council: str) -> tuple[CaseEventId, str]:
    """The fact, and how it was named."""
    check = Check(request, council=council)
    parts = check.resource_name("name", _CASE_EVENT)
    check.uuid("request_id")
    check.raise_if_any()
    return CaseEventId(cast("UUID", parts["case_event"])), request.name


def waive_obligation(request: pb.WaiveObligationRequest, council: str) -> tuple[ObligationRef, str]:
    """The obligation and the reason."""
    check = Check(request, council=council)
    reason = check.text("reason", _LONGEST_REASON, required=True)
    return _obligation(check, request.name), reason


def restore_obligation(request: pb.RestoreObligationRequest, council: str) -> ObligationRef:
    """The obligation."""
    return _obligation(Check(request, council=council), request.name)


def _obligation(check: Check, name: str) -> ObligationRef:
    parts = check.resource_name("name", _OBLIGATION)
    check.uuid("request_id")
    check.raise_if_any()
    return ObligationRef(ObligationId(cast("UUID", parts["obligation"])), name)


def preview_meeting_date(
    request: pb.PreviewMeetingDateRequest, council: str, pack: Pack, today: date
) -> tuple[list[SubjectRef], Proposal]:
    """The subjects and the day proposed for their meeting."""
    check = Check(request, council=council)
    check.resource_name("parent", _PARENT)
    subjects = subjects_field(check, request.subjects)
    kind = pack.meeting_kinds.get(MeetingKindId(check.text("meeting_kind", required=True)))
    if kind is None and request.meeting_kind:
        check.refuse(
            "meeting_kind", f"is no kind of meeting of the pack {pack.id}: {', '.join(sorted(pack.meeting_kinds))}"
        )
    on = check.date("on_date")
    if on is not None and not today <= on <= _LAST_DAY:
        check.refuse("on_date", f"must be a day from today to {_LAST_DAY}")
    ends_at = check.instant("end_time", required=False)
    if ends_at is not None and on is not None and london_date(ends_at) != on:
        check.refuse("end_time", "lies on another day (Europe/London) than on_date")
    check.resource_name("moving_meeting", _MEETING, required=False)
    check.raise_if_any()
    assert kind is not None
    assert on is not None
    return subjects, Proposal(kind, on, ends_at, request.moving_meeting)


def list_date_changes(
    request: pb.ListDateChangesRequest, council: str
) -> tuple[SubjectRef | None, tuple[datetime, UUID] | None, PageRequest, str]:
    """Of which subject, after which change, the page, and what a token is bound to."""
    check = Check(request, council=council)
    check.resource_name("parent", _PARENT)
    subject = subject_field(check, "subject", request.subject, required=False)
    size, token = check.page()
    check.raise_if_any()
    bound = f"{council}/ListDateChanges/{request.subject}"
    page = open_page(size, token, bound)
    return subject, after_of(page, lambda at, last: (_instant(at), UUID(last))), page, bound


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def confirm_date_changes(request: pb.ConfirmDateChangesRequest, council: str) -> list[DateChangeId]:
    """Which."""
    check = Check(request, council=council)
    check.resource_name("parent", _PARENT)
    found = _date_changes(check, request.date_changes)
    check.uuid("request_id")
    check.raise_if_any()
    return found


def _date_changes(check: Check, asked: Sequence[str]) -> list[DateChangeId]:
    if not 0 < len(asked) <= _MOST_CHANGES:
        check.refuse("date_changes", f"has {len(asked)} entries; 1 to {_MOST_CHANGES} are allowed in one call")
    parts = [check.resource_name_text(f"date_changes[{at}]", name, _DATE_CHANGE) for at, name in enumerate(asked)]
    return [DateChangeId(cast("UUID", part["date_change"])) for part in parts if part]
