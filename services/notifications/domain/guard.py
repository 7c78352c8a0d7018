"""The last check before anything leaves: no other person's protected string, no name of a subject, no free
grammar.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from services.notifications.domain.likeness import Likeness, squeezed
from services.notifications.domain.rendering import SEPARATOR, Rendering

# The kind in letters and the reference without blanks: there is no room for a name beside them.
_SUBJECT_GRAMMAR = re.compile(r"[A-Z][A-Za-z ,'()-]{2,79} · [A-Za-z0-9][A-Za-z0-9/.-]{0,39}")


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
    own = {squeezed(text) for text in protected.get(rendering.person, ())}
    strangers = {person: texts for person, texts in protected.items() if person != rendering.person}
    leaks = [
        Leak(field, person)
        for field, text in _fields(rendering).items()
        for person, texts in {**strangers, "subject": tuple(subject_strings)}.items()
        for needle in texts
        if (person == "subject" or squeezed(needle) not in own) and _holds(text, needle, field)
    ]
    if not _SUBJECT_GRAMMAR.fullmatch(rendering.subject_line) or rendering.subject_line.count(SEPARATOR) != 1:
        leaks.append(Leak("subject_line", "grammar"))
    return tuple(dict.fromkeys(leaks))


def _fields(rendering: Rendering) -> dict[str, Likeness]:
    return {
        "subject_line": Likeness(rendering.subject_line),
        "location": Likeness(rendering.location),
        # Teams makes the joining link out of chance signs, which may look like anything.
        "body_text": Likeness(_without(rendering.body_text, rendering.joining_link)),
    }


def _without(text: str, link: str) -> str:
    return text.replace(link, "") if link else text


def _holds(text: Likeness, needle: str, field: str) -> bool:
    return any(True for _ in text.spans(needle, own_words=field != "body_text"))
