"""Signing in and out, and what becomes of somebody's work when their session ends under their hands."""

import re
from collections.abc import Callable
from http import HTTPStatus

import pytest

from tests.web.browser.site import OwnSite, Site, until
from tests.web.browser.steps import given, then, when
from tests.web.browser.visitor import MODES, Mode, Visitor, Visitors

# Longer than a page takes on a busy machine.
SHORT_SECONDS = 6
OwnSites = Callable[..., OwnSite]


def _at_find(visitor: Visitors, site: Site, persona: str = "business-support", mode: Mode = "mouse") -> Visitor:
    """Newly signed in, on a page that is quickly made."""
    somebody = visitor("", mode, at=site)
    somebody.open("/find")
    somebody.sign_in(persona)
    return somebody


def _types_a_number(visitor: Visitors, site: Site, mode: Mode, number: str) -> Visitor:
    officer = _at_find(visitor, site, mode=mode)
    officer.write("Case number", number)
    return officer


@pytest.mark.parametrize("mode", MODES)
def test_somebody_signs_in_where_they_wanted_to_go_and_out_again(visitor: Visitors, mode: Mode) -> None:
    given("somebody with a link to a page, not signed in")
    person = visitor("", mode)
    person.open("/meetings")
    assert person.path.startswith("/sign-in?") and person.heading == "Sign in"
    if mode == "mouse":
        person.picture("sign-in")
    when("they sign in")
    person.sign_in("business-support-manager")
    then("they are where they wanted to go, under their own name")
    assert person.path == "/meetings"
    assert "Signed in as business-support-manager" in person.page.locator("footer").inner_text()
    when("they sign out")
    person.press("Sign out")
    then("they are out, and Back shows nothing of what was there")
    person.says("You are signed out.")
    person.back()
    assert person.path.startswith("/sign-in")


def test_signing_out_everywhere_ends_the_session_on_the_other_machine(visitor: Visitors, own_site: OwnSites) -> None:
    own = own_site().site
    given("one person signed in on two machines, and a colleague")
    here, there = (_at_find(visitor, own, "reviewing-officer") for _ in range(2))
    colleague = _at_find(visitor, own, "team-manager")
    when("they sign out everywhere")
    here.open("/accessibility")
    assert here.has("button", "Sign out everywhere"), "who is signed in stays so on a page that is for everybody"
    here.press("Sign out everywhere")
    then("the other machine's session has ended too, and nobody else's")
    there.open("/find")
    assert there.path.startswith("/sign-in")
    there.says("You were signed out, because nothing was done for a while or your session had ended.")
    colleague.open("/find")
    assert colleague.path == "/find"


def test_what_is_sent_too_late_is_kept_for_its_sender_alone(visitor: Visitors, site: Site, own_site: OwnSites) -> None:
    given("people in the midst of a form, and one who left their machine to another")
    own = own_site().site
    number = str(re.findall(r">([A-Z]{2}-[0-9]{4})<", site.client("business-support").get("/to-arrange").text)[0])
    officers = [_types_a_number(visitor, own, mode, number) for mode in ("keyboard", "no-javascript")]
    left = _types_a_number(visitor, own, "mouse", "NM-4711")
    when("their sessions end before the form is sent")
    own.client("business-support").post("/sign-out", {"everywhere": "1"})
    for officer in officers:
        _sends_it_after_all(officer, number)
    _finds_nothing(left)


def test_what_is_sent_after_a_session_has_run_out_is_kept(visitor: Visitors, own_site: OwnSites) -> None:
    short = own_site(longest_seconds=SHORT_SECONDS).site
    officer = _types_a_number(visitor, short, "mouse", "NM-0412")
    when("the session runs out while the form is open")
    until("the session has run out", lambda: _is_signed_out(officer, short))
    officer.press("Find")
    then("it is said that it was not done, and is kept")
    officer.says("It was not done. It is kept for you, and shown after you have signed in.")
    officer.sign_in("business-support")
    officer.says("NM-0412")
    officer.picture("kept-form")


