"""Holding the whole of a mailbox against what is kept here: every difference is a row until it has gone."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID, uuid5

from services.notifications.domain.outlook_event import LIVE, EventState, OutlookEvent
from services.notifications.domain.remote_event import RemoteEvent
from services.notifications.domain.shown_event import EditedPart, edited_parts, shown_by

_NAMESPACE = UUID("0f0b4c57-5a5e-5c0a-9d0c-3d8f8f1f3a27")


class MismatchKind(StrEnum):
    """The wire's names."""

    MISSING = "MISMATCH_KIND_MISSING"
    """Live here, and not in the mailbox."""
    NOT_OURS = "MISMATCH_KIND_NOT_OURS"
    """In the mailbox with our mark, and nothing here knows of it."""
    LIVE_THERE = "MISMATCH_KIND_LIVE_THERE"
    """Cancelled here, and live in the mailbox."""
    TIME = "MISMATCH_KIND_TIME"
    ATTENDEES = "MISMATCH_KIND_ATTENDEES"
    TWICE = "MISMATCH_KIND_TWICE"
    """Two live events for one audience."""


@dataclass(frozen=True)
class Mismatch:
    """One difference. `since` is when it was first found; `start` is when the event is, or was to be.

    `meeting` is empty for an event that nothing here knows of; `remote_id` is empty where the mailbox has none.
    """

    kind: MismatchKind
    meeting: str
    event_id: UUID | None
    remote_id: str
    start: datetime | None
    since: datetime

    @property
    def id(self) -> UUID:
        """The same for the same difference, however often it is found."""
        return uuid5(_NAMESPACE, f"{self.kind.value}|{self.event_id}|{self.remote_id}")


def mismatches(kept: Sequence[OutlookEvent], remotes: Sequence[RemoteEvent], at: datetime) -> tuple[Mismatch, ...]:
    """Every difference between what is kept and a whole reading of the mailbox; other people's events do not count.

    An event for which something is being asked just now is left out: its outcome is looked up by its lane.
    """
    return tuple(_found(kept, remotes, at))


def _found(kept: Sequence[OutlookEvent], remotes: Sequence[RemoteEvent], at: datetime) -> Iterator[Mismatch]:
    live = [one for one in remotes if not one.cancelled]
    # An event that was half saved lacks our mark; its transaction id it always has.
    by_transaction = {event.transaction_id: event.id for event in kept}
    by_mark: dict[UUID, list[RemoteEvent]] = {}
    for one in live:
        mark = one.correlation_id or (by_transaction.get(one.transaction_id) if one.transaction_id else None)
        if mark is not None:
            by_mark.setdefault(mark, []).append(one)
    by_id = {one.event_id: one for one in live}
    known = {event.id for event in kept}
    for event in kept:
        yield from _of_event(event, by_id.get(event.event_id), by_mark.get(event.id, []), at)
    for mark, ones in by_mark.items():
        if mark not in known:
            for one in ones:
                yield Mismatch(MismatchKind.NOT_OURS, "", mark, one.event_id, one.start, at)


def _of_event(
    event: OutlookEvent, remote: RemoteEvent | None, marked: list[RemoteEvent], at: datetime
) -> Iterator[Mismatch]:
    def differs(kind: MismatchKind, one: RemoteEvent | None) -> Mismatch:
        return Mismatch(kind, event.meeting, event.id, one.event_id if one else "", event.start, at)

    if event.state is EventState.LOST or (event.state in LIVE and remote is None):
        yield differs(MismatchKind.MISSING, None)
    if event.state is EventState.CANCELLED:
        for one in marked:
            yield differs(MismatchKind.LIVE_THERE, one)
        return
    if event.state not in LIVE or remote is None:
        return
    edited = edited_parts(shown_by(remote), event.asked_shown or event.agreed)
    if EditedPart.TIME in edited:
        yield differs(MismatchKind.TIME, remote)
    if EditedPart.ATTENDEES in edited:
        yield differs(MismatchKind.ATTENDEES, remote)
    for one in marked:
        if one.event_id != event.event_id:
            yield differs(MismatchKind.TWICE, one)
