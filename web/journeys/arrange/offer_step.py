"""`/drafts/{draft}/offer`: two or three of the times offered to people whose diaries nobody can read."""

from datetime import date, datetime, time, timedelta
from http import HTTPStatus

from aiohttp import web
from permanence.scheduler.v1 import date_offers_service_pb2 as pb
from permanence.scheduler.v1.date_offer_pb2 import DateOffer
from permanence.scheduler.v1.meeting_draft_pb2 import MeetingDraft

from servicekit.errors import Violation
from web.arranging import apart_is_open
from web.date_offers import offer_of_draft, offer_path
from web.desk import Desk, Refused, desk_of, key_of
from web.done import tell
from web.form import posted
from web.guard import session_of
from web.journeys.arrange.facts import Facts, facts_of, next_path, open_draft, plan_of, sent
from web.journeys.arrange.forms import OfferForm
from web.keys import KEY
from web.overlap import spoken
from web.page import page
from web.time_search import Times, search_times
from web.times import chosen
from web.words import LONDON, london, moment, timestamp

ROUTES = web.RouteTableDef()
OFFERED = "The dates are kept, and those with a safe e-mail address are being asked"
_USUAL_DAYS, _MOST_DAYS = 5, 13
_FEWEST, _MOST = 2, 3


@ROUTES.get(f"/drafts/{{draft:{KEY}}}/offer")
async def ask_dates(request: web.Request) -> web.StreamResponse:
    """The times of the search, and everybody asked; those whose diaries nobody can read are ticked."""
    desk, draft = desk_of(request), await open_draft(request)
    if apart_is_open(draft):
        raise web.HTTPSeeOther(next_path(request, draft))
    await _lead_to_offer(desk, draft)
    facts = await facts_of(request, draft)
    times = await _times(request, facts)
    form = OfferForm(etag=draft.etag, people=unread_people(times), until=usual_until(desk.today(), times))
    return await _offer_page(request, facts, form, times)


@ROUTES.post(f"/drafts/{{draft:{KEY}}}/offer")
async def offer(request: web.Request) -> web.StreamResponse:
    """Keep the dates and have the people asked; or the page again."""
    desk, draft = desk_of(request), await open_draft(request)
    facts, form = await facts_of(request, draft), OfferForm(await posted(request))
    status: int = HTTPStatus.UNPROCESSABLE_ENTITY
    if _is_whole(form):
        made, status = await sent(request, form, draft, _create(desk, facts, form))
        if made is not None:
            raise tell(session_of(request), offer_path(made.name), OFFERED)
    return await _offer_page(request, facts, form, await _times(request, facts), status=status)


def unread_people(times: Times) -> list[str]:
    """The keys of those whose diary nobody can read at any of the times; a child is asked by whoever is near it."""
    unread = set(times.shared_not_checked)
    return [key_of(one.person) for one in times.choosing.asked if one.who in unread and one.role != "child"]


def usual_until(today: date, times: Times) -> date:
    """Five days from now, where that is before the first of the times; else the day before it."""
    usual = today + timedelta(days=_USUAL_DAYS)
    first = min((one.day for one in times.offered), default=usual + timedelta(days=1))
    return max(today, min(usual, first - timedelta(days=1)))


def end_of(day: date) -> datetime:
    """The last minute of a day in England."""
    return datetime.combine(day, time(23, 59), LONDON)


def _is_whole(form: OfferForm) -> bool:
    form.validate()
    count = len(form.dates.data or [])
    if not _FEWEST <= count <= _MOST:
        form.refuse("Choose two or three dates", "dates")
    elif not all(chosen(one) for one in form.dates.data or []):
        form.refuse("Choose the dates again", "dates")
    if not form.people.data:
        form.refuse("Choose whom to ask", "people")
    return not form.faults


async def _lead_to_offer(desk: Desk, draft: MeetingDraft) -> None:
    """On to the dates that are offered for the draft, where there are some."""
    there = await offer_of_draft(desk, draft.name, draft.plan.subjects[0])
    if there is not None:
        raise web.HTTPSeeOther(offer_path(there.name))


async def _create(desk: Desk, facts: Facts, form: OfferForm) -> DateOffer:
    if form.etag.data != facts.draft.etag:
        # Offering changes a draft that held a time: the form may have arrived before, its answer lost.
        await _lead_to_offer(desk, facts.draft)
        raise Refused("STALE", {}, ())
    request = pb.CreateDateOfferRequest(
        parent=desk.parent,
        plan=plan_of(facts.draft),
        people=[desk.name(_collection(facts, key), key) for key in form.people.data or []],
        remote=form.joining.data == "remote",
        expire_time=timestamp(end_of(form.until.data)) if form.until.data else None,
        draft=facts.draft.name,
        request_id=form.request_id.data or "",
    )
    for value in form.dates.data or []:
        start, room = chosen(value) or (None, "")
        request.dates.add(start_time=start, room=desk.name("rooms", room) if room else "")
    try:
        reply = await desk.ask("scheduler", desk.offers.CreateDateOffer, request)
    except Refused as refusal:
        if refusal.reason == "ALREADY_OFFERED":
            raise web.HTTPSeeOther(offer_path(refusal.metadata.get("offer", ""))) from refusal
        if refusal.reason == "OFFERED_TIME_TAKEN":
            raise Refused(refusal.reason, {}, (Violation("dates", taken_words(refusal)),)) from refusal
        raise
    return reply.date_offer


def taken_words(refusal: Refused) -> str:
    """Which of the dates cannot be had, and why."""
    start = datetime.fromisoformat(refusal.metadata["start_time"].replace("Z", "+00:00")).astimezone(LONDON)
    return f"On {moment(start)} this is taken: the {spoken(refusal)}. Choose another date"


def _collection(facts: Facts, key: str) -> str:
    names = {key_of(one.person): one.person for one in facts.draft.plan.attendees}
    return "interpreters" if "/interpreters/" in names.get(key, "") else "people"


async def _times(request: web.Request, facts: Facts) -> Times:
    try:
        return await search_times(desk_of(request), facts.question, request.query)
    except Refused as refusal:
        # Where two must be parted first, and where the date is the family's to choose.
        steps = {"MUST_NOT_MEET": "apart", "DATE_IS_THE_FAMILYS": "time"}
        if refusal.reason not in steps:
            raise
        raise web.HTTPSeeOther(f"{facts.path}/{steps[refusal.reason]}") from refusal


async def _offer_page(
    request: web.Request, facts: Facts, form: OfferForm, times: Times, *, status: int = HTTPStatus.OK
) -> web.StreamResponse:
    listed = {one.value for one in times.offered}
    context = {
        "form": form,
        "times": times,
        "asked": times.choosing.asked,
        "draft": facts.draft,
        "path": f"{facts.path}/offer",
        "list_path": facts.path,
        "others": [(one, _told(one)) for one in form.dates.data or [] if one not in listed and chosen(one)],
        "query_string": request.query_string,
        "names_away": facts.people.away,
    }
    return await page(request, "arrange/offer.html", context, status=status)


def _told(value: str) -> str:
    found = chosen(value)
    return moment(london(found[0])) if found else ""
