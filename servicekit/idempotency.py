"""A request id makes a mutation happen once (AIP-155): claim, work and response in one transaction."""

import hashlib
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from typing import Protocol, TypeVar
from uuid import UUID

from google.protobuf.message import Message

from servicekit.caller import Caller
from servicekit.errors import InvalidRequest, RequestIdReused, Violation
from servicekit.postgres import ScopedTransaction

R = TypeVar("R", bound=Message)
_CLAIM = """
insert into idempotency (council_id, principal, request_id, request_hash, created_at)
values ($1, $2, $3, $4, $5)
on conflict do nothing returning true
"""
_KEEP = """
update idempotency set response_type = $4, response = $5
where council_id = $1 and principal = $2 and request_id = $3
"""
_FIND = """
select request_hash, response from idempotency where council_id = $1 and principal = $2 and request_id = $3
"""


class Unit(Protocol):
    """Any unit of work that runs in one transaction."""

    @property
    def tx(self) -> ScopedTransaction:
        """Its transaction."""
        ...


U = TypeVar("U", bound=Unit)


async def once(
    begin: Callable[[Caller], AbstractAsyncContextManager[U]],
    caller: Caller,
    request: Message,
    response_type: type[R],
    do: Callable[[U], Awaitable[R]],
) -> R:
    """Do the work, or give the first response again, byte for byte.

    A concurrent duplicate waits for the first.
    A refusal is not kept: it rolls back with the work, and may be tried again.
    InvalidRequest where request_id is no UUID; RequestIdReused where it came with another request.
    """
    request_id = _request_id(request)
    digest = _digest(request)
    async with begin(caller) as unit:
        key = (unit.tx.council_id, caller.name_for_log, request_id)
        if await unit.tx.fetchval(_CLAIM, *key, digest, unit.tx.now()) is None:
            return await _first_response(unit.tx, key, digest, response_type)
        response = (await do(unit)).SerializeToString(deterministic=True)
        await unit.tx.execute(_KEEP, *key, response_type.DESCRIPTOR.full_name, response)
    return response_type.FromString(response)


async def answered_before(
    begin: Callable[[Caller], AbstractAsyncContextManager[U]], caller: Caller, request: Message, response_type: type[R]
) -> R | None:
    """The first response, where this very request was answered; None otherwise.

    For work that takes away what it is looked up by: a second look finds nothing, and must not say that it never was.
    """
    async with begin(caller) as unit:
        key = (unit.tx.council_id, caller.name_for_log, _request_id(request))
        if await unit.tx.fetchrow(_FIND, *key) is None:
            return None
        return await _first_response(unit.tx, key, _digest(request), response_type)


async def _first_response(
    tx: ScopedTransaction, key: tuple[UUID, str, UUID], digest: bytes, response_type: type[R]
) -> R:
    row = await tx.fetchrow(_FIND, *key)
    if row is None or row["request_hash"] != digest:
        raise RequestIdReused
    return response_type.FromString(row["response"])


def _request_id(request: Message) -> UUID:
    text = getattr(request, "request_id", "")
    try:
        return UUID(str(text))
    except ValueError:
        fault = "is required and must be a UUID; make a new one for each new change"
        raise InvalidRequest([Violation("request_id", fault)]) from None


def _digest(request: Message) -> bytes:
    kind = request.DESCRIPTOR.full_name.encode()
    return hashlib.sha256(kind + b"\0" + request.SerializeToString(deterministic=True)).digest()
