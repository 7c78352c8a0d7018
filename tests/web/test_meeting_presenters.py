"""A meeting's pages in words: what is not confirmed is never told as sent, what is not known never as free or kept."""

from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

import pytest
from permanence.cases.v1.obligation_pb2 import Obligation
from permanence.notifications.v1 import notification_pb2 as note
from permanence.notifications.v1 import notifications_service_pb2 as note_pb
from permanence.scheduler.v1 import meeting_pb2
from permanence.scheduler.v1.bulk_move_pb2 import TouchedObligation
from permanence.scheduler.v1.meeting_pb2 import AcceptedBreach, Attendee, Clash, Meeting, Room, Session

from servicekit.caller import Caller, CallerKind
from web.journeys.meeting.doors import Doors, doors_of
from web.journeys.meeting.facts import Facts
from web.journeys.meeting.forms import CancelForm, HeldForm, MoveForm, clock_of
from web.journeys.meeting.late_children import late_rows
from web.journeys.meeting.meeting_page import meeting_page
from web.journeys.meeting.moving import move_of, plan_of
from web.journeys.meeting.presenters import Known, by_day
from web.people import People
from web.telling import Reply, delivery_words, reply_of, told_of
from web.words import timestamp, wire_date

START = datetime(2026, 3, 26, 11, 30, tzinfo=UTC)
CHAIR, MOTHER, CHILD = (f"councils/demo/people/{name}" for name in ("chair", "mother", "child"))
ROOM = "councils/demo/rooms/one"
CLOCK = "councils/demo/obligations/one"


def a_meeting(**changes: object) -> Meeting:
    """Booked, in two parts, three people asked."""
    parts = (
        Session(number=1, start_time=timestamp(START), end_time=timestamp(START + timedelta(minutes=90))),
        Session(
            number=2,
            start_time=timestamp(START + timedelta(minutes=105)),
            end_time=timestamp(START + timedelta(minutes=150)),
        ),
    )
    given: dict[str, object] = {
        "name": "councils/demo/meetings/m",
        "title": "Child in care review",
        "reference": "M-000009",
        "state": meeting_pb2.MEETING_STATE_BOOKED,
        "subjects": ["councils/demo/children/c"],
        "start_time": timestamp(START),
        "end_time": timestamp(START + timedelta(minutes=150)),
        "sessions": parts,
        "attendees": [
            Attendee(person=MOTHER, role="mother", sessions=[2]),
            Attendee(
                person=CHAIR, role="reviewing-officer", chair=True, required=True, diary=meeting_pb2.DIARY_STATE_FREE
            ),
            Attendee(person=CHILD, role="child"),
        ],
        "room": ROOM,
        "obligations": [CLOCK],
        "revision": 1,
        "booked_by": "officer",
    }
    return Meeting(**{**given, **changes})  # type: ignore[arg-type]


def an_invitation(person: str = CHAIR, **changes: object) -> note.Invitation:
    """Sent and confirmed, not answered."""
    given: dict[str, object] = {
        "name": f"councils/demo/invitations/{person[-5:]}",
        "person": person,
        "role": "reviewing-officer",
        "route": note.ROUTE_SHARED_EVENT,
        "state": note.INVITATION_STATE_SENT,
        "told_revision": 1,
        "wanted_revision": 1,
        "send_time": timestamp(START - timedelta(days=5)),
        "messages_sent": 1,
    }
    return note.Invitation(**{**given, **changes})  # type: ignore[arg-type]


def some_facts(meeting: Meeting | None = None, *invitations: note.Invitation, **changes: object) -> Facts:
    """With a room and one clock of 3 April."""
    due = START.date() + timedelta(days=8)
    given: dict[str, object] = {
        "meeting": meeting or a_meeting(),
        "people": People({CHAIR: "Dana Fox", "officer": "Lee Hart"}),
        "subjects": {},
        "rooms": {ROOM: Room(name=ROOM, display_name="Room 2")},
        "obligations": {CLOCK: Obligation(name=CLOCK, title="Next review", statutory_due_date=wire_date(due))},
        "invitations": list(invitations),
        "delivery": note_pb.GetMeetingDeliveryResponse(state=note_pb.DELIVERY_STATE_SENT),
    }
    return Facts(**{**given, **changes})  # type: ignore[arg-type]


