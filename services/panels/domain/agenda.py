"""Who comes before which sitting, in which order and why: pure, so that the same facts give the same agenda."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from rulebook.counting import london_date
from services.panels.domain.sitting import (
    AgendaItem,
    AgendaSource,
    ItemId,
    ReferralId,
    Sitting,
    SittingId,
    timed,
)

_LATEST = date.max
_PLACES_TO_ONE_ASKED_FOR = 4


@dataclass(frozen=True)
class Wish:
    """What asks for a place on an agenda: a referral of one or several subjects, or one subject's clock.

    Attributes:
        put_off_from: the day of the sitting at which the body put it off.
        moved_on_from: start of the latest sitting from whose agenda it was taken beforehand: it comes only after that.
        times_put_off: how often either happened since the body last settled something for its subjects.
    """

    subjects: tuple[str, ...]
    source: AgendaSource
    since: datetime
    due: date | None = None
    referral: ReferralId | None = None
    put_off_from: date | None = None
    moved_on_from: datetime | None = None
    times_put_off: int = 0
    part_heard: bool = False


@dataclass(frozen=True)
class Circumstances:
    """What the order depends on besides the wishes.

    Attributes:
        families: subjects that are planned for together.
        references: the council's own short reference of each subject.
        interval_days: where no later sitting is known, one is reckoned with after so many days.
        most_items: at most so many a sitting, however long; 0 where only time limits it.
    """

    families: Sequence[frozenset[str]]
    references: Mapping[str, str]
    item_minutes: int
    interval_days: int
    fresh_id: Callable[[], UUID]
    most_items: int = 0


@dataclass
class Group:
    """Subjects that come before a sitting together, with everything that asks for it."""

    wishes: list[Wish]
    carried_from: date | None = field(default=None)

    @property
    def subjects(self) -> frozenset[str]:
        """All of them."""
        return frozenset(subject for wish in self.wishes for subject in wish.subjects)

    @property
    def due(self) -> date | None:
        """The earliest clock."""
        return min((wish.due for wish in self.wishes if wish.due), default=None)

    @property
    def moved_on_from(self) -> datetime | None:
        """Start of the latest sitting from whose agenda any of it was taken."""
        return max((wish.moved_on_from for wish in self.wishes if wish.moved_on_from), default=None)

    @property
    def times_put_off(self) -> int:
        """Of whoever waited most often."""
        return max(wish.times_put_off for wish in self.wishes)

    @property
    def source(self) -> AgendaSource:
        """Put off before referred before due: what people will ask about first."""
        found = {wish.source for wish in self.wishes}
        if self.moved_on_from is not None:
            return AgendaSource.DEFERRED
        order = (AgendaSource.DEFERRED, AgendaSource.REFERRAL, AgendaSource.OBLIGATION)
        return next(source for source in order if source in found)

    def may_come(self, sitting: Sitting, horizon: date) -> bool:
        """Whether it must be heard before `horizon` or was asked for, and was not put off beyond this sitting."""
        if self.moved_on_from is not None and sitting.start <= self.moved_on_from:
            return False
        return self.source is not AgendaSource.OBLIGATION or (self.due is not None and self.due <= horizon)

    def urgency(self, references: Mapping[str, str]) -> tuple[int, date, datetime, str]:
        """Whoever was put off most often, then due date, then the longest wait.

        Then reference, so that no two agendas differ by chance.
        """
        waiting = min(wish.since for wish in self.wishes)
        return -self.times_put_off, self.due or _LATEST, waiting, min(references.get(s, s) for s in self.subjects)


def plan_agendas(
    sittings: Sequence[Sitting], wishes: Sequence[Wish], around: Circumstances
) -> dict[SittingId, tuple[AgendaItem, ...]]:
    """The agenda of each sitting, in order of start; what has no room moves to the next one and says so.

    A clock is heard at the last sitting before its date: the next one might be too late. Each subject appears once;
    nothing among the wishes asks for a place for the subjects of items that are kept.
    """
    waiting = joined(wishes, around.families)
    agendas: dict[SittingId, tuple[AgendaItem, ...]] = {}
    for place, sitting in enumerate(sittings):
        pinned = [item for item in sitting.items if item.outcomes]
        kept = sitting.kept_items()
        heard = frozenset(subject for item in pinned for subject in item.subjects)
        horizon = _horizon(sittings, place, around.interval_days)
        eligible = [group for group in waiting if group.may_come(sitting, horizon) and not group.subjects & heard]
        eligible.sort(key=lambda group: group.urgency(around.references))
        room = max(0, sitting.capacity(around.item_minutes, around.most_items) - len(pinned) - len(kept))
        taken, left = _chosen(eligible, room)
        for group in left:
            group.carried_from = london_date(sitting.start)
        gone = {id(group) for group in taken}
        waiting = [group for group in waiting if id(group) not in gone]
        items = pinned + _items(sitting, taken, horizon, around)
        for item in kept:
            items.insert(item.number - 1, item)
        agendas[sitting.sitting_id] = timed(sitting.start, items, around.item_minutes)
    return agendas


def _chosen(eligible: Sequence[Group], room: int) -> tuple[list[Group], list[Group]]:
    """Who gets the places, in the order of `eligible`, and who is left.

    The most urgent do, but every fourth place is kept for what somebody asked for: a long backlog of late clocks must
    not keep a referral off every agenda.
    """
    asked = [group for group in eligible if group.source is not AgendaSource.OBLIGATION]
    placed = {id(group) for group in asked[: room // _PLACES_TO_ONE_ASKED_FOR]}
    others = [group for group in eligible if id(group) not in placed]
    placed |= {id(group) for group in others[: room - len(placed)]}
    return [g for g in eligible if id(g) in placed], [g for g in eligible if id(g) not in placed]


def joined(wishes: Sequence[Wish], families: Sequence[frozenset[str]]) -> list[Group]:
    """Wishes that share a subject, or whose subjects are brothers and sisters, become one group."""
    leaders = _Leaders()
    for together in (*families, *(wish.subjects for wish in wishes)):
        leaders.join(sorted(together))
    groups: dict[str, Group] = {}
    for wish in wishes:
        groups.setdefault(leaders.of(wish.subjects[0]), Group([])).wishes.append(wish)
    return list(groups.values())


class _Leaders:
    """Who belongs together, in nearly linear time: a council has hundreds of clocks and of families."""

    def __init__(self) -> None:
        self._above: dict[str, str] = {}

    def of(self, subject: str) -> str:
        """The one who stands for everybody joined with `subject`."""
        while (above := self._above.get(subject, subject)) != subject:
            self._above[subject] = self._above.get(above, above)
            subject = above
        return subject

    def join(self, subjects: Sequence[str]) -> None:
        """All of them belong together."""
        for subject in subjects[1:]:
            self._above[self.of(subject)] = self.of(subjects[0])


def _horizon(sittings: Sequence[Sitting], place: int, interval_days: int) -> date:
    if place + 1 < len(sittings):
        return london_date(sittings[place + 1].start)
    return london_date(sittings[place].start) + timedelta(days=interval_days)


def _items(sitting: Sitting, groups: Sequence[Group], horizon: date, around: Circumstances) -> list[AgendaItem]:
    """Items in order: those put in order by hand keep it, the others follow by urgency."""
    free = [item for item in sitting.items if not item.outcomes and not item.kept]
    placed: list[tuple[int, int, AgendaItem]] = []
    for rank, group in enumerate(groups):
        before = next((item for item in free if group.subjects & set(item.subjects)), None)
        if before is not None:
            free.remove(before)
        by_hand = before is not None and before.by_hand
        place = before.number if before is not None and by_hand else len(groups) + len(sitting.items) + 1
        placed.append((place, rank, _item(sitting, group, before, horizon, around)))
    return [item for _, _, item in sorted(placed, key=lambda one: one[:2])]


def _item(
    sitting: Sitting, group: Group, before: AgendaItem | None, horizon: date, around: Circumstances
) -> AgendaItem:
    subjects = tuple(sorted(group.subjects, key=lambda s: (around.references.get(s, ""), s)))
    return AgendaItem(
        item_id=before.item_id if before else ItemId(around.fresh_id()),
        number=0,
        subjects=subjects,
        references=tuple(around.references.get(subject, "") for subject in subjects),
        source=group.source,
        reason=reason_of(group, london_date(sitting.start), horizon),
        start=sitting.start,
        end=sitting.end,
        referral=next((wish.referral for wish in group.wishes if wish.referral), None),
        due=group.due,
        by_hand=before is not None and before.by_hand,
        times_put_off=group.times_put_off,
    )


def reason_of(group: Group, sits_on: date, horizon: date) -> str:
    """Why it stands where it stands, in plain words without a name."""
    said = [_due_words(group.due, sits_on, horizon)] if group.due else []
    for wish in sorted(group.wishes, key=lambda one: one.since):
        if wish.put_off_from and wish.part_heard:
            said.append(f"Matter arising: part-heard at the sitting of {in_words(wish.put_off_from)}, and goes on.")
        elif wish.put_off_from:
            said.append(f"Put off at the sitting of {in_words(wish.put_off_from)}.")
        elif wish.source is AgendaSource.REFERRAL:
            said.append(f"Referred on {in_words(london_date(wish.since))}.")
    if group.moved_on_from:
        said.append(f"Put off from the sitting of {in_words(london_date(group.moved_on_from))}.")
    if group.times_put_off:
        said.append(f"Comes early because it was put off {_times(group.times_put_off)}.")
    if group.carried_from:
        said.append(f"There was no room on {in_words(group.carried_from)}.")
    return " ".join(dict.fromkeys(said))


def _due_words(due: date, sits_on: date, horizon: date) -> str:
    if due < sits_on:
        return f"Late: its date was {in_words(due)}."
    if due <= horizon:
        return f"Its date, {in_words(due)}, comes before or with the sitting after this one."
    return f"Its date is {in_words(due)}."


def _times(count: int) -> str:
    return {1: "before", 2: "twice"}.get(count, f"{count} times")


def in_words(day: date) -> str:
    """`3 March 2026`."""
    return f"{day.day} {day:%B %Y}"
