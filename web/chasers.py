"""What became of writing to people about what waits after meetings, in words; never more than is known."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from permanence.notifications.v1 import notification_pb2 as wire
from permanence.notifications.v1.notifications_service_pb2 import ListChasersRequest

from web.desk import Absent, Away, Desk
from web.words import london, moment, role_words

_AT_ONCE = 1_000
CANNOT_SAY = "Whether anybody was written to cannot be looked up just now"
NOT_YET = "Not written to yet: it goes by itself"


@dataclass(frozen=True)
class Chasers:
    """By the thing's resource name. `away`: nobody could look, so nothing is said to have been sent."""

    by_thing: Mapping[str, Sequence[wire.Chaser]] = field(default_factory=dict)
    away: bool = False


async def chasers_of(desk: Desk, things: Sequence[str]) -> Chasers:
    """Those that the reader may see."""
    found: dict[str, list[wire.Chaser]] = {}
    try:
        for first in range(0, len(things), _AT_ONCE):
            request = ListChasersRequest(parent=desk.parent, things=things[first : first + _AT_ONCE])
            reply = await desk.ask("notifications", desk.notifications.ListChasers, request)
            for one in reply.chasers:
                found.setdefault(one.thing, []).append(one)
    except (Away, Absent):
        return Chasers(away=True)
    return Chasers(found)


def chaser_words(found: Sequence[wire.Chaser], chased_at: datetime | None) -> tuple[str, ...]:
    """A line for each role. `chased_at`: when somebody pressed last; a message from before that is not this one."""
    lines = [line for one in found if (line := _line(one, chased_at, named=len(found) > 1))]
    return tuple(lines or ([NOT_YET] if chased_at else []))


def _line(one: wire.Chaser, chased_at: datetime | None, *, named: bool) -> str:
    who = f"{role_words(one.role)}: " if named else ""
    match one.state:
        case wire.CHASER_STATE_SENT:
            at = one.send_time.ToDatetime(tzinfo=UTC)
            return (
                f"{who}{NOT_YET}"
                if chased_at and at < chased_at
                else f"{who}Written to {moment(london(one.send_time))}"
            )
        case wire.CHASER_STATE_TO_RING:
            return f"{who}Could not be written to. {one.trouble}"
        case wire.CHASER_STATE_OVER:
            return ""
        case _:
            return f"{who}{one.trouble or NOT_YET}"
