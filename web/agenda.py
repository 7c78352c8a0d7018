"""A sitting's agenda, for every page that shows or fills it: what was recorded, and which item waits next."""

from collections.abc import Iterator

from permanence.panels.v1 import panel_pb2 as wire
from permanence.panels.v1 import panels_service_pb2 as pb

from web.desk import Desk, key_of
from web.words import clock_time, london

OUTCOME_WORDS = {
    wire.OUTCOME_KIND_DECIDED: "Decided",
    wire.OUTCOME_KIND_RECOMMENDED: "Recommended",
    wire.OUTCOME_KIND_ENDORSED: "Endorsed",
    wire.OUTCOME_KIND_CHALLENGED: "Challenged",
    wire.OUTCOME_KIND_DEFERRED: "Deferred",
}


async def sitting_of(desk: Desk, key: str) -> wire.Sitting:
    """The sitting with the part of its agenda that the reader may see."""
    request = pb.GetSittingRequest(name=desk.name("sittings", key))
    reply = await desk.ask("panels", desk.panels.GetSitting, request)
    sitting: wire.Sitting = reply.sitting
    return sitting


async def bodies_of(desk: Desk) -> dict[str, wire.Body]:
    """The council's bodies by resource name."""
    reply = await desk.ask("panels", desk.panels.ListBodies, pb.ListBodiesRequest(parent=desk.parent))
    return {body.name: body for body in reply.bodies}


def live_path(sitting: wire.Sitting, subject: str) -> str:
    """Of the live run sheet, open at one subject."""
    key = key_of(subject)
    return f"/sittings/{key_of(sitting.name)}/live?open={key}#of-{key}"


def outcome_of(item: wire.AgendaItem, subject: str) -> wire.Outcome | None:
    """What was recorded for one subject of an item."""
    return next((one for one in item.outcomes if one.subject == subject), None)


def reference_of(item: wire.AgendaItem, subject: str) -> str:
    """The council's short reference of one subject of an item."""
    references = dict(zip(item.subjects, item.references, strict=False))
    return references.get(subject) or "no reference yet"


def outcome_path(sitting: wire.Sitting, item: wire.AgendaItem, subject: str) -> str:
    """Where the outcome for one subject is recorded and read."""
    return f"/sittings/{key_of(sitting.name)}/items/{key_of(item.name)}/outcome?subject={key_of(subject)}"


def next_open(sitting: wire.Sitting, item: wire.AgendaItem, subject: str) -> tuple[wire.AgendaItem, str] | None:
    """The next place without an outcome after this one, else the first before it; None where each has one."""
    places = list(_places(sitting))
    here = next((at for at, place in enumerate(places) if place == (item.name, subject)), -1)
    by_name = {one.name: one for one in sitting.agenda}
    for name, other in places[here + 1 :] + places[: max(here, 0)]:
        if outcome_of(by_name[name], other) is None:
            return by_name[name], other
    return None


def recorded_words(sitting: wire.Sitting, outcome_key: str) -> str:
    """`Recorded at 10:42am for item 3, DM-0412.`; empty where the sitting holds no such outcome."""
    for item in sitting.agenda:
        for one in item.outcomes:
            if key_of(one.name) == outcome_key:
                at = clock_time(london(one.record_time))
                return f"Recorded at {at} for item {item.number}, {reference_of(item, one.subject)}."
    return ""


def _places(sitting: wire.Sitting) -> Iterator[tuple[str, str]]:
    return ((item.name, subject) for item in sitting.agenda for subject in item.subjects)
