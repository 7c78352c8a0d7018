"""A paper to bring, and the field that takes it."""

from io import BytesIO

from pypdf import PdfWriter

FILE = "PDF or Word file, 25 MB at most"


def pdf_of(pages: int) -> bytes:
    """Pages without text."""
    writer = PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(595, 842)
    with BytesIO() as made:
        writer.write(made)
        return made.getvalue()
