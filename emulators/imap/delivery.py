"""Bringing what the mail server emulator kept into a Maildir, each message once."""

import shutil
from pathlib import Path

from emulators.atomic import write_atomically

_PARTS = ("cur", "new", "tmp")


class Delivery:
    """From `<folder>/<n>.eml`, n rising, to a Maildir; how far it came is kept beside the Maildir."""

    def __init__(self, folder: Path, maildir: Path) -> None:
        self._folder, self._maildir = folder, maildir
        self._mark = maildir.with_suffix(".delivered")
        for part in _PARTS:
            (maildir / part).mkdir(parents=True, exist_ok=True)

    def deliver(self) -> int:
        """Copy what is new, oldest first; how many. Broken off, it goes on where it was: no message twice."""
        last = int(self._mark.read_text()) if self._mark.exists() else 0
        fresh = sorted(number for number in map(_number, self._folder.glob("*.eml")) if number > last)
        for number in fresh:
            # The same name at a repeat, so that it replaces its own copy.
            name = f"{number:08}.delivered"
            shutil.copyfile(self._folder / f"{number}.eml", self._maildir / "tmp" / name)
            (self._maildir / "tmp" / name).replace(self._maildir / "new" / name)
            write_atomically(self._mark, str(number).encode())
        return len(fresh)


def _number(path: Path) -> int:
    return int(path.stem) if path.stem.isdigit() else 0
