"""Take an item off the agenda of a coming sitting; it comes to the body's next one and says why it waits."""

from dataclasses import dataclass, replace

from servicekit.caller import Caller
from servicekit.errors import NotFound, VersionClash
from services.panels.app.arrange_agenda import arrange_agenda
from services.panels.app.get_sitting import only_visible
from services.panels.app.policy import require
from services.panels.app.ports import Begin, Cases, UnitOfWork
from services.panels.app.see_subjects import visible_subjects
from services.panels.domain.body import Body, BodyUuid
from services.panels.domain.errors import AgendaFrozenError, SittingCancelledError
from services.panels.domain.names import item_name, sitting_name
from services.panels.domain.resolution_errors import ItemKeptError
from services.panels.domain.sitting import AgendaItem, ItemId, Sitting, SittingState


@dataclass(frozen=True)
class DeferItem:
    """`etag`: the sitting's, as last read. `reason` is for whoever waits."""

    item: ItemId
    etag: str
    reason: str


async def check_deferrer(
    begin: Begin, cases: Cases, caller: Caller, command: DeferItem
) -> tuple[BodyUuid, frozenset[str]]:
    """Before the transaction: the body, and the subjects of the sitting that the caller may see.

    NotFound unless all of the item's are among them.
    """
    name = item_name(caller.council, command.item)
    require(caller, "DeferItem", name)
    async with begin(caller) as unit:
        sitting = await unit.sittings.of_item(command.item)
        if sitting is None:
            raise NotFound(name)
        subjects = sorted({subject for item in sitting.items for subject in item.subjects})
        known = await unit.candidates.subjects(subjects)
    seen = await visible_subjects(cases, caller, subjects, known)
    if not seen.issuperset(_item(sitting, command.item, name).subjects):
        raise NotFound(name)
    return sitting.body, seen


async def defer_item(unit: UnitOfWork, caller: Caller, body: Body, command: DeferItem, seen: frozenset[str]) -> Sitting:
    """NotFound for an item that is gone; VersionClash for an old etag; AgendaFrozenError,
    SittingCancelledError; ItemKeptError.
    """
    name = item_name(caller.council, command.item)
    await unit.sittings.coming(body.body_id, unit.now())  # locked in the order in which everybody locks them
    here = await unit.sittings.of_item(command.item)
    if here is None:
        raise NotFound(name)
    _refuse_wrong_state(here, unit, sitting_name(caller.council, here.sitting_id), command.etag)
    item = _item(here, command.item, name)
    if not seen.issuperset(item.subjects):
        raise NotFound(name)
    if item.kept:
        raise ItemKeptError(agenda_item=name)
    await unit.deferrals.add(here, item.subjects, command.reason, caller.principal_id)
    await unit.sittings.change(replace(here, version=here.version + 1))
    await arrange_agenda(unit, body)
    await unit.wake_agenda(here.body)
    await unit.audit(caller, "DeferItem", name, ["reason"])
    after = await unit.sittings.load(here.sitting_id)
    return only_visible(after or here, seen)


def _refuse_wrong_state(sitting: Sitting, unit: UnitOfWork, name: str, etag: str) -> None:
    if etag != str(sitting.version):
        raise VersionClash(name)
    if sitting.state is SittingState.CANCELLED:
        raise SittingCancelledError(sitting=name)
    if sitting.begun(unit.now()) or sitting.state is SittingState.HELD:
        raise AgendaFrozenError(sitting=name)


def _item(sitting: Sitting, wanted: ItemId, name: str) -> AgendaItem:
    item = next((one for one in sitting.items if one.item_id == wanted), None)
    if item is None:
        raise NotFound(name)
    return item
