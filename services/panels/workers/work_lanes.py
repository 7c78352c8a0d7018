"""What the lanes of this service do: agendas, who comes for one item, delivery of minutes, clocks."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from servicekit.caller import Caller, acting_as, service_caller
from servicekit.config import Council
from servicekit.lanes import Lane
from servicekit.log import allow_keys, get_logger
from services.panels.app.arrange_agenda import AgendaKeeper
from services.panels.app.deliver_minutes import Delivery
from services.panels.app.invite_item_people import ItemInviter
from services.panels.app.ports import Begin, BodiesOf
from services.panels.app.watch_clock import watch_clock
from services.panels.app.watch_decision import watch_decision
from services.panels.domain.body import BodyUuid
from services.panels.domain.decision import DecisionId
from services.panels.domain.minutes import MinutesId
from services.panels.domain.names import decision_name, minutes_name
from services.panels.domain.sitting import SittingId

allow_keys("minutes", "clock", "decision")


@dataclass(frozen=True)
class LaneWork:
    """Each method is the work of one kind of lane and runs as the service itself."""

    begin: Begin
    bodies_of: BodiesOf
    councils: dict[UUID, Council]
    keeper: AgendaKeeper
    delivery: Delivery
    inviter: ItemInviter

    async def arrange(self, lane: Lane) -> datetime | None:
        """Key: a body. Looks again when a sitting begins or ends."""
        caller = self._caller(lane)
        body = self.bodies_of(lane.council_id).bodies.get(BodyUuid(UUID(lane.key)))
        if body is None:
            return None
        with acting_as(caller):
            return await self.keeper.arrange(caller, body)

    async def deliver(self, lane: Lane) -> datetime | None:
        """Key: minutes. The watcher of acknowledgements wakes it again."""
        caller = self._caller(lane)
        with acting_as(caller):
            await self.delivery.advance(caller, self.bodies_of(lane.council_id), MinutesId(UUID(lane.key)))
        return None

    async def watch(self, lane: Lane) -> datetime | None:
        """Key: minutes. Looks again when the next clock runs out."""
        caller, minutes = self._caller(lane), MinutesId(UUID(lane.key))
        with acting_as(caller):
            late, again_at = await watch_clock(self.begin, caller, minutes)
        for clock in late:
            get_logger().warning("minutes late", minutes=minutes_name(caller.council, minutes), clock=clock.value)
        return again_at

    async def watch_decision(self, lane: Lane) -> datetime | None:
        """Key: a decision. Looks again when its next clock runs out."""
        caller, decision = self._caller(lane), DecisionId(UUID(lane.key))
        with acting_as(caller):
            late, again_at = await watch_decision(self.begin, caller, self.bodies_of(lane.council_id), decision)
        if late:
            get_logger().warning("decision late", decision=decision_name(caller.council, decision))
        return again_at

    async def invite(self, lane: Lane) -> datetime | None:
        """Key: a sitting. Whatever changes its agenda wakes it again."""
        caller = self._caller(lane)
        with acting_as(caller):
            await self.inviter.invite(caller, self.bodies_of(lane.council_id), SittingId(UUID(lane.key)))
        return None

    def _caller(self, lane: Lane) -> Caller:
        return service_caller(lane.council_id, self.councils[lane.council_id].slug, "panels")
