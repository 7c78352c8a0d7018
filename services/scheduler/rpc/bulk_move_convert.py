"""Bulk moves: wire to domain and back."""

from uuid import UUID

from permanence.scheduler.v1 import bulk_move_pb2 as wire
from permanence.scheduler.v1 import bulk_moves_service_pb2 as service

from servicekit.caller import Caller
from servicekit.validate import Check
from services.scheduler.app.preview_bulk_move import MOST_MEETINGS
from services.scheduler.app.start_bulk_move import StartCommand
from services.scheduler.domain.bulk_move import (
    Asked,
    BulkMove,
    BulkMoveState,
    Cause,
    Part,
    PartState,
    Touched,
    bulk_move_name,
)
from services.scheduler.domain.meeting import meeting_name
from services.scheduler.rpc.convert import COUNCIL, MEETING, ROOM, checked, checked_decision, meeting_id, uuid_in
from services.scheduler.rpc.meeting_message import civil_date, clash_message, decision_message, timestamp

_BULK_MOVE = COUNCIL + "/bulkMoves/{bulk_move}"
_PERSON = COUNCIL + "/people/{person}"
_LONGEST_REASON = 2000
_WAYS = ("person", "room", "whole_council", "meetings")
_CAUSES = {
    wire.BULK_MOVE_CAUSE_ABSENCE: Cause.ABSENCE,
    wire.BULK_MOVE_CAUSE_CLOSURE: Cause.CLOSURE,
    wire.BULK_MOVE_CAUSE_WEATHER: Cause.WEATHER,
    wire.BULK_MOVE_CAUSE_OTHER: Cause.OTHER,
}
_ON_WIRE = {cause: number for number, cause in _CAUSES.items()}
_STATES = {
    BulkMoveState.PROPOSED: wire.BULK_MOVE_STATE_PROPOSED,
    BulkMoveState.HELD: wire.BULK_MOVE_STATE_HELD,
    BulkMoveState.MOVED: wire.BULK_MOVE_STATE_MOVED,
    BulkMoveState.UNDONE: wire.BULK_MOVE_STATE_UNDONE,
}
_PARTS = {
    PartState.PROPOSED: wire.BULK_MOVE_MEETING_STATE_PROPOSED,
    PartState.CANNOT_MOVE: wire.BULK_MOVE_MEETING_STATE_CANNOT_MOVE,
    PartState.HELD: wire.BULK_MOVE_MEETING_STATE_HELD,
    PartState.MOVED: wire.BULK_MOVE_MEETING_STATE_MOVED,
    PartState.UNDONE: wire.BULK_MOVE_MEETING_STATE_UNDONE,
    PartState.LEFT: wire.BULK_MOVE_MEETING_STATE_LEFT,
}


def asked(request: service.PreviewBulkMoveRequest, caller: Caller) -> Asked:
    """InvalidRequest with every violation."""
    check = checked(request, caller)
    check.uuid("request_id")
    check.resource_name("person", _PERSON, required=False)
    check.resource_name("room", ROOM, required=False)
    named = _meetings(check, "meetings", list(request.meetings))
    _check_whose(check, request)
    first, until = check.instant("from_time", required=False), check.instant("until_time", required=False)
    if first and until and first > until:
        check.refuse("until_time", "lies before from_time")
    cause = check.enum("cause")
    reason = check.text("reason", _LONGEST_REASON, required=True)
    days = check.date("window_from_date"), check.date("window_until_date")
    check.raise_if_any()
    assert days[0] is not None and days[1] is not None
    window = days[0], days[1]
    whole = request.whole_council
    return Asked(_CAUSES[cause], reason, window, request.person, request.room, whole, named, first, until)  # type: ignore[index]


def _check_whose(check: Check, request: service.PreviewBulkMoveRequest) -> None:
    given = [name for name in _WAYS if getattr(request, name)]
    if len(given) != 1:
        check.refuse("person", f"exactly one of {', '.join(_WAYS)} must be given, not {len(given)}")
    for field in ("from_time", "until_time"):
        if bool(request.meetings) == request.HasField(field):
            check.refuse(field, "must be absent where meetings are named" if request.meetings else "is required")


