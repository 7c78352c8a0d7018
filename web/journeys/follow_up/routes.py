"""`/actions`: what waits after meetings; `/actions/{action}`: done, cancelled, given on; chasing."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from aiohttp import web
from permanence.panels.v1 import actions_service_pb2 as pb

from web.chasers import Chasers, chasers_of
from web.desk import Absent, Away, Desk, Refused, desk_of, key_of
from web.done import tell
from web.form import PageForm, posted
from web.guard import session_of
from web.journeys.follow_up.forms import CANCEL, AssignForm, ChaseForm, CloseForm
from web.journeys.follow_up.presenters import (
    chase_cards,
    printed_words,
    sections,
    summary_words,
    waiting_row,
)
from web.keys import KEY
from web.page import away_words, page
from web.people import People, people_of
from web.roles import CHASERS, may
from web.subjects import subjects_of

ROUTES = web.RouteTableDef()
_WRITTEN_ABOUT = (pb.OUTSTANDING_KIND_ACTION, pb.OUTSTANDING_KIND_MINUTES, pb.OUTSTANDING_KIND_DECISION)
_ONE = f"/actions/{{action:{KEY}}}"


@ROUTES.get("/actions")
async def waiting(request: web.Request) -> web.StreamResponse:
    """Everything that waits, by sort, the earliest due first."""
    return await _page(request, ChaseForm())


@ROUTES.post("/actions")
async def chase(request: web.Request) -> web.StreamResponse:
    """Chase: one message a person; whom, and about what, can be printed. Or the list again."""
    desk, form = desk_of(request), ChaseForm(await posted(request))
    if not form.validate():
        return await _page(request, form)
    wanted = pb.ChaseActionsRequest(
        parent=desk.parent,
        actions=[desk.name("actions", key) for key in form.keys],
        request_id=form.request_id.data or "",
    )
    try:
        reply = await desk.ask("panels", desk.actions.ChaseActions, wanted)
    except Refused as refusal:
        form.take(refusal)
        return await _page(request, form)
    except Absent:
        form.refuse("One of these is not there any more. Below is what waits now; nobody was chased.")
        return await _page(request, form, HTTPStatus.CONFLICT)
    except Away as away:
        form.refuse(away_words(away.service))
        return await _page(request, form, HTTPStatus.SERVICE_UNAVAILABLE)
    subjects = {action.subject for one in reply.chases for action in one.actions}
    people = await people_of(desk, subjects=subjects)
    context = {"cards": chase_cards(reply.chases, people.names), "made": printed_words(desk.clock.now())}
    return await page(request, "follow_up/chased.html", context)


@ROUTES.get(_ONE)
async def one_action(request: web.Request) -> web.StreamResponse:
    """What it is, and what can be said of it."""
    found = await _find(request)
    return await _one_page(request, found, CloseForm(etag=found.etag))


@ROUTES.post(_ONE)
async def close(request: web.Request) -> web.StreamResponse:
    """Done, or cancelled with a reason."""
    desk, form, found = desk_of(request), CloseForm(await posted(request)), await _find(request)
    if not form.validate():
        return await _one_page(request, found, form)
    wanted = pb.CloseActionRequest(
        name=found.name,
        etag=form.etag.data or "",
        cancel_reason=(form.reason.data or "").strip() if form.what.data == CANCEL else "",
        request_id=form.request_id.data or "",
    )
    status = await _sent(form, desk.ask("panels", desk.actions.CloseAction, wanted))
    if status is None:
        raise tell(session_of(request), "/actions", "It is recorded what has become of the action.")
    return await _one_page(request, found, form, status)


@ROUTES.get(_ONE + "/owner")
async def ask_owner(request: web.Request) -> web.StreamResponse:
    """Who is to do it."""
    found = await _find(request)
    people = await people_of(desk_of(request), subjects=[found.subject])
    return await _owner_page(request, found, AssignForm(people=_choices(people), etag=found.etag))


@ROUTES.post(_ONE + "/owner")
async def assign(request: web.Request) -> web.StreamResponse:
    """Give it to somebody with a part around the subject."""
    desk, fields, found = desk_of(request), await posted(request), await _find(request)
    people = await people_of(desk, subjects=[found.subject])
    form = AssignForm(fields, people=_choices(people))
    if not form.validate():
        return await _owner_page(request, found, form)
    wanted = pb.AssignActionRequest(
        name=found.name,
        etag=form.etag.data or "",
        person=desk.name("people", form.person.data or ""),
        request_id=form.request_id.data or "",
    )
    status = await _sent(form, desk.ask("panels", desk.actions.AssignAction, wanted))
    if status is None:
        raise tell(session_of(request), f"/actions/{key_of(found.name)}", "The action is given on.")
    return await _owner_page(request, found, form, status)


async def _sent(form: PageForm, asked: Any) -> HTTPStatus | None:
    """None where it was recorded; else the page's status, and the form says what is wrong."""
    try:
        await asked
    except Refused as refusal:
        form.take(refusal)
        return HTTPStatus.OK
    except Absent:
        form.refuse("This is not yours to record. Nothing was recorded.")
        return HTTPStatus.FORBIDDEN
    except Away as away:
        form.refuse(away_words(away.service))
        return HTTPStatus.SERVICE_UNAVAILABLE
    return None


