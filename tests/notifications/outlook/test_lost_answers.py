"""The answer is lost after the other side has done the work, at every single call: no calendar holds an entry twice."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from servicekit.postgres import Database
from services.notifications.domain.meeting import MeetingState
from tests.emulators.microsoft_process import OFFICE
from tests.notifications.outlook.emulator_inside import EmulatorInside
from tests.notifications.outlook.neighbours import ADDRESSES
from tests.notifications.outlook.world_on_outlook import world_on
from tests.notifications.world import World

DOINGS = ("book", "move", "another room", "somebody goes", "cancel")


class Losing:
    """The product's calendar; Graph does the work of the `lose_at`th call and its answer never comes."""

    def __init__(self, emulator: EmulatorInside, mode: str) -> None:
        self._emulator, self._mode = emulator, mode
        self.calls, self.lose_at = 0, 0

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._emulator.calendar, name)
        if name not in ("find", "create", "update", "cancel"):
            return found

        async def ask(*given: Any) -> Any:
            self.calls += 1
            if self.calls == self.lose_at:
                await self._emulator.arm(fault="lost_reply", mode=self._mode)
            return await found(*given)

        return ask


def _do(world: World, doing: str) -> None:
    if doing == "move":
        world.move(1)
    elif doing == "another room":
        world.meeting = replace(world.meeting, room_name="Room 7", revision=world.meeting.revision + 1)
    elif doing == "somebody goes":
        world.people.pop("mother")
    elif doing == "cancel":
        world.cancel()


async def _until(world: World, doing: str) -> None:
    """Everything up to and with `doing`, whatever goes wrong on the way."""
    for one in DOINGS[: DOINGS.index(doing) + 1]:
        _do(world, one)
        assert await world.tell(6), f"{one} did not come to rest"


@pytest.mark.parametrize("mode", ["drop", "504"])
async def test_graph(
    emulator: EmulatorInside, database: Database, mode: str, record_property: Callable[[str, object], None]
) -> None:
    whole = Losing(emulator, mode)
    await _until(world_on(database, whole), DOINGS[-1])
    mails, tried, repeated = await _mails(emulator, ""), 0, 0
    for call in range(1, whole.calls + 1):
        outlook = Losing(emulator, mode)
        outlook.lose_at = call
        world = world_on(database, outlook)
        for doing in DOINGS:
            _do(world, doing)
            assert await world.tell(6), f"{doing} did not come to rest after the answer to call {call} was lost"
            await _shows_the_truth(emulator, world, call)
        tried += 1
        repeated += await _mails(emulator, world.meeting.reference) - mails
    record_property("lost answers", f"Graph, {mode}: {tried} calls, 0 entries twice, {repeated} messages twice")
    assert tried >= 10
    # A change other than of time cannot be told from one that was not done: it is asked again, equal.
    assert repeated <= tried


async def test_the_mail_server(database: Database, emulator: EmulatorInside) -> None:
    for call in range(len(DOINGS)):
        world = world_on(database, emulator.calendar)
        world.mail.faults.planned = [*[""] * call, "lost"]
        await _until(world, DOINGS[-1])
        by_id = Counter(mail.message_id for mail in world.mail.accepted)
        assert sum(by_id.values()) - len(by_id) <= 1
        assert len({(mail.message_id, str(mail)) for mail in world.mail.accepted}) == len(by_id)


async def _mails(emulator: EmulatorInside, reference: str) -> int:
    return sum(row["subject"].endswith(reference) for row in await emulator.mail())


async def _shows_the_truth(emulator: EmulatorInside, world: World, call: int) -> None:
    meeting = world.meeting
    live = [
        event
        for event in await emulator.events(OFFICE)
        if event["subject"].endswith(meeting.reference) and not event["isCancelled"]
    ]
    on = Counter(one["address"] for event in live for one in event["attendees"])
    booked = meeting.state is MeetingState.BOOKED
    assert on == {ADDRESSES[name]: 1 for name in world.people if booked and name != "father"}, f"call {call}"
    start = meeting.start.strftime("%Y-%m-%dT%H:%M")
    assert {event["start"]["dateTime"][:16] for event in live} <= {start}, f"call {call}"
