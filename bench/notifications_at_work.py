"""The lanes of notifications on a real PostgreSQL and real connections to the Graph emulator: for benches.

The scheduler and cases are the one thing that is made up: what they answer stands in memory.
"""

import asyncio
import os
import tempfile
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid5

from servicekit import lanes, log
from servicekit.caller import Caller, service_caller
from servicekit.config import Council
from servicekit.lanes import LaneWorker
from servicekit.launcher import EmbeddedPostgres
from servicekit.migrate import migrate
from servicekit.postgres import Database, connect_database
from servicekit.wakeups import listen
from services.notifications.adapters.graph_calendar import GraphCalendar
from services.notifications.adapters.graph_session import GraphSession, open_graph_session
from services.notifications.adapters.graph_tokens import AppSecret, GraphTokens, TenantApp
from services.notifications.app.ports import Desk, Outside, Surroundings
from services.notifications.domain.meeting import (
    Channel,
    Invitee,
    Meeting,
    MeetingState,
    Recipient,
    Sender,
    Session,
)
from services.notifications.storage.unit_of_work import LANE, MIGRATIONS, beginner
from services.notifications.workers.telling import teller
from tests.emulators.microsoft_process import OFFICE, SECRET_APP, TENANT, Microsoft, make_certificate

FIRST = datetime(2027, 3, 1, 9, tzinfo=UTC)
COUNCIL = Council(UUID(int=1), "demo", "Demo Council", TENANT, "bcp")
SLOW_COUNCIL = Council(UUID(int=2), "slow", "Slow Council", TENANT, "bcp")
LANES, LANES_OF_A_COUNCIL = 16, 12
"""As the service has them (services/notifications/bind.py)."""


@dataclass
class MadeUp:
    """The scheduler and cases: meetings by name, and two members of staff around each."""

    meetings: dict[str, Meeting] = field(default_factory=dict)

    async def meeting(self, caller: Caller, name: str) -> Meeting | None:
        """As it stands."""
        return self.meetings.get(name)

    async def around(self, caller: Caller, subjects: Sequence[str], people: Sequence[str]) -> Surroundings:
        """Two colleagues with Outlook."""
        return Surroundings(tuple(recipient(one) for one in people), (), False, ("CH-100",), ("Maya Finch",))


def recipient(person: str) -> Recipient:
    """A colleague."""
    word = person.rpartition("/")[2][-6:]
    return Recipient(
        person, f"Robin {word}", True, Channel.OUTLOOK, f"staff-{word}@council.example", frozenset(),
        FIRST.date(), "", False, (f"{word} Lane, Northtown",),
    )  # fmt: skip


