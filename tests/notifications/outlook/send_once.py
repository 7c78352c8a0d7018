"""Works one meeting's lane in a process of its own, so that it can be killed at any of its system calls.

    python -m tests.notifications.outlook.send_once DATABASE_URL GRAPH_URL CA_FILE SMTP_PORT COUNCIL_ID DOING

DOING is book, move or cancel. Status 0 once nothing is left to do, 3 where something waits.
"""

import asyncio
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

from servicekit import log
from servicekit.caller import service_caller
from servicekit.clock import FixedClock
from servicekit.postgres import connect_database
from services.notifications.adapters.graph_calendar import GraphCalendar
from services.notifications.adapters.graph_session import open_graph_session
from services.notifications.adapters.graph_tokens import AppSecret, GraphTokens, TenantApp
from services.notifications.adapters.smtp_mail import SmtpMail, SmtpSecurity, SmtpServer
from services.notifications.app.ports import Desk, Outside
from services.notifications.app.tell_people import StillWaitingError, tell_people
from services.notifications.domain.meeting import Meeting, MeetingState, Restriction, RestrictionKind, Sender
from services.notifications.storage.unit_of_work import beginner
from tests.emulators.microsoft_process import OFFICE, SECRET_APP, TENANT
from tests.notifications.outlook.neighbours import ADDRESSES, NAMES, Asked, Neighbours
from tests.notifications.second_person import let_go
from tests.notifications.world import MAIL_FROM, made_meeting, person, recipient

APART = Restriction(RestrictionKind.MUST_NOT_KNOW, person("father"), person("mother"))
NOW = datetime(2026, 3, 16, 9, tzinfo=UTC)


def meeting_of(council_id: UUID, doing: str) -> Meeting:
    """Always the same for the same council: booked, then an hour later, then off."""
    made = made_meeting(NAMES)
    name = f"councils/north/meetings/{council_id}"
    meeting = replace(
        made,
        name=name,
        subjects=(name.replace("/meetings/", "/children/"),),
        reference=f"M-{council_id.hex[:8]}",
    )
    if doing == "book":
        return meeting
    later = tuple(
        replace(one, start=one.start + timedelta(hours=1), end=one.end + timedelta(hours=1)) for one in meeting.sessions
    )
    if doing == "move":
        return replace(meeting, sessions=later, revision=2)
    return replace(meeting, sessions=later, revision=3, state=MeetingState.CANCELLED)


async def send(database_url: str, graph_url: str, ca: str, smtp_port: str, council_id: UUID, doing: str) -> int:
    """0 once nothing is left to do, 3 where something waits."""
    log.configure("notifications", "test")
    meeting = meeting_of(council_id, doing)
    neighbours = Neighbours()
    people = {who: replace(recipient(who, staff=who in ("chair", "worker")), email=ADDRESSES[who]) for who in NAMES}
    neighbours.asked[meeting.name] = Asked(meeting, people)
    session = open_graph_session(Path(ca))
    tokens = GraphTokens(TenantApp(graph_url, TENANT, SECRET_APP, AppSecret("made-up"), Path(ca)))
    calendar = GraphCalendar(session, tokens, f"{graph_url}/v1.0")
    mail = SmtpMail(SmtpServer("127.0.0.1", int(smtp_port), SmtpSecurity.NONE))
    database = await connect_database(database_url, FixedClock(NOW))
    outside = Outside(Sender("North Council", OFFICE, MAIL_FROM), "north.example.org", calendar, mail)
    desk = Desk(beginner(database), neighbours, neighbours, {council_id: outside})
    caller = service_caller(council_id, "north", "notifications")
    try:
        await let_go(desk, caller, meeting.name)
        await tell_people(desk, caller, meeting.name)
    except StillWaitingError:
        return 3
    finally:
        await session.close()
        await database.close()
    return 0


if __name__ == "__main__":
    url, graph, ca_file, port, council, what = sys.argv[1:]
    sys.exit(asyncio.run(send(url, graph, ca_file, port, UUID(council), what)))
