"""The random walk again, with people who edit, delete and restore events in Outlook, and others who decide about it.

Held to the same ledger: never two live events for one person, never more messages than revisions and decisions, nothing
overwritten that waits for a person, and once everybody has decided and the faults stop, every calendar shows the truth.
"""

import asyncio
from collections import Counter
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule, run_state_machine_as_test

from servicekit.clock import FixedClock
from servicekit.launcher import ServiceDatabase
from servicekit.postgres import connect_database
from services.notifications.app.read_replies import read_replies
from services.notifications.app.reconcile import reconcile
from services.notifications.domain.delivery_fault import DeliveryFault
from services.notifications.domain.outlook_proposal import Decision, OutlookProposal, ProposalState
from services.notifications.domain.remote_event import EventAttendee
from tests.notifications.test_walk import _NAMES, FAULTS, Walk
from tests.notifications.world import MAILBOX, Crash

_STRANGER = EventAttendee("somebody.else@example.org")
_ROUNDS = 8


class EditsWalk(Walk):
    """As Walk; `decisions` may each tell everybody on an event once more. Whoever was `taken_off` in Outlook, where
    nobody had read that yet when we changed the event for another reason, is asked again: they had been told it is off.
    """

    def __init__(self) -> None:
        super().__init__()
        self.decisions = 0
        self.taken_off: Counter[str] = Counter()

    @precondition(lambda self: self.world.calendar.live)
    @rule(which=st.integers(0, 3), hours=st.integers(1, 30))
    def somebody_moves_it_in_outlook(self, which: int, hours: int) -> None:
        kept, shift = self._one(which), timedelta(hours=hours)
        self.world.calendar.edit(kept, start=kept.draft.start + shift, end=kept.draft.end + shift)

    @precondition(lambda self: self.world.calendar.live)
    @rule(which=st.integers(0, 3), place=st.sampled_from(["Elsewhere", "Room 4, Civic Centre"]))
    def somebody_changes_the_place(self, which: int, place: str) -> None:
        self.world.calendar.edit(self._one(which), location=place)

    @precondition(lambda self: self.world.calendar.live)
    @rule(which=st.integers(0, 3), off=st.booleans())
    def somebody_adds_or_takes_off(self, which: int, off: bool) -> None:
        kept = self._one(which)
        there = tuple(one for one in kept.draft.attendees if one != _STRANGER)
        self.taken_off.update(one.address for one in there[:1] if off)
        self.world.calendar.edit(kept, attendees=there[1:] if off else (*there, _STRANGER))

    @precondition(lambda self: self.world.calendar.live)
    @rule(which=st.integers(0, 3))
    def somebody_deletes_it(self, which: int) -> None:
        self.world.calendar.delete(self._one(which))

    @rule(faults=FAULTS)
    def listen(self, faults: list[str]) -> None:
        self.lost += len(faults)
        self.world.calendar.faults.planned = list(faults)
        self.runner.run(self._listen())
        self.world.calendar.faults.planned = []

    @rule(decision=st.sampled_from(Decision))
    def decide(self, decision: Decision) -> None:
        for one in self._open():
            if decision in one.choices and decision is not Decision.TAKE_OVER:
                self._decide(one, decision)

    @rule()
    def settle(self) -> None:
        """Everybody decides for ours, until nothing is left to decide."""
        for _ in range(_ROUNDS):
            assert self.runner.run(self.world.tell(4)), "it did not come to rest though nothing failed"
            self.runner.run(self._read_whole())
            for one in self._open():
                self._decide(one, Decision.PUT_OURS_BACK)
        assert not self._open()
        if not self._left_as_it_is():
            self._shows_the_truth()

    @invariant()
    def one_live_event_a_person(self) -> None:
        """Of those whom we invite."""
        on = Counter(one.address for kept in self.world.calendar.live for one in kept.draft.attendees)
        assert all(count == 1 for address, count in on.items() if address != _STRANGER.address)
        assert "father@example.org" not in on

    @invariant()
    def no_more_messages_than_revisions(self) -> None:
        for name in _NAMES[:3]:
            address = f"{name}@example.org"
            mails = [one for one in self.world.calendar.mailed if one[0] == address]
            most = self.world.meeting.revision + self.comings[name] + self.lost + self.decisions
            assert len(mails) <= most + self.taken_off[address]

    def _one(self, which: int):  # type: ignore[no-untyped-def]
        live = self.world.calendar.live
        return live[which % len(live)]

    async def _listen(self) -> None:
        with suppress(DeliveryFault, Crash):
            await read_replies(self.world.desk, self.world.caller)

    async def _read_whole(self) -> None:
        await read_replies(self.world.desk, self.world.caller)
        await reconcile(self.world.desk, self.world.caller, self.world.calendar, MAILBOX)

    def _open(self) -> list[OutlookProposal]:
        return [one for one in self._proposals() if one.state is ProposalState.OPEN]

    def _left_as_it_is(self) -> bool:
        return any(one.decision is Decision.LEAVE for one in self._proposals())

    def _proposals(self) -> list[OutlookProposal]:
        async def read() -> list[OutlookProposal]:
            async with self.world.begin(self.world.caller) as unit:
                events = await unit.events.of_meeting(self.world.meeting.name)
                return [one for event in events for one in await unit.proposals.of_event(event.id)]

        return self.runner.run(read())

    def _decide(self, one: OutlookProposal, decision: Decision) -> None:
        async def put() -> None:
            async with self.world.begin(self.world.caller) as unit:
                await unit.proposals.put(one.decided(decision, "oid-2", unit.now(), "As agreed."))

        self.decisions += 1
        self.runner.run(put())


async def test_a_random_walk_with_people_in_outlook_never_overwrites_and_converges(tables: ServiceDatabase) -> None:
    await asyncio.to_thread(_walk, tables.app_url)


def _walk(url: str) -> None:
    with asyncio.Runner() as runner:
        database = runner.run(connect_database(url, FixedClock(datetime(2026, 3, 16, 9, tzinfo=UTC))))
        bound = type("BoundWalk", (EditsWalk,), {"runner": runner, "database": database})
        try:
            run_state_machine_as_test(
                bound,
                settings=settings(
                    max_examples=30,
                    stateful_step_count=20,
                    deadline=None,
                    database=None,
                    print_blob=True,
                    phases=[Phase.generate],
                    suppress_health_check=list(HealthCheck),
                ),
            )
        finally:
            runner.run(database.close())
