"""What holds back everything that leaves: a council's stop, and the most people who are written to in an hour."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

HOUR = timedelta(hours=1)
MOST_AN_HOUR = 1_000
"""Exchange sends about 30 messages a minute from one mailbox, so that more would only queue there."""
STOPPED = "Waits: sending is stopped for the whole council. Nothing is lost: it goes once sending is started again."
HOUR_IS_FULL = "Waits: as many people have been written to within an hour as may be. It goes by itself."
GIVEN_UP = "Given up: {reason} Tell this person yourself."
GIVEN_UP_IN_DOUBT = "Given up, and it may have arrived: {reason} Make sure that this person knows."


class Source(StrEnum):
    """From where messages leave; each has an hour of its own."""

    OUTLOOK = "outlook"
    MAIL = "mail"


@dataclass(frozen=True)
class SendingStop:
    """Nothing leaves. `reason` is as it was typed."""

    stopped_at: datetime
    stopped_by: str
    reason: str


@dataclass(frozen=True)
class GivenUp:
    """Nobody is told of the meeting up to this revision by this service; a later one is told again."""

    meeting: str
    revision: int
    given_up_at: datetime
    given_up_by: str
    reason: str


def why_it_waits(stop: SendingStop | None, left: int, people: int, most: int) -> str:
    """In words; empty where `people` more may be written to. `left` were within the hour, `most` may be.

    More than an hour may hold at once go alone: no meeting is too large ever to be told.
    """
    if stop is not None:
        return STOPPED
    return HOUR_IS_FULL if left and people and left + people > most else ""
