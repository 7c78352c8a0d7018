"""My diary on screen and on paper, and my meetings in my own calendar program."""

import icalendar
import pytest

from tests.web.browser.backstage import Backstage
from tests.web.browser.site import Site
from tests.web.browser.steps import given, then, when
from tests.web.browser.visitor import MODES, Mode, Visitors
from web.words import london


@pytest.mark.parametrize("mode", MODES)
def test_my_days_and_my_private_address(visitor: Visitors, backstage: Backstage, site: Site, mode: Mode) -> None:
    given("a team manager whose planning meeting is booked")
    meeting = backstage.meeting(backstage.book(backstage.case(kind="ppm")))
    chair = next(one.person for one in meeting.attendees if one.chair)
    day = london(meeting.start_time).date()
    helper = visitor("business-support", mode)
    helper.open(f"/diary?person={chair.rpartition('/')[2]}&on={day}")
    then("its chair's diary has it, with the gaps between, for those who arrange")
    assert helper.heading.startswith("Diary of ")
    helper.says(meeting.reference, "Works 9am to 5pm", "Free", "Chairs")
    helper.follow("Show one day")
    helper.follow("The day after")
    helper.follow("Show the week")
    when("a reviewing officer opens their own")
    officer = visitor("reviewing-officer", mode)
    officer.open("/diary")
    assert officer.heading.startswith("My diary")
    officer.picture("diary")
    if mode in ("mouse", "keyboard"):
        officer.page.emulate_media(media="print")
        assert not officer.page.get_by_role("link", name="The week after").is_visible()
        officer.picture("diary-on-paper")
        officer.page.emulate_media(media="screen")
    when("they make a private address")
    officer.follow("Read my meetings in my own calendar program")
    officer.press("Make a private address")
    then("it is shown once, and whoever has it reads when their meetings are")
    address = officer.page.locator("#address").inner_text().strip()
    officer.picture("diary-address")
    path = "/diary/feed/" + address.rpartition("/")[2]
    answer = site.client().get(path)
    assert answer.status_code == 200 and answer.headers["Cache-Control"] == "private"
    assert icalendar.Calendar.from_ical(answer.text)["X-WR-CALNAME"] == "Permanence meetings"
    officer.open("/diary/feeds")
    assert officer.page.locator("#address").count() == 0
    when("they end it")
    while officer.page.get_by_role("button", name="End it").count():
        name = " ".join(officer.page.get_by_role("button", name="End it").first.inner_text().split())
        officer.press(name)
    then("it opens nothing any more")
    officer.says("No address is in use.")
    assert site.client().get(path).status_code == 404
