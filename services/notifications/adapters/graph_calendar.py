"""Calendars of one tenant over Microsoft Graph v1.0, as `services.notifications.app.ports.OutlookCalendar`."""

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from urllib.parse import quote, urlencode, urlsplit
from uuid import UUID

from services.notifications.adapters.graph_error import GraphAnswer, fault_of, raise_unless
from services.notifications.adapters.graph_event import (
    CORRELATION_ID,
    FIELDS,
    MARK,
    Json,
    changed_body,
    new_event_body,
    remote_event,
)
from services.notifications.adapters.graph_free_busy import LONGEST, MOST_ADDRESSES, of_entry, question
from services.notifications.adapters.graph_reply import Reading
from services.notifications.adapters.graph_session import GraphRequest, GraphSession, TokenSource
from services.notifications.adapters.teams_block import text_with_block
from services.notifications.domain.delivery_fault import (
    ChangedMeanwhile,
    DeliveryFault,
    Gone,
    OutcomeUnknown,
    Refused,
)
from services.notifications.domain.free_busy import Busy, FreeBusy
from services.notifications.domain.remote_event import EventDraft, EventKey, EventPart, RemoteEvent, ReplyPage

_LEFT_OUT = FreeBusy(reason="NOT_ANSWERED")
_AROUND, _FAR = timedelta(days=1), timedelta(days=400)
_PAGE = 50
_MOST_PAGES = 2_000
"""Far more than any mailbox has: only a server that repeats itself gets there."""


