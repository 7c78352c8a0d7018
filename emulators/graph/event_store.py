"""Everything the Graph emulator remembers, in one SQLite file: it survives kill -9 and a restart."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from emulators.clock import Clock
from emulators.directory import MailboxId, TenantId
from emulators.graph.event_record import EventRecord, from_json

_SCHEMA = """
CREATE TABLE IF NOT EXISTS events (
    id TEXT PRIMARY KEY, plain_id TEXT NOT NULL, tenant TEXT NOT NULL, mailbox TEXT NOT NULL,
    ical_uid TEXT NOT NULL, transaction_id TEXT, is_organizer INTEGER NOT NULL, deleted INTEGER NOT NULL,
    change INTEGER NOT NULL, doc TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS events_change ON events (tenant, mailbox, change);
CREATE INDEX IF NOT EXISTS events_transaction ON events (tenant, mailbox, transaction_id);
CREATE INDEX IF NOT EXISTS events_uid ON events (tenant, ical_uid);
CREATE TABLE IF NOT EXISTS mail (n INTEGER PRIMARY KEY AUTOINCREMENT, doc TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS requests (n INTEGER PRIMARY KEY AUTOINCREMENT, doc TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS room_requests (
    tenant TEXT NOT NULL, mailbox TEXT NOT NULL, ical_uid TEXT NOT NULL, due REAL NOT NULL,
    PRIMARY KEY (tenant, mailbox, ical_uid));
CREATE TABLE IF NOT EXISTS replies (
    n INTEGER PRIMARY KEY AUTOINCREMENT, due REAL NOT NULL, tenant TEXT NOT NULL, ical_uid TEXT NOT NULL,
    doc TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS subscriptions (id TEXT PRIMARY KEY, doc TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS notices (n INTEGER PRIMARY KEY AUTOINCREMENT, doc TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS changes (last INTEGER NOT NULL);
INSERT INTO changes SELECT 0 WHERE NOT EXISTS (SELECT 1 FROM changes);
"""


class EventStore:
    """Used from one thread. Reads give copies; nothing changes until `save`."""

    def __init__(self, path: Path, clock: Clock) -> None:
        self._clock = clock
        path.parent.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(path, isolation_level=None)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=NORMAL")
        self._db.executescript(_SCHEMA)

    @property
    def database(self) -> sqlite3.Connection:
        """For other stores in the same file."""
        return self._db

    def close(self) -> None:
        """Write back and let go of the file."""
        self._db.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All of it or nothing."""
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    def save(self, event: EventRecord) -> EventRecord:
        """Keep the event as its mailbox's newest change; its change key moves."""
        self._db.execute("UPDATE changes SET last = last + 1")
        event.change = self.last_change()
        event.version += 1
        event.modified = self._clock.now()
        row = (event.id, event.plain_id, event.tenant, event.mailbox, event.ical_uid, event.transaction_id)
        flags = (int(event.is_organizer), int(event.deleted), event.change, event.as_json())
        self._db.execute("INSERT OR REPLACE INTO events VALUES (?,?,?,?,?,?,?,?,?,?)", row + flags)
        return event

    def last_change(self) -> int:
        """The number of the newest change anywhere."""
        return int(self._db.execute("SELECT last FROM changes").fetchone()[0])

    def _events(self, where: str, *values: object) -> list[EventRecord]:
        rows = self._db.execute(f"SELECT doc FROM events WHERE {where}", values)  # noqa: S608 - our own words only
        return [from_json(doc) for (doc,) in rows]

    def find(self, tenant: TenantId, mailbox: MailboxId, event_id: str) -> EventRecord | None:
        """A live event of that mailbox by its immutable or plain id."""
        found = self._events(
            "tenant=? AND mailbox=? AND deleted=0 AND (id=? OR plain_id=?)",
            tenant,
            mailbox,
            event_id,
            event_id,
        )
        return found[0] if found else None

    def copy_in(self, tenant: TenantId, mailbox: MailboxId, ical_uid: str) -> EventRecord | None:
        """The live copy of a meeting in that mailbox."""
        found = self._events("tenant=? AND mailbox=? AND ical_uid=? AND deleted=0", tenant, mailbox, ical_uid)
        return found[0] if found else None

    def organizers_copy(self, tenant: TenantId, ical_uid: str) -> EventRecord | None:
        """The live copy that decides."""
        found = self._events("tenant=? AND ical_uid=? AND is_organizer=1 AND deleted=0", tenant, ical_uid)
        return found[0] if found else None

    def by_transaction(
        self, tenant: TenantId, mailbox: MailboxId, transaction_id: str, dead_too: bool
    ) -> EventRecord | None:
        """The event that was made with that transactionId."""
        found = self._events(
            "tenant=? AND mailbox=? AND transaction_id=? AND deleted<=? ORDER BY deleted",
            *(tenant, mailbox, transaction_id, int(dead_too)),
        )
        return found[0] if found else None

    def live(self, tenant: TenantId, mailbox: MailboxId) -> list[EventRecord]:
        """All live events of a mailbox, by start."""
        found = self._events("tenant=? AND mailbox=? AND deleted=0", tenant, mailbox)
        return sorted(found, key=lambda event: (event.start, event.id))

    def changed(self, tenant: TenantId, mailbox: MailboxId, after: int, upto: int) -> list[EventRecord]:
        """What changed in a mailbox, deleted events too, in order of change."""
        return self._events(
            "tenant=? AND mailbox=? AND change>? AND change<=? ORDER BY change", tenant, mailbox, after, upto
        )

    def add_mail(self, entry: dict[str, object]) -> None:
        """One line of the outgoing ledger."""
        self._db.execute("INSERT INTO mail (doc) VALUES (?)", (json.dumps(entry),))

    def mail(self, after: int = 0) -> list[dict[str, object]]:
        """The ledger, each entry with its number `n`."""
        rows = self._db.execute("SELECT n, doc FROM mail WHERE n>? ORDER BY n", (after,))
        return [{"n": n, **json.loads(doc)} for n, doc in rows]

    def add_request(self, entry: dict[str, object]) -> None:
        """One line of the request log."""
        self._db.execute("INSERT INTO requests (doc) VALUES (?)", (json.dumps(entry),))

    def requests(self, after: int = 0) -> list[dict[str, object]]:
        """The request log, each entry with its number `n`."""
        rows = self._db.execute("SELECT n, doc FROM requests WHERE n>? ORDER BY n", (after,))
        return [{"n": n, **json.loads(doc)} for n, doc in rows]

    def ask_room(self, event: EventRecord, due: float) -> None:
        """Remember that the room of this copy must answer at `due` (seconds since the epoch)."""
        self._db.execute(
            "INSERT OR REPLACE INTO room_requests VALUES (?,?,?,?)",
            (event.tenant, event.mailbox, event.ical_uid, due),
        )

    def due_rooms(self, now: float) -> list[EventRecord]:
        """The copies whose rooms must answer by now; each is given once, in the order of asking."""
        rows = self._db.execute(
            "DELETE FROM room_requests WHERE due<=? RETURNING tenant, mailbox, ical_uid, due", (now,)
        ).fetchall()
        ordered = sorted(rows, key=lambda row: float(row[3]))
        found = [self.copy_in(TenantId(row[0]), MailboxId(row[1]), row[2]) for row in ordered]
        return [event for event in found if event is not None]

    def keep_reply(self, due: float, tenant: TenantId, ical_uid: str, reply: str) -> None:
        """Remember an answer that arrives at `due` (seconds since the epoch)."""
        row = (due, tenant, ical_uid, reply)
        self._db.execute("INSERT INTO replies (due, tenant, ical_uid, doc) VALUES (?,?,?,?)", row)

    def due_replies(self, now: float) -> list[tuple[TenantId, str, str]]:
        """Tenant, iCalUId and answer of those that arrive by now; each is given once, in the order of their times."""
        rows = self._db.execute("DELETE FROM replies WHERE due<=? RETURNING due, n, tenant, ical_uid, doc", (now,))
        return [(TenantId(tenant), uid, doc) for _, _, tenant, uid, doc in sorted(rows.fetchall())]

    def clear(self) -> None:
        """Forget every event, mail, request, reply and subscription; change numbers go on."""
        for table in ("events", "mail", "requests", "room_requests", "replies", "subscriptions", "notices"):
            self._db.execute(f"DELETE FROM {table}")  # noqa: S608 - our own words only
