"""The last check before anything leaves: no other person's protected string, no name of a subject, no free
grammar.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from services.notifications.domain.rendering import SEPARATOR, Rendering

# The kind in letters and the reference without blanks: there is no room for a name beside them.
_SUBJECT_GRAMMAR = re.compile(r"[A-Z][A-Za-z ,'()-]{2,79} · [A-Za-z0-9][A-Za-z0-9/.-]{0,39}")
# Words of our own fixed sentences and of dates: a person called May must not stop every message in May.
_OWN_WORDS = frozenset(
    [
        "you",
        "are",
        "asked",
        "to",
        "come",
        "this",
        "meeting",
        "reference",
        "when",
        "where",
        "concerns",
        "others",
        "who",
        "by",
        "role",
        "please",
        "answer",
        "invitation",
        "so",
        "that",
        "we",
        "know",
        "whether",
        "expect",
        "message",
        "holds",
        "no",
        "names",
        "it",
        "can",
        "stand",
        "in",
        "a",
        "calendar",
        "do",
        "not",
        "forward",
        "the",
        "place",
        "will",
        "be",
        "told",
        "separately",
        "take",
        "need",
        "anything",
        "europe",
        "london",
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ]
)
_SQUEEZED_FROM = 6


@dataclass(frozen=True)
class Leak:
    """Where something was found that may not leave: the field, and whose it is. Never the string itself."""

    field: str
    belongs_to: str


def guard(
    rendering: Rendering, protected: Mapping[str, Iterable[str]], subject_strings: Iterable[str]
) -> tuple[Leak, ...]:
    """Every leak of one rendering; () lets it go.

    `protected` maps each person around the meeting to their protected strings; the recipient's own are
    theirs to read.
    Case, blanks, punctuation, accents and look-alike forms (Unicode NFKC) make no difference.
    """
    own = {_squeezed(text) for text in protected.get(rendering.person, ())}
    strangers = {person: texts for person, texts in protected.items() if person != rendering.person}
    leaks = [
        Leak(field, person)
        for field, text in _fields(rendering).items()
        for person, texts in {**strangers, "subject": tuple(subject_strings)}.items()
        for needle in texts
        if (person == "subject" or _squeezed(needle) not in own) and _holds(text, needle, field)
    ]
    if not _SUBJECT_GRAMMAR.fullmatch(rendering.subject_line) or rendering.subject_line.count(SEPARATOR) != 1:
        leaks.append(Leak("subject_line", "grammar"))
    return tuple(dict.fromkeys(leaks))


def _fields(rendering: Rendering) -> dict[str, str]:
    return {
        "subject_line": rendering.subject_line,
        "location": rendering.location,
        "body_text": rendering.body_text,
    }


def _holds(text: str, needle: str, field: str) -> bool:
    return any(_holds_piece(text, piece, field) for piece in _pieces(needle))


def _holds_piece(text: str, piece: str, field: str) -> bool:
    words = _words(piece)
    if not words or (len(words) == 1 and words[0] in _OWN_WORDS and field == "body_text"):
        return False
    if _as_words(words) in _as_words(_words(text)):
        return True
    squeezed = "".join(words)
    # Telephone numbers, postcodes and addresses are written with blanks and hyphens in many ways.
    return len(squeezed) >= _SQUEEZED_FROM and _looks_numbered(squeezed) and squeezed in _squeezed(text)


def _pieces(needle: str) -> list[str]:
    """The string whole; what says enough of an address by itself (street with number, postcode); a number as
    dialled
    at home.
    """
    parts = [part for part in re.split(r"[,;\n]", needle) if len(_squeezed(part)) >= 5 and _looks_numbered(part)]
    abroad = re.fullmatch(r"\s*(?:\+|00)44([\d\s()-]{9,})", needle)
    return [needle, *parts, *([f"0{_squeezed(abroad[1])}"] if abroad else [])]


def _looks_numbered(text: str) -> bool:
    return any(sign.isdigit() for sign in text)


def _as_words(words: list[str]) -> str:
    return f" {' '.join(words)} "


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", _plain(text))


def _squeezed(text: str) -> str:
    return "".join(_words(text))


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    return "".join(sign for sign in folded if not unicodedata.combining(sign) and unicodedata.category(sign) != "Cf")
