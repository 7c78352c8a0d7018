"""Records that somebody is away."""

from dataclasses import dataclass

from servicekit.caller import Caller
from servicekit.errors import InvalidRequest, Violation
from servicekit.ids import new_id
from services.scheduler.app.ports import Surroundings, UnitOfWork
from services.scheduler.app.whose_diary import own_or
from services.scheduler.domain.absence import Absence, Away, absence_name, fault_of_away
from services.scheduler.domain.meeting import civil_day


@dataclass(frozen=True, slots=True)
class AbsenceToRecord:
    """Of whom; `own`: whether that is the caller."""

    person: str
    own: bool
    away: Away


async def prepare_absence(around: Surroundings, caller: Caller, person: str, away: Away) -> AbsenceToRecord:
    """Whose it will be. InvalidRequest, NotFound, NotOnStaffList."""
    fault = fault_of_away(away, civil_day(around.clock.now()))
    if fault:
        raise InvalidRequest([Violation(fault.field, fault.text)])
    whose, own = await own_or(around, caller, person, "KeepPeoplesTime")
    return AbsenceToRecord(whose, own, away)


async def record_absence(unit: UnitOfWork, caller: Caller, wanted: AbsenceToRecord) -> Absence:
    """Keep it. Nobody's meeting is touched."""
    absence = Absence(new_id(), wanted.person, wanted.away, caller.principal_id, unit.now())
    await unit.absences.insert(absence)
    await unit.audit(caller, "RecordAbsence", absence_name(caller.council, absence.id))
    return absence
