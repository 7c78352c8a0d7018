"""A document as a Word file with real headings, lists and table heads, so that a screen reader finds its way."""

from datetime import UTC, datetime
from io import BytesIO
from typing import Final

import docx
from docx.document import Document as WordFile
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt
from docx.table import Table as WordTable
from docx.text.paragraph import Paragraph as WordParagraph

from services.panels.domain.document import (
    Block,
    Bullets,
    Document,
    Facts,
    Heading,
    PageBreak,
    Paragraph,
    Signature,
    Table,
    printable,
)

# A file says nothing of the machine and the minute that made it; the texts say when they were signed.
_NO_TIME: Final = datetime(2000, 1, 1, tzinfo=UTC)


def word(document: Document) -> bytes:
    """The file's bytes."""
    file = docx.Document()
    _set_up(file, printable(document.title))
    file.add_heading(printable(document.title), level=1)
    for block in (Facts(document.facts), *document.blocks):
        _put(file, block)
    made = BytesIO()
    file.save(made)
    return made.getvalue()


def _set_up(file: WordFile, title: str) -> None:
    properties = file.core_properties
    properties.title, properties.author, properties.comments = title, "", ""
    properties.created = properties.modified = _NO_TIME
    properties.language = "en-GB"
    normal = file.styles["Normal"]
    normal.font.name, normal.font.size = "Arial", Pt(12)
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "en-GB")
    normal.element.get_or_add_rPr().append(language)


def _put(file: WordFile, block: Block) -> None:
    match block:
        case Heading(text, level):
            file.add_heading(printable(text), level=level)
        case Paragraph(text):
            file.add_paragraph(printable(text))
        case Facts(rows):
            for name, text in rows:
                _put_fact(file.add_paragraph(), name, text)
        case Signature():
            _put_fact(file.add_paragraph(), block.label, block.words)
        case Bullets(items):
            for item in items:
                file.add_paragraph(printable(item), style="List Bullet")
        case Table():
            _put_table(file, block)
        case PageBreak():
            file.add_page_break()


def _put_fact(paragraph: WordParagraph, name: str, text: str) -> None:
    paragraph.add_run(f"{printable(name)}: ").bold = True
    paragraph.add_run(printable(text))


def _put_table(file: WordFile, block: Table) -> None:
    file.add_paragraph().add_run(printable(block.caption)).bold = True
    table = file.add_table(rows=1, cols=len(block.heads), style="Table Grid")
    _fill(table, 0, block.heads, bold=True)
    _repeat_on_each_page(table)
    for row in block.rows:
        table.add_row()
        _fill(table, -1, row)


def _fill(table: WordTable, place: int, texts: tuple[str, ...], *, bold: bool = False) -> None:
    for cell, text in zip(table.rows[place].cells, texts, strict=True):
        cell.paragraphs[0].add_run(printable(text)).bold = bold


def _repeat_on_each_page(table: WordTable) -> None:
    """Which makes the first row the table's head for assistive technology too."""
    row = table.rows[0]._tr.get_or_add_trPr()
    row.append(OxmlElement("w:tblHeader"))
