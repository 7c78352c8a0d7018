"""Private feeds of somebody's own meetings, read by a calendar program that has nothing but a secret."""

import hashlib
import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

MOST_FEEDS = 5
LASTS = timedelta(days=365)
BACK, AHEAD = timedelta(weeks=4), timedelta(weeks=26)
SECRET_LENGTH = 43


@dataclass(frozen=True, slots=True)
class DiaryFeed:
    """A feed. `last_read` is kept to the hour; `revoked` None: in use, until `expires`."""

    id: UUID
    person: str
    created: datetime
    expires: datetime
    last_read: datetime | None = None
    revoked: datetime | None = None

    def ended(self, now: datetime) -> "DiaryFeed":
        """The feed revoked; one that was revoked before keeps its time."""
        return self if self.revoked else replace(self, revoked=now)


def new_secret() -> str:
    """256 random bits, `SECRET_LENGTH` characters that may stand in an address."""
    return secrets.token_urlsafe(32)


def digest_of(secret: str) -> bytes:
    """What is kept of it. It is random and long, so that a plain digest is as good as a slow one."""
    return hashlib.sha256(secret.encode()).digest()


def feed_name(council: str, feed_id: UUID) -> str:
    """`councils/{council}/diaryFeeds/{diary_feed}`."""
    return f"councils/{council}/diaryFeeds/{feed_id}"
