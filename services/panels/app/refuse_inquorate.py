"""What binds somebody is not recorded of an item whose quorum is not met."""

from collections.abc import Sequence
from typing import Final

from servicekit.caller import Caller
from services.panels.app.composition_ports import PeopleAround
from services.panels.app.get_composition import Found, find_for_item, load_makeup
from services.panels.app.ports import Begin, UnitOfWork
from services.panels.domain.body import Body, OutcomeKind
from services.panels.domain.composition import quorum_for
from services.panels.domain.conflict import Conflict
from services.panels.domain.errors import NotQuorateError
from services.panels.domain.names import item_name
from services.panels.domain.outcome import Outcome
from services.panels.domain.sitting import ItemId, Sitting

# An oversight's endorsement binds nobody, and putting off is what is left to a body that lacks its quorum.
BINDING: Final = frozenset({OutcomeKind.RECOMMENDED, OutcomeKind.DECIDED})


async def find_for_outcome(
    begin: Begin, people: PeopleAround, caller: Caller, item: ItemId, kind: OutcomeKind
) -> Sequence[Conflict]:
    """Before the transaction: the conflicts that nobody declared, where the outcome needs a quorum.

    Unavailable where cases does not answer: what is not known does not count as no conflict.
    """
    return await find_for_item(begin, people, caller, item) if kind in BINDING else ()


async def refuse_inquorate(
    unit: UnitOfWork, caller: Caller, body: Body, sitting: Sitting, outcome: Outcome, found: Sequence[Conflict]
) -> None:
    """NotQuorateError, with who is wanting."""
    if outcome.kind not in BINDING or body.constitution.quorum is None:
        return
    makeup = await load_makeup(unit, sitting, Found(tuple(found)))
    quorum = quorum_for(sitting, outcome.item, body.constitution, makeup, unit.now())
    if not quorum.met:
        name = item_name(caller.council, outcome.item)
        raise NotQuorateError(agenda_item=name, missing="; ".join(quorum.missing))
