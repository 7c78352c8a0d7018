"""SQL of attendees' links."""

from uuid import UUID

from servicekit.postgres import ScopedTransaction
from services.notifications.domain.issued_link import IssuedLink
from services.notifications.storage.records import upsert

_COLUMNS = (
    "invitation_id, generation, used_at, session_digest, session_until, confirmed, codes_sent, code_until,"
    " wrong_codes, sent_at, links_sent"
)
_PUT = upsert("attendee_link", _COLUMNS, ["invitation_id"])


class Links:
    """`attendee_link`."""

    def __init__(self, tx: ScopedTransaction) -> None:
        self._tx = tx

    async def get(self, invitation_id: UUID, *, lock: bool = False) -> IssuedLink | None:
        """One invitation's."""
        sql = f"select {_COLUMNS} from attendee_link where invitation_id = $1"
        row = await self._tx.fetchrow(sql + (" for update" if lock else ""), invitation_id)
        return IssuedLink(*row.values()) if row else None

    async def put(self, link: IssuedLink) -> None:
        """Add or replace."""
        await self._tx.execute(
            _PUT,
            self._tx.council_id,
            link.invitation_id,
            link.generation,
            link.used_at,
            link.session_digest,
            link.session_until,
            link.confirmed,
            link.codes_sent,
            link.code_until,
            link.wrong_codes,
            link.sent_at,
            link.links_sent,
        )
