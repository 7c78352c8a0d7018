"""The scheduler, asked for a meeting and for the name on a room's door."""

from datetime import UTC, datetime
from uuid import UUID

from google.protobuf.timestamp_pb2 import Timestamp
from permanence.scheduler.v1 import meeting_pb2 as wire
from permanence.scheduler.v1 import scheduler_service_pb2 as rpc
from permanence.scheduler.v1 import scheduler_service_pb2_grpc as rpc_grpc

from servicekit.caller import Caller
from servicekit.client import Peer
from servicekit.errors import RemoteRefusal
from services.notifications.domain.meeting import Invitee, Meeting, MeetingState, Session
from services.notifications.domain.refusal import MoveRefusedError

_STATES = {
    wire.MEETING_STATE_BOOKED: MeetingState.BOOKED,
    wire.MEETING_STATE_HELD: MeetingState.HELD,
    wire.MEETING_STATE_CANCELLED: MeetingState.CANCELLED,
}


class SchedulerPeer:
    """MeetingReader and MeetingMover . Within a request the caller's own token goes along: the scheduler decides."""

    def __init__(self, peer: Peer) -> None:
        self._peer = peer
        self._stub: rpc_grpc.SchedulerServiceAsyncStub = rpc_grpc.SchedulerServiceStub(peer.channel)
        self._rooms: dict[str, wire.Room] = {}

    async def meeting(self, caller: Caller, name: str) -> Meeting | None:
        """None for NOT_FOUND."""
        try:
            reply = await self._peer.call(self._stub.GetMeeting, rpc.GetMeetingRequest(name=name), caller)
        except RemoteRefusal as refusal:
            if refusal.code in ("NOT_FOUND", "PERMISSION_DENIED"):
                return None
            raise
        found = reply.meeting
        return _meeting(found, await self._room(caller, found.room))

    async def move(self, caller: Caller, meeting: str, start: datetime, reason: str, request_id: UUID) -> None:
        """Against the etag as it stands: whoever decides has looked at both times. A refusal stays as it is."""
        read = await self._peer.call(self._stub.GetMeeting, rpc.GetMeetingRequest(name=meeting), caller)
        if _instant(read.meeting.start_time) == start:
            return
        wanted = rpc.RescheduleMeetingRequest(
            name=meeting, etag=read.meeting.etag, reason=reason, request_id=str(request_id)
        )
        wanted.start_time.FromDatetime(start)
        try:
            await self._peer.call(self._stub.RescheduleMeeting, wanted, caller)
        except RemoteRefusal as refusal:
            raise MoveRefusedError(meeting, refusal.remote_reason or refusal.code) from None

    async def _room(self, caller: Caller, room: str) -> wire.Room:
        """Read once and kept: a door's name and mailbox hardly ever change, and hold nothing of a case."""
        if room and room not in self._rooms:
            await self._read_rooms(caller)
        return self._rooms.get(room, wire.Room())

    async def _read_rooms(self, caller: Caller) -> None:
        token = ""
        while True:
            request = rpc.ListRoomsRequest(parent=f"councils/{caller.council}", page_size=500, page_token=token)
            page = await self._peer.call(self._stub.ListRooms, request, caller)
            self._rooms.update({room.name: room for room in page.rooms})
            token = page.next_page_token
            if not token:
                return


def _meeting(found: wire.Meeting, room: wire.Room) -> Meeting:
    sessions = tuple(Session(one.number, _instant(one.start_time), _instant(one.end_time)) for one in found.sessions)
    return Meeting(
        name=found.name,
        kind=found.meeting_kind,
        title=found.title,
        reference=found.reference,
        # A sitting is about nobody in particular: its people are looked up around the body itself.
        subjects=tuple(found.subjects) or ((found.body,) if found.body else ()),
        state=_STATES.get(found.state, MeetingState.NOT_BOOKED),
        time_zone=found.time_zone or "Europe/London",
        sessions=sessions or (Session(1, _instant(found.start_time), _instant(found.end_time)),),
        invitees=tuple(
            Invitee(one.person, one.role, one.required or one.chair, tuple(one.sessions)) for one in found.attendees
        ),
        room_name=room.display_name,
        room_mailbox=room.mailbox,
        revision=found.revision,
        booked_by=found.booked_by,
        held_by_video=found.held_by_video,
        part_of=found.part_of,
    )


def _instant(stamp: Timestamp) -> datetime:
    return stamp.ToDatetime(tzinfo=UTC)
