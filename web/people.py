"""Names of people around cases and of colleagues, as far as the reader may know them."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from permanence.cases.v1 import cases_service_pb2 as pb
from permanence.cases.v1.council_pb2 import StaffMember
from permanence.cases.v1.subject_pb2 import Involvement

from web.at_once import few_at_once
from web.desk import Absent, Away, Desk

_SUBJECTS_AT_ONCE = 50
_STAFF_AT_ONCE = 200


@dataclass(frozen=True)
class People:
    """Names by resource name of the person or by principal id; `away` where nobody could look."""

    names: Mapping[str, str] = field(default_factory=dict)
    away: str = ""

    def name(self, key: str, otherwise: str = "") -> str:
        """The name, or other words where it is not known or may not be."""
        return self.names.get(key) or otherwise


async def people_of(
    desk: Desk, *, subjects: Collection[str] = (), people: Collection[str] = (), principals: Collection[str] = ()
) -> People:
    """Whoever stands around the subjects, and colleagues by person or principal. While cases is away, nobody's name."""
    try:
        around, staff = await desk.together(_around(desk, subjects), _staff(desk, people, principals))
    except Away as away:
        return People(away=away.service)
    return People(names_of(around, staff))


def names_of(around: Sequence[Involvement], staff: Sequence[StaffMember]) -> dict[str, str]:
    """By person, and of colleagues by principal id too."""
    names = {one.person: one.display_name for one in around if one.display_name}
    for member in staff:
        names[member.person] = member.display_name
        if member.principal_id:
            names[member.principal_id] = member.display_name
    return names


async def _around(desk: Desk, subjects: Collection[str]) -> list[Involvement]:
    async def ask(some: list[str]) -> list[Involvement]:
        request = pb.ListInvolvementsRequest(parent=desk.parent, subjects=some)
        try:
            reply = await desk.ask("cases", desk.cases.ListInvolvements, request)
        except Absent:  # a case was closed to the reader since: its people have no names here
            return []
        return list(reply.involvements)

    found = await few_at_once(ask(some) for some in _portions(subjects, _SUBJECTS_AT_ONCE))
    return [one for some in found for one in some]


async def staff_with_part(desk: Desk, role: str) -> list[StaffMember]:
    """The council's own who have that part around a child today, by name. Away while nobody can look."""
    return await staff_with_parts(desk, [role])


async def staff_with_parts(desk: Desk, roles: Sequence[str]) -> list[StaffMember]:
    """As `staff_with_part`, of several parts."""
    request = pb.LookUpStaffRequest(parent=desk.parent, roles=roles)
    reply = await desk.ask("cases", desk.cases.LookUpStaff, request)
    return list(reply.staff)


async def _staff(desk: Desk, people: Collection[str], principals: Collection[str]) -> list[StaffMember]:
    wanted = [pb.LookUpStaffRequest(parent=desk.parent, people=some) for some in _portions(people, _STAFF_AT_ONCE)]
    wanted += [
        pb.LookUpStaffRequest(parent=desk.parent, principal_ids=some) for some in _portions(principals, _STAFF_AT_ONCE)
    ]
    try:
        replies = await few_at_once(desk.ask("cases", desk.cases.LookUpStaff, one) for one in wanted)
    except Absent:  # the reader works without names
        return []
    return [member for reply in replies for member in reply.staff]


def _portions(names: Collection[str], size: int) -> Iterator[list[str]]:
    each = sorted({name for name in names if name})
    return (each[at : at + size] for at in range(0, len(each), size))
