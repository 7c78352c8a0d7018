"""`/sittings/{sitting}/members`: who comes, who keeps out of what, and whether the quorum is met."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from aiohttp import web
from permanence.panels.v1 import composition_service_pb2 as pb
from permanence.panels.v1 import member_pb2 as wire
from permanence.panels.v1 import panel_pb2

from web.agenda import bodies_of, sitting_of
from web.desk import Absent, Away, Desk, Refused, desk_of, key_of
from web.done import tell, told
from web.form import PageForm, posted
from web.guard import session_of
from web.journeys.panel_members.forms import AsideForm, ConflictForm, PresenceForm
from web.journeys.panel_members.presenters import attender_rows, item_rows
from web.keys import KEY
from web.page import away_words, page
from web.quorum import (
    GROUND_WORDS,
    PRESENCE_WORDS,
    composition_of,
    deadline_rows,
    names_by_member,
    quorum_words,
)
from web.roles import CHAIRS, CONFLICT_SETTLERS, may
from web.words import london

ROUTES = web.RouteTableDef()
_PATH = f"/sittings/{{sitting:{KEY}}}/members"
_ITEM = f"/sittings/{{sitting:{KEY}}}/items/{{item:{KEY}}}/conflict"
_ASIDE = f"{_ITEM}/{{member:{KEY}}}/{{ground:[1-7]}}/aside"


@dataclass(frozen=True)
class Seen:
    """A sitting with its body and who makes it up."""

    sitting: panel_pb2.Sitting
    body: panel_pb2.Body
    composition: wire.Composition

    @property
    def path(self) -> str:
        """Of its page."""
        return f"/sittings/{key_of(self.sitting.name)}/members"


@ROUTES.get(_PATH)
async def composition_page(request: web.Request) -> web.StreamResponse:
    """As it is known now."""
    return await _show(request, await _seen(request, desk_of(request)))


@ROUTES.post(_PATH)
async def record_presence(request: web.Request) -> web.StreamResponse:
    """One member: coming, not coming, here, left."""
    desk, form = desk_of(request), PresenceForm(await posted(request))
    seen = await _seen(request, desk)
    presence = _number(form.presence.data, PRESENCE_WORDS)
    names = names_by_member(seen.composition)
    member = desk.name("members", form.member.data or "")
    if form.validate() and presence and member in names:
        wanted = pb.RecordAttendanceRequest(
            sitting=seen.sitting.name,
            member=member,
            presence=wire.Presence.ValueType(presence),
            request_id=form.request_id.data or "",
        )
        if await _done(desk, desk.composition.RecordAttendance, wanted, form):
            words = f"{names[member]}: {PRESENCE_WORDS[wanted.presence][0].lower()}"
            raise tell(session_of(request), seen.path, words, f"#member-{form.member.data}")
    elif not form.faults:
        form.refuse("That member is not on the list of this day any more. Look at it again.")
    return await _show(request, seen, form)


@ROUTES.get(_ITEM)
async def conflict_page(request: web.Request) -> web.StreamResponse:
    """The form of a conflict of interest on one item."""
    seen = await _seen(request, desk_of(request))
    return await _conflict(request, seen, ConflictForm(members=_choices(seen)))


@ROUTES.post(_ITEM)
async def declare_conflict(request: web.Request) -> web.StreamResponse:
    """The member keeps out of the item."""
    desk, fields = desk_of(request), await posted(request)
    seen = await _seen(request, desk)
    item = _item(request, seen)
    form = ConflictForm(fields, members=_choices(seen))
    ground = _number(form.ground.data, GROUND_WORDS)
    if form.validate() and ground:
        wanted = pb.DeclareConflictRequest(
            agenda_item=item.name,
            member=desk.name("members", form.member.data or ""),
            ground=wire.ConflictGround.ValueType(ground),
            words=form.words.data or "",
            request_id=form.request_id.data or "",
        )
        if await _done(desk, desk.composition.DeclareConflict, wanted, form):
            name = names_by_member(seen.composition).get(wanted.member, "The member")
            raise tell(session_of(request), seen.path, f"{name} keeps out of item {item.number}")
    elif not form.faults:
        form.refuse("Choose what it is", "ground")
    return await _conflict(request, seen, form)


@ROUTES.get(_ASIDE)
async def aside_page(request: web.Request) -> web.StreamResponse:
    """The form of a reason."""
    return await _aside(request, await _seen(request, desk_of(request)), AsideForm())


@ROUTES.post(_ASIDE)
async def set_aside(request: web.Request) -> web.StreamResponse:
    """The member takes part all the same."""
    desk, form = desk_of(request), AsideForm(await posted(request))
    seen = await _seen(request, desk)
    item = _item(request, seen)
    if form.validate():
        wanted = pb.SetConflictAsideRequest(
            agenda_item=item.name,
            member=desk.name("members", request.match_info["member"]),
            ground=wire.ConflictGround.ValueType(int(request.match_info["ground"])),
            reason=form.reason.data or "",
            request_id=form.request_id.data or "",
        )
        if await _done(desk, desk.composition.SetConflictAside, wanted, form):
            name = names_by_member(seen.composition).get(wanted.member, "The member")
            raise tell(session_of(request), seen.path, f"{name} takes part in item {item.number}")
    return await _aside(request, seen, form)


async def _done(desk: Desk, method: Any, wanted: Any, form: PageForm) -> bool:
    """Whether the service did it; what it said against it stands on the form."""
    try:
        await desk.ask("panels", method, wanted)
    except Refused as refusal:
        form.take(refusal)
    except Away as away:
        form.refuse(away_words(away.service))
    return not form.faults


async def _seen(request: web.Request, desk: Desk) -> Seen:
    name = desk.name("sittings", request.match_info["sitting"])
    sitting, composition, bodies = await desk.together(
        sitting_of(desk, request.match_info["sitting"]), composition_of(desk, name), bodies_of(desk)
    )
    return Seen(sitting, bodies.get(sitting.body, panel_pb2.Body(title="Panel")), composition)


def _item(request: web.Request, seen: Seen) -> panel_pb2.AgendaItem:
    item = next((one for one in seen.sitting.agenda if key_of(one.name) == request.match_info["item"]), None)
    if item is None:
        raise Absent
    return item


def _choices(seen: Seen) -> list[tuple[str, str]]:
    return [(key_of(one.member.name), one.member.name_for_staff) for one in seen.composition.members]


def _number(text: str | None, known: Any) -> int:
    """A number of an enum that was sent as text; 0 for anything else."""
    number = int(text) if text and text.isascii() and text.isdigit() and len(text) == 1 else 0
    return number if number in known else 0


async def _show(request: web.Request, seen: Seen, form: PresenceForm | None = None) -> web.Response:
    now, caller = desk_of(request).clock.now(), session_of(request).caller
    context = {
        "form": form,
        "sitting": seen.sitting,
        "body": seen.body,
        "key": key_of(seen.sitting.name),
        "begun": london(seen.sitting.start_time) <= now,
        "quorum": quorum_words(seen.composition.quorum),
        "has_rule": seen.body.constitution.HasField("quorum"),
        "members": attender_rows(seen.composition),
        "items": item_rows(seen.sitting, seen.composition),
        "deadlines": deadline_rows(seen.composition),
        "unanswered": bool(seen.composition.unanswered),
        "may_record": may(caller, CHAIRS) and seen.sitting.state != panel_pb2.SITTING_STATE_CANCELLED,
        "may_settle": may(caller, CONFLICT_SETTLERS),
        "done": told(session_of(request), request.path),
    }
    return await page(request, "panel_members/composition.html", context)


async def _conflict(request: web.Request, seen: Seen, form: ConflictForm) -> web.Response:
    item = _item(request, seen)
    context = {"form": form, "item": item, "references": ", ".join(item.references), "seen": seen, "path": request.path}
    return await page(request, "panel_members/conflict.html", context)


async def _aside(request: web.Request, seen: Seen, form: AsideForm) -> web.Response:
    """Absent where that member has no such conflict on the item."""
    item = _item(request, seen)
    of_item = next((one for one in item_rows(seen.sitting, seen.composition) if one.key == key_of(item.name)), None)
    conflict = next(
        (
            one
            for one in (of_item.conflicts if of_item else ())
            if one.member == request.match_info["member"] and str(one.ground) == request.match_info["ground"]
        ),
        None,
    )
    if conflict is None:
        raise Absent
    context = {"form": form, "item": item, "conflict": conflict, "seen": seen, "path": request.path}
    return await page(request, "panel_members/aside.html", context, status=HTTPStatus.OK)
