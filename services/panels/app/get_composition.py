"""Who makes up a body at a sitting: members, conflicts and quorum, before the day and on it."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import date, datetime

from rulebook.counting import london_date
from servicekit.caller import Caller, service_caller
from servicekit.errors import NotFound, Unavailable
from services.panels.app.composition_ports import PeopleAround
from services.panels.app.get_sitting import get_sitting
from services.panels.app.policy import require
from services.panels.app.ports import Begin, Cases, CouncilBodies, UnitOfWork
from services.panels.app.see_subjects import seen_subjects
from services.panels.domain.body import BodyUuid
from services.panels.domain.composition import Composition, Makeup, composition_of, without_rules
from services.panels.domain.conflict import (
    Conflict,
    all_conflicts,
    found_conflicts,
    hide_what_is_about,
)
from services.panels.domain.constitution import Constitution
from services.panels.domain.member import MemberId, listed
from services.panels.domain.names import item_name, sitting_name
from services.panels.domain.sitting import ItemId, Sitting, SittingId


@dataclass(frozen=True)
class Found:
    """Conflicts that nobody declared; `unanswered` names the services without whose answer some may be missing."""

    conflicts: tuple[Conflict, ...] = ()
    unanswered: tuple[str, ...] = ()


async def get_composition(
    begin: Begin, cases: Cases, people: PeopleAround, caller: Caller, council: CouncilBodies, sitting_id: SittingId
) -> Composition:
    """As it is known now, with the items that the caller may see. NotFound where there is no such sitting."""
    name = sitting_name(caller.council, sitting_id)
    require(caller, "GetComposition", name)
    sitting = await get_sitting(begin, cases, caller, sitting_id)
    try:
        found = Found(tuple(await find_conflicts(begin, people, caller, sitting)))
    except Unavailable:
        found = Found(unanswered=("cases",))
    async with begin(caller) as unit:
        makeup = await load_makeup(unit, sitting, found)
        await unit.audit(caller, "GetComposition", name, ["members", "attendance", "conflicts"])
        now = unit.now()
    shown = await _shown(begin, cases, caller, sitting, makeup)
    body = council.bodies.get(sitting.body)
    made = composition_of(sitting, body.constitution if body else Constitution(), shown, now)
    return made if body else without_rules(made)


async def _shown(begin: Begin, cases: Cases, caller: Caller, sitting: Sitting, makeup: Makeup) -> Makeup:
    """A brother or sister whom the caller may not know of is not told of by a conflict either."""
    here = {subject for item in sitting.items for subject in item.subjects}
    others = {one.about for one in makeup.conflicts if one.about} - here
    seen = here | await seen_subjects(begin, cases, caller, others) if others else here
    return replace(makeup, conflicts=hide_what_is_about(makeup.conflicts, seen))


async def find_conflicts(begin: Begin, people: PeopleAround, caller: Caller, sitting: Sitting) -> list[Conflict]:
    """What the people around the sitting's subjects tell of its members; Unavailable where cases does not answer."""
    about = {subject for item in sitting.items for subject in item.subjects}
    return await _find(begin, people, caller, sitting.body, london_date(sitting.start), about)


async def _find(
    begin: Begin, people: PeopleAround, caller: Caller, body: BodyUuid, day: date, about: AbstractSet[str]
) -> list[Conflict]:
    """Read as this service: a brother or sister may be somebody whom the caller does not see, and keeps a member out
    too.
    """
    async with begin(caller) as unit:
        members = listed(await unit.composition.members(body), day)
        families = await unit.candidates.families()
    if not about or not any(one.person for one in members):
        return []
    asked = set(about).union(*(family for family in families if family & about))
    service = service_caller(caller.council_id, caller.council, "panels")
    parts = await people.parts(service, sorted(asked))
    return found_conflicts(members, sorted(about), parts, families)


async def load_makeup(unit: UnitOfWork, sitting: Sitting, found: Found) -> Makeup:
    """What the composition of a sitting is made of."""
    return Makeup(
        members=await unit.composition.members(sitting.body),
        entries=await unit.composition.attendance(sitting.sitting_id),
        conflicts=all_conflicts(await unit.composition.conflicts(sitting.body), found.conflicts),
        resumptions=await load_resumptions(unit, sitting),
        unanswered=found.unanswered,
    )


async def load_resumptions(unit: UnitOfWork, sitting: Sitting) -> Sequence[datetime]:
    """When it was taken up again; none before its end, for until then they change nothing."""
    return await unit.run_sheets.resumptions(sitting.sitting_id) if unit.now() >= sitting.end else ()


async def keeps_out_of(
    begin: Begin,
    people: PeopleAround,
    caller: Caller,
    body: BodyUuid,
    day: date,
    member: MemberId,
    about: AbstractSet[str],
) -> frozenset[str]:
    """Those of the subjects `about`, on the agenda still or not, from whose business a member keeps out: no
    papers of theirs go to the member. `day`: that of the sitting. Unavailable where cases is away.
    """
    found = await _find(begin, people, caller, body, day, about)
    async with begin(caller) as unit:
        conflicts = all_conflicts(await unit.composition.conflicts(body), found)
    own = (one.subjects for one in conflicts if one.member == member and one.recuses)
    return frozenset(about).intersection(frozenset().union(*own))


async def find_for_item(begin: Begin, people: PeopleAround, caller: Caller, item: ItemId) -> Sequence[Conflict]:
    """As `find_conflicts`, for the sitting on whose agenda an item stands; NotFound where there is no such item."""
    async with begin(caller) as unit:
        sitting = await unit.sittings.of_item(item)
    if sitting is None:
        raise NotFound(item_name(caller.council, item))
    return await find_conflicts(begin, people, caller, sitting)
