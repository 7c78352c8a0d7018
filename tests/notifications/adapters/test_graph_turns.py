"""Graph's few requests at once are shared by all councils: none holds them all, and a throttled one rests alone."""

import asyncio

import pytest

from services.notifications.adapters.graph_session import GraphRequest
from services.notifications.adapters.graph_turns import Turns
from services.notifications.domain.delivery_fault import Unreachable

A, B, C = "a@north.example.org", "b@south.example.org", "c@west.example.org"


class Line:
    """Requests that hold their turn until they are let go; `begun` is the order in which they got one."""

    def __init__(self, at_once: int = 4) -> None:
        self.now = 0.0
        self.turns = Turns(at_once, lambda: self.now)
        self.begun: list[str] = []
        self._ends: list[tuple[str, asyncio.Event]] = []
        self.tasks: list[asyncio.Task[None]] = []

    async def ask(self, mailbox: str, times: int = 1) -> None:
        for _ in range(times):
            self.tasks.append(asyncio.create_task(self._hold(mailbox)))
        await self.settle()

    async def _hold(self, mailbox: str) -> None:
        async with self.turns.turn(mailbox):
            self.begun.append(mailbox)
            end = asyncio.Event()
            self._ends.append((mailbox, end))
            await end.wait()

    async def let_go(self, mailbox: str) -> None:
        held = next(one for one in self._ends if one[0] == mailbox)
        self._ends.remove(held)
        held[1].set()
        await self.settle()

    @staticmethod
    async def settle() -> None:
        for _ in range(10):
            await asyncio.sleep(0)


async def test_a_mailbox_alone_uses_every_turn() -> None:
    line = Line()
    await line.ask(A, 6)
    assert line.begun == [A] * 4


async def test_a_slow_mailbox_leaves_a_turn_to_the_others() -> None:
    line = Line()
    await line.ask(B)
    await line.let_go(B)
    await line.ask(A, 20)
    assert line.begun == [B, A, A, A]
    for _ in range(5):
        await line.ask(B)
        assert line.begun[-1] == B
        await line.let_go(B)
    assert line.begun.count(A) == 3


async def test_who_waits_is_served_in_rotation_and_never_more_than_four_at_once() -> None:
    line = Line()
    await line.ask(C)
    await line.let_go(C)
    await line.ask(A, 10)
    await line.ask(B, 10)
    assert line.begun == [C, A, A, A, B]
    for _ in range(4):
        await line.let_go(A)
    assert line.begun[5:] == [A, B, A, B]


async def test_a_throttled_mailbox_rests_for_as_long_as_graph_said_and_the_others_go_on() -> None:
    line = Line()
    line.turns.rest(A, 30.0)
    with pytest.raises(Unreachable) as caught:
        async with line.turns.turn(A):
            pass
    assert (caught.value.reason, caught.value.retry_after) == ("THROTTLED", 30.0)
    await line.ask(B)
    assert line.begun == [B]
    line.now = 30.0
    await line.ask(A)
    assert line.begun == [B, A]


async def test_without_a_time_the_rest_is_brief_and_who_stands_in_line_rests_too() -> None:
    line = Line(at_once=1)
    await line.ask(A, 2)
    line.turns.rest(A, None)
    await line.let_go(A)
    assert line.begun == [A] and isinstance(line.tasks[1].exception(), Unreachable)
    line.now = 1.0
    await line.ask(A)
    assert line.begun == [A, A]


async def test_who_gives_up_waiting_leaves_the_line() -> None:
    line = Line(at_once=1)
    await line.ask(A, 3)
    line.tasks[1].cancel()
    await line.settle()
    await line.let_go(A)
    assert line.begun == [A, A]
    await line.let_go(A)
    await line.ask(A)
    assert line.begun == [A, A, A]


def test_a_request_says_whose_turn_it_takes() -> None:
    mailbox = "https://graph.example.org/v1.0/users/Meetings@north.example.org"
    assert GraphRequest("GET", f"{mailbox}/events?$top=1").mailbox == mailbox.casefold()
    assert GraphRequest("POST", f"{mailbox}/events").mailbox == mailbox.casefold()
    assert GraphRequest("POST", "https://graph.example.org/v1.0/subscriptions").mailbox == ""


async def test_a_rest_that_was_told_is_not_cut_short_by_one_without_a_time() -> None:
    line = Line()
    line.turns.rest(A, 120.0)
    line.turns.rest(A, None)
    line.now = 2.0
    await line.ask(A)
    assert line.begun == [] and isinstance(line.tasks[0].exception(), Unreachable)
