"""Record that a member comes, cannot come, is there or has gone."""

from dataclasses import dataclass
from datetime import datetime

from rulebook.counting import london_date
from servicekit.caller import Caller
from servicekit.errors import InvalidRequest, NotFound, Violation
from services.panels.app.policy import require
from services.panels.app.ports import UnitOfWork
from services.panels.domain.attendance import AttendanceEntry, Presence
from services.panels.domain.composition import MemberAtSitting
from services.panels.domain.errors import NotOnListError, SittingCancelledError
from services.panels.domain.member import MemberId
from services.panels.domain.names import member_name, sitting_name
from services.panels.domain.sitting import SittingId, SittingState


@dataclass(frozen=True)
class RecordAttendance:
    """A member at a sitting; `at` None means now."""

    sitting: SittingId
    member: MemberId
    presence: Presence
    at: datetime | None = None


def check_attendance(caller: Caller, command: RecordAttendance) -> None:
    """Before the transaction: whether the caller may record."""
    require(caller, "RecordAttendance", sitting_name(caller.council, command.sitting))


async def record_attendance(unit: UnitOfWork, caller: Caller, command: RecordAttendance) -> MemberAtSitting:
    """Add the entry.

    Raises:
        NotFound: no such sitting or member. InvalidRequest: a time to come.
        NotOnListError: not on the list of that body on that day. SittingCancelledError.
    """
    name = sitting_name(caller.council, command.sitting)
    # Locked, as by an outcome: nobody leaves while what they are counted for is recorded.
    sitting = await unit.sittings.load(command.sitting, lock=True)
    if sitting is None:
        raise NotFound(name)
    member = await unit.composition.member(command.member)
    if member is None:
        raise NotFound(member_name(caller.council, command.member))
    if sitting.state is SittingState.CANCELLED:
        raise SittingCancelledError(sitting=name)
    day = london_date(sitting.start)
    if member.body != sitting.body or not member.listed_on(day):
        raise NotOnListError(member=member_name(caller.council, member.member_id), sitting=name)
    now = unit.now()
    if command.at is not None and command.at > now:
        raise InvalidRequest([Violation("at_time", "lies in the future; leave it out for now")])
    entry = AttendanceEntry(member.member_id, command.presence, command.at or now, now)
    await unit.composition.add_attendance(sitting.sitting_id, entry)
    await unit.audit(caller, "RecordAttendance", name, ["presence"])
    return MemberAtSitting(member, entry, member.roles_on(day))
