"""The locked browser (tests/browser), driven in step with the tests."""

import asyncio
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

HERE = Path(__file__).parents[2] / "browser"
CHROMIUM = HERE / "chromium"
AXE = HERE / "node_modules" / "axe-core" / "axe.min.js"
_ARGUMENTS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--renderer-process-limit=1",  # of each visitor; and none in reserve for pages that nobody opens
)


class Chromium:
    """One browser for all tests of this folder.

    Playwright's event loop goes on running in this thread between its calls. `put_away` hides it, so that other tests
    of the same run, which have loops of their own, are not told that one is running.
    """

    def __init__(self) -> None:
        if not CHROMIUM.is_dir():
            raise RuntimeError("the browser is not unpacked: run 'make tests/browser/.ready'")
        self._playwright = sync_playwright().start()
        self._loop = asyncio.get_running_loop()
        libraries = {"LD_LIBRARY_PATH": str(CHROMIUM / "lib"), "FONTCONFIG_FILE": str(CHROMIUM / "fonts.conf")}
        self.browser: Browser = self._playwright.chromium.launch(
            executable_path=CHROMIUM / "chromium", args=list(_ARGUMENTS), env={**os.environ, **libraries}
        )

    @contextmanager
    def at_hand(self) -> Iterator[Browser]:
        """While a test drives it."""
        asyncio._set_running_loop(self._loop)
        try:
            yield self.browser
        finally:
            self.put_away()

    def put_away(self) -> None:
        """Between tests: its loop is no concern of anybody else's."""
        asyncio._set_running_loop(None)

    def close(self) -> None:
        """End it."""
        with self.at_hand():
            self.browser.close()
            self._playwright.stop()
