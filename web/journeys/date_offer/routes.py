"""`/date-offers/{offer}`: how the asking stands, answers by telephone, taking one date, withdrawing all."""

from dataclasses import dataclass
from http import HTTPStatus

from aiohttp import web
from permanence.notifications.v1 import notifications_service_pb2 as notifications_pb
from permanence.notifications.v1.notification_pb2 import DateQuestion
from permanence.scheduler.v1 import date_offers_service_pb2 as pb
from permanence.scheduler.v1.date_offer_pb2 import DATE_OFFER_STATE_OPEN, AskedPerson, DateOffer, OfferedDate
from permanence.scheduler.v1.meeting_pb2 import Room

from web.date_offers import offer_path
from web.desk import Absent, Away, Desk, Known, Refused, desk_of, key_of
from web.done import tell
from web.form import PageForm, posted
from web.guard import session_of
from web.journeys.date_offer import presenters as show
from web.journeys.date_offer.forms import AnswersForm, TakeForm
from web.keys import KEY
from web.page import away_words, page
from web.people import People, people_of
from web.roles import ACCEPTERS, ARRANGERS, may
from web.rooms import rooms_of
from web.subjects import subject_path
from web.time_search import clocks_of
from web.times import Clock, misses_a_clock
from web.words import london, moment

ROUTES = web.RouteTableDef()
_OFFER = f"/date-offers/{{offer:{KEY}}}"
_PERSON = f"{_OFFER}/answers/{{person:{KEY}}}"
_DATE = f"{_OFFER}/take/{{number:[1-3]}}"
RECORDED = "The answer is recorded"
TAKEN = "The meeting is booked. The other dates are free again"
WITHDRAWN = "The dates are withdrawn and free again. Nothing is booked"


@dataclass(frozen=True)
class Around:
    """An offer with the names around it."""

    offer: DateOffer
    people: People
    rooms: dict[str, Room]

    @property
    def path(self) -> str:
        """Of its page."""
        return offer_path(self.offer.name)


@ROUTES.get(_OFFER)
async def look(request: web.Request) -> web.StreamResponse:
    """Each date with how many can come, who has not answered, and what is yours to do."""
    desk = _desk(request)
    around = await _around(request)
    questions = await desk.known(_questions(desk, around.offer))
    rows = show.person_rows(around.offer, around.people.names, questions.value)
    context = {
        **_head(around),
        "dates": show.date_rows(around.offer, around.rooms),
        "people": rows,
        "answered": show.answered_of(around.offer),
        "waiting": show.waiting_words(rows),
        "yours": [row for row in rows if row.yours],
        "closed": show.closed_words(around.offer, around.people.names),
        "made": moment(london(around.offer.create_time)),
        "made_by": around.people.name(around.offer.created_by, "a colleague"),
        "subjects": [subject_path(one) for one in around.offer.subjects],
    }
    return await page(request, "date_offer/offer.html", context)


@ROUTES.get(_PERSON)
async def ask_answer(request: web.Request) -> web.StreamResponse:
    """What somebody said by telephone or face to face."""
    around = await _around(request)
    form = AnswersForm()
    form.show({said.number: said.answer for said in _asked(request, around.offer).answers})
    return await _answer_page(request, around, form)


@ROUTES.post(_PERSON)
async def record_answer(request: web.Request) -> web.StreamResponse:
    """Keep it; or the page again."""
    desk, form = _desk(request), AnswersForm(await posted(request))
    around = await _around(request)
    answers = form.answers({one.number: show.date_words(one) for one in around.offer.dates})
    if not answers:
        return await _answer_page(request, around, form)
    wanted = pb.RecordAnswerRequest(
        name=around.offer.name,
        person=_asked(request, around.offer).person,
        answers=answers,
        request_id=form.request_id.data or "",
    )
    try:
        await desk.ask("scheduler", desk.offers.RecordAnswer, wanted)
    except (Refused, Away) as trouble:
        return await _answer_page(request, around, form, status=_take(form, trouble))
    raise tell(session_of(request), around.path, RECORDED)


@ROUTES.get(_DATE)
async def ask_take(request: web.Request) -> web.StreamResponse:
    """What taking this date does, and who would not come."""
    around = await _around(request)
    return await _take_page(request, around, TakeForm(etag=around.offer.etag))


@ROUTES.post(_DATE)
async def take(request: web.Request) -> web.StreamResponse:
    """Book it; or the page again, with why not."""
    desk, form = _desk(request), TakeForm(await posted(request))
    around = await _around(request)
    wanted = pb.TakeOfferedDateRequest(
        name=around.offer.name,
        etag=form.etag.data or "",
        number=_date(request, around.offer).number,
        breach_reason=(form.breach_reason.data or "").strip(),
        request_id=form.request_id.data or "",
    )
    if not form.validate():
        return await _take_page(request, around, form)
    try:
        reply = await desk.ask("scheduler", desk.offers.TakeOfferedDate, wanted)
    except (Refused, Away) as trouble:
        return await _take_page(request, await _around(request), form, status=_take(form, trouble))
    raise tell(session_of(request), f"/meetings/{key_of(reply.date_offer.taken_meeting)}", TAKEN)


