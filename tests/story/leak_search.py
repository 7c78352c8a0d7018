"""Looks for what people may not learn of each other, in whatever left: decoded, and however it is written."""

import html
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from urllib.parse import unquote

from cli.made_council.cast import MadeCouncil, ProtectedPerson

_HEAD = 6
_ESCAPE = re.compile(r"\\u([0-9a-fA-F]{4})")
_TAG = re.compile(r"<[^<>]*>")
_NOT_A_SIGN = re.compile(r"[^\w@]+|_")


class Reader(Enum):
    """Who may see an artefact, where it is not one person."""

    NOBODY = auto()
    """No person at all may be named in it: a subject line, a file name, a log, an error, a resource name."""
    STAFF = auto()
    """The council's staff: they may see each other's names and addresses, and nobody else's."""
    WORKERS = auto()
    """Staff at work with a case: they may see names, of staff also addresses; nobody else's home, telephone or mail."""


@dataclass(frozen=True)
class Artefact:
    """One thing that left. `where` says where it was found; `readers` are keys of the people who may read it."""

    kind: str
    where: str
    text: str
    reader: Reader = Reader.NOBODY
    owners: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Leak:
    """A protected string of somebody in an artefact that is not theirs. Says whose, not what."""

    kind: str
    where: str
    whose: str
    string: str = field(repr=False)


@dataclass(frozen=True)
class _Protected:
    whose: str
    staff: bool
    string: str
    name: bool = False


def key_of(council: str, source_id: str) -> str:
    """A person of one of the councils: source ids alone begin anew in each."""
    return f"{council}/{source_id}"


class LeakSearch:
    """Knows everybody's protected strings."""

    def __init__(self, councils: Mapping[str, Iterable[ProtectedPerson]]) -> None:
        self._by_head: dict[str, list[_Protected]] = {}
        self.strings = 0
        for slug, people in councils.items():
            for person in people:
                self._learn(slug, person)

    @classmethod
    def of(cls, *councils: MadeCouncil) -> "LeakSearch":
        """Everybody of these made councils."""
        return cls({made.spec.slug: made.protected.values() for made in councils})

    def _learn(self, slug: str, person: ProtectedPerson) -> None:
        for string in person.strings:
            for form in dict.fromkeys((normal(string), squeezed(string))):
                assert len(form) >= _HEAD, "too short to be looked for"
                whose, staff = key_of(slug, person.source_id), person.kind == "staff"
                known = _Protected(whose, staff, form, name=string in person.names)
                self._by_head.setdefault(form[:_HEAD], []).append(known)
            self.strings += 1

    def leaks(self, artefact: Artefact) -> list[Leak]:
        """Everything in it that its readers may not learn."""
        found: dict[tuple[str, str], Leak] = {}
        for text in readings(artefact.text):
            heads = {text[at : at + _HEAD] for at in range(len(text))} & self._by_head.keys()
            for known in (one for head in heads for one in self._by_head[head]):
                if known.string in text and not _allowed(artefact, known):
                    leak = Leak(artefact.kind, artefact.where, known.whose, known.string)
                    found.setdefault((known.whose, squeezed(known.string)), leak)
        return list(found.values())


def _allowed(artefact: Artefact, known: _Protected) -> bool:
    staff = artefact.reader in (Reader.STAFF, Reader.WORKERS) and known.staff
    return known.whose in artefact.owners or staff or (artefact.reader is Reader.WORKERS and known.name)


def readings(text: str) -> list[str]:
    """The text as it may be read: with and without its mark-up, entities, escapes, blanks and marks."""
    plain = unquote(_ESCAPE.sub(lambda found: chr(int(found[1], 16)), text))
    shown = html.unescape(_TAG.sub("", html.unescape(plain)))
    spaced = html.unescape(_TAG.sub(" ", plain))
    forms = {one: normal(one) for one in (text, plain, shown, spaced)}
    close = (_NOT_A_SIGN.sub("", forms[one]) for one in (shown, spaced, plain))
    return list(dict.fromkeys([*forms.values(), *close]))


def normal(text: str) -> str:
    """Case folded, compatibility forms made one, accents and invisible signs left out, one blank for many."""
    if text.isascii():  # as most are: there is nothing to be made one or left out
        return " ".join(text.casefold().split())
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    unseen = {ord(sign): None for sign in set(folded) if unicodedata.category(sign) in ("Cf", "Mn")}
    return " ".join(folded.translate(unseen).split())


def squeezed(text: str) -> str:
    """Letters and digits alone: a postcode or a number is the same with other blanks and marks between them."""
    return _NOT_A_SIGN.sub("", normal(text))
