"""Arranging a meeting: from the queue to the booking, by one officer or by two, and whatever may come between."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from permanence.scheduler.v1 import meeting_drafts_service_pb2 as drafts_pb
from permanence.scheduler.v1 import scheduler_service_pb2 as pb
from permanence.scheduler.v1.meeting_pb2 import Attendee

from tests.web.browser.backstage import Backstage
from tests.web.browser.children import Case
from tests.web.browser.site import OwnSite, Site
from tests.web.browser.stand_in import stand_in
from tests.web.browser.steps import given, then, when
from tests.web.browser.visitor import MODES, Mode, Visitor, Visitors

OwnSites = Callable[..., OwnSite]
REASON = "The case came to us after the date had passed."
BEGUN = "Meetings that somebody has begun to arrange"


class ShortQueue:
    """A site whose queue holds one case, the next to be arranged; everything else of it is real."""

    def __init__(self) -> None:
        self.site: Site
        self._case: Case

    def holds(self, case: Case) -> Case:
        """From now on it is this one."""
        self._case = case
        return case

    def reply(self, request: pb.ListUnarrangedObligationsRequest) -> pb.ListUnarrangedObligationsResponse | None:
        """The scheduler's, for whoever asks for the whole queue."""
        return None if request.subject else pb.ListUnarrangedObligationsResponse(obligations=self._case.clocks)


@pytest.fixture(scope="module")
def short_queue(site: Site) -> Iterator[ShortQueue]:
    """One for all tests of this module."""
    queue = ShortQueue()
    with stand_in(site.channel("scheduler"), ListUnarrangedObligations=queue.reply) as address:
        own = OwnSite(site, {"PERMANENCE_SCHEDULER_ADDRESS": address})
        queue.site = own.site
        yield queue
        own.stop()


def _arrange_the_next_one(officer: Visitor, case: Case, *, pictures: bool = False) -> None:
    when("they take the next thing to do")
    officer.press("Arrange the next one")
    then("its people are filled in, and one press says that they are the right ones")
    officer.says(case.reference, f"{len(case.plan.attendees)} people are asked, filled in from the case:", "Begun by")
    _picture(officer, "arrange-tasks", wanted=pictures)
    officer.press("Use these people and go on")
    then("who must not meet is the first thing to look at, and the parts of the meeting keep them apart already")
    assert officer.heading.endswith("Who must not meet")
    officer.says("1 pair among the", "Kept apart", "must not meet", "They come to different parts, 15 minutes apart")
    _picture(officer, "arrange-apart", wanted=pictures)
    when("they have looked at the pair")
    officer.tick("I have looked at this pair")
    officer.press("Go on with separate parts")
    then("times are offered, the best is chosen, and what is not known of anybody's diary is said")
    assert officer.heading.endswith("When and where")
    officer.says("Everybody needed is", "Part 1 ", "; part 2 ", "Nobody can read the diary of: ", "not checked")
    _picture(officer, "times", wanted=pictures)
    when("they take it")
    officer.press("Go on with this time")
    then("everything that is to be booked stands on one page")
    assert officer.heading.endswith("Check and book")
    officer.says("must not meet", "nobody is told until a second person has released", "Not checked, nobody can read")
    officer.says("What this day would do", "would keep the law's date: the last day for it is ", "What would follow")
    _picture(officer, "arrange-check", wanted=pictures)
    when("they book it")
    officer.press("Book this meeting")
    then("it is booked")
    assert officer.path.startswith("/meetings/") and officer.done == "The meeting is booked"
    officer.says("Booked", "First part", "Second part")


def _picture(officer: Visitor, name: str, *, wanted: bool) -> None:
    if wanted:
        officer.picture(f"narrow-{name}" if officer.mode == "narrow" else name)


