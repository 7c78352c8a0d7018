"""A booked meeting: is it on, who knows, who is coming; moving, cancelling, and recording what happened."""

from datetime import timedelta
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from permanence.notifications.v1 import notifications_service_pb2 as note_pb
from permanence.notifications.v1.notification_pb2 import ANSWER_DECLINED, ROUTE_BY_HAND
from permanence.scheduler.v1.meeting_pb2 import Meeting, Slot

from tests.web.browser.backstage import Backstage
from tests.web.browser.site import Site
from tests.web.browser.steps import given, then, when
from tests.web.browser.visitor import MODES, Mode, Visitor, Visitors
from web.words import LONDON, clock_time, london, long_date, time_span

PEOPLE = "People who are asked"
SILENT = "People who have not answered"
REASON = "The case came to us after the date had passed."


@pytest.mark.parametrize("mode", MODES)
def test_a_meeting_is_followed_from_who_knows_to_its_cancelling(
    visitor: Visitors, backstage: Backstage, mode: Mode
) -> None:
    given("a booked meeting of which everybody has been told")
    case = backstage.case()
    path = backstage.book(case)
    invitations = backstage.told(path)
    count, told = len(invitations), sum(not one.trouble for one in invitations)
    officer = visitor("business-support", mode)
    officer.open(path)
    then("one screen says whether it is on, who knows, who is coming and who has not answered")
    officer.says(
        "Is it on? Booked", f"{told} of {count} people know this time.", f"{count} of {count} have not answered"
    )
    assert len(officer.rows(PEOPLE)) == count
    officer.says(" invited", "It waited for nobody's release.")
    _picture(officer, "meeting")
    officer.follow("Show only those who have not answered")
    assert len(officer.rows(SILENT)) == count
    when("somebody telephones that they are coming")
    officer.follow("Record an answer", row="Reviewing officer")
    officer.choose("Yes, they are coming")
    officer.press("Record the answer")
    then("their answer is shown, with when it was given, and they are no longer among those who have not answered")
    assert officer.done == "The answer is recorded"
    officer.says(f"{count - 1} of {count} have not answered", ". 1 accepted.")
    (row,) = (one for one in officer.rows(PEOPLE) if "Reviewing officer" in one)
    assert "Accepted" in row
    when("it has to be moved")
    officer.press("Move")
    before = backstage.meeting(path)
    officer.says("Choose another time", long_date(london(before.start_time).date()))
    officer.choose(_another_time(officer, before))
    officer.press("Look at what changes")
    then("before and after stand side by side, with what the new day would do to dates and who will be told")
    officer.says("Before and after", f"{told} people who know the present time will be told the new one.")
    officer.says("Everybody who is asked stays asked, and is asked to answer again.")
    officer.says("What this day would do", "would keep our date: the last day for it is ")
    officer.unfold("What would follow")
    officer.says("Minutes of the permanence planning meeting signed by its chair: by ", ", our date, instead of ")
    _picture(officer, "move-check")
    officer.choose("The chair cannot come")
    officer.press("Move the meeting")
    then("it is moved, its people are the same, and all are asked to answer again")
    assert officer.done == "The meeting is moved"
    after = backstage.meeting(path)
    assert after.start_time != before.start_time
    assert [one.person for one in after.attendees] == [one.person for one in before.attendees]
    officer.says(
        f"{count} of {count} have not answered", "To an earlier time: accepted", "Reason: The chair cannot come."
    )
    when("it is cancelled")
    officer.press("Cancel")
    officer.says("A cancelled meeting cannot be put back.", "will be told that it is off")
    _picture(officer, "cancel")
    officer.choose("It is not needed any more")
    officer.press("Cancel the meeting")
    then("nobody can take it for a meeting that is on")
    assert officer.done == "The meeting is cancelled"
    assert officer.heading == "Cancelled: Permanence planning meeting"
    assert officer.page.title().startswith("Cancelled: ")
    officer.says(
        "This meeting is cancelled. It will not take place. Reason: It is not needed any more.", "Is it on? Cancelled"
    )
    backstage.called_off(path)
    officer.open(path)
    officer.says("told that it is off")
    assert not officer.has("button", "Move") and not officer.has("button", "Cancel")
    _picture(officer, "meeting-cancelled")


def _another_time(officer: Visitor, meeting: Meeting) -> str:
    """A time that is offered and is not the meeting's own."""
    start, end = london(meeting.start_time), london(meeting.end_time)
    offered = [" ".join(one.split()) for one in officer.page.locator(".govuk-radios__label").all_inner_texts()]
    return [one for one in offered if f"{long_date(start.date())}, {time_span(start, end)}" not in one][-1]


