"""One folder per address, one numbered file per message."""

import os
import re
import tempfile
from pathlib import Path

_UNSAFE = re.compile(r"[^a-z0-9@._+-]")


def folder_name(address: str) -> str:
    """The address in lower case as a safe folder name: no separators, no leading dot."""
    return _UNSAFE.sub("_", address.strip().lower()).lstrip(".")[:200] or "_"


class MessageFiles:
    """Keeps messages as `<mail_dir>/<address>/<n>.eml`, n rising from 1 per address, never reused."""

    def __init__(self, mail_dir: Path) -> None:
        self.mail_dir = mail_dir

    def keep(self, address: str, message: bytes) -> Path:
        """Write the message whole under the next free number; a kill leaves all of it or nothing."""
        folder = self.mail_dir / folder_name(address)
        folder.mkdir(parents=True, exist_ok=True)
        handle, part = tempfile.mkstemp(dir=folder, prefix=".part-")
        try:
            with os.fdopen(handle, "wb") as writing:
                writing.write(message)
                writing.flush()
                os.fsync(writing.fileno())
            Path(part).chmod(0o644)
            return _linked(part, folder)
        finally:
            Path(part).unlink(missing_ok=True)


def _linked(part: str, folder: Path) -> Path:
    number = max((int(kept.stem) for kept in folder.glob("*.eml") if kept.stem.isdigit()), default=0)
    while True:
        number += 1
        target = folder / f"{number}.eml"
        try:
            os.link(part, target)  # fails where another process took the number: nothing is ever overwritten
        except FileExistsError:
            continue
        return target
