"""Calling another service: whose authority, how long, under which request id, and what a refusal means."""

import json
from collections.abc import Awaitable, Sequence
from typing import Protocol, TypeVar

import grpc
from google.protobuf.message import Message
from google.rpc import error_details_pb2
from grpc_status import rpc_status

from servicekit.call import current_call, current_request_id, remaining_seconds
from servicekit.caller import Caller
from servicekit.config import Council, ServiceConfig, TlsFiles
from servicekit.errors import DeadlineTooShort, RemoteRefusal, TransactionConflict, Unavailable, Violation
from servicekit.own_tokens import OwnTokens

# Shaved off what is left before it is passed on, so that the caller still has time to answer when the peer
# does not.
_MARGIN_SECONDS = 0.25
_LEAST_SECONDS = 0.05
# The largest message taken, by servers and callers alike: requests that promise 8 MiB of rows have a frame around them.
MOST_BYTES = 16 * 1024 * 1024
_OPTIONS: list[tuple[str, object]] = [
    ("grpc.keepalive_time_ms", 30_000),
    ("grpc.keepalive_timeout_ms", 10_000),
    ("grpc.max_receive_message_length", MOST_BYTES),
    ("grpc.initial_reconnect_backoff_ms", 100),
    ("grpc.max_reconnect_backoff_ms", 1_000),
]
Q = TypeVar("Q", bound=Message, contravariant=True)
R = TypeVar("R", bound=Message, covariant=True)
A = TypeVar("A", bound=Message)
B = TypeVar("B", bound=Message)


class Method(Protocol[Q, R]):
    """A unary method of a stub."""

    def __call__(
        self, request: Q, /, *, timeout: float | None = ..., metadata: Sequence[tuple[str, str]] | None = ...
    ) -> Awaitable[R]:
        """Call it."""
        ...


class Peer:
    """One other service. The channel is opened by its first use and keeps itself alive."""

    def __init__(
        self,
        name: str,
        address: str,
        councils: Sequence[Council],
        tokens: OwnTokens | None,
        tls: TlsFiles | None,
    ) -> None:
        self.name = name
        self.address = address
        self._councils = {council.council_id: council for council in councils}
        self._tokens = tokens
        self._tls = tls
        self._safe: list[dict[str, str]] = []
        self._channel: grpc.aio.Channel | None = None

    def retry_safely(self, service: str, methods: Sequence[str]) -> None:
        """Name the methods gRPC may send again on UNAVAILABLE: reads, and what carries a request_id."""
        if self._channel is not None:
            raise RuntimeError(f"retry_safely for {self.name} comes after its channel was opened")
        self._safe.extend({"service": service, "method": method} for method in methods)

    @property
    def channel(self) -> grpc.aio.Channel:
        """For a stub."""
        if self._channel is None:
            self._channel = self._open()
        return self._channel

    async def metadata(self, caller: Caller | None = None, council: Council | None = None) -> list[tuple[str, str]]:
        """Authorization and request id.

        The present request's own token if it is this caller's, else this service's own.
        """
        call = current_call()
        if call and call.token and call.caller and caller in (None, call.caller):
            token = call.token
        else:
            token = await self._own_token(caller, council)
        pairs = [("authorization", f"Bearer {token}")]
        return [*pairs, ("x-request-id", current_request_id())] if current_request_id() else pairs

    def timeout(self, default: float = 10.0) -> float:
        """Seconds to allow: the default, or less where the present call has less.

        DeadlineTooShort where nothing is left.
        """
        left = remaining_seconds()
        if left is None:
            return default
        if left - _MARGIN_SECONDS < _LEAST_SECONDS:
            raise DeadlineTooShort
        return min(default, left - _MARGIN_SECONDS)

    async def call(
        self,
        method: Method[A, B],
        request: A,
        caller: Caller | None = None,
        *,
        council: Council | None = None,
        timeout: float = 10.0,
    ) -> B:
        """One unary call. Unavailable where the peer does not answer, RemoteRefusal where it says no."""
        metadata = await self.metadata(caller, council)
        try:
            return await method(request, timeout=self.timeout(timeout), metadata=metadata)
        except grpc.aio.AioRpcError as error:
            raise translated(error, self.name) from error

    async def close(self) -> None:
        """Close the channel."""
        if self._channel is not None:
            await self._channel.close()

    async def _own_token(self, caller: Caller | None, council: Council | None) -> str:
        found = council or (self._councils.get(caller.council_id) if caller else None)
        if found is None:
            raise LookupError(f"calling {self.name} outside a request needs a caller or a council")
        if self._tokens is None:
            raise LookupError(f"calling {self.name} outside a request needs this service's client id and secret")
        return await self._tokens.token(found.tenant_id)

    def _open(self) -> grpc.aio.Channel:
        options = [*_OPTIONS, ("grpc.service_config", service_config(self._safe))]
        if self._tls is None:
            return grpc.aio.insecure_channel(self.address, options=options)
        credentials = grpc.ssl_channel_credentials(
            self._tls.client_ca.read_bytes() if self._tls.client_ca else None,
            self._tls.key.read_bytes(),
            self._tls.certificate.read_bytes(),
        )
        return grpc.aio.secure_channel(self.address, credentials, options=options)


def open_peers(config: ServiceConfig) -> dict[str, Peer]:
    """A Peer for each neighbour the configuration names."""
    tokens = OwnTokens(config.identity) if config.identity.client_id else None
    return {name: Peer(name, address, config.councils, tokens, config.tls) for name, address in config.peers.items()}


def service_config(safe: Sequence[dict[str, str]]) -> str:
    """gRPC's service config: retry on UNAVAILABLE only (AIP-194), and only for the methods named."""
    retry = {
        "maxAttempts": 4,
        "initialBackoff": "0.1s",
        "maxBackoff": "2s",
        "backoffMultiplier": 2,
        "retryableStatusCodes": ["UNAVAILABLE"],
    }
    return json.dumps({"methodConfig": [{"name": list(safe), "retryPolicy": retry}] if safe else []})


def translated(error: grpc.aio.AioRpcError, peer: str) -> Unavailable | TransactionConflict | RemoteRefusal:
    """What a peer's status means here. Its database's conflict is ours to repeat, not a refusal.

    Unavailable says which `service` does not answer: the peer, or the one that the peer itself waited for.
    """
    info, violations = error_details_pb2.ErrorInfo(), error_details_pb2.BadRequest()
    status = rpc_status.from_call(error)  # type: ignore[arg-type]
    for detail in status.details if status else ():
        for kind in (info, violations):
            if detail.Is(kind.DESCRIPTOR):
                detail.Unpack(kind)
    if error.code() in (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED):
        away = info.metadata.get("service") or peer
        return Unavailable(code=error.code().name, remote_reason=info.reason, service=away)
    if error.code() is grpc.StatusCode.ABORTED and info.reason == TransactionConflict.reason:
        return TransactionConflict()
    listed = [Violation(one.field, one.description) for one in violations.field_violations]
    return RemoteRefusal(error.code().name, info.reason, dict(info.metadata), listed)
