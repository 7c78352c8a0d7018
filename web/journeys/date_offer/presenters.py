"""An offer of dates as a person reads it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from permanence.notifications.v1.notification_pb2 import (
    DATE_QUESTION_STATE_SENT,
    DATE_QUESTION_STATE_TO_BE_ASKED,
    DateQuestion,
)
from permanence.scheduler.v1.date_offer_pb2 import (
    DATE_OFFER_STATE_EXPIRED,
    DATE_OFFER_STATE_OPEN,
    DATE_OFFER_STATE_TAKEN,
    DATE_OFFER_STATE_WITHDRAWN,
    OFFER_ANSWER_CAN_COME,
    OFFER_ANSWER_CANNOT,
    OFFER_ANSWER_RATHER_NOT,
    AskedPerson,
    DateOffer,
    OfferedDate,
    Tally,
)
from permanence.scheduler.v1.date_offers_service_pb2 import AnswerSheet
from permanence.scheduler.v1.meeting_pb2 import Room

from web.desk import key_of
from web.journeys.date_offer.forms import ANSWER_WORDS
from web.words import count_words, london, long_date, moment, role_words, time_span

_CLOSED = {
    DATE_OFFER_STATE_TAKEN: "A date was taken on {when} by {who}. The others are free again.",
    DATE_OFFER_STATE_WITHDRAWN: "These dates were withdrawn on {when} by {who}. All of them are free again.",
    DATE_OFFER_STATE_EXPIRED: "The time for answering ended on {until}. Nobody took a date: all are free again.",
}
_DOUBTS: Mapping[int, str] = {
    OFFER_ANSWER_RATHER_NOT: "would rather not",
    OFFER_ANSWER_CANNOT: "cannot come",
}
# What whoever was asked reads once it is over: heading and what it means for them.
_OVER = {
    DATE_OFFER_STATE_TAKEN: (
        "A date has been settled",
        "You do not need to answer any more. If you are asked to come, the council will tell you the date.",
    ),
    DATE_OFFER_STATE_WITHDRAWN: (
        "These dates are no longer offered",
        "You do not need to answer any more. The council will ask you again if it needs to.",
    ),
    DATE_OFFER_STATE_EXPIRED: (
        "The time for answering has passed",
        "Your answer cannot be taken here any more. Ring the council if you still want to talk about the dates.",
    ),
}


@dataclass(frozen=True)
class DateRow:
    """One date. `needed` and `others` say how many of those asked can come."""

    number: int
    label: str
    place: str
    needed: str
    others: str
    kept: bool


@dataclass(frozen=True)
class PersonRow:
    """Somebody who was asked. `answers` are words by number; `how`: how they are asked, and what you have to do."""

    key: str
    who: str
    needed: bool
    answers: Mapping[int, str]
    told: str
    how: str
    yours: bool


def date_rows(offer: DateOffer, rooms: Mapping[str, Room]) -> list[DateRow]:
    """By their numbers."""
    return [
        DateRow(
            one.number,
            date_words(one),
            "by video or telephone" if offer.remote else _place(one.room, rooms),
            tally_words(one.required),
            tally_words(one.optional),
            one.kept,
        )
        for one in offer.dates
    ]


def date_words(one: OfferedDate) -> str:
    """`Tuesday 24 March 2026, 10am to 11:30am`."""
    start, end = london(one.start_time), london(one.end_time)
    return f"{long_date(start.date())}, {time_span(start, end)}"


def tally_words(tally: Tally) -> str:
    """`2 of 4 can come, 1 would rather not, 1 has not answered`; `Nobody was asked`."""
    if not tally.asked:
        return "Nobody was asked"
    words = [f"{tally.can} of {tally.asked} can come"]
    silent = tally.asked - tally.can - tally.rather_not - tally.cannot
    words += [f"{tally.rather_not} would rather not"] if tally.rather_not else []
    words += [f"{tally.cannot} cannot"] if tally.cannot else []
    words += [f"{silent} {'has' if silent == 1 else 'have'} not answered"] if silent else []
    return ", ".join(words)


def person_rows(
    offer: DateOffer, names: Mapping[str, str], questions: Sequence[DateQuestion] | None
) -> list[PersonRow]:
    """Those whom the meeting needs first. `questions` None: nobody could look how they are asked."""
    asked = {one.person: one for one in questions or ()}
    rows = [
        PersonRow(
            key_of(one.person),
            who_words(one, names),
            one.required,
            {said.number: ANSWER_WORDS.get(said.answer, "Not answered") for said in one.answers},
            _told(one, names),
            *_how(one, asked.get(one.person), known=questions is not None),
        )
        for one in offer.people
    ]
    return sorted(rows, key=lambda row: not row.needed)


def who_words(one: AskedPerson, names: Mapping[str, str]) -> str:
    """`Dana Fox, health`; the role where the name is not known."""
    name = names.get(one.person, "")
    return f"{name}, {role_words(one.role).lower()}" if name else role_words(one.role)


def _told(one: AskedPerson, names: Mapping[str, str]) -> str:
    if not one.HasField("answer_time"):
        return "Has not answered"
    by = f"recorded by {names.get(one.recorded_by, 'a colleague')}" if one.recorded_by else "by their own link"
    return f"Answered on {moment(london(one.answer_time))}, {by}"


def _how(one: AskedPerson, question: DateQuestion | None, *, known: bool) -> tuple[str, bool]:
    """How they are asked, and whether that is for the reader to do."""
    if not known:
        return "How they are asked is not known just now", False
    if question is None:
        return "Not asked yet: it is being looked up how", False
    if question.state == DATE_QUESTION_STATE_SENT:
        return f"Asked by e-mail on {moment(london(question.send_time))}", False
    if question.state == DATE_QUESTION_STATE_TO_BE_ASKED:
        return f"To be asked by you. {question.trouble.rstrip('.')}", not one.answers
    return question.trouble.rstrip(".") or "Not asked yet: the e-mail is about to go", False


def closed_words(offer: DateOffer, names: Mapping[str, str]) -> str:
    """How it ended; empty while it is open."""
    if offer.state == DATE_OFFER_STATE_OPEN:
        return ""
    when = moment(london(offer.close_time)) if offer.HasField("close_time") else ""
    who = names.get(offer.closed_by, "a colleague")
    return _CLOSED.get(offer.state, "").format(when=when, who=who, until=moment(london(offer.expire_time)))


def waiting_words(rows: Sequence[PersonRow]) -> str:
    """Who has not answered."""
    silent = [row.who for row in rows if not row.answers]
    return f"Not answered: {'; '.join(silent)}" if silent else "Everybody has answered"


def doubts(offer: DateOffer, number: int, names: Mapping[str, str]) -> list[str]:
    """Who would not come, or has not said so, if this date were taken."""
    said = {
        one.person: next((answer.answer for answer in one.answers if answer.number == number), 0)
        for one in offer.people
    }
    return [
        f"{who_words(one, names)}: {_DOUBTS.get(said[one.person], 'has not answered')}"
        for one in offer.people
        if said[one.person] != OFFER_ANSWER_CAN_COME
    ]


def over_words(sheet: AnswerSheet) -> tuple[str, str]:
    """Heading and text for whoever was asked, once the offer is closed."""
    return _OVER.get(sheet.state, _OVER[DATE_OFFER_STATE_WITHDRAWN])


def sheet_labels(sheet: AnswerSheet) -> dict[int, str]:
    """The dates in words, by number."""
    return {
        one.number: f"{long_date(london(one.start_time).date())}, "
        f"{time_span(london(one.start_time), london(one.end_time))}"
        for one in sheet.dates
    }


def answered_of(offer: DateOffer) -> str:
    """`2 of 3 people have answered`."""
    said = sum(bool(one.answers) for one in offer.people)
    return f"{said} of {count_words(len(offer.people), 'person has', 'people have')} answered"


def _place(room: str, rooms: Mapping[str, Room]) -> str:
    if not room:
        return "no room"
    return rooms[room].display_name if room in rooms else "a room whose name is not known just now"
