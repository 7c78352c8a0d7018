"""A call whose transaction the database gave up for another's is done again, before anybody is bothered with it."""

import asyncio

from google.protobuf.message import Message

from servicekit.backoff import Backoff
from servicekit.errors import TransactionConflict
from servicekit.interceptors.wrap import Context, Stream, Unary, Wrapping

_TRIES = 4
_BACKOFF = Backoff(first=0.02, most=0.2)


class Conflicts(Wrapping):
    """Does again what its caller would be told to send again: nothing of it was kept, and a `request_id` makes it once.

    After `tries` the conflict is the caller's. What comes or goes in parts is not begun again: a part has been read, or
    told, already.
    """

    def __init__(self, tries: int = _TRIES, backoff: Backoff = _BACKOFF) -> None:
        self._tries = tries
        self._backoff = backoff

    def around_call(self, behaviour: Unary, rpc: str) -> Unary:
        """Again, after a pause of hundredths of a second."""

        async def call(request: object, context: Context) -> Message:
            if not isinstance(request, Message):
                return await behaviour(request, context)
            for failures in range(1, self._tries):
                try:
                    return await behaviour(request, context)
                except TransactionConflict:
                    await asyncio.sleep(self._backoff.seconds(failures))
            return await behaviour(request, context)

        return call

    def around_stream(self, behaviour: Stream, rpc: str) -> Stream:
        """As it is."""
        return behaviour