@pytest.mark.parametrize("mode", [mode for mode in MODES if mode != "keyboard"])  # the next test has the keyboard
def test_a_meeting_is_arranged_from_the_queue_to_the_booking(
    visitor: Visitors, backstage: Backstage, short_queue: ShortQueue, mode: Mode
) -> None:
    given("the next meeting to arrange: two of its people must not meet")
    case = short_queue.holds(backstage.case(kind="cic_review", pair=True))
    officer = visitor("business-support", mode, at=short_queue.site)
    officer.open("/to-arrange")
    _picture(officer, "queue", wanted=mode == "mouse")
    _arrange_the_next_one(officer, case, pictures=mode in ("mouse", "narrow"))
    assert len(backstage.meetings_of(case)) == 1


def test_the_standard_booking_takes_six_pages_and_twenty_five_keys(
    visitor: Visitors,
    backstage: Backstage,
    short_queue: ShortQueue,
    record_property: Callable[[str, object], None],
) -> None:
    given("somebody who has a keyboard and nothing else, before the queue; two people must not meet, and there is time")
    case = short_queue.holds(backstage.case(kind="cic_review", pair=True))
    officer = visitor("business-support", "keyboard", at=short_queue.site)
    officer.open("/to-arrange")
    officer.start_counting()
    _arrange_the_next_one(officer, case)
    then("it took no more than six pages and twenty-five keys")
    effort = officer.effort
    record_property("pages", effort.pages)
    record_property("keys", effort.keys)
    assert effort.pages <= 6 and effort.keys <= 25, effort


# Two officers


def test_another_officer_goes_on_where_one_left_off(visitor: Visitors, backstage: Backstage) -> None:
    given("a meeting that one officer has prepared and not booked, its last page still open")
    case = backstage.case()
    draft = backstage.ready(case)
    first = visitor("business-support")
    first.open(f"{draft}/check")
    when("another officer comes to the queue")
    second = visitor("business-support-manager")
    second.open("/to-arrange")
    then("it stands there, with who began it and what it waits for")
    begun_by = backstage.name_of(backstage.draft(draft).started_by)
    (row,) = (one for one in second.rows(BEGUN) if case.reference in one)
    assert begun_by in row and "Check and book" in row
    when("they go on with it and book it")
    second.follow(case.reference)
    second.says(f"Begun by {begun_by}")
    second.press("Go on: check and book")
    second.press("Book this meeting")
    assert second.done == "The meeting is booked"
    when("the first one presses the button too")
    first.press("Book this meeting")
    then("they are led to the meeting and told that it was a colleague; nothing is booked twice")
    assert urlsplit(first.path).path == urlsplit(second.path).path
    assert first.done == "A colleague had booked this meeting already. Nothing was booked twice"
    assert len(backstage.meetings_of(case)) == 1


def test_going_back_and_booking_again_leads_to_the_same_meeting(visitor: Visitors, backstage: Backstage) -> None:
    case = backstage.case()
    officer = visitor("business-support")
    officer.open(f"{backstage.ready(case)}/check")
    officer.press("Book this meeting")
    booked = urlsplit(officer.path).path
    when("they go back with their browser, and press the button again if the page is still there")
    officer.back()
    if officer.heading.endswith("Check and book"):
        officer.press("Book this meeting")
    then("they are at the same meeting, and there is one")
    assert urlsplit(officer.path).path == booked
    assert len(backstage.meetings_of(case)) == 1


def test_pressing_twice_books_once(site: Site, backstage: Backstage) -> None:
    given("a form that is sent twice, as by an impatient hand")
    case = backstage.case()
    draft = backstage.ready(case)
    officer = site.client("business-support")
    fields = {"etag": backstage.draft(draft).etag, "request_id": str(uuid4())}
    answers = [officer.post(f"{draft}/check", fields) for _ in range(2)]
    then("both lead to one meeting")
    assert [one.status_code for one in answers] == [303, 303]
    assert len({one.headers["Location"] for one in answers}) == 1
    assert len(backstage.meetings_of(case)) == 1


