"""A document in the format that was asked for."""

import asyncio
from dataclasses import dataclass
from typing import Final

from permanence.panels.v1 import minutes_service_pb2 as wire

from services.panels.app.document_ports import DocumentWriter
from services.panels.domain.document import Document

_ENDINGS: Final = {
    wire.DOCUMENT_FORMAT_HTML: ("html", "text/html"),
    wire.DOCUMENT_FORMAT_PDF: ("pdf", "application/pdf"),
    wire.DOCUMENT_FORMAT_WORD: ("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
}


@dataclass(frozen=True)
class Written:
    """A file and what it is."""

    content: bytes
    media_type: str
    file_name: str


async def write_document(
    writer: DocumentWriter, document: Document, form: "wire.DocumentFormat.ValueType", stem: str
) -> Written:
    """Written in a thread. `stem`: the file's name without its ending; no personal data."""
    write = {
        wire.DOCUMENT_FORMAT_HTML: writer.html,
        wire.DOCUMENT_FORMAT_PDF: writer.pdf,
        wire.DOCUMENT_FORMAT_WORD: writer.word,
    }[form]
    ending, media_type = _ENDINGS[form]
    return Written(await asyncio.to_thread(write, document), media_type, f"{stem}.{ending}")
