"""How much an app may ask of Graph: requests at once, and requests in ten minutes of a mailbox."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import format_datetime

from emulators.clock import Clock
from emulators.directory import App, MailboxId
from emulators.graph.drills import Drill, Drills
from emulators.graph.errors import GraphError

MOST_AT_ONCE = 4
_PERIOD = timedelta(minutes=10)


@dataclass(slots=True)
class _Spent:
    """The requests of a period that began at `since`."""

    since: datetime
    count: int = 0


class Throttle:
    """Counts what each app does."""

    def __init__(self, drills: Drills, clock: Clock) -> None:
        self._drills = drills
        self._clock = clock
        self._at_work: Counter[str] = Counter()
        self._spent: dict[tuple[str, MailboxId], _Spent] = {}

    def enter(self, app: App) -> None:
        """A request begins; 429 where four of the app are at work already."""
        if self._at_work[app.client_id] >= MOST_AT_ONCE and Drill.NO_CONCURRENCY_LIMIT not in self._drills:
            raise self.refusal("Application is over its MailboxConcurrency limit.", 1)
        self._at_work[app.client_id] += 1

    def leave(self, app: App) -> None:
        """The request that entered has ended."""
        self._at_work[app.client_id] -= 1

    def spend(self, app: App, mailbox: MailboxId) -> None:
        """One request to that mailbox; 429 where the app's share of the ten minutes is gone."""
        now = self._clock.now()
        spent = self._spent.get((app.client_id, mailbox))
        if spent is None or not spent.since <= now < spent.since + _PERIOD:
            spent = self._spent[app.client_id, mailbox] = _Spent(now)
        spent.count += 1
        if spent.count > app.requests_in_ten_minutes and Drill.REQUESTS_UNCOUNTED not in self._drills:
            wait = (spent.since + _PERIOD - now).total_seconds()
            raise self.refusal("Application is over its request limit.", wait)

    def refusal(self, message: str, seconds: float) -> GraphError:
        """429, which says for how long."""
        wait = max(1, round(seconds))
        told = str(wait)
        if Drill.RETRY_AFTER_IS_A_DATE in self._drills:
            told = format_datetime(self._clock.now() + timedelta(seconds=wait), usegmt=True)
        headers = {} if Drill.RETRY_AFTER_ABSENT in self._drills else {"Retry-After": told}
        return GraphError(429, "ApplicationThrottled", message, headers)

    def clear(self) -> None:
        """Nobody has asked for anything in these ten minutes."""
        self._spent.clear()
