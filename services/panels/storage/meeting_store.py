"""Copies of the scheduler's meetings."""

from servicekit.postgres import ScopedTransaction
from services.panels.app.ports import MeetingCopy

_PUT = """
insert into meeting_copy as m (council_id, meeting, meeting_kind, body, subjects, starts_at, ends_at, state)
values ($1, $2, $3, $4, $5, $6, $7, $8)
on conflict (council_id, meeting) do update
set meeting_kind = excluded.meeting_kind, body = excluded.body, subjects = excluded.subjects, state = excluded.state,
    starts_at = coalesce(excluded.starts_at, m.starts_at), ends_at = coalesce(excluded.ends_at, m.ends_at)
where m.state <> 'held'
"""


class SqlMeetingStore:
    """As its port says."""

    def __init__(self, tx: ScopedTransaction) -> None:
        self._tx = tx

    async def put(self, meeting: MeetingCopy) -> None:
        """As told last; held stays held."""
        await self._tx.execute(
            _PUT,
            self._tx.council_id,
            meeting.meeting,
            meeting.meeting_kind,
            meeting.body,
            list(meeting.subjects),
            meeting.start,
            meeting.end,
            meeting.state,
        )

    async def load(self, meeting: str) -> MeetingCopy | None:
        """One."""
        row = await self._tx.fetchrow("select * from meeting_copy where meeting = $1", meeting)
        if row is None:
            return None
        return MeetingCopy(
            row["meeting"],
            row["meeting_kind"],
            row["body"],
            tuple(row["subjects"]),
            row["state"],
            row["starts_at"],
            row["ends_at"],
        )
