"""One service over a real socket: errors, identity, deadlines, request ids, health, stopping."""

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path

import grpc
import pytest
from google.protobuf.wrappers_pb2 import StringValue
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc

from servicekit.caller import Caller, CallerKind
from servicekit.client import Peer
from servicekit.config import Council, IdentityConfig, ServiceConfig
from servicekit.errors import InvalidRequest, RemoteRefusal, Unavailable
from servicekit.launcher import ServiceDatabase
from servicekit.own_tokens import OwnTokens
from servicekit.server import Bindings, Params, Running, start

from .authority import AUDIENCE, Authority
from .conftest import NORTH, SOUTH
from .eventually import eventually
from .serving import NAME_IN_TEXT, SERVICE, TABLE, Echo, add_echo, ask_method, refusal


@pytest.fixture
async def authority(tmp_path: Path) -> AsyncIterator[Authority]:
    async with Authority(tmp_path) as made:
        yield made


@pytest.fixture
def config(kit: ServiceDatabase, authority: Authority) -> ServiceConfig:
    return ServiceConfig(
        service="kit", environment="test", listen_host="127.0.0.1", listen_port=0, database_url=kit.app_url,
        migrate_url="", councils=(NORTH, SOUTH), clock_file=None, peers={}, tls=None,
        identity=IdentityConfig(authority.url, (AUDIENCE,), authority.ca_file, "kit-client", "secret"),
    )  # fmt: skip


@dataclass
class Served:
    running: Running
    echo: Echo
    channel: grpc.aio.Channel
    authority: Authority

    async def ask(self, what: str, token: str | None = None, timeout: float | None = 10, **more: str) -> str:
        given = self.authority.token(NORTH) if token is None else token
        metadata = [("authorization", f"Bearer {given}")] if given else []
        metadata += [(key.replace("_", "-"), value) for key, value in more.items()]
        answer = await ask_method(self.channel)(StringValue(value=what), timeout=timeout, metadata=metadata)
        return answer.value


@pytest.fixture
async def served(config: ServiceConfig, authority: Authority) -> AsyncIterator[Served]:
    echo = Echo()

    async def bind(_: Params, bindings: Bindings) -> None:
        bindings.add_servicer(add_echo, echo, SERVICE)
        bindings.add_error_table(TABLE)

    running = await start(config, bind)
    async with grpc.aio.insecure_channel(running.address) as channel:
        yield Served(running, echo, channel, authority)
        await running.stop(grace=0.2)


EXPECTED = {
    "domain": (grpc.StatusCode.FAILED_PRECONDITION, "TOO_LATE", "things/1 ended already."),
    "unknown": (grpc.StatusCode.INTERNAL, "INTERNAL", "Something went wrong here."),
    "invalid": (grpc.StatusCode.INVALID_ARGUMENT, "INVALID_REQUEST", "The request has 2 fault(s)"),
    "missing": (grpc.StatusCode.NOT_FOUND, "NOT_FOUND", "things/1 was not found."),
    "denied": (grpc.StatusCode.NOT_FOUND, "NOT_FOUND", "things/1 was not found."),
    "denied openly": (grpc.StatusCode.PERMISSION_DENIED, "PERMISSION_DENIED", "You may not do this"),
    "down": (grpc.StatusCode.UNAVAILABLE, "UNAVAILABLE", "The service is not available"),
}


@pytest.mark.parametrize("what", EXPECTED)
async def test_errors_have_one_error_info_and_never_the_exceptions_text(
    served: Served, what: str, capsys: pytest.CaptureFixture[str]
) -> None:
    found = await refusal(lambda: served.ask(what, x_request_id="my-request-1"))
    code, reason, text = EXPECTED[what]
    assert (found.code, found.info.reason, found.info.domain) == (code, reason, "permanence")
    assert found.text.startswith(text)
    assert found.request.request_id == "my-request-1"
    assert NAME_IN_TEXT not in found.everything
    assert NAME_IN_TEXT not in capsys.readouterr().out
    if what == "invalid":
        assert [one.field for one in found.bad.field_violations] == ["a", "b.c"]
    if what == "down":
        assert found.retry.retry_delay.seconds == 3


async def test_a_call_that_gave_way_to_another_is_done_again_before_its_caller_hears_of_it(served: Served) -> None:
    assert await served.ask("in conflict twice") == "in conflict twice"
    assert served.echo.asked["in conflict twice"] == 3
    found = await refusal(lambda: served.ask("always in conflict"))
    assert (found.code, found.info.reason) == (grpc.StatusCode.ABORTED, "TRANSACTION_CONFLICT")
    assert served.echo.asked["always in conflict"] == 4


async def test_what_was_sent_in_parts_is_not_read_twice(served: Served) -> None:
    write, read = StringValue.SerializeToString, StringValue.FromString
    gather = served.channel.stream_unary(f"/{SERVICE}/Gather", write, read)
    metadata = [("authorization", f"Bearer {served.authority.token(NORTH)}")]
    parts = iter([StringValue(value="always in conflict")])
    found = await refusal(lambda: gather(parts, metadata=metadata))
    assert (found.code, served.echo.asked["always in conflict"]) == (grpc.StatusCode.ABORTED, 1)


