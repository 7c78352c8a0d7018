"""Looks into papers that somebody sent: what they really are, and whether they can be opened."""

import asyncio
import zipfile
from io import BytesIO
from typing import Final

import puremagic
from docx.opc.exceptions import PackageNotFoundError
from pypdf import PdfReader, PdfWriter
from pypdf.errors import PyPdfError

from servicekit.errors import InvalidRequest, Violation
from services.panels.adapters.harmless_pdf import holds_unapplied_redactions, make_harmless
from services.panels.adapters.word_paper import document_of
from services.panels.app.document_ports import DocumentWriter
from services.panels.app.paper_ports import ReadPaper
from services.panels.domain.document import Document
from services.panels.domain.paper import MOST_PAGES, PaperFormat

_WORD_BODY: Final = "word/document.xml"
_WORD_MACROS: Final = "word/vbaProject.bin"
_MOST_UNPACKED: Final = 200 * 1024 * 1024
_ENDS: Final = {".pdf": PaperFormat.PDF, ".docx": PaperFormat.WORD}
_A: Final = {PaperFormat.PDF: "a PDF", PaperFormat.WORD: "a Word file"}
_SAVE_AGAIN: Final = "Save it again as PDF, look at it, and send that"


class PaperLooker:
    """As its port says. `writer` lays out what a Word file says."""

    def __init__(self, writer: DocumentWriter) -> None:
        self._writer = writer

    async def read(self, content: bytes, file_name: str, *, for_family: bool) -> ReadPaper:
        """In a thread: a long paper takes a while. InvalidRequest where it is none."""
        return await asyncio.to_thread(self._read, content, file_name, for_family)

    def _read(self, content: bytes, file_name: str, for_family: bool) -> ReadPaper:
        found, said = format_of(content), _said(file_name)
        if found is not said:
            raise _refused(
                f"is not what its name says: it ends in {_end(file_name)}, and in it is {_A[found]}."
                " Give it the right name, or send another file"
            )
        if found is PaperFormat.PDF:
            pdf = _harmless(content, for_family)
        else:
            _refuse_odd_word(content)
            pdf = self._writer.pdf(_words(content))
        pages = len(PdfReader(BytesIO(pdf)).pages)
        if not 1 <= pages <= MOST_PAGES:
            raise _refused(f"has {pages} pages; from 1 to {MOST_PAGES} can be taken. Send it in parts")
        return ReadPaper(found, pages, pdf)


def format_of(content: bytes) -> PaperFormat:
    """What the bytes are, whatever anybody calls them. InvalidRequest for anything but PDF and Word."""
    if not content:
        raise _refused("is empty. Choose the file again")
    try:
        ends = {match.extension for match in puremagic.magic_string(content)}
    except puremagic.PureError:
        ends = set()
    if ".pdf" in ends:
        return PaperFormat.PDF
    if content.startswith(b"PK") and _WORD_BODY in _names(content):
        return PaperFormat.WORD
    raise _refused(f"is neither a PDF nor a Word file (.docx) by what is in it. {_SAVE_AGAIN}")


def _said(file_name: str) -> PaperFormat:
    said = _ENDS.get(_end(file_name))
    if said is None:
        fault = "must end in .pdf or .docx: only PDF and Word files can be taken"
        raise InvalidRequest([Violation("header.file_name", fault)])
    return said


def _end(file_name: str) -> str:
    stem, dot, end = file_name.rpartition(".")
    return f".{end.lower()}" if stem and dot else ""


def _harmless(content: bytes, for_family: bool) -> bytes:
    try:
        reader = PdfReader(BytesIO(content))
        if reader.is_encrypted:
            raise _refused("can be opened only with a password. Take the password off and send it again")
        if for_family and holds_unapplied_redactions(reader):
            raise _refused(
                "has passages that are only marked for redaction: what is beneath can still be read."
                " Apply the redactions, save it and send it again"
            )
        writer = PdfWriter()
        writer.append(reader, import_outline=False)
        make_harmless(writer)
        with BytesIO() as made:
            writer.write(made)
            return made.getvalue()
    except InvalidRequest:
        raise
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError, OSError) as error:
        # A damaged file breaks its reader in many ways, and none of them is ours to tell apart.
        raise _refused(f"is a PDF that cannot be read: it is damaged. {_SAVE_AGAIN}") from error


def _refuse_odd_word(content: bytes) -> None:
    try:
        with zipfile.ZipFile(BytesIO(content)) as parts:
            infos = parts.infolist()
    except zipfile.BadZipFile:
        raise _refused(f"is a Word file that cannot be read: it is damaged. {_SAVE_AGAIN}") from None
    if any(one.filename == _WORD_MACROS for one in infos):
        raise _refused(f"is a Word file with macros. {_SAVE_AGAIN}")
    if sum(one.file_size for one in infos) > _MOST_UNPACKED:
        raise _refused(f"is far larger inside than it looks. {_SAVE_AGAIN}")


def _words(content: bytes) -> Document:
    try:
        return document_of(content)
    except (ValueError, KeyError, TypeError, AttributeError, PackageNotFoundError, SyntaxError) as error:
        raise _refused(f"is a Word file that cannot be read: it is damaged. {_SAVE_AGAIN}") from error


def _names(content: bytes) -> frozenset[str]:
    try:
        with zipfile.ZipFile(BytesIO(content)) as parts:
            return frozenset(parts.namelist())
    except zipfile.BadZipFile:
        return frozenset()


def _refused(fault: str) -> InvalidRequest:
    return InvalidRequest([Violation("content", fault)])