def _is_signed_out(officer: Visitor, site: Site) -> bool:
    """Asked beside the page, with its cookies: the form stays as it is."""
    answer = officer.page.context.request.get(f"{site.url}/find", max_redirects=0)
    return answer.status == HTTPStatus.SEE_OTHER


def _sends_it_after_all(officer: Visitor, number: str) -> None:
    officer.press("Find")
    then("it is said that it was not done, and is kept")
    officer.says("It was not done. It is kept for you, and shown after you have signed in.")
    officer.sign_in("business-support")
    then("what was typed is shown, and nothing that nobody typed")
    assert officer.heading == "Send what you were sending"
    assert officer.page.locator(".govuk-summary-list").inner_text().split() == ["Number", number]
    when("it is sent")
    officer.press("Send it now")
    then("it is done")
    assert officer.status == 200 and number in officer.words
    when("they look for it again")
    officer.open("/kept")
    then("it is not there to be sent twice")
    assert officer.path == "/to-arrange"


def _finds_nothing(colleague: Visitor) -> None:
    when("a colleague presses the button, and signs in as themselves")
    colleague.press("Find")
    colleague.sign_in("team-manager")
    then("they get their own first page, and nothing of what was typed")
    assert colleague.path == "/to-arrange"
    assert "NM-4711" not in colleague.page.content()
    colleague.open("/kept")
    assert colleague.path == "/to-arrange"


def test_a_session_ends_by_age_however_busy(visitor: Visitors, own_site: OwnSites) -> None:
    own = own_site(longest_seconds=SHORT_SECONDS).site
    officer = _types_a_number(visitor, own, "mouse", "NM-0412")

    def signed_out() -> bool:
        officer.open("/find")
        return officer.path.startswith("/sign-in")

    until("the session has ended although it was used", signed_out)


def test_after_a_restart_what_was_sent_is_said_to_be_lost(visitor: Visitors, own_site: OwnSites) -> None:
    own = own_site()
    officer = _types_a_number(visitor, own.site, "mouse", "NM-0412")
    when("the site is started again, and has forgotten all sessions")
    own.restart()
    officer.press("Find")
    then("nothing is promised")
    officer.says("It was not done, and could not be kept.")
    officer.sign_in("business-support")
    assert officer.path == "/to-arrange"


def test_a_made_up_session_is_none(visitor: Visitors, site: Site) -> None:
    person = visitor("")
    person.page.context.add_cookies([{"name": "session", "value": "x" * 43, "url": site.url}])
    person.open("/to-arrange")
    assert person.path.startswith("/sign-in?")


def test_a_sign_in_that_was_not_begun_here_is_refused(visitor: Visitors) -> None:
    given("an address that looks like the answer of Entra ID to somebody else's sign-in")
    person = visitor("")
    person.open("/signed-in?code=abc&state=def", status=403)
    assert person.heading == "You are not signed in"
    when("a sign-in was begun here, and the answer is another's")
    person.open("/sign-in/demo")
    person.open("/signed-in?code=abc&state=def", status=403)
    then("it is refused as well, and nobody is signed in")
    assert person.heading == "You are not signed in"
    person.open("/find")
    assert person.path.startswith("/sign-in?")


ELSEWHERE = (
    "https://evil.example/",
    "//evil.example/",
    "/\\evil.example/",
    "/\t/evil.example/",
    "\\\\evil.example",
    "/x\\..\\\\evil.example",
    "javascript:alert(1)",
    "",
)


@pytest.mark.parametrize("going", ELSEWHERE)
def test_nobody_is_led_elsewhere_after_signing_in(site: Site, going: str) -> None:
    client = site.client()
    assert client.sign_in("business-support", going=going).headers["Location"] == "/"


def test_somebody_is_led_where_they_were_going_after_signing_in(site: Site) -> None:
    client = site.client()
    assert client.sign_in("business-support", going="/meetings?page=x").headers["Location"] == "/meetings?page=x"
