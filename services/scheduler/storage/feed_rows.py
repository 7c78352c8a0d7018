"""Private feeds of diaries as rows."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import asyncpg

from servicekit.postgres import ScopedTransaction
from services.scheduler.domain.diary_feed import DiaryFeed

_COLUMNS = "id, person, created_at, expires_at, last_read_at, revoked_at"
# Whatever is wrong with a secret, the same index is asked once and nothing comes of it: no two of them differ in time.
_FIND = f"""
select {_COLUMNS} from diary_feed
where council_id = $1 and secret_digest = $2 and revoked_at is null and expires_at > $3
"""
_IN_USE = f"""
select {_COLUMNS} from diary_feed where person = $1 and revoked_at is null and expires_at > $2
order by created_at desc, id desc
"""
_ALL_IN_USE = f"""
select {_COLUMNS} from diary_feed where revoked_at is null and expires_at > $1 order by person, created_at desc, id desc
"""
_KEEP = """
insert into diary_feed (id, council_id, person, secret_digest, created_at, expires_at) values ($1, $2, $3, $4, $5, $6)
"""


class FeedRows:
    """The feeds of one council."""

    def __init__(self, tx: ScopedTransaction) -> None:
        self._tx = tx

    async def insert(self, feed: DiaryFeed, digest: bytes) -> None:
        """Keep a new one."""
        await self._tx.execute(_KEEP, feed.id, self._tx.council_id, feed.person, digest, feed.created, feed.expires)

    async def lock_person(self, person: str) -> None:
        """Wait for whoever else makes a feed of this person's now, so that together they make no more than allowed."""
        await self._tx.execute(
            "select pg_advisory_xact_lock(hashtextextended($1, 0))", f"diary_feed {self._tx.council_id} {person}"
        )

    async def in_use(self, person: str) -> Sequence[DiaryFeed]:
        """Those that can be read, the newest first."""
        return [_feed(row) for row in await self._tx.fetch(_IN_USE, person, self._tx.now())]

    async def all_in_use(self) -> Sequence[DiaryFeed]:
        """Those of everybody that can be read, by person, the newest first."""
        return [_feed(row) for row in await self._tx.fetch(_ALL_IN_USE, self._tx.now())]

    async def load(self, feed_id: UUID, *, lock: bool = False) -> DiaryFeed | None:
        """One, whatever its state."""
        sql = f"select {_COLUMNS} from diary_feed where id = $1" + (" for update" if lock else "")
        row = await self._tx.fetchrow(sql, feed_id)
        return _feed(row) if row else None

    async def find(self, digest: bytes) -> DiaryFeed | None:
        """The one in use with this secret."""
        row = await self._tx.fetchrow(_FIND, self._tx.council_id, digest, self._tx.now())
        return _feed(row) if row else None

    async def revoke(self, feed_id: UUID, at: datetime) -> None:
        """End it for good."""
        await self._tx.execute("update diary_feed set revoked_at = $2 where id = $1", feed_id, at)

    async def note_read(self, feed_id: UUID, at: datetime) -> None:
        """That it was read, to the hour: calendar programs ask every few minutes."""
        await self._tx.execute(
            "update diary_feed set last_read_at = date_trunc('hour', $2::timestamptz)"
            " where id = $1 and last_read_at is distinct from date_trunc('hour', $2::timestamptz)",
            feed_id,
            at,
        )


def _feed(row: asyncpg.Record) -> DiaryFeed:
    return DiaryFeed(
        row["id"], row["person"], row["created_at"], row["expires_at"], row["last_read_at"], row["revoked_at"]
    )
