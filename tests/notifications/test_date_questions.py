"""Asking people about offered dates: who is asked how, once, and what the message says."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes
from uuid import uuid4

import pytest

from servicekit.caller import Caller
from servicekit.errors import NotFound, PermissionDenied
from services.notifications.adapters.text_message import compose_text
from services.notifications.app.ask_about_dates import STOPPED, ask_about_dates
from services.notifications.app.list_date_questions import list_date_questions
from services.notifications.app.ports import Desk, QuestionDesk
from services.notifications.app.tell_people import StillWaitingError
from services.notifications.domain.date_question import (
    NO_SITE,
    NOT_BY_ITSELF,
    DateQuestion,
    OfferToAsk,
    QuestionState,
)
from services.notifications.domain.meeting import (
    Channel,
    Meeting,
    MeetingState,
    Restriction,
    RestrictionKind,
    Session,
)
from services.notifications.domain.second_person import ADDRESS, APART, RESTRICTED
from services.notifications.domain.text_mail import TextMail
from services.notifications.domain.unsafe_time import UnsafeTime, held_words
from services.notifications.domain.wish import MUST_NOT_MEET
from tests.notifications.scripted_notify import told_by, with_notify
from tests.notifications.world import START, Crash, World, made_meeting, person, recipient

OFFER = f"councils/north/dateOffers/{uuid4()}"
ASKED = ("mother", "nurse", "school")


@dataclass
class Offers:
    """The scheduler's part: an offer of two dates, links that replace each other."""

    world: World
    dates: list[Meeting] = field(default_factory=list)
    asked: list[str] = field(default_factory=lambda: list(ASKED))
    open: bool = True
    seen: bool = True
    made: int = 0
    links: dict[str, str] = field(default_factory=dict)

    async def offer(self, caller: Caller, name: str) -> OfferToAsk | None:
        names = tuple(one.name for one in self.dates)
        people = tuple(map(person, self.asked))
        until = START - timedelta(days=1)
        return OfferToAsk(OFFER, names, people, False, until, self.open) if self.seen else None

    async def link(self, caller: Caller, offer: str, who: str) -> str:
        if not self.open:
            return ""
        self.made += 1
        self.links[who] = f"{'t' * 40}{self.made:03d}"
        return self.links[who]

    async def meeting(self, caller: Caller, name: str) -> Meeting | None:
        return next((one for one in self.dates if one.name == name), None)


@pytest.fixture
def offers(world: World) -> Offers:
    world.people |= {name: recipient(name) for name in ("nurse", "school")}
    first = replace(made_meeting([*world.people]), state=MeetingState.NOT_BOOKED)
    later = replace(first, name=made_meeting([]).name, sessions=_at(START + timedelta(days=7)))
    return Offers(world, [first, later])


def _at(*starts: datetime) -> tuple[Session, ...]:
    hour = timedelta(hours=1)
    return tuple(Session(number, start, start + hour) for number, start in enumerate(starts, 1))


def desk_of(offers: Offers, web_url: str = "https://permanence.north.example.org") -> QuestionDesk:
    world = offers.world
    desk = Desk(world.begin, offers, world, world.desk.outside)
    return QuestionDesk(desk, offers, web_url, {world.caller.council_id: "01632 960001"})


async def ask(offers: Offers, tries: int = 1, **more: str) -> bool:
    for _ in range(tries):
        try:
            await ask_about_dates(desk_of(offers, **more), offers.world.caller, OFFER)
            return True
        except (StillWaitingError, Crash):
            continue
    return False


async def kept(offers: Offers) -> dict[str, DateQuestion]:
    async with offers.world.begin(offers.world.caller) as unit:
        found = {one.person: one for one in await unit.questions.of_offer(OFFER)}
    return {name: found[person(name)] for name in ASKED if person(name) in found}


def sent(offers: Offers) -> Sequence[TextMail]:
    return offers.world.mail.texts


async def test_each_person_is_asked_once_with_a_link_of_their_own(offers: Offers) -> None:
    assert await ask(offers) and await ask(offers)
    assert [mail.recipient for mail in sent(offers)] == [f"{name}@example.org" for name in ASKED]
    links = {mail.recipient: re.findall(r"https://\S+", mail.body_text) for mail in sent(offers)}
    assert links == {
        f"{name}@example.org": [f"https://permanence.north.example.org/answer/north.{offers.links[person(name)]}"]
        for name in ASKED
    }
    found = await kept(offers)
    assert {one.state for one in found.values()} == {QuestionState.SENT}
    assert not any(one.outgoing for one in found.values()), "once the server has it, the link is forgotten"
    assert not offers.world.calendar.mailed