@ROUTES.get(_OFFER + "/withdraw")
async def ask_withdraw(request: web.Request) -> web.StreamResponse:
    """Whether they are really to be withdrawn."""
    around = await _around(request)
    return await _withdraw_page(request, around, TakeForm(etag=around.offer.etag))


@ROUTES.post(_OFFER + "/withdraw")
async def withdraw(request: web.Request) -> web.StreamResponse:
    """Withdraw them; or the page again."""
    desk, form = _desk(request), TakeForm(await posted(request))
    around = await _around(request)
    wanted = pb.WithdrawDateOfferRequest(
        name=around.offer.name, etag=form.etag.data or "", request_id=form.request_id.data or ""
    )
    try:
        await desk.ask("scheduler", desk.offers.WithdrawDateOffer, wanted)
    except (Refused, Away) as trouble:
        return await _withdraw_page(request, await _around(request), form, status=_take(form, trouble))
    raise tell(session_of(request), around.path, WITHDRAWN)


def _desk(request: web.Request) -> Desk:
    if not may(session_of(request).caller, ARRANGERS):
        raise Absent
    return desk_of(request)


async def _around(request: web.Request) -> Around:
    desk = _desk(request)
    wanted = pb.GetDateOfferRequest(name=desk.name("dateOffers", request.match_info["offer"]))
    offer = (await desk.ask("scheduler", desk.offers.GetDateOffer, wanted)).date_offer
    principals = [offer.created_by, offer.closed_by, *(one.recorded_by for one in offer.people)]
    people, rooms = await desk.together(people_of(desk, subjects=offer.subjects, principals=principals), rooms_of(desk))
    return Around(offer, people, rooms)


async def _questions(desk: Desk, offer: DateOffer) -> list[DateQuestion]:
    wanted = notifications_pb.ListDateQuestionsRequest(date_offer=offer.name)
    reply = await desk.ask("notifications", desk.notifications.ListDateQuestions, wanted)
    return list(reply.date_questions)


def _asked(request: web.Request, offer: DateOffer) -> AskedPerson:
    found = next((one for one in offer.people if key_of(one.person) == request.match_info["person"]), None)
    if found is None:
        raise Absent
    return found


def _date(request: web.Request, offer: DateOffer) -> OfferedDate:
    number = int(request.match_info["number"])
    found = next((one for one in offer.dates if one.number == number), None)
    if found is None:
        raise Absent
    return found


def _take(form: PageForm, trouble: Refused | Away) -> int:
    """The page's status; why it could not be done is in the form."""
    if isinstance(trouble, Away):
        form.refuse(away_words(trouble.service))
        return HTTPStatus.SERVICE_UNAVAILABLE
    form.take(trouble)
    return HTTPStatus.UNPROCESSABLE_ENTITY


def _head(around: Around) -> dict[str, object]:
    return {
        "offer": around.offer,
        "path": around.path,
        "open": around.offer.state == DATE_OFFER_STATE_OPEN,
        "until": moment(london(around.offer.expire_time)),
        "names_away": around.people.away,
    }


async def _answer_page(
    request: web.Request, around: Around, form: AnswersForm, *, status: int = HTTPStatus.OK
) -> web.StreamResponse:
    asked = _asked(request, around.offer)
    for one in around.offer.dates:
        form.field(one.number).label.text = show.date_words(one)
    context = {
        **_head(around),
        "form": form,
        "fields": [form.field(one.number) for one in around.offer.dates],
        "person_key": key_of(asked.person),
        "who": show.who_words(asked, around.people.names),
    }
    return await page(request, "date_offer/record.html", context, status=status)


async def _take_page(
    request: web.Request, around: Around, form: TakeForm, *, status: int = HTTPStatus.OK
) -> web.StreamResponse:
    desk, one = _desk(request), _date(request, around.offer)
    clocks: Known[tuple[Clock, ...]] = await desk.known(
        clocks_of(desk, around.offer.subjects, around.offer.meeting_kind)
    )
    if around.offer.state == DATE_OFFER_STATE_OPEN:
        form.etag.data = around.offer.etag
    context = {
        **_head(around),
        "form": form,
        "number": one.number,
        "row": show.date_rows(around.offer, around.rooms)[one.number - 1],
        "doubts": show.doubts(around.offer, one.number, around.people.names),
        "late": misses_a_clock(london(one.start_time), clocks.value or ()),
        "may_accept": may(session_of(request).caller, ACCEPTERS),
    }
    return await page(request, "date_offer/take.html", context, status=status)


async def _withdraw_page(
    request: web.Request, around: Around, form: TakeForm, *, status: int = HTTPStatus.OK
) -> web.StreamResponse:
    if around.offer.state == DATE_OFFER_STATE_OPEN:
        form.etag.data = around.offer.etag
    context = {**_head(around), "form": form}
    return await page(request, "date_offer/withdraw.html", context, status=status)
