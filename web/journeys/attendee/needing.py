"""`/invitation/{token}/needs`: what somebody needs so that they can take part."""

from collections.abc import Sequence

from aiohttp import web
from permanence.notifications.v1 import attendee_service_pb2 as pb
from permanence.notifications.v1 import notification_pb2 as note

from web.form import posted
from web.journeys.attendee.forms import NeedsForm
from web.journeys.attendee.messages import ENGLISH
from web.journeys.attendee.opening import (
    PATH,
    Changed,
    Link,
    ask,
    keep_session,
    link_page,
    of_link,
    open_link,
    send,
    stub_of,
)

ROUTES = web.RouteTableDef()
_NEEDS = PATH + "/needs"


@ROUTES.get(_NEEDS)
@of_link
async def ask_needs(request: web.Request, link: Link) -> web.StreamResponse:
    """The list; ticked already where this browser has shown the code."""
    sheet, form = await _open(request, link), NeedsForm(session=link.session)
    if sheet.confirmed:
        wanted = pb.GetMoreRequest(**link.named(session=link.session))
        more = await ask(request, link, stub_of(request).GetMore, wanted)
        form.needs.data = [note.Need.Name(one) for one in more.needs]
        form.language.data = more.language
    return await _page(request, link, form, sheet)


@ROUTES.post(_NEEDS)
@of_link
async def say_needs(request: web.Request, link: Link) -> web.StreamResponse:
    """Keep it, and say so; or the page again with what is missing. Sent twice it is kept once."""
    sheet, form = await _open(request, link), NeedsForm(await posted(request), session=link.session)
    if not form.check(may_be_empty=sheet.confirmed):
        return await _page(request, link, form, sheet)
    session = form.session.data or ""
    wanted = pb.SayNeedsRequest(
        **link.named(session=session, language=form.language.data, request_id=form.request_id.data or ""),
        needs=form.wire_needs,
    )
    await send(request, link, stub_of(request).SayNeeds, wanted)
    response = await link_page(request, link, "needs_kept", told=needs_words(form.wire_needs, form.language.data or ""))
    keep_session(request, link, session, response)
    return response


def needs_words(needs: "Sequence[note.Need.ValueType]", language: str) -> list[str]:
    """In the order of the list; the language beside the interpreter."""
    return [
        f"{words}: {language}" if need == note.NEED_INTERPRETER and language else words
        for need, words in ENGLISH.needs.items()
        if need in needs
    ]


async def _open(request: web.Request, link: Link) -> pb.LinkSheet:
    sheet = await open_link(request, link)
    if sheet.state != pb.LINK_STATE_OPEN:
        raise Changed
    return sheet


async def _page(request: web.Request, link: Link, form: NeedsForm, sheet: pb.LinkSheet) -> web.StreamResponse:
    return await link_page(request, link, "needs", form=form, confirmed=sheet.confirmed)
