"""Reads the played demo's site: as nobody, and page after page as each persona."""

import re
from collections import Counter, deque
from collections.abc import Iterator
from html import unescape
from urllib.parse import urldefrag

from tests.story.demo_process import DemoProcess
from tests.story.leak_search import Artefact, Reader
from tests.web.browser.site import Client

PERSONAS = ("business-support", "business-support-manager", "team-manager", "panel-chair", "social-worker")
_MOST, _OF_A_SORT = 80, 4
_UNKNOWN = "0193c5a0-0000-7000-8000-00000000ffff"
_OPEN = (
    "/", "/sign-in", "/sign-in/demo", "/accessibility", "/health", "/diary/feed/demo.nobody.ics", "/answer/demo.nobody",
    "/invitation/demo.nobody", f"/meetings/{_UNKNOWN}", "/nowhere",
)  # fmt: skip
_LINK = re.compile(r'(?:href|src|action)="([^"]*)"')
_KEY = re.compile(r"[0-9a-f-]{36}")
_TITLE = re.compile(r"<title[^>]*>(.*?)</title>", re.DOTALL)
# The release check shows a second person exactly where each message goes; who may look at it is a test of its own.
_SHOWS_ADDRESSES = "/release"


def open_pages(demo: DemoProcess) -> Iterator[Artefact]:
    """What anybody is shown: nobody at all may be named there, nor in a header."""
    for path in _OPEN:
        answer = Client(demo.web).get(path)
        headers = "\n".join(f"{name}: {value}" for name, value in answer.headers.items())
        yield Artefact("open page", path, f"{headers}\n\n{answer.text}")


def staff_pages(demo: DemoProcess, council: str) -> Iterator[Artefact]:
    """What can be reached by links, some pages of each sort a persona: text, title, and every address in it."""
    for persona in PERSONAS:
        client = Client(demo.web)
        client.sign_in(persona, council)
        yield from _walk(client, persona)


def _walk(client: Client, persona: str) -> Iterator[Artefact]:
    waiting, seen, sorts = deque(["/"]), {"/"}, Counter[str]()
    for _ in range(_MOST):
        if not waiting:
            return
        path = waiting.popleft()
        answer = client.get(path)
        if going := answer.headers.get("Location"):
            yield Artefact("address", f"{persona} {path}", going)
        elif answer.headers["Content-Type"].startswith("text/html"):
            yield from of_page(f"{persona} {path}", answer.text)
        links = [going] if going else [unescape(link) for link in _LINK.findall(answer.text)]
        for link in (urldefrag(one).url for one in links if one.startswith("/")):
            sort = _KEY.sub("*", link.partition("?")[0])
            if link not in seen and not link.startswith(("/static", "/sign-out")) and sorts[sort] < _OF_A_SORT:
                seen.add(link)
                sorts[sort] += 1
                waiting.append(link)


def of_page(where: str, html: str) -> Iterator[Artefact]:
    """One page. Its title stands in tabs and histories: a colleague may be named. Its addresses name nobody."""
    yield Artefact("page title", where, " ".join(_TITLE.findall(html)), Reader.STAFF)
    yield Artefact("address", where, "\n".join([where, *map(unescape, _LINK.findall(html))]))
    if not where.partition("?")[0].endswith(_SHOWS_ADDRESSES):
        yield Artefact("staff page", where, html, Reader.WORKERS)
