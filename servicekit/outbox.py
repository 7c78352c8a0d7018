"""Recording what happened in the very transaction that makes it so."""

import json
from typing import TYPE_CHECKING
from uuid import UUID

from servicekit.call import current_request_id
from servicekit.event_json import event_payload
from servicekit.ids import new_id
from servicekit.postgres import ScopedTransaction

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

_INSERT = """
insert into outbox (event_id, council_id, aggregate, type, payload, request_id, recorded_at)
values ($1, $2, $3, $4, $5::jsonb, $6, $7)
"""


async def append(
    tx: ScopedTransaction, aggregate: str, event: "DataclassInstance", *, event_id: UUID | None = None
) -> UUID:
    """Add one event; its type is the dataclass's name. The relay gives it a feed position after the commit.

    `aggregate` is the resource name whose events must stay in order: lock its row first.
    TypeError for a field that has no JSON mapping.
    """
    chosen = event_id or new_id()
    payload = json.dumps(event_payload(event), separators=(",", ":"))
    kind = type(event).__name__
    await tx.execute(_INSERT, chosen, tx.council_id, aggregate, kind, payload, current_request_id(), tx.now())
    return chosen
