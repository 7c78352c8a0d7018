"""What became of writing to people about what waits, wire to domain and back."""

from collections.abc import Sequence

from permanence.notifications.v1 import notification_pb2 as wire
from permanence.notifications.v1 import notifications_service_pb2 as rpc

from servicekit.validate import Check
from services.notifications.domain.chaser import Chaser, ChaserState

_MOST_THINGS = 1_000
_FORMS = {
    "minutes": "councils/{council}/minutes/{minutes}",
    "decisions": "councils/{council}/decisions/{decision}",
    "actions": "councils/{council}/actions/{action}",
}
_STATES = {
    ChaserState.PENDING: wire.CHASER_STATE_WAITING,
    ChaserState.SENT: wire.CHASER_STATE_SENT,
    ChaserState.TO_RING: wire.CHASER_STATE_TO_RING,
    ChaserState.OVER: wire.CHASER_STATE_OVER,
}


def things_from(request: rpc.ListChasersRequest, council: str) -> Sequence[str]:
    """InvalidRequest with every violation; NotFound for another council's."""
    check = Check(request, council=council)
    check.resource_name("parent", "councils/{council}")
    check.require("things")
    if len(request.things) > _MOST_THINGS:
        check.refuse("things", f"names {len(request.things)} things; at most {_MOST_THINGS} are allowed")
    for place, name in enumerate(request.things):
        collection = name.split("/")[2] if name.count("/") == 3 else ""
        check.resource_name_text(f"things[{place}]", name, _FORMS.get(collection, _FORMS["actions"]))
    check.raise_if_any()
    return list(request.things)


def chaser_to(thing: str, one: Chaser) -> wire.Chaser:
    """Never where it went, nor its words."""
    made = wire.Chaser(
        thing=thing, clock=one.clock, role=one.role, person=one.person, state=_STATES[one.state], trouble=one.trouble
    )
    if one.sent_at is not None and one.state is ChaserState.SENT:
        made.send_time.FromDatetime(one.sent_at)
    return made
