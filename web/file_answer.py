"""A file that a service made, as the browser is to keep it. Nothing of it stays here."""

import re

from aiohttp import web

_ODD = re.compile(r"[^A-Za-z0-9._-]")


_KINDS = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


def document_answer(name: str, content: bytes) -> web.Response:
    """A PDF or a Word file to be saved under the service's own name for it."""
    safe = _ODD.sub("-", name) or "document.pdf"
    kind = _KINDS.get(safe.rpartition(".")[2], "application/octet-stream")
    headers = {"Content-Disposition": f'attachment; filename="{safe}"'}
    return web.Response(body=content, content_type=kind, headers=headers)


def file_answer(name: str, content: bytes) -> web.Response:
    """A CSV file to be saved under the service's own name for it."""
    safe = _ODD.sub("-", name) or "file.csv"
    headers = {"Content-Disposition": f'attachment; filename="{safe}"'}
    return web.Response(body=content, content_type="text/csv", charset="utf-8", headers=headers)
