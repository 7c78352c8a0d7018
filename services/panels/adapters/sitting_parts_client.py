"""The scheduler's meetings of those who come to a sitting for one item."""

from permanence.scheduler.v1 import meeting_pb2
from permanence.scheduler.v1 import sitting_parts_service_pb2 as wire
from permanence.scheduler.v1.sitting_parts_service_pb2_grpc import SittingPartsServiceStub

from servicekit.caller import Caller
from servicekit.client import Peer
from servicekit.errors import RemoteRefusal
from servicekit.ids import new_id
from services.panels.domain.item_people import ItemPeople, ItemTime

SERVICE = "permanence.scheduler.v1.SittingPartsService"
SAFE_METHODS = ("KeepSittingPart",)


class SittingPartsClient:
    """As its port says."""

    def __init__(self, peer: Peer) -> None:
        self._peer = peer

    async def keep(
        self, caller: Caller, sitting_meeting: str, kept: ItemPeople, wanted: ItemTime | None
    ) -> tuple[str, str]:
        """Said again it changes nothing, so that each call has an id of its own."""
        stub = SittingPartsServiceStub(self._peer.channel)
        try:
            reply = await self._peer.call(stub.KeepSittingPart, _request(sitting_meeting, kept, wanted), caller)
        except RemoteRefusal as refusal:
            return "", refusal.remote_reason or refusal.code
        return (reply.meeting.name if wanted else ""), ""


def _request(sitting_meeting: str, kept: ItemPeople, wanted: ItemTime | None) -> wire.KeepSittingPartRequest:
    request = wire.KeepSittingPartRequest(
        meeting=sitting_meeting,
        part_id=str(kept.item),
        subjects=wanted.subjects if wanted else kept.subjects,
        prepared_by=kept.set_by,
        request_id=str(new_id()),
    )
    if wanted is not None:
        request.start_time.FromDatetime(wanted.start)
        request.end_time.FromDatetime(wanted.end)
        request.attendees.extend(meeting_pb2.Attendee(person=one.person, role=one.role) for one in wanted.people)
    return request
