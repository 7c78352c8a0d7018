"""Put the items of a sitting into another order by hand."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from servicekit.caller import Caller
from servicekit.errors import InvalidRequest, NotFound, VersionClash, Violation
from services.panels.app.get_sitting import get_sitting, only_visible
from services.panels.app.policy import require
from services.panels.app.ports import Begin, Cases, CouncilBodies, UnitOfWork
from services.panels.domain.errors import AgendaFrozenError, SittingCancelledError
from services.panels.domain.names import sitting_name
from services.panels.domain.sitting import ItemId, Sitting, SittingId, SittingState, in_order


@dataclass(frozen=True)
class OrderAgenda:
    """All items that the caller sees, in the order wanted."""

    sitting: SittingId
    etag: str
    items: tuple[ItemId, ...]


async def check_order(begin: Begin, cases: Cases, caller: Caller, command: OrderAgenda) -> frozenset[str]:
    """Before the transaction: the subjects whose items the caller sees; NotFound where there is no such sitting."""
    require(caller, "OrderAgenda", sitting_name(caller.council, command.sitting))
    sitting = await get_sitting(begin, cases, caller, command.sitting)
    return frozenset(subject for item in sitting.items for subject in item.subjects)


async def order_agenda(
    unit: UnitOfWork, caller: Caller, council: CouncilBodies, command: OrderAgenda, seen: frozenset[str]
) -> Sitting:
    """VersionClash for an old etag; AgendaFrozenError once begun; InvalidRequest unless each item stands there once."""
    name = sitting_name(caller.council, command.sitting)
    sitting = await unit.sittings.load(command.sitting, lock=True)
    if sitting is None:
        raise NotFound(name)
    if command.etag != str(sitting.version):
        raise VersionClash(name)
    if sitting.state is SittingState.CANCELLED:
        raise SittingCancelledError(sitting=name)
    if sitting.begun(unit.now()) or sitting.state is SittingState.HELD:
        raise AgendaFrozenError(sitting=name)
    _refuse_other_items(command.items, [item.item_id for item in only_visible(sitting, seen).items])
    items = in_order(sitting, list(command.items), council.body(sitting.body).item_minutes)
    ordered = replace(sitting, items=items, version=sitting.version + 1)
    await unit.sittings.change(ordered)
    await unit.sittings.put_items(sitting.sitting_id, items)
    await unit.wake_agenda(sitting.body)
    await unit.audit(caller, "OrderAgenda", name, ["agenda"])
    return only_visible(ordered, seen)


def _refuse_other_items(given: Sequence[ItemId], there: Sequence[ItemId]) -> None:
    faults = []
    if len(set(given)) < len(given):
        faults.append(Violation("agenda_items", "names an item twice; name each once"))
    if set(given) != set(there):
        faults.append(
            Violation("agenda_items", f"must name all {len(there)} items of the sitting and no others; read it again")
        )
    if faults:
        raise InvalidRequest(faults)
