"""What a placement's code says of the child. The codes are the SSDA903 guide's; the SSD's tables hold the same."""

from collections.abc import Mapping
from typing import Final

from rulebook.facts import AttributeValue

_KIND: Final = {
    **dict.fromkeys(("A3", "A4", "A5", "A6"), "adoptive"),
    **dict.fromkeys(("U1", "U2", "U3"), "connected"),
    **dict.fromkeys(("U4", "U5", "U6"), "foster"),
    **dict.fromkeys(("K1", "K2", "R1", "S1"), "residential"),
    "H5": "semi_independent",
    "P1": "with_parents",
    **dict.fromkeys(("P2", "P3", "R2", "R3", "R5", "T0", "T1", "T2", "T3", "T4", "Z1"), "other"),
}
CODES: Final = frozenset(_KIND)
"""Those of the guide that say where a child lives."""
# Of foster homes the code also says whether the child is meant to stay to eighteen.
_LONG_TERM: Final = frozenset({"U1", "U4"})


def attributes_of(code: str) -> Mapping[str, AttributeValue]:
    """The attributes for the rulebook; none for a code that the guide does not have."""
    code = code.strip().upper()[:2]
    kind = _KIND.get(code)
    if kind is None:
        return {}
    return (
        {"placement_kind": kind, "long_term_placement": code in _LONG_TERM}
        if code[0] == "U"
        else {"placement_kind": kind}
    )
