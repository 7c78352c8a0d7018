"""calendarView/delta: what changed in a frozen window since a token, in pages."""

import base64
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime

from emulators.graph.calendar import Owner
from emulators.graph.errors import GraphError, invalid
from emulators.graph.event_record import EventRecord
from emulators.graph.event_store import EventStore
from emulators.graph.faults import FaultKind, Faults
from emulators.graph.querying import check_options
from emulators.graph.rendering import Preferences, render, shown_id
from emulators.graph.zones import instant

_PAGE = 50


@dataclass(frozen=True, slots=True)
class DeltaState:
    """What a token holds. `upto` is set during a round of pages; `first` marks an initial sync."""

    mailbox: str
    start: str
    end: str
    after: int
    upto: int | None
    first: bool

    def token(self) -> str:
        """Opaque to callers."""
        return base64.urlsafe_b64encode(json.dumps(asdict(self)).encode()).rstrip(b"=").decode()


def _state_of(token: str) -> DeltaState:
    try:
        return DeltaState(**json.loads(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))))
    except (ValueError, TypeError):
        raise invalid("Badly formed token.", "ErrorInvalidUrlQuery") from None


class DeltaFeed:
    """Answers delta queries of one emulator."""

    def __init__(self, store: EventStore, faults: Faults) -> None:
        self._store = store
        self._faults = faults

    def answer(self, owner: Owner, query: Mapping[str, str], prefer: Preferences, url: str) -> dict[str, object]:
        """One page; `url` is this resource without its query."""
        check_options(query, {"startDateTime", "endDateTime", "$skiptoken", "$deltatoken"})
        if self._faults.take(FaultKind.SYNC_STATE_NOT_FOUND, "delta"):
            raise GraphError(410, "SyncStateNotFound", "The sync state generation is not found.")
        state = self._state(owner, query)
        if self._faults.take(FaultKind.EMPTY_PAGE, "delta"):
            return {"@odata.nextLink": f"{url}?$skiptoken={state.token()}", "value": []}
        upto = state.upto if state.upto is not None else self._store.last_change()
        changed = self._store.changed(owner.tenant.tenant_id, owner.mailbox.oid, state.after, upto)
        size = prefer.page_size or _PAGE
        value = [row for event in changed[:size] if (row := _row(event, state, prefer)) is not None]
        if value and self._faults.take(FaultKind.REPLAY, "delta"):
            value = [*reversed(value), value[-1]]
        return {**_link(state, changed, size, upto, url), "value": value}

    def _state(self, owner: Owner, query: Mapping[str, str]) -> DeltaState:
        token = query.get("$skiptoken") or query.get("$deltatoken")
        if token:
            state = _state_of(token)
            if state.mailbox != owner.mailbox.oid or state.after > self._store.last_change():
                raise GraphError(410, "SyncStateNotFound", "The sync state generation is not found.")
            return state
        bounds = [query.get(name) for name in ("startDateTime", "endDateTime")]
        if not bounds[0] or not bounds[1]:
            raise invalid("This request requires startDateTime and endDateTime.", "ErrorInvalidParameter")
        start, end = (instant(text.replace(" ", "+")) for text in bounds if text)
        return DeltaState(owner.mailbox.oid, start.isoformat(), end.isoformat(), 0, None, first=True)


def _row(event: EventRecord, state: DeltaState, prefer: Preferences) -> dict[str, object] | None:
    start, end = datetime.fromisoformat(state.start), datetime.fromisoformat(state.end)
    if not event.deleted and event.in_calendar and event.overlaps(start, end):
        return render(event, prefer)
    if state.first:
        return None
    return {
        "@odata.type": "#microsoft.graph.event",
        "id": shown_id(event, prefer),
        "@removed": {"reason": "deleted"},
    }


def _link(state: DeltaState, changed: list[EventRecord], size: int, upto: int, url: str) -> dict[str, object]:
    if len(changed) > size:
        after = changed[size - 1].change
        rest = DeltaState(state.mailbox, state.start, state.end, after, upto, state.first)
        return {"@odata.nextLink": f"{url}?$skiptoken={rest.token()}"}
    done = DeltaState(state.mailbox, state.start, state.end, upto, None, first=False)
    return {"@odata.deltaLink": f"{url}?$deltatoken={done.token()}"}
