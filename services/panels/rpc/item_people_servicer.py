"""ItemPeopleService: who comes for one item of an agenda."""

import grpc
from permanence.panels.v1 import item_people_service_pb2 as wire
from permanence.panels.v1.item_people_service_pb2_grpc import ItemPeopleServiceServicer

from rulebook.rule import Role
from servicekit.caller import current_caller
from servicekit.idempotency import once
from servicekit.validate import Check
from services.panels.app.composition_ports import PeopleAround
from services.panels.app.ports import BodiesOf, Cases
from services.panels.app.set_item_people import (
    SetItemPeople,
    check_item_people,
    get_item_people,
    set_item_people,
)
from services.panels.domain.item_people import Comer, ItemPeople
from services.panels.domain.names import item_name
from services.panels.domain.sitting import ItemId
from services.panels.rpc import convert
from services.panels.rpc.sitting_rpcs import BeginWork, WorkUnit
from services.panels.rpc.wire_time import instant

_Context = grpc.aio.ServicerContext[object, object]
_PERSON = "councils/{council}/people/{person}"
_INTERPRETER = "councils/{council}/interpreters/{person}"
_ROLES = frozenset(map(str, Role))
_MOST = 30


class ItemPeopleServicer(ItemPeopleServiceServicer):
    """Thin: converts, asks the use case, converts back."""

    def __init__(self, begin: BeginWork, cases: Cases, people: PeopleAround, bodies_of: BodiesOf) -> None:
        self._begin = begin
        self._cases = cases
        self._people = people
        self._bodies_of = bodies_of

    async def GetItemPeople(self, request: wire.GetItemPeopleRequest, context: _Context) -> wire.GetItemPeopleResponse:
        """With who usually comes."""
        caller = current_caller()
        check = Check(request, council=caller.council)
        item = ItemId(convert.id_of(check.resource_name("agenda_item", convert.ITEM), "agenda_item"))
        check.raise_if_any()
        council = self._bodies_of(caller.council_id)
        seen = await get_item_people(self._begin, self._cases, self._people, caller, council, item)
        return wire.GetItemPeopleResponse(
            item_people=_message(caller.council, seen.kept),
            suggested=[wire.Comer(person=one.person, role=one.role) for one in seen.suggested],
            sent_out=seen.sent_out,
        )

    async def SetItemPeople(self, request: wire.SetItemPeopleRequest, context: _Context) -> wire.SetItemPeopleResponse:
        """All of them."""
        caller = current_caller()
        command = _read(request, caller.council)
        await check_item_people(self._begin, self._cases, self._people, caller, command)

        async def do(unit: WorkUnit) -> wire.SetItemPeopleResponse:
            kept = await set_item_people(unit, caller, command)
            return wire.SetItemPeopleResponse(item_people=_message(caller.council, kept))

        return await once(self._begin, caller, request, wire.SetItemPeopleResponse, do)


def _read(request: wire.SetItemPeopleRequest, council: str) -> SetItemPeople:
    """Each person once."""
    check = Check(request, council=council)
    item = convert.id_of(check.resource_name("agenda_item", convert.ITEM), "agenda_item")
    if len(request.people) > _MOST:
        check.refuse("people", f"are {len(request.people)}; at most {_MOST} are allowed")
    if len({one.person for one in request.people}) < len(request.people):
        check.refuse("people", "names somebody twice; name each person once")
    for place, one in enumerate(request.people):
        form = _INTERPRETER if "/interpreters/" in one.person else _PERSON
        check.resource_name_text(f"people[{place}].person", one.person, form)
        if one.role not in _ROLES:
            check.refuse(f"people[{place}].role", f"must be one of {', '.join(sorted(_ROLES))}")
    check.require("etag")
    check.uuid("request_id")
    check.raise_if_any()
    return SetItemPeople(ItemId(item), tuple(Comer(one.person, one.role) for one in request.people), request.etag)


def _message(council: str, kept: ItemPeople) -> wire.ItemPeople:
    told = kept.told if kept.is_asked else None
    return wire.ItemPeople(
        agenda_item=item_name(council, kept.item),
        people=[wire.Comer(person=one.person, role=one.role) for one in kept.people],
        asked_start_time=instant(told.start if told else None),
        asked_end_time=instant(told.end if told else None),
        meeting=kept.meeting,
        trouble=kept.trouble,
        etag=str(kept.version),
    )
