"""What is kept of people's Outlook between two searches, and how long it is good for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.scheduler.domain.grains import Span

# Read this often while somebody looks for a time, and again just before one is taken.
FRESH_TO_SEARCH = timedelta(minutes=10)
FRESH_TO_TAKE = timedelta(minutes=1)
# What is older says nothing any more: the diary counts as not checked.
LONGEST_KEPT = timedelta(days=1)
READ_AHEAD = timedelta(weeks=12)
# What lies farther ahead nobody reads: the diary is known as far as that and no farther.
FARTHEST = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class OutlookReading:
    """One person's busy times; None where their Outlook could not be read."""

    person: str
    busy: Sequence[Span] | None


def without_own(busy: Sequence[Span], own: frozenset[Span]) -> list[Span]:
    """What others have put there. Our own meetings are known better from where they are booked.

    There they are told apart from the rest when one of them is moved, and are gone as soon as they are cancelled.
    """
    return [spell for spell in busy if spell not in own]


def read_until(now: datetime, needed: datetime) -> datetime:
    """How far to read: some way ahead at once, so that the next search finds it there, and never too far."""
    return min(max(needed, now + READ_AHEAD), now + FARTHEST)
