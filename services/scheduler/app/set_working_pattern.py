"""Sets when somebody works."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from servicekit.caller import Caller
from servicekit.errors import InvalidRequest, VersionClash, Violation
from services.scheduler.app.get_working_time import PersonsTime, usual_most_chaired
from services.scheduler.app.ports import Surroundings, UnitOfWork
from services.scheduler.app.whose_diary import own_or
from services.scheduler.domain.working_time import WorkingPattern, faults_of, merged_stretches


@dataclass(frozen=True, slots=True)
class PatternCommand:
    """`person` empty: the caller. `most_chaired` None: as the council's pack says."""

    person: str
    patterns: Sequence[WorkingPattern]
    most_chaired: int | None
    etag: str


@dataclass(frozen=True, slots=True)
class PatternChange:
    """A command whose person is known."""

    command: PatternCommand
    person: str
    own: bool
    usual_most_chaired: int


async def prepare_pattern(around: Surroundings, caller: Caller, command: PatternCommand) -> PatternChange:
    """Whose it is. InvalidRequest with every fault of the patterns; NotFound, NotOnStaffList."""
    faults = faults_of(command.patterns)
    if faults:
        raise InvalidRequest([Violation(*fault) for fault in faults])
    whose, own = await own_or(around, caller, command.person, "KeepPeoplesTime")
    return PatternChange(command, whose, own, usual_most_chaired(around.pack_of(caller.council)))


async def set_working_pattern(unit: UnitOfWork, caller: Caller, change: PatternChange) -> PersonsTime:
    """Keep it. VersionClash where it was changed since it was read, by a file too.

    Hours that touch become one: a meeting may lie across where they meet. Who changes nothing but the number of
    meetings leaves the hours to the next file.
    """
    before = await unit.working_time.load(change.person, lock=True)
    if before.etag != change.command.etag:
        raise VersionClash(change.person)
    patterns = tuple(replace(one, stretches=merged_stretches(one.stretches)) for one in change.command.patterns)
    by_hand = before.by_hand if patterns == before.patterns else bool(patterns)
    after = replace(before, patterns=patterns, by_hand=by_hand, most_chaired=change.command.most_chaired)
    await unit.working_time.save(change.person, after)
    await unit.audit(caller, "SetWorkingPattern", change.person)
    return PersonsTime(change.person, change.own, after, change.usual_most_chaired)
