"""Dates offered to people whose diaries nobody can read: asked by e-mail and by hand, answered, one of them taken."""

import csv
import re
from collections.abc import Collection
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from uuid import uuid4

from permanence.cases.v1 import cases_service_pb2 as cases_pb
from permanence.scheduler.v1 import date_offers_service_pb2 as pb
from permanence.scheduler.v1.date_offer_pb2 import DateOffer
from permanence.scheduler.v1.date_offers_service_pb2_grpc import DateOffersServiceStub
from permanence.scheduler.v1.meeting_pb2 import MEETING_STATE_BOOKED, MEETING_STATE_LAPSED, Slot

from tests.web.browser.backstage import Backstage
from tests.web.browser.children import COUNCIL, Case
from tests.web.browser.site import Site, until
from tests.web.browser.steps import given, then, when
from tests.web.browser.visitor import Visitor, Visitors
from web.times import value_of
from web.words import london

LINK = re.compile(r"https?://[^/\s]+(/answer/[\w.-]+)")
CAN, RATHER_NOT, CANNOT = "I can come", "I would rather not", "I cannot"
_AT_ONCE = 200


def test_dates_are_offered_answered_and_one_is_taken(visitor: Visitors, backstage: Backstage, site: Site) -> None:
    given("a meeting with people whose diaries nobody can read, two of them with e-mail")
    case, first, second = _case(backstage, site)
    draft = backstage.ready(case)
    before = _mails(site)
    officer = visitor("business-support")
    when("an officer goes on from the times to offering dates, and chooses none")
    officer.open(f"{draft}/time")
    officer.follow("Offer these dates to them")
    officer.picture("date-offer-choose")
    officer.press("Keep these dates and ask")
    then("every fault is named, and whoever's diary nobody can read is ticked already")
    assert officer.faults == [
        "Choose two or three dates",
        "Say whether people come in person or join by video or telephone",
    ]
    asked = officer.page.locator('input[name="people"]:checked').count()
    assert asked >= 3
    when("they choose two dates")
    for slot in (first, second):
        officer.page.locator(f'input[name="dates"][value="{value_of(slot.start_time, slot.room)}"]').check()
    officer.choose("In person")
    officer.press("Keep these dates and ask")
    then("the dates are kept, and those with a safe e-mail address are asked")
    assert officer.heading.endswith("Dates offered") and officer.done.startswith("The dates are kept")
    offer, page = _offer(backstage, officer.path), officer.path
    mails = until("two are asked", lambda: _two_of(_mails(site) - before))
    links = []
    for mail in mails:
        told = message_from_bytes(mail.read_bytes(), policy=default)
        text = told.get_content()
        assert str(told["Subject"]) == f"Dates for a meeting · {offer.reference}"
        assert case.reference not in text and offer.title not in text and "01632 960001" in text
        assert f"{london(first.start_time):%H:%M}" in text
        links.append(LINK.findall(text)[0])
    officer.open(page)
    officer.says(f"0 of {asked} people have answered", "Asked by e-mail on", "Has not answered")
    officer.picture("date-offer")
    when("one answers by keyboard alone, first leaving a date out; the other without scripts")
    by_keys = visitor("", "keyboard")
    by_keys.open(links[0])
    by_keys.says_not(case.reference, offer.title, offer.reference)
    by_keys.press("Send my answers")
    assert len(by_keys.faults) == 2
    _answer(by_keys, first, second, [CAN, CANNOT])
    by_keys.press("Send my answers")
    assert by_keys.done.startswith("We have your answers")
    assert not by_keys.page.context.cookies(), "no session and no cookie"
    plain = visitor("", "no-javascript")
    plain.open(links[1])
    _answer(plain, first, second, [CAN, CANNOT])
    plain.press("Send my answers")
    when("that one changes their mind on a phone")
    phone = visitor("", "narrow")
    phone.open(links[1])
    phone.picture("narrow-date-answer")
    _answer(phone, first, second, [CAN, RATHER_NOT])
    phone.press("Change my answers")
    assert phone.page.get_by_role("radio", name=RATHER_NOT).nth(1).is_checked()
    when("a third answers by telephone")
    officer.open(page)
    silent = next(row for row in officer.rows("Who was asked") if "Has not answered" in row)
    officer.follow("Record an answer", row=silent.partition(" not needed")[0].partition(" needed")[0])
    officer.press("Record the answer")
    assert len(officer.faults) == 2
    _answer(officer, first, second, [CANNOT, CAN])
    officer.press("Record the answer")
    then("the page and the list say how it stands")
    assert officer.done == "The answer is recorded"
    officer.says(f"3 of {asked} people have answered", "recorded by", "by their own link")
    officer.says(f"2 of {asked} can come, 1 cannot", "1 would rather not")
    officer.open(draft)
    officer.says_not("Go on", "Give this up")
    officer.follow("See who can come, and take one")
    officer.open("/to-arrange")
    officer.follow(f"{offer.title}, {case.reference}", row=f"3 of {asked}")
    when("the officer takes the first date")
    officer.follow("Take this date", row=f"{london(first.start_time):%A} {london(first.start_time).day}")
    officer.says("The other dates are free again at once.", "cannot come")
    officer.picture("date-offer-take")
    officer.press("Take this date and book the meeting")
    then("it is booked, the other is free again, and the links say that it is settled")
    assert officer.done == "The meeting is booked. The other dates are free again"
    states = [backstage.meeting(f"/meetings/{one.meeting.rpartition('/')[2]}").state for one in offer.dates]
    assert states == [MEETING_STATE_BOOKED, MEETING_STATE_LAPSED]
    assert officer.path == f"/meetings/{offer.dates[0].meeting.rpartition('/')[2]}"
    phone.open(links[1])
    assert phone.heading == "A date has been settled"
    phone.says_not("2026", CAN)
    officer.open(page)
    officer.says("A date was taken on", "The others are free again.")
    officer.says_not("Withdraw these dates", "Take this date")


