"""What whoever is signed in keeps out of, where they are a member of the body themselves."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date

from rulebook.counting import london_date
from servicekit.caller import Caller, CallerKind
from servicekit.errors import Unavailable
from services.panels.app.composition_ports import PeopleAround
from services.panels.app.get_composition import find_conflicts, keeps_out_of
from services.panels.app.ports import Begin
from services.panels.domain.body import BodyUuid
from services.panels.domain.conflict import Conflict, all_conflicts, recused_from
from services.panels.domain.keep_out_errors import KeepsOutError, OwnConflictError
from services.panels.domain.member import MemberId, listed
from services.panels.domain.minutes import MinutesId, MinutesState
from services.panels.domain.names import item_name, minutes_name
from services.panels.domain.sitting import ItemId, Sitting, SittingId


@dataclass(frozen=True)
class OwnConflicts:
    """The conflicts of interest of whoever is signed in. Asked before a transaction, for cases may have to be asked.

    Unavailable where cases does not answer: what is not known does not count as no conflict. The run sheet and the list
    of papers alone go on without it.
    """

    begin: Begin
    people: PeopleAround

    async def member(self, caller: Caller, body: BodyUuid, day: date) -> MemberId | None:
        """As whom the caller is on a body's list that day; None for a service, and for whoever is not on it.

        Cases is asked only where the list holds somebody who is known there as a person.
        """
        if caller.kind is not CallerKind.USER:
            return None
        async with self.begin(caller) as unit:
            members = {one.person: one.member_id for one in listed(await unit.composition.members(body), day)}
        members.pop("", None)
        return members.get(await self.people.own_person(caller)) if members else None

    async def subjects(self, caller: Caller, body: BodyUuid, day: date, about: AbstractSet[str]) -> frozenset[str]:
        """Those of the subjects `about` from whose business the caller keeps out."""
        member = await self.member(caller, body, day)
        if member is None:
            return frozenset()
        return await keeps_out_of(self.begin, self.people, caller, body, day, member, about)

    async def items_as_far_as_known(self, caller: Caller, sitting: Sitting) -> frozenset[ItemId]:
        """From which items the caller keeps out. While cases is away what was declared counts alone, and nothing where
        it is not known who the caller is.
        """
        try:
            member = await self.member(caller, sitting.body, london_date(sitting.start))
        except Unavailable:
            return frozenset()
        if member is None:
            return frozenset()
        try:
            found = await find_conflicts(self.begin, self.people, caller, sitting)
        except Unavailable:
            found = []
        return await self._items(caller, sitting, member, found)

    async def items(self, caller: Caller, sitting: Sitting, found: Sequence[Conflict]) -> frozenset[ItemId]:
        """From which items the caller keeps out; `found`: the conflicts that nobody declared, if they are known."""
        member = await self.member(caller, sitting.body, london_date(sitting.start))
        if member is None:
            return frozenset()
        found = found or await find_conflicts(self.begin, self.people, caller, sitting)
        return await self._items(caller, sitting, member, found)

    async def refuse_item(self, caller: Caller, item: ItemId, found: Sequence[Conflict] = ()) -> None:
        """KeepsOutError where the caller keeps out of it; nothing where it is not there. `found` as in `items`."""
        async with self.begin(caller) as unit:
            sitting = await unit.sittings.of_item(item)
        if sitting is not None and item in await self.items(caller, sitting, found):
            raise KeepsOutError(what=item_name(caller.council, item))

    async def refuse_writing(self, caller: Caller, sitting_id: SittingId, items: AbstractSet[ItemId]) -> None:
        """KeepsOutError for words about an item that the caller keeps out of, as far as that is known: minutes are
        taken in the room, whatever is away.
        """
        async with self.begin(caller) as unit:
            sitting = await unit.sittings.load(sitting_id)
        kept_out = items & await self.items_as_far_as_known(caller, sitting) if sitting else ()
        if kept_out:
            raise KeepsOutError(what=item_name(caller.council, min(kept_out)))

    async def refuse_unsigned(self, caller: Caller, minutes_id: MinutesId) -> None:
        """KeepsOutError for minutes of what the caller keeps out of, until they are signed.

        Signed minutes are a part of the subject's file, which cases shows to whoever may read it.
        """
        async with self.begin(caller) as unit:
            minutes = await unit.minutes.load(minutes_id)
        if minutes is not None and minutes.state is MinutesState.DRAFT:
            await self.refuse_heard(caller, minutes.meeting, minutes.subject, minutes_name(caller.council, minutes_id))

    async def refuse_heard(self, caller: Caller, meeting: str, subject: str, what: str) -> None:
        """KeepsOutError, about `what`, where the caller keeps out of what a sitting hears of a subject; nothing where
        the meeting is no sitting.
        """
        async with self.begin(caller) as unit:
            sitting = await unit.sittings.of_meeting(meeting)
        if sitting is None:
            return
        together = {subject}.union(*(one.subjects for one in sitting.items if subject in one.subjects))
        if await self.subjects(caller, sitting.body, london_date(sitting.start), together):
            raise KeepsOutError(what=what)

    async def refuse_own(self, caller: Caller, item: ItemId, member: MemberId) -> None:
        """OwnConflictError where the caller is that member; nothing where there is no such item."""
        async with self.begin(caller) as unit:
            sitting = await unit.sittings.of_item(item)
        if sitting and await self.member(caller, sitting.body, london_date(sitting.start)) == member:
            raise OwnConflictError(agenda_item=item_name(caller.council, item))

    async def _items(
        self, caller: Caller, sitting: Sitting, member: MemberId, found: Sequence[Conflict]
    ) -> frozenset[ItemId]:
        async with self.begin(caller) as unit:
            conflicts = all_conflicts(await unit.composition.conflicts(sitting.body), found)
        out = recused_from(conflicts, {one.item_id: one.subjects for one in sitting.items})
        return frozenset(ItemId(one) for one in out.get(member, ()))
