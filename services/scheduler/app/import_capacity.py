"""Takes hours, rooms, interpreters and busy times from a capacity.csv. The same file twice changes nothing."""

from dataclasses import dataclass
from uuid import UUID, uuid5

from servicekit.caller import Caller
from servicekit.errors import InvalidRequest, Violation
from services.scheduler.app.policy import demand
from services.scheduler.app.ports import ImportedResource, ResourceKind, Surroundings, UnitOfWork
from services.scheduler.domain.capacity_file import (
    CapacityFile,
    Key,
    RefusedRow,
    UnreadableFile,
    read_capacity,
)
from services.scheduler.domain.grains import span
from services.scheduler.domain.meeting import civil_day

_UNKNOWN = {
    "person": ("UNKNOWN_WORKER", "nobody with this resource_source_id is known; import the workers first"),
    "interpreter": ("UNKNOWN_INTERPRETER", "the file has no interpreter row with this resource_source_id; add one"),
}
_SET_BY_HAND = (
    "SET_BY_HAND",
    "the working hours of this person were set on the site and stay as they are; to use the file's, clear them there",
)


@dataclass(frozen=True, slots=True)
class ReadCapacity:
    """A file read, and the resource names of what it speaks of."""

    file: CapacityFile
    names: dict[Key, str]


@dataclass(frozen=True, slots=True)
class KeptCapacity:
    """How many of each are kept, and the rows that were not used."""

    working_patterns: int
    rooms: int
    busy_times: int
    absences: int
    terms: int
    refused: tuple[RefusedRow, ...]


async def prepare_capacity(around: Surroundings, caller: Caller, content: bytes) -> ReadCapacity:
    """Read the file and find its people at cases. InvalidRequest where it cannot be read as a whole."""
    demand(caller, "ImportCapacity", f"councils/{caller.council}", may_know=True)
    try:
        file = read_capacity(content, civil_day(around.clock.now()))
    except UnreadableFile as fault:
        raise InvalidRequest([Violation("content", str(fault))]) from fault
    people = await around.cases.people_of(caller, file.source_ids)
    names: dict[Key, str] = {}
    for key in list(file.first_row):
        name = _name(caller, key, file, people.get(key[1]))
        if name is None:
            file.drop(key, *_UNKNOWN[key[0]])
        else:
            names[key] = name
    return ReadCapacity(file, names)


async def import_capacity(unit: UnitOfWork, caller: Caller, read: ReadCapacity) -> KeptCapacity:
    """Keep it. What an earlier file said of the same resources is replaced; others are left alone.

    So are hours that somebody set on the site; that the file's are not used is said.
    """
    file = read.file
    resources = [_resource(file, key, name) for key, name in sorted(read.names.items())]
    by_hand = await unit.capacity.keep(resources, file.known_until)
    left = [key for key, name in read.names.items() if name in by_hand and key in file.patterns]
    not_used = [*file.refused, *(RefusedRow(file.first_row[key], *_SET_BY_HAND) for key in left)]
    if file.terms:
        await unit.working_time.keep_terms(sorted(file.terms.values()))
    await unit.absences.keep_file({one.name: one.absences for one in resources}, unit.now())
    await unit.audit(caller, "ImportCapacity", f"councils/{caller.council}")
    return KeptCapacity(
        working_patterns=sum(
            len(pattern.stretches) for one in resources for pattern in one.patterns if one.name not in by_hand
        ),
        rooms=sum(one.room is not None for one in resources),
        busy_times=sum(len(one.busy) for one in resources),
        absences=sum(len(one.absences) for one in resources),
        terms=len(file.terms),
        refused=tuple(sorted(not_used, key=lambda one: one.row)),
    )


def _name(caller: Caller, key: Key, file: CapacityFile, person: str | None) -> str | None:
    kind, source_id = key
    if person is not None and kind != "room":
        return person
    if kind == "room" or key in file.interpreters:
        return f"councils/{caller.council}/{kind}s/{own_id(caller.council_id, kind, source_id)}"
    return None


def own_id(council_id: UUID, kind: str, source_id: str) -> UUID:
    """The same thing of the same council has the same id, from whatever file it comes."""
    return uuid5(council_id, f"{kind}:{source_id}")


def _resource(file: CapacityFile, key: Key, name: str) -> ImportedResource:
    patterns, absences = file.patterns.get(key, {}), file.absences.get(key, ())
    busy = tuple(sorted(span(start, end) for start, end in file.busy.get(key, ())))
    kind = ResourceKind(key[0])
    away = tuple(sorted(absences, key=lambda one: (one.span, one.kind)))
    return ImportedResource(name, kind, file.rooms.get(key), tuple(patterns.values()), busy, away)