def _picture(officer: Visitor, name: str) -> None:
    if officer.mode in ("mouse", "narrow"):
        officer.picture(f"narrow-{name}" if officer.mode == "narrow" else name)


# Coming meetings


@pytest.mark.parametrize("mode", MODES)
def test_coming_meetings_stand_by_day(visitor: Visitors, backstage: Backstage, mode: Mode) -> None:
    given("a meeting that is coming, and one that was to come and is cancelled")
    path, gone = (backstage.book(backstage.case(kind="cic_review")) for _ in range(2))
    backstage.cancel(gone)
    officer = visitor("business-support-manager", mode)
    officer.open("/meetings")
    when("they look at one kind of meeting")
    officer.select("Kind of meeting", "Child in care review")
    officer.press("Show")
    officer.says("Only one kind is shown.")
    then("each stands on its day with when, where, who was told and who declined; the cancelled one says so")
    meeting, other = backstage.meeting(path), backstage.meeting(gone)
    day = long_date(london(meeting.start_time).date())
    assert officer.has("heading", day)
    (row,) = (one for one in _all_rows(officer) if meeting.reference in one)
    assert "declined" in row
    (row,) = (one for one in _all_rows(officer) if other.reference in one)
    assert row.startswith(other.reference) and row.count("Cancelled") == 1
    officer.picture("coming" if mode == "keyboard" else "narrow-coming")
    when("they follow it")
    officer.follow(meeting.reference)
    then("they are there")
    assert urlsplit(officer.path).path == path


def _all_rows(officer: Visitor) -> list[str]:
    return [" ".join(one.split()) for one in officer.page.locator("main tbody tr").all_inner_texts()]


# Answers


def test_an_answer_is_asked_for_until_it_is_chosen(visitor: Visitors, backstage: Backstage) -> None:
    path = backstage.book(backstage.case())
    by_hand = next((one for one in backstage.told(path) if one.route == ROUTE_BY_HAND), None)
    one = by_hand or backstage.invitations(path)[0]
    officer = visitor("business-support", "keyboard")
    officer.open(f"{path}/answers/{one.name.rpartition('/')[2]}")
    officer.picture("answer")
    when("they record nothing")
    officer.press("Record the answer")
    assert officer.faults == ["Choose what they said"]
    when("the person will not come")
    officer.choose("No, they are not coming")
    officer.press("Record the answer")
    officer.says("1 declined.")


def test_a_meeting_without_somebody_who_must_come_says_so(visitor: Visitors, backstage: Backstage) -> None:
    given("a meeting that its chair has declined")
    case = backstage.case()
    path = backstage.book(case)
    chair = next(one for one in backstage.told(path) if one.person == case.chair)
    wanted = note_pb.RecordAnswerRequest(invitation=chair.name, answer=ANSWER_DECLINED, request_id=str(uuid4()))
    backstage.ask(backstage.notifications.RecordAnswer, wanted)
    officer = visitor("business-support")
    officer.open(path)
    then("what is missing stands at the top")
    officer.says("Team manager declined, and the meeting should not be without them.")
    officer.picture("meeting-declined")


# Moving


def test_a_move_needs_a_reason_and_keeps_what_was_typed(visitor: Visitors, backstage: Backstage) -> None:
    case, rival = backstage.rivals()
    path = backstage.book(case)
    officer = visitor("business-support", "no-javascript")
    officer.open(f"{path}/move/check?time={_value(case.slots[2])}")
    when("they give no reason")
    officer.press("Move the meeting")
    assert officer.faults == ["Choose why the meeting is moved"]
    officer.choose("Something else")
    officer.press("Move the meeting")
    assert officer.faults == ["Say in your own words why"]
    officer.picture("move-check-reason")
    when("a colleague books the chair for that time before they go on")
    backstage.take(case.slots[2], rival, room=False)
    officer.write("In your own words", "The heating is broken.")
    officer.press("Move the meeting")
    then("it is said that the time is gone, what they typed is there, and the meeting stands where it stood")
    (fault,) = officer.faults
    assert fault.startswith("Somebody has just taken that time for the chair or the room. Choose another time.")
    assert "Or ask a team manager or a business support manager" in fault
    assert officer.page.get_by_label("In your own words").input_value() == "The heating is broken."
    assert backstage.meeting(path).start_time == case.slots[0].start_time


