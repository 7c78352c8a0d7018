"""A random walk of bookings, moves, cancellations, people who come and go, crashes and lost answers.

Held to a ledger that the test keeps itself: never two live events for one person, never more messages than
revisions,
repeats equal in every byte, and once the faults stop, every calendar shows the truth.
"""

import asyncio
from collections import Counter
from datetime import UTC, datetime
from uuid import uuid4

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from servicekit.clock import FixedClock
from servicekit.launcher import ServiceDatabase
from servicekit.postgres import Database, connect_database
from services.notifications.domain.mail_draft import MailMethod
from services.notifications.domain.meeting import MeetingState, Restriction, RestrictionKind
from tests.notifications.world import World, person, recipient

FAULTS = st.lists(st.sampled_from(["", "", "down", "lost", "crash before", "crash after", "changed"]), max_size=6)
MAIL_FAULTS = st.lists(st.sampled_from(["", "down", "lost", "crash before", "crash after"]), max_size=3)
_NAMES = ("chair", "worker", "mother", "father")


class Walk(RuleBasedStateMachine):
    """One meeting of one council; every example has a council of its own in the same database."""

    runner: asyncio.Runner
    database: Database

    def __init__(self) -> None:
        super().__init__()
        clock = FixedClock(datetime(2026, 3, 16, 9, tzinfo=UTC))
        self.world = World(self.database, uuid4(), clock)
        self.world.restrictions = (Restriction(RestrictionKind.MUST_NOT_KNOW, person("father"), person("mother")),)
        self.comings = Counter[str]()
        self.lost = 0

    @initialize(knows=st.booleans())
    def begin(self, knows: bool) -> None:
        self.world.calendar.knows_transaction_ids = knows

    @rule(hours=st.integers(1, 5))
    def move(self, hours: int) -> None:
        self.world.move(hours)

    @precondition(lambda self: self.world.meeting.state is MeetingState.BOOKED)
    @rule()
    def cancel(self) -> None:
        self.world.cancel()

    @rule(name=st.sampled_from(_NAMES[1:]))
    def come_or_go(self, name: str) -> None:
        if self.world.people.pop(name, None) is None:
            self.world.people[name] = recipient(name, staff=name == "worker")
        self.comings[name] += 1

    @rule(calendar=FAULTS, mail=MAIL_FAULTS, tries=st.integers(1, 3))
    def work(self, calendar: list[str], mail: list[str], tries: int) -> None:
        self.lost += len(calendar)
        self.world.calendar.faults.planned = list(calendar)
        self.world.mail.faults.planned = list(mail)
        self.runner.run(self.world.tell(tries))
        self.world.calendar.faults.planned, self.world.mail.faults.planned = [], []

    @rule()
    def settle(self) -> None:
        assert self.runner.run(self.world.tell(4)), "it did not come to rest though nothing failed"
        self._shows_the_truth()

    @invariant()
    def one_live_event_a_person(self) -> None:
        on = Counter(one.address for kept in self.world.calendar.live for one in kept.draft.attendees)
        assert not [address for address, count in on.items() if count > 1]
        assert all(address != "father@example.org" for address in on)

    @invariant()
    def repeats_of_a_mail_are_equal(self) -> None:
        by_message: dict[str, object] = {}
        for mail in self.world.mail.accepted:
            assert by_message.setdefault(mail.message_id, mail) == mail
        assert len({mail.uid for mail in self.world.mail.accepted}) <= 1
        sequences = [mail.sequence for mail in self.world.mail.accepted]
        assert sequences == sorted(sequences)

    @invariant()
    def no_more_messages_than_revisions(self) -> None:
        father = {mail.message_id for mail in self.world.mail.accepted}
        assert len(father) <= self.world.meeting.revision + self.comings["father"]
        for name in _NAMES[:3]:
            mails = [one for one in self.world.calendar.mailed if one[0] == f"{name}@example.org"]
            assert len(mails) <= self.world.meeting.revision + self.comings[name] + self.lost

    def _shows_the_truth(self) -> None:
        """What a calendar shows after every message that reached it, newest sequence last."""
        meeting = self.world.meeting
        booked = meeting.state is MeetingState.BOOKED
        expected = {f"{name}@example.org": meeting.start for name in self.world.people if booked}
        shown = {one.address: kept.draft.start for kept in self.world.calendar.live for one in kept.draft.attendees}
        if self.world.mail.accepted:
            last = max(self.world.mail.accepted, key=lambda mail: mail.sequence)
            if last.method is MailMethod.REQUEST:
                shown[last.recipient] = last.start
        assert shown == expected


async def test_a_random_walk_never_tells_twice_or_wrongly(tables: ServiceDatabase) -> None:
    await asyncio.to_thread(_walk, tables.app_url)


def _walk(url: str) -> None:
    with asyncio.Runner() as runner:
        database = runner.run(connect_database(url, FixedClock(datetime(2026, 3, 16, 9, tzinfo=UTC))))
        bound = type("BoundWalk", (Walk,), {"runner": runner, "database": database})
        try:
            run_state_machine_as_test(
                bound,
                settings=settings(
                    max_examples=40,
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
