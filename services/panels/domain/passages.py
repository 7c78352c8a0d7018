"""Noticing that a passage of one subject's minutes stands in another's: not by names, by the words themselves."""

import hashlib
import re
from collections.abc import Iterable
from typing import Final

# Shorter ones are turns of phrase that stand in many minutes by right.
_LEAST_WORDS: Final = 15
_DIGEST_BYTES: Final = 16
_ENDS = re.compile(r"[.!?;\n]+")
_NO_WORD = re.compile(r"[^\w]+")


def passages_of(texts: Iterable[str]) -> frozenset[bytes]:
    """A digest of each sentence of at least fifteen words, whatever its case, blanks and signs."""
    sentences = (sentence for text in texts for sentence in _ENDS.split(text))
    plain = (_NO_WORD.sub(" ", sentence.casefold()).strip() for sentence in sentences)
    return frozenset(_digest(words) for words in plain if words.count(" ") + 1 >= _LEAST_WORDS)


def _digest(words: str) -> bytes:
    return hashlib.sha256(words.encode()).digest()[:_DIGEST_BYTES]
