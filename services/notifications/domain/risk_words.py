"""What a checking person should look twice at in a message: names, addresses and numbers that belong to somebody, and
what merely looks like one.
"""

import re
from collections.abc import Iterable, Iterator

from services.notifications.domain.likeness import Likeness, Span
from services.notifications.domain.rendering import Rendering

_BLANK = r"[ \t\u00a0]"
_CAPITAL = r"[A-ZÀ-ÖØ-Þ][\w'’.-]*"
_STREET = (
    r"(?:road|rd|street|st|lane|ln|avenue|ave|close|drive|way|court|crescent|gardens?|grove|place|row|terrace|walk|hill"
    r"|green|square|mews|park|rise|view|parade|quay|wharf|yard|path|mount|end)"
)
_PATTERNS = tuple(
    re.compile(pattern)
    for pattern in (
        # A postcode, also run together and in small letters.
        rf"(?i:\b[A-Z]{{1,2}}\d[A-Z\d]?{_BLANK}{{0,2}}\d[A-Z]{{2}}\b)",
        # A telephone number, from home or from abroad.
        r"(?<!\w)(?:(?:\+|00)[1-9]\d{0,2}|\(?0)(?:[ \u00a0().-]{0,2}\d){8,12}(?!\w)",
        # An e-mail address.
        r"(?<![^\s<>()\",;:@])[^\s<>()\",;:@]+@[\w-]+(?:\.[\w-]+)+",
        # A school by its name.
        rf"\b{_CAPITAL}(?:{_BLANK}(?:{_CAPITAL}|&|of|the|and)){{0,6}}{_BLANK}(?i:schools?|nursery|nurseries|colleges?)\b",
        # A house number with its street.
        rf"\b\d{{1,4}}[A-Za-z]?,?{_BLANK}(?:{_CAPITAL}{_BLANK}){{1,4}}(?i:{_STREET})\b",
        # A link.
        r"(?i:\bhttps?://|\bwww\.)[^\s<>\"]*[^\s<>\".,;:!?')\]]",
    )
)


def risk_words(shown: Rendering, protected: Iterable[str]) -> tuple[str, ...]:
    """What to mark, as it stands in the subject line, text, place and address, in this order, each once.

    `protected` are the strings of everybody around the meeting and of its subjects, the recipient's own too. Nothing of
    them is told that is not in the text itself. Where two meet, the longer one is marked.
    """
    strings = tuple(dict.fromkeys(protected))
    found = [
        *_marked(shown.subject_line, strings),
        *_marked(shown.body_text, strings, own_words=False),
        *_marked(shown.location, strings),
        *_marked(shown.address, strings),
    ]
    return tuple(dict.fromkeys(found))


def _marked(text: str, protected: Iterable[str], *, own_words: bool = True) -> list[str]:
    likeness = Likeness(text)
    spans = [span for string in protected for span in likeness.spans(string, own_words=own_words)]
    spans += [match.span() for pattern in _PATTERNS for match in pattern.finditer(text)]
    return [text[first:last] for first, last in sorted(_apart(spans))]


def _apart(spans: Iterable[Span]) -> Iterator[Span]:
    """The longest first, and no two over each other."""
    kept: list[Span] = []
    for first, last in sorted(set(spans), key=lambda span: (span[0] - span[1], span[0])):
        if all(last <= start or end <= first for start, end in kept):
            kept.append((first, last))
            yield first, last
