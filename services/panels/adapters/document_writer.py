"""The three forms of a document, together."""

from services.panels.adapters import html_writer, typst_writer, word_writer
from services.panels.domain.document import Document


class ThreeForms:
    """As the port `DocumentWriter` says."""

    def html(self, document: Document) -> bytes:
        """An accessible page."""
        return html_writer.html(document)

    def pdf(self, document: Document) -> bytes:
        """An accessible PDF."""
        return typst_writer.pdf(document)

    def word(self, document: Document) -> bytes:
        """A Word file."""
        return word_writer.word(document)
