"""Ports that nothing listens on."""

import os
import re
import socket
from contextlib import ExitStack
from random import SystemRandom

# Below those that a machine gives to whoever connects: a port let go there may be somebody's a moment later.
_FIRST, _LAST = 20_000, 32_000
# Each worker of a run has every sixteenth port to itself: what two let go at once, two would take.
_WORKERS = 16


def free_ports(count: int) -> list[int]:
    """All different: they are held together, then let go."""
    with ExitStack() as stack:
        return [_held(stack) for _ in range(count)]


def _held(stack: ExitStack) -> int:
    while True:
        port = SystemRandom().randrange(_FIRST + _worker(), _LAST, _WORKERS)
        one = stack.enter_context(socket.socket())
        try:
            one.bind(("127.0.0.1", port))
        except OSError:
            continue
        return port


def _worker() -> int:
    """0 to 14 for the workers of a run, 15 for a test that runs by itself."""
    number = re.sub(r"\D", "", os.environ.get("PYTEST_XDIST_WORKER", ""))
    return int(number) % (_WORKERS - 1) if number else _WORKERS - 1