def test_what_nobody_answers_is_withdrawn(visitor: Visitors, backstage: Backstage, site: Site) -> None:
    given("dates that are offered")
    case, first, second = _case(backstage, site)
    page = _offered(backstage, case, (first, second))
    manager = visitor("business-support-manager", "narrow")
    manager.open(page)
    when("they are withdrawn")
    manager.follow("Withdraw these dates")
    manager.press("Withdraw the dates")
    then("nothing is booked, and the times are free again")
    assert manager.done == "The dates are withdrawn and free again. Nothing is booked"
    manager.says("These dates were withdrawn on", "Not kept any more")
    backstage.book(case)


def _case(backstage: Backstage, site: Site) -> tuple[Case, Slot, Slot]:
    """A case, two of whose people without a readable diary have e-mail; and two of its times that do not overlap."""
    mailable = _mailable(backstage, site)
    for _ in range(20):
        case = backstage.case()
        unread = set.intersection(*(set(slot.not_checked) for slot in case.slots))
        first = min(case.slots, key=lambda one: one.start_time.seconds)
        second = max(case.slots, key=lambda one: one.start_time.seconds)
        if len(unread) >= 3 and len(unread & mailable) >= 2 and second.start_time.seconds >= first.end_time.seconds:
            return case, first, second
    raise AssertionError("nobody around twenty cases has e-mail")


def _mailable(backstage: Backstage, site: Site) -> Collection[str]:
    """Whom the council's own data say to reach by e-mail."""
    with (site.root / "extracts" / "demo" / "contacts.csv").open(encoding="utf-8", newline="") as file:
        ids = sorted({row["source_person_id"] for row in csv.DictReader(file) if row["channel"] == "email"})
    found = set()
    for at in range(0, len(ids), _AT_ONCE):
        request = cases_pb.LookUpPeopleRequest(parent=COUNCIL, source_ids=ids[at : at + _AT_ONCE])
        found |= {one.person for one in backstage.ask(backstage.cases.LookUpPeople, request).people}
    return found


def _mails(site: Site) -> set[Path]:
    """What the mail server took about dates."""
    found = (site.root / "mail").glob("*/*.eml")
    return {one for one in found if b"text/calendar" not in one.read_bytes()}


def _two_of(mails: set[Path]) -> list[Path] | None:
    return sorted(mails)[:2] if len(mails) >= 2 else None


def _offer(backstage: Backstage, path: str) -> DateOffer:
    stub = DateOffersServiceStub(backstage.site.channel("scheduler"))
    name = f"{COUNCIL}/dateOffers/{path.rpartition('/')[2]}"
    offer: DateOffer = backstage.ask(stub.GetDateOffer, pb.GetDateOfferRequest(name=name)).date_offer
    return offer


def _offered(backstage: Backstage, case: Case, slots: tuple[Slot, ...]) -> str:
    """The path of an offer made past the site."""
    stub = DateOffersServiceStub(backstage.site.channel("scheduler"))
    wanted = pb.CreateDateOfferRequest(
        parent=COUNCIL,
        plan=case.plan,
        dates=[pb.DateToOffer(start_time=one.start_time, room=one.room) for one in slots],
        people=[case.slots[0].not_checked[0]],
        request_id=str(uuid4()),
    )
    wanted.expire_time.FromSeconds(int(backstage.site.clock.now().timestamp()) + 6 * 3600)
    offer = backstage.ask(stub.CreateDateOffer, wanted).date_offer
    return f"/date-offers/{offer.name.rpartition('/')[2]}"


def _answer(who: Visitor, first: Slot, second: Slot, answers: list[str]) -> None:
    for slot, words in zip((first, second), answers, strict=True):
        start = london(slot.start_time)
        who.choose(words, row=f"{start:%A} {start.day} {start:%B %Y}")