class GraphCalendar:
    """`base_url` ends in `/v1.0`. Raises delivery faults only; their reasons are Graph's codes, no text."""

    def __init__(self, session: GraphSession, tokens: TokenSource, base_url: str) -> None:
        self._session = session
        self._tokens = tokens
        self._base_url = base_url.rstrip("/")

    async def find(self, mailbox: str, key: EventKey) -> RemoteEvent | None:
        """By id; else by our extended property; else by transaction id in the days around the start, and where no id
        was ever known in the months around it, in every calendar of the mailbox.

        The extended property is missing on an event that was half saved; its transaction id never is. Raises
        Unreachable, OutcomeUnknown, Refused.
        """
        if key.event_id:
            path = _event_path(mailbox, key.event_id)
            answer = await self._ask("GET", f"{path}?{_query({'$select': FIELDS})}")
            if not answer.item_is_missing:
                raise_unless(_not_gone(answer), 200)
                return _one(mailbox, answer)
        ours = f"ep/id eq '{CORRELATION_ID}' and ep/value eq '{key.correlation_id}'"
        query = {"$filter": f"singleValueExtendedProperties/Any(ep: {ours})"}
        found = await self._first(mailbox, "events", query, key.transaction_id)
        if found is not None:
            return found
        found = await self._first(mailbox, "calendarView", _window(key.around, _AROUND), key.transaction_id)
        if found is not None or key.event_id:
            return found
        # Never confirmed, half saved, and moved by somebody before we looked: rare, and nothing else finds it.
        return await self._find_far(mailbox, key)

    async def _find_far(self, mailbox: str, key: EventKey) -> RemoteEvent | None:
        """In the months around the start, in every calendar of the mailbox."""
        far, cancelled = _window(key.around, _FAR), None
        others = [
            f"calendars/{quote(str(row['id']), safe='')}/calendarView"
            async for row in self._rows_of(mailbox, "calendars", {"$select": "id,isDefaultCalendar"})
            if row.get("isDefaultCalendar") is not True and row.get("id")
        ]
        for view in ("calendarView", *others):
            found = await self._first(mailbox, view, far, key.transaction_id)
            if found is not None and not found.cancelled:
                return found
            cancelled = cancelled or found
        return cancelled

    async def create(self, draft: EventDraft) -> RemoteEvent:
        """One POST; Exchange answers a repeat of the same transaction id with the first event.

        Raises Unreachable, OutcomeUnknown, Refused.
        """
        answer = await self._ask("POST", f"{_user_path(draft.mailbox)}/events", body=new_event_body(draft))
        if answer.status not in (200, 201):
            raise _fault_of_creating(answer)
        return _one(draft.mailbox, answer)

    async def update(self, remote: RemoteEvent, draft: EventDraft, parts: frozenset[EventPart]) -> RemoteEvent:
        """One PATCH against the etag; no parts, no request.

        Raises Unreachable, OutcomeUnknown, Refused, Gone, ChangedMeanwhile.
        """
        if not parts:
            return remote
        path = _event_path(remote.mailbox, remote.event_id)
        change = changed_body(draft, parts)
        if "body" in change and remote.join_url:
            change = {**change, "body": await self._text_with_block(path, draft, remote.join_url)}
        answer = await self._ask("PATCH", path, body=change, if_match=remote.etag)
        raise_unless(answer, 200)
        return _one(remote.mailbox, answer)

    async def _text_with_block(self, path: str, draft: EventDraft, link: str) -> Json:
        """Our text with what Teams has written below it.

        Somebody made a Teams meeting of the event in Outlook, and a text without that block ends it.
        """
        answer = await self._ask("GET", f"{path}?{_query({'$select': 'id,body'})}")
        raise_unless(answer, 200)
        body = answer.payload.get("body")
        page = str(body.get("content") or "") if isinstance(body, Mapping) else ""
        return text_with_block(draft.body_text, page, link)

    async def cancel(self, remote: RemoteEvent, comment: str) -> None:
        """One POST; Exchange tells every attendee and takes the event away.

        Raises Unreachable, OutcomeUnknown, Refused, Gone.
        """
        path = f"{_event_path(remote.mailbox, remote.event_id)}/cancel"
        answer = await self._ask("POST", path, body={"comment": comment})
        if answer.status in (409, 412):
            # The port knows no clash here: look at the event, then cancel again.
            raise OutcomeUnknown(answer.reason)
        raise_unless(answer, 200, 202, 204)

    async def remove(self, remote: RemoteEvent) -> None:
        """One DELETE. Raises Unreachable, OutcomeUnknown, Refused, Gone."""
        raise_unless(await self._ask("DELETE", _event_path(remote.mailbox, remote.event_id)), 200, 204)

    most_schedules = MOST_ADDRESSES
    longest_schedule = LONGEST

    async def busy(self, mailbox: str, addresses: Sequence[str], period: Busy) -> Mapping[str, FreeBusy]:
        """One getSchedule. An address that the answer leaves out was not read.

        Raises Unreachable, OutcomeUnknown, Refused.
        """
        answer = await self._ask(
            "POST", f"{_user_path(mailbox)}/calendar/getSchedule", body=question(addresses, period)
        )
        raise_unless(_not_gone(answer), 200)
        entries = {str(row.get("scheduleId")).lower(): row for row in _rows(answer)}
        return {
            address: of_entry(entries[address.lower()], period[0]) if address.lower() in entries else _LEFT_OUT
            for address in addresses
        }

    async def whole(self, mailbox: str, window: tuple[datetime, datetime]) -> Sequence[RemoteEvent]:
        """All pages of the calendar view; an event that cannot be read must not stop all others for ever.

        Raises Unreachable, OutcomeUnknown, Refused.
        """
        query = {"startDateTime": _utc(window[0]), "endDateTime": _utc(window[1]), "$expand": MARK}
        reading = Reading(mailbox)
        reading.take([row async for row in self._listed(mailbox, "calendarView", query)])
        return reading.seen

    async def replies(self, mailbox: str, token: str, window: tuple[datetime, datetime]) -> ReplyPage:
        """All pages of the calendar view's delta up to its new token.

        A token or page that has expired begins the window anew, once. Raises Unreachable, OutcomeUnknown, Refused.
        """
        start = _query({"startDateTime": _utc(window[0]), "endDateTime": _utc(window[1])})
        page = await self._read_delta(mailbox, token or start)
        if page is None:
            page = await self._read_delta(mailbox, start)
        if page is None:
            raise OutcomeUnknown("SYNC_STATE_NOT_FOUND")
        return page

    async def _read_delta(self, mailbox: str, query: str) -> ReplyPage | None:
        """None where the sync state is gone."""
        reading = Reading()
        for _ in range(_MOST_PAGES):
            answer = await self._ask("GET", f"{_user_path(mailbox)}/calendarView/delta?{query}")
            if answer.sync_state_is_gone:
                return None
            raise_unless(_not_gone(answer), 200)
            reading.take(_rows(answer))
            following, done = _link_query(answer, "@odata.nextLink"), _link_query(answer, "@odata.deltaLink")
            if done:
                return reading.page(done)
            if not following:
                raise OutcomeUnknown("NO_DELTA_LINK")
            query = following
        raise OutcomeUnknown("TOO_MANY_PAGES")

    async def _first(
        self, mailbox: str, view: str, query: Mapping[str, str], transaction_id: UUID
    ) -> RemoteEvent | None:
        """The event with that transaction id, a live one first; another generation of it has another id."""
        cancelled: RemoteEvent | None = None
        async for row in self._listed(mailbox, view, query):
            found = _event(mailbox, row) if _has_id(row, transaction_id) else None
            if found is not None and not found.cancelled:
                return found
            cancelled = cancelled or found
        return cancelled

    def _listed(self, mailbox: str, view: str, query: Mapping[str, str]) -> AsyncIterator[Mapping[str, object]]:
        return self._rows_of(mailbox, view, {**query, "$select": FIELDS, "$top": str(_PAGE)})

    async def _rows_of(self, mailbox: str, view: str, query: Mapping[str, str]) -> AsyncIterator[Mapping[str, object]]:
        """All pages."""
        following = _query(query)
        for _ in range(_MOST_PAGES):
            answer = await self._ask("GET", f"{_user_path(mailbox)}/{view}?{following}")
            raise_unless(_not_gone(answer), 200)
            for row in _rows(answer):
                yield row
            following = _link_query(answer, "@odata.nextLink")
            if not following:
                return
        raise OutcomeUnknown("TOO_MANY_PAGES")

    async def _ask(
        self, method: str, path: str, *, body: Mapping[str, object] | None = None, if_match: str = ""
    ) -> GraphAnswer:
        return await self._session.ask(GraphRequest(method, self._base_url + path, body, if_match), self._tokens)


