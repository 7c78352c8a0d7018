"""Has those who come for one item told their own time: once the agenda was sent out, and again where it changes."""

from dataclasses import dataclass

from servicekit.caller import Caller
from services.panels.app.item_people_ports import SittingParts
from services.panels.app.policy import require
from services.panels.app.ports import Begin, CouncilBodies
from services.panels.domain.item_people import ItemPeople, to_be_told
from services.panels.domain.names import sitting_name
from services.panels.domain.sitting import Sitting, SittingId, SittingState


@dataclass(frozen=True)
class ItemInviter:
    """Worker's side: the scheduler books a meeting of their own, and notifications invites them to it."""

    begin: Begin
    parts: SittingParts

    async def invite(self, caller: Caller, council: CouncilBodies, sitting_id: SittingId) -> None:
        """As the agenda stands now. Nothing before it was sent out, and nothing more once the sitting has begun.

        Unavailable where the scheduler does not answer: whoever was told before this then knows what stood before.
        """
        require(caller, "InviteItemPeople", sitting_name(caller.council, sitting_id))
        async with self.begin(caller) as unit:
            sitting = await unit.sittings.load(sitting_id)
            sent_out = await unit.agenda_versions.newest(sitting_id) is not None
            listed = await unit.item_people.of_sitting(sitting_id)
            now = unit.now()
        if sitting is None or not sent_out or sitting.begun(now) or sitting.state is not SittingState.PLANNED:
            return
        wait_minutes = council.bodies[sitting.body].wait_minutes
        for kept in listed:
            await self._tell(caller, sitting, kept, wait_minutes)

    async def _tell(self, caller: Caller, sitting: Sitting, kept: ItemPeople, wait_minutes: int) -> None:
        item = next((one for one in sitting.items if one.item_id == kept.item), None)
        wanted = to_be_told(kept, item, wait_minutes)
        if wanted == kept.told and not kept.trouble:
            return
        meeting, trouble = await self.parts.keep(caller, sitting.meeting, kept, wanted)
        async with self.begin(caller) as unit:
            told = kept.told if trouble else wanted
            await unit.item_people.keep_told(kept.item, told, meeting or kept.meeting, trouble)
