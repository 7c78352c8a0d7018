"""Minutes as a document, in the order in which they are read."""

from collections.abc import Iterator
from typing import Final

from services.panels.domain.document import Block, Document, Heading, PageBreak, Paragraph, Signature, Table
from services.panels.domain.form_document import NOT_RECORDED, blocks_of
from services.panels.domain.minutes_page import Audience, MinutesPage, PagePart, PageSignature

_ACTION_HEADS: Final = ("What", "Who", "By when")


def minutes_document(page: MinutesPage) -> Document:
    """The main form first, then what was settled, signatures and addenda; companions on pages of their own."""
    return Document(page.title, page.facts, tuple(_blocks(page)))


def _blocks(page: MinutesPage) -> Iterator[Block]:
    for part in page.parts:
        if not part.companion:
            yield from blocks_of(part.form, part.answers)
    yield from _text(page)
    yield from _outcome(page)
    for signature in page.signatures:
        yield from _signature(signature)
    yield from _paragraphs("Added after signing", page.addenda)
    if page.audience is Audience.FAMILY:
        yield Paragraph("This copy leaves out what is for the council's staff only.")
    for part in page.parts:
        if part.companion:
            yield from _companion(part)


def _text(page: MinutesPage) -> Iterator[Block]:
    if page.paragraphs or not page.parts:
        yield from _paragraphs("What was said and agreed", page.paragraphs or ("Nothing has been written here.",))


def _outcome(page: MinutesPage) -> Iterator[Block]:
    if page.outcome:
        yield from _paragraphs("Outcome", (page.outcome,))
    yield from _paragraphs("Reasons", page.reasons)
    if page.actions:
        yield Heading("What happens next")
        rows = tuple((one.text, one.owner, one.due) for one in page.actions)
        yield Table("Actions", _ACTION_HEADS, rows)


def _signature(signature: PageSignature) -> Iterator[Block]:
    yield Heading(signature.label)
    if signature.label.startswith("Service manager"):
        yield Heading("Service manager's comments", 3)
        yield from (Paragraph(line) for line in signature.comment or (NOT_RECORDED,))
    yield Signature("Signature and date", signature.signed_by, signature.signed_at)


def _companion(part: PagePart) -> Iterator[Block]:
    yield PageBreak()
    yield Heading(part.form.title)
    yield from blocks_of(part.form, part.answers, level=3)


def _paragraphs(title: str, texts: tuple[str, ...]) -> Iterator[Block]:
    if texts:
        yield Heading(title)
        yield from (Paragraph(text) for text in texts)
