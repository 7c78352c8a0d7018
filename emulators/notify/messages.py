"""What was sent, kept in one file, and how its status advances."""

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

_TABLE = """
create table if not exists message (
    n integer primary key autoincrement, id text not null unique, reference text, document text not null
)
"""
_SMS, _EMAIL, _LETTER = "sms", "email", "letter"
# Of the addresses that GOV.UK Notify's documentation gives for tests, those that fail.
_FAILS = {
    "07700900003": "temporary-failure",
    "07700900002": "permanent-failure",
    "temp-fail@simulator.notify": "temporary-failure",
    "perm-fail@simulator.notify": "permanent-failure",
}
STATUSES = {
    _SMS: ("created", "sending", "delivered"),
    _EMAIL: ("created", "sending", "delivered"),
    _LETTER: ("accepted", "received"),
}
"""The way of each type where nothing fails."""
FAILURES = ("permanent-failure", "temporary-failure", "technical-failure")


@dataclass(frozen=True)
class Message:
    """One message. `to`: a number, an address, or the lines of a postal address; `status` only where it was ordered."""

    id: UUID
    type: str
    to: tuple[str, ...]
    reference: str | None
    template: str
    subject: str | None
    body: str
    created_at: datetime
    status: str = ""

    def status_at(self, now: datetime, step: timedelta) -> str:
        """Where it is: what was ordered, else further by one with every step of time."""
        if self.status:
            return self.status
        way = STATUSES[self.type]
        age = now - self.created_at
        reached = len(way) - 1 if not step else min(int(age / step), len(way) - 1)
        return _FAILS.get(plain_number(self.to[0]), way[-1]) if reached == len(way) - 1 else way[reached]


def plain_number(text: str) -> str:
    """A British number as it is dialled at home, `07700900123`; anything else as it is, in lower case."""
    squeezed = "".join(text.split()).lower()
    return f"0{squeezed[3:]}" if squeezed.startswith("+44") else squeezed


class Messages:
    """A kill at any moment leaves all that was answered for."""

    def __init__(self, state_dir: Path) -> None:
        state_dir.mkdir(parents=True, exist_ok=True)
        self._file = sqlite3.connect(state_dir / "notify.sqlite3", isolation_level=None)
        self._file.execute(_TABLE)

    def keep(self, message: Message) -> None:
        """Add one."""
        self._file.execute(
            "insert into message (id, reference, document) values (?, ?, ?)",
            (str(message.id), message.reference, _text(message)),
        )

    def get(self, message_id: str) -> Message | None:
        """By Notify's own id."""
        row = self._file.execute("select document from message where id = ?", (message_id,)).fetchone()
        return _message(row[0]) if row else None

    def order_status(self, message_id: str, status: str) -> Message | None:
        """Fix one's status from now on; None where there is no such message."""
        found = self.get(message_id)
        if found is None:
            return None
        changed = replace(found, status=status)
        self._file.execute("update message set document = ? where id = ?", (_text(changed), message_id))
        return changed

    def newest_first(self, reference: str | None = None, older_than: str | None = None) -> Iterator[Message]:
        """As Notify lists them."""
        rows = self._file.execute(
            "select document from message where (?1 is null or reference = ?1)"
            " and (?2 is null or n < (select n from message where id = ?2)) order by n desc",
            (reference, older_than),
        )
        return (_message(row[0]) for row in rows.fetchall())

    def after(self, number: int) -> list[tuple[int, Message]]:
        """The ledger, oldest first."""
        rows = self._file.execute("select n, document from message where n > ? order by n", (number,))
        return [(row[0], _message(row[1])) for row in rows.fetchall()]

    def sent_since(self, since: datetime, kind: str) -> int:
        """How many of a type since then."""
        return sum(one.type == kind and one.created_at >= since for one in self.newest_first())

    def clear(self) -> None:
        """Forget all."""
        self._file.execute("delete from message")

    def close(self) -> None:
        """The file is whole at any time."""
        self._file.close()


def new_message(
    kind: str, to: tuple[str, ...], reference: str | None, filled: tuple[str, str | None, str], now: datetime
) -> Message:
    """A message of now; `filled` is the template's id, subject and body with all in its place."""
    template, subject, body = filled
    return Message(uuid4(), kind, to, reference, template, subject, body, now)


def _text(message: Message) -> str:
    return json.dumps(message.__dict__ | {"id": str(message.id), "created_at": message.created_at.isoformat()})


def _message(text: str) -> Message:
    found = json.loads(text)
    found |= {
        "id": UUID(found["id"]),
        "to": tuple(found["to"]),
        "created_at": datetime.fromisoformat(found["created_at"]),
    }
    return Message(**found)
