"""A document as data: what stands on it and in which order. Writers make of it a page, a PDF and a Word file."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True)
class Heading:
    """Of the document's parts; `level` from 2 (the title is 1), never more than one deeper than the heading before."""

    text: str
    level: int = 2


@dataclass(frozen=True)
class Paragraph:
    """Running text; a line end within it stays one."""

    text: str


@dataclass(frozen=True)
class Facts:
    """Pairs of a short name and what it says."""

    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Table:
    """`caption` says what it lists; `heads` name the columns; every row has as many cells as there are heads."""

    caption: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Bullets:
    """A list without order."""

    items: tuple[str, ...]


@dataclass(frozen=True)
class Signature:
    """Whose signature belongs here (`label`), and who gave it and when; both empty where nobody has signed yet."""

    label: str
    signed_by: str = ""
    signed_at: str = ""

    @property
    def words(self) -> str:
        """What stands beside the label."""
        if not self.signed_at:
            return "Not signed"
        return f"{self.signed_by}, {self.signed_at}" if self.signed_by else self.signed_at


@dataclass(frozen=True)
class PageBreak:
    """On paper, what follows begins a page; a page on screen knows none."""


Block: TypeAlias = Heading | Paragraph | Facts | Table | Bullets | Signature | PageBreak


@dataclass(frozen=True)
class Document:
    """All texts are plain: nothing in them is ever markup. `facts` stand under the title.

    `pages_called`: what its pages are called at their foot, beside their number.
    """

    title: str
    facts: tuple[tuple[str, str], ...]
    blocks: tuple[Block, ...]
    pages_called: str = "Page"

    def texts(self) -> Iterator[str]:
        """Every text in reading order, as a writer puts it."""
        yield self.title
        for block in (Facts(self.facts), *self.blocks):
            yield from _texts_of(block)


def printable(text: str) -> str:
    """Without what no file may hold: control characters other than line ends, and halves of a character."""
    return "".join(" " if one == "\t" else one for one in text if one in "\n\t" or _is_character(one))


def _is_character(one: str) -> bool:
    code = ord(one)
    return code >= 0x20 and not 0x7F <= code < 0xA0 and not 0xD800 <= code < 0xE000 and code not in (0xFFFE, 0xFFFF)


def _texts_of(block: Block) -> Iterator[str]:
    match block:
        case Heading(text) | Paragraph(text):
            yield text
        case Facts(rows):
            yield from (text for row in rows for text in row)
        case Table(caption, heads, table_rows):
            yield caption
            yield from heads
            yield from (text for row in table_rows for text in row)
        case Bullets(items):
            yield from items
        case Signature():
            yield from (block.label, block.words)
        case PageBreak():
            return
