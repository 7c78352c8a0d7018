"""Build the agendas of a body's coming sittings anew from what asks for a place; what was ordered by hand stays so."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from servicekit.caller import Caller
from servicekit.errors import Unavailable
from servicekit.ids import new_id
from services.panels.app.policy import require
from services.panels.app.ports import Begin, Cases, KnownSubject, SubjectDetails, UnitOfWork
from services.panels.domain.agenda import Circumstances, Wish, plan_agendas
from services.panels.domain.body import Body
from services.panels.domain.names import body_name
from services.panels.domain.sitting import AgendaItem, Sitting, SittingId

FAMILIES_GO_STALE = timedelta(days=1)


@dataclass(frozen=True)
class AgendaKeeper:
    """Worker's side: reads who belongs together, then arranges."""

    begin: Begin
    cases: Cases

    async def arrange(self, caller: Caller, body: Body) -> datetime | None:
        """Arrange the body's agendas; when to look again.

        Unavailable where cases did not answer: then they are arranged with the families known before, and again later.
        """
        require(caller, "ArrangeAgenda", body_name(caller.council, body.body_id))
        async with self.begin(caller) as unit:
            stale = await unit.candidates.families_to_read(unit.now() - FAMILIES_GO_STALE)
        families, failure = await self._families(caller, stale)
        async with self.begin(caller) as unit:
            for family in families:
                await unit.candidates.put_subject(family, members_known=True, told=True)
            again_at = await arrange_agenda(unit, body)
        if failure is not None:
            raise failure
        return again_at

    async def _families(self, caller: Caller, names: Sequence[str]) -> tuple[list[KnownSubject], Unavailable | None]:
        """Those that were asked for, in one go; none, and why, where cases did not answer."""
        if not names:
            return [], None
        try:
            found = {one.subject: one for one in await self.cases.families(caller)}
        except Unavailable as failure:
            return [], failure
        return [_known(name, found.get(name)) for name in names], None


def _known(name: str, found: SubjectDetails | None) -> KnownSubject:
    if found is None:
        return KnownSubject(name, "", restricted=True, is_family=True)
    return KnownSubject(name, found.reference, found.restricted, is_family=True, members=found.members)


async def arrange_agenda(unit: UnitOfWork, body: Body) -> datetime | None:
    """In this transaction; returns the next instant at which a sitting begins or ends."""
    now = unit.now()
    coming = await unit.sittings.coming(body.body_id, now)
    under_way = [sitting for sitting in coming if sitting.frozen(now)]
    sittings = [sitting for sitting in coming if not sitting.frozen(now)]
    fixed = _fixed(under_way, sittings)
    wishes = _waiting(await unit.candidates.wishes(body.body_id), fixed)
    agendas = plan_agendas(sittings, wishes, await _around(unit, body, wishes))
    for sitting in sittings:
        await _keep(unit, sitting, agendas[sitting.sitting_id])
    for with_comers in await unit.item_people.sittings(body.body_id):
        await unit.wake_item_people(with_comers)
    await unit.referrals.list_on(body.body_id, _listed(wishes, agendas, fixed))
    return min((at for s in coming for at in (s.start, s.end) if at > now), default=None)


def _fixed(under_way: Sequence[Sitting], sittings: Sequence[Sitting]) -> list[tuple[SittingId, AgendaItem]]:
    """Items that stay where they stand: those of a sitting that goes on now, and those that are kept."""
    now = [(sitting.sitting_id, item) for sitting in under_way for item in sitting.items]
    return now + [(sitting.sitting_id, item) for sitting in sittings for item in sitting.kept_items()]


def _waiting(wishes: Sequence[Wish], fixed: Sequence[tuple[SittingId, AgendaItem]]) -> list[Wish]:
    """Without those for whom an item stands fast already and who have not been heard yet."""
    taken = {
        subject for _, item in fixed for subject in set(item.subjects) - {outcome.subject for outcome in item.outcomes}
    }
    return [wish for wish in wishes if not taken & set(wish.subjects)]


async def _around(unit: UnitOfWork, body: Body, wishes: Sequence[Wish]) -> Circumstances:
    subjects = sorted({subject for wish in wishes for subject in wish.subjects})
    known = await unit.candidates.subjects(subjects)
    return Circumstances(
        families=await unit.candidates.families(),
        references={name: one.reference for name, one in known.items()},
        item_minutes=body.item_minutes,
        interval_days=body.interval_days,
        fresh_id=new_id,
        most_items=body.constitution.capacity,
    )


async def _keep(unit: UnitOfWork, sitting: Sitting, items: tuple[AgendaItem, ...]) -> None:
    if items == sitting.items and (sitting.built or not sitting.begun(unit.now())):
        return
    await unit.sittings.change(replace(sitting, version=sitting.version + 1, built=True))
    await unit.sittings.put_items(sitting.sitting_id, items)


def _listed(
    wishes: Sequence[Wish],
    agendas: dict[SittingId, tuple[AgendaItem, ...]],
    fixed: Sequence[tuple[SittingId, AgendaItem]],
) -> dict[UUID, SittingId]:
    """Which referral stands on which sitting; those whose item stands fast stay there."""
    place = {subject: sitting for sitting, items in agendas.items() for item in items for subject in item.subjects}
    listed: dict[UUID, SittingId] = {
        wish.referral: place[wish.subjects[0]] for wish in wishes if wish.referral and wish.subjects[0] in place
    }
    listed.update({item.referral: sitting for sitting, item in fixed if item.referral})
    return listed
