"""How an outcome that is recorded on a row of the tracker finds back to that row."""

from collections.abc import Mapping
from typing import Final
from urllib.parse import parse_qsl, urlencode

TRACKER: Final = "tracker"
"""In the address to which the row's form is sent: what the tracker was asked for."""
_FILTERS: Final = ("reviewing_officer", "team_manager", "kind", "late", "page")


def row_query(query: Mapping[str, str]) -> str:
    """What the address of the row's form says besides, of what the tracker's own address says."""
    return urlencode({TRACKER: urlencode([(name, query[name]) for name in _FILTERS if query.get(name)])})


def tracker_query(said: str) -> str:
    """Back to what the tracker was asked for; anything else that an address says is left out."""
    asked = [(name, value) for name, value in parse_qsl(said) if name in _FILTERS]
    return f"?{urlencode(asked)}" if asked else ""
