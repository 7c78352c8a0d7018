"""The minutes of a meeting for one subject, and their two clocks."""

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, NewType
from uuid import UUID

from services.panels.domain.errors import AlreadySignedError, NothingToSignError

MinutesId = NewType("MinutesId", UUID)

# Elapsed hours from the end of the meeting: to be signed by its chair (BCP-8.4-01), to stand in the file (BCP-8.4-02).
SIGN_WITHIN: Final = timedelta(hours=48)
FILE_WITHIN: Final = timedelta(hours=72)


class MinutesState(StrEnum):
    """Where minutes stand."""

    DRAFT = "draft"
    SIGNED = "signed"
    DELIVERED = "delivered"
    FILED = "filed"


class ClockKind(StrEnum):
    """The two clocks of minutes."""

    SIGN = "sign"
    FILE = "file"


@dataclass(frozen=True)
class Minutes:
    """`version` 0: nobody has written anything yet. `text_hash`: SHA-256 of what was signed."""

    minutes_id: MinutesId
    meeting: str
    meeting_kind: str
    subject: str
    chair_role: str
    state: MinutesState
    version: int
    text: str
    meeting_end: datetime
    sign_due: datetime
    file_due: datetime
    text_hash: str = ""
    signed_at: datetime | None = None
    signed_by: str = ""
    filed_at: datetime | None = None
    addenda: tuple[str, ...] = ()

    def redrafted(self, text: str, name: str) -> "Minutes":
        """With another text; AlreadySignedError once signed."""
        if self.state is not MinutesState.DRAFT:
            raise AlreadySignedError(minutes=name)
        return replace(self, text=text, version=self.version + 1)

    def signed(self, at: datetime, by: str, name: str) -> "Minutes":
        """Signed as they stand; AlreadySignedError the second time, NothingToSignError where no text is."""
        if self.state is not MinutesState.DRAFT:
            raise AlreadySignedError(minutes=name)
        if not self.text:
            raise NothingToSignError(minutes=name)
        return replace(
            self,
            state=MinutesState.SIGNED,
            version=self.version + 1,
            text_hash=hashlib.sha256(self.text.encode()).hexdigest(),
            signed_at=at,
            signed_by=by,
        )

    def delivered(self) -> "Minutes":
        """Put where the case system fetches them."""
        return replace(self, state=MinutesState.DELIVERED, version=self.version + 1)

    def filed(self, at: datetime) -> "Minutes":
        """Acknowledged by the case system."""
        return replace(self, state=MinutesState.FILED, version=self.version + 1, filed_at=at)

    def next_clock(self) -> datetime:
        """The clock that runs out first of those that still run; the last due once both have stopped."""
        return self.sign_due if self.state is MinutesState.DRAFT else self.file_due

    def running_clocks(self) -> dict[ClockKind, datetime]:
        """Clocks that nothing has stopped yet."""
        running = {ClockKind.SIGN: self.sign_due} if self.state is MinutesState.DRAFT else {}
        return running if self.state is MinutesState.FILED else {**running, ClockKind.FILE: self.file_due}


def clocks_of(meeting_end: datetime) -> tuple[datetime, datetime]:
    """By when to sign and by when to file: elapsed hours, so a change of the clocks moves neither."""
    return meeting_end + SIGN_WITHIN, meeting_end + FILE_WITHIN
