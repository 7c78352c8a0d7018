"""The mailbox to which invitations are answered, in Exchange Online, as the port `ReplyMailbox`.

Microsoft Graph numbers no messages, so that each gets a number of when it came and of its id, and a delta's token says
where to go on.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from urllib.parse import quote, urlsplit

from services.notifications.adapters.bounded_message import MOST_BYTES
from services.notifications.adapters.graph_error import GraphAnswer, raise_unless
from services.notifications.adapters.graph_session import GraphRequest, GraphSession, TokenSource
from services.notifications.adapters.graph_time import read_offset
from services.notifications.adapters.read_message import TOO_LARGE, read_safely
from services.notifications.app.reply_mailbox import MailCursor, MailPage, ReceivedMail
from services.notifications.domain.delivery_fault import ChangedMeanwhile, Gone, OutcomeUnknown, Unreachable

# What was made or came into the folder since; a message that was only opened is not told again.
_FIRST = "changeType=created&$select=receivedDateTime"
_UNREAD = "$filter=isRead%20eq%20false&$select=receivedDateTime&$top=1000"
_MOST_PAGES = 100
_VALIDITY = 1
_ID_BITS = 31
Row = Mapping[str, object]


class GraphMailbox:
    """`base_url` ends in `/v1.0`; `gateway` vouches for senders by its authserv-id, empty: nobody.

    Raises Unreachable and Refused only; their reasons are Graph's codes.
    """

    def __init__(self, session: GraphSession, tokens: TokenSource, base_url: str, address: str, gateway: str) -> None:
        self._session, self._tokens = session, tokens
        self._user = f"{base_url.rstrip('/')}/users/{quote(address, safe='@')}"
        self._inbox = f"{self._user}/mailFolders/inbox/messages"
        self._gateway = gateway
        self._ids: dict[int, str] = {}
        self.name = f"{address}/graph"

    async def read(self, after: MailCursor | None) -> MailPage:
        """The next messages, oldest first; from the first of all without a cursor, or where Graph knows it no more."""
        answer = await self._ask("GET", f"{self._inbox}/delta?{(after and after.token) or _FIRST}")
        if answer.sync_state_is_gone:
            answer = await self._ask("GET", f"{self._inbox}/delta?{_FIRST}")
        _raise_unless(answer, 200)
        following, done = _query_of(answer, "@odata.nextLink"), _query_of(answer, "@odata.deltaLink")
        if not following and not done:
            raise Unreachable("NO_DELTA_LINK")
        rows = sorted((row for row in _rows(answer) if "@removed" not in row), key=_number)
        mails = [mail for row in rows if (mail := await self._fetched(row)) is not None]
        self._ids = {_number(row): str(row["id"]) for row in rows}
        return MailPage(_VALIDITY, tuple(mails), await self._unread(), more=not done, token=done or following)

    async def mark_read(self, numbers: Sequence[int]) -> None:
        """Show these, of the page read last, as read to whoever opens the mailbox."""
        for number in numbers:
            answer = await self._ask("PATCH", self._message(self._ids[number]), {"isRead": True})
            if not answer.item_is_missing:
                _raise_unless(answer, 200)

    async def _fetched(self, row: Row) -> ReceivedMail | None:
        """None where it was deleted or moved away meanwhile."""
        # One byte more than is read, so that a message that is too large is noticed.
        path = f"{self._message(str(row['id']))}/$value"
        answer = await self._ask("GET", path, most_bytes=MOST_BYTES + 1)
        if answer.item_is_missing:
            return None
        _raise_unless(answer, 200)
        reply = TOO_LARGE if len(answer.raw) > MOST_BYTES else read_safely(answer.raw, self._gateway)
        return ReceivedMail(_number(row), _received(row), reply)

    async def _unread(self) -> frozenset[int]:
        found: set[int] = set()
        query = _UNREAD
        for _ in range(_MOST_PAGES):
            answer = await self._ask("GET", f"{self._inbox}?{query}")
            _raise_unless(answer, 200)
            found |= {_number(row) for row in _rows(answer)}
            query = _query_of(answer, "@odata.nextLink")
            if not query:
                return frozenset(found)
        raise Unreachable("TOO_MANY_PAGES")

    def _message(self, message_id: str) -> str:
        return f"{self._user}/messages/{quote(message_id, safe='')}"

    async def _ask(self, method: str, url: str, body: Row | None = None, *, most_bytes: int = 0) -> GraphAnswer:
        try:
            return await self._session.ask(GraphRequest(method, url, body, most_bytes=most_bytes), self._tokens)
        except OutcomeUnknown as fault:
            # Reading again is as good, and so is marking again.
            raise Unreachable(fault.reason) from None


def _raise_unless(answer: GraphAnswer, expected: int) -> None:
    try:
        raise_unless(answer, expected)
    except (OutcomeUnknown, Gone, ChangedMeanwhile) as fault:
        raise Unreachable(fault.reason) from None


def _rows(answer: GraphAnswer) -> list[Row]:
    """Unreachable where the answer is of another shape."""
    rows = answer.payload.get("value")
    if not isinstance(rows, list) or not all(isinstance(row, dict) and isinstance(row.get("id"), str) for row in rows):
        raise Unreachable("UNREADABLE_ANSWER")
    return rows


def _query_of(answer: GraphAnswer, name: str) -> str:
    """The address is built anew: no token follows a link to another host."""
    link = answer.payload.get(name)
    return urlsplit(link).query if isinstance(link, str) else ""


def _received(row: Row) -> datetime:
    return read_offset(row.get("receivedDateTime")) or datetime.now(UTC)


def _number(row: Row) -> int:
    """Rises with the time at which the message came; of two in one second the ids decide. Fits 63 bits."""
    received = read_offset(row.get("receivedDateTime"))
    within = int.from_bytes(sha256(str(row["id"]).encode()).digest()[:4], "big") >> (32 - _ID_BITS)
    return (int(received.timestamp()) if received else 0) << _ID_BITS | within
