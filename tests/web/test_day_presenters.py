"""A day's list: by time, everybody asked by name and role, and what is not known said."""

from datetime import UTC, datetime, timedelta

from permanence.cases.v1.subject_pb2 import Subject
from permanence.notifications.v1 import notification_pb2 as note
from permanence.scheduler.v1 import meeting_pb2
from permanence.scheduler.v1.meeting_pb2 import Attendee, Meeting, Room, Session

from web.journeys.day.presenters import DayFacts, answer_counts, entries_of
from web.people import People
from web.telling import Reply
from web.words import timestamp

START = datetime(2026, 6, 30, 9, tzinfo=UTC)
CHILD, ROOM = "councils/demo/children/c", "councils/demo/rooms/one"


def a_meeting(key: str, start: datetime, **changes: object) -> Meeting:
    """Booked for an hour."""
    given: dict[str, object] = {
        "name": f"councils/demo/meetings/{key}",
        "reference": f"M-{key}",
        "title": "Child in care review",
        "state": meeting_pb2.MEETING_STATE_BOOKED,
        "subjects": [CHILD],
        "start_time": timestamp(start),
        "end_time": timestamp(start + timedelta(hours=1)),
        "attendees": [
            Attendee(person="mother", role="mother"),
            Attendee(person="chair", role="reviewing-officer", chair=True),
        ],
        "room": ROOM,
        "revision": 1,
    }
    return Meeting(**{**given, **changes})  # type: ignore[arg-type]


def a_day(*meetings: Meeting, **changes: object) -> DayFacts:
    """Everything known."""
    given: dict[str, object] = {
        "meetings": meetings,
        "people": People({"chair": "Dana Fox"}),
        "rooms": {ROOM: Room(name=ROOM, display_name="Room 2")},
        "subjects": {CHILD: Subject(name=CHILD, reference="DM-0412")},
        "invitations": {one.name: [] for one in meetings},
    }
    return DayFacts(**{**given, **changes})  # type: ignore[arg-type]


def test_meetings_stand_by_time_with_who_where_and_about_whom() -> None:
    first, second = entries_of(a_day(a_meeting("2", START + timedelta(hours=2)), a_meeting("1", START)))
    assert (first.reference, second.reference) == ("M-1", "M-2")
    assert (first.when, first.where, first.chair) == ("10am to 11am", "Room 2", "Dana Fox")
    assert first.about == ("DM-0412",)
    assert [(one.name, one.role, one.chair) for one in first.people] == [
        ("Dana Fox", "Reviewing officer", True),
        ("", "Mother", False),
    ]
    assert first.parts == ()


def test_parts_stand_with_the_people_asked_to_them() -> None:
    half = START + timedelta(minutes=30)
    parts = [
        Session(number=1, start_time=timestamp(START), end_time=timestamp(half)),
        Session(number=2, start_time=timestamp(half), end_time=timestamp(half + timedelta(minutes=30))),
    ]
    asked = [
        Attendee(person="chair", role="reviewing-officer", chair=True),
        Attendee(person="mother", role="mother", sessions=[2]),
    ]
    (entry,) = entries_of(a_day(a_meeting("1", START, sessions=parts, attendees=asked)))
    assert entry.parts == ("Part 1: 10am to 10:30am", "Part 2: 10:30am to 11am")
    assert [one.part for one in entry.people] == ["All parts", "Part 2"]


def test_answers_are_counted_and_one_person_in_two_roles_counts_once() -> None:
    meeting = a_meeting(
        "1",
        START,
        attendees=[Attendee(person="chair", role="team-manager", chair=True), Attendee(person="chair", role="x")],
    )
    yes = note.Invitation(person="chair", answer=note.ANSWER_ACCEPTED, answered_revision=1, wanted_revision=1)
    (entry,) = entries_of(a_day(meeting, invitations={meeting.name: [yes]}))
    assert entry.answers == "1 yes, 0 no, 0 not answered"
    assert answer_counts([Reply.PERHAPS, Reply.DECLINED, Reply.WAITING, Reply.NOT_SENT, Reply.NONE, Reply.OFF]) == (
        "0 yes, 1 perhaps, 1 no, 2 not answered, 1 not sent yet"
    )


def test_what_nobody_could_look_up_is_said() -> None:
    meeting = a_meeting("1", START)
    facts = a_day(meeting, people=People(away="cases"), rooms=None, subjects=None, invitations={meeting.name: None})
    (entry,) = entries_of(facts)
    assert entry.where == "Room not known just now"
    assert entry.about == ("a reference not known just now",)
    assert entry.answers == "Not known just now"
    assert entry.chair == "Reviewing officer"
    assert {one.answer for one in entry.people} == {"Not known"}


def test_a_cancelled_meeting_says_so() -> None:
    (entry,) = entries_of(a_day(a_meeting("1", START, state=meeting_pb2.MEETING_STATE_CANCELLED, room="")))
    assert entry.cancelled
    assert entry.state == "Cancelled: it will not take place"
    assert entry.where == "No room"


def test_a_day_without_meetings_is_empty() -> None:
    assert entries_of(a_day()) == []
