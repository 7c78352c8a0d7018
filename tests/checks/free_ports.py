"""Ports that nothing listens on."""

import socket
from contextlib import ExitStack
from random import SystemRandom

# Below those that a machine gives to whoever connects: a port let go there may be somebody's a moment later.
_FIRST, _LAST = 20_000, 32_000


def free_ports(count: int) -> list[int]:
    """All different: they are held together, then let go."""
    with ExitStack() as stack:
        return [_held(stack) for _ in range(count)]


def _held(stack: ExitStack) -> int:
    while True:
        port = SystemRandom().randint(_FIRST, _LAST)
        one = stack.enter_context(socket.socket())
        try:
            one.bind(("127.0.0.1", port))
        except OSError:
            continue
        return port