def _user_path(mailbox: str) -> str:
    return f"/users/{quote(mailbox, safe='@')}"


def _event_path(mailbox: str, event_id: str) -> str:
    return f"{_user_path(mailbox)}/events/{quote(event_id, safe='')}"


def _query(options: Mapping[str, str]) -> str:
    return urlencode(options, safe="$", quote_via=quote)


def _window(around: datetime, reach: timedelta) -> dict[str, str]:
    return {"startDateTime": _utc(around - reach), "endDateTime": _utc(around + reach)}


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _link_query(answer: GraphAnswer, name: str) -> str:
    """The opaque query of a link. Its address is built anew: no token follows a link to another host, and the
    mailbox's address is not kept with it.
    """
    link = answer.payload.get(name)
    return urlsplit(link).query if isinstance(link, str) else ""


def _rows(answer: GraphAnswer) -> Iterator[Mapping[str, object]]:
    rows = answer.payload.get("value")
    if not isinstance(rows, list):
        raise OutcomeUnknown("UNREADABLE_ANSWER")
    return (row for row in rows if isinstance(row, dict))


def _one(mailbox: str, answer: GraphAnswer) -> RemoteEvent:
    return _event(mailbox, answer.payload)


def _event(mailbox: str, row: Mapping[str, object]) -> RemoteEvent:
    try:
        return remote_event(mailbox, row)
    except ValueError:
        raise OutcomeUnknown("UNREADABLE_ANSWER") from None


def _has_id(row: Mapping[str, object], transaction_id: UUID) -> bool:
    return str(row.get("transactionId")).lower() == str(transaction_id)


def _fault_of_creating(answer: GraphAnswer) -> DeliveryFault:
    """A clash on a POST means that an event with this transaction id is there or is being made: look for it."""
    if answer.status < 300:
        return OutcomeUnknown(f"HTTP_{answer.status}")
    fault = fault_of(answer)
    if isinstance(fault, ChangedMeanwhile):
        return OutcomeUnknown(fault.reason)
    return Refused(fault.reason) if isinstance(fault, Gone) else fault


def _not_gone(answer: GraphAnswer) -> GraphAnswer:
    """A list or a delta has nothing that could be gone: there 404 says that the mailbox cannot be read."""
    if answer.item_is_missing or answer.status in (409, 412):
        raise Refused(answer.reason)
    return answer
