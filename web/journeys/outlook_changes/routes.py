"""`/outlook-changes`, `/outlook-changes/mailbox` and `/meetings/{meeting}/outlook-changes/{change}`."""

from collections.abc import Collection
from http import HTTPStatus

from aiohttp import web
from permanence.notifications.v1 import outlook_service_pb2 as pb
from permanence.scheduler.v1 import scheduler_service_pb2 as scheduler_pb
from permanence.scheduler.v1.meeting_pb2 import Meeting

from web.at_once import few_at_once
from web.desk import Absent, Desk, Refused, desk_of
from web.done import tell
from web.form import posted
from web.guard import PAGE_FIELD, session_of
from web.journeys.outlook_changes.forms import DecideForm
from web.journeys.outlook_changes.presenters import choices_of, differences, done_words, listed_changes
from web.keys import KEY
from web.outlook import change_line, open_changes
from web.page import page
from web.roles import OUTLOOK_DECIDERS, may
from web.words import london, moment

ROUTES = web.RouteTableDef()
PAGE_SIZE = 25
_DECIDE = f"/meetings/{{meeting:{KEY}}}/outlook-changes/{{change:{KEY}}}"
OVER = "Nothing is left to decide about that change in Outlook"
_AGAIN = "It was changed in Outlook again since you opened this page. Nothing was decided. Look at it as it stands now."
_STAYS = "Nothing was decided."


@ROUTES.get("/outlook-changes")
async def changes(request: web.Request) -> web.StreamResponse:
    """What nobody has decided about yet, the longest standing first."""
    _demand(request)
    desk, token = desk_of(request), request.query.get(PAGE_FIELD, "")
    wanted = pb.ListOutlookProposalsRequest(parent=desk.parent, page_size=PAGE_SIZE, page_token=token)
    reply = await desk.ask("notifications", desk.outlook.ListOutlookProposals, wanted)
    meetings = await _meetings(desk, {one.meeting for one in reply.outlook_proposals})
    context = {
        "rows": listed_changes(reply.outlook_proposals, meetings),
        "next_page": reply.next_page_token,
        "first_page": not token,
    }
    return await page(request, "outlook_changes/changes.html", context)


@ROUTES.get("/outlook-changes/mailbox")
async def mailbox(request: web.Request) -> web.StreamResponse:
    """Where the mailbox differed when it was last read whole."""
    _demand(request)
    desk, token = desk_of(request), request.query.get(PAGE_FIELD, "")
    wanted = pb.ListMismatchesRequest(parent=desk.parent, page_size=PAGE_SIZE, page_token=token)
    reply = await desk.ask("notifications", desk.outlook.ListMismatches, wanted)
    meetings = await _meetings(desk, {one.meeting for one in reply.mismatches if one.meeting})
    context = {
        "rows": differences(reply.mismatches, meetings, desk.clock.now()),
        "read": moment(london(reply.read_time)) if reply.HasField("read_time") else "",
        "next_page": reply.next_page_token,
        "first_page": not token,
    }
    return await page(request, "outlook_changes/mailbox.html", context)


@ROUTES.get(_DECIDE)
async def look(request: web.Request) -> web.StreamResponse:
    """Both values, and what may be decided."""
    _demand(request)
    return await _page(request, DecideForm())


@ROUTES.post(_DECIDE)
async def decide(request: web.Request) -> web.StreamResponse:
    """Decide; or the page again, with what was refused and how it stands now."""
    _demand(request)
    desk, form = desk_of(request), DecideForm(await posted(request))
    if not form.validate():
        return await _page(request, form)
    decision = form.chosen
    wanted = pb.DecideOutlookProposalRequest(
        name=desk.name("outlookProposals", request.match_info["change"]),
        etag=form.etag.data or "",
        decision=decision,
        reason=form.reason.data or "",
        request_id=form.request_id.data or "",
    )
    try:
        await desk.ask("notifications", desk.outlook.DecideOutlookProposal, wanted)
    except Refused as refusal:
        return await _refused(request, form, refusal)
    raise tell(session_of(request), _meeting_path(request), done_words(decision))


async def _refused(request: web.Request, form: DecideForm, refusal: Refused) -> web.StreamResponse:
    if refusal.reason == "PROPOSAL_CLOSED":
        raise tell(session_of(request), _meeting_path(request), OVER)
    if refusal.reason == "STALE":
        form.refuse(_AGAIN)
        form.etag.data = ""
        return await _page(request, form, HTTPStatus.CONFLICT)
    form.take(refusal)
    if not refusal.violations:
        form.refuse(_STAYS)
    return await _page(request, form, HTTPStatus.CONFLICT)


async def _page(request: web.Request, form: DecideForm, status: int = HTTPStatus.OK) -> web.StreamResponse:
    desk = desk_of(request)
    meeting = await _meeting(desk, desk.name("meetings", request.match_info["meeting"]))
    name = desk.name("outlookProposals", request.match_info["change"])
    one = next((one for one in await open_changes(desk, meeting.name) if one.name == name), None)
    if one is None:
        raise tell(session_of(request), _meeting_path(request), OVER)
    form.etag.data = form.etag.data or one.etag
    context = {
        "form": form,
        "meeting": meeting,
        "meeting_path": _meeting_path(request),
        "line": change_line(one),
        "choices": choices_of(one),
        "times": one.part == pb.EDITED_PART_TIME,
        "moves": pb.OUTLOOK_DECISION_TAKE_OVER in one.choices,
        "action": request.path,
    }
    return await page(request, "outlook_changes/decide.html", context, status=status)


def _demand(request: web.Request) -> None:
    if not may(session_of(request).caller, OUTLOOK_DECIDERS):
        raise Absent


def _meeting_path(request: web.Request) -> str:
    return f"/meetings/{request.match_info['meeting']}"


async def _meeting(desk: Desk, name: str) -> Meeting:
    reply = await desk.ask("scheduler", desk.scheduler.GetMeeting, scheduler_pb.GetMeetingRequest(name=name))
    meeting: Meeting = reply.meeting
    return meeting


async def _meetings(desk: Desk, names: Collection[str]) -> dict[str, Meeting]:
    """Those whose names can be looked up just now."""

    async def known(name: str) -> Meeting | None:
        try:
            return (await desk.known(_meeting(desk, name))).value
        except Absent:
            return None

    found = await few_at_once(known(name) for name in sorted(names))
    return {one.name: one for one in found if one is not None}
