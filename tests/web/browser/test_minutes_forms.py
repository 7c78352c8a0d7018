"""Minutes as forms: filled in from what is known, saved by one, signed by another, added to, taken away as a file."""

import re
from datetime import date

import pytest
from permanence.panels.v1 import panel_pb2 as wire

from tests.web.browser.panel import Panel, key
from tests.web.browser.steps import given, then, when
from tests.web.browser.visitor import MODES, Mode, Visitor, Visitors

NEEDED = (
    "Legal position now",
    "Assessments under way and what they will probably say",
    "Health",
    "Education and where the child needs to live",
    "What the child wishes and feels",
    "Views of parents and other adults who matter to the child",
    "Options that were weighed and what will probably come of them",
)


def _form(visitor: Visitor) -> str:
    link = visitor.page.get_by_role("link", name=re.compile(r"^(Initial|Review) permanence planning meeting$"))
    return str(link.inner_text())


@pytest.mark.parametrize("mode", MODES)
def test_a_form_is_filled_in_signed_and_taken_away(visitor: Visitors, panel: Panel, mode: Mode) -> None:
    meeting = panel.planning_meeting()
    (minutes,) = panel.minutes(meeting.name)
    path = f"/minutes/{key(minutes.name)}"
    given("the minutes of a planning meeting that was just held, and business support who writes them")
    officer = visitor("business-support", mode)
    officer.open(path)
    form = _form(officer)
    officer.says(f"{form}: nothing saved yet")
    officer.follow(form)
    then("what the system knows stands there already")
    officer.says("What is known already stands below.")
    child = panel.subject(minutes.subject)
    assert officer.page.get_by_label("Child's name", exact=True).input_value() == child.display_name
    assert officer.page.get_by_label("Number in the case system", exact=True).input_value() == child.reference
    when("they enter a day that is none")
    officer.write_date("Next child in care review", {"Day": "31", "Month": "2", "Year": "2027"})
    officer.press("Save the form")
    then("they are told at the field, and nothing is lost")
    assert officer.faults == ["Next child in care review must be a real date, such as 27 3 2026"]
    officer.picture("minutes-form")
    when("they begin to answer, save, and the team manager comes to sign too early")
    officer.write_date("Next child in care review", date(2027, 3, 1))
    officer.write("Health", "She sleeps well and sees the dentist in May.")
    officer.press("Save the form")
    assert officer.done == "The form is saved"
    manager = visitor("team-manager", mode)
    manager.open(f"{path}/sign")
    manager.says("She sleeps well and sees the dentist in May.", "1 March 2027")
    manager.press("Sign as chair")
    assert manager.faults == [
        "A form of these minutes is not finished: what it needs before a signature is marked in it. Fill that in first."
    ]
    when("the rest is written, in several goes")
    first = form.startswith("Initial")
    for label in (*NEEDED, *(["Summary of the child's story so far"] if first else [])):
        officer.write(label, f"{label} was talked through.")
    officer.write("What is to be done, row 1", "Ask the school")
    officer.write("Who does it, row 1", "Social worker")
    officer.write("By when, row 1", "1 April")
    if not first:
        officer.write("What was to be done, row 1", "Find a home")
    officer.press("Save the form")
    assert officer.done == "The form is saved"
    assert officer.page.get_by_label("What is to be done, row 3").count() == 1, "room for more"
    when("the team manager who chaired signs what stands there")
    manager.open(f"{path}/sign")
    manager.says("Health was talked through.", "Ask the school; Social worker; 1 April")
    manager.picture("minutes-form-sign")
    manager.press("Sign as chair")
    then("the form cannot be changed any more, and can be added to")
    assert manager.done.startswith("The minutes are signed.")
    manager.says("Not signed yet", "Health was talked through.")
    manager.follow("Add to these signed minutes")
    manager.press("Add it")
    assert manager.faults == ["Write what is added"]
    manager.write("What is added", "The school answered on the same day.")
    manager.press("Add it")
    assert manager.done == "It is added. It goes to the child's file now."
    manager.says("The school answered on the same day.")
    assert panel.minutes_named(minutes.name).state != wire.MINUTES_STATE_DRAFT
    when("the service manager comments and signs")
    above = visitor("service-manager", mode)
    above.open(path)
    above.follow("Comment and sign as service manager")
    above.write("Your comment", "I have read it.")
    above.press("Sign as service manager")
    then("it stands below the chair's signature, once")
    assert above.done == "You have signed as service manager"
    above.picture("minutes-form-signed")
    above.says("Signed ", "I have read it.")
    assert not above.has("link", "Comment and sign as service manager")
    when("whoever watches what leaves looks whether the case system has it")
    watcher = visitor("business-support-manager", mode)
    watcher.open("/integration")
    then("it is listed until the case system says so")
    watcher.says("Minutes that the case system has not acknowledged", "Signed minutes")


def test_a_pdf_and_a_word_file_are_kept_under_a_name_that_tells_nothing(visitor: Visitors, panel: Panel) -> None:
    (minutes,) = panel.minutes(panel.planning_meeting().name)
    officer = visitor("business-support", "keyboard")
    officer.open(f"/minutes/{key(minutes.name)}")
    for link, begins, ending in (("PDF for the family", b"%PDF", "pdf"), ("Word for the file", b"PK", "docx")):
        with officer.page.expect_download() as kept:
            officer.page.get_by_role("link", name=link).click()
        assert re.fullmatch(rf"minutes-[0-9a-f-]{{36}}-(file|family)\.{ending}", kept.value.suggested_filename)
        assert kept.value.path().read_bytes().startswith(begins)


def test_two_who_save_one_form_lose_nothing(visitor: Visitors, panel: Panel) -> None:
    (minutes,) = panel.minutes(panel.planning_meeting().name)
    given("two people who have the same form open")
    one, other = visitor("business-support", "keyboard"), visitor("team-manager", "phone")
    for who in (one, other):
        who.open(f"/minutes/{key(minutes.name)}")
        who.follow(_form(who))
    one.write("Health", "Well.")
    one.press("Save the form")
    when("the second saves something else")
    other.write("Health", "Not so well.")
    other.press("Save the form")
    then("they see what the first saved beside their own words, and decide")
    assert other.faults and other.faults[0].startswith("Somebody else saved this form meanwhile.")
    other.says("What somebody else saved meanwhile", "Well.")
    assert other.page.get_by_label("Health", exact=True).input_value() == "Not so well."
    other.write("Health", "Well, and tired.")
    other.press("Save the form")
    assert other.done == "The form is saved"
