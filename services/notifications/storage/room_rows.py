"""SQL of rooms' bookings."""

from servicekit.postgres import ScopedTransaction
from services.notifications.domain.room_booking import RoomBooking, RoomState
from services.notifications.storage.records import upsert

_COLUMNS = "meeting, mailbox, start_time, end_time, state"
_PUT = upsert("room_booking", _COLUMNS, ["meeting"])


class Rooms:
    """`room_booking`."""

    def __init__(self, tx: ScopedTransaction) -> None:
        self._tx = tx

    async def get(self, meeting: str, *, lock: bool = False) -> RoomBooking | None:
        """A meeting's."""
        sql = f"select {_COLUMNS} from room_booking where meeting = $1"
        row = await self._tx.fetchrow(sql + (" for update" if lock else ""), meeting)
        if row is None:
            return None
        return RoomBooking(row["meeting"], row["mailbox"], row["start_time"], row["end_time"], RoomState(row["state"]))

    async def put(self, meeting: str, booking: RoomBooking | None) -> None:
        """None forgets it."""
        if booking is None:
            await self._tx.execute("delete from room_booking where meeting = $1", meeting)
            return
        values = (booking.meeting, booking.mailbox, booking.start, booking.end, booking.state.value)
        await self._tx.execute(_PUT, self._tx.council_id, *values)
