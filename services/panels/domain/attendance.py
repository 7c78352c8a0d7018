"""Who comes, who is there and who has gone. Entries are added and never changed; the last up to an instant counts."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from services.panels.domain.member import MemberId


class Presence(StrEnum):
    """Where a member stands at a sitting."""

    COMING = "coming"
    APOLOGIES = "apologies"
    ARRIVED = "arrived"
    LEFT = "left"


@dataclass(frozen=True)
class AttendanceEntry:
    """What was recorded of a member at a sitting: since when, and when it was written down."""

    member: MemberId
    presence: Presence
    at: datetime
    recorded_at: datetime


def standing_at(entries: Iterable[AttendanceEntry], instant: datetime) -> dict[MemberId, AttendanceEntry]:
    """Where each member stands at an instant; of two entries for the same time the later written counts."""
    known = sorted((one for one in entries if one.at <= instant), key=lambda one: (one.at, one.recorded_at))
    return {one.member: one for one in known}


def in_the_room(entries: Iterable[AttendanceEntry], instant: datetime, *, begun: bool) -> frozenset[MemberId]:
    """Who is there; before the sitting begins, who said that they come. Silence is not a yes."""
    counts = {Presence.ARRIVED} if begun else {Presence.COMING, Presence.ARRIVED}
    return frozenset(member for member, one in standing_at(entries, instant).items() if one.presence in counts)
