"""What anybody sees of an event in Outlook, part by part: as it was asked for here, and as the mailbox shows it."""

from collections.abc import Hashable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import assert_never

from services.notifications.domain.remote_event import EventDraft, EventPart, RemoteEvent


class EditedPart(StrEnum):
    """What somebody can change in Outlook. The text is not looked at: Exchange rewrites it by itself."""

    TIME = "time"
    PLACE = "place"
    SUBJECT = "subject"
    ATTENDEES = "attendees"
    GONE = "gone"
    """The whole event was deleted there."""


@dataclass(frozen=True)
class ShownEvent:
    """Aware instants; `addresses` in lower case and in order. Personal data."""

    start: datetime
    end: datetime
    place: str
    subject_line: str
    addresses: tuple[str, ...]

    def part(self, part: EditedPart) -> Hashable:
        """What has to be equal for that part to be the same."""
        match part:
            case EditedPart.TIME:
                return self.start, self.end
            case EditedPart.PLACE:
                return self.place
            case EditedPart.SUBJECT:
                return self.subject_line
            case EditedPart.ATTENDEES:
                return self.addresses
            case EditedPart.GONE:
                return None
            case _:
                assert_never(part)

    def with_part(self, part: EditedPart, other: "ShownEvent") -> "ShownEvent":
        """This, with that part as in the other."""
        match part:
            case EditedPart.TIME:
                return replace(self, start=other.start, end=other.end)
            case EditedPart.PLACE:
                return replace(self, place=other.place)
            case EditedPart.SUBJECT:
                return replace(self, subject_line=other.subject_line)
            case EditedPart.ATTENDEES:
                return replace(self, addresses=other.addresses)
            case EditedPart.GONE:
                return self
            case _:
                assert_never(part)


COMPARED = (EditedPart.TIME, EditedPart.PLACE, EditedPart.SUBJECT, EditedPart.ATTENDEES)
# The text repeats the time and the place: the three are one message, and none of them goes without the others.
_ONE_MESSAGE = frozenset({EventPart.TIME, EventPart.PLACE, EventPart.TEXT})
HOLDS = {
    EditedPart.TIME: _ONE_MESSAGE,
    EditedPart.PLACE: _ONE_MESSAGE,
    EditedPart.SUBJECT: _ONE_MESSAGE,
    EditedPart.ATTENDEES: frozenset({EventPart.ATTENDEES}),
    EditedPart.GONE: frozenset[EventPart](),
}
"""What is not sent while an edit of that part waits for a person."""
SENT_AS = {
    EditedPart.TIME: EventPart.TIME,
    EditedPart.PLACE: EventPart.PLACE,
    EditedPart.SUBJECT: EventPart.TEXT,
    EditedPart.ATTENDEES: EventPart.ATTENDEES,
}
"""The part of a request that puts ours back."""


def shown_by(remote: RemoteEvent) -> ShownEvent:
    """What the mailbox shows."""
    addresses = [one.address for one in remote.answers]
    return ShownEvent(
        remote.start,
        remote.end,
        _kept(remote.location),
        _kept(remote.subject_line),
        _in_order([_kept(one) for one in addresses]),
    )


def shown_in(draft: EventDraft) -> ShownEvent:
    """What is asked for."""
    addresses = [one.address for one in draft.attendees]
    return ShownEvent(draft.start, draft.end, draft.location.strip(), draft.subject_line.strip(), _in_order(addresses))


def edited_parts(theirs: ShownEvent, *ours: ShownEvent | None) -> tuple[EditedPart, ...]:
    """The parts whose value nobody here ever asked for. `ours`: last agreed, last asked, wanted now, where known.

    More than one of ours counts because the answer to a request may have been lost after it was done.
    """
    known = [one for one in ours if one is not None]
    return tuple(part for part in COMPARED if known and theirs.part(part) not in {one.part(part) for one in known})


def _kept(text: str) -> str:
    """Without what no database keeps, and anybody may write in Outlook: NUL and half a surrogate pair."""
    return "".join(sign for sign in text if sign != "\0" and not "\ud800" <= sign <= "\udfff").strip()


def _in_order(addresses: list[str]) -> tuple[str, ...]:
    return tuple(sorted({one.casefold() for one in addresses}))
