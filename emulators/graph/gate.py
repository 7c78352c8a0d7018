"""What every Graph request passes: faults, token, scope, limits, the request log and the error shape."""

import asyncio
import json
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import jwt
from aiohttp import web

from emulators.clock import Clock
from emulators.directory import App, Tenant
from emulators.directory_file import DirectoryFile
from emulators.entra.tokens import GRAPH, Issuer
from emulators.graph import wire_drills
from emulators.graph.calendar import Owner
from emulators.graph.drills import Drill, Drills
from emulators.graph.errors import ConnectionLostError, GraphError, access_denied, invalid
from emulators.graph.event_store import EventStore
from emulators.graph.failures import Failures
from emulators.graph.faults import FaultKind, Faults
from emulators.graph.overlap import WritesAtWork
from emulators.graph.rendering import Preferences, read_preferences
from emulators.graph.throttle import Throttle
from emulators.graph.zones import stamp

_WRITES = {"create", "update", "cancel", "delete", "subscription", "mark"}
_CONTENT_TYPE = "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8"


@dataclass(frozen=True, slots=True)
class Call:
    """A request that got through."""

    request: web.Request
    tenant: Tenant
    app: App
    body: object
    prefer: Preferences
    owner_or_none: Owner | None

    @property
    def owner(self) -> Owner:
        """Whose calendar the path names."""
        if self.owner_or_none is None:
            raise LookupError("the route has no {user}")
        return self.owner_or_none


@dataclass(frozen=True, slots=True)
class Answer:
    """A successful answer; no payload means an empty body, or `raw`, which is a message and no JSON."""

    status: int
    payload: dict[str, object] | None = None
    headers: dict[str, str] = field(default_factory=dict)
    raw: bytes | None = None


Handler = Callable[[Call], Answer | Awaitable[Answer]]


