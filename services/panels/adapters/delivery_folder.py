"""The folder that a case system watches: one for each council, so that none sees another council's files."""

import asyncio
import os
from pathlib import Path
from uuid import uuid4


class WatchedFolder:
    """`<root>/<council>/<file>`. OSError where the folder cannot be written to, and the lane tries again."""

    def __init__(self, root: Path) -> None:
        self._root = root

    async def put(self, council: str, name: str, content: bytes) -> None:
        """Whole or not at all."""
        await asyncio.to_thread(_put, self._root / council, name, content)

    async def has(self, council: str, name: str) -> bool:
        """Whether it is there."""
        return await asyncio.to_thread((self._root / council / name).exists)


def _put(folder: Path, name: str, content: bytes) -> None:
    folder.mkdir(parents=True, exist_ok=True, mode=0o750)
    _replace(folder / name, content)


def _replace(path: Path, content: bytes) -> None:
    """Also after a loss of power: written beside, forced to disk, then renamed."""
    fresh = path.with_name(f".{path.name}.{uuid4().hex}")
    with fresh.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
