"""RPCs that say who the council is and what its own staff are called."""

from permanence.cases.v1 import cases_service_pb2 as pb

from servicekit.caller import current_caller
from services.cases.app.get_council import get_council
from services.cases.app.look_up_staff import look_up_staff
from services.cases.rpc import convert, show_council
from services.cases.rpc.units import Context, Door


class CouncilRpcs:
    """Part of CasesService."""

    def __init__(self, door: Door) -> None:
        self._door = door

    async def GetCouncil(self, request: pb.GetCouncilRequest, context: Context) -> pb.GetCouncilResponse:
        """The council, its colours, words and kinds of meeting."""
        caller = current_caller()
        convert.get_council(request, caller.council)
        view = get_council(caller, self._door.name_of(caller), self._door.pack_of(caller))
        return pb.GetCouncilResponse(council=show_council.council(view, caller.council))

    async def LookUpStaff(self, request: pb.LookUpStaffRequest, context: Context) -> pb.LookUpStaffResponse:
        """Names of the council's own staff."""
        caller = current_caller()
        asked = convert.look_up_staff(request, caller.council)
        async with self._door.begin(caller) as unit:
            found = await look_up_staff(unit, asked)
        return pb.LookUpStaffResponse(staff=[show_council.staff_member(one, caller.council) for one in found])
