"""A sitting's run sheet, read and laid out: for every route that shows it."""

import re
from http import HTTPStatus
from typing import Any

import aiohttp_jinja2
from aiohttp import web
from markupsafe import Markup
from permanence.panels.v1 import panel_pb2 as wire
from permanence.panels.v1 import run_sheet_service_pb2 as pb

from web.agenda import bodies_of, sitting_of
from web.desk import Absent, Desk, desk_of, key_of
from web.guard import session_of
from web.journeys.run_sheet.forms import AdjournForm
from web.journeys.run_sheet.presenters import Part, Sheet, minutes_of, quorum_by_item
from web.journeys.run_sheet.sheet_form import values_of
from web.keys import KEY
from web.page import page
from web.people import people_of
from web.quorum import composition_of
from web.roles import CHAIRS, may
from web.subjects import subjects_of
from web.words import clock_time, london


async def sheet_of(request: web.Request) -> Sheet:
    """The sitting, what stands on its sheet, and whoever it is about. Absent for whoever has no part in sittings."""
    desk = desk_of(request)
    sitting, bodies = await desk.together(sitting_of(desk, request.match_info["sitting"]), bodies_of(desk))
    if not may(session_of(request).caller, CHAIRS):
        raise Absent
    read = await read_sheet(desk, request)
    subjects = {subject for item in sitting.agenda for subject in item.subjects}
    by = {one.recorded_by for item in sitting.agenda for one in item.outcomes}
    names, people = await desk.together(desk.known(subjects_of(desk, subjects)), people_of(desk, principals=by))
    sits = london(sitting.start_time) <= desk.clock.now() and sitting.state != wire.SITTING_STATE_CANCELLED
    return Sheet(
        sitting=sitting,
        body=bodies.get(sitting.body, wire.Body(title="Panel")),
        read=read,
        subjects=names.value or {},
        names=people.names,
        today=desk.today(),
        writable=sits,
    )


async def quorum_of(request: web.Request) -> dict[str, str]:
    """Words by item; none while nobody can tell."""
    desk = desk_of(request)
    found = await desk.known(composition_of(desk, desk.name("sittings", request.match_info["sitting"])))
    return quorum_by_item(found.value) if found.value is not None else {}


async def read_sheet(desk: Desk, request: web.Request, after: int = 0) -> pb.GetRunSheetResponse:
    """All of it, or what was saved after a revision."""
    sitting = desk.name("sittings", request.match_info["sitting"])
    wanted = pb.GetRunSheetRequest(sitting=sitting, after_revision=after)
    reply: pb.GetRunSheetResponse = await desk.ask("panels", desk.run_sheets.GetRunSheet, wanted)
    return reply


async def sheet_page(
    request: web.Request,
    sheet: Sheet,
    parts: list[Part],
    *,
    adjourning: AdjournForm | None = None,
    status: int = HTTPStatus.OK,
) -> web.Response:
    """The live page, with the faults of one of its forms where there are any."""
    shown = next((part.form for part in parts if part.form is not None and part.form.faults), None)
    context: dict[str, Any] = {
        "sheet": sheet,
        "parts": parts,
        "form": adjourning or shown,
        "adjourning": adjourning or AdjournForm(),
        "adjourned": clock_time(london(sheet.read.adjourn_time)) if sheet.read.HasField("adjourn_time") else "",
        "key": key_of(sheet.sitting.name),
        "path": sheet_path(request),
        "minutes": minutes_of(sheet),
        "waiting": sum(part.recorded is None for part in parts),
        "fields_of": _Fields(request),
    }
    return await page(request, "run_sheet/live.html", context, status=status)


class _Fields:
    """The fields of a part as HTML. Those with nothing in them differ in their ids alone, and are laid out once."""

    def __init__(self, request: web.Request) -> None:
        self._request = request
        self._empty: tuple[str, str] = ("", "")

    def __call__(self, part: Part) -> Markup:
        """Of one part with a form."""
        assert part.form is not None
        if part.versions or part.form.faults or any(values_of(part.form).values()):
            return Markup(self._laid_out(part))  # noqa: S704 - our own template's, escaped there
        if not self._empty[0]:
            self._empty = (part.place, self._laid_out(part))
        place, html = self._empty
        return Markup(html.replace(f'"{place}-', f'"{part.place}-'))  # noqa: S704 - as above

    def _laid_out(self, part: Part) -> str:
        return aiohttp_jinja2.render_string("run_sheet/fields.html", self._request, {"part": part})


def sheet_path(request: web.Request) -> str:
    """Of the live run sheet."""
    return f"/sittings/{request.match_info['sitting']}/live"


def at_subject(subject: str) -> str:
    """What an address says so that a part lies open, and is where the reader is."""
    return f"?open={subject}#of-{subject}" if re.fullmatch(KEY, subject) else ""
