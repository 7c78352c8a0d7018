"""What moving a meeting changes: before and after, whether a date is missed, who will be told. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from google.protobuf.timestamp_pb2 import Timestamp
from permanence.cases.v1.obligation_pb2 import Obligation
from permanence.notifications.v1.notification_pb2 import Invitation
from permanence.scheduler.v1.meeting_pb2 import Attendee, Meeting
from permanence.scheduler.v1.scheduler_service_pb2 import MeetingPlan

from web.journeys.meeting.facts import Facts
from web.journeys.meeting.meeting_page import hand_told, when_words
from web.journeys.meeting.presenters import room_words
from web.telling import Reply, earlier_reply, is_off, knows_something, reply_of
from web.times import Clock, misses_a_clock
from web.words import civil, count_words, london


@dataclass(frozen=True)
class Standing:
    """A time and place as shown."""

    when: tuple[str, ...]
    where: str


@dataclass(frozen=True)
class Move:
    """The check page. `start` and `end` are wall time; `room` empty keeps the room.

    `missed`: the start lies after a date that must be kept, so that the scheduler asks for a manager's reason.
    """

    start: datetime
    end: datetime
    room: str
    before: Standing
    after: Standing
    same: bool
    clocks: tuple[Clock, ...]
    missed: bool
    told: tuple[str, ...]


def plan_of(meeting: Meeting) -> MeetingPlan:
    """The plan behind a booked meeting, to ask for other times of it. Diaries are looked at anew."""
    gaps = [
        (later.start_time.seconds - earlier.end_time.seconds) // 60
        for earlier, later in zip(meeting.sessions, meeting.sessions[1:], strict=False)
    ]
    return MeetingPlan(
        meeting_kind=meeting.meeting_kind,
        subjects=meeting.subjects,
        attendees=[_asked(one) for one in meeting.attendees],
        session_minutes=[(one.end_time.seconds - one.start_time.seconds) // 60 for one in meeting.sessions],
        minutes_between_sessions=gaps[0] if gaps else 0,
        needs_room=bool(meeting.room),
        held_by_video=meeting.held_by_video,
        obligations=meeting.obligations,
        body=meeting.body,
    )


def move_of(facts: Facts, start: Timestamp, room: str) -> Move:
    """The meeting as it stands beside the meeting as it would stand."""
    meeting = facts.meeting
    moved = moved_meeting(meeting, start, room or meeting.room)
    clocks = tuple(_clock(one) for one in _obligations(facts))
    return Move(
        start=london(start),
        end=london(moved.end_time),
        room=room,
        before=Standing(when_words(meeting), room_words(meeting, facts.rooms)),
        after=Standing(when_words(moved), room_words(moved, facts.rooms)),
        same=meeting.start_time == start and room in ("", meeting.room),
        clocks=clocks,
        missed=misses_a_clock(london(start), clocks),
        told=told_lines(facts.invitations, meeting),
    )


def moved_meeting(meeting: Meeting, start: Timestamp, room: str) -> Meeting:
    """The meeting at another time, its parts keeping their lengths and distances."""
    moved = Meeting()
    moved.CopyFrom(meeting)
    moved.room = room
    if not meeting.HasField("start_time"):
        moved.start_time.CopyFrom(start)
        moved.end_time.CopyFrom(start)
        return moved
    distance = timedelta(seconds=start.seconds - meeting.start_time.seconds)
    for stamp in (moved.start_time, moved.end_time):
        stamp.FromDatetime(stamp.ToDatetime() + distance)
    for session in moved.sessions:
        session.start_time.FromDatetime(session.start_time.ToDatetime() + distance)
        session.end_time.FromDatetime(session.end_time.ToDatetime() + distance)
    return moved


def told_lines(invitations: Sequence[Invitation] | None, meeting: Meeting) -> tuple[str, ...]:
    """Who hears of the move, and who is asked once more; what is not known is said."""
    if invitations is None:
        return ("Everybody who is asked will be told the new time. Who knows the present one is not known just now.",)
    asked = [one for one in invitations if not is_off(one)]
    knowing, hand = sum(knows_something(one) for one in asked), hand_told(asked)
    no = sum(Reply.DECLINED in (reply_of(one, meeting), earlier_reply(one, meeting)) for one in asked)
    lines = [
        f"{count_words(knowing, 'person', 'people')} who {'knows' if knowing == 1 else 'know'} the present time "
        "will be told the new one."
        if knowing
        else "Nobody has been told the present time yet."
    ]
    if hand:
        lines.append(f"Of these, {count_words(hand, 'person', 'people')} can only be told by one of you, by hand.")
    lines.append(
        "Everybody who is asked stays asked, and is asked to answer again."
        if knowing
        else "Everybody will be asked for the new time only."
    )
    if no:
        lines.append(
            f"{count_words(no, 'person', 'people')} who declined {'is' if no == 1 else 'are'} asked again too."
        )
    return tuple(lines)


def _asked(one: Attendee) -> Attendee:
    kept = Attendee()
    kept.CopyFrom(one)
    kept.ClearField("diary")
    return kept


def _obligations(facts: Facts) -> list[Obligation]:
    known = facts.obligations or {}
    return [known[name] for name in facts.meeting.obligations if name in known]


def _clock(one: Obligation) -> Clock:
    return Clock(one.name, civil(one.statutory_due_date), civil(one.local_due_date))
