"""SQL of subscriptions to changes."""

from servicekit.postgres import ScopedTransaction
from services.notifications.domain.subscription import Subscription
from services.notifications.storage.records import upsert

_PUT = upsert("subscription", "resource, id, client_state, asked_at, expires_at", ["resource"])


class Subscriptions:
    """`subscription`, one for each resource."""

    def __init__(self, tx: ScopedTransaction) -> None:
        self._tx = tx

    async def get(self, resource: str) -> Subscription | None:
        """The one of a resource."""
        sql = "select id, client_state, asked_at, expires_at from subscription where resource = $1"
        row = await self._tx.fetchrow(sql, resource)
        return Subscription(row["id"], row["client_state"], row["asked_at"], row["expires_at"]) if row else None

    async def put(self, resource: str, one: Subscription) -> None:
        """Add or replace."""
        values = (one.id, one.client_state, one.asked, one.expires)
        await self._tx.execute(_PUT, self._tx.council_id, resource, *values)
