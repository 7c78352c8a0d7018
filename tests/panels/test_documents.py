"""A document in its three forms: the same text in the same order, no markup from a text, and an accessible PDF."""

from html.parser import HTMLParser
from io import BytesIO

import docx
import pdfua
import pytest
import typst
from docx.table import Table as WordTable
from pypdf import PdfReader

from services.panels.adapters import html_writer, typst_writer, word_writer
from services.panels.adapters.document_writer import ThreeForms
from services.panels.domain.document import (
    Bullets,
    Document,
    Facts,
    Heading,
    PageBreak,
    Paragraph,
    Signature,
    Table,
)

HOSTILE = "<b>bold</b> #strong[x] *star* $sum$ {{ jinja }} \\ @ref ${x} & </w:t>"
EVERYTHING = Document(
    title="Minutes: Permanence planning meeting, NM-0412",
    facts=(("Meeting", "Permanence planning meeting"), ("Reference", "NM-0412")),
    blocks=(
        Heading("What was said"),
        Paragraph(HOSTILE),
        Heading("Health", level=3),
        Facts((("Child's health", "Seen by Dr Zoë Łukasik\nin March"), ("School", "Not said"))),
        Table("Actions", ("What", "Who", "By when"), (("Ask the school", "Social worker", "4 March 2026"),)),
        Bullets(("The first of two", "The second of two")),
        Signature("Signature of the chair", "Tess Example", "4 March 2026"),
        Signature("Signature of the service manager"),
        PageBreak(),
        Heading("On a page of its own"),
        Paragraph("The end."),
    ),
)


class _Texts(HTMLParser):
    """What a page says, in order."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._silent = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent = tag in ("style", "title")

    def handle_endtag(self, tag: str) -> None:
        self._silent = False

    def handle_data(self, data: str) -> None:
        if data.strip() and not self._silent:
            self.texts.append(data)


def read_html(page: bytes) -> str:
    reader = _Texts()
    reader.feed(page.decode())
    return squeezed(" ".join(reader.texts))


def read_pdf(file: bytes) -> str:
    pages = [page.extract_text() for page in PdfReader(BytesIO(file)).pages]
    return squeezed(" ".join(text.rpartition("Page ")[0] for text in pages))


def read_word(file: bytes) -> str:
    parts: list[str] = []
    for part in docx.Document(BytesIO(file)).iter_inner_content():
        cells = [cell.text for row in part.rows for cell in row.cells] if isinstance(part, WordTable) else [part.text]
        parts += cells
    return squeezed(" ".join(parts))


def squeezed(text: str) -> str:
    """Without blanks, colons between facts and bullets: what is left is the text itself."""
    return "".join(one for one in text if not one.isspace() and one not in ":•\u200b")


def assert_reads_in_order(document: Document) -> None:
    """All three say every text of the document, in its order and nothing besides."""
    wanted = squeezed("".join(document.texts()))
    made = ThreeForms()
    assert read_html(made.html(document)) == wanted
    assert read_word(made.word(document)) == wanted
    pdf = made.pdf(document)
    assert read_pdf(pdf) == wanted
    assert_accessible(pdf)


def assert_accessible(pdf: bytes) -> None:
    """The second checker has nothing to say (the first is the compiler, which would not have made it)."""
    report = pdfua.validate(BytesIO(pdf))
    assert not report.findings, report.findings


def test_all_three_say_the_same_in_the_same_order_and_nothing_is_markup() -> None:
    assert_reads_in_order(EVERYTHING)


def test_the_pdf_has_a_title_a_language_and_tags_and_says_no_time() -> None:
    reader = PdfReader(BytesIO(typst_writer.pdf(EVERYTHING)))
    catalog = reader.root_object
    assert reader.metadata is not None
    assert reader.metadata.title == EVERYTHING.title
    assert catalog["/Lang"] == "en-GB"
    assert "/StructTreeRoot" in catalog
    assert reader.metadata.creation_date is None
    assert typst_writer.pdf(EVERYTHING) == typst_writer.pdf(EVERYTHING)
    assert len(reader.pages) == 2


def test_the_compiler_refuses_what_is_not_accessible(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(typst_writer, "_template", lambda: b"A document without a title")
    with pytest.raises(typst.TypstError, match="PDF/UA-1"):
        typst_writer.pdf(EVERYTHING)


def test_a_sign_without_a_glyph_is_written_out_and_no_control_character_breaks_a_file() -> None:
    document = Document("Minutes", (), (Paragraph("Happy \U0001f600, 中 and a bell\x07."),))
    assert "Happy[grinningface],[cjkunifiedideograph-4e2d]andabell." in read_pdf(typst_writer.pdf(document))
    assert "Happy\U0001f600,中andabell." in read_word(word_writer.word(document))
    assert "Happy\U0001f600,中andabell." in read_html(html_writer.html(document))


def test_a_word_as_long_as_a_line_does_not_run_off_the_paper() -> None:
    reader = PdfReader(BytesIO(typst_writer.pdf(Document("Minutes", (), (Paragraph("x" * 400),)))))
    lines = [line for line in reader.pages[0].extract_text().splitlines() if "x" in line]
    assert len(lines) > 3
    assert max(line.count("x") for line in lines) < 100


def test_the_page_has_one_title_real_heads_and_its_language() -> None:
    page = html_writer.html(EVERYTHING).decode()
    assert page.count("<h1>") == 1
    assert '<html lang="en-GB">' in page
    assert '<th scope="col">By when</th>' in page
    assert "<b>bold" not in page


def test_the_word_file_has_headings_a_table_head_and_says_nothing_of_its_maker() -> None:
    file = docx.Document(BytesIO(word_writer.word(EVERYTHING)))
    styles = [part.style.name for part in file.paragraphs if part.style and part.style.name.startswith("Heading")]
    assert styles == ["Heading 1", "Heading 2", "Heading 3", "Heading 2"]
    assert file.tables[0].rows[0]._tr.trPr.xpath("w:tblHeader")
    assert file.core_properties.author == ""
