"""A random walk of moves, cancellations and somebody who comes and goes, while GOV.UK Notify loses answers.

Held to Notify's own ledger: nothing twice, never more messages than there was to say, and once the faults stop the last
message says how things stand.
"""

import asyncio
from datetime import UTC, datetime
from uuid import uuid4

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from servicekit.clock import FixedClock
from servicekit.launcher import ServiceDatabase
from servicekit.postgres import Database, connect_database
from services.notifications.domain.meeting import Channel, MeetingState
from services.notifications.domain.notify_message import SHOWN_WITHIN
from services.notifications.domain.plain_message import plain_when
from tests.notifications.scripted_notify import told_by, with_notify
from tests.notifications.world import World, made_meeting

SENDING = st.lists(st.sampled_from(["", "down", "lost", "crash before", "crash after"]), max_size=3)
READING = st.lists(st.sampled_from(["", "down", "crash before"]), max_size=2)


class NotifyWalk(RuleBasedStateMachine):
    """One meeting to which one person is asked by text message."""

    runner: asyncio.Runner
    database: Database
    clock: FixedClock

    def __init__(self) -> None:
        super().__init__()
        self.clock.instant = datetime(2026, 3, 16, 9, tzinfo=UTC)
        self.world = World(self.database, uuid4(), self.clock)
        self.world.people.clear()
        self.world.meeting = made_meeting(["mother"])
        told_by(self.world, "mother", Channel.TEXT)
        self.notify = with_notify(self.world, Channel.TEXT)
        self.comings = 0

    @rule(hours=st.integers(1, 5))
    def move(self, hours: int) -> None:
        self.world.move(hours)

    @precondition(lambda self: self.world.meeting.state is MeetingState.BOOKED)
    @rule()
    def cancel(self) -> None:
        self.world.cancel()

    @rule()
    def come_or_go(self) -> None:
        if self.world.people.pop("mother", None) is None:
            told_by(self.world, "mother", Channel.TEXT)
        self.comings += 1

    @rule(sending=SENDING, reading=READING, tries=st.integers(1, 4), hides=st.booleans())
    def work(self, sending: list[str], reading: list[str], tries: int, hides: bool) -> None:
        self.notify.faults.planned, self.notify.reading.planned, self.notify.hides = list(sending), list(reading), hides
        self.runner.run(self.world.tell(tries))
        self.notify.faults.planned, self.notify.reading.planned, self.notify.hides = [], [], False

    @rule()
    def settle(self) -> None:
        self.world.clock.instant += SHOWN_WITHIN
        assert self.runner.run(self.world.tell(4)), "it did not come to rest though nothing failed"
        last = self.notify.messages[-1].text if self.notify.messages else ""
        meeting = self.world.meeting
        if meeting.state is MeetingState.BOOKED and self.world.people:
            assert f"When: {plain_when(meeting.start, meeting.end, meeting.time_zone)}. Where" in last
        else:
            assert "You need not do anything." in last or not last

    @invariant()
    def nothing_goes_twice(self) -> None:
        references = [message.reference for message in self.notify.messages]
        assert len(references) == len(set(references))
        numbers = [int(reference.rpartition(".")[2]) for reference in references]
        assert numbers == sorted(numbers)
        assert len(references) <= self.world.meeting.revision + self.comings


async def test_a_random_walk_texts_nobody_twice(tables: ServiceDatabase) -> None:
    await asyncio.to_thread(_walk, tables.app_url)


def _walk(url: str) -> None:
    with asyncio.Runner() as runner:
        clock = FixedClock(datetime(2026, 3, 16, 9, tzinfo=UTC))
        database = runner.run(connect_database(url, clock))
        bound = type("BoundWalk", (NotifyWalk,), {"runner": runner, "database": database, "clock": clock})
        wanted = settings(
            max_examples=25,
            stateful_step_count=15,
            deadline=None,
            database=None,
            print_blob=True,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        try:
            run_state_machine_as_test(bound, settings=wanted)
        finally:
            runner.run(database.close())
