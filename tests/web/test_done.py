"""What was done is told once, where it was done, and not to whoever knows an address."""

from uuid import UUID

import msal

from servicekit.caller import Caller, CallerKind
from web.done import tell, told
from web.session import Session

PATH = "/meetings/m"
KIT = Caller(UUID(int=1), "demo", "oid-kit", CallerKind.USER, frozenset({"business-support"}))


def a_session() -> Session:
    """Of somebody who has just signed in."""
    return Session(KIT, "Kit Vale", msal.SerializableTokenCache(), {}, started=0.0, seen=0.0)


def test_what_was_done_is_told_on_the_next_page_and_on_no_other() -> None:
    session = a_session()
    answer = tell(session, PATH, "The meeting is moved")
    assert (answer.status, answer.location) == (303, PATH)
    assert told(session, PATH) == "The meeting is moved"
    assert told(session, PATH) == ""


def test_a_page_in_between_forgets_it() -> None:
    session = a_session()
    tell(session, PATH, "The meeting is moved")
    assert told(session, "/meetings") == "" and told(session, PATH) == ""


def test_an_address_may_say_which_part_of_the_page_is_meant() -> None:
    session = a_session()
    assert tell(session, PATH, "Moved", "?now=2#item-2").location == f"{PATH}?now=2#item-2"
    assert told(session, PATH) == "Moved"


def test_nothing_done_is_nothing_told() -> None:
    assert told(a_session(), PATH) == ""
