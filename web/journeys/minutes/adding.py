"""What follows the chair's signature: addenda, the service manager's word, sending out; and legal advice beside it."""

from collections.abc import Awaitable, Callable
from uuid import uuid4

import wtforms
from aiohttp import web
from google.protobuf.message import Message
from permanence.panels.v1 import minutes_service_pb2 as pb
from permanence.panels.v1 import panels_service_pb2

from web.desk import Absent, Away, Desk, Refused, desk_of
from web.done import tell
from web.form import AtMost, LongText, Needed, PageForm, posted
from web.guard import session_of
from web.journeys.minutes.presenters import paragraphs
from web.keys import KEY
from web.page import away_words, page

ROUTES = web.RouteTableDef()
_MINUTES = f"/minutes/{{minutes:{KEY}}}"
_DISTRIBUTED = {"decisions": pb.DISTRIBUTED_DECISIONS, "record": pb.DISTRIBUTED_RECORD}
_MAY_NOT = "Your role does not do this. Nothing was changed."


class AddendumForm(PageForm):
    """`foreign` after it was sent: a passage stands in another child's minutes."""

    foreign = False
    text = LongText("What is added", [Needed("Write what is added"), AtMost()])
    passages_confirmed = wtforms.BooleanField()

    def take(self, refusal: Refused) -> None:
        """A passage of another's record can be confirmed."""
        self.foreign = refusal.reason == "FOREIGN_PASSAGE"
        super().take(refusal)


class ManagerForm(PageForm):
    """`etag`: what is signed is what was read."""

    etag = wtforms.HiddenField()
    comment = LongText("Your comment", [AtMost()])


class AdviceForm(PageForm):
    """Legal advice is only ever added to."""

    advice = LongText("Legal advice", [Needed("Write the advice"), AtMost()])


class DistributionForm(PageForm):
    """Nothing but that it was done."""


@ROUTES.get(_MINUTES + "/add")
async def ask_for_addendum(request: web.Request) -> web.StreamResponse:
    """What was signed stays."""
    return await _addendum_page(request, AddendumForm())


@ROUTES.post(_MINUTES + "/add")
async def add(request: web.Request) -> web.StreamResponse:
    """Add it; it goes to the file by itself."""
    desk, form = desk_of(request), AddendumForm(await posted(request))
    wanted = pb.AddAddendumRequest(
        name=_name(request, desk),
        text=form.text.data or "",
        passages_confirmed=bool(form.passages_confirmed.data),
        request_id=form.request_id.data or "",
    )
    if form.validate() and await _done(desk, form, desk.minutes.AddAddendum, wanted):
        raise tell(session_of(request), _back(request), "It is added. It goes to the child's file now.")
    return await _addendum_page(request, form)


@ROUTES.get(_MINUTES + "/manager")
async def ask_manager(request: web.Request) -> web.StreamResponse:
    """The minutes once more, and what the signature means."""
    desk = desk_of(request)
    minutes = (await _read(desk, _name(request, desk))).minutes
    return await _page(request, "manager", ManagerForm(etag=minutes.etag))


@ROUTES.post(_MINUTES + "/manager")
async def sign_as_manager(request: web.Request) -> web.StreamResponse:
    """Comment and sign what was read."""
    desk, form = desk_of(request), ManagerForm(await posted(request))
    wanted = pb.SignAsServiceManagerRequest(
        name=_name(request, desk),
        comment=form.comment.data or "",
        etag=form.etag.data or "",
        request_id=form.request_id.data or "",
    )
    if form.validate() and await _done(desk, form, desk.minutes.SignAsServiceManager, wanted):
        raise tell(session_of(request), _back(request), "You have signed as service manager")
    # That the case system took them in the meantime changes nothing that was read; an addendum may: look, then sign.
    form.etag.data = (await _read(desk, wanted.name)).minutes.etag
    form.request_id.data = str(uuid4())
    return await _page(request, "manager", form)


@ROUTES.post(_MINUTES + "/distribution/{what:decisions|record}")
async def distribute(request: web.Request) -> web.StreamResponse:
    """That it went to everybody who is to have it."""
    desk, form = desk_of(request), DistributionForm(await posted(request))
    what = request.match_info["what"]
    wanted = pb.RecordDistributionRequest(
        name=_name(request, desk), distributed=_DISTRIBUTED[what], request_id=form.request_id.data or ""
    )
    if await _done(desk, form, desk.minutes.RecordDistribution, wanted):
        raise tell(session_of(request), _back(request), f"It is recorded that the {what} went out")
    raise tell(session_of(request), _back(request), "Nothing was recorded: " + form.faults[0].text)


@ROUTES.get(_MINUTES + "/advice")
async def advice(request: web.Request) -> web.StreamResponse:
    """Privileged: for those whom the service lets in, and nobody else learns whether there is any."""
    return await _advice_page(request, AdviceForm())


@ROUTES.post(_MINUTES + "/advice")
async def add_advice(request: web.Request) -> web.StreamResponse:
    """Add to it."""
    desk, form = desk_of(request), AdviceForm(await posted(request))
    wanted = pb.AddLegalAdviceRequest(
        name=_name(request, desk), advice=form.advice.data or "", request_id=form.request_id.data or ""
    )
    if form.validate() and await _done(desk, form, desk.minutes.AddLegalAdvice, wanted):
        raise tell(session_of(request), request.path, "The advice is kept")
    return await _advice_page(request, form)


async def _addendum_page(request: web.Request, form: AddendumForm) -> web.StreamResponse:
    desk = desk_of(request)
    minutes = (await _read(desk, _name(request, desk))).minutes
    return await _page(request, "addendum", form, addenda=list(minutes.addenda))


async def _advice_page(request: web.Request, form: AdviceForm) -> web.StreamResponse:
    desk = desk_of(request)
    wanted = pb.GetLegalAdviceRequest(name=_name(request, desk))
    found = await desk.ask("panels", desk.minutes.GetLegalAdvice, wanted)
    return await _page(request, "advice", form, given=[paragraphs(one) for one in found.advice])


async def _done(desk: Desk, form: PageForm, method: Callable[..., Awaitable[Message]], wanted: Message) -> bool:
    """False, and the form says why, where it was not done."""
    try:
        await desk.ask("panels", method, wanted)
    except Refused as refusal:
        form.take(refusal)
    except Absent:
        form.refuse(_MAY_NOT)
    except Away as away:
        form.refuse(away_words(away.service))
    else:
        return True
    return False


async def _page(request: web.Request, which: str, form: PageForm, **more: object) -> web.Response:
    context = {"form": form, "key": request.match_info["minutes"], **more}
    return await page(request, f"minutes/{which}.html", context)


async def _read(desk: Desk, name: str) -> panels_service_pb2.GetMinutesResponse:
    return await desk.ask("panels", desk.panels.GetMinutes, panels_service_pb2.GetMinutesRequest(name=name))


def _name(request: web.Request, desk: Desk) -> str:
    return desk.name("minutes", request.match_info["minutes"])


def _back(request: web.Request) -> str:
    return f"/minutes/{request.match_info['minutes']}"
