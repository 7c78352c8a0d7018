"""SQL of subscriptions to changes."""

from servicekit.postgres import ScopedTransaction
from services.notifications.domain.subscription import Subscription
from services.notifications.storage.records import upsert

_PUT = upsert("subscription", "resource, id, client_state, asked_at, expires_at", ["resource"])

_ONE_AT_A_TIME = "select pg_advisory_xact_lock(hashtext('subscription'), hashtext($1 || $2))"


class Subscriptions:
    """`subscription`, one for each resource."""

    def __init__(self, tx: ScopedTransaction) -> None:
        self._tx = tx

    async def get(self, resource: str) -> Subscription | None:
        """The one of a resource."""
        sql = "select id, client_state, asked_at, expires_at from subscription where resource = $1"
        row = await self._tx.fetchrow(sql, resource)
        return Subscription(row["id"], row["client_state"], row["asked_at"], row["expires_at"]) if row else None

    async def replace(self, resource: str, before: Subscription | None, now: Subscription) -> Subscription:
        """Keep `now` where `before` is kept still; what is kept from then on."""
        await self._tx.execute(_ONE_AT_A_TIME, str(self._tx.council_id), resource)
        kept = await self.get(resource)
        if kept is not None and kept != before:
            return kept
        values = (now.id, now.client_state, now.asked, now.expires)
        await self._tx.execute(_PUT, self._tx.council_id, resource, *values)
        return now
