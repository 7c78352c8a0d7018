"""What each person will receive: every sign as it will stand, marked where to look twice, and who may let it go."""

import re
from datetime import UTC, datetime
from html import unescape
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from permanence.notifications.v1 import notification_pb2 as note
from permanence.notifications.v1.notifications_service_pb2 import PreviewInvitationsResponse
from permanence.scheduler.v1.meeting_pb2 import Attendee, Meeting

from servicekit.caller import Caller, CallerKind
from web.journeys.release.marking import marked
from web.journeys.release.presenters import Leave, cards_of, for_all, kinds_of, leave_of, stops_of, waiting_of
from web.words import timestamp

START = datetime(2026, 6, 30, 9, tzinfo=UTC)


def a_preview(person: str, **changes: object) -> note.Preview:
    """An invitation by e-mail."""
    given_: dict[str, object] = {
        "person": person,
        "recipient_name": person.title(),
        "address": f"{person}@example.org",
        "route": note.ROUTE_EMAIL,
        "subject_line": "Child in care review · M-000009",
        "body_text": "You are asked to come.",
        "location": "Room 2",
        "start_time": timestamp(START),
        "end_time": timestamp(START),
        "kind": note.MESSAGE_KIND_INVITE,
    }
    return note.Preview(**{**given_, **changes})  # type: ignore[arg-type]


def a_caller(*roles: str, principal: str = "somebody") -> Caller:
    """One of the council's staff."""
    return Caller(UUID(int=1), "demo", principal, CallerKind.USER, frozenset(roles))


MEETING = Meeting(
    booked_by="officer",
    attendees=[
        Attendee(person="mother", role="mother"),
        Attendee(person="chair", role="reviewing-officer", chair=True),
    ],
)


def test_what_to_look_at_twice_is_marked_and_nothing_is_read_as_markup() -> None:
    assert marked("Mail <b>ann@x.org</b> & co", ["ann@x.org"]) == (
        "Mail &lt;b&gt;<mark>ann@x.org</mark>&lt;/b&gt; &amp; co"
    )
    assert marked("<mark>", ["mark>", "<"]) == "<mark>&lt;</mark><mark>mark&gt;</mark>"


def test_every_place_is_marked_and_of_two_at_one_place_the_longer() -> None:
    assert marked("12 Elm Road, 12 Elm", ["12 Elm", "12 Elm Road"]) == ("<mark>12 Elm Road</mark>, <mark>12 Elm</mark>")


def test_without_words_nothing_is_marked() -> None:
    assert marked("as it is <here>", ["", "absent"]) == "as it is &lt;here&gt;"


_LETTERS = st.text(alphabet=st.sampled_from("ab<>&\"' \nmark/é·"), max_size=40)


@given(_LETTERS, st.lists(_LETTERS, max_size=4))
def test_marked_text_without_its_tags_reads_exactly_as_the_text(text: str, words: list[str]) -> None:
    shown = str(marked(text, words))
    assert unescape(re.sub(r"</?mark>", "", shown)) == text


@given(_LETTERS, st.integers(0, 40), st.integers(1, 10))
def test_a_word_that_stands_in_the_text_is_marked(text: str, at: int, length: int) -> None:
    word = text[at : at + length]
    if word:
        pieces = re.findall(r"<mark>(.*?)</mark>", str(marked(text, [word])), re.DOTALL)
        assert [unescape(piece) for piece in pieces] == [word] * text.count(word)


def test_cards_stand_in_the_meetings_order_and_show_all_that_goes() -> None:
    mother = a_preview("mother", risk_words=["mother@example.org", "Room 2"], others_shown=["social-worker", "a@x.org"])
    cards = cards_of(PreviewInvitationsResponse(previews=[mother, a_preview("chair")]), MEETING)
    assert [(card.name, card.role, card.anchor) for card in cards] == [
        ("Chair", "Reviewing officer", "person-1"),
        ("Mother", "Mother", "person-2"),
    ]
    card = cards[1]
    assert card.address == "<mark>mother@example.org</mark>"
    assert card.place == "<mark>Room 2</mark>"
    assert card.when == "Tuesday 30 June 2026, 10am to 10am"
    assert card.others == ("Social worker", "a@x.org")
    assert card.look_twice == ("mother@example.org", "Room 2")
    assert kinds_of(cards) == {"An invitation": 2}


