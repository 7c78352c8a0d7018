"""New times for many meetings that can be had together.

One meeting after the other, the one whose clock runs out first before the others: it gets the best time that is left,
and that time is taken for all who come after it. No proposal lies on another meeting's old time: until the move is
carried out, those are taken too. A meeting's own is not in its way.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from rulebook.working_days import WorkingDays
from services.scheduler.domain.bulk_move import (
    ALREADY_STARTED,
    DATE_IS_THE_FAMILYS,
    DATE_OF_A_BODY,
    IN_ANOTHER_MOVE,
    KIND_NOT_KNOWN,
    MUST_NOT_MEET,
    NOT_BOOKED,
    UNDO_TIME,
    NewTime,
    Part,
    PartState,
    Why,
    in_reading_order,
    touched,
)
from services.scheduler.domain.clocks import ClockToKeep, due_dates
from services.scheduler.domain.diary import Busy, Capacity, Diary, Room
from services.scheduler.domain.errors import MustNotMeet
from services.scheduler.domain.grains import Span, before, grains, span
from services.scheduler.domain.kept_apart import MustNotMeetPair, check_kept_apart
from services.scheduler.domain.meeting import Meeting, MeetingState, Plan, sessions_at
from services.scheduler.domain.own_time import Taking, without
from services.scheduler.domain.slot_rank import Ranking, Slot
from services.scheduler.domain.slot_search import Search, prepare_search, what_stands_in_the_way
from services.scheduler.domain.time_kept import NOTHING_KEPT, TimeKept

# Between a preview and its start somebody reads it.
_NOTICE = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Movable:
    """A meeting to be moved; `exclusive`: whose time it takes so that nobody else can, the room left out.

    `own`: what it takes at its present time, as the diaries have it.
    """

    meeting: Meeting
    clocks: tuple[ClockToKeep, ...]
    exclusive: frozenset[str] = frozenset()
    buffer_minutes: int = 0
    in_another_move: bool = False
    date_is_the_familys: bool = False
    kept: TimeKept = NOTHING_KEPT
    date_is_the_reviewing_services: bool = False
    kind_not_known: bool = False
    own: tuple[Taking, ...] = ()


@dataclass(frozen=True, slots=True)
class Closed:
    """What cannot be had for a stretch: one person, one room, or (neither) anybody."""

    stretch: Span
    person: str = ""
    room: str = ""


@dataclass(frozen=True, slots=True)
class Ground:
    """What the planner stands on: the diaries of everybody and all rooms over the window, read once."""

    capacity: Capacity
    window: tuple[date, date]
    calendar: WorkingDays
    now: datetime
    pairs: tuple[MustNotMeetPair, ...] = ()
    closed: Closed | None = None


def plan_moves(meetings: Sequence[Movable], ground: Ground) -> tuple[Part, ...]:
    """What becomes of each meeting, in reading order: a new time, or why there is none."""
    times = Times(ground.capacity, ground.closed)
    return in_reading_order(_part(one, ground, times) for one in sorted(meetings, key=_urgency))


def _urgency(one: Movable) -> tuple[date, datetime, str]:
    earliest = min((clock.due for clock in one.clocks if clock.due), default=date.max)
    return earliest, one.meeting.start, str(one.meeting.id)


def _part(one: Movable, ground: Ground, times: "Times") -> Part:
    fixed = _cannot_be_asked(one, ground)
    found = fixed or _look(one, ground, times)
    if isinstance(found, Why):
        return _described(one, None).refused(found)
    times.take(one, found)
    after = NewTime(found.start, found.room)
    return replace(_described(one, after), clashes=found.clashes, not_checked=found.not_checked)


def _described(one: Movable, after: NewTime | None) -> Part:
    meeting = one.meeting
    return Part(
        meeting=meeting.id,
        version=meeting.version,
        title=meeting.title,
        reference=meeting.reference,
        subjects=meeting.plan.subjects,
        start=meeting.start,
        end=meeting.end,
        room=meeting.room,
        state=PartState.PROPOSED,
        after=after,
        needs_word=one.date_is_the_reviewing_services and after is not None and after.start != meeting.start,
        touched=touched(one.clocks, meeting.start, after.start if after else None),
    )


def _cannot_be_asked(one: Movable, ground: Ground) -> Why | None:
    meeting = one.meeting
    if meeting.state is not MeetingState.BOOKED:
        return NOT_BOOKED
    if meeting.start <= ground.now:
        return ALREADY_STARTED
    if meeting.plan.body:
        return DATE_OF_A_BODY
    if one.kind_not_known:
        return KIND_NOT_KNOWN
    if one.date_is_the_familys:
        return DATE_IS_THE_FAMILYS
    if one.in_another_move:
        return IN_ANOTHER_MOVE
    try:
        check_kept_apart(meeting.plan, ground.pairs)
    except MustNotMeet:
        return MUST_NOT_MEET
    return None


def _look(one: Movable, ground: Ground, times: "Times") -> Slot | Why:
    plan = replace(one.meeting.plan, needs_room=bool(one.meeting.room))
    capacity = times.seen_by(one, plan)
    search = prepare_search(
        plan,
        capacity,
        ground.window,
        ground.calendar,
        not_before=int((ground.now + UNDO_TIME + _NOTICE).timestamp()) // 60,
        buffer_minutes=one.buffer_minutes,
        kept=one.kept,
    )
    best = _best(one, ground, search, capacity)
    return _in_its_own_room(best, search, one.meeting.room) if best else _why_no_time(search, ground)


def _best(one: Movable, ground: Ground, search: Search, capacity: Capacity) -> Slot | None:
    """The best time: its own in another room, where that can be; where nothing is closed, never the very same again."""
    own = search.grid.grain_at_or_after(one.meeting.start)
    present = 1 << own if 0 <= own < search.grid.size and search.grid.instant(own) == one.meeting.start else 0
    if ground.closed is None:
        search = replace(search, allowed=search.allowed & ~present)
    ranking = Ranking(search, capacity, due_dates(one.clocks), ground.calendar)
    return ranking.slot_at(own) if search.starts & present else ranking.best_one()


def _in_its_own_room(slot: Slot, search: Search, room: str) -> Slot:
    """People look for a meeting where it always was."""
    grain = search.grid.grain_at_or_after(slot.start)
    stays = any(one.room.name == room and one.fits >> grain & 1 for one in search.rooms)
    return replace(slot, room=room) if stays else slot


def _why_no_time(search: Search, ground: Ground) -> Why:
    if search.allowed:
        return Why(*what_stands_in_the_way(search, search.allowed))
    first, last = ground.window
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    if not any(map(ground.calendar.is_working, days)):
        return Why("NO_WORKING_DAY", "No day of the window is a working day.")
    if search.contact:
        return Why("CONTACT_TIME", "What is left of the window is contact between a child and their family.")
    return Why("TOO_LATE", "No start is left in the window.")


class Times:
    """Who and what is taken when: what the diaries say, and what was proposed since."""

    def __init__(self, capacity: Capacity, closed: Closed | None) -> None:
        self._diaries: dict[str, Diary] = dict(capacity.diaries)
        self._rooms: dict[str, Room] = {room.name: room for room in capacity.rooms}
        self._children = capacity.children
        if closed is not None:
            self._close(closed)

    def seen_by(self, one: Movable, plan: Plan) -> Capacity:
        """The diaries as this meeting's search must read them, and the rooms."""
        diaries = {name: self._diaries[name] for name in plan.people if name in self._diaries}
        seen = without(Capacity(diaries, tuple(self._rooms.values()), self._children), one.own)
        if not one.buffer_minutes:
            return seen
        # The search keeps time after the meeting for the chair; of others whose time is taken it does not know.
        chair = plan.chair.person if plan.chair else ""
        earlier = {
            name: replace(diary, busy=_earlier(diary.busy, one.buffer_minutes))
            for name, diary in seen.diaries.items()
            if name in one.exclusive and name != chair
        }
        return replace(seen, diaries={**seen.diaries, **earlier})

    def take(self, one: Movable, slot: Slot) -> None:
        """The time is gone for everybody who comes to the meeting, and for its room."""
        sessions = sessions_at(one.meeting.plan, slot.start)
        after = timedelta(minutes=one.buffer_minutes)
        written_up = timedelta(minutes=max(one.buffer_minutes, one.kept.write_up))
        for attendee in one.meeting.plan.attendees:
            theirs = [each for each in sessions if attendee.throughout or attendee.comes_to(each.number)]
            if attendee.person in one.exclusive:
                stretches = [span(theirs[0].start, theirs[-1].end + (written_up if attendee.chair else after))]
            else:
                stretches = [span(each.start, each.end) for each in theirs]
            self._busy(attendee.person, stretches)
            if slot.room:
                diary = self._diaries[attendee.person]
                stays = [(*span(each.start, each.end), slot.room) for each in theirs]
                self._diaries[attendee.person] = replace(diary, places=(*diary.places, *stays))
            if attendee.chair:
                diary = self._diaries[attendee.person]
                chaired = (*diary.chaired, stretches[0][0])
                self._diaries[attendee.person] = replace(diary, chaired=chaired)
        if slot.room:
            self._occupied(slot.room, span(sessions[0].start, sessions[-1].end + after))

    def _close(self, closed: Closed) -> None:
        people: Collection[str] = (closed.person,) if closed.person else () if closed.room else tuple(self._diaries)
        for person in people:
            self._busy(person, [closed.stretch])
        rooms: Mapping[str, Room] = self._rooms if not closed.person else {}
        for room in tuple(rooms):
            if closed.room in ("", room):
                self._occupied(room, closed.stretch)

    def _busy(self, person: str, stretches: Sequence[Span]) -> None:
        diary = self._diaries.get(person, Diary())
        self._diaries[person] = replace(diary, busy=_with(diary.busy, stretches))

    def _occupied(self, room: str, stretch: Span) -> None:
        known = self._rooms[room]
        self._rooms[room] = replace(known, busy=_with(known.busy, [stretch]))


def _with(busy: Busy, stretches: Sequence[Span]) -> Busy:
    return replace(busy, spells=(*busy.spells, *stretches))


def _earlier(busy: Busy, minutes: int) -> Busy:
    """The same, all of it beginning so much earlier."""
    spells = tuple((first - minutes, last) for first, last in busy.spells)
    ready = busy.ready and replace(busy.ready, bits=before(busy.ready.bits, grains(minutes)))
    return Busy(spells, ready)
