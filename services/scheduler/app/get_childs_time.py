"""Reads a child's own week."""

from servicekit.caller import Caller
from services.scheduler.app.policy import demand
from services.scheduler.app.ports import Surroundings
from services.scheduler.app.see_meeting import demand_subjects
from services.scheduler.domain.childs_time import ChildsTime


async def get_childs_time(around: Surroundings, caller: Caller, child: str) -> ChildsTime:
    """What is on record. NotFound, alike, for a child that the caller may not know of and for whoever may read none."""
    demand(caller, "GetChildsTime", child)
    await demand_subjects(around, caller, [child])
    async with around.begin(caller) as unit:
        await unit.audit(caller, "GetChildsTime", child)
        return await unit.child_time.load(child)
