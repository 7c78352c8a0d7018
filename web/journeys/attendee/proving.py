"""`/invitation/{token}/code` and `/more`: showing who one is, and reading what is for that person alone."""

from aiohttp import web
from permanence.notifications.v1 import attendee_service_pb2 as pb
from permanence.notifications.v1 import notification_pb2 as note

from web.form import posted
from web.journeys.attendee.answering import when_words
from web.journeys.attendee.forms import CodeForm
from web.journeys.attendee.messages import ENGLISH
from web.journeys.attendee.needing import needs_words
from web.journeys.attendee.opening import (
    PATH,
    Changed,
    CodeNeeded,
    Link,
    ask,
    keep_session,
    link_page,
    of_link,
    open_link,
    send,
    stub_of,
)
from web.words import role_words

ROUTES = web.RouteTableDef()
_CODE, _MORE = PATH + "/code", PATH + "/more"
_WAYS = {pb.CODE_WAY_EMAIL: ENGLISH.code_by_email, pb.CODE_WAY_TEXT: ENGLISH.code_by_text}
_WRONG = {pb.CODE_RESULT_WRONG: ENGLISH.code_wrong}


@ROUTES.get(_CODE)
@of_link
async def ask_code(request: web.Request, link: Link) -> web.StreamResponse:
    """Why a code, and the button that sends one."""
    if (await open_link(request, link)).state != pb.LINK_STATE_OPEN:
        raise Changed
    return await link_page(request, link, "code", form=CodeForm(session=link.session))


@ROUTES.post(_CODE)
@of_link
async def send_code(request: web.Request, link: Link) -> web.StreamResponse:
    """Send it, and the field to type it into. Sent twice it is one code."""
    sent = CodeForm(await posted(request), session=link.session)
    wanted = pb.SendCodeRequest(**link.named(session=link.session, request_id=sent.request_id.data or ""))
    reply = await send(request, link, stub_of(request).SendCode, wanted)
    way = _WAYS.get(reply.code_way, ENGLISH.code_spoken)
    return await link_page(request, link, "type_code", form=CodeForm(session=sent.session.data or ""), way=way)


@ROUTES.post(_MORE)
@of_link
async def confirm_code(request: web.Request, link: Link) -> web.StreamResponse:
    """On to all that the person may know; or the field again."""
    form = CodeForm(await posted(request), session=link.session)
    if not form.check():
        return await link_page(request, link, "type_code", form=form, way="")
    session = form.session.data or ""
    wanted = pb.ConfirmCodeRequest(
        **link.named(session=session, code=form.code.data, request_id=form.request_id.data or "")
    )
    result = (await send(request, link, stub_of(request).ConfirmCode, wanted)).code_result
    if result != pb.CODE_RESULT_RIGHT:
        again = CodeForm(session=session)
        again.refuse(_WRONG.get(result, ENGLISH.code_over), "code")
        return await link_page(request, link, "type_code", form=again, way="")
    on = web.HTTPSeeOther(f"{link.path}/more")
    keep_session(request, link, session, on)
    raise on


@ROUTES.get(_MORE)
@of_link
async def more(request: web.Request, link: Link) -> web.StreamResponse:
    """The kind of meeting, the place or that it will be told, who else is asked by role."""
    if not link.session:
        raise web.HTTPSeeOther(f"{link.path}/code")
    wanted = pb.GetMoreRequest(**link.named(session=link.session))
    try:
        found = await ask(request, link, stub_of(request).GetMore, wanted)
    except CodeNeeded:
        raise web.HTTPSeeOther(f"{link.path}/code") from None
    sheet = found.link_sheet
    answered = sheet.answer != note.ANSWER_UNSPECIFIED
    return await link_page(
        request,
        link,
        "more",
        title=found.title,
        reference=found.reference,
        when=when_words(sheet),
        place=found.location,
        by_video=found.held_by_video,
        joining_link=found.joining_link,
        others=[role_words(one.replace(" ", "-")) for one in found.others_shown],
        answer=ENGLISH.answers.get(sheet.answer, "") if answered else ENGLISH.no_answer,
        needs=needs_words(found.needs, found.language),
    )
