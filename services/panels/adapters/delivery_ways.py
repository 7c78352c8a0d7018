"""How each council's case system is reached: a folder here, SFTP or HTTPS, as a file of the settings says."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jsonschema
import yaml

from services.panels.adapters.delivery_folder import WatchedFolder
from services.panels.adapters.https_delivery import HttpsFolder, HttpsWay
from services.panels.adapters.sftp_delivery import SftpFolder, SftpWay
from services.panels.app.minutes_ports import CaseSystem

_TEXT = {"type": "string", "minLength": 1}
_SFTP = {
    "type": "object",
    "additionalProperties": False,
    "required": ["way", "host", "user", "key_file", "known_hosts_file", "folder"],
    "properties": {
        "way": {"const": "sftp"},
        "host": _TEXT,
        "port": {"type": "integer", "minimum": 1, "maximum": 65535},
        "user": _TEXT,
        "key_file": _TEXT,
        "known_hosts_file": _TEXT,
        "folder": _TEXT,
    },
}
_HTTPS = {
    "type": "object",
    "additionalProperties": False,
    "required": ["way", "url", "token_file"],
    "properties": {
        "way": {"const": "https"},
        "url": {"type": "string", "pattern": "^https://"},
        "token_file": _TEXT,
        "ca_file": _TEXT,
    },
}
_SCHEMA: dict[str, Any] = {
    "type": "object",
    "additionalProperties": {"if": {"properties": {"way": {"const": "sftp"}}}, "then": _SFTP, "else": _HTTPS},
}


@dataclass(frozen=True)
class CaseSystems:
    """Each council's own way; the folder for every council that has none."""

    folder: WatchedFolder
    ways: Mapping[str, CaseSystem]

    async def put(self, council: str, name: str, content: bytes) -> None:
        """By the council's way."""
        await self.ways.get(council, self.folder).put(council, name, content)

    async def has(self, council: str, name: str) -> bool:
        """By the council's way."""
        return await self.ways.get(council, self.folder).has(council, name)


def case_systems(folder: Path, ways: Path | None) -> CaseSystems:
    """As the file says. ValueError where it is wrong, with where: the service does not start."""
    read: dict[str, Any] = (yaml.safe_load(ways.read_text(encoding="utf-8")) or {}) if ways else {}
    try:
        jsonschema.validate(read, _SCHEMA)
    except jsonschema.ValidationError as error:
        place = "/".join(str(step) for step in error.absolute_path)
        raise ValueError(f"{ways}: {place}: {error.message}") from error
    return CaseSystems(WatchedFolder(folder), {council: _way(raw) for council, raw in read.items()})


def _way(raw: Mapping[str, Any]) -> CaseSystem:
    own = {key: value for key, value in raw.items() if key != "way"}
    return SftpFolder(SftpWay(**own)) if raw["way"] == "sftp" else HttpsFolder(HttpsWay(**own))
