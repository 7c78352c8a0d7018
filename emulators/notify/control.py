"""The control endpoints under /_emulator: what was sent, statuses, faults, limits."""

from aiohttp import web

from emulators.clock import Clock
from emulators.notify.faults import FaultError, Faults
from emulators.notify.messages import FAILURES, STATUSES, Messages, plain_number
from emulators.notify.routes import A_DAY, A_MINUTE, Notify
from emulators.notify.sending import Trial


class Control:
    """Needs no key: it is bound to this machine only."""

    def __init__(self, messages: Messages, faults: Faults, clock: Clock, notify: Notify) -> None:
        self._messages, self._faults, self._clock, self._notify = messages, faults, clock, notify

    def add_routes(self, router: web.UrlDispatcher) -> None:
        """Register everything under /_emulator."""
        router.add_get("/_emulator/health", self.health)
        router.add_get("/_emulator/messages", self.messages)
        router.add_post("/_emulator/status", self.order_status)
        router.add_post("/_emulator/limits", self.set_limits)
        router.add_post("/_emulator/clock", self.set_clock)
        router.add_get("/_emulator/faults", self.show_faults)
        router.add_post("/_emulator/faults", self.order_faults)
        router.add_post("/_emulator/reset", self.reset)

    async def health(self, request: web.Request) -> web.Response:
        """Answers once everything else does."""
        return web.json_response({"status": "ready"})

    async def messages(self, request: web.Request) -> web.Response:
        """The ledger, oldest first; `?after=N` skips."""
        after = request.query.get("after", "0")
        if not after.isdigit():
            return _wrong("after must be a whole number")
        rows = [{"n": n, **self._notify.shown(request, one)} for n, one in self._messages.after(int(after))]
        return web.json_response({"messages": rows})

    async def order_status(self, request: web.Request) -> web.Response:
        """Fix one message's status from now on."""
        body = await _body(request)
        status = body.get("status")
        if status not in {*FAILURES, *(one for way in STATUSES.values() for one in way)}:
            return _wrong("status is none of GOV.UK Notify's")
        found = self._messages.order_status(str(body.get("id")), str(status))
        return web.json_response(self._notify.shown(request, found)) if found else _wrong("no such message", 404)

    async def set_limits(self, request: web.Request) -> web.Response:
        """`{"trial": bool, "team": [...], "a_minute": n, "a_day": {type: n}}`; what is not said is as it is live."""
        body = await _body(request)
        team = body.get("team") or []
        day, minute = body.get("a_day") or {}, body.get("a_minute", A_MINUTE)
        if not isinstance(team, list) or not isinstance(day, dict) or not isinstance(minute, int):
            return _wrong("team is a list, a_day an object, a_minute a whole number")
        self._notify.trial = Trial(body.get("trial") is True, frozenset(plain_number(str(one)) for one in team))
        self._notify.a_minute, self._notify.a_day = minute, A_DAY | day
        return web.json_response({"ok": True})

    async def set_clock(self, request: web.Request) -> web.Response:
        """`{"now": instant}`, `{"advance": seconds}`, or `{}` for the machine's time."""
        try:
            self._clock.order(await _body(request))
        except ValueError as error:
            return _wrong(str(error))
        return web.json_response({"now": self._clock.now().isoformat()})

    async def show_faults(self, request: web.Request) -> web.Response:
        """What is armed."""
        return web.json_response({"faults": self._faults.shown()})

    async def order_faults(self, request: web.Request) -> web.Response:
        """Clear, then arm."""
        try:
            self._faults.order(await _body(request))
        except FaultError as error:
            return _wrong(str(error))
        return web.json_response({"faults": self._faults.shown()})

    async def reset(self, request: web.Request) -> web.Response:
        """Forget messages, faults and limits; the machine's time."""
        self._messages.clear()
        self._clock.order({})
        self._faults.order({"clear": True})
        self._notify.trial, self._notify.a_minute, self._notify.a_day = Trial(), A_MINUTE, dict(A_DAY)
        return web.json_response({"ok": True})


async def _body(request: web.Request) -> dict[str, object]:
    try:
        parsed = await request.json()
    except ValueError:
        parsed = None
    if not isinstance(parsed, dict):
        raise web.HTTPBadRequest(text="send a JSON object")
    return parsed


def _wrong(violation: str, status: int = 400) -> web.Response:
    return web.json_response({"violations": [violation]}, status=status)