class Gate:
    """Wraps the handlers of Graph's routes."""

    def __init__(
        self,
        directory: DirectoryFile,
        issuer: Issuer,
        store: EventStore,
        faults: Faults,
        drills: Drills,
        clock: Clock,
        throttle: Throttle,
        settle: Callable[[], None],
        latency: float,
    ) -> None:
        self._directory = directory
        self._issuer = issuer
        self._store = store
        self._faults = faults
        self._drills = drills
        self._clock = clock
        self._settle = settle
        self._latency = latency
        self._writes = WritesAtWork(drills)
        self._throttle = throttle
        self._failures = Failures(drills)

    def wrap(self, operation: str, handler: Handler) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        """The aiohttp handler for a Graph operation."""

        async def serve(request: web.Request) -> web.StreamResponse:
            raw = await request.read()
            entry: dict[str, object] = {"operation": operation, "client_id": None, "body": _loose(raw)}
            try:
                response = self._response(request, await self._pass(request, operation, handler, raw, entry))
            except GraphError as error:
                response = self._error_response(request, error)
            except ConnectionLostError:
                response = web.Response(status=504)
                if request.transport is not None:
                    request.transport.abort()
            self._log(request, entry, response.status)
            return response

        return serve

    async def _pass(
        self, request: web.Request, operation: str, handler: Handler, raw: bytes, entry: dict[str, object]
    ) -> Answer:
        self._raise_armed(request.method, operation)
        tenant, app = self._caller(request)
        entry.update(client_id=app.client_id, tenant=tenant.tenant_id)
        if operation == "batch":
            # The requests in it count, not the batch.
            return await _answered(handler(self._call(request, tenant, app, raw)))
        self._throttle.enter(app)
        try:
            with self._writes.alone(request, operation):
                await self._wait(operation)
                self._settle()
                call = self._call(request, tenant, app, raw)
                if Drill.LOST_REPLY_UNDONE in self._drills:
                    self._lose_reply(operation)
                answer = await _answered(handler(call))
        finally:
            self._throttle.leave(app)
        self._lose_reply(operation)
        return answer

    def _raise_armed(self, method: str, operation: str) -> None:
        take = self._faults.take
        if take(FaultKind.DOWN, operation):
            raise GraphError(503, "ServiceUnavailable", "The service is temporarily unavailable.")
        if fault := take(FaultKind.THROTTLE, operation):
            raise self._throttle.refusal("Application is over its request limit.", fault.seconds)
        if take(FaultKind.TOKEN_EXPIRED, operation):
            raise GraphError(401, "InvalidAuthenticationToken", "Lifetime validation failed, the token is expired.")
        if fault := take(FaultKind.ERROR, operation, lambda error: self._failures.hits(method, error.status)):
            raise self._failures.error(method, fault.status)

    async def _wait(self, operation: str) -> None:
        if fault := self._faults.take(FaultKind.TIMEOUT, operation):
            await asyncio.sleep(fault.seconds)
            raise ConnectionLostError
        slow = self._faults.take(FaultKind.SLOW, operation)
        await asyncio.sleep(slow.seconds if slow else self._latency)

    def _lose_reply(self, operation: str) -> None:
        fault = self._faults.take(FaultKind.LOST_REPLY, operation) if operation in _WRITES else None
        if fault and fault.mode == "504":
            raise GraphError(504, "UnknownError", "The gateway did not receive a response in time.")
        if fault:
            raise ConnectionLostError

    def _caller(self, request: web.Request) -> tuple[Tenant, App]:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        try:
            if scheme.lower() != "bearer":
                raise jwt.InvalidTokenError("Access token is empty.")
            claims = self._issuer.verify(token, None, GRAPH, Drill.EXPIRED_TOKENS_TAKEN in self._drills)
        except jwt.InvalidTokenError as error:
            raise GraphError(
                403 if Drill.NO_BEARER_403 in self._drills else 401, "InvalidAuthenticationToken", str(error)
            ) from None
        tenant = self._directory.current.tenant(str(claims["tid"]))
        app = tenant.app(str(claims.get("azp"))) if tenant else None
        if tenant is None or app is None:
            raise GraphError(401, "InvalidAuthenticationToken", "The application is not known in the tenant.")
        if claims.get("idtyp") != "app":
            raise access_denied()
        return tenant, app

    def _call(self, request: web.Request, tenant: Tenant, app: App, raw: bytes) -> Call:
        owner = None
        if "user" in request.match_info:
            mailbox = tenant.mailbox(request.match_info["user"])
            if mailbox is None:
                status = 403 if Drill.UNKNOWN_USER_403 in self._drills else 404
                raise GraphError(status, "ErrorInvalidUser", "The requested user is invalid.")
            if not app.reaches(mailbox.address) and Drill.NO_SCOPE not in self._drills:
                raise access_denied()
            self._throttle.spend(app, mailbox.oid)
            owner = Owner(tenant, mailbox)
        wire_drills.refuse_form(request.path, self._drills)
        body = wire_drills.spoil_body(_strict(raw), self._drills)
        return Call(request, tenant, app, body, self._preferences(request), owner)

    def _preferences(self, request: web.Request) -> Preferences:
        return wire_drills.spoil_preferences(read_preferences(request.headers.getall("Prefer", [])), self._drills)

    def _response(self, request: web.Request, answer: Answer) -> web.Response:
        headers = {**self._ids(request), **answer.headers}
        applied = self._preferences(request).applied
        if applied and answer.payload is not None:
            headers["Preference-Applied"] = applied
        if answer.raw is not None:
            return web.Response(body=answer.raw, headers={**headers, "Content-Type": "text/plain"})
        if answer.payload is None:
            return web.Response(status=wire_drills.spoil_status(answer.status, self._drills), headers=headers)
        status = wire_drills.spoil_status(answer.status, self._drills)
        return _json(status, wire_drills.spoil_payload(answer.payload, self._drills), headers)

    def _error_response(self, request: web.Request, error: GraphError) -> web.Response:
        ids = self._ids(request)
        inner = {"date": self._clock.now().strftime("%Y-%m-%dT%H:%M:%S"), **ids}
        told: dict[str, object] = {"code": error.code, "message": str(error), "innerError": inner}
        payload: dict[str, object] = {"error": wire_drills.spoil_error(told, self._drills)}
        return _json(error.status, payload, {**ids, **error.headers})

    def _ids(self, request: web.Request) -> dict[str, str]:
        given = request.headers.get("client-request-id")
        if Drill.CLIENT_REQUEST_ID_NOT_ECHOED in self._drills:
            given = None
        return {"request-id": str(uuid.uuid4()), "client-request-id": given or str(uuid.uuid4())}

    def _log(self, request: web.Request, entry: dict[str, object], status: int) -> None:
        at = stamp(self._clock.now())
        where = {"at": at, "method": request.method, "path": request.path, "query": request.query_string}
        with self._store.transaction():
            self._store.add_request({**where, **entry, "status": status})


async def _answered(made: Answer | Awaitable[Answer]) -> Answer:
    return made if isinstance(made, Answer) else await made


def _strict(raw: bytes) -> object:
    if not raw:
        return {}
    try:
        parsed: object = json.loads(raw)
    except ValueError:
        raise invalid("Unable to read JSON request payload.", "BadRequest") from None
    return parsed


def _loose(raw: bytes) -> object:
    """For the log: what was sent, even where it is not JSON."""
    try:
        return _strict(raw) if raw else None
    except GraphError:
        return raw.decode(errors="replace")


def _json(status: int, payload: dict[str, object], headers: dict[str, str]) -> web.Response:
    body = json.dumps(payload, ensure_ascii=False).encode()
    return web.Response(status=status, body=body, headers={**headers, "Content-Type": _CONTENT_TYPE})
