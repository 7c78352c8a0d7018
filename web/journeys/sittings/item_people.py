"""`/sittings/{sitting}/items/{item}/people`: who comes to a sitting for one item of its agenda."""

from collections.abc import Sequence
from http import HTTPStatus

import wtforms
from aiohttp import web
from permanence.cases.v1 import cases_service_pb2 as cases_pb
from permanence.cases.v1.subject_pb2 import Involvement
from permanence.panels.v1 import item_people_service_pb2 as pb
from permanence.panels.v1 import panel_pb2 as wire

from web.agenda import reference_of, sitting_of
from web.desk import Absent, Away, Desk, Refused, desk_of, key_of
from web.done import tell
from web.form import Needed, PageForm, posted
from web.guard import session_of
from web.journeys.sittings.item_people_presenters import (
    choices_of,
    gone_words,
    planned_words,
    told_words,
    trouble_words,
    value_of,
)
from web.keys import KEY
from web.page import away_words, page
from web.roles import CHAIRS, may
from web.words import count_words, london

ROUTES = web.RouteTableDef()
_PATH = f"/sittings/{{sitting:{KEY}}}/items/{{item:{KEY}}}/people"


class ItemPeopleForm(PageForm):
    """Who comes. Each of `people` is a person's key and a role."""

    etag = wtforms.HiddenField(validators=[Needed("Look at who comes again, then send your change again")])
    people = wtforms.SelectMultipleField("Who comes for this item?", validate_choice=False)


@ROUTES.get(_PATH)
async def ask(request: web.Request) -> web.StreamResponse:
    """Everybody around the item's subjects, those ticked who are asked."""
    sitting, item = await _item(request)
    seen = await _seen(desk_of(request), item)
    # Where nobody has said anything yet, whoever usually comes is ticked already.
    ticked = seen.item_people.people if seen.item_people.etag != "0" else seen.suggested
    form = ItemPeopleForm(etag=seen.item_people.etag, people=[value_of(one.person, one.role) for one in ticked])
    return await _page(request, form, sitting, item, seen)


@ROUTES.post(_PATH)
async def say(request: web.Request) -> web.StreamResponse:
    """These come."""
    desk, form = desk_of(request), ItemPeopleForm(await posted(request))
    sitting, item = await _item(request)
    status: int = HTTPStatus.UNPROCESSABLE_ENTITY
    if form.validate():
        try:
            await desk.ask("panels", desk.item_people.SetItemPeople, _change(form, item, await _around(desk, item)))
        except Refused as refusal:
            form.take(refusal)
        except Away as away:
            form.refuse(away_words(away.service))
            status = HTTPStatus.SERVICE_UNAVAILABLE
        else:
            words = f"{_called(item)}: {_asked_words(len(form.people.data or []))}"
            raise tell(session_of(request), f"/sittings/{key_of(sitting.name)}", words)
    seen = await _seen(desk, item)
    form.etag.data = seen.item_people.etag
    return await _page(request, form, sitting, item, seen, status=status)


def _change(form: ItemPeopleForm, item: wire.AgendaItem, around: Sequence[Involvement]) -> pb.SetItemPeopleRequest:
    wanted = frozenset(form.people.data or ())
    people = {one.person: one.role for one in around if value_of(one.person, one.role) in wanted}
    return pb.SetItemPeopleRequest(
        agenda_item=item.name,
        people=[pb.Comer(person=person, role=role) for person, role in people.items()],
        etag=form.etag.data or "",
        request_id=form.request_id.data or "",
    )


async def _item(request: web.Request) -> tuple[wire.Sitting, wire.AgendaItem]:
    if not may(session_of(request).caller, CHAIRS):
        raise Absent
    sitting = await sitting_of(desk_of(request), request.match_info["sitting"])
    item = next((one for one in sitting.agenda if key_of(one.name) == request.match_info["item"]), None)
    if item is None:
        raise Absent
    return sitting, item


async def _seen(desk: Desk, item: wire.AgendaItem) -> pb.GetItemPeopleResponse:
    wanted = pb.GetItemPeopleRequest(agenda_item=item.name)
    return await desk.ask("panels", desk.item_people.GetItemPeople, wanted)


async def _around(desk: Desk, item: wire.AgendaItem) -> Sequence[Involvement]:
    wanted = cases_pb.ListInvolvementsRequest(parent=desk.parent, subjects=item.subjects)
    return (await desk.ask("cases", desk.cases.ListInvolvements, wanted)).involvements


async def _page(
    request: web.Request,
    form: ItemPeopleForm,
    sitting: wire.Sitting,
    item: wire.AgendaItem,
    seen: pb.GetItemPeopleResponse,
    *,
    status: int = HTTPStatus.OK,
) -> web.StreamResponse:
    desk, kept = desk_of(request), seen.item_people
    choices = choices_of(await _around(desk, item), seen.suggested)
    over = sitting.state != wire.SITTING_STATE_PLANNED or london(sitting.start_time) <= desk.clock.now()
    context = {
        "form": form,
        "key": key_of(sitting.name),
        "item_key": key_of(item.name),
        "called": _called(item),
        "number": item.number,
        "planned": planned_words(london(item.start_time), london(item.end_time)),
        "choices": choices,
        "told": told_words(kept, sent_out=seen.sent_out),
        "sent_out": seen.sent_out,
        "trouble": trouble_words(kept.trouble),
        "gone": gone_words(kept.people, choices),
        "meeting": key_of(kept.meeting) if kept.meeting else "",
        "over": over,
    }
    return await page(request, "sittings/item_people.html", context, status=status)


def _asked_words(count: int) -> str:
    return (
        f"{count_words(count, 'person is', 'people are')} asked to come for it" if count else "nobody is asked for it"
    )


def _called(item: wire.AgendaItem) -> str:
    return ", ".join(reference_of(item, subject) for subject in item.subjects)
