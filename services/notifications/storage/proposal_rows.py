"""SQL of edits made in Outlook."""

from datetime import datetime
from uuid import UUID

import asyncpg

from servicekit.postgres import ScopedTransaction
from services.notifications.domain.outlook_proposal import Decision, OutlookProposal, ProposalState
from services.notifications.domain.shown_event import EditedPart
from services.notifications.storage.records import shown_of, shown_text, upsert

_COLUMNS = (
    "id, event_id, meeting, generation, part, ours, theirs, since, state, decision, decided_by, decided_at, reason,"
    " revision"
)
_PUT = upsert("outlook_proposal", _COLUMNS, ["id"])
_PAGE = f"""
select {_COLUMNS} from outlook_proposal
where state = 'open' and ($1 = '' or meeting = $1) and (since, id) > ($2, $3)
order by since, id limit $4
"""
_FIRST_KEY = ("0001-01-01T00:00:00+00:00", str(UUID(int=0)))


class Proposals:
    """`outlook_proposal`."""

    def __init__(self, tx: ScopedTransaction) -> None:
        self._tx = tx

    async def of_event(self, event_id: UUID) -> list[OutlookProposal]:
        """The oldest first; locked, for whoever reads them writes them: a person may be deciding."""
        sql = f"select {_COLUMNS} from outlook_proposal where event_id = $1 order by since, id for update"
        return [_proposal(row) for row in await self._tx.fetch(sql, event_id)]

    async def open_of(self, event_id: UUID) -> list[OutlookProposal]:
        """Those that wait for a person."""
        return [one for one in await self.of_event(event_id) if one.state is ProposalState.OPEN]

    async def get(self, proposal_id: UUID, *, lock: bool = False) -> OutlookProposal | None:
        """One."""
        sql = f"select {_COLUMNS} from outlook_proposal where id = $1"
        row = await self._tx.fetchrow(sql + (" for update" if lock else ""), proposal_id)
        return _proposal(row) if row else None

    async def page(self, meeting: str, after: tuple[str, ...], size: int) -> list[OutlookProposal]:
        """The longest standing first."""
        since, last = after or _FIRST_KEY
        rows = await self._tx.fetch(_PAGE, meeting, datetime.fromisoformat(since), UUID(last), size)
        return [_proposal(row) for row in rows]

    async def put(self, proposal: OutlookProposal) -> None:
        """Add or replace."""
        await self._tx.execute(
            _PUT,
            self._tx.council_id,
            proposal.id,
            proposal.event_id,
            proposal.meeting,
            proposal.generation,
            proposal.part.value,
            shown_text(proposal.ours),
            shown_text(proposal.theirs),
            proposal.since,
            proposal.state.value,
            proposal.decision.value if proposal.decision else None,
            proposal.decided_by,
            proposal.decided_at,
            proposal.reason,
            proposal.revision,
        )


def _proposal(row: asyncpg.Record) -> OutlookProposal:
    ours = shown_of(row["ours"])
    if ours is None:
        raise ValueError("a proposal without our own value")
    return OutlookProposal(
        row["id"],
        row["event_id"],
        row["meeting"],
        row["generation"],
        EditedPart(row["part"]),
        ours,
        shown_of(row["theirs"]),
        row["since"],
        ProposalState(row["state"]),
        Decision(row["decision"]) if row["decision"] else None,
        row["decided_by"],
        row["decided_at"],
        row["reason"],
        row["revision"],
    )
