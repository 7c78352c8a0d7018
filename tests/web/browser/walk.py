"""`make walk MINUTES=10 SEED=1`: walks the site at random, on a demo of its own."""

import argparse
import random
import sys
from pathlib import Path

from tests.story.demo_process import LAST_LINE, DemoProcess
from tests.web.browser.chromium import Chromium
from tests.web.browser.look import Looked
from tests.web.browser.site import OwnSite, Site
from tests.web.browser.walker import Walked, Walker


def main() -> int:
    """0 where nothing was found."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--minutes", type=float, default=10)
    asked.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1_000_000))
    asked.add_argument("--demo", type=Path, help="the root of a demo that runs already")
    given = asked.parse_args()
    looked = Looked()
    if given.demo:
        own = OwnSite(Site(given.demo.resolve()), {})
        try:
            walked = _walk(own.site, looked, given.seed, given.minutes)
        finally:
            own.stop()
    else:
        walked = _on_own_demo(looked, given.seed, given.minutes)
    counts = ", ".join(f"{name} {count}" for name, count in looked.counts().items())
    sys.stdout.write("\n".join([*walked.lines(), "", counts, ""]))
    return 1 if walked.faults else 0


def _on_own_demo(looked: Looked, seed: int, minutes: float) -> Walked:
    demo = DemoProcess("walk")
    try:
        demo.wait_for(LAST_LINE, 300.0)
        walked = _walk(Site(demo.root), looked, seed, minutes)
        demo.stop()
    finally:
        demo.clear_away()
    return walked


def _walk(site: Site, looked: Looked, seed: int, minutes: float) -> Walked:
    chromium = Chromium()
    try:
        return Walker(chromium.browser, site, looked, seed, ("demo", "second")).walk(minutes * 60)
    finally:
        chromium.close()


if __name__ == "__main__":
    sys.exit(main())
