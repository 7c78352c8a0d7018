"""What is kept here of a meeting: as much as tells whether everybody knows its current time."""

from dataclasses import dataclass, replace
from datetime import datetime

from services.notifications.domain.meeting import MeetingState


@dataclass(frozen=True)
class KnownMeeting:
    """`heard_revision` came by the feed, `read_revision` was read and drafted; a gap means that work waits.

    `token` stands for what would leave now; `release_needed` says that it waits for a second person.
    """

    name: str
    subjects: tuple[str, ...]
    heard_revision: int
    read_revision: int = 0
    state: MeetingState = MeetingState.BOOKED
    restricted: bool = False
    booked_by: str = ""
    token: str = ""
    release_needed: bool = False
    read_at: datetime | None = None

    def as_held(self, revision: int) -> "KnownMeeting":
        """It took place: nobody is told anything more of it."""
        return replace(
            self, state=MeetingState.HELD, heard_revision=revision, read_revision=revision, release_needed=False
        )