def a_caller(*roles: str, principal: str = "somebody") -> Caller:
    """One of the council's staff."""
    return Caller(UUID(int=1), "demo", principal, CallerKind.USER, frozenset(roles))


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({}, "Sent"),
        ({"state": note.INVITATION_STATE_DRAFTED, "told_revision": 0}, "Waits for release"),
        ({"state": note.INVITATION_STATE_WAITING, "told_revision": 0}, "On its way"),
        ({"state": note.INVITATION_STATE_UNKNOWN, "told_revision": 0}, "Not known"),
        ({"state": note.INVITATION_STATE_NEEDS_PERSON, "trouble": "Record a way."}, "Needs a person"),
        ({"state": note.INVITATION_STATE_NEEDS_PERSON}, "Told by hand"),
        ({"state": note.INVITATION_STATE_WITHDRAWN}, "Told that it is off"),
        ({"state": note.INVITATION_STATE_DROPPED, "told_revision": 0}, "Not sent"),
        ({"state": 99}, "On its way"),
    ],
)
def test_only_what_was_confirmed_is_called_sent(changes: dict[str, object], status: str) -> None:
    assert told_of(an_invitation(**changes), a_meeting()).status == status


@pytest.mark.parametrize(
    ("changes", "status", "detail"),
    [
        ({"delivery": note.MESSAGE_DELIVERY_ON_ITS_WAY}, "Sent", "Taken by GOV.UK Notify, "),
        ({"delivery": note.MESSAGE_DELIVERY_DELIVERED}, "Delivered", "Delivered Thursday 26 March 2026, "),
        ({"delivery": note.MESSAGE_DELIVERY_POSTED}, "Posted", "Printed and posted Thursday 26 March 2026, "),
        ({}, "Sent", "Taken by GOV.UK Notify, "),
    ],
)
def test_taken_is_not_delivered(changes: dict[str, object], status: str, detail: str) -> None:
    given = {"route": note.ROUTE_TEXT, "delivery_time": timestamp(START), **changes}
    told = told_of(an_invitation(**given), a_meeting())
    assert told.status == status and told.detail.startswith(detail)
    assert status != "Posted" or told.detail.endswith("Whether it came is not known.")


def test_who_is_reminded_and_who_is_to_be_rung() -> None:
    before, after = timestamp(START - timedelta(days=2)), timestamp(START - timedelta(days=1))
    silent = an_invitation(
        last_reminder_time=before, next_reminder_time=after, to_ring="No answer, though asked again. Ring this person."
    )
    page = meeting_page(some_facts(None, silent))
    assert page.rows[0].reply_detail == (
        "Reminded Tuesday 24 March 2026, 11:30am. Will be reminded Wednesday 25 March 2026, 11:30am."
    )
    assert page.troubles == ("Dana Fox (reviewing officer): No answer, though asked again. Ring this person.",)
    answered = an_invitation(answer=note.ANSWER_ACCEPTED, answered_revision=1, answer_time=before)
    assert "eminded" not in meeting_page(some_facts(None, answered)).rows[0].reply_detail


def test_a_meeting_moved_a_moment_ago_is_known_by_nobody_though_notifications_has_not_heard_of_it() -> None:
    moved = a_meeting(revision=2)
    answered = an_invitation(answer=note.ANSWER_ACCEPTED, answered_revision=1, answer_time=timestamp(START))
    page = meeting_page(some_facts(moved, answered))
    assert page.rows[0].told.status == "On its way"
    assert page.rows[0].told.detail.startswith("Knows an earlier time.")
    assert page.rows[0].reply is Reply.WAITING
    assert page.rows[0].reply_detail == "To an earlier time: accepted"
    assert page.who_knows == "0 of 1 person knows this time."
    sent = note_pb.GetMeetingDeliveryResponse(state=note_pb.DELIVERY_STATE_SENT)
    assert delivery_words(sent, [answered], moved).status == "Not sent yet"


def test_a_meeting_cancelled_a_moment_ago_is_not_called_told() -> None:
    off = a_meeting(state=meeting_pb2.MEETING_STATE_CANCELLED, revision=2, change_reason="Flu.")
    page = meeting_page(some_facts(off, an_invitation(), an_invitation(MOTHER, state=note.INVITATION_STATE_WITHDRAWN)))
    assert page.cancelled
    assert page.reason == "Flu."
    assert page.rows[0].told.detail == "Does not know yet that it is off."
    assert page.who_knows == "1 person has been told that it is off. 1 still has to be told."
    sent = note_pb.GetMeetingDeliveryResponse(state=note_pb.DELIVERY_STATE_SENT)
    assert delivery_words(sent, [an_invitation()], off).status == "Not sent yet"


