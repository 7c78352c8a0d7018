"""Drafts, clients and the mail server's process for these tests. Everybody is made up."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from services.notifications.adapters.graph_calendar import GraphCalendar
from services.notifications.adapters.graph_session import GraphSession
from services.notifications.adapters.graph_tokens import AppCredential, AppSecret, GraphTokens, TenantApp
from services.notifications.domain.mail_draft import MailDraft, MailMethod
from services.notifications.domain.remote_event import EventAttendee, EventDraft, EventKey
from tests.emulators.microsoft_process import CHAIR, OFFICE, OUTSIDER, SECRET_APP, TENANT, Microsoft, Running

START = datetime(2026, 6, 10, 9, tzinfo=UTC)
SUBJECT = "Permanence planning meeting · R-104"


def draft(**more: Any) -> EventDraft:
    made = EventDraft(
        mailbox=OFFICE,
        transaction_id=uuid4(),
        correlation_id=uuid4(),
        subject_line=SUBJECT,
        body_text="You are asked to come.\nWhere: Café room <1> & 2\n",
        start=START,
        end=START + timedelta(hours=1, minutes=30),
        time_zone="Europe/London",
        location="Room 1",
        attendees=(EventAttendee(CHAIR), EventAttendee(OUTSIDER, "", required=False)),
        hide_attendees=False,
    )
    return replace(made, **more)


def key_of(made: EventDraft, event_id: str = "") -> EventKey:
    return EventKey(event_id, made.transaction_id, made.correlation_id, made.start)


def mail(**more: Any) -> MailDraft:
    uid = UUID("0b7c1f9e-8d53-4c1e-9b1c-6f0a7d3e5a11")
    made = MailDraft(
        uid=f"{uid}@council.example",
        sequence=0,
        method=MailMethod.REQUEST,
        dtstamp=datetime(2026, 3, 16, 9, 30, tzinfo=UTC),
        message_id=f"{uid}.0@council.example",
        organiser=OFFICE,
        organiser_name="Permanence meetings",
        recipient=OUTSIDER,
        subject_line=SUBJECT,
        body_text="You are asked to come.\nWhere: Café; room 1, door 2\n",
        start=START,
        end=START + timedelta(hours=1),
        time_zone="Europe/London",
        location="Room 1, Civic Centre",
    )
    return replace(made, **more)


def tenant_app(
    microsoft: Microsoft,
    client_id: str = SECRET_APP,
    credential: AppCredential = AppSecret("made-up"),  # noqa: B008 - frozen
    tenant: str = TENANT,
) -> TenantApp:
    return TenantApp(microsoft.url, tenant, client_id, credential, Path(microsoft.ready["ca"]))


def calendar_of(
    microsoft: Microsoft,
    session: GraphSession,
    client_id: str = SECRET_APP,
    credential: AppCredential = AppSecret("made-up"),  # noqa: B008 - frozen
    tenant: str = TENANT,
) -> GraphCalendar:
    tokens = GraphTokens(tenant_app(microsoft, client_id, credential, tenant))
    return GraphCalendar(session, tokens, f"{microsoft.url}/v1.0")


class MailSink(Running):
    """The SMTP emulator."""

    def __init__(self, folder: Path) -> None:
        self.mail_dir = folder / "mail"
        super().__init__("emulators.smtp", folder, "--port", "0", "--mail-dir", str(self.mail_dir))

    @property
    def port(self) -> int:
        return int(str(self.ready["url"]).rsplit(":", 1)[1])

    def order(self, mode: str) -> None:
        (self.mail_dir / ".faults.json").write_text(json.dumps({"mode": mode}))

    def kept(self, address: str) -> list[bytes]:
        files = (self.mail_dir / address).glob("*.eml")
        return [path.read_bytes() for path in sorted(files, key=lambda path: int(path.stem))]
