"""Times to choose from, in words: pure, for every page on which a time is chosen (arranging a meeting, moving one).

How a page uses it, together with `web/time_search.py` (asks the scheduler) and `templates/times.html` (shows it):

    times = await search_times(desk, Question(plan, clocks, people, rooms), request.query)      # a `Times`
    {% from "times.html" import time_radios, times_beside %}
    {{ time_radios(form.time, times) }}            inside the page's own POST form, as its first control
    {{ times_beside(times, path) }}                after it: more times, other days, calendar, why not

`form.time` is a plain `StringField`; its value is an option's `value`. `chosen(value)` gives (start, key of the room)
back, and None for anything else. `misses_a_clock(start, clocks)` says whether the start needs a manager's reason.

Whoever's diary nobody can read is `not_checked` by name and never counted among the free.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from google.protobuf.timestamp_pb2 import Timestamp
from permanence.scheduler.v1.meeting_pb2 import (
    DIARY_STATE_BUSY,
    DIARY_STATE_DAY_FULL,
    DIARY_STATE_NOT_WORKING,
    Attendee,
    DayWithout,
    Slot,
    UnarrangedObligation,
)

from web.desk import key_of
from web.words import civil, count_words, london, long_date, role_words, time_span

NOT_A_WORKING_DAY = "NOT_A_WORKING_DAY"
NO_CLOCK_WEEKS = timedelta(weeks=8)
_DIARY_WORDS: Mapping[int, str] = {
    DIARY_STATE_BUSY: "has something else then",
    DIARY_STATE_NOT_WORKING: "is away or not working then",
    DIARY_STATE_DAY_FULL: "has as many meetings that day as they take",
}
# Said by this module itself, with names and both dates; whatever else has a cost is shown in the scheduler's words.
_SAID_HERE = {
    "MISSES_A_CLOCK",
    "CLOSE_TO_CLOCK",
    "REQUIRED_AWAY",
    "OPTIONAL_AWAY",
    "NOT_CHECKED",
    "EARLIER_IS_BETTER",
}
# Said so that the reader knows what to look at.
_SAID_FULLER = {
    "WITHIN_SCHOOL_HOURS": "This time is in school hours, unless it is a school holiday. "
    "Look whether the child would miss school"
}


@dataclass(frozen=True)
class Asked:
    """Somebody who is asked. `name` is empty where the reader may not, or cannot just now, know it."""

    person: str
    name: str
    role: str
    needed: bool
    chair: bool = False

    @property
    def who(self) -> str:
        """`Dana Fox (team manager)`; `the team manager` without a name."""
        role = role_words(self.role)
        role = role[:1].lower() + role[1:]
        return f"{self.name} ({role})" if self.name else f"the {role}"


@dataclass(frozen=True)
class Clock:
    """The two dates of one obligation, never merged. `working_days_left`: until the earlier, where it is known."""

    obligation: str
    law: date | None
    ours: date | None
    working_days_left: int | None = None

    @property
    def earliest(self) -> date | None:
        """The date that a time must not miss."""
        return min((day for day in (self.law, self.ours) if day), default=None)


@dataclass(frozen=True)
class Choosing:
    """What times are told against. `rooms`: name on the door by resource name; `days_off`: known days without work."""

    asked: tuple[Asked, ...]
    rooms: Mapping[str, str]
    clocks: tuple[Clock, ...]
    first: date
    last: date
    today: date
    days_off: frozenset[date] = field(default_factory=frozenset)


@dataclass(frozen=True)
class TimeOption:
    """One time, told. `in_time`: it misses no clock; `takes`: what it would take where those needed are away."""

    value: str
    day: date
    label: str
    place: str
    parts: tuple[str, ...]
    free: tuple[str, ...]
    against: tuple[str, ...]
    not_checked: tuple[str, ...]
    clocks: tuple[str, ...]
    in_time: bool
    takes: tuple[str, ...]


def asked_of(attendees: Iterable[Attendee], names: Mapping[str, str]) -> tuple[Asked, ...]:
    """Who is asked, by name where it is known."""
    return tuple(
        Asked(one.person, names.get(one.person, ""), one.role, one.required or one.chair, one.chair)
        for one in attendees
    )


def clocks_from(obligations: Iterable[UnarrangedObligation]) -> tuple[Clock, ...]:
    """The queue's obligations as clocks."""
    return tuple(
        Clock(one.obligation, civil(one.statutory_due_date), civil(one.local_due_date), one.working_days_left)
        for one in obligations
    )


