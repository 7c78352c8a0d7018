"""CapacityService: how much of chairs' and rooms' weeks is taken."""

from permanence.scheduler.v1 import capacity_service_pb2 as wire
from permanence.scheduler.v1.capacity_service_pb2_grpc import CapacityServiceServicer

from servicekit.caller import current_caller
from services.scheduler.app.get_capacity import CapacityRow, CapacityWanted, get_capacity
from services.scheduler.app.get_capacity_week import get_capacity_week
from services.scheduler.app.ports import Surroundings
from services.scheduler.domain.capacity_week import MOST_WEEKS, CapacityWeek, WeekState
from services.scheduler.rpc import convert
from services.scheduler.rpc import meeting_message as show
from services.scheduler.rpc.scheduler_servicer import Context

_DEFAULT_WEEKS = 8
_STATES = {
    WeekState.HOURS_NOT_KNOWN: wire.CAPACITY_STATE_HOURS_NOT_KNOWN,
    WeekState.DIARY_NOT_READ: wire.CAPACITY_STATE_DIARY_NOT_READ,
    WeekState.AWAY: wire.CAPACITY_STATE_AWAY,
    WeekState.FITS: wire.CAPACITY_STATE_FITS,
    WeekState.FULL: wire.CAPACITY_STATE_FULL,
    WeekState.OVER: wire.CAPACITY_STATE_OVER,
}


class CapacityServicer(CapacityServiceServicer):
    """Thin: conversion and the use case."""

    def __init__(self, around: Surroundings) -> None:
        self._around = around

    async def GetCapacity(self, request: wire.GetCapacityRequest, context: Context) -> wire.GetCapacityResponse:
        """Rows of chairs or of rooms."""
        caller = current_caller()
        check = convert.checked(request, caller)
        of = check.enum("of")
        first = check.date("from_date", required=False)
        if not 0 <= request.weeks <= MOST_WEEKS:
            check.refuse("weeks", f"must lie between 0 and {MOST_WEEKS}")
        check.raise_if_any()
        wanted = CapacityWanted(of == wire.CAPACITY_OF_ROOMS, first, request.weeks or _DEFAULT_WEEKS)
        rows, as_of = await get_capacity(self._around, caller, wanted)
        return wire.GetCapacityResponse(rows=map(_row, rows), as_of_time=show.timestamp(as_of))

    async def GetCapacityWeek(
        self, request: wire.GetCapacityWeekRequest, context: Context
    ) -> wire.GetCapacityWeekResponse:
        """What stands behind one week."""
        caller = current_caller()
        check = convert.checked(request, caller)
        check.resource_name("person", convert.PERSON, required=False)
        check.resource_name("room", convert.ROOM, required=False)
        if bool(request.person) == bool(request.room):
            check.refuse("person", "or room is required, and not both")
        day = check.date("from_date")
        check.raise_if_any()
        assert day is not None
        resource = request.room or request.person
        found = await get_capacity_week(self._around, caller, resource, room=bool(request.room), day=day)
        return wire.GetCapacityWeekResponse(
            row=_row(found.row),
            meetings=[show.meeting_message(caller.council, one) for one in found.meetings],
            obligations=[show.unarranged_message(one) for one in found.obligations],
        )


def _row(one: CapacityRow) -> wire.CapacityRow:
    return wire.CapacityRow(
        resource=one.resource,
        roles=one.roles,
        display_name=one.display_name,
        cells=map(_cell, one.cells),
        known_until_time=show.timestamp(one.known_until) if one.known_until else None,
    )


def _cell(one: CapacityWeek) -> wire.CapacityCell:
    return wire.CapacityCell(
        week=show.civil_date(one.week),
        state=_STATES[one.state],
        working_minutes=one.working,
        elsewhere_minutes=one.elsewhere,
        available_minutes=one.available,
        meeting_minutes=one.meeting,
        free_minutes=one.free,
        meetings=one.meetings,
        unbooked_meetings=one.unbooked,
        unbooked_minutes=one.unbooked_minutes,
        chaired_meetings=one.chaired,
        most_chaired_meetings=one.most_chaired,
    )
