"""/v1.0/$batch: up to 20 requests in one, each with a status of its own."""

import asyncio
import json
from dataclasses import dataclass

import aiohttp
from aiohttp import web

from emulators.graph.drills import Drill, Drills
from emulators.graph.errors import GraphError, invalid
from emulators.graph.gate import Answer, Call, Gate
from emulators.graph.throttle import MOST_AT_ONCE

MOST = 20
_TOLD = ("Content-Type", "Retry-After", "Location", "Preference-Applied")


@dataclass(frozen=True, slots=True)
class Step:
    """One request of a batch; it waits for those in `after`."""

    id: str
    method: str
    url: str
    headers: dict[str, str]
    body: object
    after: tuple[str, ...]


class Batching:
    """Sends each step to this emulator itself, so that it meets every limit and fault a single request would."""

    def __init__(self, drills: Drills) -> None:
        self._drills = drills

    def add_routes(self, router: web.UrlDispatcher, gate: Gate) -> None:
        """Register /v1.0/$batch."""
        router.add_route("POST", "/v1.0/$batch", gate.wrap("batch", self.answer))

    async def answer(self, call: Call) -> Answer:
        """200 and the steps' answers in the order in which they came."""
        steps = self._steps(call.body)
        turns = asyncio.Semaphore(MOST_AT_ONCE)
        ended = {step.id: asyncio.get_running_loop().create_future() for step in steps}
        answers: list[dict[str, object]] = []
        # This process shows a certificate of its own making.
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=False), trust_env=False) as session:

            async def run(step: Step) -> None:
                before = [await ended[name] for name in step.after]
                if any(status >= 400 for status in before) and Drill.DEPENDENCIES_IGNORED not in self._drills:
                    answer = _failed_dependency(step)
                else:
                    async with turns:
                        answer = await _send(session, call, step)
                answers.append(answer)
                ended[step.id].set_result(answer["status"])

            await asyncio.gather(*(run(step) for step in steps))
        if Drill.BATCH_THROTTLED_WHOLE in self._drills and any(answer["status"] == 429 for answer in answers):
            raise GraphError(429, "ApplicationThrottled", "Application is over its request limit.")
        return Answer(200, {"responses": answers})

    def _steps(self, body: object) -> list[Step]:
        rows = body.get("requests") if isinstance(body, dict) else None
        if not isinstance(rows, list) or not rows:
            raise invalid("A batch needs requests.", "BadRequest")
        if len(rows) > MOST and Drill.BATCH_UNLIMITED not in self._drills:
            raise invalid(f"A batch may have {MOST} requests at most.", "BadRequest")
        steps = [_step(row) for row in rows]
        ids = [step.id for step in steps]
        if len(set(ids)) < len(ids):
            raise invalid("Every request of a batch needs an id of its own.", "BadRequest")
        for place, step in enumerate(steps):
            if not set(step.after) <= set(ids[:place]):
                raise invalid("dependsOn must name requests before its own.", "BadRequest")
        return steps


def _step(row: object) -> Step:
    if not isinstance(row, dict) or not all(isinstance(row.get(name), str) for name in ("id", "method", "url")):
        raise invalid("Every request of a batch needs id, method and url.", "BadRequest")
    given = row.get("headers") or {}
    headers = {str(name): str(value) for name, value in given.items()} if isinstance(given, dict) else {}
    if "body" in row and "content-type" not in {name.lower() for name in headers}:
        raise invalid("A request of a batch that has a body needs the header Content-Type.", "BadRequest")
    url = str(row["url"])
    if not url.startswith("/") or url.lower().startswith("/$batch"):
        raise invalid("A request's url begins with / and is no batch itself.", "BadRequest")
    after = tuple(str(name) for name in row.get("dependsOn") or [])
    return Step(str(row["id"]), str(row["method"]).upper(), url, headers, row.get("body"), after)


async def _send(session: aiohttp.ClientSession, call: Call, step: Step) -> dict[str, object]:
    headers = {**step.headers, "Authorization": call.request.headers["Authorization"]}
    data = None if step.body is None else json.dumps(step.body).encode()
    try:
        async with session.request(step.method, f"{_here(call)}{step.url}", data=data, headers=headers) as answer:
            told = {name: answer.headers[name] for name in _TOLD if name in answer.headers}
            text = await answer.text()
            body = {"body": json.loads(text)} if text else {}
            return {"id": step.id, "status": answer.status, "headers": told, **body}
    except (aiohttp.ClientError, ValueError):
        return {"id": step.id, "status": 504, "headers": {}}


def _here(call: Call) -> str:
    """This process's own address, whatever its public URL is."""
    if call.request.transport is None:
        raise invalid("The caller has gone.", "BadRequest")
    host, port = call.request.transport.get_extra_info("sockname")[:2]
    return f"https://{host}:{port}/v1.0"


def _failed_dependency(step: Step) -> dict[str, object]:
    error = {"code": "FailedDependency", "message": "A request that this one depends on failed."}
    return {"id": step.id, "status": 424, "headers": {}, "body": {"error": error}}
