"""Walls between councils, on every RPC: generated from the contracts, so that a new RPC is tested by itself."""

import time
from collections.abc import Iterator
from uuid import UUID, uuid4

import pytest
from google.protobuf.message import Message

from servicekit.config import Council
from services.panels.domain.body import body_uuid
from tests.checks.conftest import FIRST, SECOND, Served
from tests.checks.every_rpc import Metadata, Rpc, every_rpc
from tests.checks.sample_request import NamesOf
from tests.servicekit.authority import Authority

RPCS = every_rpc()
PEOPLE = ("business-support", "business-support-manager", "panel-chair", "team-manager", "social-worker")
NOBODY = Council(UUID(int=0xF3), "nobody", "No Council", "33333333-0000-0000-0000-0000000000f3", "bcp")

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.xdist_group("tenancy"),
    pytest.mark.parametrize("rpc", RPCS, ids=str),
]


def names_of(council: Council) -> NamesOf:
    """Resources of this council, as they could be called."""
    return lambda _, collection: _name(council, collection)


def _name(council: Council, collection: str) -> str:
    if not collection:
        return f"councils/{council.slug}"
    # A body is there from the start, under an id that anybody can work out.
    key = body_uuid(council.council_id, "tracking-panel") if collection == "bodies" else uuid4()
    return f"councils/{council.slug}/{collection}/{key}"


def _bearer(token: str) -> Metadata:
    return (("authorization", f"Bearer {token}"),)


def _callers(authority: Authority, council: Council) -> Iterator[tuple[str, Metadata]]:
    """A person with every role, the council's case system, and the services themselves."""
    services = [f"service-{name}" for name in ("cases", "scheduler", "panels", "notifications")]
    yield "a person", _bearer(authority.token(council, roles=list(PEOPLE)))
    app: dict[str, object] = {"scp": None, "idtyp": "app", "oid": "an-app"}
    yield "the case system", _bearer(authority.token(council, roles=["case-system"], **app))
    yield "a service", _bearer(authority.token(council, roles=services, **app))


async def test_what_another_council_holds_is_not_found(rpc: Rpc, served: Served) -> None:
    channel = served.channels[rpc.service]
    for who, metadata in _callers(served.authority, SECOND):
        for sent in rpc.asked(names_of(FIRST)):
            code = await rpc.code(channel, sent, metadata)
            assert code == "NOT_FOUND", f"{rpc} answers {code} to {who} of another council"


async def test_one_name_of_another_council_is_enough(rpc: Rpc, served: Served) -> None:
    """All but one resource are the caller's own."""
    channel = served.channels[rpc.service]
    metadata = next(_callers(served.authority, SECOND))[1]
    assert rpc.resources(), f"{rpc} names no resource: how does it know its council?"
    for path in rpc.resources():
        for sent in _holding(rpc, path):
            code = await rpc.code(channel, sent, metadata)
            assert code == "NOT_FOUND", f"{rpc} answers {code} where only {path} is another council's"


def _holding(rpc: Rpc, path: str) -> list[list[Message]]:
    """The ways of asking in which this path is used at all."""
    used: list[list[Message]] = []
    seen: list[str] = []

    def name(at: str, collection: str) -> str:
        seen.append(at)
        return _name(FIRST if at == path else SECOND, collection)

    for sent in rpc.asked(name):
        if any(f"councils/{FIRST.slug}" in str(message) for message in sent):
            used.append(sent)
    assert path in seen and used
    return used


async def test_the_same_request_about_the_callers_own_council_is_well_formed(rpc: Rpc, served: Served) -> None:
    """So that nothing but the council was wrong in the tests above."""
    channel = served.channels[rpc.service]
    for _, metadata in _callers(served.authority, SECOND):
        for sent in rpc.asked(names_of(SECOND)):
            code = await rpc.code(channel, sent, metadata)
            assert code not in ("INVALID_ARGUMENT", "UNAUTHENTICATED", "UNIMPLEMENTED", "UNKNOWN", "INTERNAL"), (
                f"{rpc} answers {code} to a sample of its request: see tests/checks/sample_request.py"
            )


@pytest.fixture(scope="module")
def stranger(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """Signs with a key that nobody published."""
    made = Authority(tmp_path_factory.mktemp("stranger"))
    made.rotate()
    return made


async def test_without_a_good_token_nobody_is_let_in(rpc: Rpc, served: Served, stranger: Authority) -> None:
    channel = served.channels[rpc.service]
    sent = rpc.asked(names_of(FIRST))[0]
    stranger.url = served.authority.url
    past = int(time.time()) - 7200
    refused: dict[str, Metadata] = {
        "no token": (),
        "no token but a scheme": (("authorization", "Bearer "),),
        "no bearer": (("authorization", served.authority.token(FIRST)),),
        "not a token": _bearer("not.a.token"),
        "another signature": _bearer(stranger.token(FIRST)),
        "ended": _bearer(served.authority.token(FIRST, nbf=past, iat=past, exp=past + 60)),
        "for somebody else": _bearer(served.authority.token(FIRST, aud="https://graph.microsoft.com")),
        "of no council here": _bearer(served.authority.token(NOBODY)),
    }
    for what, metadata in refused.items():
        code = await rpc.code(channel, sent, metadata)
        assert code == "UNAUTHENTICATED", f"{rpc} answers {code} to a caller with: {what}"
