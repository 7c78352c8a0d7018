"""CompositionService: members of bodies, attendance, conflicts of interest."""

import grpc
from permanence.panels.v1 import composition_service_pb2 as wire
from permanence.panels.v1.composition_service_pb2_grpc import CompositionServiceServicer

from servicekit.caller import current_caller
from servicekit.idempotency import once
from servicekit.validate import Check
from services.panels.app.composition_ports import PeopleAround
from services.panels.app.get_composition import get_composition
from services.panels.app.keep_members import add_member, change_member, end_membership, list_members
from services.panels.app.keep_out import OwnConflicts
from services.panels.app.policy import require
from services.panels.app.ports import BodiesOf, Cases
from services.panels.app.record_attendance import check_attendance, record_attendance
from services.panels.app.settle_conflict import check_settling, declare_conflict, find_seen, set_conflict_aside
from services.panels.domain.body import BodyUuid
from services.panels.domain.sitting import SittingId
from services.panels.rpc import composition_to_wire as to_wire
from services.panels.rpc import convert
from services.panels.rpc import read_composition as read
from services.panels.rpc.sitting_rpcs import BeginWork, WorkUnit

_Context = grpc.aio.ServicerContext[object, object]


class CompositionServicer(CompositionServiceServicer):
    """Thin: converts, asks the use case, converts back."""

    def __init__(self, begin: BeginWork, cases: Cases, people: PeopleAround, bodies_of: BodiesOf) -> None:
        self._begin = begin
        self._cases = cases
        self._people = people
        self._bodies_of = bodies_of

    async def ListMembers(self, request: wire.ListMembersRequest, context: _Context) -> wire.ListMembersResponse:
        """By name."""
        caller = current_caller()
        check = Check(request, council=caller.council)
        body = BodyUuid(convert.id_of(check.resource_name("body", convert.BODY), "body"))
        check.raise_if_any()
        council = self._bodies_of(caller.council_id)
        found = await list_members(self._begin, caller, council, body, request.include_left)
        return wire.ListMembersResponse(members=[to_wire.member(caller.council, one) for one in found])

    async def AddMember(self, request: wire.AddMemberRequest, context: _Context) -> wire.AddMemberResponse:
        """Onto the list."""
        caller = current_caller()
        command = read.read_add_member(request, caller.council)
        require(caller, "AddMember", request.body)

        async def do(unit: WorkUnit) -> wire.AddMemberResponse:
            member = await add_member(unit, caller, self._bodies_of(caller.council_id), command)
            return wire.AddMemberResponse(member=to_wire.member(caller.council, member))

        return await once(self._begin, caller, request, wire.AddMemberResponse, do)

    async def ChangeMember(self, request: wire.ChangeMemberRequest, context: _Context) -> wire.ChangeMemberResponse:
        """Roles and evidence."""
        caller = current_caller()
        member_id, etag, standing = read.read_change_member(request, caller.council)
        require(caller, "ChangeMember", request.name)

        async def do(unit: WorkUnit) -> wire.ChangeMemberResponse:
            council = self._bodies_of(caller.council_id)
            member = await change_member(unit, caller, council, member_id, etag, standing)
            return wire.ChangeMemberResponse(member=to_wire.member(caller.council, member))

        return await once(self._begin, caller, request, wire.ChangeMemberResponse, do)

    async def EndMembership(self, request: wire.EndMembershipRequest, context: _Context) -> wire.EndMembershipResponse:
        """With the notice that the list asks for."""
        caller = current_caller()
        member_id, etag, until = read.read_end_membership(request, caller.council)
        require(caller, "EndMembership", request.name)

        async def do(unit: WorkUnit) -> wire.EndMembershipResponse:
            council = self._bodies_of(caller.council_id)
            member = await end_membership(unit, caller, council, member_id, etag, until)
            return wire.EndMembershipResponse(member=to_wire.member(caller.council, member))

        return await once(self._begin, caller, request, wire.EndMembershipResponse, do)

    async def GetComposition(
        self, request: wire.GetCompositionRequest, context: _Context
    ) -> wire.GetCompositionResponse:
        """Conflicts and quorum of every item."""
        caller = current_caller()
        check = Check(request, council=caller.council)
        sitting = SittingId(convert.id_of(check.resource_name("sitting", convert.SITTING), "sitting"))
        check.raise_if_any()
        council = self._bodies_of(caller.council_id)
        found = await get_composition(self._begin, self._cases, self._people, caller, council, sitting)
        return wire.GetCompositionResponse(composition=to_wire.composition(caller.council, sitting, found))

    async def RecordAttendance(
        self, request: wire.RecordAttendanceRequest, context: _Context
    ) -> wire.RecordAttendanceResponse:
        """One more entry."""
        caller = current_caller()
        command = read.read_attendance(request, caller.council)
        check_attendance(caller, command)

        async def do(unit: WorkUnit) -> wire.RecordAttendanceResponse:
            found = await record_attendance(unit, caller, command)
            return wire.RecordAttendanceResponse(attendance=to_wire.at_sitting(caller.council, found))

        return await once(self._begin, caller, request, wire.RecordAttendanceResponse, do)

    async def DeclareConflict(
        self, request: wire.DeclareConflictRequest, context: _Context
    ) -> wire.DeclareConflictResponse:
        """The member keeps out."""
        caller = current_caller()
        command = read.read_declared(request, caller.council)
        await check_settling(self._begin, self._cases, caller, "DeclareConflict", command)

        async def do(unit: WorkUnit) -> wire.DeclareConflictResponse:
            found = await declare_conflict(unit, caller, command)
            return wire.DeclareConflictResponse(conflict=to_wire.conflict(caller.council, request.agenda_item, found))

        return await once(self._begin, caller, request, wire.DeclareConflictResponse, do)

    async def SetConflictAside(
        self, request: wire.SetConflictAsideRequest, context: _Context
    ) -> wire.SetConflictAsideResponse:
        """The member takes part."""
        caller = current_caller()
        command = read.read_set_aside(request, caller.council)
        await check_settling(self._begin, self._cases, caller, "SetConflictAside", command)
        await OwnConflicts(self._begin, self._people).refuse_own(caller, command.item, command.member)
        derived, seen = await find_seen(self._begin, self._cases, self._people, caller, command.item)

        async def do(unit: WorkUnit) -> wire.SetConflictAsideResponse:
            found = await set_conflict_aside(unit, caller, command, derived, seen)
            return wire.SetConflictAsideResponse(conflict=to_wire.conflict(caller.council, request.agenda_item, found))

        return await once(self._begin, caller, request, wire.SetConflictAsideResponse, do)
