"""A time that is held while somebody asks, and one that is taken and booked all the same."""

from uuid import uuid4

from permanence.scheduler.v1 import scheduler_service_pb2 as pb

from tests.web.browser.backstage import Backstage
from tests.web.browser.children import COUNCIL
from tests.web.browser.site import Site
from tests.web.browser.steps import given, then, when
from tests.web.browser.visitor import Visitors
from web.times import value_of
from web.words import clock_time, london

# A chair needs some time between two meetings.
_APART_SECONDS = 3 * 3600


def test_a_time_is_held_kept_longer_let_go_and_lost(visitor: Visitors, backstage: Backstage, site: Site) -> None:
    given("an officer who has chosen a time and still has to ask somebody")
    case = backstage.case()
    draft = backstage.ready(case)
    officer = visitor("business-support", "keyboard")
    officer.open(f"{draft}/time")
    officer.press("Hold it for 10 minutes and go on")
    then("it is held, until a time on the clock")
    held = backstage.draft(draft)
    officer.says(f"held until {clock_time(london(held.hold_expire_time))}", "nobody else can take them")
    when("three minutes later they need longer")
    site.clock.move_on(minutes=3)
    officer.press("Hold it for 10 minutes from now")
    assert officer.done == "The time is held for ten minutes from now"
    assert backstage.draft(draft).hold_expire_time.seconds == held.hold_expire_time.seconds + 180
    when("they let it go")
    officer.press("Let it go")
    then("it stays chosen and is anybody's")
    assert officer.done == "The time is not held any more. Others can take it"
    officer.says("You can hold the time and the room for ten minutes")
    assert backstage.draft(draft).start_time == held.start_time and not backstage.draft(draft).hold
    when("a colleague chooses another time meanwhile, and they press the button of the page before")
    backstage.choose(draft, case.slots[1])
    officer.press("Hold it for 10 minutes")
    then("nothing is held, and the page shows what the colleague chose")
    officer.says("Somebody changed this while you had it open")
    assert not backstage.draft(draft).hold
    when("they hold that and come back too late")
    officer.press("Hold it for 10 minutes")
    assert backstage.draft(draft).hold
    site.clock.move_on(minutes=11)
    officer.open(f"{draft}/check")
    then("it says so and offers the search again")
    officer.says("not held any more since")
    officer.press("Look for another time")
    assert officer.heading.endswith("When and where")


def test_a_chair_who_is_taken_is_booked_all_the_same_by_a_manager_with_a_reason(
    visitor: Visitors, backstage: Backstage
) -> None:
    given("a chair who has other meetings at the two times that would do")
    one, other = backstage.rivals()
    draft = backstage.ready(other)
    plan = pb.MeetingPlan()
    plan.CopyFrom(one.plan)
    plan.needs_room = False  # another room, so that the chair alone is taken
    first = other.slots[0]
    second = next(one for one in other.slots if abs(one.start_time.seconds - first.start_time.seconds) > _APART_SECONDS)
    for slot in (first, second):
        wanted = pb.BookMeetingRequest(parent=COUNCIL, plan=plan, start_time=slot.start_time, request_id=str(uuid4()))
        backstage.ask(backstage.scheduler.BookMeeting, wanted)
    officer = visitor("business-support", "keyboard")
    officer.open(f"{draft}/check")
    officer.press("Book this meeting")
    then("who may not approve it reads who may")
    assert "Or ask a team manager or a business support manager" in officer.faults[0]
    when("a manager tries")
    manager = visitor("business-support-manager", "phone")
    manager.open(f"{draft}/check")
    manager.press("Book this meeting")
    assert "The chair has something else then. Nothing was booked." in manager.faults[0]
    manager.press("Book it all the same")
    assert "Say why it is booked all the same, or choose another time" in manager.faults[0]
    manager.write("Why it is booked all the same", "The first meeting ends early.")
    manager.press("Book it all the same")
    then("it is booked, and says so")
    assert manager.done == "The meeting is booked"
    manager.says("Taken twice", "The first meeting ends early.")
    when("they move it to a time at which the chair is taken too")
    manager.open(f"{manager.path}/move/check?time={value_of(second.start_time, second.room)}")
    manager.choose("A report is not ready")
    manager.press("Move the meeting")
    assert "The chair has something else then. Nothing was moved." in manager.faults[0]
    manager.write("Why it is moved there all the same", "The second one ends early too.")
    manager.press("Move it all the same")
    assert manager.done == "The meeting is moved"
    manager.says("The second one ends early too.")
