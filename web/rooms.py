"""The names on the doors of rooms."""

from permanence.scheduler.v1 import scheduler_service_pb2 as pb
from permanence.scheduler.v1.meeting_pb2 import Room

from web.desk import Desk
from web.words import in_order

_AT_ONCE = 500


async def rooms_of(desk: Desk) -> dict[str, Room]:
    """Every room of the council by resource name, in the order in which people count: `Room 2` before `Room 10`."""
    rooms: dict[str, Room] = {}
    token = ""
    while True:
        request = pb.ListRoomsRequest(parent=desk.parent, page_size=_AT_ONCE, page_token=token)
        reply = await desk.ask("scheduler", desk.scheduler.ListRooms, request)
        rooms |= {room.name: room for room in reply.rooms}
        token = reply.next_page_token
        if not token:
            return dict(sorted(rooms.items(), key=lambda pair: in_order(pair[1].display_name)))
