"""Who makes up a body at one sitting: who counts for each item, who keeps out, and whether the quorum is met. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from rulebook.counting import london_date
from services.panels.domain.attendance import AttendanceEntry, in_the_room, standing_at
from services.panels.domain.conflict import Conflict, recused_from
from services.panels.domain.constitution import Constitution, Deadline, deadlines_of
from services.panels.domain.member import Member, MemberId, listed
from services.panels.domain.quorum import Present, Quorum, quorum_of
from services.panels.domain.sitting import AgendaItem, ItemId, Sitting

_NO_RULES = Quorum(met=False, missing=("the council's rules do not hold this body any more",))
NOT_KNOWN = Quorum(met=False, missing=("conflicts of interest could not be looked up: try again",))


@dataclass(frozen=True)
class MemberAtSitting:
    """A member on the list that day: where they stand (None: nobody said anything) and as what they count."""

    member: Member
    entry: AttendanceEntry | None
    roles: frozenset[str]


@dataclass(frozen=True)
class ItemComposition:
    """Members who count for an item, conflicts on it, and its quorum."""

    item: ItemId
    present: tuple[MemberId, ...]
    conflicts: tuple[Conflict, ...]
    quorum: Quorum


@dataclass(frozen=True)
class Composition:
    """A sitting's. `unanswered` names the services without whose answer conflicts may be missing."""

    members: tuple[MemberAtSitting, ...]
    items: tuple[ItemComposition, ...]
    quorum: Quorum
    deadlines: tuple[Deadline, ...]
    unanswered: tuple[str, ...] = ()


@dataclass(frozen=True)
class Makeup:
    """What a composition is made of: everybody ever on the list, what was recorded, all conflicts, and when the sitting
    was taken up again.
    """

    members: Sequence[Member]
    entries: Sequence[AttendanceEntry]
    conflicts: Sequence[Conflict]
    resumptions: Sequence[datetime] = ()
    unanswered: tuple[str, ...] = ()


def composition_of(sitting: Sitting, rules: Constitution, makeup: Makeup, now: datetime) -> Composition:
    """As it is known at `now`. An item with outcomes is shown as it was when the first of them was recorded."""
    day = london_date(sitting.start)
    on_list = listed(makeup.members, day)
    standing = standing_at(_of_its_day(sitting, makeup, now), _counting(sitting, makeup, now))
    return Composition(
        members=tuple(MemberAtSitting(one, standing.get(one.member_id), one.roles_on(day)) for one in on_list),
        items=tuple(_item(sitting, item, rules, makeup, now) for item in sitting.items),
        quorum=_quorum(rules, present_at(sitting, makeup, now), None, makeup),
        deadlines=deadlines_of(rules.deadlines, day),
        unanswered=makeup.unanswered,
    )


def without_rules(composition: Composition) -> Composition:
    """Of a body that the council's rules do not hold any more: no quorum is said to be met."""
    items = tuple(replace(one, quorum=_NO_RULES) for one in composition.items)
    return replace(composition, items=items, quorum=_NO_RULES)


def present_at(sitting: Sitting, makeup: Makeup, instant: datetime) -> list[Present]:
    """Those on the list who are there, each with the items from which they keep out. Who left after the sitting's end
    was there for all of it. Once it is resumed on a later day only those count of whom it was said again.
    """
    day = london_date(sitting.sits_since(makeup.resumptions, instant))
    entries = _of_its_day(sitting, makeup, instant)
    here = in_the_room(entries, _counting(sitting, makeup, instant), begun=sitting.begun(instant))
    recused = recused_from(makeup.conflicts, {item.item_id: item.subjects for item in sitting.items})
    return [
        Present(one.member_id, one.roles_on(day), recused.get(one.member_id, frozenset()))
        for one in listed(makeup.members, day)
        if one.member_id in here
    ]


def quorum_for(sitting: Sitting, item: UUID, rules: Constitution, makeup: Makeup, instant: datetime) -> Quorum:
    """Whether business may be done on the item at that instant."""
    return _quorum(rules, present_at(sitting, makeup, instant), item, makeup)


def _of_its_day(sitting: Sitting, makeup: Makeup, instant: datetime) -> Sequence[AttendanceEntry]:
    """Of the day on which it sits: whoever was there before an adjournment need not come on another one."""
    began = sitting.sits_since(makeup.resumptions, instant)
    if began == sitting.start:
        return makeup.entries
    return [one for one in makeup.entries if london_date(one.at) >= london_date(began)]


def _counting(sitting: Sitting, makeup: Makeup, instant: datetime) -> datetime:
    """What is written down afterwards is about the sitting as it ended; one taken up after its end has no other end."""
    resumed = max((at for at in makeup.resumptions if at <= instant), default=sitting.start)
    return instant if resumed >= sitting.end else min(instant, sitting.end)


def _quorum(rules: Constitution, present: Sequence[Present], item: UUID | None, makeup: Makeup) -> Quorum:
    if rules.quorum is None:
        return Quorum(met=True)
    found = quorum_of(rules.quorum, present, item)
    return NOT_KNOWN if found.met and makeup.unanswered else found


def _item(sitting: Sitting, item: AgendaItem, rules: Constitution, makeup: Makeup, now: datetime) -> ItemComposition:
    instant = min((outcome.recorded_at for outcome in item.outcomes), default=now)
    present = present_at(sitting, makeup, instant)
    return ItemComposition(
        item=item.item_id,
        present=tuple(MemberId(one.member) for one in present if item.item_id not in one.recused),
        conflicts=tuple(one for one in makeup.conflicts if one.subjects.intersection(item.subjects)),
        quorum=_quorum(rules, present, item.item_id, makeup),
    )