async def test_whoever_cannot_be_written_to_just_now_is_asked_later(offers: Offers) -> None:
    first, *others = ASKED
    mornings = tuple(UnsafeTime(day, 0, 12 * 60) for day in range(1, 8))
    offers.world.people[first] = replace(offers.world.people[first], unsafe_times=mornings)
    noon = datetime(2026, 3, 16, 12, tzinfo=UTC)
    assert await ask_about_dates(desk_of(offers), offers.world.caller, OFFER) == noon
    assert [mail.recipient for mail in sent(offers)] == [f"{name}@example.org" for name in others]
    assert (await kept(offers))[first].trouble == held_words(noon)
    offers.world.clock.instant = noon
    assert await ask(offers)
    assert [mail.recipient for mail in sent(offers)] == [f"{name}@example.org" for name in (*others, first)]
    assert (await kept(offers))[first].state is QuestionState.SENT


async def test_the_message_says_when_and_nothing_of_whom(offers: Offers) -> None:
    await ask(offers)
    mail = sent(offers)[0]
    assert mail.subject_line == "Dates for a meeting · M-2041"
    assert "Tuesday 24 March 2026, 10:00 to 11:30 (Europe/London)" in mail.body_text
    # Summer time has begun by then: the same instant a week later is eleven in London.
    assert "Tuesday 31 March 2026, 11:00 to 12:00 (Europe/London)" in mail.body_text
    assert "before Monday 23 March 2026, 10:00." in mail.body_text and "01632 960001" in mail.body_text
    told = (mail.subject_line + mail.body_text).lower()
    for word in ("permanence planning", "maya", "finch", "room 4", "civic", "robin", "child", "father", "nurse"):
        assert word not in told.replace("permanence.north.example.org", ""), word


async def test_the_message_is_plain_words_and_the_same_each_time_it_is_made(offers: Offers) -> None:
    await ask(offers)
    mail = sent(offers)[0]
    wire = compose_text(mail)
    assert wire == compose_text(mail) and wire.isascii()
    read = message_from_bytes(wire)
    assert read.get_content_type() == "text/plain" and read["Auto-Submitted"] == "auto-generated"
    assert read.get_payload(decode=True).decode().replace("\r\n", "\n") == mail.body_text  # type: ignore[union-attr]


async def test_each_is_told_the_times_of_their_own_part(offers: Offers) -> None:
    hour = timedelta(hours=1)
    invitees = tuple(
        replace(one, sessions=(2,) if one.person == person("mother") else (1,)) for one in offers.dates[0].invitees
    )
    offers.dates = [
        replace(one, invitees=invitees, sessions=_at(one.start, one.start + 2 * hour)) for one in offers.dates
    ]
    await ask(offers)
    mother, nurse, _ = sent(offers)
    assert "12:00 to 13:00" in mother.body_text and "10:00 to 11:00" not in mother.body_text
    assert "10:00 to 11:00" in nurse.body_text and "12:00 to 13:00" not in nurse.body_text


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"channel": Channel.TEXT}, "by text message"),
        ({"channel": Channel.LETTER}, "by letter"),
        ({"channel": Channel.NONE}, "No safe way"),
        ({"email": ""}, "no address is recorded"),
        ({"unsafe_channels": frozenset({Channel.EMAIL})}, "No safe way"),
        ({"verified_on": None}, "Nobody has checked this contact"),
        ({"verified_on": date(2026, 3, 16)}, "in the last 7 days"),
    ],
)
async def test_whoever_has_no_safe_email_is_for_a_person_to_ask(
    offers: Offers, changes: dict[str, object], words: str
) -> None:
    offers.world.people["mother"] = recipient("mother", **changes)  # type: ignore[arg-type]
    assert await ask(offers)
    mother = (await kept(offers))["mother"]
    assert mother.state is QuestionState.TO_BE_ASKED and words in mother.trouble and mother.sent_at is None
    assert [mail.recipient for mail in sent(offers)] == ["nurse@example.org", "school@example.org"]


async def test_whoever_is_told_by_text_is_not_asked_by_email(offers: Offers) -> None:
    notify = with_notify(offers.world, Channel.TEXT, Channel.LETTER, Channel.EMAIL)
    told_by(offers.world, "mother", Channel.TEXT)
    offers.world.people["mother"] = replace(offers.world.people["mother"], email="mother@example.org")
    await ask(offers)
    assert "mother@example.org" not in {mail.recipient for mail in sent(offers)} and notify.messages == []
    assert (await kept(offers))["mother"].state is QuestionState.TO_BE_ASKED


async def test_in_a_restricted_case_a_person_asks_everybody(offers: Offers) -> None:
    offers.world.restricted = True
    assert await ask(offers)
    assert {one.trouble for one in (await kept(offers)).values()} == {NOT_BY_ITSELF.format(reasons=RESTRICTED)}
    assert not sent(offers) and not offers.links


