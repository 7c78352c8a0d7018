"""What the use cases need so that a document can be read."""

from typing import Protocol

from services.panels.domain.document import Document


class DocumentWriter(Protocol):
    """The same document in three forms, all text in the same order."""

    def html(self, document: Document) -> bytes:
        """An accessible page, UTF-8."""
        ...

    def pdf(self, document: Document) -> bytes:
        """An accessible PDF (PDF/UA-1). Takes tens of milliseconds: call it in a thread."""
        ...

    def word(self, document: Document) -> bytes:
        """A Word file (.docx) with real headings and table heads. Call it in a thread."""
        ...
