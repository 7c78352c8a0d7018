"""The folder that the case system watches: one for each council, so that none sees another council's files."""

import asyncio
import json
import os
from pathlib import Path
from uuid import uuid4

from services.panels.app.ports import Parcel


class WatchedFolder:
    """`<root>/<council>/<stem>.html` and `.json`; the case system answers with `<stem>.ack`.

    The JSON comes last: whoever waits for it finds the page whole.
    """

    def __init__(self, root: Path) -> None:
        self._root = root

    async def put(self, council: str, parcel: Parcel) -> Path:
        """Write both; OSError where the folder cannot be written to, and the lane tries again."""
        return await asyncio.to_thread(self._put, council, parcel)

    async def acknowledged(self, council: str, stem: str) -> bool:
        """Whether the answer is there."""
        return await asyncio.to_thread((self._root / council / f"{stem}.ack").exists)

    def _put(self, council: str, parcel: Parcel) -> Path:
        folder = self._root / council
        folder.mkdir(parents=True, exist_ok=True, mode=0o750)
        page = folder / f"{parcel.stem}.html"
        _replace(page, parcel.html)
        _replace(folder / f"{parcel.stem}.json", json.dumps(dict(parcel.facts), indent=2, sort_keys=True) + "\n")
        return page


def _replace(path: Path, text: str) -> None:
    """Whole or not at all, also after a loss of power: written beside, forced to disk, then renamed."""
    fresh = path.with_name(f".{path.name}.{uuid4().hex}")
    with fresh.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