def test_somebody_books_the_time_meanwhile(visitor: Visitors, backstage: Backstage) -> None:
    given("a meeting before the last press, and a colleague who books that time for another child of the same chair")
    case, rival = backstage.rivals()
    draft = backstage.ready(case)
    officer = visitor("business-support")
    officer.open(f"{draft}/check")
    backstage.take(case.slots[0], rival)
    when("they book")
    officer.press("Book this meeting")
    then("they are told that the time is gone and which would do, with the times to choose from below")
    (fault,) = officer.faults
    assert fault.startswith("Somebody has just taken that time for the ") and "These would do: " in fault
    officer.says("Nothing was booked")
    assert "The time chosen before is not offered any more" not in officer.words, "the fault says it"
    officer.picture("times-taken")
    when("they take another")
    officer.press("Go on with this time")
    officer.press("Book this meeting")
    then("it is booked")
    assert officer.done == "The meeting is booked"


def test_what_a_colleague_changed_meanwhile_is_looked_at_before_booking(
    visitor: Visitors, backstage: Backstage
) -> None:
    case = backstage.case()
    draft = backstage.ready(case)
    officer = visitor("business-support")
    officer.open(f"{draft}/check")
    given("a colleague who chooses another time while the last page is open")
    backstage.choose(draft, case.slots[1])
    when("they book")
    officer.press("Book this meeting")
    then("nothing is booked; what has changed is shown, and the next press books that")
    assert officer.faults == [
        "Somebody changed this meeting while you had it open. Look at it again, then book it",
    ]
    officer.press("Book this meeting")
    assert backstage.meetings_of(case)[0].start_time == case.slots[1].start_time


def test_a_step_that_a_colleague_took_meanwhile_is_said(visitor: Visitors, backstage: Backstage) -> None:
    case = backstage.case()
    optional = _label_of(_one_who_need_not_come(case.plan.attendees))
    draft = backstage.begin(case)
    officer = visitor("business-support")
    officer.open(f"{draft}/people")
    backstage.choose(draft, case.slots[1])
    when("they send the people they chose")
    officer.tick(optional, ticked=False)
    officer.press("Use these people and go on")
    then("it is said, what they chose is still there, and sending it again does it")
    assert officer.faults == [
        "Somebody changed this while you had it open. Look at it again, then send your change again."
    ]
    assert not officer.find("checkbox", optional).is_checked()
    officer.press("Use these people and go on")
    assert officer.heading.endswith("When and where")


# Dates that are missed


def test_a_missed_date_is_a_managers_to_accept(visitor: Visitors, backstage: Backstage) -> None:
    given("a meeting whose date has passed, being arranged by an officer")
    case = backstage.case(late=True)
    draft = backstage.begin(case)
    officer = visitor("business-support")
    officer.open(f"{draft}/time")
    officer.says("Misses a date", "can be booked only by the child's team manager or a business support manager")
    officer.picture("times-late")
    when("they go on and have chosen nothing")
    officer.press("Go on with this time")
    then("they are asked to: no time that misses a date is anybody's suggestion")
    assert officer.faults == ["Choose a time"]
    officer.page.get_by_role("radio").first.check()
    officer.press("Go on with this time")
    then("they cannot book it, and are told who can and where that person finds it")
    assert not officer.has("button", "Book this meeting")
    officer.says("would miss our date: it would come after the last day for it, ")
    officer.says("The child's team manager or a business support manager can book it", "Begun and not booked")
    officer.picture("arrange-check-late")
    officer.open(draft)
    officer.says("A manager must accept that a date is missed. You can read it meanwhile")
    when("a manager books it without a reason")
    manager = visitor("business-support-manager")
    manager.open(f"{draft}/check")
    manager.press("Book this meeting")
    assert manager.faults == ["Say why a date may be missed"]
    when("they give one")
    manager.write("Why a date may be missed", REASON)
    manager.press("Book this meeting")
    then("it is booked, and the meeting says who accepted what and why")
    manager.says("Missed: later than", f"Accepted by {backstage.name_of(backstage.draft(draft).changed_by)}", REASON)


