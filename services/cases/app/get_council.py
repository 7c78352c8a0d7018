"""Says how a council calls itself, its colours, its words and its kinds of meeting. Nothing of any case."""

from collections.abc import Mapping
from dataclasses import dataclass

from rulebook.brand import Brand
from rulebook.pack import MeetingKind, Pack
from servicekit.caller import Caller
from services.cases.app.policy import require


@dataclass(frozen=True)
class CouncilView:
    """From the configuration and the council's pack; the kinds of meeting by title."""

    display_name: str
    brand: Brand
    labels: Mapping[str, str]
    meeting_kinds: tuple[MeetingKind, ...]


def get_council(caller: Caller, display_name: str, pack: Pack) -> CouncilView:
    """The caller's own. Not audited: it holds no personal data."""
    require(caller, "GetCouncil", f"councils/{caller.council}")
    kinds = sorted(pack.meeting_kinds.values(), key=lambda kind: (kind.title.casefold(), kind.id))
    return CouncilView(display_name, pack.brand, pack.labels, tuple(kinds))
