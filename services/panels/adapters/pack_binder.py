"""Agenda packs: pages of many PDFs in one, each with the number by which everybody finds it."""

from collections.abc import Sequence
from io import BytesIO
from typing import Final

from pypdf import PageObject, PdfReader, PdfWriter
from pypdf.constants import PageLabelStyle
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject

from services.panels.app.paper_ports import PackPart
from services.panels.domain.agenda_pack import PAGES_CALLED

_FONT: Final = "/PackNumber"
_SIZE: Final = 10
_FOOT: Final = 14
_WIDTH: Final = 64
# How wide a digit of Helvetica is, of its size.
_DIGIT: Final = 0.556


class PdfPackBinder:
    """As its port says."""

    def number(self, pdf: bytes, labels: Sequence[str]) -> bytes:
        """The label in the middle of each page's foot, on white, so that nothing beneath hides it."""
        writer = PdfWriter(clone_from=BytesIO(pdf))
        for page, label in zip(writer.pages, labels, strict=True):
            if page.rotation:
                page.transfer_rotation_to_content()
            page.merge_page(_stamp(page, label))
        return _bytes(writer)

    def bind(self, front: bytes, parts: Sequence[PackPart]) -> bytes:
        """The agenda, then the parts; bookmarks and page labels."""
        writer = PdfWriter(clone_from=BytesIO(front))
        ahead = len(writer.pages)
        writer.set_page_label(0, ahead - 1, style=PageLabelStyle.DECIMAL, prefix=f"{PAGES_CALLED} ")
        for part in parts:
            at = len(writer.pages)
            writer.append(BytesIO(part.pdf), outline_item=part.heading, import_outline=False)
            _label(writer, at, part.labels)
        return _bytes(writer)

    def texts(self, pdf: bytes) -> list[str]:
        """Page by page."""
        return [page.extract_text() for page in PdfReader(BytesIO(pdf)).pages]


def _label(writer: PdfWriter, at: int, labels: Sequence[str]) -> None:
    """One run: labels of a part follow each other, `R3`, `R4`, ..."""
    digits = labels[0].lstrip("R")
    prefix = labels[0][: len(labels[0]) - len(digits)]
    writer.set_page_label(
        at, at + len(labels) - 1, style=PageLabelStyle.DECIMAL, prefix=prefix or None, start=int(digits)
    )


def _stamp(page: PageObject, label: str) -> PageObject:
    """As large as the page; an artifact, which no screen reader takes for the paper's own words."""
    box = page.cropbox
    middle, foot = (float(box.left) + float(box.right)) / 2, float(box.bottom) + _FOOT
    drawn = DecodedStreamObject()
    drawn.set_data(
        f"/Artifact BMC q 1 g {middle - _WIDTH / 2:.1f} {foot - 4:.1f} {_WIDTH} {_SIZE + 6} re f 0 g"
        f" BT {_FONT} {_SIZE} Tf {middle - len(label) * _SIZE * _DIGIT / 2:.1f} {foot:.1f} Td ({label}) Tj ET"
        " Q EMC".encode("ascii")
    )
    stamp = PageObject.create_blank_page(width=box.right, height=box.top)
    stamp[NameObject("/Contents")] = drawn
    fonts = DictionaryObject({NameObject(_FONT): _font()})
    stamp[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): fonts})
    return stamp


def _font() -> DictionaryObject:
    """One that every viewer has."""
    names = {"/Type": "/Font", "/Subtype": "/Type1", "/BaseFont": "/Helvetica", "/Encoding": "/WinAnsiEncoding"}
    return DictionaryObject({NameObject(key): NameObject(value) for key, value in names.items()})


def _bytes(writer: PdfWriter) -> bytes:
    with BytesIO() as made:
        writer.write(made)
        return made.getvalue()
