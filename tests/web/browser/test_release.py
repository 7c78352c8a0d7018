"""What each person will receive, read before it goes, and let go by somebody else than whoever set the time."""

import csv
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from permanence.notifications.v1.notification_pb2 import ROUTE_OWN_EVENT, Preview
from permanence.scheduler.v1 import scheduler_service_pb2 as pb
from permanence.scheduler.v1.meeting_pb2 import MEETING_STATE_BOOKED, Meeting

from tests.web.browser.backstage import Backstage
from tests.web.browser.children import COUNCIL
from tests.web.browser.site import OwnSite, Site
from tests.web.browser.stand_in import stand_in
from tests.web.browser.steps import given, then, when
from tests.web.browser.visitor import MODES, Mode, Visitor, Visitors

OwnSites = Callable[..., OwnSite]
READ = "I have read what each person will receive"
CHANGED = "What would be sent is not what you read any more"


def _restricted(backstage: Backstage, by: str = "business-support", persona: str = "business-support") -> str:
    """The path of a meeting of a restricted case, its invitations written and waiting."""
    case = backstage.case(kind="", restricted=True, pair=None, persona=persona)
    path = backstage.book(case, by)
    assert backstage.written(path).release_needed
    return path


@pytest.mark.parametrize("mode", MODES)
def test_a_second_person_reads_and_releases(visitor: Visitors, backstage: Backstage, mode: Mode) -> None:
    given("a meeting of a restricted case, whose invitations wait for a second person")
    path = _restricted(backstage)
    previews = backstage.written(path).previews
    manager = visitor("business-support-manager", mode)
    manager.open(path)
    manager.says("Waits for release", "Invitations wait for release by a person.")
    when("a manager looks at what each will receive")
    manager.press("Look at what each will receive and release")
    then("one card a person shows it as it will stand, and what to look at twice is marked")
    manager.says(
        "Why this has stopped",
        "The case is restricted.",
        "You are the second person",
        "Marked like this means: look twice.",
    )
    assert _cards(manager) == len(previews)
    marks = manager.page.locator(".side-by-side mark").all_inner_texts()
    assert set(marks) >= {word for one in previews for word in one.risk_words}
    manager.picture("release")
    when("they release without saying that they have read it")
    manager.press("Release the invitations")
    assert manager.faults == ["Say that you have read what each person will receive"]
    when("they say so")
    manager.tick(READ)
    manager.press("Release the invitations")
    then("the invitations go")
    assert manager.done.startswith("The invitations are released.")
    backstage.told(path)
    manager.open(f"{path}/release")
    manager.says("Nothing waits for release.")
    assert not manager.has("button", "Release the invitations")


def _cards(visitor: Visitor) -> int:
    return visitor.page.locator(".side-by-side > section").count()


def test_who_set_the_time_is_told_that_somebody_else_must_release(
    visitor: Visitors, backstage: Backstage, site: Site
) -> None:
    given("a meeting of a restricted case that the business support manager booked")
    path = _restricted(backstage, "business-support-manager", "team-manager")
    token = backstage.written(path).release_token
    booker = visitor("business-support-manager")
    booker.open(path)
    assert not booker.has("button", "and release")
    when("they look at what would go")
    booker.press("Look at what each will receive")
    then("they are told plainly that it is not theirs to release, and there is no button")
    booker.says("A second person must release this, and you set its time.")
    assert not booker.has("button", "Release the invitations")
    booker.picture("release-second-person")
    when("they send the form all the same")
    answer = site.client("business-support-manager").post(f"{path}/release", {"token": token, "read": "yes"})
    then("it is refused in the same words")
    assert answer.status_code == 422
    assert "You booked this meeting, and a second person must release it." in answer.text
    assert backstage.written(path).release_needed
    when("business support looks, whose role releases nothing of a restricted case")
    support = visitor("business-support")
    support.open(f"{path}/release")
    support.says("A manager or the chair must release this, as a second person.")
    assert not support.has("button", "Release the invitations")
    assert site.client("business-support").post(f"{path}/release", {"token": token, "read": "yes"}).status_code == 404
    when("the team manager reads and releases")
    manager = visitor("team-manager", "keyboard")
    manager.open(f"{path}/release")
    manager.tick(READ)
    manager.press("Release the invitations")
    then("it is released")
    assert manager.done.startswith("The invitations are released.")


def test_what_has_changed_since_it_was_read_is_read_again(visitor: Visitors, backstage: Backstage) -> None:
    given("a manager before the last press, and a colleague who moves the meeting")
    path = _restricted(backstage)
    read = backstage.written(path)
    manager = visitor("business-support-manager", "no-javascript")
    manager.open(f"{path}/release")
    manager.tick(READ)
    meeting = backstage.meeting(path)
    backstage.move(path, backstage.another_time(meeting))
    backstage.written(path, since=read)
    when("they release what they read")
    manager.press("Release the invitations")
    then("nothing goes, it is said, and what would go now must be read anew")
    assert manager.faults[0].startswith(CHANGED)
    assert not manager.find("checkbox", READ).is_checked()
    assert backstage.written(path).release_needed
    manager.picture("release-changed")
    manager.tick(READ)
    manager.press("Release the invitations")
    assert manager.done.startswith("The invitations are released.")


