"""Whoever is told by text message gets the code and a new link by text message, where the number is sure and safe."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import grpc
import pytest
from permanence.notifications.v1 import attendee_service_pb2 as rpc

from servicekit.launcher import ServiceDatabase
from services.notifications.domain.meeting import Channel
from services.notifications.domain.route import Route
from tests.notifications.attendee_page import CODE, LINK, AttendeePage, attendee_page
from tests.notifications.scripted_notify import PHONE, ScriptedNotify, told_by, with_notify
from tests.notifications.world import World


@pytest.fixture
def notify(world: World) -> ScriptedNotify:
    """The mother is told by text message, the father by letter."""
    told_by(world, "mother", Channel.TEXT)
    told_by(world, "father", Channel.LETTER)
    return with_notify(world, Channel.TEXT, Channel.LETTER)


@pytest.fixture
async def page(
    world: World, notify: ScriptedNotify, tables: ServiceDatabase, tmp_path: Path
) -> AsyncIterator[AttendeePage]:
    async with attendee_page(world, tables, tmp_path) as found:
        yield found


def _token(notify: ScriptedNotify, route: Route = Route.TEXT) -> str:
    texts = [one.text for one in notify.messages if one.route is route and LINK.search(one.text)]
    return str(LINK.findall(texts[-1])[0])


async def test_the_code_comes_by_text_and_opens_the_rest(page: AttendeePage, notify: ScriptedNotify) -> None:
    token = _token(notify)
    assert await page.send_code(token) == rpc.CODE_WAY_TEXT
    sent = notify.messages[-1]
    assert (sent.route, sent.address, "\n" in sent.text) == (Route.TEXT, PHONE, False)
    assert sent.reference.startswith(f"{(await page.world.invitation('mother')).id}.code.")
    assert await page.confirm(token, CODE.findall(sent.text)[0]) == rpc.CODE_RESULT_RIGHT
    assert (await page.more(token)).reference == "M-2041" and page.mails("mother") == []


async def test_a_new_link_comes_by_text(page: AttendeePage, notify: ScriptedNotify) -> None:
    token, before = _token(notify), len(notify.messages)
    await page.answer(token)
    page.at(page.world.clock.now().replace(hour=12))
    await page.new_link(token)
    assert len(notify.messages) == before + 1 and notify.messages[-1].address == PHONE
    assert _token(notify) != token
    assert (await page.open(_token(notify))).state == rpc.LINK_STATE_OPEN


async def test_a_letter_is_too_slow_for_a_code_and_the_page_says_to_ring(
    page: AttendeePage, notify: ScriptedNotify
) -> None:
    before = len(notify.messages)
    assert await page.send_code(_token(notify, Route.LETTER)) == rpc.CODE_WAY_SPOKEN
    assert (await page.spoken("father")).code and len(notify.messages) == before


@pytest.mark.parametrize(
    "changes",
    [
        {"unsafe_channels": frozenset({Channel.TEXT})},
        {"channel": Channel.EMAIL},
        {"phone": "+447700900999"},
    ],
)
async def test_nothing_goes_by_a_way_or_to_a_number_that_is_not_sure_any_more(
    page: AttendeePage, notify: ScriptedNotify, changes: dict[str, object]
) -> None:
    token, before = _token(notify), len(notify.messages)
    mails = len(page.world.mail.accepted)
    people = page.world.people
    people["mother"] = replace(people["mother"], **changes)  # type: ignore[arg-type]
    with pytest.raises(grpc.aio.AioRpcError):
        await page.send_code(token)
    await page.new_link(token)
    assert len(notify.messages) == before and len(page.world.mail.accepted) == mails


async def test_a_text_that_notify_does_not_take_is_read_out(page: AttendeePage, notify: ScriptedNotify) -> None:
    token = _token(notify)
    notify.faults.planned = ["down"]
    assert await page.send_code(token) == rpc.CODE_WAY_SPOKEN
    spoken = await page.spoken("mother")
    assert await page.confirm(token, spoken.code) == rpc.CODE_RESULT_RIGHT
