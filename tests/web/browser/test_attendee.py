"""A page without an account: an invitation by e-mail, two taps to answer, what somebody needs, the code, a new link."""

import re
from base64 import urlsafe_b64decode
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

import pytest
import requests
from permanence.notifications.v1 import notification_pb2 as note

from tests.web.browser.backstage import Backstage
from tests.web.browser.site import Site, until
from tests.web.browser.steps import given, then, when
from tests.web.browser.visitor import MODES, Mode, Visitor, Visitors

LINK = re.compile(r"https?://[^/\s]+(/invitation/[a-z0-9-]+\.[\w-]{48})")
CODE = re.compile(r"Your code is (\d{6})\.")
YES, NO = "Yes, I can come", "No, I cannot come"


class Invited(NamedTuple):
    """Somebody who was told with a link; `page`: the meeting's path."""

    page: str
    link: str
    invitation: note.Invitation


@pytest.mark.parametrize("mode", MODES)
def test_somebody_without_an_account_answers_says_what_they_need_and_reads_more(
    visitor: Visitors, backstage: Backstage, site: Site, mode: Mode
) -> None:
    given("somebody who was invited with a link of their own")
    invited = _invited(backstage, site)
    meeting = backstage.meeting(invited.page)
    person = visitor("", mode)
    when("they open it, as a mail scanner did before them, and press one button")
    visitor("", "no-javascript").open(invited.link)
    person.open(invited.link)
    person.says_not(meeting.reference, meeting.title)
    _picture(person, "invitation")
    person.press(YES)
    then("that is all: two taps")
    assert person.heading == "Thank you. We have your answer" and f"You said: {YES}." in person.words
    _picture(person, "invitation-thanks")
    when("they say what they need, first leaving something out")
    person.follow("Tell us what you need")
    person.tick("Somebody who speaks my language (an interpreter)")
    person.press("Send")
    assert person.faults == ["Write which language the interpreter should speak"]
    _picture(person, "invitation-needs")
    person.write("Which language do you speak?", "Polish")
    person.tick("Please ring me")
    person.press("Send")
    person.says("Thank you. We know what you need", "Polish")
    when("they want to read more")
    person.follow("Back")
    person.follow("See where it is and who else is asked")
    before = set(_codes(site))
    person.press("Send me a code")
    code = until("the code comes", lambda: next(iter(set(_codes(site)) - before), None))
    person.write("Your code", "000000" if code != "000000" else "111111")
    person.press("Go on")
    assert person.faults == ["That is not the code. Look at it again, and type all 6 numbers"]
    _picture(person, "invitation-code")
    person.write("Your code", code)
    person.press("Go on")
    then("they read what their own messages may say, and what they told")
    person.says(meeting.title, meeting.reference, YES, "(an interpreter): Polish")
    _picture(person, "invitation-more")
    person.follow("Change your answer")
    site.clock.move_on(minutes=1)
    person.press(NO)
    assert f"You said: {NO}." in person.words
    when("somebody else opens the same link")
    other = visitor("", mode)
    other.open(invited.link, status=404)
    assert other.heading == "This link does not work any more"
    other.says_not(YES, NO, "2026")
    _picture(other, "invitation-closed")
    site.clock.move_on(minutes=30)
    other.press("Send me a new link")
    other.says("If nothing comes, ring us.")
    then("the new one went to the person themselves and opens")
    fresh = until("the new link comes", lambda: _newer(site, invited.link))
    person.open(fresh)
    person.says("You told us on", NO)
    when("business support looks at the meeting")
    officer = visitor("business-support")
    officer.open(invited.page)
    officer.says("What people need", "An interpreter (Polish)", "To be rung", "Declined")
    key = invited.invitation.name.rpartition("/")[2]
    officer.open(f"{invited.page}/codes/{key}")
    officer.says("waits for no code just now")
    person.follow("See where it is and who else is asked")
    person.press("Send me a code")
    officer.follow("Look again")
    then("the code that the person waits for can be read out to them")
    spoken = re.findall(r"\b(\d{3} \d{3})\b", officer.words)
    officer.picture("spoken-code")
    person.write("Your code", spoken[0])
    person.press("Go on")
    person.says(meeting.reference)
    when("the meeting is called off")
    backstage.cancel(invited.page)
    then("every link says so, and no more")
    until("it is off", lambda: _heading(person, fresh) == "This meeting is off")
    person.says_not("2026", meeting.reference)
    _picture(person, "invitation-off")
    assert _heading(other, invited.link) == "This meeting is off"


def _heading(person: Visitor, path: str) -> str:
    person.open(path)
    return person.heading


def _picture(person: Visitor, name: str) -> None:
    person.picture(f"{person.mode}-{name}" if person.mode == "narrow" else name)


def _invited(backstage: Backstage, site: Site) -> Invited:
    """Books meetings until somebody outside the staff was told with a link: by an event of their own."""
    for _ in range(20):
        page = backstage.book(backstage.case())
        invitations = {one.name.rpartition("/")[2]: one for one in backstage.told(page)}
        links = _event_links(site, backstage.meeting(page).reference)
        if links:
            return Invited(page, links[0], invitations[str(_invitation_of(links[0]))])
    raise AssertionError("nobody was told with a link of their own")


def _invitation_of(link: str) -> UUID:
    """Whose it is stands first in its token, for those alone who keep the invitations."""
    return UUID(bytes=urlsafe_b64decode(link.rpartition(".")[2])[:16])


def _event_links(site: Site, reference: str) -> list[str]:
    """Those in the events that Exchange sends for a meeting, each to its one attendee."""
    query = {"tenant": site.tenant("demo")["tenant_id"]}
    url = f"{site.card['authority']}/_emulator/calendars"
    with requests.Session() as session:
        session.trust_env = False
        mailboxes = session.get(url, params=query, verify=site.card["ca"], timeout=30).json()["tenants"][0]["mailboxes"]
    events = [one for mailbox in mailboxes for one in mailbox["events"] if one["isOrganizer"]]
    return [link for one in events if reference in one["subject"] for link in LINK.findall(one["bodyText"])]


def _texts(site: Site) -> list[str]:
    """What the mail server took, the earliest first."""
    mails = sorted((site.root / "mail").glob("*/*.eml"), key=lambda one: one.stat().st_mtime_ns)
    return [_text(one) for one in mails]


def _text(mail: Path) -> str:
    body = message_from_bytes(mail.read_bytes(), policy=default).get_body(("plain",))
    return str(body.get_content()) if body else ""


def _links(site: Site) -> list[str]:
    return [found for text in _texts(site) for found in LINK.findall(text)]


def _codes(site: Site) -> list[str]:
    return [found for text in _texts(site) for found in CODE.findall(text)]


def _newer(site: Site, link: str) -> str | None:
    last = _links(site)[-1]
    return last if last != link else None
