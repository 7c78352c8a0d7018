"""The check of a tenant: the emulator is as it is taken to be, and each habit that is broken shows as different."""

import ssl
from base64 import b64encode
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import pytest

from cli.outlook import reading, wire, writing
from cli.outlook.finding import Check
from cli.outlook.tenant import People, Tenant
from cli.outlook.verify import CHECKS, verify
from emulators.graph.fidelity import HABITS
from services.notifications.adapters.graph_tokens import AppSecret, GraphTokens, TenantApp
from tests.emulators.microsoft_process import (
    CHAIR,
    NARROW_APP,
    OFFICE,
    OUTSIDER,
    ROOM,
    TENANT,
    Microsoft,
    make_certificate,
)

EVERYBODY = People(colleague=CHAIR, outsider=OUTSIDER, room=ROOM)
DAY = datetime(2028, 6, 14, tzinfo=UTC)
SCOPED_AWAY = "busy times of colleagues outside the scope are told"


@pytest.fixture(scope="module")
def microsoft(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Microsoft]:
    running = Microsoft(tmp_path_factory.mktemp("verify"), make_certificate())
    yield running
    assert running.stop() == 0


@pytest.fixture
async def tenant(microsoft: Microsoft) -> AsyncIterator[Tenant]:
    microsoft.control("POST", "reset")
    # Long enough that requests sent at once are at work at once, however busy the machine is.
    microsoft.fault(fault="slow", seconds=0.3, times=None, operation="list")
    ca = Path(microsoft.ready["ca"])
    tokens = GraphTokens(TenantApp(microsoft.url, TENANT, NARROW_APP, AppSecret("made-up"), ca))
    connector = aiohttp.TCPConnector(ssl=ssl.create_default_context(cafile=str(ca)))
    async with aiohttp.ClientSession(connector=connector) as http:
        made = Tenant(http, tokens, f"{microsoft.url}/v1.0", OFFICE, EVERYBODY, day=DAY, pause=0.05, replies=OFFICE)
        microsoft.control("POST", "inbox", {"tenant": TENANT, "mailbox": OFFICE, "mime": b64encode(b"x").decode()})
        yield made
    tokens.close()


def _said(capsys: pytest.CaptureFixture[str]) -> dict[str, str]:
    """What was said of each assumption."""
    lines = capsys.readouterr().out.splitlines()
    return {check.assumption: line[:11].strip() for check, line in zip(CHECKS, lines, strict=False)}


async def test_the_emulator_is_as_it_is_taken_to_be(
    tenant: Tenant, microsoft: Microsoft, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await verify(tenant, CHECKS) == 1
    said = _said(capsys)
    assert len(said) == len(CHECKS) == 34
    # The application of this test is told nothing of colleagues: the one thing that differs.
    assert [name for name, outcome in said.items() if outcome == "different"] == [SCOPED_AWAY]
    assert [name for name, outcome in said.items() if outcome == "not tested"] == [
        "hidden attendees stay hidden, outside too"
    ]
    assert [one["isRead"] for one in microsoft.control("GET", "inbox")["messages"]] == [False]
    assert not [event for event in microsoft.calendar(OFFICE) if not event["isCancelled"]]


async def test_without_names_nobody_is_invited(
    tenant: Tenant, microsoft: Microsoft, capsys: pytest.CaptureFixture[str]
) -> None:
    tenant.people, tenant.replies = People(), ""
    before = len(microsoft.mail())
    assert await verify(tenant, CHECKS) == 0
    assert list(_said(capsys).values()).count("not tested") == 9
    assert len(microsoft.mail()) == before


@pytest.mark.parametrize(
    ("drill", "checks", "different"),
    [
        ("no_scope", wire.CHECKS, "a mailbox outside the scope is refused"),
        ("unknown_properties_allowed", wire.CHECKS, "an unknown property is refused"),
        ("retry_after_absent", wire.CHECKS, "too many requests at once are told when to come back"),
        ("body_kept_as_sent", writing.CHECKS, "HTML is rewritten"),
        ("transaction_id_no_dedupe", writing.CHECKS, "a repeated transaction id gives the same event"),
        ("transaction_id_dedupes_after_delete", writing.CHECKS, "after a cancellation it makes a new one"),
        ("if_match_ignored", writing.CHECKS, "a change against a stale tag is refused"),
        ("attendees_patch_merges", writing.CHECKS, "a list of attendees replaces the whole list"),
        ("teams_survives_body_patch", writing.CHECKS, "a body without Teams' block ends the online meeting"),
        ("location_keeps_locations", writing.CHECKS, "a place replaces all places"),
        ("cancel_keeps_event", reading.CHECKS, "the delta tells what is new and what is removed"),
    ],
)
async def test_a_broken_habit_is_told(
    tenant: Tenant,
    microsoft: Microsoft,
    capsys: pytest.CaptureFixture[str],
    drill: str,
    checks: tuple[Check, ...],
    different: str,
) -> None:
    microsoft.drill(drill)
    one = tuple(check for check in checks if check.assumption == different)
    assert await verify(tenant, one) == 1
    assert capsys.readouterr().out.startswith("different")


async def test_an_end_in_the_middle_clears_away(tenant: Tenant, microsoft: Microsoft) -> None:
    async def breaks_off(tenant: Tenant) -> None:
        await tenant.make()
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await verify(tenant, [Check("0", "breaks off", breaks_off)])  # type: ignore[arg-type]  # it never returns
    assert microsoft.calendar(OFFICE) == []


def test_the_numbers_are_those_of_the_table() -> None:
    known = {habit.key for habit in HABITS} | {"mail"}
    named = {item for check in CHECKS for item in check.item.replace("5a-c", "5a, 5b, 5c").split(", ")}
    assert named <= known
