"""Declare a conflict of interest, or set one aside with a reason."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from servicekit.caller import Caller
from servicekit.errors import NotFound
from servicekit.ids import new_id
from services.panels.app.composition_ports import PeopleAround
from services.panels.app.get_composition import find_for_item
from services.panels.app.policy import require
from services.panels.app.ports import Begin, Cases, UnitOfWork
from services.panels.app.see_subjects import seen_subjects
from services.panels.domain.conflict import (
    Conflict,
    ConflictGround,
    all_conflicts,
    hide_what_is_about,
)
from services.panels.domain.errors import ConflictStandsError, NoSuchConflictError, NotOnListError
from services.panels.domain.member import MemberId
from services.panels.domain.names import item_name, member_name, sitting_name
from services.panels.domain.sitting import AgendaItem, ItemId, Sitting


@dataclass(frozen=True)
class SettleConflict:
    """A member, an item, a ground; `words` say what the conflict is, or why it is set aside."""

    item: ItemId
    member: MemberId
    ground: ConflictGround
    words: str


async def check_settling(begin: Begin, cases: Cases, caller: Caller, action: str, command: SettleConflict) -> None:
    """Before the transaction: whether the caller may; NotFound for an item that is not there for them."""
    require(caller, action, item_name(caller.council, command.item))
    async with begin(caller) as unit:
        _, item = await _item(unit, caller, command.item)
    if not (await seen_subjects(begin, cases, caller, item.subjects)).issuperset(item.subjects):
        raise NotFound(item_name(caller.council, command.item))


async def declare_conflict(unit: UnitOfWork, caller: Caller, command: SettleConflict) -> Conflict:
    """The member keeps out of the item from now on, also where it was set aside before.

    NotFound, NotOnListError.
    """
    sitting, item = await _item(unit, caller, command.item)
    await _on_list(unit, caller, command, sitting)
    known = _of_item(await unit.composition.conflicts(sitting.body), command, item)
    conflict = Conflict(
        member=command.member,
        subjects=frozenset(item.subjects).union(known.subjects if known else ()),
        ground=command.ground,
        words=command.words,
        conflict_id=known.conflict_id if known and known.conflict_id else new_id(),
        derived=known is not None and known.derived,
        about=known.about if known else "",
    )
    await unit.composition.put_conflict(conflict)
    await unit.audit(caller, "DeclareConflict", item_name(caller.council, command.item), ["member", "ground", "words"])
    return conflict


async def find_seen(
    begin: Begin, cases: Cases, people: PeopleAround, caller: Caller, item: ItemId
) -> tuple[Sequence[Conflict], frozenset[str]]:
    """Before the transaction: the conflicts that nobody declared, and of whom they tell as far as the caller sees them.

    Unavailable where cases does not answer.
    """
    found = await find_for_item(begin, people, caller, item)
    return found, await seen_subjects(begin, cases, caller, {one.about for one in found})


async def set_conflict_aside(
    unit: UnitOfWork, caller: Caller, command: SettleConflict, found: Sequence[Conflict], seen: frozenset[str]
) -> Conflict:
    """The member takes part after all; `found` and `seen` as `find_seen` gave them. Nobody sets aside what they may not
    know the reason of.

    ConflictStandsError for a reviewing officer of parent and child; NoSuchConflictError where there is none.
    """
    sitting, item = await _item(unit, caller, command.item)
    if command.ground is ConflictGround.PARENT_AND_CHILD:
        raise ConflictStandsError(agenda_item=item_name(caller.council, command.item))
    kept = await unit.composition.conflicts(sitting.body)
    known = _of_item(hide_what_is_about(all_conflicts(kept, found), seen.union(item.subjects)), command, item)
    if known is None or known.withheld:
        raise NoSuchConflictError(agenda_item=item_name(caller.council, command.item))
    conflict = replace(known, conflict_id=known.conflict_id or new_id(), set_aside=command.words)
    await unit.composition.put_conflict(conflict)
    name = item_name(caller.council, command.item)
    await unit.audit(caller, "SetConflictAside", name, ["member", "ground", "reason"])
    return conflict


async def _item(unit: UnitOfWork, caller: Caller, item_id: ItemId) -> tuple[Sitting, AgendaItem]:
    """Locked, so that two who speak of the same conflict come one after the other."""
    sitting = await unit.sittings.of_item(item_id)
    item = next((one for one in sitting.items if one.item_id == item_id), None) if sitting else None
    if sitting is None or item is None:
        raise NotFound(item_name(caller.council, item_id))
    return sitting, item


async def _on_list(unit: UnitOfWork, caller: Caller, command: SettleConflict, sitting: Sitting) -> None:
    name = member_name(caller.council, command.member)
    member = await unit.composition.member(command.member)
    if member is None:
        raise NotFound(name)
    if member.body != sitting.body:
        raise NotOnListError(member=name, sitting=sitting_name(caller.council, sitting.sitting_id))


def _of_item(conflicts: Sequence[Conflict], command: SettleConflict, item: AgendaItem) -> Conflict | None:
    return next(
        (
            one
            for one in conflicts
            if one.member == command.member and one.ground is command.ground and one.subjects & set(item.subjects)
        ),
        None,
    )