def _meetings(check: Check, field: str, names: list[str]) -> tuple[UUID, ...]:
    if len(names) > MOST_MEETINGS:
        check.refuse(field, f"names {len(names)}; at most {MOST_MEETINGS} are allowed")
    if len(set(names)) != len(names):
        check.refuse(field, "names one twice")
    found = [check.resource_name_text(f"{field}[{place}]", name, MEETING) for place, name in enumerate(names)]
    return tuple(meeting_id(parts) for parts in found if parts)


def start_command(request: service.StartBulkMoveRequest, caller: Caller) -> StartCommand:
    """InvalidRequest with every violation."""
    check = checked(request, caller, parent=False)
    parts = check.resource_name("name", _BULK_MOVE)
    check.uuid("request_id")
    etag = check.text("etag", 20, required=True)
    meetings = _meetings(check, "meetings", list(request.meetings))
    reasons = _breach_reasons(check, request)
    decision = checked_decision(check, request)
    check.raise_if_any()
    return StartCommand(move_id(parts), etag, meetings, reasons, decision)


def _breach_reasons(check: Check, request: service.StartBulkMoveRequest) -> dict[UUID, str]:
    found: dict[UUID, str] = {}
    for place, one in enumerate(request.breach_reasons):
        where = f"breach_reasons[{place}]"
        parts = check.resource_name_text(f"{where}.meeting", one.meeting, MEETING)
        reason = one.reason.strip()
        if not 0 < len(reason) <= _LONGEST_REASON:
            check.refuse(f"{where}.reason", f"must have 1 to {_LONGEST_REASON} characters")
        if parts:
            found[meeting_id(parts)] = reason
    return found


def move_id(parts: dict[str, UUID | str]) -> UUID:
    """The bulk move of a checked name."""
    found = uuid_in(parts, "bulk_move")
    assert found is not None
    return found


def checked_name(check: Check) -> dict[str, UUID | str]:
    """The parts of the request's field `name`."""
    return check.resource_name("name", _BULK_MOVE)


def bulk_move_message(council: str, move: BulkMove) -> wire.BulkMove:
    """The move with its meetings."""
    held = move.asked
    return wire.BulkMove(
        name=bulk_move_name(council, move.id),
        state=_STATES[move.state],
        cause=_ON_WIRE[held.cause],
        reason=held.reason,
        person=held.person,
        room=held.room,
        from_time=timestamp(held.first) if held.first else None,
        until_time=timestamp(held.until) if held.until else None,
        window_from_date=civil_date(held.window[0]),
        window_until_date=civil_date(held.window[1]),
        meetings=[_part_message(council, one) for one in move.parts],
        release_time=timestamp(move.release_at) if move.release_at else None,
        previewed_by=move.previewed_by,
        started_by=move.started_by,
        create_time=timestamp(move.created_at),
        etag=str(move.version),
        date_decision=decision_message(move.decision),
    )


def _part_message(council: str, part: Part) -> wire.BulkMoveMeeting:
    after, after_end = part.after, part.after_end
    return wire.BulkMoveMeeting(
        meeting=meeting_name(council, part.meeting),
        title=part.title,
        reference=part.reference,
        state=_PARTS[part.state],
        reason_code=part.why.code if part.why else "",
        reason_text=part.why.text if part.why else "",
        before_start_time=timestamp(part.start),
        before_end_time=timestamp(part.end),
        before_room=part.room,
        after_start_time=timestamp(after.start) if after else None,
        after_end_time=timestamp(after_end) if after_end else None,
        after_room=after.room if after else "",
        obligations=[touched_message(one) for one in part.touched],
        needs_breach_reason=part.misses_a_clock,
        breach_reason=part.breach_reason,
        clashes=[clash_message(one) for one in part.clashes],
        not_checked=part.not_checked,
        meeting_etag=str(part.version),
        needs_reviewing_service=part.needs_word,
    )


def touched_message(one: Touched) -> wire.TouchedObligation:
    """A clock beside the day that touches it."""
    clock = one.clock
    return wire.TouchedObligation(
        obligation=clock.obligation,
        subject=clock.subject,
        subject_reference=clock.subject_reference,
        rule_id=clock.rule_id,
        statutory_due_date=civil_date(clock.statutory_due),
        local_due_date=civil_date(clock.local_due),
        misses_statutory=one.misses_statutory,
        misses_local=one.misses_local,
        missed_before=one.missed_before,
    )