def default_window(today: date, clocks: Sequence[Clock]) -> tuple[date, date]:
    """From tomorrow to the last day that keeps every clock; eight weeks where there is none or it has passed."""
    first = today + timedelta(days=1)
    latest = min((one.earliest for one in clocks if one.earliest), default=None)
    return first, latest if latest is not None and latest >= first else first + NO_CLOCK_WEEKS


def days_off_in(without: Iterable[DayWithout]) -> frozenset[date]:
    """Days on which nobody works, as the scheduler names them."""
    found = (civil(one.on_date) for one in without if one.reason == NOT_A_WORKING_DAY)
    return frozenset(day for day in found if day)


def misses_a_clock(start: datetime, clocks: Iterable[Clock]) -> bool:
    """Whether a start (wall time) lies after a date that must be kept."""
    return any(one.earliest is not None and one.earliest < start.date() for one in clocks)


def value_of(start: Timestamp, room: str) -> str:
    """A time and room as a form carries them."""
    return f"{start.seconds}.{key_of(room)}"


def chosen(value: str) -> tuple[Timestamp, str] | None:
    """The start and the room's key (empty for none) that a form carried; None for anything else."""
    seconds, dot, room = value.partition(".")
    if not (dot and seconds.isascii() and seconds.isdigit() and len(seconds) <= 11):
        return None
    return Timestamp(seconds=int(seconds)), room


def time_options(slots: Iterable[Slot], choosing: Choosing) -> list[TimeOption]:
    """In the order given: the best first."""
    return [time_option(slot, choosing) for slot in slots]


def time_option(slot: Slot, choosing: Choosing) -> TimeOption:
    """One time with all that speaks for and against it."""
    start, end = london(slot.start_time), london(slot.end_time)
    states = {clash.person: clash.diary for clash in slot.clashes}
    unread = set(slot.not_checked)
    away = [one for one in choosing.asked if one.person in states]
    costs = [
        _SAID_FULLER.get(one.reason, one.text) for one in slot.reasons if one.cost > 0 and one.reason not in _SAID_HERE
    ]
    return TimeOption(
        value=value_of(slot.start_time, slot.room),
        day=start.date(),
        label=f"{long_date(start.date())}, {time_span(start, end)}",
        place=_place(slot.room, choosing.rooms),
        parts=_parts(slot),
        free=_free_words(choosing.asked, set(states), unread),
        against=tuple(f"{_upper(one.who)} {diary_words(states[one.person])}" for one in away) + tuple(costs),
        not_checked=tuple(one.who for one in choosing.asked if one.person in unread and one.person not in states),
        clocks=clock_words(start.date(), choosing),
        in_time=not slot.breaches,
        takes=_takes(slot, away, states, start.date(), choosing),
    )


def diary_words(state: int) -> str:
    """What a diary says; whatever is not known was not checked."""
    return _DIARY_WORDS.get(state, "is not checked: nobody can read this diary")


def clock_words(day: date, choosing: Choosing) -> tuple[str, ...]:
    """How the day stands to the law's date and to ours, the earliest of each."""
    found = []
    for label, dates in (("the law's date", "law"), ("our date", "ours")):
        due = min((getattr(one, dates) for one in choosing.clocks if getattr(one, dates)), default=None)
        if due is not None:
            found.append(_upper(distance_words(day, due, label, choosing)))
    return tuple(found)


