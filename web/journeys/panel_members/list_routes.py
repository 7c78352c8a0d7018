"""`/bodies/{body}/members`: the list of a panel, and each membership."""

from http import HTTPStatus
from typing import Any

from aiohttp import web
from permanence.panels.v1 import composition_service_pb2 as pb
from permanence.panels.v1 import member_pb2 as wire
from permanence.panels.v1 import panel_pb2

from web.agenda import bodies_of
from web.desk import Absent, Away, Desk, Refused, desk_of, key_of
from web.done import tell, told
from web.form import posted
from web.guard import session_of
from web.journeys.panel_members.forms import LastDayForm, NewMemberForm, RolesForm
from web.journeys.panel_members.presenters import COLLEAGUES, how_it_works, member_rows
from web.keys import KEY
from web.page import away_words, page
from web.people import staff_with_parts
from web.roles import LIST_KEEPERS, may
from web.words import civil, long_date, wire_date

ROUTES = web.RouteTableDef()
_LIST = f"/bodies/{{body:{KEY}}}/members"
_MEMBER = f"{_LIST}/{{member:{KEY}}}"


@ROUTES.get(_LIST)
async def members(request: web.Request) -> web.StreamResponse:
    """Everybody on the list, and how the panel works."""
    desk = desk_of(request)
    body = await _body(request, desk)
    everybody = request.query.get("left") == "yes"
    found = await _members(desk, body, include_left=everybody)
    return await page(
        request,
        "panel_members/members.html",
        {
            "body": body,
            "key": key_of(body.name),
            "rows": member_rows(found, desk.today()),
            "works": how_it_works(body),
            "everybody": everybody,
            "may_keep": may(session_of(request).caller, LIST_KEEPERS),
            "done": told(session_of(request), request.path),
        },
    )


@ROUTES.get(_LIST + "/new")
async def new_member(request: web.Request) -> web.StreamResponse:
    """The form of somebody new."""
    desk = desk_of(request)
    body = await _body(request, desk)
    return await _new(request, desk, body, NewMemberForm(offered=body.constitution.member_roles))


@ROUTES.post(_LIST + "/new")
async def add_member(request: web.Request) -> web.StreamResponse:
    """Put them on the list; or the form again with all that was typed."""
    desk, fields = desk_of(request), await posted(request)
    body = await _body(request, desk)
    form = NewMemberForm(fields, offered=body.constitution.member_roles)
    if form.validate():
        wanted = pb.AddMemberRequest(
            body=body.name,
            person=desk.name("people", form.person.data) if form.person.data else "",
            name_for_staff=form.called.data or "",
            roles=form.roles.data or [],
            from_date=wire_date(form.first.data),
            experienced_since=wire_date(form.since.data),
            evidence=form.evidence.data or "",
            request_id=form.request_id.data or "",
        )
        if await _done(desk, desk.composition.AddMember, wanted, form):
            raise _told(request, f"{form.called.data} is on the list")
    return await _new(request, desk, body, form)


@ROUTES.get(_MEMBER)
async def member_page(request: web.Request) -> web.StreamResponse:
    """One membership: roles and last day."""
    desk = desk_of(request)
    body, member = await _member(request, desk)
    return await _change(request, body, member)


@ROUTES.post(_MEMBER + "/roles")
async def change_member(request: web.Request) -> web.StreamResponse:
    """Other roles, or other evidence."""
    desk, fields = desk_of(request), await posted(request)
    body, member = await _member(request, desk)
    form = RolesForm(fields, offered=body.constitution.member_roles)
    if form.validate():
        wanted = pb.ChangeMemberRequest(
            name=member.name,
            etag=form.etag.data or "",
            roles=form.roles.data or [],
            experienced_since=wire_date(form.since.data),
            evidence=form.evidence.data or "",
            request_id=form.request_id.data or "",
        )
        if await _done(desk, desk.composition.ChangeMember, wanted, form):
            raise _told(request, f"The roles of {member.name_for_staff} are changed")
    return await _change(request, body, member, roles=form)


