"""A sitting with the part of its agenda that the caller may see."""

from collections.abc import Sequence
from dataclasses import replace

from rulebook.counting import london_date
from servicekit.caller import Caller
from servicekit.errors import NotFound
from services.panels.app.paper_ports import PutOff
from services.panels.app.policy import require
from services.panels.app.ports import Begin, Cases, UnitOfWork
from services.panels.app.see_subjects import visible_as_far_as_known, visible_subjects
from services.panels.domain.agenda import in_words
from services.panels.domain.item_people import ItemPeople
from services.panels.domain.matters_arising import MatterArising
from services.panels.domain.names import sitting_name
from services.panels.domain.referral_papers import follow_words
from services.panels.domain.sitting import AgendaItem, Sitting, SittingId


async def get_sitting(begin: Begin, cases: Cases, caller: Caller, sitting_id: SittingId) -> Sitting:
    """NotFound where there is none. Items with a subject that cases hides are left out, the others numbered anew.

    Matters arising are read as far as they can be while cases is away: the agenda is shown all the same, and says so.
    """
    name = sitting_name(caller.council, sitting_id)
    require(caller, "GetSitting", name)
    async with begin(caller) as unit:
        sitting = await unit.sittings.load(sitting_id)
        if sitting is None:
            raise NotFound(name)
        sitting = _told(sitting, await unit.deferrals.reasons(sitting), await unit.matters.arising(sitting))
        sitting = _with_comers(sitting, await unit.item_people.of_sitting(sitting_id))
        sitting = await _with_papers_to_follow(unit, sitting)
        subjects = {subject for item in sitting.items for subject in item.subjects}
        arising = {one.subject for one in sitting.matters} - subjects
        known = await unit.candidates.subjects(sorted(subjects | arising))
        await unit.audit(caller, "GetSitting", name, ["agenda"])
    seen = await visible_subjects(cases, caller, subjects, known)
    seen_of_matters, complete = await visible_as_far_as_known(cases, caller, arising, known)
    return only_visible(replace(sitting, matters_incomplete=not complete), seen | seen_of_matters)


def _told(sitting: Sitting, put_off: Sequence[PutOff], matters: Sequence[MatterArising]) -> Sitting:
    """With why items were put off, and what earlier sittings left."""

    def reasons(item: AgendaItem) -> tuple[str, ...]:
        own = [one for one in put_off if one.subject in item.subjects]
        return tuple(dict.fromkeys(f"{in_words(london_date(one.sitting_start))}: {one.reason}" for one in own))

    items = tuple(replace(item, put_off_because=reasons(item)) for item in sitting.items)
    return replace(sitting, items=items, matters=tuple(matters))


def _with_comers(sitting: Sitting, listed: Sequence[ItemPeople]) -> Sitting:
    """With how many come for each item alone."""
    by_item = {one.item: one for one in listed}

    def told(item: AgendaItem) -> AgendaItem:
        kept = by_item.get(item.item_id)
        return replace(item, comers=len(kept.people), comers_trouble=kept.trouble) if kept else item

    return replace(sitting, items=tuple(map(told, sitting.items)))


async def _with_papers_to_follow(unit: UnitOfWork, sitting: Sitting) -> Sitting:
    """With what referrals were submitted without, as far as it has not come since."""
    announced = await unit.referrals.papers_to_follow(sitting)
    if not announced:
        return sitting
    papers = await unit.papers.standing(sitting, [subject for one in announced for subject in one.subjects])

    def lines(item: AgendaItem) -> tuple[str, ...]:
        own = (follow_words(one, papers) for one in announced if set(one.subjects) & set(item.subjects))
        return tuple(line for line in own if line)

    return replace(sitting, items=tuple(replace(item, papers_follow=lines(item)) for item in sitting.items))


def only_visible(sitting: Sitting, seen: frozenset[str]) -> Sitting:
    """Without what must stay hidden; the numbers tell nothing of it."""
    shown = [item for item in sitting.items if seen.issuperset(item.subjects)]
    return replace(
        sitting,
        items=tuple(replace(item, number=place) for place, item in enumerate(shown, 1)),
        matters=tuple(one for one in sitting.matters if one.subject in seen),
    )
