"""Hostile answers by e-mail: what each costs in processor time and in memory, beside one honest answer in the same run.

`bound` is what we allow: 100 ms and 50 MB. One JSON line a message, the costliest of all at the end.

    python -m bench.hostile_mail [--short]
"""

import argparse
import json
import statistics
import time
import tracemalloc
from collections.abc import Callable

from services.notifications.adapters.read_message import read_message
from tests.notifications.hostile_mail import COSTLY, HOSTILE

HONEST = "an honest answer"
MILLISECONDS, MEGABYTES = 100.0, 50.0
GATEWAY = "mx.north.example.org"


def measure(made: Callable[[], bytes], times: int) -> tuple[float, float]:
    """Milliseconds of processor time (the median), and the most megabytes that reading held beside the message."""
    raw, taken = made(), []
    for _ in range(times):
        began = time.process_time()
        read_message(raw, GATEWAY)
        taken.append((time.process_time() - began) * 1000)
    tracemalloc.start()
    read_message(raw, GATEWAY)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return statistics.median(taken), peak / 1_000_000


def messages() -> dict[str, Callable[[], bytes]]:
    """Every hostile message by name, and the honest one."""
    return {**{name: made for name, (made, _) in HOSTILE.items()}, **COSTLY}


def main(times: int) -> None:
    """Measure all, the honest one first."""
    honest, _ = measure(messages()[HONEST], times)
    worst = ("", 0.0, 0.0)
    for name, made in messages().items():
        milliseconds, megabytes = measure(made, times)
        _tell(name, len(made()), milliseconds, megabytes, honest)
        worst = max(worst, (name, milliseconds, megabytes), key=lambda one: one[1])
    print(json.dumps({"bench": "hostile_mail", "measure": "costliest", "message": worst[0], "ms": round(worst[1], 2)}))


def _tell(name: str, size: int, milliseconds: float, megabytes: float, honest: float) -> None:
    line = {
        "bench": "hostile_mail",
        "measure": name,
        "bytes": size,
        "ms": round(milliseconds, 2),
        "megabytes": round(megabytes, 1),
        "reference": {"name": HONEST, "ms": round(honest, 2)},
        "ratio": round(honest / milliseconds, 3) if milliseconds else None,
        "bound": {"ms": MILLISECONDS, "megabytes": MEGABYTES},
        "within": milliseconds < MILLISECONDS and megabytes < MEGABYTES,
    }
    print(json.dumps(line))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--short", action="store_true", help="three readings of each instead of nine")
    main(3 if parser.parse_args().short else 9)
