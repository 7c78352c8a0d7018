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

# One statement for all events of a transaction, in their order: an import tells of thousands.
_INSERT = """
insert into outbox (event_id, council_id, aggregate, type, payload, request_id, recorded_at)
select n.event_id, n.council_id, n.aggregate, n.type, n.payload::jsonb, n.request_id, n.recorded_at
from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::timestamptz[])
    with ordinality as n(event_id, council_id, aggregate, type, payload, request_id, recorded_at, place)
order by n.place
"""


async def append(
    tx: ScopedTransaction, aggregate: str, event: "DataclassInstance", *, event_id: UUID | None = None
) -> UUID:
    """Add one event; its type is the dataclass's name. Written at the end of the transaction, with the others.

    The relay gives it a feed position after the commit.

    `aggregate` is the resource name whose events must stay in order: lock its row first.
    TypeError for a field that has no JSON mapping.
    """
    chosen = event_id or new_id()
    payload = json.dumps(event_payload(event), separators=(",", ":"))
    kind = type(event).__name__
    row = (chosen, tx.council_id, aggregate, kind, payload, current_request_id(), tx.now())
    tx.put_off(_INSERT, row)
    return chosen
