"""The week that will break, four weeks ahead: seen, and one press from what stands behind it."""

import csv
import io
from pathlib import Path

import pytest

from tests.web.browser.steps import given, then, when
from tests.web.browser.visitor import MODES, Mode, Visitors


@pytest.mark.parametrize("mode", MODES)
def test_from_a_week_to_what_stands_behind_it(visitor: Visitors, mode: Mode, tmp_path: Path) -> None:
    given("a manager who plans the weeks to come")
    manager = visitor("business-support-manager", mode)
    manager.open("/capacity")
    then("every cell says in words and numbers what the week comes to")
    cells = manager.page.locator(".heat td").all_inner_texts()
    words = {cell.split()[0] for cell in cells}
    assert words <= {"Fits", "Full", "Over", "Away", "Not"} and len(words) > 1
    assert all("free" not in cell for cell in cells if cell.startswith("Not known"))
    when("they look at the reviewing officers alone, and follow a cell")
    manager.select("Only who chairs as", "Reviewing officer")
    manager.press("Show")
    manager.picture("capacity")
    cell = manager.page.locator(".heat td a").first
    name = " ".join(cell.inner_text().split())
    chair = name.partition(": ")[2].partition(", week")[0]
    manager.follow(name)
    then("that chair's week is there: its numbers, its meetings, and what has to be arranged")
    assert manager.heading.startswith(chair)
    manager.says("Comes to", "Taken by meetings", "Still free", "To be booked", "Meetings", "To be arranged")
    manager.picture("capacity-week")
    manager.follow("Their diary of this week")
    assert manager.heading.startswith(f"Diary of {chair}")
    manager.back()
    manager.follow("Back to capacity")
    when("they ask for rooms")
    manager.select("Whose time", "Rooms")
    manager.press("Show")
    then("rooms stand there, and all of them together, in whose time something has to be found")
    assert manager.heading.startswith("Capacity: rooms")
    manager.says("All rooms together")
    if mode in ("mouse", "keyboard"):
        manager.picture("capacity-rooms")
        with manager.page.expect_download() as begun:
            manager.page.get_by_role("link", name="Download these numbers").click()
        begun.value.save_as(tmp_path / "file.csv")
        rows = list(csv.DictReader(io.StringIO((tmp_path / "file.csv").read_text("utf-8-sig"))))
        assert rows[-1]["whose"] == "All rooms together" and begun.value.suggested_filename.startswith(
            "capacity-rooms-"
        )
        manager.look()
