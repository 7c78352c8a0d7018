"""Bringing what the mail server emulator kept into a Maildir, each message once."""

import shutil
import time
from pathlib import Path

from emulators.atomic import write_atomically

_PARTS = ("cur", "new", "tmp")
# A folder's time of change is no finer than some milliseconds: one that changed just now is listed again.
_SETTLED_SECONDS = 1.0


class Delivery:
    """From `<folder>/<n>.eml`, n rising, to a Maildir; how far it came is kept beside the Maildir."""

    def __init__(self, folder: Path, maildir: Path) -> None:
        self._folder, self._maildir = folder, maildir
        self._mark = maildir.with_suffix(".delivered")
        self._listed = 0.0
        for part in _PARTS:
            (maildir / part).mkdir(parents=True, exist_ok=True)

    def deliver(self) -> int:
        """Copy what is new, oldest first; how many. Broken off, it goes on where it was: no message twice."""
        if not self._changed():
            return 0
        last = int(self._mark.read_text()) if self._mark.exists() else 0
        fresh = sorted(number for number in map(_number, self._folder.glob("*.eml")) if number > last)
        for number in fresh:
            # The same name at a repeat, so that it replaces its own copy.
            name = f"{number:08}.delivered"
            shutil.copyfile(self._folder / f"{number}.eml", self._maildir / "tmp" / name)
            (self._maildir / "tmp" / name).replace(self._maildir / "new" / name)
            write_atomically(self._mark, str(number).encode())
        return len(fresh)

    def _changed(self) -> bool:
        """Whether anything may have come since it was listed: it grows, and it is looked at ten times a second."""
        changed = self._folder.stat().st_mtime if self._folder.exists() else 0.0
        settled = time.time() - changed > _SETTLED_SECONDS
        if changed == self._listed and settled:
            return False
        self._listed = changed if settled else 0.0
        return True


def _number(path: Path) -> int:
    return int(path.stem) if path.stem.isdigit() else 0
