"""Minutes: written by one, signed by who chairs, for each child apart; a copy for the file and one for the family."""

import re

import pytest
from permanence.panels.v1 import panel_pb2 as wire

from tests.web.browser.panel import Panel, key
from tests.web.browser.site import Site
from tests.web.browser.steps import given, then, when
from tests.web.browser.visitor import MODES, WIDTHS, Mode, Visitor, Visitors

TEXT = "The plan was gone through with everybody who came.\nBoth ways to a permanent home are followed at once."
STAFF_ONLY = "Staff only: the address of the placement is not to be told."
OF_MEETING = "Whose minutes there are"
IN_TIME = "in time"


def _path(minutes: wire.Minutes) -> str:
    return f"/minutes/{key(minutes.name)}"


def _text(visitor: Visitor) -> str:
    return visitor.page.get_by_label("Minutes", exact=True).input_value()


@pytest.mark.parametrize("mode", MODES)
def test_minutes_are_written_by_one_and_signed_by_who_chairs(visitor: Visitors, panel: Panel, mode: Mode) -> None:
    minutes, place = panel.unwritten()
    given("business support, and the minutes of a sitting that nobody has begun")
    officer = visitor("business-support", mode)
    officer.open(f"/meetings/{key(minutes.meeting)}/minutes")
    officer.follow(place.reference)
    officer.says("Not written yet", "Nobody yet")
    then("both clocks stand there in words")
    assert re.search(
        r"(\d+ (hours?|days?|minutes?) left|Late by \d+ (hours?|days?|minutes?)) (by|was due) \w+day ", officer.words
    )
    officer.picture("minutes-write")
    when("they save nothing, then a text")
    officer.press("Save the draft")
    assert officer.faults == ["Write the minutes before you save them"]
    officer.write("Minutes", f"{TEXT}\n{STAFF_ONLY}")
    officer.press("Save the draft")
    then("it is saved, and they who do not chair cannot sign it")
    assert officer.done == "The draft is saved" and not officer.has("button", "Sign these minutes")
    officer.says("Draft, not signed")
    assert panel.minutes_named(minutes.name).text == f"{TEXT}\n{STAFF_ONLY}"
    when("they open it again, by an address that claims something else")
    officer.open(f"{_path(minutes)}?done=signed")
    then("nothing is told that was not done just now")
    assert officer.done == ""
    when("the chair of the panel reads it and signs")
    chair = visitor("panel-chair", mode)
    chair.open(_path(minutes))
    chair.press("Sign these minutes")
    chair.says("You sign as chair of the panel: it cannot be changed afterwards.", STAFF_ONLY)
    chair.picture("minutes-sign")
    chair.press("Sign as chair")
    then("the page says so, by whom, and how the clock stood; nobody can change it any more")
    assert chair.done == "The minutes are signed. They go to the child's file now; this page says when they are there."
    chair.says(", who chaired", "Signed minutes are never changed.", TEXT.splitlines()[0], "Signed ")
    assert not chair.page.get_by_role("main").get_by_role("button").count()
    chair.picture("minutes-signed")


def test_a_team_manager_signs_a_planning_meeting(visitor: Visitors, panel: Panel) -> None:
    meeting = panel.planning_meeting()
    (minutes,) = panel.minutes(meeting.name)
    given("the minutes of a permanence planning meeting, written by business support")
    panel.drafted(panel.minutes_named(minutes.name), TEXT)
    chair, manager = visitor("panel-chair"), visitor("team-manager", "keyboard")
    when("the chair of the panel comes to sign")
    chair.open(f"{_path(minutes)}/sign")
    then("they are told who signs such minutes")
    chair.says("the team manager for a permanence planning meeting, the chair of the panel for a sitting.")
    assert not chair.has("button", "Sign as chair")
    when("the team manager who chairs comes by the list")
    manager.open("/minutes?state=draft")
    manager.follow(panel.subject(minutes.subject).reference, row=meeting.reference)
    manager.press("Sign these minutes")
    manager.press("Sign as chair")
    then("they are signed, in time")
    assert manager.done.startswith("The minutes are signed.")
    manager.says(", who chaired")
    assert panel.minutes_named(minutes.name).state != wire.MINUTES_STATE_DRAFT