def test_what_a_colleague_changed_meanwhile_is_looked_at_before_moving(visitor: Visitors, backstage: Backstage) -> None:
    case = backstage.case()
    path = backstage.book(case)
    officer, canceller = visitor("business-support"), visitor("business-support-manager")
    officer.open(f"{path}/move/check?time={_value(case.slots[2])}")
    canceller.open(f"{path}/cancel")
    given("a colleague who moves the meeting first")
    backstage.move(path, case.slots[1])
    for somebody, reason, button in (
        (officer, "The chair cannot come", "Move the meeting"),
        (canceller, "A report is not ready", "Cancel the meeting"),
    ):
        when("another sends a change of the meeting as it stood")
        somebody.choose(reason)
        somebody.press(button)
        then("nothing is changed, it is said, and what they chose is still chosen")
        assert somebody.faults == [
            "Somebody changed this while you had it open. Look at it again, then send your change again."
        ]
        assert somebody.find("radio", reason).is_checked()
    assert backstage.meeting(path).start_time == case.slots[1].start_time
    when("they send it again")
    officer.press("Move the meeting")
    assert officer.done == "The meeting is moved"


def test_a_move_beyond_a_date_is_a_managers_to_accept(visitor: Visitors, backstage: Backstage) -> None:
    given("a meeting that keeps its date, to be moved to a day after it")
    case = backstage.case()
    path = backstage.book(case)
    start = london(case.slots[0].start_time) + timedelta(days=7 * 30)
    time = f"{int(start.timestamp())}.{case.slots[0].room.rpartition('/')[2]}"
    officer = visitor("business-support")
    officer.open(f"{path}/move/check?time={time}")
    then("it is said that a manager must accept it, and there is nothing to press but another time")
    officer.says("would miss our date: it would come after the last day for it, ")
    officer.says("This time is later than the date by which this meeting is due. A manager has to accept that")
    assert not officer.has("button", "Move the meeting")
    officer.picture("move-check-late")
    when("a manager moves it without saying why")
    manager = visitor("business-support-manager")
    manager.open(f"{path}/move/check?time={time}")
    manager.choose("The chair cannot come")
    manager.press("Move the meeting")
    assert manager.faults == ["Say why the date may be missed"]
    manager.write("Why may the date be missed?", REASON)
    manager.press("Move the meeting")
    then("it is moved, with the reason kept")
    manager.says("Missed: later than", REASON)


def test_a_meeting_is_not_moved_to_where_it_stands(visitor: Visitors, backstage: Backstage) -> None:
    case = backstage.case()
    path = backstage.book(case)
    officer = visitor("business-support")
    officer.open(f"{path}/move/check?time={_value(case.slots[0])}")
    officer.says("The meeting stands at this time already.")
    officer.open(f"{path}/move")
    assert officer.page.get_by_role("radio").count() == 5
    officer.picture("move")


# Cancelling


def test_a_review_is_called_off_and_moved_at_the_reviewing_services_word(
    visitor: Visitors, backstage: Backstage, site: Site
) -> None:
    case = backstage.case(kind="cic_review")
    path, today = backstage.book(case), site.clock.now().date()
    officer = visitor("business-support", "narrow")
    officer.open(f"{path}/move/check?time={_value(case.slots[1])}")
    officer.choose("The chair cannot come")
    when("they do not say who of the reviewing service agreed")
    officer.press("Move the meeting")
    then("it is asked, and nothing is moved")
    assert len(officer.faults) == 2 and "Enter the day on which they agreed" in officer.faults
    officer.picture("narrow-move-review")
    officer.page.get_by_label("Who of the reviewing service agreed?").select_option(index=1)
    officer.write_date("On which day did they agree?", today)
    officer.press("Move the meeting")
    assert officer.done == "The meeting is moved"
    officer.says("agreed to it for the reviewing service on")
    officer.press("Cancel")
    officer.choose("A report is not ready")
    officer.page.get_by_label("Who of the reviewing service agreed?").select_option(index=1)
    officer.write_date("On which day did they agree?", today)
    officer.press("Cancel the meeting")
    assert officer.done == "The meeting is cancelled"


def test_cancelling_needs_a_reason(visitor: Visitors, backstage: Backstage) -> None:
    path = backstage.book(backstage.case())
    officer = visitor("business-support", "keyboard")
    officer.open(f"{path}/cancel")
    officer.press("Cancel the meeting")
    assert officer.faults == ["Choose why the meeting is cancelled"]
    officer.choose("Something else")
    officer.press("Cancel the meeting")
    assert officer.faults == ["Say in your own words why"]
    officer.picture("cancel-reason")
    when("they think better of it")
    officer.press("Keep the meeting")
    then("it is still on")
    officer.says("Is it on? Booked")


