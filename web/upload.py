"""A form with a file: its fields are read first, and the file only as far as somebody wants it."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from aiohttp import BodyPartReader, web
from multidict import MultiDict

Handler: TypeAlias = Callable[[web.Request], Awaitable[web.StreamResponse]]
_MOST_FIELDS: Final = 30
_MOST_FIELD_BYTES: Final = 64 * 1024
_PIECE: Final = 512 * 1024
_TAKES: Final = "takes_upload"


@dataclass
class Upload:
    """Fields by name, and the file behind them. `said_bytes`: what the browser says that all of it takes; 0 unknown."""

    fields: MultiDict[Any]
    file_name: str
    said_bytes: int
    _file: BodyPartReader | None

    async def content(self, most: int) -> bytes | None:
        """The file; None as soon as it is larger than `most` bytes."""
        content = bytearray()
        async for piece in self._pieces():
            content += piece
            if len(content) > most:
                return None
        return bytes(content)

    async def _pieces(self) -> AsyncIterator[bytes]:
        while self._file is not None and (piece := await self._file.read_chunk(_PIECE)):
            yield piece


UPLOAD = web.RequestKey("upload", Upload)


def takes_upload(handler: Handler) -> Handler:
    """Marks a handler whose form has a file; its form puts the file last."""
    setattr(handler, _TAKES, True)
    return handler


def is_upload(request: web.Request) -> bool:
    """Whether a form with a file is sent to a handler that takes one."""
    wanted = getattr(request.match_info.handler, _TAKES, False)
    return bool(wanted) and request.content_type == "multipart/form-data"


async def begin_upload(request: web.Request) -> Upload:
    """The fields, and the file unread. HTTPBadRequest for what no browser sends."""
    fields: MultiDict[Any] = MultiDict()
    try:
        async for part in await request.multipart():
            if not isinstance(part, BodyPartReader) or len(fields) >= _MOST_FIELDS:
                raise web.HTTPBadRequest
            if part.filename is not None:
                return Upload(fields, part.filename, request.content_length or 0, part)
            fields.add(part.name or "", await _text(part))
    except (ValueError, AssertionError) as error:  # no form, or one that is broken off
        raise web.HTTPBadRequest from error
    return Upload(fields, "", request.content_length or 0, None)


async def _text(part: BodyPartReader) -> str:
    content = bytearray()
    while piece := await part.read_chunk():
        content += piece
        if len(content) > _MOST_FIELD_BYTES:
            raise web.HTTPRequestEntityTooLarge(_MOST_FIELD_BYTES, len(content))
    return content.decode("utf-8")