def test_a_manager_gives_the_reason_with_the_time(visitor: Visitors, backstage: Backstage) -> None:
    draft = backstage.begin(backstage.case(late=True))
    manager = visitor("business-support-manager", "no-javascript")
    manager.open(f"{draft}/time")
    manager.page.get_by_role("radio").first.check()
    manager.press("Go on with this time")
    assert manager.faults == ["Say why a date may be missed, or choose a time that misses none"]
    manager.write("Why a date may be missed", REASON)
    manager.press("Go on with this time")
    manager.says("Check and book", REASON)
    manager.press("Book this meeting")
    assert manager.done == "The meeting is booked"


# Who is asked, and who must not meet


def test_somebody_else_is_asked(visitor: Visitors, backstage: Backstage) -> None:
    given("a meeting that is ready but for one who need not come")
    case = backstage.case()
    draft = backstage.ready(case)
    optional = _one_who_need_not_come(backstage.draft(draft).plan.attendees)
    officer = visitor("business-support", "keyboard")
    officer.open(draft)
    officer.follow("Who is asked")
    officer.says("Chair:", "Everybody around the case.")
    officer.picture("arrange-people")
    when("they leave somebody out")
    officer.tick(_label_of(optional), ticked=False)
    officer.press("Use these people and go on")
    then("the time chosen before is for other people, so it is chosen again")
    assert officer.heading.endswith("When and where")
    assert optional.person not in {one.person for one in backstage.draft(draft).plan.attendees}


def _one_who_need_not_come(attendees: Sequence[Attendee]) -> Attendee:
    """Who alone has their role, so that it names them."""
    roles = Counter(one.role for one in attendees)
    return next(one for one in attendees if not (one.required or one.chair) and roles[one.role] == 1)


def _label_of(attendee: Attendee) -> str:
    """The part of a checkbox's label that names the role."""
    return f"({attendee.role.replace('-', ' ')})"


def test_who_must_not_meet_is_looked_at_or_left_out(visitor: Visitors, backstage: Backstage) -> None:
    draft = backstage.begin(backstage.case(kind="cic_review", pair=True))
    officer = visitor("business-support", "no-javascript")
    officer.open(f"{draft}/time")
    then("nobody chooses a time before it was looked at")
    assert officer.path == f"{draft}/apart"
    when("they go on without saying that they have looked")
    officer.press("Go on with separate parts")
    assert officer.faults == ["Say that you have looked at this pair"]
    when("one of the two is to be heard another way")
    officer.page.get_by_role("button", name="Leave out").first.click()
    officer.look()
    then("the pair is no more")
    assert not backstage.draft(draft).kept_apart_pairs
    officer.open(f"{draft}/apart")
    officer.says("Nobody among the", "There is nothing to do here.")
    officer.picture("arrange-apart-nobody")
    officer.press("Go on")
    assert officer.heading.endswith("When and where")


def test_a_pair_that_has_come_up_since_is_put_into_separate_parts(
    visitor: Visitors, backstage: Backstage, own_site: OwnSites, site: Site
) -> None:
    given("a draft of one part, made before two of its people were kept apart")
    draft = backstage.begin(backstage.case(kind="cic_review", pair=True))

    def before(request: drafts_pb.GetMeetingDraftRequest) -> drafts_pb.GetMeetingDraftResponse:
        found = backstage.draft(draft)
        if not found.kept_apart_checked:
            del found.plan.session_minutes[1:]
            for one in found.plan.attendees:
                one.ClearField("sessions")
        return drafts_pb.GetMeetingDraftResponse(meeting_draft=found)

    with stand_in(site.channel("scheduler"), GetMeetingDraft=before) as address:
        officer = visitor("business-support", at=own_site(PERMANENCE_SCHEDULER_ADDRESS=address).site)
        officer.open(f"{draft}/apart")
        then("the page says so in words")
        officer.says("Not kept apart", "They are not kept apart yet.")
        officer.picture("arrange-apart-open")
        when("they have them put into separate parts")
        officer.tick("I have looked at this pair")
        officer.press("Put them into separate parts and go on")
        then("they are, and a time is chosen for both parts")
        officer.says("Part 1 ", "; part 2 ")
