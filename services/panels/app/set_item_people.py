"""Say who comes to a sitting for one item of its agenda. They are invited once the agenda has been sent out."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from servicekit.caller import Caller
from servicekit.errors import InvalidRequest, NotFound, VersionClash, Violation
from services.panels.app.composition_ports import PeopleAround
from services.panels.app.policy import require
from services.panels.app.ports import Begin, Cases, CouncilBodies, UnitOfWork
from services.panels.app.see_subjects import seen_subjects
from services.panels.domain.conflict import Part
from services.panels.domain.errors import AgendaFrozenError, SittingCancelledError
from services.panels.domain.item_people import Comer, ItemPeople, suggested
from services.panels.domain.names import item_name, sitting_name
from services.panels.domain.sitting import AgendaItem, ItemId, Sitting, SittingState


@dataclass(frozen=True)
class SetItemPeople:
    """All who are to come for an item. `etag`: as last read, `0` where nobody said anything yet."""

    item: ItemId
    people: tuple[Comer, ...]
    etag: str


@dataclass(frozen=True)
class SeenItemPeople:
    """What was said, and who of those around its subjects usually comes. `sent_out`: the agenda was."""

    kept: ItemPeople
    suggested: tuple[Comer, ...]
    sent_out: bool


async def get_item_people(
    begin: Begin, cases: Cases, people: PeopleAround, caller: Caller, council: CouncilBodies, item_id: ItemId
) -> SeenItemPeople:
    """NotFound for an item that is not there for the caller; Unavailable where cases does not answer."""
    name = item_name(caller.council, item_id)
    require(caller, "GetItemPeople", name)
    parts = await people_around(begin, cases, people, caller, item_id)
    async with begin(caller) as unit:
        sitting, item = await _item(unit, caller, item_id)
        kept = await unit.item_people.load(item_id) or _nothing_said(sitting, item)
        before = await unit.item_people.latest(sitting.body, item.subjects, item_id)
        sent_out = await unit.agenda_versions.newest(sitting.sitting_id) is not None
        await unit.audit(caller, "GetItemPeople", name, ["people"])
    roles = council.bodies[sitting.body].comes_for_item
    usual = suggested(parts, item.subjects, roles, before.people if before else ())
    return SeenItemPeople(kept, usual, sent_out)


async def people_around(
    begin: Begin, cases: Cases, people: PeopleAround, caller: Caller, item_id: ItemId
) -> Sequence[Part]:
    """Before the transaction: who stands around the item's subjects today.

    NotFound unless the caller sees all of them.
    """
    async with begin(caller) as unit:
        _, item = await _item(unit, caller, item_id)
    if not (await seen_subjects(begin, cases, caller, item.subjects)).issuperset(item.subjects):
        raise NotFound(item_name(caller.council, item_id))
    found = await people.parts(caller, sorted(item.subjects))
    return [one for one in found if one.subject in item.subjects]


async def check_item_people(
    begin: Begin, cases: Cases, people: PeopleAround, caller: Caller, command: SetItemPeople
) -> None:
    """Before the transaction. NotFound; InvalidRequest for whoever has no such part around the item's subjects."""
    require(caller, "SetItemPeople", item_name(caller.council, command.item))
    parts = await people_around(begin, cases, people, caller, command.item)
    around = {Comer(one.person, one.role) for one in parts}
    faults = [
        Violation(f"people[{place}]", "has no such part around the item's subjects today; ask somebody who has")
        for place, one in enumerate(command.people)
        if one not in around
    ]
    if faults:
        raise InvalidRequest(faults)


async def set_item_people(unit: UnitOfWork, caller: Caller, command: SetItemPeople) -> ItemPeople:
    """NotFound; VersionClash for an old etag; AgendaFrozenError, SittingCancelledError."""
    name = item_name(caller.council, command.item)
    sitting, item = await _item(unit, caller, command.item)
    if sitting.state is SittingState.CANCELLED:
        raise SittingCancelledError(sitting=sitting_name(caller.council, sitting.sitting_id))
    if sitting.begun(unit.now()) or sitting.state is SittingState.HELD:
        raise AgendaFrozenError(sitting=sitting_name(caller.council, sitting.sitting_id))
    before = await unit.item_people.load(command.item, lock=True) or _nothing_said(sitting, item)
    if command.etag != str(before.version):
        raise VersionClash(name)
    kept = replace(
        before,
        subjects=item.subjects,
        people=tuple(sorted(command.people)),
        version=before.version + 1,
        set_by=caller.principal_id,
    )
    await unit.item_people.put(kept)
    await unit.wake_item_people(sitting.sitting_id)
    await unit.audit(caller, "SetItemPeople", name, ["people"])
    return kept


def _nothing_said(sitting: Sitting, item: AgendaItem) -> ItemPeople:
    return ItemPeople(item.item_id, sitting.sitting_id, sitting.body, item.subjects, (), 0, "")


async def _item(unit: UnitOfWork, caller: Caller, item_id: ItemId) -> tuple[Sitting, AgendaItem]:
    sitting = await unit.sittings.of_item(item_id)
    item = next((one for one in sitting.items if one.item_id == item_id), None) if sitting else None
    if sitting is None or item is None:
        raise NotFound(item_name(caller.council, item_id))
    return sitting, item