@pytest.mark.parametrize("kind", ["stream", "gather"])
async def test_streaming_handlers_are_wrapped_too(served: Served, kind: str) -> None:
    write, read = StringValue.SerializeToString, StringValue.FromString
    metadata = [("authorization", f"Bearer {served.authority.token(NORTH)}")]

    async def call() -> None:
        if kind == "stream":
            stream = served.channel.unary_stream(f"/{SERVICE}/Stream", write, read)
            async for _ in stream(StringValue(value="unknown"), metadata=metadata):
                pass
        else:
            gather = served.channel.stream_unary(f"/{SERVICE}/Gather", write, read)
            await gather(iter([StringValue(value="unknown")]), metadata=metadata)

    found = await refusal(call)
    assert (found.code, found.info.reason) == (grpc.StatusCode.INTERNAL, "INTERNAL")
    assert NAME_IN_TEXT not in found.everything


async def test_the_caller_is_read_from_the_token(served: Served) -> None:
    assert await served.ask("who") == "north user:oid-1 business-support"
    token = served.authority.token(SOUTH, scp=None, idtyp="app", oid="oid-9", roles=["service-cases"])
    assert await served.ask("who", token) == "south service:oid-9 service-cases"
    token = served.authority.token(SOUTH, scp=None, idtyp="app", oid="oid-8", roles=["case-system"])
    assert await served.ask("who", token) == "south client:oid-8 case-system"


NOBODYS = Council(NORTH.council_id, "x", "x", "99999999-0000-0000-0000-000000000009", "x")
BAD_TOKENS = {
    "expired": ({"exp": int(time.time()) - 3600}, "TOKEN_EXPIRED"),
    "not yet": ({"nbf": int(time.time()) + 3600}, "TOKEN_CLAIMS_WRONG"),
    "other audience": ({"aud": "api://other"}, "TOKEN_CLAIMS_WRONG"),
    "other issuer": ({"iss": "https://example.org/v2.0"}, "TOKEN_CLAIMS_WRONG"),
    "no oid": ({"oid": None}, "TOKEN_CLAIMS_WRONG"),
    "no expiry": ({"exp": None}, "TOKEN_CLAIMS_WRONG"),
    "unknown council": ({"tid": NOBODYS.tenant_id}, "COUNCIL_UNKNOWN"),
    "other council's issuer": ({"tid": SOUTH.tenant_id}, "TOKEN_CLAIMS_WRONG"),
}


@pytest.mark.parametrize("changes, why", BAD_TOKENS.values(), ids=BAD_TOKENS.keys())
async def test_bad_tokens_are_unauthenticated(served: Served, changes: dict[str, object], why: str) -> None:
    found = await refusal(lambda: served.ask("who", served.authority.token(NORTH, **changes)))
    assert (found.code, found.info.metadata["why"]) == (grpc.StatusCode.UNAUTHENTICATED, why)


async def test_missing_malformed_and_forged_tokens(served: Served, tmp_path: Path) -> None:
    assert (await refusal(lambda: served.ask("who", ""))).info.metadata["why"] == "TOKEN_MISSING"
    assert (await refusal(lambda: served.ask("who", "abc"))).info.metadata["why"] == "TOKEN_MALFORMED"
    (tmp_path / "forger").mkdir()
    forger = Authority(tmp_path / "forger")
    forger.rotate()
    forger.url, forger.kid = served.authority.url, served.authority.kid
    forged = await refusal(lambda: served.ask("who", forger.token(NORTH)))
    assert forged.info.metadata["why"] == "TOKEN_CLAIMS_WRONG"


async def test_keys_are_kept_and_an_unknown_key_floods_nobody(served: Served) -> None:
    await asyncio.gather(*(served.ask("who") for _ in range(10)))
    assert served.authority.fetches == 1
    served.authority.rotate()
    found = await refusal(lambda: served.ask("who"))
    assert (found.info.metadata["why"], served.authority.fetches) == ("TOKEN_KEY_UNKNOWN", 1)


