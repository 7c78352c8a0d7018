"""Once per London day: standing bodies, restrictions that began or ended, and the clocks that the day may change.

Other rules or bank holidays than those of the last turn make a turn of their own, for every subject: what moved goes on
the list that a person confirms.
"""

from rulebook.facts import SubjectKind
from servicekit.caller import Caller
from services.cases.app.ports import Begin, Unit
from services.cases.app.recompute_obligations import recompute
from services.cases.domain.date_change import LastTurn
from services.cases.domain.events import PeopleAroundSubjectChanged, subject_changed
from services.cases.domain.names import SubjectId, body_subject_id
from services.cases.domain.subject import Subject

# Small enough that nobody who records a fact waits for a lock.
_AT_ONCE = 200
# After so long everybody had a birthday.
_LONGEST_DAYS = 300


async def turn_day(begin: Begin, caller: Caller) -> bool:
    """Does the day's work unless it has been done by these rules, or by others after them; whether there was any.

    Safe to repeat.
    """
    async with begin(caller) as unit:
        mark, last = (unit.today(), unit.ground.text), await unit.days.last()
        if last is not None and last.settles(*mark):
            return False
        await _establish_bodies(unit)
        await _refresh_restricted(unit)
        ids = await _touched(unit, last)
    for at in range(0, len(ids), _AT_ONCE):
        await _recompute_some(begin, caller, ids[at : at + _AT_ONCE])
    async with begin(caller) as unit:
        await unit.days.keep(*mark)
        await unit.audit("TurnDay", f"councils/{unit.council}")
    return True


async def _touched(unit: Unit, last: LastTurn | None) -> list[SubjectId]:
    """Whose clocks may be others than at the last turn: everybody where facts and birthdays do not tell.

    Everybody also after a day on which two releases ran: the older one may have worked out somebody after the turn.
    """
    today = unit.today()
    if last is None or last.ground != unit.ground.text or not 0 < (today - last.on).days <= _LONGEST_DAYS:
        return await unit.subjects.all_ids()
    if last.superseded or unit.pack.changes_within(last.on, today):
        return await unit.subjects.all_ids()
    return await unit.subjects.touched_ids(last.on, today)


async def _recompute_some(begin: Begin, caller: Caller, ids: list[SubjectId]) -> None:
    async with begin(caller) as unit:
        await recompute(unit, ids, unit.today())


async def _establish_bodies(unit: Unit) -> None:
    for body in unit.pack.bodies.values():
        subject = Subject(
            id=body_subject_id(unit.council_id, body.id),
            kind=SubjectKind.BODY,
            source_id=body.id,
            reference=body.id,
            display_name=body.title,
        )
        if await unit.subjects.establish(subject):
            await unit.tell(subject.name_in(unit.council), subject_changed(unit.council, subject))


async def _refresh_restricted(unit: Unit) -> None:
    for subject in await unit.subjects.refresh_restricted(unit.today()):
        name = subject.name_in(unit.council)
        await unit.tell(name, subject_changed(unit.council, subject))
        await unit.tell(name, PeopleAroundSubjectChanged(name))
