"""SittingPartsService: the times of those who come to a sitting for one item."""

from permanence.scheduler.v1 import sitting_parts_service_pb2 as wire
from permanence.scheduler.v1.sitting_parts_service_pb2_grpc import SittingPartsServiceServicer

from servicekit.caller import Caller, current_caller
from servicekit.idempotency import once
from services.scheduler.app.keep_sitting_part import SittingPart, keep_sitting_part, prepare_part
from services.scheduler.app.ports import Surroundings
from services.scheduler.domain.meeting import Session
from services.scheduler.rpc import convert
from services.scheduler.rpc.meeting_message import meeting_message
from services.scheduler.rpc.scheduler_servicer import BeginOnWire, Context, WireUnit

_PRINCIPAL = 200


class SittingPartsServicer(SittingPartsServiceServicer):
    """Thin: conversion, once-only, and the use case."""

    def __init__(self, around: Surroundings, begin: BeginOnWire) -> None:
        self._around = around
        self._begin = begin

    async def KeepSittingPart(
        self, request: wire.KeepSittingPartRequest, context: Context
    ) -> wire.KeepSittingPartResponse:
        """The part as it stands then."""
        caller = current_caller()
        wanted = _read(request, caller)
        pairs = await prepare_part(self._around, caller, wanted)

        async def do(unit: WireUnit) -> wire.KeepSittingPartResponse:
            part = await keep_sitting_part(unit, caller, wanted, pairs, self._around.calendar)
            shown = meeting_message(caller.council, part) if part else None
            return wire.KeepSittingPartResponse(meeting=shown)

        return await once(self._begin, caller, request, wire.KeepSittingPartResponse, do)


def _read(request: wire.KeepSittingPartRequest, caller: Caller) -> SittingPart:
    """InvalidRequest with every violation."""
    check = convert.checked(request, caller, parent=False)
    meeting = check.resource_name("meeting", convert.MEETING)
    part = check.uuid("part_id")
    if not request.subjects:
        check.refuse("subjects", "is required: whom the item is about")
    convert.check_subjects(check, request.subjects, "subjects")
    convert.check_attendees(check, request.attendees, "attendees")
    if len({one.person for one in request.attendees}) < len(request.attendees):
        check.refuse("attendees", "names somebody twice; name each person once")
    asked = bool(request.attendees)
    start, end = check.instant("start_time", required=asked), check.instant("end_time", required=asked)
    prepared_by = check.text("prepared_by", _PRINCIPAL, required=True)
    check.uuid("request_id")
    check.raise_if_any()
    assert part is not None, "required"
    return SittingPart(
        sitting=convert.meeting_id(meeting),
        part=part,
        subjects=tuple(request.subjects),
        attendees=convert.attendees_of(request.attendees),
        session=Session(1, start, end) if asked and start and end else None,
        prepared_by=prepared_by,
    )