async def test_a_rotated_key_is_fetched_again(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("servicekit.signing_keys._AGAIN_AFTER_SECONDS", 0.0)
    await served.ask("who")
    served.authority.rotate()
    assert await served.ask("who") == "north user:oid-1 business-support"
    assert served.authority.fetches == 2


async def test_deadlines(served: Served) -> None:
    assert 25 < float(await served.ask("left", timeout=None)) <= 30.1
    assert 3 < float(await served.ask("left", timeout=5)) <= 5.1
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await served.ask("hang", timeout=0.3)
    assert caught.value.code() == grpc.StatusCode.DEADLINE_EXCEEDED


async def test_a_request_of_nine_mebibytes_is_taken_and_one_of_seventeen_is_not(served: Served) -> None:
    metadata = [("authorization", f"Bearer {served.authority.token(NORTH)}")]
    options = [("grpc.max_receive_message_length", -1)]
    async with grpc.aio.insecure_channel(served.running.address, options=options) as channel:
        ask = ask_method(channel)
        answer = await ask(StringValue(value="x" * (9 << 20)), timeout=20, metadata=metadata)
        assert answer is not None
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await ask(StringValue(value="x" * (17 << 20)), timeout=20, metadata=metadata)
    assert refused.value.code() is grpc.StatusCode.RESOURCE_EXHAUSTED


async def test_request_id_is_kept_or_made(served: Served) -> None:
    assert await served.ask("request id", x_request_id="kept-as-it-is") == "kept-as-it-is"
    assert len(await served.ask("request id", x_request_id="not sane!")) == 36


async def test_health_and_reflection_need_no_token(served: Served) -> None:
    health = health_pb2_grpc.HealthStub(served.channel)
    for name in ("", SERVICE):
        answer = await health.Check(  # type: ignore[attr-defined]
            health_pb2.HealthCheckRequest(service=name)
        )
        assert answer.status == health_pb2.HealthCheckResponse.SERVING
    asked = reflection_pb2.ServerReflectionRequest(list_services="")
    reflect: object = reflection_pb2_grpc.ServerReflectionStub(served.channel)  # type: ignore[arg-type]
    stream = reflect.ServerReflectionInfo(iter([asked]))  # type: ignore[attr-defined]
    listed = [one.name async for answer in stream for one in answer.list_services_response.service]
    assert SERVICE in listed


async def test_stop_lets_calls_under_way_finish(served: Served) -> None:
    call = asyncio.create_task(served.ask("hang"))
    await served.echo.entered.wait()
    stopping = asyncio.create_task(served.running.stop(grace=5))
    async with grpc.aio.insecure_channel(served.running.address) as other:

        async def refused() -> bool:
            try:
                await ask_method(other)(StringValue(), timeout=1)
            except grpc.aio.AioRpcError as error:
                return error.code() in (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED)
            return False

        await eventually(refused)
    assert not call.done()
    served.echo.go_on.set()
    assert await call == "hang"
    await asyncio.wait_for(stopping, 5)


async def test_workers_are_started_again_and_closers_run_last_first(config: ServiceConfig) -> None:
    runs, closed = 0, list[str]()

    async def crash() -> None:
        nonlocal runs
        runs += 1
        raise ValueError(NAME_IN_TEXT)

    def closer(name: str) -> None:
        async def close() -> None:
            closed.append(name)

        bound.add_closer(close)

    bound = Bindings()

    async def bind(_: Params, bindings: Bindings) -> None:
        bindings.add_worker("crash", crash)
        closer("first")
        closer("second")
        bindings.closers.extend(bound.closers)

    running = await start(config, bind)

    async def again() -> bool:
        return runs >= 2

    await eventually(again)
    await running.stop(0)
    assert closed == ["second", "first"]


async def test_production_refuses_plaintext_off_loopback(config: ServiceConfig) -> None:
    async def bind(_: Params, __: Bindings) -> None:
        return None

    with pytest.raises(ValueError, match="without TLS"):
        await start(replace(config, environment="production", listen_host="0.0.0.0"), bind)


async def test_peer_uses_the_services_own_token_and_translates_refusals(served: Served, config: ServiceConfig) -> None:
    peer = Peer("echo", served.running.address, config.councils, OwnTokens(config.identity), None)
    peer.retry_safely(SERVICE, ["Ask"])
    ask = ask_method(peer.channel)
    own = Caller(NORTH.council_id, NORTH.slug, "kit", CallerKind.SERVICE)
    try:
        assert (await peer.call(ask, StringValue(value="who"), own)).value == "north service:service-oid service-kit"
        reply = await peer.call(ask, StringValue(value="who"), council=SOUTH)
        assert reply.value.startswith("south service:")
        with pytest.raises(RemoteRefusal) as caught:
            await peer.call(ask, StringValue(value="invalid"), own)
        assert (caught.value.code, caught.value.remote_reason) == ("INVALID_ARGUMENT", "INVALID_REQUEST")
        assert [one.field for one in caught.value.violations] == ["a", "b.c"]
        with pytest.raises(Unavailable) as away:
            await peer.call(ask, StringValue(value="down"), own)
        assert away.value.metadata == {"service": "echo"}
        with pytest.raises(Unavailable) as further:
            await peer.call(ask, StringValue(value="waits for another"), own)
        assert further.value.metadata == {"service": "cases"}, "the one that does not answer, not the one that says so"
        assert served.echo.asked["down"] == 4, "who does not answer is asked again"
        assert served.echo.asked["waits for another"] == 1, "who has asked again in vain is not"
    finally:
        await peer.close()


def test_invalid_request_counts_its_faults() -> None:
    assert InvalidRequest([]).metadata == {"violations": "0"}
