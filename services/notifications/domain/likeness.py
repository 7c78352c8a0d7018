"""Where a string stands in a text: case, blanks, punctuation, accents and look-alike forms (Unicode NFKC) make no
difference. The last check and what marks a preview ask here, so that they can never disagree.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import TypeAlias

Span: TypeAlias = tuple[int, int]
"""[first, last) character of a text."""

# Words of our own fixed sentences and of dates: a person called May must not stop every message in May.
_OWN_WORDS = frozenset([
    "you", "are", "asked", "to", "come", "this", "meeting", "reference", "when", "where", "concerns", "others",
    "who", "by", "role", "please", "answer", "invitation", "so", "that", "we", "know", "whether", "expect",
    "message", "holds", "no", "names", "it", "can", "stand", "in", "a", "calendar", "do", "not", "forward", "the",
    "place", "will", "be", "told", "separately", "take", "need", "anything", "europe", "london", "monday",
    "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "january", "february", "march", "april",
    "may", "june", "july", "august", "september", "october", "november", "december",
    "which", "these", "dates", "make", "for", "in", "person", "join", "from", "video", "or", "telephone", "before",
    "here", "an", "account", "if", "use", "link", "want", "talk", "about", "ring", "council", "on", "has", "with",
    "ref", "replaces", "what", "were", "yours", "alone", "tell", "us", "reminder", "have", "heard", "yet", "is", "and",
    "how", "waits", "after", "meetings", "late", "due", "first", "action", "actions", "set", "sets", "of", "minutes",
    "sign", "file", "list", "lists", "decision", "decisions", "send", "out", "whole", "record", "records", "thing",
    "things", "see", "open", "whoever", "them", "your", "done", "cannot",
])  # fmt: skip
_WORD = re.compile(r"[^\W_]+")
_SQUEEZED_FROM = 6


class Likeness:
    """A text made ready for the search."""

    def __init__(self, text: str) -> None:
        folded = [(sign, at) for at, letter in enumerate(text) for sign in _plain(letter)]
        self._words = list(_WORD.finditer("".join(sign for sign, _ in folded)))
        # Where each sign came from, and where in the text the next one begins: what folds to nothing goes along.
        self._from = [at for _, at in folded]
        self._until = _ends(self._from, len(text))
        self._joined = _joined([word[0] for word in self._words])
        self._word_at = _starts([word[0] for word in self._words])
        self._squeezed = "".join(word[0] for word in self._words)
        self._sign_at = [at for word in self._words for at in range(*word.span())]

    def spans(self, needle: str, *, own_words: bool = True) -> Iterator[Span]:
        """Every place where the string stands, or what says enough of it by itself.

        `own_words=False`: a single word that our own sentences hold too is not looked for.
        """
        for piece in _pieces(needle):
            words = words_of(piece)
            if words and (own_words or len(words) > 1 or words[0] not in _OWN_WORDS):
                yield from self._as_words(words)
                yield from self._run_together("".join(words))

    def _as_words(self, words: list[str]) -> Iterator[Span]:
        for at in _found(self._joined, _joined(words)):
            first = self._word_at[at + 1]
            yield self._span(self._words[first].start(), self._words[first + len(words) - 1].end() - 1)

    def _run_together(self, wanted: str) -> Iterator[Span]:
        # Telephone numbers, postcodes and addresses are written with blanks and hyphens in many ways.
        if len(wanted) >= _SQUEEZED_FROM and _looks_numbered(wanted):
            for at in _found(self._squeezed, wanted):
                yield self._span(self._sign_at[at], self._sign_at[at + len(wanted) - 1])

    def _span(self, first: int, last: int) -> Span:
        return self._from[first], self._until[last]


def squeezed(text: str) -> str:
    """Letters and digits alone: equal for two spellings of one string."""
    return "".join(words_of(text))


def words_of(text: str) -> list[str]:
    """The words, plain."""
    return _WORD.findall("".join(map(_plain, text)))


def _pieces(needle: str) -> list[str]:
    """The string whole; what says enough of an address by itself (street with number, postcode); a number as
    dialled at home.
    """
    parts = [part for part in re.split(r"[,;\n]", needle) if len(squeezed(part)) >= 5 and _looks_numbered(part)]
    abroad = re.fullmatch(r"\s*(?:\+|00)44([\d\s()-]{9,})", needle)
    return [needle, *parts, *([f"0{squeezed(abroad[1])}"] if abroad else [])]


def _looks_numbered(text: str) -> bool:
    return any(sign.isdigit() for sign in text)


def _joined(words: list[str]) -> str:
    return f" {' '.join(words)} "


def _starts(words: list[str]) -> dict[int, int]:
    """Which word begins at which place of the joined words."""
    starts, at = {}, 1
    for number, word in enumerate(words):
        starts[at] = number
        at += len(word) + 1
    return starts


def _ends(origins: list[int], length: int) -> list[int]:
    ends, following = [], length
    for at, origin in zip(reversed(range(len(origins))), reversed(origins), strict=True):
        if at + 1 < len(origins) and origins[at + 1] != origin:
            following = origins[at + 1]
        ends.append(following)
    return ends[::-1]


def _found(text: str, wanted: str) -> Iterator[int]:
    at = text.find(wanted)
    while at >= 0:
        yield at
        at = text.find(wanted, at + 1)


@lru_cache(maxsize=4096)
def _plain(letter: str) -> str:
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", letter).casefold())
    return "".join(sign for sign in folded if not unicodedata.combining(sign) and unicodedata.category(sign) != "Cf")