def test_a_cancelled_meeting_can_be_changed_no_more(visitor: Visitors, backstage: Backstage) -> None:
    case = backstage.case()
    path = backstage.book(case)
    invitation = backstage.told(path)[0].name.rpartition("/")[2]
    backstage.cancel(path)
    officer = visitor("business-support")
    for page, says in (
        ("cancel", "This meeting is cancelled already."),
        ("move", "This meeting is not booked, so that it cannot be moved."),
        (f"move/check?time={_value(case.slots[1])}", "This meeting is not booked, so that it cannot be moved."),
        ("held", "This meeting is not booked any more, so that this cannot be recorded."),
    ):
        officer.open(f"{path}/{page}")
        officer.says(says)
        assert officer.has("link", "Go to the meeting")
    officer.open(f"{path}/answers/{invitation}", status=0)
    officer.says("This meeting is not booked any more, so that no answer is needed.")


# Held


def test_a_meeting_that_was_held_is_recorded(visitor: Visitors, backstage: Backstage, site: Site) -> None:
    given("a meeting that is soon")
    path = backstage.book(backstage.case())
    meeting = backstage.meeting(path)
    officer = visitor("business-support", "no-javascript")
    when("somebody would record it before it was")
    officer.open(f"{path}/held")
    officer.press("Record that it was held")
    then("it is said that it has not ended")
    assert officer.faults == ["That time has not come yet. Record the meeting once it has ended."]
    when("its end has come")
    site.clock.move_to(london(meeting.end_time) + timedelta(minutes=30))
    officer.open(path)
    officer.press("Record that it was held")
    then("the end as booked is filled in")
    assert officer.page.get_by_label("The time at which it ended").input_value() == clock_time(london(meeting.end_time))
    officer.picture("held")
    officer.write("The time at which it ended", "later")
    officer.press("Record that it was held")
    assert officer.faults == ["Enter a time such as 3:30pm or 15:30"]
    ended = london(meeting.end_time) + timedelta(minutes=10)
    officer.write("The time at which it ended", f"{ended:%H:%M}")
    officer.press("Record that it was held")
    then("it is recorded, and its minutes can be written")
    assert officer.done == "The meeting is recorded as held"
    officer.says("Is it on? Held", f"{long_date(ended.date())}, {clock_time(ended)}")
    assert officer.has("button", "Minutes") or officer.has("link", "Minutes of this meeting")
    assert london(backstage.meeting(path).end_time) == ended.astimezone(LONDON)
    officer.picture("meeting-held")


# Who may


def test_a_reviewing_officer_may_move_and_not_cancel(visitor: Visitors, backstage: Backstage, site: Site) -> None:
    given("a meeting of a child of the reviewing officer's")
    path = backstage.book(backstage.case(persona="reviewing-officer"))
    backstage.told(path)
    officer = visitor("reviewing-officer")
    officer.open(path)
    then("they see everything, and the buttons that are theirs")
    officer.says("Who is asked")
    assert not officer.has("link", "Record an answer")
    assert officer.page.get_by_role("button", name="Move this meeting").count() == 1
    assert not officer.page.get_by_role("button", name="Cancel this meeting").count()
    officer.picture("meeting-reviewing-officer")
    client = site.client("reviewing-officer")
    for page in ("cancel", "held", "release"):
        assert client.get(f"{path}/{page}").status_code == 404, page
        assert client.post(f"{path}/{page}", {"reason": "family", "etag": "1"}).status_code == 404, page
    assert backstage.meeting(path).revision == 1


def test_whoever_only_takes_part_sees_no_buttons(visitor: Visitors, backstage: Backstage, site: Site) -> None:
    given("a meeting of a child of the social worker's")
    path = backstage.book(backstage.case(kind="cic_review", persona="social-worker", restricted=None, pair=None))
    worker = visitor("social-worker")
    worker.open(path)
    then("they see whether it is on and who comes, and can change nothing")
    worker.says("Is it on? Booked", "Who is asked")
    assert not worker.page.locator("main .govuk-button").count()
    client = site.client("social-worker")
    for page in ("move", "cancel", "held", "release"):
        assert client.get(f"{path}/{page}").status_code == 404, page


def test_a_meeting_of_a_child_that_is_not_ones_own_is_not_there(backstage: Backstage, site: Site) -> None:
    path = backstage.book(backstage.case())
    for persona in ("team-manager", "social-worker"):
        assert site.client(persona).get(path).status_code == 404
    assert site.client("business-support", "second").get(path).status_code == 404
    for page in ("move", "cancel", "held", "release", f"answers/{uuid4()}", "move/check", "move/check?time=1"):
        assert site.client("business-support").get(f"/meetings/{uuid4()}/{page}").status_code == 404
    assert site.client("business-support").get(f"{path}/move/check?time=soon").status_code == 404
    assert site.client("business-support").get(f"{path}/answers/{uuid4()}").status_code == 404


def _value(slot: Slot) -> str:
    return f"{slot.start_time.seconds}.{slot.room.rpartition('/')[2]}"
