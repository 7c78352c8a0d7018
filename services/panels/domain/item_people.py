"""Who comes to a sitting for one item of its agenda, and when they are told another time. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.panels.domain.body import BodyUuid
from services.panels.domain.conflict import Part
from services.panels.domain.sitting import AgendaItem, ItemId, SittingId


@dataclass(frozen=True, order=True)
class Comer:
    """Somebody who comes for an item; a resource name, and the role around its subjects in kebab case."""

    person: str
    role: str


@dataclass(frozen=True)
class ItemTime:
    """What those who come for an item are told: whom it is about, and when it is planned."""

    subjects: tuple[str, ...]
    people: tuple[Comer, ...]
    start: datetime
    end: datetime


@dataclass(frozen=True)
class ItemPeople:
    """Who is to come for one item, as somebody (`set_by`, a principal's id) has said.

    Attributes:
        told: what they were asked last: the scheduler has it, and notifications tells them. None: nobody is expected.
        meeting: the scheduler's meeting that tells them, a part of the sitting's; empty where none was booked.
        trouble: why they could not be told what stands here now, a reason of the scheduler's; empty where they could.
    """

    item: ItemId
    sitting: SittingId
    body: BodyUuid
    subjects: tuple[str, ...]
    people: tuple[Comer, ...]
    version: int
    set_by: str
    told: ItemTime | None = None
    meeting: str = ""
    trouble: str = ""

    @property
    def is_asked(self) -> bool:
        """Whether those who stand here, and nobody else, are asked by what was told last."""
        return self.told is not None and set(self.told.people) == set(self.people)


def to_be_told(kept: ItemPeople, item: AgendaItem | None, wait_minutes: int) -> ItemTime | None:
    """What they should know now; what they were told where that will do. None: nobody is expected.

    An earlier time is always told: who comes at the old one has missed it. A later one only where it makes them wait
    for `wait_minutes` or more.
    """
    if item is None or not kept.people:
        return None
    now = ItemTime(tuple(sorted(item.subjects)), tuple(sorted(kept.people)), item.start, item.end)
    told = kept.told
    if told is None or (told.subjects, told.people) != (now.subjects, now.people):
        return now
    wait = now.start - told.start
    return told if timedelta() <= wait < timedelta(minutes=max(1, wait_minutes)) else now


def suggested(
    parts: Iterable[Part], subjects: Sequence[str], roles: frozenset[str], before: Sequence[Comer]
) -> tuple[Comer, ...]:
    """Of those around the subjects today: who has one of the roles, and who was asked for these subjects before."""
    came = {one.person for one in before}
    found = {
        Comer(one.person, one.role)
        for one in parts
        if one.subject in subjects and (one.role in roles or one.person in came)
    }
    return tuple(sorted(found))