def test_delivery_is_not_known_while_nobody_can_look() -> None:
    assert delivery_words(None, [], a_meeting()).status == "Not known"
    sent = note_pb.GetMeetingDeliveryResponse(state=note_pb.DELIVERY_STATE_SENT)
    assert delivery_words(sent, None, a_meeting()).status == "Not known"
    ((_, (row,)),) = by_day([a_meeting()], {}, {a_meeting().name: Known(sent, None)})
    assert (row.told.status, row.said_no) == ("Not known", "Not known")
    assert delivery_words(note_pb.GetMeetingDeliveryResponse(), [], a_meeting()).status == "Being written"


@pytest.mark.parametrize(
    ("changes", "reply"),
    [
        ({"answer": note.ANSWER_ACCEPTED, "answered_revision": 1}, Reply.ACCEPTED),
        ({"answer": note.ANSWER_TENTATIVE, "answered_revision": 1}, Reply.PERHAPS),
        ({"answer": note.ANSWER_DECLINED, "answered_revision": 1}, Reply.DECLINED),
        ({}, Reply.NONE),
        ({"state": note.INVITATION_STATE_DRAFTED, "told_revision": 0}, Reply.WAITING),
        ({"state": note.INVITATION_STATE_NEEDS_PERSON, "told_revision": 0}, Reply.NOT_SENT),
        ({"state": note.INVITATION_STATE_WITHDRAWN}, Reply.OFF),
    ],
)
def test_no_answer_is_a_status_of_its_own(changes: dict[str, object], reply: Reply) -> None:
    assert reply_of(an_invitation(**changes), a_meeting()) is reply


def test_counts_say_who_has_not_answered_and_who_does_not_know() -> None:
    said_no = an_invitation(MOTHER, answer=note.ANSWER_DECLINED, answered_revision=1)
    stuck = an_invitation(CHILD, state=note.INVITATION_STATE_NEEDS_PERSON, told_revision=0, trouble="Ask the child.")
    page = meeting_page(some_facts(None, an_invitation(), said_no, stuck))
    assert page.who_comes == "2 of 3 have not answered; 1 of them does not know this time yet. 1 declined."
    assert page.who_knows == "2 of 3 people know this time."
    assert page.troubles == ("Reviewing officer: Ask the child.",)


def test_a_letter_in_words_is_for_a_person_to_read() -> None:
    wrote = an_invitation(MOTHER, role="mother", letter_time=timestamp(START + timedelta(days=5)))  # in summer time
    assert meeting_page(some_facts(None, an_invitation(), wrote)).troubles == (
        "Mother: Wrote an e-mail, Tuesday 31 March 2026, 12:30pm. Read it in the mailbox for invitations,"
        " and record their answer.",
    )


def test_the_chair_comes_first_with_name_and_others_by_role_where_the_name_may_not_be_read() -> None:
    page = meeting_page(some_facts(None, an_invitation()))
    assert [(row.name, row.role, row.parts) for row in page.rows] == [
        ("Dana Fox", "Reviewing officer", "All parts"),
        ("", "Child", "All parts"),
        ("", "Mother", "Second part"),
    ]


def test_diaries_nobody_could_read_are_not_known_and_clashes_stand_out() -> None:
    clash = Clash(person=CHAIR, diary=meeting_pb2.DIARY_STATE_BUSY)
    page = meeting_page(some_facts(a_meeting(clashes=[clash])))
    assert (page.rows[0].diary, page.rows[0].clashes) == ("Has something else then", True)
    assert page.rows[1].diary == "Not known"


def test_while_notifications_is_away_the_meeting_is_shown_and_what_people_know_is_not_known() -> None:
    page = meeting_page(some_facts(invitations=None, delivery=None))
    assert page.who_knows.startswith("Who knows is not known just now")
    assert {row.told.status for row in page.rows} == {"Not known"}
    assert {row.reply for row in page.rows} == {Reply.NOT_KNOWN}
    assert not any(row.answer_key for row in page.rows)
    assert page.where == "Room 2"
    assert page.when == ("Thursday 26 March 2026", "First part: 11:30am to 1pm", "Second part: 1:15pm to 2pm")


