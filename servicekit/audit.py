"""Who did or read what.

An append-only row in the same transaction, sealed afterwards into a chain per council.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC
from uuid import UUID

import asyncpg
import rfc8785

from servicekit.call import current_request_id
from servicekit.caller import Caller
from servicekit.config import Council
from servicekit.ids import new_id
from servicekit.postgres import Database, ScopedTransaction

_POLL_SECONDS = 2.0
_BATCH = 500
GENESIS = bytes(32)
_INSERT = """
insert into audit_event (event_id, council_id, recorded_at, actor, actor_kind, action, object_name, object_fields,
    purpose, outcome, policy_version, request_id)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
"""
_WAITING = "select event_id from audit_unsealed order by event_id limit $1"
# By id and in a statement of its own: joined to its list of work, the whole trail may be read at every look.
_UNSEALED = """
select event_id, council_id, recorded_at, actor, actor_kind, action, object_name, object_fields, purpose, outcome,
    policy_version, request_id
from audit_event where event_id = any($1) order by event_id
"""
_CHAIN = """
select s.seq, s.previous_hash, s.hash, s.event_id as sealed_id,
    e.event_id, e.council_id, e.recorded_at, e.actor, e.actor_kind, e.action, e.object_name, e.object_fields,
    e.purpose, e.outcome, e.policy_version, e.request_id
from audit_seal s left join audit_event e on e.event_id = s.event_id order by s.seq
"""
_COUNT_UNSEALED = """
select count(*) filter (where u.event_id is not null) as waiting,
    min(e.event_id::text) filter (where u.event_id is null) as lost
from audit_event e left join audit_seal s using (event_id) left join audit_unsealed u using (event_id)
where s.event_id is null
"""


@dataclass(frozen=True)
class AuditEntry:
    """What was done.

    A verb, the resource name, the names (never the values) of fields, why, and how it ended.
    """

    action: str
    object_name: str
    purpose: str = ""
    object_fields: Sequence[str] = ()
    policy_version: str = ""
    outcome: str = "allowed"


@dataclass(frozen=True)
class Verification:
    """`first_bad` names the first row that does not fit and why; empty where the chain is sound."""

    sound: bool
    sealed: int
    unsealed: int
    first_bad: str


async def append(tx: ScopedTransaction, caller: Caller, entry: AuditEntry) -> UUID:
    """Record it in this transaction. Reads of case content are recorded too."""
    event_id = new_id()
    await tx.execute(
        _INSERT,
        event_id,
        tx.council_id,
        tx.now(),
        caller.name_for_log,
        caller.kind.value,
        entry.action,
        entry.object_name,
        list(entry.object_fields),
        entry.purpose,
        entry.outcome,
        entry.policy_version,
        current_request_id(),
    )
    await tx.execute("insert into audit_unsealed (event_id, council_id) values ($1, $2)", event_id, tx.council_id)
    return event_id


class Sealer:
    """Worker: chains committed rows, SHA-256(previous hash || RFC 8785 JSON).

    Sealing later keeps writers parallel.
    """

    def __init__(self, database: Database, councils: Sequence[Council]) -> None:
        self._database = database
        self._councils = tuple(councils)

    async def run(self) -> None:
        """Until cancelled."""
        with self._database.wakeups.waiter("audit") as waiter:
            while True:
                sealed = [await self.seal_once(council.council_id) for council in self._councils]
                if not any(sealed):
                    await waiter.wait(_POLL_SECONDS)

    async def seal_once(self, council_id: UUID) -> int:
        """Seal what waits in one council; how many rows. 0 where another sealer is at work."""
        async with self._database.transaction(council_id) as tx:
            mine = await tx.fetchval(
                "select pg_try_advisory_xact_lock(hashtext('seal'), hashtext($1))", str(council_id)
            )
            waiting = [row["event_id"] for row in await tx.fetch(_WAITING, _BATCH)] if mine else []
            rows = await tx.fetch(_UNSEALED, waiting) if waiting else []
            if rows:
                await _seal(tx, rows)
            return len(rows)


async def _seal(tx: ScopedTransaction, rows: Sequence[asyncpg.Record]) -> None:
    last = await tx.fetchrow("select seq, hash from audit_seal order by seq desc limit 1")
    seq, previous = (last["seq"], last["hash"]) if last else (0, GENESIS)
    seals: list[tuple[object, ...]] = []
    for row in rows:
        seq += 1
        digest = chained_hash(previous, _content(row))
        seals.append((tx.council_id, seq, row["event_id"], previous, digest))
        previous = digest
    await tx.executemany(
        "insert into audit_seal (council_id, seq, event_id, previous_hash, hash) values ($1, $2, $3, $4, $5)",
        seals,
    )
    await tx.execute("delete from audit_unsealed where event_id = any($1)", [row["event_id"] for row in rows])


def chained_hash(previous: bytes, content: Mapping[str, str | list[str]]) -> bytes:
    """SHA-256 of the previous hash and the canonical JSON (RFC 8785) of a row."""
    return hashlib.sha256(previous + rfc8785.dumps(dict(content))).digest()


async def verify(database: Database, council_id: UUID) -> Verification:
    """Walk the chain of one council.

    A missing, changed, moved or added row is found; a cut-off tail is not.
    """
    async with database.transaction(council_id) as tx:
        chain = await tx.fetch(_CHAIN)
        left = await tx.fetchrow(_COUNT_UNSEALED)
    waiting, lost = (left["waiting"], left["lost"]) if left else (0, None)
    bad = _first_bad(chain) or (f"row {lost} was never sealed and does not wait to be" if lost else "")
    return Verification(not bad, len(chain), waiting, bad)


def _first_bad(chain: Sequence[asyncpg.Record]) -> str:
    previous = GENESIS
    for place, row in enumerate(chain, 1):
        if row["seq"] != place:
            return f"seal {place} is missing"
        if row["event_id"] is None:
            return f"row {row['sealed_id']} of seal {place} is missing"
        if row["previous_hash"] != previous or row["hash"] != chained_hash(previous, _content(row)):
            return f"row {row['sealed_id']} of seal {place} was changed"
        previous = row["hash"]
    return ""


def _content(row: asyncpg.Record) -> dict[str, str | list[str]]:
    texts = (
        "actor",
        "actor_kind",
        "action",
        "object_name",
        "purpose",
        "outcome",
        "policy_version",
        "request_id",
    )
    content: dict[str, str | list[str]] = {key: row[key] for key in texts}
    content["event_id"] = str(row["event_id"])
    content["council_id"] = str(row["council_id"])
    content["recorded_at"] = row["recorded_at"].astimezone(UTC).isoformat()
    content["object_fields"] = list(row["object_fields"])
    return content
