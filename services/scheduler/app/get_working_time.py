"""Reads when somebody works."""

from dataclasses import dataclass

from rulebook.pack import Pack
from servicekit.caller import Caller
from services.scheduler.app.ports import Surroundings
from services.scheduler.app.prepare_plan import MOST_CHAIRED_PARAMETER
from services.scheduler.app.whose_diary import own_or
from services.scheduler.domain.working_time import WorkingTime


@dataclass(frozen=True, slots=True)
class PersonsTime:
    """Somebody's working time; `usual_most_chaired` is the council's own number, 0 where it has none."""

    person: str
    own: bool
    time: WorkingTime
    usual_most_chaired: int


async def get_working_time(around: Surroundings, caller: Caller, person: str) -> PersonsTime:
    """Whoever nobody has said anything of has no pattern: nobody knows when they work."""
    whose, own = await own_or(around, caller, person, "KeepPeoplesTime")
    async with around.begin(caller) as unit:
        found = await unit.working_time.load(whose)
        await unit.audit(caller, "GetWorkingTime", whose)
    return PersonsTime(whose, own, found, usual_most_chaired(around.pack_of(caller.council)))


def usual_most_chaired(pack: Pack) -> int:
    """The meetings that anybody of the council chairs on one day at most; 0: no number is given."""
    return int(pack.parameters.get(MOST_CHAIRED_PARAMETER, 0))
