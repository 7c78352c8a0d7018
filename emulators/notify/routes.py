"""/v2/notifications, with the service's key, its limits and its faults."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import TypeAlias
from uuid import UUID

import jwt
from aiohttp import web

from emulators.clock import Clock
from emulators.notify.errors import NotifyError, not_valid
from emulators.notify.faults import Armed, FaultKind, Faults
from emulators.notify.messages import Message, Messages
from emulators.notify.sending import Trial, read_message

Handler: TypeAlias = Callable[[web.Request], Awaitable[web.StreamResponse]]
_PAGE = 250
_TOKEN_SECONDS = 30
A_MINUTE = 3_000
A_DAY = {"sms": 250_000, "email": 250_000, "letter": 20_000}


class Notify:
    """One service of GOV.UK Notify. `trial`, `a_minute` and `a_day` may be changed while it runs."""

    def __init__(self, messages: Messages, faults: Faults, clock: Clock, api_key: str, step: timedelta) -> None:
        self._messages, self._faults, self._clock, self._step = messages, faults, clock, step
        self._service, self._secret = api_key[-73:-37], api_key[-36:]
        self._recent: deque[float] = deque()
        self.trial, self.a_minute, self.a_day = Trial(), A_MINUTE, dict(A_DAY)

    def add_routes(self, router: web.UrlDispatcher) -> None:
        """Register what the client of GOV.UK Notify calls."""
        router.add_post("/v2/notifications/{kind:sms|email|letter}", self._guarded("send", self.send))
        router.add_get("/v2/notifications/{id}", self._guarded("read", self.read))
        router.add_get("/v2/notifications", self._guarded("list", self.list))

    def _guarded(self, operation: str, work: Handler) -> Handler:
        async def handle(request: web.Request) -> web.StreamResponse:
            try:
                self._check_token(request.headers.get("Authorization", ""))
                self._check_rate()
                fault = self._faults.take(operation)
                await _before(fault, request)
                answer = await work(request)
            except NotifyError as error:
                return error.response()
            if fault and fault.kind is FaultKind.LOST_REPLY:
                _cut(request)
            return answer

        return handle

    async def send(self, request: web.Request) -> web.Response:
        """Keep it, and say that it was taken."""
        kind = request.match_info["kind"]
        try:
            body = await request.json()
        except ValueError:
            raise not_valid("Invalid JSON supplied in POST data") from None
        message = read_message(kind, body, self.trial, self._clock.now())
        midnight = self._clock.now().replace(hour=0, minute=0, second=0, microsecond=0)
        if self._messages.sent_since(midnight, kind) >= self.a_day[kind]:
            raise _over_the_day(self.a_day[kind])
        self._messages.keep(message)
        content = {"body": message.body} | ({"subject": message.subject} if message.subject else {})
        answer = {
            "id": str(message.id),
            "reference": message.reference,
            "content": content,
            "uri": f"{request.url.origin()}/v2/notifications/{message.id}",
            "template": _template(request, message),
        }
        return web.json_response(answer, status=201)

    async def read(self, request: web.Request) -> web.Response:
        """One by its id."""
        try:
            message_id = str(UUID(request.match_info["id"]))
        except ValueError:
            raise not_valid("id is not a valid UUID") from None
        found = self._messages.get(message_id)
        if found is None:
            raise NotifyError(404, "NoResultFound", "No result found")
        return web.json_response(self.shown(request, found))

    async def list(self, request: web.Request) -> web.Response:
        """Newest first, 250 on a page; by reference where one is given."""
        query = request.query
        unknown = sorted(set(query) - {"status", "template_type", "reference", "older_than", "include_jobs"})
        if unknown:
            raise not_valid(f"Additional properties are not allowed ({', '.join(unknown)} was unexpected)")
        found = [
            row
            for one in self._messages.newest_first(query.get("reference"), query.get("older_than"))
            if (row := self.shown(request, one))["status"] in query.getall("status", [str(row["status"])])
            and one.type == query.get("template_type", one.type)
        ][:_PAGE]
        links = {"current": str(request.url)}
        if found:
            links["next"] = str(request.url.update_query(older_than=str(found[-1]["id"])))
        return web.json_response({"notifications": found, "links": links})

    def shown(self, request: web.Request, one: Message) -> dict[str, object]:
        """As Notify shows a message."""
        now = self._clock.now()
        status = one.status_at(now, self._step)
        post = one.to if one.type == "letter" else ()
        lines = {f"line_{number}": post[number - 1] if number <= len(post) else None for number in range(1, 8)}
        done = status not in ("created", "sending", "pending", "accepted")
        return {
            "id": str(one.id),
            "reference": one.reference,
            "phone_number": one.to[0] if one.type == "sms" else None,
            "email_address": one.to[0] if one.type == "email" else None,
            **lines,
            "type": one.type,
            "status": status,
            "template": _template(request, one),
            "body": one.body,
            "subject": one.subject,
            "created_at": _stamp(one.created_at),
            "sent_at": None if status == "created" else _stamp(one.created_at),
            "completed_at": _stamp(now) if done else None,
        }

    def _check_token(self, header: str) -> None:
        scheme, _, token = header.partition(" ")
        if scheme.lower() != "bearer":
            raise NotifyError(401, "AuthError", "Unauthorized: authentication bearer scheme must be used")
        try:
            claims = jwt.decode(
                token, self._secret, algorithms=["HS256"], leeway=_TOKEN_SECONDS, options={"require": ["iss", "iat"]}
            )
        except jwt.InvalidTokenError:
            raise NotifyError(403, "AuthError", "Invalid token: API key not found") from None
        if claims["iss"] != self._service:
            raise NotifyError(403, "AuthError", "Invalid token: service not found")
        if abs(datetime.now(UTC).timestamp() - claims["iat"]) > _TOKEN_SECONDS:
            raise NotifyError(403, "AuthError", "Error: Your system clock must be accurate to within 30 seconds")

    def _check_rate(self) -> None:
        now = monotonic()
        while self._recent and now - self._recent[0] > 60.0:
            self._recent.popleft()
        if len(self._recent) >= self.a_minute:
            raise _over_the_minute(self.a_minute)
        self._recent.append(now)


async def _before(fault: Armed | None, request: web.Request) -> None:
    match fault.kind if fault else None:
        case FaultKind.DOWN:
            raise NotifyError(503, "ServiceUnavailable", "Service unavailable")
        case FaultKind.ERROR:
            raise NotifyError(500, "Exception", "Internal server error")
        case FaultKind.RATE_LIMIT:
            raise _over_the_minute(A_MINUTE)
        case FaultKind.DAY_LIMIT:
            raise _over_the_day(A_DAY["sms"])
        case FaultKind.SLOW:
            await request.read()
            await asyncio.sleep(fault.seconds if fault else 0)
        case FaultKind.TIMEOUT:
            await asyncio.sleep(fault.seconds if fault else 0)
            _cut(request)


def _cut(request: web.Request) -> None:
    if request.transport is not None:
        request.transport.abort()
    raise ConnectionResetError


def _over_the_minute(limit: int) -> NotifyError:
    return NotifyError(
        429, "RateLimitError", f"Exceeded rate limit for key type LIVE of {limit} requests per 60 seconds"
    )


def _over_the_day(limit: int) -> NotifyError:
    return NotifyError(429, "TooManyRequestsError", f"Exceeded send limits ({limit}) for today")


def _template(request: web.Request, one: Message) -> dict[str, object]:
    uri = f"{request.url.origin()}/v2/template/{one.template}"
    return {"id": one.template, "version": 1, "uri": uri}


def _stamp(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
