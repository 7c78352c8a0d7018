"""A Word paper as a document: its words, headings, lists and tables. It says that pictures and layout are left out."""

from io import BytesIO
from typing import Final

import docx
from docx.table import Table as WordTable
from docx.text.paragraph import Paragraph as WordParagraph

from services.panels.domain.document import Block, Bullets, Document, Heading, Paragraph, Table

_TITLE: Final = "Paper sent as a Word file"
_NOTE: Final = (
    "What follows are the words and tables of a Word file. Its pictures and its layout are left out; the file itself"
    " stands beside the agenda."
)
_DEEPEST: Final = 3


def document_of(content: bytes) -> Document:
    """ValueError, KeyError or an error of python-docx for what it cannot read."""
    blocks: list[Block] = [Paragraph(_NOTE)]
    level = 1
    for part in docx.Document(BytesIO(content)).iter_inner_content():
        if isinstance(part, WordTable):
            blocks += _table(part)
            continue
        block = _block(part, level)
        if isinstance(block, Heading):
            level = block.level
        if block is not None:
            blocks.append(block)
    return Document(_TITLE, (), tuple(blocks))


def _block(part: WordParagraph, level: int) -> Block | None:
    text, style = part.text.strip(), (part.style.name or "") if part.style is not None else ""
    if not text:
        return None
    if style == "Title" or style.startswith("Heading"):
        wanted = int(style[-1]) + 1 if style[-1:].isdigit() else 2
        return Heading(text, max(2, min(wanted, level + 1, _DEEPEST)))
    return Bullets((text,)) if style.startswith("List") else Paragraph(text)


def _table(table: WordTable) -> list[Block]:
    rows = [tuple(cell.text.strip() for cell in row.cells) for row in table.rows]
    width = max((len(row) for row in rows), default=0)
    even = [row + ("",) * (width - len(row)) for row in rows]
    if len(even) < 2:  # a head alone is no table
        return [Paragraph(" ".join(text for text in row if text)) for row in even if any(row)]
    return [Table("Table", even[0], tuple(even[1:]))]