def test_whoever_is_sent_nothing_has_a_card_that_says_so() -> None:
    silent = note.Preview(person="mother", route=note.ROUTE_BY_HAND, warnings=["To be told by letter."])
    (card,) = cards_of(PreviewInvitationsResponse(previews=[silent]), MEETING)
    assert (card.sends, card.route, card.warnings) == (False, "By hand", ("To be told by letter.",))
    assert kinds_of((card,)) == {}


def test_what_has_stopped_is_said_once_and_leads_to_its_message() -> None:
    doubt = "Nobody has checked this contact."
    stopped = a_preview("mother", stop=doubt, warnings=[doubt, "Needs an interpreter (pl)."])
    cards = cards_of(PreviewInvitationsResponse(previews=[stopped, a_preview("chair")]), MEETING)
    assert [(one.anchor, one.stop, one.warnings) for one in stops_of(cards)] == [
        ("person-2", doubt, ("Needs an interpreter (pl).",))
    ]


def test_what_waits_is_what_has_stopped_unless_a_second_person_is_needed() -> None:
    previews = [a_preview("mother", stop="Nobody has checked this contact."), a_preview("chair")]
    for second_person, count in ((False, 1), (True, 2)):
        reply = PreviewInvitationsResponse(previews=previews, release_needed=True, second_person_needed=second_person)
        assert kinds_of(waiting_of(cards_of(reply, MEETING), reply)) == {"An invitation": count}
    told = PreviewInvitationsResponse(previews=[a_preview("mother"), a_preview("chair")])
    assert kinds_of(waiting_of(cards_of(told, MEETING), told)) == {"An invitation": 2}


def test_a_warning_on_every_message_is_said_once() -> None:
    both = PreviewInvitationsResponse(
        previews=[
            a_preview("mother", warnings=["Restricted.", "Confidential."]),
            a_preview("chair", warnings=["Restricted."]),
        ]
    )
    assert for_all(both) == ("Restricted.",)
    assert [card.warnings for card in cards_of(both, MEETING)] == [(), ("Confidential.",)]
    alone = PreviewInvitationsResponse(previews=[a_preview("mother", warnings=["Restricted."])])
    assert for_all(alone) == ()


@pytest.mark.parametrize(
    ("caller", "restricted", "waits", "leave"),
    [
        (a_caller("business-support-manager"), True, True, Leave.YES),
        (a_caller("panel-chair"), True, True, Leave.YES),
        (a_caller("business-support-manager"), True, False, Leave.NOTHING_WAITS),
        (a_caller("business-support-manager", principal="officer"), True, True, Leave.SECOND_PERSON),
        (a_caller("business-support"), True, True, Leave.NOT_THEIRS),
        (a_caller("business-support"), False, True, Leave.YES),
        (a_caller("social-worker"), False, True, Leave.NOT_THEIRS),
    ],
)
def test_the_button_is_there_for_whoever_may_release(
    caller: Caller, restricted: bool, waits: bool, leave: Leave
) -> None:
    previews = PreviewInvitationsResponse(second_person_needed=restricted, release_needed=waits)
    assert leave_of(previews, MEETING, caller) is leave


def test_a_link_of_their_own_is_told_of_where_one_goes() -> None:
    previews = PreviewInvitationsResponse(previews=[a_preview("mother", own_link=True), a_preview("chair")])
    assert {card.name: card.own_link for card in cards_of(previews, MEETING)} == {"Mother": True, "Chair": False}
