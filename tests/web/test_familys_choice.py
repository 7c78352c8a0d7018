"""What the family chose: every fault says what to do, nothing is proposed, and nobody but the family is among them."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from google.protobuf.timestamp_pb2 import Timestamp
from google.type.date_pb2 import Date
from multidict import MultiDict
from permanence.cases.v1.council_pb2 import MeetingKind, MeetingPart
from permanence.scheduler.v1.meeting_draft_pb2 import MeetingDraft
from permanence.scheduler.v1.meeting_pb2 import (
    DIARY_STATE_BUSY,
    DIARY_STATE_FREE,
    DIARY_STATE_NOT_WORKING,
    DIARY_STATE_UNSPECIFIED,
    Attendee,
    DateDecision,
    KeptApartPair,
    Meeting,
    Room,
    Session,
)
from permanence.scheduler.v1.scheduler_service_pb2 import MeetingPlan

from servicekit.caller import Caller
from tests.web.test_booking import MANAGER
from web.arranging import Step, next_step, step_words
from web.desk import Refused
from web.familys_choice import ELSEWHERE, ChoiceForm, choosers, decision_words, shown_choice
from web.journeys.arrange.notices import notices
from web.journeys.arrange.presenters import tasks
from web.journeys.meeting.presenters import of_the_family, room_words
from web.journeys.to_arrange.presenters import waits_for
from web.overlap import a_person_is_taken, may_take_twice, taken_twice_words
from web.parts import moved_part_lines, part_lines, spans_of_plan
from web.words import LONDON, clock_time, timestamp

# Monday noon in England.
NOW = datetime(2026, 3, 16, 12, tzinfo=UTC)
SATURDAY = datetime(2026, 4, 11, 18, tzinfo=LONDON)
ROOMS = {"councils/demo/rooms/oak": Room(name="councils/demo/rooms/oak", display_name="Oak", seats=12)}
NAMES = {"p/fgc": "Ada Lark", "p/sw": "Sam Hale", "p/mum": "Kim Ash", "p/kid": "Jo Ash", "p/int": "Lee Oak"}
FAMILY, OURS = ["mother", "child"], ["mother", "child", "family-group-coordinator", "social-worker", "interpreter"]
KIND = MeetingKind(
    key="family_group_conference",
    chair_role="family-group-coordinator",
    parts=[
        MeetingPart(title="Sharing information", minutes=60),
        MeetingPart(title="Private family time", minutes=75, only_roles=FAMILY),
        MeetingPart(title="Agreeing the plan", minutes=45, only_roles=OURS),
    ],
    throughout_roles=["social-worker"],
    date_is_the_familys=True,
)
ATTENDEES = [
    Attendee(person="p/fgc", role="family-group-coordinator", chair=True, required=True, sessions=[1, 3]),
    Attendee(person="p/sw", role="social-worker", required=True, sessions=[1, 3], throughout=True),
    Attendee(person="p/mum", role="mother"),
    Attendee(person="p/kid", role="child"),
    Attendee(person="p/int", role="interpreter", sessions=[1, 3]),
]
PLAN = MeetingPlan(meeting_kind=KIND.key, attendees=ATTENDEES, session_minutes=[60, 75, 45])
DECISION = DateDecision(person="p/mum", consent_date=Date(year=2026, month=3, day=9))
RIGHT = {
    "chosen_by": "mum",
    "consented_on-day": "9", "consented_on-month": "3", "consented_on-year": "2026",
    "on-day": "11", "on-month": "4", "on-year": "2026",
    "at": "6pm",
    "place": "oak",
}  # fmt: skip


def form(**changes: str) -> ChoiceForm:
    sent = ChoiceForm(MultiDict({**RIGHT, **changes}))
    sent.offer_rooms(ROOMS)
    return sent


def test_what_was_chosen_is_wall_time_on_any_evening_with_who_and_since_when() -> None:
    choice = form().choice(ATTENDEES, NOW)
    assert choice is not None
    assert (choice.start, choice.room) == (timestamp(SATURDAY), "oak")
    assert choice.decision == DECISION
    assert (own := form(place=ELSEWHERE).choice(ATTENDEES, NOW)) is not None and own.room == ""


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"chosen_by": ""}, "chosen_by", "Choose who of the family chose it"),
        ({"chosen_by": "sw"}, "chosen_by", "Choose one of those who are asked"),
        ({"consented_on-day": "17"}, "consented_on", "Day on which the family consented cannot lie in the future"),
        ({"consented_on-day": ""}, "consented_on", "Day on which the family consented must include a day"),
        (
            {"on-day": "8", "on-month": "3"},
            "consented_on",
            "Day on which the family consented cannot be after the meeting",
        ),
        ({"on-day": "15", "on-month": "3"}, "on", "Day that the family chose must be today or later"),
        ({"on-year": "2029"}, "on", "Day that the family chose must be within two years"),
        ({"on-day": "16", "on-month": "3", "at": "11:30"}, "at", "Time at which it begins must be later than now"),
        ({"at": "six"}, "at", "Enter a time such as 6pm or 18:00"),
        ({"at": ""}, "at", "Enter the time at which it begins"),
        ({"place": ""}, "place", "Choose a room, or a place of the family's own"),
        ({"place": "elm"}, "place", "Choose one of the rooms, or a place of the family's own"),
    ],
)
def test_each_fault_stands_beside_its_field(changes: dict[str, str], field: str, words: str) -> None:
    sent = form(**changes)
    assert sent.choice(ATTENDEES, NOW) is None
    assert [str(error) for error in sent[field].errors] == [words]


def test_a_meeting_that_has_a_room_keeps_to_rooms() -> None:
    sent = form(place=ELSEWHERE)
    sent.offer_rooms(ROOMS, elsewhere=False)
    assert sent.choice(ATTENDEES, NOW) is None and sent.place.errors


# On both days on which clocks change, before and after; midday and midnight are written in ways of their own.
@pytest.mark.parametrize("day", [date(2026, 3, 28), date(2026, 3, 29), date(2026, 10, 25), date(2028, 2, 29)])
@pytest.mark.parametrize("at", [time(0, 0), time(9, 5), time(12, 0), time(18, 30), time(23, 59)])
def test_what_is_kept_is_shown_again_as_it_was_typed(day: date, at: time) -> None:
    start = timestamp(datetime.combine(day, at, tzinfo=LONDON))
    shown = ChoiceForm(**shown_choice(start, "councils/demo/rooms/oak", DECISION))
    assert (shown.chosen_by.data, shown.consented_on.data, shown.place.data) == ("mum", date(2026, 3, 9), "oak")
    back = shown.start
    assert back is not None and timestamp(back) == start


def test_a_child_who_chose_is_named_by_role_alone() -> None:
    assert choosers(ATTENDEES, NAMES) == [("mum", "Kim Ash (mother)"), ("kid", "The child")]
    chose = DateDecision(person="p/kid", consent_date=DECISION.consent_date)
    assert decision_words(chose, ATTENDEES, NAMES) == (
        "The child chose it. The family consents since Monday 9 March 2026."
    )
    assert decision_words(None, ATTENDEES, NAMES) == ""


def test_a_review_is_not_taken_for_the_familys() -> None:
    officer = Attendee(person="p/iro", role="reviewing-officer", chair=True)
    word = DateDecision(person="p/iro", consent_date=DECISION.consent_date)
    review = Meeting(attendees=[officer, ATTENDEES[2]], date_decision=word)
    assert not of_the_family(review) and room_words(review, {}) == "No room"
    told = "agreed to it for the reviewing service on Monday 9 March 2026."
    assert decision_words(word, review.attendees, NAMES) == f"The reviewing officer {told}"
    manager = DateDecision(person="p/sw", consent_date=DECISION.consent_date)  # not asked to come
    assert decision_words(manager, review.attendees, NAMES) == f"Sam Hale {told}"
    conference = Meeting(attendees=ATTENDEES, date_decision=DECISION)
    assert of_the_family(conference) and room_words(conference, {}) == "A place of the family's own, or remote"


def test_the_private_time_holds_the_family_and_the_referrer_is_at_hand() -> None:
    first, private, last = part_lines(KIND, spans_of_plan(PLAN, SATURDAY), ATTENDEES, NAMES)
    assert (private.title, private.when, private.family_only) == ("Private family time", "7pm to 8:15pm", True)
    assert private.who == ("Kim Ash (mother)", "Jo Ash (child)")
    assert private.at_hand == ("Sam Hale (social worker)",)
    assert len(first.who) == len(last.who) == 5 and not (first.family_only or last.family_only or first.at_hand)
    assert part_lines(MeetingKind(), spans_of_plan(PLAN, SATURDAY), ATTENDEES, NAMES) == ()


def test_one_booked_whole_is_shown_in_the_parts_it_is_moved_into() -> None:
    whole = Session(number=1, start_time=timestamp(SATURDAY), end_time=timestamp(SATURDAY + timedelta(hours=3)))
    plain = [Attendee(person=one.person, role=one.role, chair=one.chair) for one in ATTENDEES]
    meeting = Meeting(start_time=whole.start_time, sessions=[whole], attendees=plain)
    later = SATURDAY + timedelta(days=7)
    assert moved_part_lines(KIND, meeting, later, NAMES) == part_lines(
        KIND, spans_of_plan(PLAN, later), ATTENDEES, NAMES
    )


def draft(**more: object) -> MeetingDraft:
    return MeetingDraft(name="councils/demo/meetingDrafts/d", plan=PLAN, **more)  # type: ignore[arg-type]


def test_the_step_is_called_what_it_asks_and_parts_of_the_kind_part_nobody() -> None:
    assert step_words(Step.TIME, KIND) == "What the family chose" and step_words(Step.TIME, None) == "When and where"
    assert waits_for(draft(), NOW, KIND) == "What the family chose"
    pair = KeptApartPair(person="p/mum", other="p/kid")
    assert next_step(draft(kept_apart_pairs=[pair]), NOW) is Step.APART
    named = [task.title for task in tasks(draft(), "/d", NOW, {}, waits_for_manager=False, kind=KIND)]
    assert named[2] == "What the family chose"


def _until(minutes: int) -> Timestamp:
    return timestamp(NOW + timedelta(minutes=minutes))


@pytest.mark.parametrize(("minutes", "words"), [(9, "Check and book; held until 12:09pm"), (0, "Check and book")])
def test_a_held_time_is_told_in_the_queue_while_it_is_held(minutes: int, words: str) -> None:
    one = draft(start_time=timestamp(SATURDAY), hold="councils/demo/meetings/h", hold_expire_time=_until(minutes))
    assert waits_for(one, NOW, KIND) == words


def test_the_task_list_says_until_when_and_since_when_not() -> None:
    for minutes, words in ((9, "held until 12:09pm"), (-1, "not held any more since 11:59am")):
        one = draft(start_time=timestamp(SATURDAY), hold="councils/demo/meetings/h", hold_expire_time=_until(minutes))
        time_task = tasks(one, "/d", NOW, {}, waits_for_manager=False, kind=KIND)[2]
        assert time_task.hint.endswith(words), time_task.hint


def test_nothing_is_said_of_diaries_that_nobody_looked_at_and_who_must_confirm_is_named() -> None:
    told = [one.text for one in notices(draft(start_time=timestamp(SATURDAY)), None, KIND, NAMES)]
    assert told[0].startswith("The family chose this time, so nobody's diary was looked at.")
    assert told[1] == ("Lee Oak (interpreter) is engaged from elsewhere: the meeting waits until they confirm.")
    assert len(told) == 2 and clock_time(SATURDAY) == "6pm"


def test_once_it_is_held_diaries_are_told_as_they_were_read_and_what_nobody_read_is_not_free() -> None:
    read = {"p/sw": DIARY_STATE_NOT_WORKING, "p/fgc": DIARY_STATE_FREE, "p/int": DIARY_STATE_BUSY}
    held = Meeting(attendees=ATTENDEES)
    for one in held.attendees:
        one.diary = read.get(one.person, DIARY_STATE_UNSPECIFIED)
    told = notices(draft(start_time=timestamp(SATURDAY)), None, KIND, NAMES, held=held)
    assert [(one.text, one.serious) for one in told[:3]] == [
        ("Sam Hale (social worker) is away or not working then.", True),
        ("Lee Oak (interpreter) has something else then.", False),
        ("Not checked, nobody can read the diary: Kim Ash (mother), Jo Ash (child).", False),
    ]


OFFICER = Caller(MANAGER.council_id, "demo", "oid-officer", MANAGER.kind, frozenset({"business-support"}))


@pytest.mark.parametrize(
    ("taken", "person"),
    [
        ("chair", True),
        ("reviewing-officer", True),
        ("chair, reviewing-officer", True),
        ("chair, room", False),
        ("interpreter, chair", False),
        ("room", False),
        ("interpreter", False),
        ("time", False),
        ("", False),
    ],
)
def test_only_a_person_is_taken_twice_and_only_by_those_who_may(taken: str, person: bool) -> None:
    refusal = Refused("TIME_TAKEN", {"taken": taken}, ())
    assert a_person_is_taken(refusal) is person
    assert may_take_twice(refusal, MANAGER) is person and not may_take_twice(refusal, OFFICER)
    assert not a_person_is_taken(Refused("MUST_NOT_MEET", {"taken": taken}, ()))


def test_what_is_taken_is_said_in_words() -> None:
    words = taken_twice_words(Refused("TIME_TAKEN", {"taken": "reviewing-officer"}, ()), "booked")
    assert words.startswith("The reviewing officer has something else then. Nothing was booked.")
    words = taken_twice_words(Refused("TIME_TAKEN", {"taken": "chair, reviewing-officer"}, ()), "booked")
    assert words.startswith("The chair and the reviewing officer have something else then.")
