"""`/invitation/{token}`: opening the link and answering, in two taps; the calendar file; a new link."""

from aiohttp import web
from permanence.notifications.v1 import attendee_service_pb2 as pb
from permanence.notifications.v1 import notification_pb2 as note

from web.form import PageForm, posted
from web.journeys.attendee.forms import AnswerForm
from web.journeys.attendee.messages import ENGLISH
from web.journeys.attendee.opening import PATH, Link, ask, keep_session, link_page, of_link, open_link, send, stub_of
from web.words import london, long_date, moment, time_span

ROUTES = web.RouteTableDef()


@ROUTES.get(PATH)
@of_link
async def show(request: web.Request, link: Link) -> web.StreamResponse:
    """Date and time with three buttons; or that it is off, or being changed. Uses nothing up."""
    sheet = await open_link(request, link)
    if sheet.state != pb.LINK_STATE_OPEN:
        return await link_page(request, link, "over", off=sheet.state == pb.LINK_STATE_OFF)
    answered = sheet.answer != note.ANSWER_UNSPECIFIED
    return await link_page(
        request,
        link,
        "answer",
        form=AnswerForm(session=link.session),
        when=when_words(sheet),
        ours=sheet.ours and answered,
        answer=ENGLISH.answers.get(sheet.answer, "") if answered else "",
        answered=moment(london(sheet.answer_time)) if answered else "",
    )


@ROUTES.post(PATH)
@of_link
async def answer(request: web.Request, link: Link) -> web.StreamResponse:
    """Keep the answer; the page that follows says so."""
    form = AnswerForm(await posted(request), session=link.session)
    back = web.HTTPSeeOther(link.path)
    if form.wire_answer == note.ANSWER_UNSPECIFIED:
        raise back
    session = form.session.data or ""
    wanted = pb.AnswerRequest(
        **link.named(session=session, answer=form.wire_answer, request_id=form.request_id.data or "")
    )
    await send(request, link, stub_of(request).Answer, wanted)
    keep_session(request, link, session, back)
    raise back


@ROUTES.get(PATH + "/meeting.ics")
@of_link
async def calendar_file(request: web.Request, link: Link) -> web.StreamResponse:
    """An entry for a calendar of one's own, under a name that says nothing."""
    wanted = pb.GetCalendarFileRequest(**link.named(session=link.session))
    reply = await ask(request, link, stub_of(request).GetCalendarFile, wanted)
    return web.Response(
        body=reply.content,
        content_type="text/calendar",
        charset="utf-8",
        headers={"Content-Disposition": 'attachment; filename="meeting.ics"'},
    )


@ROUTES.post(PATH + "/new-link")
@of_link
async def new_link(request: web.Request, link: Link) -> web.StreamResponse:
    """The same page whether one is sent or not."""
    form = PageForm(await posted(request))
    wanted = pb.SendNewLinkRequest(**link.named(request_id=form.request_id.data or ""))
    await send(request, link, stub_of(request).SendNewLink, wanted)
    return await link_page(request, link, "new_link")


def when_words(sheet: pb.LinkSheet) -> str:
    """`Tuesday 24 March 2026, 10am to 11:30am`."""
    start, end = london(sheet.start_time), london(sheet.end_time)
    return f"{long_date(start.date())}, {time_span(start, end)}"
