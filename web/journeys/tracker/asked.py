"""What somebody asked the tracker for, as its address says it: opaque keys, kinds and nothing about a child."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from permanence.cases.v1 import subject_pb2
from permanence.cases.v1.subject_pb2 import SubjectKind

from web.keys import KEY

# Words of the address: kind of the contract and words of the screen.
KINDS: Mapping[str, tuple[SubjectKind.ValueType, str]] = {
    "": (subject_pb2.SUBJECT_KIND_UNSPECIFIED, "Children, born and unborn"),
    "unborn": (subject_pb2.SUBJECT_KIND_UNBORN_CHILD, "Unborn children"),
    "brothers-and-sisters": (subject_pb2.SUBJECT_KIND_SIBLING_GROUP, "Brothers and sisters"),
    "carer-households": (subject_pb2.SUBJECT_KIND_CARER_HOUSEHOLD, "Carer households"),
    "panels": (subject_pb2.SUBJECT_KIND_BODY, "Panels"),
}


@dataclass(frozen=True)
class Asked:
    """Filters; empty means all. `officer` and `manager` are keys of people."""

    officer: str = ""
    manager: str = ""
    kind: str = ""
    late: bool = False

    @property
    def wire_kind(self) -> SubjectKind.ValueType:
        """As the contract says it."""
        return KINDS[self.kind][0]

    @property
    def narrowed(self) -> bool:
        """Whether anything is left out."""
        return self != Asked()

    def path(self, page: str = "") -> str:
        """The address of the first page, or of another by its token."""
        said = {
            "reviewing_officer": self.officer,
            "team_manager": self.manager,
            "kind": self.kind,
            "late": "yes" if self.late else "",
            "page": page,
        }
        query = urlencode({name: value for name, value in said.items() if value})
        return f"/tracker?{query}" if query else "/tracker"


def asked(query: Mapping[str, str]) -> Asked:
    """What an address asks for; what it says wrongly narrows nothing."""
    return Asked(
        _key(query.get("reviewing_officer", "")),
        _key(query.get("team_manager", "")),
        query.get("kind", "") if query.get("kind", "") in KINDS else "",
        query.get("late") == "yes",
    )


def _key(text: str) -> str:
    return text if re.fullmatch(KEY, text) else ""
