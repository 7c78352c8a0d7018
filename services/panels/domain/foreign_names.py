"""Noticing another subject's name in a text that belongs to one subject."""

import re
import unicodedata
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

_LEAST_LETTERS = 3
# Given names that are everyday words too: alone they prove nothing, with their surname they do.
_ALSO_WORDS = frozenset(
    [
        "april",
        "art",
        "autumn",
        "bill",
        "chance",
        "dawn",
        "dean",
        "faith",
        "frank",
        "grace",
        "heather",
        "holly",
        "hope",
        "ivy",
        "jack",
        "joy",
        "june",
        "lily",
        "mark",
        "may",
        "miles",
        "pat",
        "penny",
        "reed",
        "rich",
        "rose",
        "sky",
        "star",
        "summer",
        "will",
    ]
)
# Stand beside a name and are none.
_BESIDE_NAMES = frozenset(["and", "carer", "carers", "dr", "family", "home", "house", "household", "miss", "mr", "mrs"])


@dataclass(frozen=True)
class KnownName:
    """How another subject is called; `close`: they share a meeting, an item or parents, so the given name suffices."""

    display_name: str
    close: bool = False


def names_another(text: str, own_name: str, others: Sequence[KnownName]) -> bool:
    """Whether the text names somebody else. A given name counts alone only of somebody close."""
    plain = _plain(text)
    own = _plain(own_name)
    return any(_found(plain, _plain(other.display_name), own, other.close) for other in others)


def names_hidden(text: str, own_name: str, hidden: str) -> bool:
    """Whether the text names somebody of whom its reader may not know: by the whole name, or by any part of it.

    A surname alone tells as much as a given name. What the subject is called too is nobody's secret.
    """
    plain, capitals = _plain(text), set(re.findall(r"\b[A-Z]\w*", text))
    name, own = _plain(hidden), _plain(own_name).split()
    if not name or _stands_in(name, plain):
        return bool(name)
    parts = [part for part in name.split() if part not in own and part not in _BESIDE_NAMES]
    return any(_names_part(part, plain, capitals) for part in parts)


def _names_part(part: str, plain: str, capitals: AbstractSet[str]) -> bool:
    if part in _ALSO_WORDS or len(part) < _LEAST_LETTERS:
        return part.capitalize() in capitals
    return any(_stands_in(form, plain) for form in (part, f"{part}s", f"{part}es"))


def _found(plain: str, name: str, own: str, close: bool) -> bool:
    parts = name.split()
    if not parts or name == own:
        return False
    if _stands_in(name, plain):
        return True
    given = parts[0]
    telling = len(given) >= _LEAST_LETTERS and given not in own.split() and given not in _ALSO_WORDS
    return close and telling and _stands_in(given, plain)


def _stands_in(words: str, plain: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(words)}(?!\w)", plain) is not None


def _plain(text: str) -> str:
    """Lower case, without accents, one blank between words, so that a spelling does not hide a name."""
    letters = unicodedata.normalize("NFKD", text)
    bare = "".join(sign for sign in letters if not unicodedata.combining(sign))
    return " ".join(re.sub(r"[-–—_\s]+", " ", bare.replace("’", "'")).casefold().split())
