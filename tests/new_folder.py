"""Folders for what a test run starts: its databases and played demos."""

import tempfile
from pathlib import Path


def new_folder(name: str) -> Path:
    """An empty folder among the temporary files, for whoever asks to take away again.

    Others may pass through, and not look around: PostgreSQL, which root runs as an unprivileged user, then has its data
    in here and not under /var/lib, and so in memory where TMPDIR is (as `make test` has it).
    """
    folder = Path(tempfile.mkdtemp(prefix=f"permanence-{name}-"))
    folder.chmod(0o711)
    return folder
