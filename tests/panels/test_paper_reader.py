"""What a file is found to be, what is taken out of it, and numbers on its pages."""

from io import BytesIO
from typing import Any

import docx
import pytest
from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, TextStringObject

from servicekit.errors import InvalidRequest
from services.panels.adapters.document_writer import ThreeForms
from services.panels.adapters.pack_binder import PdfPackBinder
from services.panels.adapters.paper_reader import PaperLooker
from services.panels.app.paper_ports import PackPart, ReadPaper
from services.panels.domain.paper import PaperFormat


async def read(content: bytes, name: str = "report.pdf", *, for_family: bool = False) -> ReadPaper:
    return await PaperLooker(ThreeForms()).read(content, name, for_family=for_family)


async def fault(content: bytes, name: str = "report.pdf", *, for_family: bool = False) -> str:
    with pytest.raises(InvalidRequest) as refused:
        await read(content, name, for_family=for_family)
    (one,) = refused.value.violations
    return one.description


def written(writer: PdfWriter) -> bytes:
    with BytesIO() as made:
        writer.write(made)
        return made.getvalue()


def with_notes(*notes: dict[str, Any]) -> bytes:
    """One page with these annotations."""
    writer = PdfWriter()
    page = writer.add_blank_page(595, 842)
    page[NameObject("/Annots")] = ArrayObject([_dictionary(note) for note in notes])
    return written(writer)


def _dictionary(told: dict[str, Any]) -> DictionaryObject:
    return DictionaryObject(
        {NameObject(key): _dictionary(value) if isinstance(value, dict) else value for key, value in told.items()}
    )


LINK = {"/Type": NameObject("/Annot"), "/Subtype": NameObject("/Link")}


async def test_a_pdf_with_a_password_is_refused() -> None:
    writer = PdfWriter()
    writer.add_blank_page(595, 842)
    writer.encrypt("secret", algorithm="AES-256")
    assert "Take the password off" in await fault(written(writer))


async def test_redactions_that_were_only_marked_are_refused_for_a_family() -> None:
    marked = with_notes({"/Type": NameObject("/Annot"), "/Subtype": NameObject("/Redact")})
    assert "Apply the redactions" in await fault(marked, for_family=True)
    assert (await read(marked)).pages == 1


async def test_links_that_run_something_go_and_links_to_addresses_stay() -> None:
    to_address = {**LINK, "/A": {"/S": NameObject("/URI"), "/URI": TextStringObject("https://example.org/x")}}
    runs = [
        {**LINK, "/A": {"/S": NameObject(kind), "/JS": TextStringObject("app.alert(1)"), "/F": TextStringObject("x")}}
        for kind in ("/JavaScript", "/Launch", "/SubmitForm", "/GoToR")
    ]
    sound = {"/Type": NameObject("/Annot"), "/Subtype": NameObject("/RichMedia")}
    found = await read(with_notes(to_address, *runs, sound))
    (page,) = PdfReader(BytesIO(found.as_pdf)).pages
    (left,) = [note.get_object() for note in page["/Annots"]]
    assert left["/A"]["/S"] == "/URI"
    assert b"app.alert" not in found.as_pdf


async def test_a_word_paper_keeps_its_words_headings_lists_and_tables() -> None:
    word = docx.Document()
    word.add_heading("What we know", 1)
    word.add_paragraph("Ann likes the garden.")
    word.add_paragraph("She sings", style="List Bullet")
    table = word.add_table(2, 2)
    for cell, text in zip(
        [cell for row in table.rows for cell in row.cells], ["Who", "When", "Ann", "May"], strict=True
    ):
        cell.text = text
    with BytesIO() as made:
        word.save(made)
        found = await read(made.getvalue(), "report.docx")
    assert found.format is PaperFormat.WORD
    text = " ".join(page.extract_text() for page in PdfReader(BytesIO(found.as_pdf)).pages)
    places = [text.index(words) for words in ("What we know", "likes the garden", "She sings", "Who", "May")]
    assert places == sorted(places)


async def test_a_word_file_that_is_broken_off_is_refused() -> None:
    word = docx.Document()
    with BytesIO() as made:
        word.save(made)
        whole = made.getvalue()
    assert "neither a PDF nor a Word file" in await fault(whole[: len(whole) // 2], "report.docx")


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_the_number_stands_at_the_foot_of_a_page_however_it_is_turned(rotation: int) -> None:
    writer = PdfWriter()
    writer.add_blank_page(595, 842).rotate(rotation)
    binder = PdfPackBinder()
    numbered = binder.number(written(writer), ("R7",))
    page = PdfReader(BytesIO(numbered)).pages[0]
    feet: list[float] = []
    page.extract_text(visitor_text=lambda text, cm, tm, fonts, size: feet.append(tm[5]) if text.strip() else None)
    assert page.extract_text().strip() == "R7"
    assert feet and feet[0] < 40 and page.rotation == 0


def test_a_pack_has_labels_and_bookmarks_of_its_parts() -> None:
    writer = PdfWriter()
    for _ in range(3):
        writer.add_blank_page(595, 842)
    part, binder = written(writer), PdfPackBinder()
    bound = binder.bind(
        part, [PackPart(part, ("9", "10", "11"), "NM-1: report"), PackPart(part, ("R1", "R2", "R3"), "NM-2: plan")]
    )
    reader = PdfReader(BytesIO(bound))
    front = ["Agenda 1", "Agenda 2", "Agenda 3"]
    assert list(reader.page_labels) == [*front, "9", "10", "11", "R1", "R2", "R3"]
    assert [(one["/Title"], reader.get_destination_page_number(one)) for one in reader.outline] == [
        ("NM-1: report", 3),
        ("NM-2: plan", 6),
    ]
