"""Kills services while the story is played: at moments that the story itself names, never after a while."""

import os
import re
import signal
from collections import Counter
from collections.abc import Callable

from tests.checks.every_rpc import SERVICES

_STEP = re.compile(r"^ *(\d+)\. ")
# Besides one at every step: whoever is in the midst of its work when the story says this.
_MIDST = (
    (re.compile(r"\d+ % of"), "cases"),
    (re.compile(r"sitting M-"), "panels"),
    (re.compile(r"referred by"), "panels"),
    (re.compile(r"to be arranged"), "scheduler"),
    (re.compile(r" booked M-"), "notifications"),
    (re.compile(r"released by the business support manager"), "notifications"),
    (re.compile(r"read back"), "scheduler"),
    (re.compile(r" moved from .* to .*\d\d:\d\d$"), "notifications"),
    (re.compile(r"signed by the chair"), "panels"),
    (re.compile(r"endorsed, with"), "cases"),
)


class Killer:
    """Hears what the demo says. Each moment of `_MIDST` counts once, however often it is said."""

    def __init__(self, pid_of: Callable[[str], int]) -> None:
        self._pid_of = pid_of
        self._heard: set[str] = set()
        self.kills: Counter[str] = Counter()

    def hear(self, line: str) -> None:
        """One more line."""
        if step := _STEP.search(line):
            self._kill(SERVICES[int(step[1]) % len(SERVICES)])
        for words, service in _MIDST:
            if words.search(line) and words.pattern not in self._heard:
                self._heard.add(words.pattern)
                self._kill(service)

    def _kill(self, service: str) -> None:
        try:
            os.kill(self._pid_of(service), signal.SIGKILL)
        except (FileNotFoundError, ProcessLookupError):
            return  # not started yet, or dead already and not started again yet
        self.kills[service] += 1