async def test_whoever_has_no_part_or_must_not_meet_another_is_not_asked_by_itself(offers: Offers) -> None:
    kind = RestrictionKind.MUST_NOT_MEET
    offers.world.restrictions = (Restriction(kind, person("mother"), person("father")),)
    del offers.world.people["school"]
    assert await ask(offers)
    found = await kept(offers)
    assert found["mother"].trouble == MUST_NOT_MEET and "no part" in found["school"].trouble
    assert found["nurse"].trouble == NOT_BY_ITSELF.format(reasons=APART) and not sent(offers)


@pytest.mark.parametrize(
    ("kind", "other", "reason"),
    [
        (RestrictionKind.MUST_NOT_KNOW, person("father"), APART),
        (RestrictionKind.CONFIDENTIAL_ADDRESS, "councils/north/carerHouseholds/1", ADDRESS),
    ],
)
async def test_where_people_are_kept_apart_a_person_asks_everybody(
    offers: Offers, kind: RestrictionKind, other: str, reason: str
) -> None:
    offers.world.restrictions = (Restriction(kind, person("mother"), other),)
    assert await ask(offers)
    assert {one.trouble for one in (await kept(offers)).values()} == {NOT_BY_ITSELF.format(reasons=reason)}
    assert not sent(offers) and not offers.links


async def test_without_the_sites_address_nobody_is_sent_a_link_that_leads_nowhere(offers: Offers) -> None:
    assert await ask(offers, web_url="")
    assert {one.trouble for one in (await kept(offers)).values()} == {NO_SITE}


async def test_the_last_check_stops_a_message_that_would_show_something(offers: Offers) -> None:
    world = offers.world
    world.people["father"] = replace(world.people["father"], protected=("North Council",))
    assert await ask(offers)
    assert {one.trouble for one in (await kept(offers)).values()} == {STOPPED} and not sent(offers)


@pytest.mark.parametrize("fault", ["lost", "crash after", "crash before", "down"])
async def test_a_repeat_is_the_very_same_message(offers: Offers, fault: str) -> None:
    offers.asked = ["mother"]
    offers.world.mail.faults.planned = [fault]
    assert not await ask(offers)
    waiting = (await kept(offers))["mother"]
    assert waiting.state is QuestionState.WAITING and waiting.outgoing
    assert await ask(offers)
    assert len({compose_text(mail) for mail in sent(offers)}) == 1
    assert offers.made == 1, "the link in the message that may have gone still opens"
    assert (await kept(offers))["mother"].state is QuestionState.SENT


async def test_another_address_is_another_message_with_another_link(offers: Offers) -> None:
    offers.asked = ["mother"]
    offers.world.mail.faults.planned = ["down"]
    await ask(offers)
    offers.world.people["mother"] = recipient("mother", email="new@example.org")
    assert await ask(offers)
    assert [mail.recipient for mail in sent(offers)] == ["new@example.org"] and offers.made == 2


async def test_what_the_server_refuses_is_for_a_person_and_stops_nobody_else(offers: Offers) -> None:
    offers.world.mail.faults.planned = ["refused"]
    assert await ask(offers)
    found = await kept(offers)
    assert found["mother"].state is QuestionState.TO_BE_ASKED and "ERROR_ACCESS_DENIED" in found["mother"].trouble
    assert {found[name].state for name in ("nurse", "school")} == {QuestionState.SENT}


async def test_an_offer_that_ended_asks_nobody_any_more(offers: Offers) -> None:
    offers.world.mail.faults.planned = ["down", "", "down"]
    assert not await ask(offers)
    offers.open = False
    assert await ask(offers)
    states = {name: one.state for name, one in (await kept(offers)).items()}
    assert states == {"mother": QuestionState.OVER, "nurse": QuestionState.SENT, "school": QuestionState.OVER}
    assert not any(one.outgoing for one in (await kept(offers)).values())


async def test_whoever_answered_before_the_message_went_is_left_alone(offers: Offers) -> None:
    offers.world.mail.faults.planned = ["down", "down", "down"]
    assert not await ask(offers)
    offers.asked = ["nurse"]
    assert await ask(offers)
    assert [mail.recipient for mail in sent(offers)] == ["nurse@example.org"]


async def test_who_sees_how_people_are_asked(offers: Offers) -> None:
    await ask(offers)
    desk, user = desk_of(offers), offers.world.user
    for role in ("business-support", "business-support-manager", "team-manager"):
        assert len(await list_date_questions(desk, user(role), OFFER)) == len(ASKED)
    for role in ("panel-chair", "reviewing-officer", "social-worker", "performance-officer"):
        with pytest.raises(PermissionDenied):
            await list_date_questions(desk, user(role), OFFER)
    offers.seen = False
    with pytest.raises(NotFound):
        await list_date_questions(desk, user("business-support"), OFFER)
