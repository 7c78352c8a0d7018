"""Pictures of pages for the documents: the same page gives the same picture."""

import os
from pathlib import Path

from playwright.sync_api import Page

SCREENS = Path(__file__).parents[3] / "docs" / "screens"
_WIDTH = 1100


def taking_pictures() -> bool:
    """Whether PERMANENCE_SCREENS is set (`make screens`)."""
    return bool(os.environ.get("PERMANENCE_SCREENS"))


def take_picture(page: Page, name: str) -> None:
    """The whole page, 1100 pixels wide, nothing moving; only where pictures are wanted."""
    if not taking_pictures():
        return
    SCREENS.mkdir(parents=True, exist_ok=True)
    before = page.viewport_size
    if not name.startswith("narrow-"):
        page.set_viewport_size({"width": _WIDTH, "height": 900})
    try:
        page.screenshot(path=SCREENS / f"{name}.png", full_page=True, animations="disabled", caret="hide")
    finally:
        if before:
            page.set_viewport_size(before)
