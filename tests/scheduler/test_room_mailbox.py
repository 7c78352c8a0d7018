"""A room's own address in Outlook comes with the capacity file and is told to whoever may list rooms."""

from datetime import date

from permanence.scheduler.v1 import scheduler_service_pb2 as wire

from services.scheduler.domain.capacity_file import read_capacity
from tests.scheduler.conftest import PARENT, World

_HEADER = "kind,resource_kind,resource_source_id,room_name,seats,features,email\n"


async def test_a_rooms_mailbox_is_listed_with_it(world: World) -> None:
    await world.import_capacity()
    reply = await world.stub.ListRooms(wire.ListRoomsRequest(parent=PARENT), metadata=world.as_())
    assert {one.display_name: one.mailbox for one in reply.rooms} == {
        "Oak": "oak@example.org",
        "Elm": "elm@example.org",
    }


def test_a_room_whose_mailbox_is_no_address_is_kept_without_one() -> None:
    content = f"{_HEADER}room,room,R1,Oak,12,,oak@example.org\nroom,room,R2,Elm,4,,ask at the desk\n"
    found = read_capacity(content.encode(), date(2026, 3, 16))
    assert {one.display_name: one.mailbox for one in found.rooms.values()} == {"Oak": "oak@example.org", "Elm": ""}
    assert [(one.row, one.reason) for one in found.refused] == [(3, "NOT_AN_ADDRESS")]