def test_while_cases_is_away_roles_and_times_are_left() -> None:
    page = meeting_page(some_facts(people=People(away="cases"), subjects=None, obligations=None))
    assert page.booked_by == "Not known just now"
    assert page.subjects[0].reference == "Reference not known just now"
    assert page.clocks[0].title == "A clock whose name is not known just now"


def test_a_missed_clock_stands_with_the_reason_and_who_accepted_it() -> None:
    breach = AcceptedBreach(
        obligation=CLOCK, due_date=wire_date(START.date()), approved_by="officer", reason="No earlier time."
    )
    page = meeting_page(some_facts(a_meeting(accepted_breaches=[breach])))
    assert page.clocks[0].breach == "Missed: later than 26 Mar 2026. Accepted by Lee Hart: No earlier time."
    assert page.clocks[0].dates == "the law's date 3 Apr 2026"


def test_timeline_is_ordered_by_revision_and_times_that_nobody_keeps_are_absent() -> None:
    moved = a_meeting(revision=2, change_reason="The chair cannot come.")
    late_no = an_invitation(
        told_revision=2,
        wanted_revision=2,
        answer=note.ANSWER_DECLINED,
        answered_revision=1,
        answer_time=timestamp(START + timedelta(days=200)),
    )
    sendings = [a_sending(), a_sending(MOTHER, role="mother"), *(a_sending(who, **CHANGED) for who in (CHAIR, MOTHER))]
    page = meeting_page(some_facts(moved, late_no, sendings=sendings))
    assert [(one.title, one.when is not None) for one in page.timeline] == [
        ("2 people told of a change", True),
        ("Moved", False),
        ("Dana Fox (reviewing officer) declined", True),
        ("2 people invited", True),
        ("Booked", False),
    ]


CHANGED = {"kind": note.MESSAGE_KIND_CHANGE, "revision": 2}


def a_sending(person: str = CHAIR, **changes: object) -> note.Sending:
    """An invitation that Exchange took."""
    given: dict[str, object] = {
        "person": person,
        "role": "reviewing-officer",
        "route": note.ROUTE_SHARED_EVENT,
        "kind": note.MESSAGE_KIND_INVITE,
        "revision": 1,
        "send_time": timestamp(START - timedelta(days=5)),
        "outcome": note.SENDING_OUTCOME_CONFIRMED,
    }
    return note.Sending(**{**given, **changes})  # type: ignore[arg-type]


def test_the_timeline_says_of_every_message_how_it_went_and_by_whose_leave() -> None:
    sendings = [
        a_sending(released_by="user:officer"),
        a_sending(MOTHER, role="mother", route=note.ROUTE_EMAIL, outcome=note.SENDING_OUTCOME_UNKNOWN),
        a_sending(CHILD, role="child", released_by="user:stranger"),
        a_sending(kind=note.MESSAGE_KIND_CANCEL, revision=2),
        a_sending(MOTHER, role="mother", kind=note.MESSAGE_KIND_REMINDER, route=note.ROUTE_EMAIL, revision=2),
    ]
    told = {one.title: one.text for one in meeting_page(some_facts(sendings=sendings)).timeline}
    assert told["Dana Fox (reviewing officer) invited"].endswith("Released by Lee Hart.")
    assert told["Mother perhaps invited"] == (
        "By e-mail: mother. Handed over, and nobody knew whether it arrived. It waited for nobody's release."
    )
    assert "a colleague whose name is not known here" in told["Child invited"]
    off = "Dana Fox (reviewing officer) told that it is off, or that they are no longer asked"
    assert told[off] == "In Outlook, together with colleagues: reviewing officer."
    assert "Mother reminded" in told


def test_what_was_sent_and_cannot_be_looked_up_is_missing_and_not_nothing() -> None:
    assert not meeting_page(some_facts()).sendings_known
    assert meeting_page(some_facts(sendings=[])).sendings_known


def test_an_answer_says_how_it_came() -> None:
    yes = {"answer": note.ANSWER_ACCEPTED, "answered_revision": 1, "answer_time": timestamp(START)}
    for source, words in (
        (note.ANSWER_SOURCE_OUTLOOK, "in Outlook"),
        (note.ANSWER_SOURCE_RECORDED, "recorded by business support"),
        (note.ANSWER_SOURCE_UNSPECIFIED, "11:30am"),
    ):
        facts = some_facts(None, an_invitation(answer_source=source, **yes))
        row = next(one for one in meeting_page(facts).rows if one.name == "Dana Fox")
        assert row.reply_detail.endswith(words)


