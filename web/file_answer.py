"""A file that a service made, as the browser is to keep it. Nothing of it stays here."""

import re

from aiohttp import web

_ODD = re.compile(r"[^A-Za-z0-9._-]")


def file_answer(name: str, content: bytes, content_type: str = "text/csv") -> web.Response:
    """A file to be saved under the service's own name for it; a table unless it is said to be something else."""
    safe = _ODD.sub("-", name) or "file.csv"
    headers = {"Content-Disposition": f'attachment; filename="{safe}"'}
    charset = "utf-8" if content_type.startswith("text/") else None
    return web.Response(body=content, content_type=content_type, charset=charset, headers=headers)
