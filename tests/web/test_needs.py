"""What people need, as business support reads it."""

from datetime import UTC, datetime

from permanence.notifications.v1 import notification_pb2 as note
from permanence.scheduler.v1.meeting_pb2 import Meeting

from web.journeys.meeting.facts import Facts
from web.journeys.meeting.needs import need_lines
from web.people import People
from web.telling import has_link
from web.words import timestamp

MOTHER, FATHER, NURSE = (f"councils/demo/people/{name}" for name in ("mother", "father", "nurse"))
ASKED = timestamp(datetime(2026, 3, 17, 9, tzinfo=UTC))


def test_each_who_needs_something_is_listed_with_when_they_asked() -> None:
    needs = [note.NEED_INTERPRETER, note.NEED_CALL_ME]
    invitations = [
        note.Invitation(person=MOTHER, role="mother", needs=needs, needs_language="Polish", needs_time=ASKED),
        note.Invitation(person=FATHER, role="father"),
        note.Invitation(
            person=NURSE, role="health", needs=needs, needs_time=ASKED, state=note.INVITATION_STATE_WITHDRAWN
        ),
    ]
    facts = Facts(Meeting(), People({MOTHER: "Dana Fox"}), invitations=invitations)
    (line,) = need_lines(facts)
    assert (line.who, line.needs) == ("Dana Fox, mother", ("An interpreter (Polish)", "To be rung"))
    assert "17" in line.asked and "9am" in line.asked
    assert need_lines(Facts(Meeting(), People({}))) == (), "nobody could look: nothing is claimed"
    assert need_lines(Facts(Meeting(), People({}), invitations=invitations))[0].who == "Mother"


def test_a_need_of_a_later_version_is_not_lost() -> None:
    one = note.Invitation(person=MOTHER, role="mother", needs_time=ASKED)
    one.needs.append(99)
    (line,) = need_lines(Facts(Meeting(), People({}), invitations=[one]))
    assert line.needs == ("Something else: ring them",)


def test_a_code_is_read_out_to_those_alone_who_may_have_a_link() -> None:
    has = {
        route: has_link(note.Invitation(route=route, told_revision=1))
        for route in (note.ROUTE_SHARED_EVENT, note.ROUTE_OWN_EVENT, note.ROUTE_EMAIL, note.ROUTE_BY_HAND)
    }
    assert list(has.values()) == [False, True, True, False]
    assert not has_link(note.Invitation(route=note.ROUTE_EMAIL)), "nobody was told yet"
