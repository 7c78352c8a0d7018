"""The scheduler: one meeting as it stands now."""

from datetime import UTC

from permanence.scheduler.v1 import meeting_pb2
from permanence.scheduler.v1 import scheduler_service_pb2 as wire
from permanence.scheduler.v1.scheduler_service_pb2_grpc import SchedulerServiceStub

from servicekit.caller import Caller
from servicekit.client import Peer
from services.panels.adapters.cases_client import hidden_as_absent
from services.panels.adapters.scheduler_feed import body_of
from services.panels.app.ports import MeetingCopy

SERVICE = "permanence.scheduler.v1.SchedulerService"
SAFE_METHODS = ("GetMeeting", "ListRooms")
_STATES = {meeting_pb2.MEETING_STATE_HELD: "held", meeting_pb2.MEETING_STATE_CANCELLED: "cancelled"}


class SchedulerClient:
    """As the port says."""

    def __init__(self, peer: Peer) -> None:
        self._peer = peer

    async def meeting(self, caller: Caller, meeting: str) -> MeetingCopy:
        """NotFound where it is not there for the caller."""
        stub = SchedulerServiceStub(self._peer.channel)
        request = wire.GetMeetingRequest(name=meeting)
        found = (await hidden_as_absent(self._peer.call(stub.GetMeeting, request, caller), meeting)).meeting
        return MeetingCopy(
            meeting=found.name,
            meeting_kind=found.meeting_kind,
            body=body_of(found.body),
            subjects=tuple(found.subjects),
            state=_STATES.get(found.state, "booked"),
            start=found.start_time.ToDatetime(tzinfo=UTC),
            end=found.end_time.ToDatetime(tzinfo=UTC),
        )
