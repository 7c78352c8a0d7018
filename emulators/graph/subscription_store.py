"""Subscriptions and the notices that have not been taken yet, in the emulator's SQLite file."""

import json
import sqlite3
from dataclasses import asdict, dataclass
from datetime import datetime

from emulators.directory import MailboxId, TenantId


@dataclass(slots=True)
class Subscription:
    """An app's wish to be told of changes in a mailbox's calendar.

    `seen`: the store's change number up to which it was told; `authorised` False: Graph has asked the app to
    authorise it again, and tells nothing until it has.
    """

    id: str
    tenant: TenantId
    client_id: str
    creator: str
    mailbox: MailboxId
    resource: str
    change_types: str
    notification_url: str
    lifecycle_url: str | None
    client_state: str | None
    expires: datetime
    immutable_ids: bool
    seen: int
    authorised: bool = True


@dataclass(slots=True)
class Notice:
    """Something to be told to a URL: `value` is a Graph `changeNotification`; `n` counts notices from 1."""

    subscription: str
    url: str
    value: dict[str, object]
    made: datetime
    due: datetime
    refusals: int = 0
    n: int = 0


class SubscriptionStore:
    """Shares the event store's connection, and so its transactions."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._db = database

    def save(self, subscription: Subscription) -> None:
        """Keep it, new or changed."""
        row = (subscription.id, _as_json(subscription))
        self._db.execute("INSERT OR REPLACE INTO subscriptions VALUES (?,?)", row)

    def remove(self, subscription_id: str) -> None:
        """Forget it; what was to be told of it is still told, as Graph does."""
        self._db.execute("DELETE FROM subscriptions WHERE id=?", (subscription_id,))

    def all(self) -> list[Subscription]:
        """Every subscription, in the order of making."""
        return [_subscription(doc) for (doc,) in self._db.execute("SELECT doc FROM subscriptions ORDER BY rowid")]

    def add(self, notice: Notice) -> None:
        """Queue a notice."""
        self._db.execute("INSERT INTO notices (doc) VALUES (?)", (_as_json(notice),))

    def notices(self) -> list[Notice]:
        """What is still to be told, oldest first."""
        return [_notice(n, doc) for n, doc in self._db.execute("SELECT n, doc FROM notices ORDER BY n")]

    def put_off(self, notice: Notice) -> None:
        """Keep a notice that was refused."""
        self._db.execute("UPDATE notices SET doc=? WHERE n=?", (_as_json(notice), notice.n))

    def done(self, notice: Notice) -> None:
        """Taken, or given up."""
        self._db.execute("DELETE FROM notices WHERE n=?", (notice.n,))


def _as_json(row: Subscription | Notice) -> str:
    return json.dumps(asdict(row), default=lambda moment: moment.isoformat())


def _subscription(text: str) -> Subscription:
    row = json.loads(text)
    return Subscription(**{**row, "expires": datetime.fromisoformat(row["expires"])})


def _notice(n: int, text: str) -> Notice:
    row = json.loads(text)
    moments = {name: datetime.fromisoformat(row[name]) for name in ("made", "due")}
    return Notice(**{**row, **moments, "n": n})
