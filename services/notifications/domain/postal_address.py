"""Whether a letter can go to an address, as GOV.UK Notify takes it: at most seven lines, the postcode in the last."""

import re
from collections.abc import Sequence

MOST_LINES = 7
"""With the name, which is the first."""
_LEAST_LINES = 2
_POSTCODE = re.compile(r"[A-Z]{1,2}[0-9][A-Z0-9]? ?[0-9][A-Z]{2}", re.IGNORECASE)

_NONE = "The safe way is by letter, and no postal address is recorded. Record one in the case system."
_SHORT = "The postal address has too few lines for a letter. Put it right in the case system."
_LONG = "The postal address has more than six lines, and a letter takes no more. Put it right in the case system."
_NO_POSTCODE = "The postal address does not end with a postcode. Put it right in the case system."


def why_no_letter(lines: Sequence[str]) -> str:
    """What is wrong with the lines (without the name), and what to do; empty where a letter can go there."""
    if not lines:
        return _NONE
    if len(lines) < _LEAST_LINES:
        return _SHORT
    if len(lines) > MOST_LINES - 1:
        return _LONG
    return "" if _POSTCODE.fullmatch(lines[-1].strip()) else _NO_POSTCODE
