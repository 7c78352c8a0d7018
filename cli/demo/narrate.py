"""How the story is told: numbered steps, and below each what can be seen."""

import sys


class Narrator:
    """Prints to standard output, a line at a time."""

    def __init__(self) -> None:
        self._number = 0

    def step(self, text: str) -> None:
        """Begin a step."""
        self._number += 1
        print(f"\n{self._number:2}. {text}", flush=True)

    def seen(self, text: str) -> None:
        """Something that came of the step."""
        print(f"      {text}", flush=True)

    def aside(self, text: str) -> None:
        """Something beside the story."""
        print(f"    · {text}", flush=True)

    def failed(self, text: str) -> None:
        """Why the story cannot go on."""
        print(f"the story cannot go on: {text}", file=sys.stderr, flush=True)

    def last(self, text: str) -> None:
        """The last line."""
        print(f"\n{text}", flush=True)
