"""What is wrong in one council holds up no other: each worker goes on, and says the error's class alone."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import cast
from uuid import UUID

import pytest

from servicekit import log
from servicekit.caller import Caller
from servicekit.config import Council
from services.notifications.app.outlook_ports import ChangeNotices
from services.notifications.app.ports import Desk
from services.notifications.domain.subscription import Subscription
from services.notifications.workers import reconciling, subscribing
from services.notifications.workers.listening import Listener
from services.notifications.workers.nudges import Nudges
from services.notifications.workers.reconciling import Reconciler
from services.notifications.workers.subscribing import SubscriptionKeeper
from tests.notifications.world import World

BAD = Council(UUID(int=1), "north", "North Council", "t-1", "england")
GOOD = Council(UUID(int=2), "south", "South Council", "t-2", "england")


class Work:
    """Fails in one council, and then works once in the other."""

    def __init__(self) -> None:
        self.failed, self.done = asyncio.Event(), asyncio.Event()

    async def look(self, desk: Desk, caller: Caller, *rest: object, **more: object) -> Subscription:
        if caller.council == BAD.slug:
            self.failed.set()
            raise ValueError("a row that cannot be read: Maya Finch")
        await self.failed.wait()
        self.done.set()
        raise asyncio.CancelledError


def _listener(world: World, work: Work, patch: pytest.MonkeyPatch) -> Callable[[], Awaitable[None]]:
    return Listener(world.desk, [BAD, GOOD], 0.01, work.look, "replies not read").run


def _reconciler(world: World, work: Work, patch: pytest.MonkeyPatch) -> Callable[[], Awaitable[None]]:
    patch.setattr(reconciling, "reconcile_if_due", work.look)
    return Reconciler(world.desk, [BAD, GOOD], 0.01).run


def _keeper(world: World, work: Work, patch: pytest.MonkeyPatch) -> Callable[[], Awaitable[None]]:
    patch.setattr(subscribing, "keep_subscribed", work.look)
    return SubscriptionKeeper(_with_notices(world), [BAD, GOOD], Nudges(), "https://north.example.org").run


def _with_notices(world: World) -> Desk:
    (outside,) = world.desk.outside.values()
    told = replace(outside, notices=cast(ChangeNotices, object()))
    return replace(world.desk, outside={BAD.council_id: told, GOOD.council_id: told})


@pytest.mark.parametrize("make", [_listener, _reconciler, _keeper])
async def test_a_council_whose_rows_cannot_be_read_stops_no_other(
    world: World,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    make: Callable[[World, Work, pytest.MonkeyPatch], Callable[[], Awaitable[None]]],
) -> None:
    log.configure("notifications", "test")  # into what is captured here
    work = Work()
    running = asyncio.ensure_future(make(world, work, monkeypatch)())
    ended = asyncio.ensure_future(work.done.wait())
    await asyncio.wait({running, ended}, return_when=asyncio.FIRST_COMPLETED)
    assert work.done.is_set() and not running.done()
    running.cancel()
    await asyncio.wait({running})
    said = capsys.readouterr()
    assert "ValueError" in said.out + said.err and "Maya" not in said.out + said.err
