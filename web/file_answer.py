"""A file that a service made, as the browser is to keep it. Nothing of it stays here."""

import re

from aiohttp import web

_ODD = re.compile(r"[^A-Za-z0-9._-]")


def file_answer(name: str, content: bytes, media_type: str = "text/csv") -> web.Response:
    """A file to be saved under the service's own name for it; a CSV file where nothing else is said."""
    safe = _ODD.sub("-", name) or "file"
    headers = {"Content-Disposition": f'attachment; filename="{safe}"'}
    charset = "utf-8" if media_type.startswith("text/") else None
    return web.Response(body=content, content_type=media_type, charset=charset, headers=headers)