def test_a_place_that_somebody_has_to_tell_is_among_what_is_missing() -> None:
    promised = an_invitation(MOTHER, role="mother", place_withheld=True)
    said = "Mother was promised to be told the place separately."
    assert said in meeting_page(some_facts(None, promised)).missing
    off = an_invitation(MOTHER, role="mother", place_withheld=True, state=note.INVITATION_STATE_WITHDRAWN)
    assert said not in meeting_page(some_facts(None, off, an_invitation())).missing


def test_what_the_mail_server_took_is_not_said_to_have_arrived() -> None:
    told = told_of(an_invitation(route=note.ROUTE_EMAIL), a_meeting())
    assert told.status == "Sent" and "Whether it reached them is not known." in told.detail
    assert "not known" not in told_of(an_invitation(), a_meeting()).detail


def test_coming_meetings_stand_under_their_days_cancelled_ones_in_words() -> None:
    off = a_meeting(name="councils/demo/meetings/n", state=meeting_pb2.MEETING_STATE_CANCELLED, room="")
    declined = an_invitation(answer=note.ANSWER_DECLINED, answered_revision=1)
    sent = note_pb.GetMeetingDeliveryResponse(state=note_pb.DELIVERY_STATE_SENT)
    ((day, rows),) = by_day([a_meeting(), off], None, {"councils/demo/meetings/m": Known(sent, [declined])})
    assert day == START.date()
    assert [(row.state, row.said_no, row.where, row.told.status) for row in rows] == [
        ("Booked", "1 person declined", "Room not known just now", "Told"),
        ("Cancelled", "", "No room", "Not known"),
    ]


def test_moving_keeps_parts_their_lengths_and_says_which_clock_is_missed() -> None:
    facts = some_facts(None, an_invitation(answer=note.ANSWER_DECLINED, answered_revision=1))
    move = move_of(facts, timestamp(START + timedelta(days=14, hours=-1)), "")
    assert move.after.when == ("Thursday 9 April 2026", "First part: 11:30am to 1pm", "Second part: 1:15pm to 2pm")
    assert move.after.where == "Room 2"
    assert move.end == START + timedelta(days=14, hours=1, minutes=30)
    assert move.missed and not move_of(facts, timestamp(START), "").missed
    assert move.told == (
        "1 person who knows the present time will be told the new one.",
        "Everybody who is asked stays asked, and is asked to answer again.",
        "1 person who declined is asked again too.",
    )
    assert move_of(facts, timestamp(START), "").same


def test_nobody_is_asked_again_who_was_never_told() -> None:
    facts = some_facts(None, an_invitation(told_revision=0, wanted_revision=1, state=note.INVITATION_STATE_DRAFTED))
    assert move_of(facts, timestamp(START + timedelta(days=1)), "").told == (
        "Nobody has been told the present time yet.",
        "Everybody will be asked for the new time only.",
    )


def test_the_plan_of_a_meeting_asks_for_diaries_anew() -> None:
    plan = plan_of(a_meeting())
    assert (list(plan.session_minutes), plan.minutes_between_sessions, plan.needs_room) == ([90, 45], 15, True)
    assert [one.person for one in plan.attendees] == [MOTHER, CHAIR, CHILD]
    assert not any(one.diary for one in plan.attendees)


NOW = START + timedelta(hours=5)


@pytest.mark.parametrize(
    ("caller", "doors"),
    [
        (a_caller("business-support"), Doors(look=True, move=True, cancel=True, answer=True, held=True)),
        (a_caller("team-manager"), Doors(look=True, release=True, move=True, cancel=True, answer=True, held=True)),
        (
            a_caller("team-manager", principal="officer"),
            Doors(look=True, move=True, cancel=True, answer=True, held=True),
        ),
        (a_caller("reviewing-officer"), Doors(move=True)),
        (a_caller("panel-chair"), Doors(look=True, release=True)),
        (a_caller("social-worker"), Doors()),
    ],
)
def test_nobody_is_offered_what_cannot_work(caller: Caller, doors: Doors) -> None:
    assert doors_of(a_meeting(), caller, NOW) == doors


