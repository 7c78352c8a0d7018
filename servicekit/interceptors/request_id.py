"""Every call has an id: the caller's, if it is a sane one, else a new one.

It goes back as trailing metadata.
"""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from servicekit.call import Call, running
from servicekit.ids import new_id
from servicekit.interceptors.wrap import Around, Context

KEY = "x-request-id"
_SANE = re.compile(r"[A-Za-z0-9._:-]{8,128}")


class RequestId(Around):
    """Outermost: makes the `Call` that the others fill in."""

    @asynccontextmanager
    async def around(self, rpc: str, context: Context) -> AsyncIterator[None]:
        """Run the call under its id."""
        request_id = metadata_value(context, KEY)
        if not _SANE.fullmatch(request_id):
            request_id = str(new_id())
        context.set_trailing_metadata(((KEY, request_id),))
        with running(Call(request_id=request_id, rpc=rpc)):
            yield


def metadata_value(context: Context, key: str) -> str:
    """The first value of this key in the caller's metadata; empty where there is none."""
    for found, value in context.invocation_metadata() or ():
        if found == key and isinstance(value, str):
            return value
    return ""