async def _outstanding(desk: Desk, *kinds: pb.OutstandingKind.ValueType) -> list[pb.Outstanding]:
    wanted = pb.ListOutstandingRequest(parent=desk.parent, kinds=kinds)
    reply = await desk.ask("panels", desk.actions.ListOutstanding, wanted)
    return list(reply.outstanding)


async def _find(request: web.Request) -> pb.Outstanding:
    """The open action; Absent for one that is closed, or not there for the reader."""
    found = await _outstanding(desk_of(request), pb.OUTSTANDING_KIND_ACTION)
    action = next((one for one in found if key_of(one.name) == request.match_info["action"]), None)
    if action is None:
        raise Absent
    return action


async def _page(request: web.Request, form: ChaseForm, status: int = HTTPStatus.OK) -> web.Response:
    desk = desk_of(request)
    found = await _outstanding(desk)
    subjects, people = await _around(desk, found)
    chasers = await chasers_of(desk, [one.name for one in found if one.kind in _WRITTEN_ABOUT])
    listed = sections(found, subjects, people.names, chasers)
    context = {
        "form": form,
        "sections": listed,
        "summary": summary_words(listed),
        "may_chase": may(session_of(request).caller, CHASERS),
        "names_away": people.away,
        "messages_away": chasers.away,
    }
    return await page(request, "follow_up/follow_up.html", context, status=status)


async def _one_page(
    request: web.Request, found: pb.Outstanding, form: CloseForm, status: int = HTTPStatus.OK
) -> web.Response:
    desk = desk_of(request)
    subjects, people = await _around(desk, [found])
    context = {
        "form": form,
        "row": waiting_row(found, subjects, people.names, await chasers_of(desk, [found.name])),
        "may_give": may(session_of(request).caller, CHASERS),
    }
    return await page(request, "follow_up/action.html", context, status=status)


async def _owner_page(
    request: web.Request, found: pb.Outstanding, form: AssignForm, status: int = HTTPStatus.OK
) -> web.Response:
    subjects, people = await _around(desk_of(request), [found])
    context = {"form": form, "row": waiting_row(found, subjects, people.names, Chasers())}
    return await page(request, "follow_up/owner.html", context, status=status)


async def _around(desk: Desk, found: list[pb.Outstanding]) -> tuple[Mapping[str, Any], People]:
    names = {one.subject for one in found}
    subjects, people = await desk.together(desk.known(subjects_of(desk, names)), people_of(desk, subjects=names))
    return subjects.value or {}, people


def _choices(people: People) -> list[tuple[str, str]]:
    return sorted(((key_of(name), words) for name, words in people.names.items()), key=lambda one: one[1])