def test_held_is_offered_from_the_start_and_a_sittings_chair_may_say_so() -> None:
    manager = a_caller("team-manager")
    assert not doors_of(a_meeting(), manager, START - timedelta(minutes=1)).held
    assert doors_of(a_meeting(body="councils/demo/bodies/b"), a_caller("panel-chair"), NOW).held
    assert doors_of(a_meeting(state=meeting_pb2.MEETING_STATE_HELD), manager, NOW) == Doors(minutes=True)
    part = doors_of(a_meeting(part_of="councils/demo/meetings/sitting"), manager, NOW)
    assert part.look and not (part.move or part.cancel or part.held), "it follows the agenda of its sitting"
    assert not doors_of(a_meeting(state=meeting_pb2.MEETING_STATE_CANCELLED), manager, NOW).any


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("15:30", time(15, 30)),
        ("3.30pm", time(15, 30)),
        ("3 PM", time(15)),
        ("12am", time(0)),
        ("12:05pm", time(12, 5)),
        ("midday", time(12)),
        ("3", None),
        ("13pm", None),
        ("0am", None),
        ("24:00", None),
        ("12:60", None),
        ("soon", None),
        ("", None),
    ],
)
def test_times_of_day_are_read_as_people_write_them(text: str, at: time | None) -> None:
    assert clock_of(text) == at


class _Sent(dict[str, str]):
    def getlist(self, name: str) -> list[str]:
        """As WTForms asks for it."""
        return [self[name]] if name in self else []


def test_a_reason_is_a_usual_one_own_words_or_both() -> None:
    assert CancelForm(_Sent(reason="chair")).words == "The chair cannot come."
    assert CancelForm(_Sent(reason="chair", own_words=" Flu. ")).words == "The chair cannot come. Flu."
    assert CancelForm(_Sent(reason="other", own_words="Snow.")).words == "Snow."


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({}, "Choose why the meeting is cancelled"),
        ({"reason": "invented"}, "Choose why the meeting is cancelled"),
        ({"reason": "other"}, "Say in your own words why"),
    ],
)
def test_a_cancellation_needs_a_reason(sent: dict[str, str], words: str) -> None:
    form = CancelForm(_Sent(sent))
    assert not form.validate()
    assert [fault.text for fault in form.faults] == [words]


def test_a_missed_clock_needs_its_own_reason() -> None:
    form = MoveForm(_Sent(reason="chair"))
    assert form.validate()
    form.needs_breach_reason = True
    assert not form.validate()


def test_an_end_is_wall_time_in_england() -> None:
    sent = {"ended_on-day": "30", "ended_on-month": "6", "ended_on-year": "2026", "ended_at": "3pm"}
    form = HeldForm(_Sent(sent))
    assert form.validate()
    assert form.ended == datetime(2026, 6, 30, 14, tzinfo=UTC)


def test_the_childrens_dates_that_a_sittings_move_breaks_are_told_one_by_one() -> None:
    day = wire_date(date(2026, 4, 13))
    found = [
        TouchedObligation(
            obligation=CLOCK, subject="councils/demo/children/c", subject_reference="NM-0412", local_due_date=day,
            misses_local=True,
        ),
        TouchedObligation(
            obligation=CLOCK, subject="councils/demo/children/d", statutory_due_date=day, local_due_date=day,
            misses_statutory=True,
        ),
    ]  # fmt: skip
    first, second = late_rows(found)
    assert (first.reference, first.law, first.ours) == ("NM-0412", "", "13 Apr 2026, would be missed")
    assert first.path == "/children/c?clock=one#clock-one"
    assert (second.reference, second.law, second.ours) == (
        "No reference yet", "13 Apr 2026, would be missed", "13 Apr 2026, not missed by this",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("state", "where", "declined"),
    [
        (note_pb.ROOM_STATE_UNSPECIFIED, "Room 2", False),
        (note_pb.ROOM_STATE_PENDING, "Room 2 (the room has not confirmed yet)", False),
        (note_pb.ROOM_STATE_ACCEPTED, "Room 2 (confirmed by the room)", False),
        (note_pb.ROOM_STATE_DECLINED, "Room 2 (the room did not take the booking)", True),
    ],
)
def test_a_room_is_confirmed_by_its_own_word_alone(
    state: "note_pb.RoomState.ValueType", where: str, declined: bool
) -> None:
    delivery = note_pb.GetMeetingDeliveryResponse(state=note_pb.DELIVERY_STATE_SENT, room_state=state)
    page = meeting_page(some_facts(delivery=delivery))
    assert (page.where, page.room_declined) == (where, declined)
    cancelled = a_meeting(state=meeting_pb2.MEETING_STATE_CANCELLED)
    assert meeting_page(some_facts(cancelled, delivery=delivery)).where == "Room 2"