def test_a_copy_for_the_family_holds_nothing_that_is_for_staff(visitor: Visitors, panel: Panel) -> None:
    minutes, _ = panel.unwritten()
    panel.drafted(minutes, f"{TEXT}\n{STAFF_ONLY}")
    officer = visitor("business-support", "narrow")
    officer.open(_path(minutes))
    when("they open the copy for the family")
    officer.press("Copy for the family")
    then("it is a page of its own that runs nothing, without what is for staff")
    family = officer.page.locator("body").inner_text()
    assert TEXT.splitlines()[0] in family and "Staff only" not in family and "address" not in family
    officer.picture("narrow-minutes-family-copy")
    officer.back()
    when("they open the copy for the file")
    officer.press("Copy for the file")
    then("it holds everything")
    assert STAFF_ONLY.removeprefix("Staff only: ") in officer.page.locator("body").inner_text()


def test_another_childs_name_is_refused_and_the_text_stays(visitor: Visitors, panel: Panel) -> None:
    minutes, place = panel.unwritten(subjects=2)
    other = panel.subject(next(one for one in place.item.subjects if one != minutes.subject))
    given("the minutes of one of two who are brothers and sisters")
    officer = visitor("business-support", "keyboard")
    officer.open(_path(minutes))
    when("they write the other's name into it")
    typed = f"Everybody was heard.\n\n  It was asked how {other.display_name} is."
    officer.write("Minutes", typed)
    officer.press("Save the draft")
    then("it is not saved, and the text is still there")
    assert officer.faults == ["The text names a child whose record this is not. Take that name out."]
    assert _text(officer) == typed and not panel.minutes_named(minutes.name).etag
    officer.picture("minutes-foreign-name")
    when("they take it out")
    officer.write("Minutes", "It was asked how everybody is.")
    officer.press("Save the draft")
    assert officer.done == "The draft is saved"


def test_of_two_who_write_the_second_is_told_and_keeps_the_text(visitor: Visitors, panel: Panel) -> None:
    minutes, _ = panel.unwritten()
    given("two people who have the same minutes open")
    first, second = visitor("business-support"), visitor("business-support-manager", "no-javascript")
    first.open(_path(minutes))
    second.open(_path(minutes))
    when("both save")
    first.write("Minutes", "The first wrote this.")
    first.press("Save the draft")
    second.write("Minutes", "The second wrote that.")
    second.press("Save the draft")
    then("the second is told, keeps what they typed, and sees what stands there now")
    (fault,) = second.faults
    assert fault.startswith("These minutes were saved meanwhile from another page. Your text is kept here")
    assert _text(second) == "The second wrote that."
    second.says("What stands there now", "The first wrote this.")
    assert panel.minutes_named(minutes.name).text == "The first wrote this."
    second.picture("minutes-changed-meanwhile")
    when("they put both together and save")
    second.write("Minutes", "The first wrote this.\nThe second wrote that.")
    second.press("Save the draft")
    assert second.done == "The draft is saved"
    assert panel.minutes_named(minutes.name).text == "The first wrote this.\nThe second wrote that."


def test_what_is_signed_is_what_was_read(visitor: Visitors, panel: Panel) -> None:
    minutes, _ = panel.unwritten()
    drafted = panel.drafted(minutes, "As it was read first.")
    given("the chair, who reads minutes to sign them, and business support who writes on")
    chair, officer = visitor("panel-chair", "narrow"), visitor("business-support")
    chair.open(f"{_path(minutes)}/sign")
    officer.open(_path(minutes))
    panel.drafted(drafted, "As it was written then.")
    when("the chair signs what is no longer there")
    chair.press("Sign as chair")
    then("nothing is signed, and the page shows what stands there now")
    assert len(chair.faults) == 1
    chair.says("As it was written then.")
    assert panel.minutes_named(minutes.name).state == wire.MINUTES_STATE_DRAFT
    chair.picture("narrow-minutes-sign-changed")
    when("they sign that")
    chair.press("Sign as chair")
    assert chair.done.startswith("The minutes are signed.")
    when("business support save what they typed meanwhile")
    officer.write("Minutes", "Something else.")
    officer.press("Save the draft")
    then("they are told that the minutes are signed, and can copy their text")
    assert officer.faults == ["These minutes are signed. They cannot be changed any more."]
    officer.says("What you typed is kept below for you to copy; it is not part of them.")
    assert _text(officer) == "Something else."
    assert panel.minutes_named(minutes.name).text == "As it was written then."
    when("somebody opens the page to sign them once more")
    chair.open(f"{_path(minutes)}/sign")
    chair.says("These minutes are signed already. They cannot be changed any more.")


