"""A receiver of change notifications: a small web server on this machine that keeps what it is sent."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

from emulators.graph.body_schema import entity_validator

NOTICES = entity_validator("changeNotificationCollection")


def _without_ids(body: dict[str, Any]) -> dict[str, Any]:
    """The model leaves `resourceData` open; its metadata name no `id`."""
    data = "resourceData"
    return {
        "value": [{**row, data: {k: v for k, v in row.get(data, {}).items() if k != "id"}} for row in body["value"]]
    }


@dataclass
class Receiver:
    """`posts`: the bodies that came, each with the path; what it answers is for the test to say."""

    url: str = ""
    posts: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)
    content_types: list[str] = field(default_factory=list)
    status: int = 202
    shows: str = "{token}"
    content_type: str = "text/plain"
    silent: bool = False
    released: Event = field(default_factory=Event)

    def notices(self, path: str = "/notices") -> list[dict[str, Any]]:
        """What came to that path, once it is held to Microsoft's own model."""
        for _, body in self.posts:
            NOTICES.validate(_without_ids(body))
        return [value for where, body in self.posts for value in body["value"] if where == path]


@contextmanager
def receiver() -> Iterator[Receiver]:
    """Runs until the block ends; whoever it keeps waiting is let go then."""
    kept = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            sent = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            parts = urlsplit(self.path)
            if kept.silent:
                kept.released.wait(30)
                return
            if "validationToken" in parts.query:
                token = parse_qs(parts.query)["validationToken"][0]
                kept.tokens.append(parts.query)
                kept.content_types.append(self.headers["Content-Type"])
                self._answer(200, kept.shows.format(token=token), kept.content_type)
            else:
                kept.posts.append((parts.path, json.loads(sent)))
                self._answer(kept.status, "", "text/plain")

        def _answer(self, status: int, text: str, content_type: str) -> None:
            self.send_response(status)
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(text.encode())))
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *told: object) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    kept.url = f"http://127.0.0.1:{server.server_address[1]}"
    Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield kept
    finally:
        kept.released.set()
        server.shutdown()
        server.server_close()