def made_meeting(council: Council, number: int, people: int = 2) -> Meeting:
    """Always the same for the same number."""
    parent = f"councils/{council.slug}"
    start = FIRST + timedelta(days=number // 8, hours=number % 8)
    asked = [f"{parent}/people/{uuid5(council.council_id, f'person {number} {n}')}" for n in range(people)]
    return Meeting(
        name=f"{parent}/meetings/{uuid5(council.council_id, f'meeting {number}')}",
        kind="ppm",
        title="Permanence planning meeting",
        reference=f"M-{number}",
        subjects=(f"{parent}/children/{uuid5(council.council_id, f'child {number}')}",),
        state=MeetingState.BOOKED,
        time_zone="Europe/London",
        sessions=(Session(1, start, start + timedelta(minutes=60)),),
        invitees=tuple(Invitee(one, "social-worker", True, ()) for one in asked),
        room_name="Room 4",
        revision=1,
        booked_by="oid-1",
    )


@dataclass
class NotificationsAtWork:
    """The lanes, at work until the block ends. `outlook` is by council slug."""

    database: Database
    made_up: MadeUp
    outlook: dict[str, Microsoft]
    session: GraphSession

    async def book(self, council: Council, meetings: Sequence[Meeting]) -> None:
        """As the scheduler's feed would tell of them: known, and their lanes woken in one commit."""
        self.made_up.meetings.update({meeting.name: meeting for meeting in meetings})
        async with self.database.transaction(council.council_id) as tx:
            for meeting in meetings:
                await lanes.wake(tx, LANE, meeting.name, datetime.now(UTC))

    async def sent(self, council: Council) -> int:
        """Events of the council that Outlook has confirmed."""
        async with self.database.transaction(council.council_id) as tx:
            found = await tx.fetchval("select count(*) from remote_event where state = 'invited'")
            return found if isinstance(found, int) else 0

    async def until_sent(self, council: Council, wanted: int) -> None:
        """Returns once so many are confirmed."""
        while await self.sent(council) < wanted:  # noqa: ASYNC110 - what is waited for happens in the database
            await asyncio.sleep(0.02)

    def calendar(self, council: Council) -> GraphCalendar:
        """A client of the council's Outlook that shares the turns of all."""
        return _calendar(self.outlook[council.slug], self.session)


@asynccontextmanager
async def notifications_at_work(
    latency: dict[str, float], councils: Sequence[Council] = (COUNCIL,)
) -> AsyncIterator[NotificationsAtWork]:
    """Served from its own durable database. `latency` is the service time of each council's Graph, in seconds."""
    log.configure("notifications", "test")
    with tempfile.TemporaryDirectory(prefix="permanence-bench-") as folder:
        os.chmod(folder, 0o755)  # noqa: PTH101 - the server's unprivileged user must reach its data
        root = Path(folder)
        outlook = {one.slug: _microsoft(root / one.slug, latency[one.slug]) for one in councils}
        server = EmbeddedPostgres(root / "postgres")
        server.start()
        session = open_graph_session(seconds=120, ca_file=_both_authorities(root, outlook.values()))
        try:
            made = await server.ensure_service("notifications")
            await migrate(made.owner_url, [MIGRATIONS])
            database = await connect_database(made.app_url, application="notifications")
            made_up = MadeUp()
            outside = _outside(councils, outlook, session)
            desk = Desk(beginner(database), made_up, made_up, outside, most_an_hour=1_000_000)
            worker = LaneWorker(
                database, database.clock, LANE, teller(desk, councils), at_once=LANES,
                most_per_council=LANES_OF_A_COUNCIL, tries=1000,
            )  # fmt: skip
            working = asyncio.gather(worker.run(), listen(made.app_url, database.wakeups))
            yield NotificationsAtWork(database, made_up, outlook, session)
            working.cancel()
            await asyncio.gather(working, return_exceptions=True)
            await database.close()
        finally:
            await session.close()
            server.stop()
            for one in outlook.values():
                one.stop()


def _microsoft(folder: Path, latency: float) -> Microsoft:
    return Microsoft(folder, make_certificate(), "--latency", str(latency))


def _both_authorities(root: Path, outlook: Iterable[Microsoft]) -> Path:
    together = root / "authorities.pem"
    together.write_text("".join(Path(one.ready["ca"]).read_text() for one in outlook))
    return together


def _outside(councils: Sequence[Council], outlook: dict[str, Microsoft], session: GraphSession) -> dict[UUID, Outside]:
    sender = Sender("Demo Council", OFFICE, "")
    return {
        one.council_id: Outside(sender, "council.example", _calendar(outlook[one.slug], session), None)
        for one in councils
    }


def _calendar(microsoft: Microsoft, session: GraphSession) -> GraphCalendar:
    app = TenantApp(microsoft.url, TENANT, SECRET_APP, AppSecret("made-up"), Path(microsoft.ready["ca"]))
    return GraphCalendar(session, GraphTokens(app), f"{microsoft.url}/v1.0")


def caller_of(council: Council) -> Caller:
    """The service itself."""
    return service_caller(council.council_id, council.slug, "notifications")


def moved(meeting: Meeting, hours: int) -> Meeting:
    """The next revision, later."""
    shift = timedelta(hours=hours)
    sessions = tuple(replace(one, start=one.start + shift, end=one.end + shift) for one in meeting.sessions)
    return replace(meeting, sessions=sessions, revision=meeting.revision + 1)
