"""Sign-ins that were begun and not finished: held for ten minutes, each bound to the browser that began it."""

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from servicekit.config import Council

FLOW_SECONDS = 600.0
_MOST_FLOWS = 10_000


@dataclass(frozen=True)
class Flow:
    """msal's own notes, the council whose tenant was asked, and where the person wanted to go."""

    council: Council
    notes: dict[str, Any]
    going: str
    begun: float


class Flows:
    """Each can be finished once."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._flows: dict[str, Flow] = {}

    def begin(self, council: Council, notes: dict[str, Any], going: str) -> str:
        """The key for the browser's cookie."""
        now = self._now()
        self._flows = {key: flow for key, flow in self._flows.items() if now - flow.begun < FLOW_SECONDS}
        while len(self._flows) >= _MOST_FLOWS:  # somebody opens the page without end: the oldest go first
            self._flows.pop(next(iter(self._flows)))
        key = secrets.token_urlsafe(32)
        self._flows[key] = Flow(council, notes, going, now)
        return key

    def finish(self, key: str) -> Flow | None:
        """What was begun under the key; None where it is not known any more."""
        flow = self._flows.pop(key, None)
        return flow if flow and self._now() - flow.begun < FLOW_SECONDS else None


FLOWS: web.AppKey[Flows] = web.AppKey("flows", Flows)
