"""Takes out of a PDF whatever does something by itself, and whatever is hidden in it beside its pages."""

from collections.abc import Iterator
from typing import Final

from pypdf import PageObject, PdfReader, PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject

# What a link may do: open an address that its reader sees, or another page of the same paper.
_PLAIN_ACTIONS: Final = frozenset({"/URI", "/GoTo"})
_ACTIVE: Final = frozenset({"/FileAttachment", "/Movie", "/Sound", "/Screen", "/RichMedia", "/3D"})


def make_harmless(writer: PdfWriter) -> None:
    """Pages without scripts and files; a document without forms, names and metadata."""
    for key in ("/OpenAction", "/AA", "/Names", "/AcroForm", "/Metadata", "/AF"):
        writer.root_object.pop(NameObject(key), None)
    for page in writer.pages:
        _make_page_harmless(page)
    writer.metadata = None


def holds_unapplied_redactions(reader: PdfReader) -> bool:
    """Whether passages are marked for redaction and still stand beneath."""
    return any(note.get("/Subtype") == "/Redact" for page in reader.pages for note in _notes(page))


def _make_page_harmless(page: PageObject) -> None:
    for key in ("/AA", "/AF", "/PieceInfo", "/Metadata"):
        page.pop(NameObject(key), None)
    kept = [note for note in _notes(page) if _is_plain(note)]
    for note in kept:
        note.pop(NameObject("/AA"), None)
    if "/Annots" in page:
        page[NameObject("/Annots")] = ArrayObject([note.indirect_reference or note for note in kept])


def _is_plain(note: DictionaryObject) -> bool:
    if note.get("/Subtype") in _ACTIVE:
        return False
    action = note.get("/A")
    action = action.get_object() if action is not None else None
    return not isinstance(action, DictionaryObject) or (action.get("/S") in _PLAIN_ACTIONS and "/Next" not in action)


def _notes(page: PageObject) -> Iterator[DictionaryObject]:
    """A page's annotations."""
    listed = page.get("/Annots")
    listed = listed.get_object() if listed is not None else None
    for one in listed if isinstance(listed, ArrayObject) else ():
        note = one.get_object()
        if isinstance(note, DictionaryObject):
            yield note
