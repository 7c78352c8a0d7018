"""A sitting and the items on its agenda."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import NewType
from uuid import UUID

from rulebook.counting import london_date
from services.panels.domain.body import BodyUuid
from services.panels.domain.matters_arising import MatterArising
from services.panels.domain.outcome import Outcome

SittingId = NewType("SittingId", UUID)
ItemId = NewType("ItemId", UUID)
ReferralId = NewType("ReferralId", UUID)


class SittingState(StrEnum):
    """Where a sitting stands."""

    PLANNED = "planned"
    HELD = "held"
    CANCELLED = "cancelled"


class AgendaSource(StrEnum):
    """Where an agenda item came from."""

    REFERRAL = "referral"
    OBLIGATION = "obligation"
    DEFERRED = "deferred"


@dataclass(frozen=True)
class AgendaItem:
    """One place on an agenda; brothers and sisters share it, and each has an outcome of their own.

    `put_off_because` (the latest last) and `papers_follow` (which papers a referral came without, and why) are read for
    whoever looks at the agenda. Personal data. So are `comers`, how many are to come for this item alone, and
    `comers_trouble`, why they could not be told. `kept`: something was written about it, or its members are asked in
    writing, so that it stays where it stands.
    """

    item_id: ItemId
    number: int
    subjects: tuple[str, ...]
    references: tuple[str, ...]
    source: AgendaSource
    reason: str
    start: datetime
    end: datetime
    referral: ReferralId | None = None
    due: date | None = None
    by_hand: bool = False
    outcomes: tuple[Outcome, ...] = ()
    times_put_off: int = 0
    put_off_because: tuple[str, ...] = ()
    comers: int = 0
    comers_trouble: str = ""
    kept: bool = False
    papers_follow: tuple[str, ...] = ()


@dataclass(frozen=True)
class Sitting:
    """One meeting of a body.

    `built` tells whether its agenda was ever made; `matters` arise from earlier sittings, read for whoever looks at it;
    `matters_incomplete`: there may be more, for nobody could say whether they may be shown.
    """

    sitting_id: SittingId
    body: BodyUuid
    meeting: str
    start: datetime
    end: datetime
    state: SittingState
    version: int
    built: bool = False
    items: tuple[AgendaItem, ...] = field(default=())
    matters: tuple[MatterArising, ...] = field(default=())
    matters_incomplete: bool = False

    def sits_since(self, resumptions: Sequence[datetime], instant: datetime) -> datetime:
        """Since when it sits, at an instant: since its start, or since it was resumed on a later day."""
        later = (at for at in resumptions if at <= instant and london_date(at) > london_date(self.start))
        return max(later, default=self.start)

    def kept_items(self) -> tuple[AgendaItem, ...]:
        """Items that stay where they stand though nothing of them was settled yet."""
        return tuple(item for item in self.items if item.kept and not item.outcomes)

    def begun(self, now: datetime) -> bool:
        """Whether its start has passed."""
        return self.start <= now

    def frozen(self, now: datetime) -> bool:
        """Whether the agenda stays as it is: it is over, cancelled, or has begun with an agenda."""
        if self.state is not SittingState.PLANNED or now >= self.end:
            return True
        return self.begun(now) and self.built

    def capacity(self, item_minutes: int, most: int = 0) -> int:
        """Items that fit into its length and are no more than `most` (0: only time limits it); one at the least."""
        fit = int((self.end - self.start) / timedelta(minutes=item_minutes))
        return max(1, min(fit, most) if most else fit)


def in_order(sitting: Sitting, wanted: list[ItemId], item_minutes: int) -> tuple[AgendaItem, ...]:
    """The items in the order wanted, numbered and timed anew; those not named keep their order behind."""
    by_id = {item.item_id: item for item in sitting.items}
    named = [by_id[item_id] for item_id in wanted]
    rest = [item for item in sitting.items if item.item_id not in set(wanted)]
    return timed(sitting.start, [replace(item, by_hand=True) for item in named] + rest, item_minutes)


def timed(start: datetime, items: list[AgendaItem], item_minutes: int) -> tuple[AgendaItem, ...]:
    """Numbers from 1 and times one after the other."""
    length = timedelta(minutes=item_minutes)
    return tuple(
        replace(item, number=place + 1, start=start + place * length, end=start + (place + 1) * length)
        for place, item in enumerate(items)
    )
