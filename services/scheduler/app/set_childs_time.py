"""Records a child's own week."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from servicekit.caller import Caller
from servicekit.errors import InvalidRequest, VersionClash, Violation
from services.scheduler.app.policy import demand
from services.scheduler.app.ports import Surroundings, UnitOfWork
from services.scheduler.app.see_meeting import demand_subjects
from services.scheduler.domain.childs_time import ChildsTime, ChildTime, faults_of_times


@dataclass(frozen=True, slots=True)
class ChildTimeCommand:
    """All that is to be on record of the child. `etag`: the version that was read."""

    child: str
    times: Sequence[ChildTime]
    etag: str


async def prepare_childs_time(around: Surroundings, caller: Caller, command: ChildTimeCommand) -> None:
    """InvalidRequest with every fault; NotFound as `get_childs_time`."""
    faults = list(faults_of_times(command.times))
    if faults:
        raise InvalidRequest([Violation(*fault) for fault in faults])
    demand(caller, "SetChildsTime", command.child)
    await demand_subjects(around, caller, [command.child])


async def set_childs_time(unit: UnitOfWork, caller: Caller, command: ChildTimeCommand) -> ChildsTime:
    """Keep it. VersionClash where it was changed since it was read."""
    before = await unit.child_time.load(command.child, lock=True)
    if str(before.version) != command.etag:
        raise VersionClash(command.child)
    after = replace(before, times=tuple(command.times), version=before.version + 1)
    await unit.child_time.save(command.child, after)
    await unit.audit(caller, "SetChildsTime", command.child)
    return after
