"""Pictures of pages for the documents: the same page gives the same picture."""

import os
import tempfile
from pathlib import Path

from playwright.sync_api import Page

SCREENS = Path(__file__).parents[3] / "docs" / "screens"
_WIDTH = 1100


def take_picture(page: Page, name: str) -> Path:
    """The whole page, 1100 pixels wide, nothing moving. Kept only where PERMANENCE_SCREENS is set (`make screens`)."""
    kept = bool(os.environ.get("PERMANENCE_SCREENS"))
    folder = SCREENS if kept else Path(tempfile.mkdtemp(prefix="permanence-screens-"))
    folder.mkdir(parents=True, exist_ok=True)
    before = page.viewport_size
    path = folder / f"{name}.png"
    if not name.startswith("narrow-"):
        page.set_viewport_size({"width": _WIDTH, "height": 900})
    try:
        page.screenshot(path=path, full_page=True, animations="disabled", caret="hide")
    finally:
        if before:
            page.set_viewport_size(before)
    if not kept:
        path.unlink()
        folder.rmdir()
    return path