def test_minutes_come_into_the_file_and_the_page_says_so(visitor: Visitors, panel: Panel) -> None:
    filed = next(one for one in panel.minutes() if one.state == wire.MINUTES_STATE_FILED)
    officer = visitor("business-support", "keyboard")
    officer.open("/minutes")
    officer.select("State", "In the file")
    officer.press("Show")
    officer.says("Only one state is shown.")
    officer.follow(panel.subject(filed.subject).reference, row=f"{panel.meeting(filed.meeting).reference},")
    officer.says("In the file", "Filed ", IN_TIME)
    officer.picture("minutes-in-the-file")


@pytest.mark.parametrize("mode", WIDTHS)
def test_the_clock_that_runs_out_first_stands_at_the_top(visitor: Visitors, panel: Panel, mode: Mode) -> None:
    panel.unwritten()
    officer = visitor("business-support", mode)
    officer.open("/minutes")
    caption = "Those whose clock runs out first at the top"
    rows = officer.rows(caption)
    assert rows and len(rows) <= 25
    officer.picture("minutes")
    if len(panel.minutes()) > 25:
        officer.follow("Next")
        assert not set(officer.rows(caption)) & set(rows)
        officer.follow("First page")
        assert officer.rows(caption) == rows


def test_a_clock_that_ran_out_is_said_to_be_late(visitor: Visitors, panel: Panel, site: Site) -> None:
    minutes, _ = panel.unwritten()
    site.clock.move_to(minutes.file_due_time.ToDatetime(tzinfo=site.clock.now().tzinfo))
    site.clock.move_on(hours=1)
    panel.drafted(minutes, TEXT)
    chair = visitor("panel-chair")
    chair.open(_path(minutes))
    then("how late is said in words, and the minutes can still be signed")
    assert len(re.findall(r"Late by \d+ \w+ was due \w+day ", chair.words)) == 2
    assert not chair.page.locator(".govuk-tag", has_text="Late").count(), "the words say it"
    chair.press("Sign these minutes")
    chair.press("Sign as chair")
    assert re.search(r"Signed \w+day .*, late by \d+", chair.words)


def test_only_those_who_may_read_write_and_sign(visitor: Visitors, panel: Panel, site: Site) -> None:
    minutes, place = panel.unwritten()
    drafted = panel.drafted(minutes, TEXT)
    worker = visitor("social-worker")
    given("a social worker of another child")
    worker.open(_path(minutes), status=404)
    worker.open(f"/meetings/{key(minutes.meeting)}/minutes")
    worker.says_not(place.reference)
    when("business support send a signature all the same")
    answer = site.client("business-support").post(f"{_path(minutes)}/sign", {"etag": drafted.etag})
    then("nothing is signed, and the page says who signs")
    assert answer.status_code == 422
    assert "Only who chairs this kind of meeting signs its minutes. Nothing was signed." in answer.text
    assert panel.minutes_named(minutes.name).state == wire.MINUTES_STATE_DRAFT
    given("a reviewing officer, who reads minutes of their children and writes none")
    reviewer = visitor("reviewing-officer", "narrow")
    reviewer.open("/minutes")
    reviewer.page.locator("main tbody th a").first.click()
    reviewer.look()
    assert not reviewer.has("button", "Save the draft") and not reviewer.has("button", "Sign these minutes")


def test_minutes_wait_until_the_meeting_was_held(visitor: Visitors, panel: Panel) -> None:
    planned = panel.planned()
    officer = visitor("business-support", "narrow")
    officer.open(f"/meetings/{key(planned.meeting)}/minutes")
    officer.says("Minutes can be written once the meeting is recorded as held.")
    officer.follow("Go to the meeting")


def test_a_council_without_minutes_is_told_so(visitor: Visitors) -> None:
    officer = visitor("business-support", council="second")
    officer.open("/minutes")
    officer.says("There are no minutes that you may read. They begin when a meeting is recorded as held.")
    officer.open("/minutes?state=signed")
    officer.says("There are no minutes in this state that you may read.")
