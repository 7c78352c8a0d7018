"""The directory in use: read at start, replaced or added to at run time, kept across a kill."""

import json
from pathlib import Path

from emulators.atomic import write_atomically
from emulators.directory import Directory, DirectoryError, parse_directory


def _load(path: Path) -> dict[str, object]:
    try:
        document = json.loads(path.read_bytes())
    except FileNotFoundError:
        raise DirectoryError([f"{path}: no such file"]) from None
    except ValueError as error:
        raise DirectoryError([f"{path}: not JSON ({error})"]) from None
    parse_directory(document)
    return dict(document)


class DirectoryFile:
    """Holds the current directory. What was put at run time wins over the file given at start."""

    def __init__(self, state_dir: Path, initial: Path | None) -> None:
        self._kept = state_dir / "directory.json"
        source = self._kept if self._kept.exists() else initial
        self._document: dict[str, object] = _load(source) if source else {"tenants": []}
        self.current: Directory = parse_directory(self._document)

    def replace(self, document: dict[str, object]) -> None:
        """Use `document` from now on; raises DirectoryError and changes nothing where it is wrong."""
        if document == self._document and self._kept.exists():
            return
        parsed = parse_directory(document)
        write_atomically(self._kept, json.dumps(document, indent=1).encode())
        self._document, self.current = document, parsed

    def add_mailboxes(self, tenant_id: str, mailboxes: object) -> None:
        """Add mailboxes to a tenant; an address that is there already is replaced."""
        if not isinstance(mailboxes, list):
            raise DirectoryError(["mailboxes: needs a list"])
        document = json.loads(json.dumps(self._document))
        tenant = next((t for t in document["tenants"] if t["tenant_id"] == tenant_id), None)
        if tenant is None:
            raise DirectoryError([f"tenant_id: no tenant {tenant_id}"])
        new = {str(m.get("address", "")).lower() for m in mailboxes if isinstance(m, dict)}
        kept = [m for m in tenant.get("mailboxes", []) if m["address"].lower() not in new]
        tenant["mailboxes"] = kept + mailboxes
        self.replace(document)
