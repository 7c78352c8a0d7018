"""Asking people about offered dates: what an offer's lane does, again and again, until nothing is left."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from rulebook.counting import london_date
from servicekit.caller import Caller
from servicekit.ids import new_id
from services.notifications.app.may_leave import did_not_leave, may_leave
from services.notifications.app.ports import Outside, QuestionDesk
from services.notifications.app.read_view import view_of
from services.notifications.app.send_mail import IN_DOUBT, NOT_REACHED, REFUSED
from services.notifications.app.tell_people import StillWaitingError
from services.notifications.domain.brake import Source
from services.notifications.domain.date_question import (
    NO_SITE,
    Asking,
    DateQuestion,
    OfferToAsk,
    QuestionMail,
    QuestionState,
    question_rendering,
    ring_words,
    why_not_mailed,
)
from services.notifications.domain.delivery_fault import DeliveryFault, OutcomeUnknown, Unreachable
from services.notifications.domain.guard import guard
from services.notifications.domain.meeting import Meeting, MeetingView
from services.notifications.domain.route import Route, held_until
from services.notifications.domain.text_mail import TextMail
from services.notifications.domain.unsafe_time import held_words

STOPPED = "Stopped by the last check: the message would show something that is protected. Ask this person yourself."
_LINK = "{site}/answer/{council}.{token}"


@dataclass(frozen=True)
class _Round:
    """One look at an offer, with everything read anew."""

    desk: QuestionDesk
    caller: Caller
    offer: OfferToAsk
    outside: Outside
    view: MeetingView
    meetings: tuple[Meeting, ...]
    today: date


async def ask_about_dates(desk: QuestionDesk, caller: Caller, name: str) -> datetime | None:
    """Read, write, send. Safe to break off anywhere and to begin again. When to look again, or None.

    Raises StillWaitingError, Unavailable.
    """
    offer = await desk.offers.offer(caller, name)
    outside = desk.desk.outside.get(caller.council_id)
    if offer is None or outside is None:
        return None
    if not offer.open:
        await _end(desk, caller, name)
        return None
    found = [await desk.desk.meetings.meeting(caller, one) for one in offer.meetings]
    meetings = tuple(one for one in found if one is not None)
    if len(meetings) < len(found):
        raise StillWaitingError
    view = await view_of(desk.desk, caller, meetings[0])
    async with desk.desk.begin(caller) as unit:
        now = unit.now()
    this = _Round(desk, caller, offer, outside, view, meetings, london_date(now))
    questions = await _questions(this)
    held = {one.person: held_until(Route.EMAIL, view.recipients.get(one.person), now) for one in questions}
    settled = [await _ask_when_safe(this, question, held[question.person]) for question in questions]
    if not all(settled):
        raise StillWaitingError
    return min((one for one in held.values() if one is not None), default=None)


async def _ask_when_safe(this: _Round, question: DateQuestion, until: datetime | None) -> bool:
    if until is None:
        return await _ask(this, question)
    await _keep(this, replace(question, trouble=held_words(until)))
    return True


async def _end(desk: QuestionDesk, caller: Caller, name: str) -> None:
    async with desk.desk.begin(caller) as unit:
        for one in await unit.questions.of_offer(name):
            await unit.questions.put(one.over())


async def _questions(this: _Round) -> list[DateQuestion]:
    """Those that are to go, each kept."""
    async with this.desk.desk.begin(this.caller) as unit:
        there = {one.person: one for one in await unit.questions.of_offer(this.offer.name)}
        for person in this.offer.people:
            if person not in there:
                there[person] = DateQuestion(new_id(), this.offer.name, person)
                await unit.questions.put(there[person])
        for one in there.values():
            if one.person not in this.offer.people:
                await unit.questions.put(one.over())
    waits = (there[person] for person in this.offer.people)
    return [one for one in waits if one.state is QuestionState.WAITING]


async def _ask(this: _Round, question: DateQuestion) -> bool:
    """True once the server has it, or a person is to ask; False where it is to be tried again."""
    invitee = next(one for one in this.meetings[0].invitees if one.person == question.person)
    trouble = why_not_mailed(this.view, invitee, this.outside.sender, this.today)
    trouble = trouble or ("" if this.desk.web_url else NO_SITE)
    if trouble or this.outside.mail is None:
        await _keep(this, question.to_be_asked(trouble))
        return True
    address = this.view.recipients[question.person].email
    if question.outgoing is None or question.outgoing.address != address:
        written = await _write(this, question)
        if written is None or written.outgoing is None:
            return written is not None
        question = written
    return await _send(this, question)


async def _write(this: _Round, question: DateQuestion) -> DateQuestion | None:
    """The question with its message, kept before it goes; None where the offer takes no answers any more."""
    token = await this.desk.offers.link(this.caller, this.offer.name, question.person)
    if not token:
        return None
    invitee = next(one for one in this.meetings[0].invitees if one.person == question.person)
    recipient = this.view.recipients[question.person]
    ring = ring_words(this.outside.sender.organiser_name, this.desk.telephones.get(this.caller.council_id, ""))
    url = _LINK.format(site=this.desk.web_url, council=this.caller.council, token=token)
    asking = Asking(this.meetings, this.offer.remote, this.offer.expires_at, ring)
    rendering = question_rendering(asking, invitee, recipient, url)
    protected = {one.person: one.protected for one in this.view.recipients.values()}
    if guard(rendering, protected, this.view.subject_strings):
        return await _keep(this, question.to_be_asked(STOPPED))
    async with this.desk.desk.begin(this.caller) as unit:
        mail = QuestionMail(new_id(), unit.now(), rendering.address, rendering.subject_line, rendering.body_text)
    return await _keep(this, replace(question, outgoing=mail, in_doubt=False))


async def _send(this: _Round, question: DateQuestion) -> bool:
    assert question.outgoing is not None and this.outside.mail is not None
    sender, mail = this.outside.sender, question.outgoing
    if not await _may_ask(this, question):
        return False
    try:
        await this.outside.mail.send(
            TextMail(
                message_id=f"{mail.key}@{this.outside.mail_host}",
                made_at=mail.made_at,
                organiser=sender.mail_from,
                organiser_name=sender.organiser_name,
                recipient=mail.address,
                subject_line=mail.subject_line,
                body_text=mail.body_text,
            )
        )
    except OutcomeUnknown:
        await _keep(this, replace(question, in_doubt=True, trouble=IN_DOUBT))
        return False
    except Unreachable:
        await _uncount(this)
        await _keep(this, replace(question, trouble=IN_DOUBT if question.in_doubt else NOT_REACHED))
        return False
    except DeliveryFault as fault:
        await _uncount(this)
        await _keep(this, question.to_be_asked(REFUSED.format(reason=fault.reason)))
        return True
    async with this.desk.desk.begin(this.caller) as unit:
        await unit.questions.put(question.sent(unit.now()))
    return True


async def _may_ask(this: _Round, question: DateQuestion) -> bool:
    """Keep that it may have gone, before it goes; False, and why, where it has to wait."""
    async with this.desk.desk.begin(this.caller) as unit:
        trouble = await may_leave(unit, this.desk.desk, Source.MAIL, 1)
        await unit.questions.put(replace(question, trouble=trouble) if trouble else replace(question, in_doubt=True))
        return not trouble


async def _uncount(this: _Round) -> None:
    async with this.desk.desk.begin(this.caller) as unit:
        await did_not_leave(unit, Source.MAIL, 1)


async def _keep(this: _Round, question: DateQuestion) -> DateQuestion:
    async with this.desk.desk.begin(this.caller) as unit:
        await unit.questions.put(question)
    return question
