"""PeoplesTimeService: when people work and when they are away.

The meetings that fall into an absence are told beside it, as they are when it is asked, and never kept with a response.
"""

from permanence.scheduler.v1 import peoples_time_service_pb2 as wire
from permanence.scheduler.v1.peoples_time_service_pb2_grpc import PeoplesTimeServiceServicer

from servicekit.caller import current_caller
from servicekit.idempotency import once
from services.scheduler.app.get_childs_time import get_childs_time
from services.scheduler.app.get_working_time import get_working_time
from services.scheduler.app.list_absences import list_absences
from services.scheduler.app.missed_meetings import missed_meetings
from services.scheduler.app.ports import Surroundings
from services.scheduler.app.record_absence import prepare_absence, record_absence
from services.scheduler.app.set_childs_time import prepare_childs_time, set_childs_time
from services.scheduler.app.set_working_pattern import prepare_pattern, set_working_pattern
from services.scheduler.app.withdraw_absence import prepare_withdrawal, withdraw_absence
from services.scheduler.rpc import child_time_convert as children
from services.scheduler.rpc import time_convert as show
from services.scheduler.rpc.scheduler_servicer import BeginOnWire, Context, WireUnit


class PeoplesTimeServicer(PeoplesTimeServiceServicer):
    """Thin: conversion, once-only, and the use case."""

    def __init__(self, around: Surroundings, begin: BeginOnWire) -> None:
        self._around = around
        self._begin = begin

    async def GetWorkingTime(
        self, request: wire.GetWorkingTimeRequest, context: Context
    ) -> wire.GetWorkingTimeResponse:
        """When somebody works."""
        caller = current_caller()
        found = await get_working_time(self._around, caller, show.person_asked(request, caller))
        return wire.GetWorkingTimeResponse(working_time=show.working_time_message(found))

    async def SetWorkingPattern(
        self, request: wire.SetWorkingPatternRequest, context: Context
    ) -> wire.SetWorkingPatternResponse:
        """Their time as it is then."""
        caller = current_caller()
        change = await prepare_pattern(self._around, caller, show.pattern_command(request, caller))

        async def do(unit: WireUnit) -> wire.SetWorkingPatternResponse:
            found = await set_working_pattern(unit, caller, change)
            return wire.SetWorkingPatternResponse(working_time=show.working_time_message(found))

        return await once(self._begin, caller, request, wire.SetWorkingPatternResponse, do)

    async def RecordAbsence(self, request: wire.RecordAbsenceRequest, context: Context) -> wire.RecordAbsenceResponse:
        """The absence and what it touches."""
        caller = current_caller()
        away = show.away_of(request, caller)
        wanted = await prepare_absence(self._around, caller, request.person, away)

        async def do(unit: WireUnit) -> wire.RecordAbsenceResponse:
            absence = await record_absence(unit, caller, wanted)
            return wire.RecordAbsenceResponse(absence=show.absence_message(caller.council, absence))

        reply = await once(self._begin, caller, request, wire.RecordAbsenceResponse, do)
        missed = await missed_meetings(self._around, caller, wanted.person, [away], own=wanted.own)
        reply.absence.meetings.extend(show.missed_messages(caller.council, missed[0]))
        return reply

    async def WithdrawAbsence(
        self, request: wire.WithdrawAbsenceRequest, context: Context
    ) -> wire.WithdrawAbsenceResponse:
        """The withdrawn absence."""
        caller = current_caller()
        found = show.absence_id(request, caller)
        await prepare_withdrawal(self._around, caller, found)

        async def do(unit: WireUnit) -> wire.WithdrawAbsenceResponse:
            absence = await withdraw_absence(unit, caller, found)
            return wire.WithdrawAbsenceResponse(absence=show.absence_message(caller.council, absence))

        return await once(self._begin, caller, request, wire.WithdrawAbsenceResponse, do)

    async def GetChildsTime(self, request: wire.GetChildsTimeRequest, context: Context) -> wire.GetChildsTimeResponse:
        """A child's own week."""
        caller = current_caller()
        child = children.child_asked(request, caller)
        found = await get_childs_time(self._around, caller, child)
        return wire.GetChildsTimeResponse(childs_time=children.childs_time_message(child, found))

    async def SetChildsTime(self, request: wire.SetChildsTimeRequest, context: Context) -> wire.SetChildsTimeResponse:
        """The child's week as it is then."""
        caller = current_caller()
        command = children.child_time_command(request, caller)
        await prepare_childs_time(self._around, caller, command)

        async def do(unit: WireUnit) -> wire.SetChildsTimeResponse:
            found = await set_childs_time(unit, caller, command)
            return wire.SetChildsTimeResponse(childs_time=children.childs_time_message(command.child, found))

        return await once(self._begin, caller, request, wire.SetChildsTimeResponse, do)

    async def ListAbsences(self, request: wire.ListAbsencesRequest, context: Context) -> wire.ListAbsencesResponse:
        """Those that are not over."""
        caller = current_caller()
        found = await list_absences(self._around, caller, show.person_asked(request, caller))
        return wire.ListAbsencesResponse(absences=[show.absence_message(caller.council, *one) for one in found])
