"""How long to wait after a failure."""

import random
from dataclasses import dataclass


@dataclass(frozen=True)
class Backoff:
    """Seconds between tries: doubling from `first` to `most`, jittered between half and whole."""

    first: float = 0.1
    most: float = 10.0

    def seconds(self, tries: int) -> float:
        """How long to wait after this many failures."""
        ceiling: float = min(self.most, self.first * 2.0 ** min(max(tries - 1, 0), 16))
        return random.uniform(ceiling / 2, ceiling)  # noqa: S311  (spreads load, hides nothing)