@ROUTES.post(_MEMBER + "/end")
async def end_membership(request: web.Request) -> web.StreamResponse:
    """Their last day."""
    desk, fields = desk_of(request), await posted(request)
    body, member = await _member(request, desk)
    form = LastDayForm(fields)
    if form.validate():
        wanted = pb.EndMembershipRequest(
            name=member.name,
            etag=form.etag.data or "",
            until_date=wire_date(form.last.data),
            request_id=form.request_id.data or "",
        )
        if await _done(desk, desk.composition.EndMembership, wanted, form):
            raise _told(request, f"{member.name_for_staff} leaves the list after {long_date(form.last.data)}")
    return await _change(request, body, member, last=form)


async def _done(desk: Desk, method: Any, wanted: Any, form: Any) -> bool:
    """Whether the service did it; what it said against it stands on the form."""
    try:
        await desk.ask("panels", method, wanted)
    except Refused as refusal:
        if refusal.reason == "NOTICE_TOO_SHORT":
            form.refuse(
                f"The notice of this list ends on {refusal.metadata['earliest']}: choose that day or later", "last"
            )
        else:
            form.take(refusal)
    except Away as away:
        form.refuse(away_words(away.service))
    return not form.faults


def _told(request: web.Request, words: str) -> web.HTTPSeeOther:
    return tell(session_of(request), f"/bodies/{request.match_info['body']}/members", words)


async def _body(request: web.Request, desk: Desk) -> panel_pb2.Body:
    body = (await bodies_of(desk)).get(desk.name("bodies", request.match_info["body"]))
    if body is None:
        raise Absent
    return body


async def _members(desk: Desk, body: panel_pb2.Body, *, include_left: bool) -> list[wire.Member]:
    request = pb.ListMembersRequest(body=body.name, include_left=include_left)
    return list((await desk.ask("panels", desk.composition.ListMembers, request)).members)


async def _member(request: web.Request, desk: Desk) -> tuple[panel_pb2.Body, wire.Member]:
    body = await _body(request, desk)
    name = desk.name("members", request.match_info["member"])
    found = [one for one in await _members(desk, body, include_left=True) if one.name == name]
    if not found:
        raise Absent
    return body, found[0]


async def _new(request: web.Request, desk: Desk, body: panel_pb2.Body, form: NewMemberForm) -> web.Response:
    known = await desk.known(staff_with_parts(desk, COLLEAGUES))
    staff = [(key_of(one.person), one.display_name) for one in known.value or ()]
    form.person.choices = [("", "No, or not known to the case system"), *staff]
    context = {
        "form": form,
        "body": body,
        "key": key_of(body.name),
        "away": known.away,
        "may_keep": may(session_of(request).caller, LIST_KEEPERS),
    }
    return await page(request, "panel_members/new_member.html", context)


async def _change(
    request: web.Request,
    body: panel_pb2.Body,
    member: wire.Member,
    *,
    roles: RolesForm | None = None,
    last: LastDayForm | None = None,
) -> web.Response:
    faulty = next((form for form in (roles, last) if form is not None), None)
    standing = roles or RolesForm(
        offered=body.constitution.member_roles,
        etag=member.etag,
        roles=list(member.roles),
        since=civil(member.experienced_since) if member.HasField("experienced_since") else None,
        evidence=member.evidence,
    )
    context = {
        "form": faulty,
        "roles": standing,
        "last": last or LastDayForm(etag=member.etag),
        "body": body,
        "member": member,
        "row": member_rows([member], desk_of(request).today())[0],
        "key": key_of(body.name),
        "path": f"/bodies/{key_of(body.name)}/members/{key_of(member.name)}",
        "may_keep": may(session_of(request).caller, LIST_KEEPERS),
    }
    return await page(request, "panel_members/member.html", context, status=HTTPStatus.OK)
