"""p95 of each page of the staff site on the demo's council, beside a bare aiohttp page of its size in the same run.

Plays the demo on ports of its own, signs in as each persona, follows links to find one page of every kind, and then
asks for each of them one at a time, in turns with the bare page. One JSON line a kind of page; `ratio` is the bare
page's p95 over ours, so that nearer to 1 is better.

    python -m bench.pages [--short]
"""

import argparse
import asyncio
import contextlib
import json
import os
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp
from aiohttp import web

from servicekit.launcher import EmbeddedPostgres

PERSONAS = (
    "business-support",
    "business-support-manager",
    "team-manager",
    "reviewing-officer",
    "panel-chair",
    "performance-officer",
)
SERVED = ("cases", "scheduler", "panels", "notifications", "web")
OTHERS = ("PERMANENCE_MICROSOFT_PORT", "PERMANENCE_AUTHORIZE_PORT", "PERMANENCE_SMTP_PORT", "PERMANENCE_NOTIFY_PORT")
KEY = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")
LINK = re.compile(r'href="(/[^"#]*)"')
MOST_LOOKED_AT = 150
SECONDS_TO_PLAY = 300.0


@dataclass(frozen=True)
class Page:
    """One page of a kind: who can see it, and its path."""

    kind: str
    persona: str
    path: str


async def main(rounds: int) -> None:
    """Play, find, measure, print."""
    async with demo() as url, bare_site() as bare:
        visitors = {persona: await sign_in(url, persona) for persona in PERSONAS}
        try:
            pages = [page for persona in PERSONAS for page in await find_pages(url, persona, visitors[persona])]
            kinds = {page.kind: page for page in reversed(pages)}
            for kind, page in sorted(kinds.items()):
                await measure(visitors[page.persona], url + page.path, bare, kind, rounds)
        finally:
            for visitor in visitors.values():
                await visitor.close()


async def measure(visitor: aiohttp.ClientSession, address: str, bare: str, kind: str, rounds: int) -> None:
    """Our page and the bare one in turns; the first of each warms up."""
    size = len(await fetch(visitor, address))
    await fetch(visitor, f"{bare}/{size}")
    ours, theirs = [], []
    for _ in range(rounds):
        ours.append(await timed(visitor, address))
        theirs.append(await timed(visitor, f"{bare}/{size}"))
    value, reference = p95(ours), p95(theirs)
    line = {
        "bench": "pages",
        "measure": f"p95 of {kind}",
        "value": round(value * 1000, 2),
        "unit": "ms",
        "better": "lower",
        "reference": "bare aiohttp page of the same size",
        "reference_value": round(reference * 1000, 2),
        "ratio": round(reference / value, 3),
        "n": rounds,
        "median": round(statistics.median(ours) * 1000, 2),
        "bytes": size,
    }
    print(json.dumps(line), flush=True)


async def find_pages(url: str, persona: str, visitor: aiohttp.ClientSession) -> list[Page]:
    """One page of every kind that this persona can reach by links alone."""
    waiting, looked_at, found = ["/"], set[str](), dict[str, Page]()
    while waiting and len(looked_at) < MOST_LOOKED_AT:
        path = waiting.pop(0)
        if path in looked_at:
            continue
        looked_at.add(path)
        async with visitor.get(url + path) as answer:
            here = answer.url.path
            if answer.status != 200 or answer.content_type != "text/html" or not str(answer.url).startswith(url):
                continue
            text = await answer.text()
        kind = kind_of(here)
        found.setdefault(kind, Page(kind, persona, here))
        fresh = [link.partition("?")[0] for link in LINK.findall(text) if not link.startswith(("/static", "/sign"))]
        # Kinds not seen yet first: a council has a thousand pages of one kind.
        waiting = sorted({*waiting, *fresh} - looked_at, key=lambda link: kind_of(link) in found)
    return list(found.values())


def kind_of(path: str) -> str:
    """A path without what stands for one thing alone."""
    return KEY.sub("{key}", path)


async def fetch(visitor: aiohttp.ClientSession, address: str) -> bytes:
    """The page's bytes; RuntimeError where it is not there."""
    async with visitor.get(address) as answer:
        if answer.status != 200:
            raise RuntimeError(f"{kind_of(answer.url.path)} answered {answer.status}")
        return await answer.read()


async def timed(visitor: aiohttp.ClientSession, address: str) -> float:
    """Seconds from asking to the last byte."""
    began = time.perf_counter()
    await fetch(visitor, address)
    return time.perf_counter() - began


def p95(seconds: list[float]) -> float:
    """The 95th percentile."""
    return statistics.quantiles(seconds, n=20, method="inclusive")[18]


async def sign_in(url: str, persona: str) -> aiohttp.ClientSession:
    """A browser's session, signed in through the emulated Entra ID."""
    visitor = aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True), trust_env=False)
    async with visitor.get(f"{url}/sign-in/demo", allow_redirects=False) as begun:
        authorize = begun.headers["Location"]
    async with visitor.get(f"{authorize}&persona={persona}") as arrived:
        if arrived.status != 200:
            raise RuntimeError(f"{persona} could not sign in: {arrived.status}")
    return visitor


@asynccontextmanager
async def bare_site() -> AsyncIterator[str]:
    """An aiohttp application that only hands out bytes, in a process of its own like the site."""
    port = free_port()
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", "bench.pages", "--bare", str(port))
    address = f"http://127.0.0.1:{port}"
    async with aiohttp.ClientSession() as probe:
        while True:
            with contextlib.suppress(aiohttp.ClientConnectionError):
                async with probe.get(f"{address}/1"):
                    break
            await asyncio.sleep(0.05)
    try:
        yield address
    finally:
        process.terminate()
        await process.wait()


def serve_bare(port: int) -> None:
    """The reference."""

    async def answer(request: web.Request) -> web.Response:
        return web.Response(body=b"x" * int(request.match_info["size"]), content_type="text/html")

    app = web.Application()
    app.router.add_get("/{size}", answer)
    web.run_app(app, host="127.0.0.1", port=port, print=None, access_log=None)


@asynccontextmanager
async def demo() -> AsyncIterator[str]:
    """The demo on ports of its own; the site's address once the story has been played."""
    with tempfile.TemporaryDirectory(prefix="permanence-bench-") as folder:
        root = Path(folder) / "demo"
        addresses = {f"PERMANENCE_{name.upper()}_ADDRESS": f"127.0.0.1:{free_port()}" for name in SERVED}
        environ = {key: value for key, value in os.environ.items() if not key.startswith("PERMANENCE_")}
        environ |= {name: str(free_port()) for name in OTHERS}
        environ |= {**addresses, "PERMANENCE_DEMO_ROOT": str(root), "PYTHONUNBUFFERED": "1"}
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "cli", "demo", env=environ, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        try:
            await asyncio.wait_for(_played(process), SECONDS_TO_PLAY)
            yield f"http://{addresses['PERMANENCE_WEB_ADDRESS']}"
        finally:
            process.terminate()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(process.wait(), 60)
            EmbeddedPostgres(root / "postgres").erase()


async def _played(process: asyncio.subprocess.Process) -> None:
    assert process.stdout is not None
    async for line in process.stdout:
        if line.startswith(b"main job ok"):
            return
    raise RuntimeError("the demo ended before its story did")


def free_port() -> int:
    """A port that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--short", action="store_true", help="20 rounds instead of 100")
    parser.add_argument("--bare", type=int, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.bare:
        serve_bare(given.bare)
    else:
        asyncio.run(main(20 if given.short else 100))
