"""SQL of receipts."""

import asyncpg

from servicekit.postgres import ScopedTransaction
from services.notifications.domain.receipt import MessageDelivery, Receipt
from services.notifications.storage.records import upsert

_COLUMNS = "id, sent_at, asked_at, delivery"
_PUT = upsert("receipt", _COLUMNS, ["id"])
# Asked again after a quarter of its age, at least 5 seconds and at most an hour: soon at first, later seldom.
_TO_ASK = f"""
select {_COLUMNS} from receipt
where delivery = $1
    and (asked_at is null
        or asked_at + least(greatest((asked_at - sent_at) / 4, interval '5 seconds'), interval '1 hour') <= $2)
order by coalesce(asked_at, sent_at), id limit $3
"""


class Receipts:
    """`receipt`."""

    def __init__(self, tx: ScopedTransaction) -> None:
        self._tx = tx

    async def put(self, receipt: Receipt) -> None:
        """Add or replace."""
        values = (receipt.id, receipt.sent_at, receipt.asked_at, receipt.delivery.value)
        await self._tx.execute(_PUT, self._tx.council_id, *values)

    async def to_ask(self, most: int) -> list[Receipt]:
        """Not final, and due."""
        on_its_way = MessageDelivery.ON_ITS_WAY.value
        rows = await self._tx.fetch(_TO_ASK, on_its_way, self._tx.now(), most)
        return [_receipt(row) for row in rows]


def _receipt(row: asyncpg.Record) -> Receipt:
    return Receipt(row["id"], row["sent_at"], row["asked_at"], MessageDelivery(row["delivery"]))