def test_nothing_that_one_person_receives_holds_another_persons_name(
    visitor: Visitors, backstage: Backstage, site: Site
) -> None:
    given("meetings at which people are kept apart, and every name of the made council")
    names = _names(site)
    assert len(names) > 1000
    for path in (
        backstage.book(backstage.case(kind="cic_review", pair=True)),
        _restricted(backstage),
    ):
        previews = backstage.written(path).previews
        officer = visitor("business-support-manager")
        officer.open(f"{path}/release")
        when("what each will receive is read")
        cards = officer.page.locator(".side-by-side > section")
        for number, one in enumerate(_in_order(officer, iter(previews))):
            shown = cards.nth(number).locator(".govuk-summary-list, .as-sent").all_inner_texts()
            found = {word for text in shown for word in re.findall(r"[A-Za-z]+", text)} & names
            then("no name stands in it but, at most, their own")
            assert found <= set(one.recipient_name.split()), one.recipient_name


def _names(site: Site) -> set[str]:
    """Forenames and surnames of everybody in the council's own data."""
    found: set[str] = set()
    folder: Path = site.root / "extracts" / "demo"
    for name, columns in (
        ("contacts.csv", ("forename", "surname")),
        ("ssd_person.csv", ("pers_forename", "pers_surname")),
        ("ssd_professionals.csv", ("prof_professional_name",)),
    ):
        with (folder / name).open(encoding="utf-8", newline="") as file:
            found |= {word for row in csv.DictReader(file) for column in columns for word in row[column].split()}
    return found


def _in_order(visitor: Visitor, previews: Iterator[Preview]) -> list[Preview]:
    """As their cards stand on the page."""
    by_name = {one.recipient_name: one for one in previews}
    headings = visitor.page.locator(".side-by-side h2").all_inner_texts()
    return [next(one for name, one in by_name.items() if name in heading) for heading in headings]


DOUBT = "Nobody has checked this contact: make sure that it is right before anything goes there."


@pytest.mark.parametrize("mode", MODES)
def test_what_has_stopped_stands_on_top_and_leads_to_the_message(
    visitor: Visitors, backstage: Backstage, own_site: OwnSites, site: Site, mode: Mode
) -> None:
    given("a meeting at which one address was never checked")
    path = backstage.book(backstage.case())
    backstage.told(path)
    previews = backstage.written(path)
    outsider = next(one for one in previews.previews if one.subject_line and one.route == ROUTE_OWN_EVENT)
    outsider.stop = DOUBT
    outsider.warnings.append(DOUBT)
    previews.release_needed = True
    with stand_in(site.channel("notifications"), PreviewInvitations=previews) as address:
        officer = visitor("business-support", mode, at=own_site(PERMANENCE_NOTIFICATIONS_ADDRESS=address).site)
        officer.open(f"{path}/release")
        then("the reason comes first, with the way to the message, and whoever booked it may confirm it")
        officer.says("Why this has stopped", DOUBT, "Whoever booked the meeting may confirm this.")
        officer.follow(outsider.recipient_name)
        officer.says(f"Stopped. {DOUBT}")
        assert officer.has("button", "Release the invitations")
        officer.picture("release-stopped")


def test_what_waits_for_nobody_can_still_be_read(visitor: Visitors, backstage: Backstage) -> None:
    given("a meeting of a case that is not restricted")
    path = backstage.book(backstage.case())
    backstage.told(path)
    officer = visitor("business-support")
    officer.open(path)
    officer.press("Look at the messages")
    officer.says("Nothing waits for release. Below stands what each person receives of the meeting as it is.")
    assert not officer.has("button", "Release the invitations")
    when("the meeting is cancelled")
    backstage.cancel(path)
    officer.open(f"{path}/release")
    then("there is nothing to release, and it is said why")
    officer.says("This meeting is cancelled. Nothing waits for release")
    officer.picture("release-cancelled")


def test_invitations_that_are_not_written_yet_are_waited_for(
    visitor: Visitors, backstage: Backstage, own_site: OwnSites, site: Site
) -> None:
    given("a meeting that was booked a moment ago")
    key = str(uuid4())
    new = Meeting(name=f"{COUNCIL}/meetings/{key}", title="Permanence planning meeting", state=MEETING_STATE_BOOKED)
    with stand_in(site.channel("scheduler"), GetMeeting=pb.GetMeetingResponse(meeting=new)) as address:
        officer = visitor("business-support", at=own_site(PERMANENCE_SCHEDULER_ADDRESS=address).site)
        officer.open(f"/meetings/{key}/release")
        then("the page says so, and never that nobody is told")
        officer.says("The invitations are being written.")
        officer.follow("Look again")


def test_the_check_sheet_on_paper_has_lines_for_two_signatures(visitor: Visitors, backstage: Backstage) -> None:
    path = _restricted(backstage)
    manager = visitor("business-support-manager")
    manager.open(f"{path}/release")
    assert not manager.page.get_by_text("Checked by a second person").is_visible()
    when("the page is printed")
    manager.page.emulate_media(media="print")
    then("it is a sheet with who prepared it, and a line for a second person")
    assert manager.page.get_by_text("Checked by a second person").is_visible()
    booker = backstage.name_of(backstage.meeting(path).booked_by)
    assert booker in manager.page.locator(".print-only").inner_text()
    assert not manager.page.get_by_role("button", name="Release the invitations").is_visible()
    manager.picture("release-sheet")
