"""Who is calling: the council, the principal and what kind it is. Knows nothing of tokens or of the wire."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class CallerKind(StrEnum):
    """A person, one of our own services, or another system of the council."""

    USER = "user"
    SERVICE = "service"
    CLIENT = "client"


@dataclass(frozen=True)
class Caller:
    """One authenticated principal of one council.

    council is the slug that stands in resource names; principal_id is the directory's object id, never a
    name.
    """

    council_id: UUID
    council: str
    principal_id: str
    kind: CallerKind
    roles: frozenset[str] = frozenset()

    @property
    def name_for_log(self) -> str:
        """Kind and id, e.g. `user:5c1f…`; safe in logs and audit rows."""
        return f"{self.kind.value}:{self.principal_id}"


_caller: ContextVar[Caller] = ContextVar("servicekit_caller")


def current_caller() -> Caller:
    """The caller of the RPC or worker that runs now.

    LookupError outside one: a missing caller is a programmer's error.
    """
    return _caller.get()


def caller_if_any() -> Caller | None:
    """The caller, or None where none has been authenticated."""
    return _caller.get(None)


@contextmanager
def acting_as(caller: Caller) -> Iterator[None]:
    """Run the block as this caller; used by the identity check and by workers."""
    token = _caller.set(caller)
    try:
        yield
    finally:
        _caller.reset(token)


def service_caller(council_id: UUID, council: str, service: str) -> Caller:
    """The identity under which a service does what a clock or another service's event starts."""
    return Caller(council_id, council, service, CallerKind.SERVICE, frozenset({f"service-{service}"}))
