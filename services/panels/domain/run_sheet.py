"""What is written down live while a body sits: fields with versions, put together so that no word is lost."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from services.panels.domain.merge_words import merge_words
from services.panels.domain.sitting import ItemId

ACTIONS: Final = 3
DISSENTERS: Final = 2
_DATE_PARTS = ("day", "month", "year")
# Two who write here at once are both kept, one after the other.
WORDS: Final = frozenset(
    {"recommendation", "reasons"}
    | {f"what_{number}" for number in range(1, ACTIONS + 1)}
    | {f"{field}_{number}" for field in ("dissent_who", "dissent_why") for number in range(1, DISSENTERS + 1)}
)
# Of two who choose at once the first stands, and the other's choice stands beside it until somebody has seen both.
CHOICES: Final = frozenset(
    {"kind", "events"}
    | {f"owner_{number}" for number in range(1, ACTIONS + 1)}
    | {f"due_{number}-{part}" for number in range(1, ACTIONS + 1) for part in _DATE_PARTS}
    | {f"next_date-{part}" for part in _DATE_PARTS}
)
FIELDS: Final = WORDS | CHOICES


@dataclass(frozen=True)
class FieldKey:
    """One field of one subject's part of a run sheet."""

    item: ItemId
    subject: str
    field: str


@dataclass(frozen=True)
class SheetField:
    """How a field stands. Never written, it has version 0 and no value.

    Attributes:
        version: counts every value that it ever had; a save names the one that it began from.
        other: what somebody else chose at the same time; empty once somebody saved with both before them.
        revision: the sitting's count of saves at this field's last.
    """

    key: FieldKey
    version: int = 0
    value: str = ""
    other: str = ""
    revision: int = 0
    saved_at: datetime | None = None
    saved_by: str = ""


@dataclass(frozen=True)
class Change:
    """What somebody wrote, and the version that stood in the field when they began."""

    key: FieldKey
    value: str
    base_version: int


@dataclass(frozen=True)
class Saved:
    """What came of a change: how the field stands, and the version that holds the words as they were sent.

    Whoever goes on from those words names that version with the next change, so that their own words meet each other's
    and never themselves. `steps`: the values that the field had in turn, the last of them its present one.
    """

    field: SheetField
    own_version: int
    steps: tuple[SheetField, ...]


def save(stands: SheetField, base: str, change: Change, revision: int, at: datetime, by: str) -> Saved:
    """Put a change into a field; `base` is the text of the version that the change began from.

    A change that says what stood there before, or what stands there now, changes nothing.
    """
    if change.value in (base, stands.value):
        own = stands.version if change.value == stands.value else change.base_version
        return Saved(stands, own, ())
    sent = replace(
        stands, version=stands.version + 1, value=change.value, other="", revision=revision, saved_at=at, saved_by=by
    )
    if change.base_version == stands.version:
        return Saved(sent, sent.version, (sent,))
    both = _both(stands, base, change, replace(sent, version=sent.version + 1))
    return Saved(both, sent.version, (sent, both))


def _both(stands: SheetField, base: str, change: Change, after: SheetField) -> SheetField:
    """The field where somebody else wrote into it meanwhile."""
    if change.key.field in WORDS:
        return replace(after, value=merge_words(base, stands.value, change.value))
    if not stands.value:  # it was emptied; what somebody chose since stands
        return after
    return replace(after, value=stands.value, other=change.value)


def latest_revision(fields: Sequence[SheetField]) -> int:
    """Of the last save into any of them; 0 where nothing was ever written."""
    return max((field.revision for field in fields), default=0)


@dataclass(frozen=True)
class Adjournment:
    """That a sitting is broken off, since when and why."""

    at: datetime
    reason: str


@dataclass(frozen=True)
class ItemTime:
    """When an item was heard: it has begun, and ended unless `ended` is None."""

    item: ItemId
    began: datetime
    ended: datetime | None = None
