"""What every act of the story works with: the stage, who speaks, who plays, and how to wait for what follows."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TypeVar
from uuid import uuid4
from zoneinfo import ZoneInfo

from google.protobuf.timestamp_pb2 import Timestamp
from google.type.date_pb2 import Date
from permanence.cases.v1.subject_pb2 import Subject
from permanence.scheduler.v1 import scheduler_service_pb2 as scheduler_pb
from permanence.scheduler.v1.meeting_pb2 import Meeting

from cli.connection import Refused, Voice
from cli.demo.narrate import Narrator
from cli.demo.outlook import Outlook
from cli.demo.people import People, Services
from cli.demo.playbill import Playbill
from cli.demo.stage import Stage
from cli.failure import Failure

LONDON = ZoneInfo("Europe/London")
PATIENCE_SECONDS = 60.0
T = TypeVar("T")


@dataclass
class Scene:
    """The story so far."""

    stage: Stage
    bill: Playbill
    services: Services
    people: People
    others: list[People]
    narrator: Narrator
    outlook: Outlook
    now: datetime
    subjects: list[Subject] = field(default_factory=list)
    tracking_body: str = ""
    meeting: Meeting = field(default_factory=Meeting)

    @property
    def parent(self) -> str:
        """Resource name of the council that the story plays in."""
        return f"councils/{self.bill.slug}"

    def voice(self, persona: str) -> Voice:
        """Somebody's way to the services."""
        return self.people.voice(persona)

    def pass_time_to(self, instant: datetime) -> None:
        """Move the one clock on; never back."""
        if instant > self.now:
            self.now = instant
            self.stage.set_time(instant)

    async def until(self, what: str, look: Callable[[], Awaitable[T | None]]) -> T:
        """Look until there is something to see. Failure, naming what was waited for, after a minute."""
        give_up = asyncio.get_running_loop().time() + PATIENCE_SECONDS
        while True:
            seen = await look()
            if seen is not None:
                return seen
            if asyncio.get_running_loop().time() > give_up:
                raise Failure(f"after {PATIENCE_SECONDS:.0f} s still not: {what}")
            await asyncio.sleep(0.05)

    async def as_it_stands(self, meeting: Meeting) -> Meeting:
        """A meeting, read now."""
        request = scheduler_pb.GetMeetingRequest(name=meeting.name)
        reply = await self.voice("business-support").call(self.services.scheduler.GetMeeting, request)
        now: Meeting = reply.meeting
        return now

    async def afresh(self, change: Callable[[], Awaitable[T]]) -> T:
        """Do what reads something and changes it. Again where it was changed in between, as anybody at a screen would:
        the services follow each other's feeds meanwhile. Refused where that does not end within a minute.
        """
        give_up = asyncio.get_running_loop().time() + PATIENCE_SECONDS
        while True:
            try:
                return await change()
            except Refused as refused:
                if refused.reason != "STALE" or asyncio.get_running_loop().time() > give_up:
                    raise


def new_request_id() -> str:
    """A request id: made once, so that a repeat of the call is the same call."""
    return str(uuid4())


def london(instant: Timestamp) -> datetime:
    """An instant as wall time in England."""
    return instant.ToDatetime(tzinfo=UTC).astimezone(LONDON)


def timestamp(instant: datetime) -> Timestamp:
    """An aware instant for the wire."""
    stamp = Timestamp()
    stamp.FromDatetime(instant)
    return stamp


def day(when: Date) -> str:
    """A date as people read it; a dash where there is none."""
    return f"{datetime(when.year, when.month, when.day, tzinfo=LONDON):%a %d %b %Y}" if when.year else "-"
