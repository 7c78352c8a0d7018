"""calendarView/delta: what changed in a frozen window since a token, in pages."""

import base64
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from urllib.parse import urlencode

from emulators.clock import Clock
from emulators.graph.calendar import Owner
from emulators.graph.drills import Drill, Drills
from emulators.graph.errors import GraphError, invalid
from emulators.graph.event_record import EventRecord
from emulators.graph.event_store import EventStore
from emulators.graph.faults import FaultKind, Faults
from emulators.graph.querying import check_options
from emulators.graph.rendering import Preferences, render, shown_id
from emulators.graph.zones import instant

_PAGE = 50
_NEXT_LINK_LIVES = timedelta(hours=1)
_OPTIONS = {"startDateTime", "endDateTime", "$skiptoken", "$deltatoken"}


@dataclass(frozen=True, slots=True)
class DeltaState:
    """What a token holds. `upto` is set during a round of pages, `made` is when; `first` marks an initial sync."""

    mailbox: str
    start: str
    end: str
    after: int
    upto: int | None
    first: bool
    made: str

    def token(self) -> str:
        """Opaque to callers."""
        return base64.urlsafe_b64encode(json.dumps(asdict(self)).encode()).rstrip(b"=").decode()

    def holds(self, event: EventRecord) -> bool:
        """Whether the event lives in the window."""
        start, end = datetime.fromisoformat(self.start), datetime.fromisoformat(self.end)
        return not event.deleted and event.in_calendar and event.overlaps(start, end)


def _state_of(token: str) -> DeltaState:
    try:
        return DeltaState(**json.loads(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))))
    except (ValueError, TypeError):
        raise invalid("Badly formed token.", "ErrorInvalidUrlQuery") from None


class DeltaFeed:
    """Answers delta queries of one emulator."""

    def __init__(self, store: EventStore, faults: Faults, drills: Drills, clock: Clock) -> None:
        self._store = store
        self._faults = faults
        self._drills = drills
        self._clock = clock

    def answer(self, owner: Owner, query: Mapping[str, str], prefer: Preferences, url: str) -> dict[str, object]:
        """One page; `url` is this resource without its query."""
        if Drill.DELTA_SELECT_ALLOWED not in self._drills:
            check_options(query, _OPTIONS)
        state = self._state(owner, query)
        if self._is_lost(owner, state, "$skiptoken" in query):
            raise _sync_state_not_found(state, url)
        if self._odd(FaultKind.EMPTY_PAGE):
            return {"@odata.nextLink": f"{url}?$skiptoken={state.token()}", "value": []}
        if self._odd(FaultKind.TOLD_AGAIN):
            state = replace(state, after=0)
        upto = state.upto if state.upto is not None else self._upto(owner, state)
        changed = self._store.changed(owner.tenant.tenant_id, owner.mailbox.oid, state.after, upto)
        size = len(changed) if Drill.DELTA_ON_ONE_PAGE in self._drills else prefer.page_size or _PAGE
        value = [row for event in changed[:size] if (row := self._row(event, state, prefer)) is not None]
        if value and self._odd(FaultKind.REPLAY):
            value = [*reversed(value), value[-1]]
        return {**self._link(state, changed, size, upto, url), "value": value}

    def _odd(self, kind: FaultKind) -> bool:
        taken = self._faults.take(kind, "delta") is not None
        return taken and Drill.DELTA_ALWAYS_ORDERLY not in self._drills

    def _state(self, owner: Owner, query: Mapping[str, str]) -> DeltaState:
        token = query.get("$skiptoken") or query.get("$deltatoken")
        if token:
            return _state_of(token)
        bounds = [query.get(name) for name in ("startDateTime", "endDateTime")]
        if not bounds[0] or not bounds[1]:
            raise invalid("This request requires startDateTime and endDateTime.", "ErrorInvalidParameter")
        start, end = (instant(text.replace(" ", "+")).isoformat() for text in bounds if text)
        made = self._clock.now().isoformat()
        return DeltaState(owner.mailbox.oid, start, end, 0, None, first=True, made=made)

    def _is_lost(self, owner: Owner, state: DeltaState, between_pages: bool) -> bool:
        """Whether Exchange knows nothing of that token any more."""
        ordered = self._faults.take(FaultKind.SYNC_STATE_NOT_FOUND, "delta") is not None
        foreign = state.mailbox != owner.mailbox.oid or state.after > self._store.last_change()
        age = self._clock.now() - datetime.fromisoformat(state.made)
        old = between_pages and age > _NEXT_LINK_LIVES and Drill.NEXT_LINKS_LIVE_ON not in self._drills
        return foreign or old or (ordered and Drill.SYNC_STATE_NEVER_LOST not in self._drills)

    def _upto(self, owner: Owner, state: DeltaState) -> int:
        """The newest change to tell of: the newest, or the newest that is older than the ordered lag."""
        last = self._store.last_change()
        lag = self._faults.armed(FaultKind.DELTA_LAG)
        if lag is None or Drill.DELTA_NEVER_LAGS in self._drills:
            return last
        shown_till = self._clock.now() - timedelta(seconds=lag.seconds)
        events = self._store.changed(owner.tenant.tenant_id, owner.mailbox.oid, state.after, last)
        return next((event.change - 1 for event in events if event.modified > shown_till), last)

    def _row(self, event: EventRecord, state: DeltaState, prefer: Preferences) -> dict[str, object] | None:
        if state.holds(event):
            return render(event, prefer)
        silent = Drill.DELTA_HIDES_DELETED if event.deleted else Drill.DELTA_HIDES_MOVED_OUT
        if state.first or silent in self._drills:
            return None
        removed = {"@odata.type": "#microsoft.graph.event", "id": shown_id(event, prefer)}
        return {**removed, "@removed": {"reason": "deleted"}}

    def _link(self, state: DeltaState, changed: list[EventRecord], size: int, upto: int, url: str) -> dict[str, object]:
        made = self._clock.now().isoformat()
        if len(changed) > size:
            rest = replace(state, after=changed[size - 1].change, upto=upto, made=made)
            return {"@odata.nextLink": f"{url}?$skiptoken={rest.token()}"}
        done = replace(state, after=upto, upto=None, first=False, made=made)
        return {"@odata.deltaLink": f"{url}?$deltatoken={done.token()}"}


def _sync_state_not_found(state: DeltaState, url: str) -> GraphError:
    """410, and where to begin anew: the same window with an empty token."""
    window = urlencode({"startDateTime": state.start, "endDateTime": state.end})
    headers = {"Location": f"{url}?{window}&$deltatoken="}
    return GraphError(410, "SyncStateNotFound", "The sync state generation is not found.", headers)