def distance_words(day: date, due: date, label: str, choosing: Choosing) -> str:
    """`5 working days before our date, Monday 30 March 2026`; in days where days off are not known that far."""
    named = f"{label}, {long_date(due)}"
    if due < choosing.today:
        return f"{named}, has passed already"
    if day == due:
        return f"on {named} itself"
    count = _distance(min(day, due), max(day, due), choosing)
    return f"{count} before {named}" if day < due else f"misses {named}, by {count}"


def shared_not_checked(options: Sequence[TimeOption]) -> tuple[str, ...]:
    """Whose diary nobody can read at any of these times: said once, above them."""
    if not options:
        return ()
    common = set(options[0].not_checked).intersection(*(set(one.not_checked) for one in options))
    return tuple(who for who in options[0].not_checked if who in common)


def suggested(options: Sequence[TimeOption]) -> str:
    """The value of the first time that misses no clock; empty where each does: such a time is nobody's suggestion."""
    return next((one.value for one in options if one.in_time), "")


def empty_words(choosing: Choosing, *, room: bool, other: bool = False) -> str:
    """That no time suits, and whom. `other`: than the one that a meeting has already."""
    needed = sum(one.needed for one in choosing.asked)
    whom = "the person needed" if needed == 1 else f"all {needed} people needed"
    also = " and leaves a room" if room else ""
    days = f"on {long_date(choosing.first)}"
    if choosing.first != choosing.last:
        days = f"between {long_date(choosing.first)} and {long_date(choosing.last)}"
    return f"No {'other ' if other else ''}time {days} suits {whom}{also}."


def _distance(early: date, late: date, choosing: Choosing) -> str:
    span = [early + timedelta(days=n) for n in range(1, (late - early).days + 1)]
    if span[0] >= choosing.first and span[-1] <= choosing.last:
        return count_words(sum(day not in choosing.days_off for day in span), "working day")
    return count_words(len(span), "day")


def _free_words(asked: Sequence[Asked], away: set[str], unread: set[str]) -> tuple[str, ...]:
    found = []
    for needed, everybody, people in ((True, "Everybody needed", "people needed"), (False, "Everybody else", "others")):
        group = [one for one in asked if one.needed is needed]
        if group:
            free = sum(one.person not in away and one.person not in unread for one in group)
            open_ = sum(one.person in unread and one.person not in away for one in group)
            found.append(_count_free(free, len(group), open_, everybody, people))
    return tuple(found)


def _count_free(free: int, all_: int, not_checked: int, everybody: str, people: str) -> str:
    if free == all_:
        return f"{everybody} is free ({free} of {all_})"
    words = f"{free} of {all_} {people} {'is' if free == 1 else 'are'} known to be free"
    return f"{words}, {not_checked} not checked" if not_checked else words


def _takes(
    slot: Slot, away: Sequence[Asked], states: Mapping[str, int], day: date, choosing: Choosing
) -> tuple[str, ...]:
    found = []
    for one in away:
        if one.needed and states[one.person] == DIARY_STATE_NOT_WORKING:
            found.append(f"{_upper(one.who)} would have to come although they are not working, or be heard another way")
        elif one.needed:
            found.append(f"{_upper(one.who)} would have to come free from something else, or join by telephone")
    if slot.breaches:
        found.append("A manager would have to accept, with a reason, that a date is missed")
    if day > choosing.last:
        found.append("A later day than those that were looked at")
    return tuple(found)


def _parts(slot: Slot) -> tuple[str, ...]:
    if len(slot.sessions) < 2:
        return ()
    return tuple(
        f"part {one.number} {time_span(london(one.start_time), london(one.end_time))}" for one in slot.sessions
    )


def _place(room: str, rooms: Mapping[str, str]) -> str:
    return rooms.get(room, "a room whose name is not known just now") if room else "no room"


def _upper(words: str) -> str:
    return words[:1].upper() + words[1:]
