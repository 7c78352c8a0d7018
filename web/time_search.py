"""Asks the scheduler for times, as the query of a page says: the usual five, more, other days, or one day's."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from permanence.scheduler.v1 import scheduler_service_pb2 as pb
from permanence.scheduler.v1.meeting_pb2 import Slot

from web.at_once import few_at_once
from web.calendar_of_times import Month, WhyNot, months_of, why_not
from web.desk import Desk, Refused
from web.form import DateField, PageForm
from web.people import People
from web.times import (
    Choosing,
    Clock,
    TimeOption,
    asked_of,
    clocks_from,
    days_off_in,
    default_window,
    empty_words,
    shared_not_checked,
    suggested,
    time_option,
    time_options,
    value_of,
)
from web.words import clock_time, london, long_date, wire_date

FEW, MORE, MOST = 5, 20, 50
_FARTHEST_DAYS = 2 * 365
_LONGEST_DAYS = 182


class WindowForm(PageForm):
    """The days to look at; sent by GET, so that the page can be kept and gone back to."""

    wire_fields: Mapping[str, str] = {"from_date": "first", "until_date": "last"}

    first = DateField("First day")
    last = DateField("Last day")

    def check(self, today: date) -> bool:
        """Whether both days are days that can be looked at; says which is not, and why."""
        fine = self.validate()
        first, last = self.first.data, self.last.data
        if first and first < today:
            self.refuse("First day must be today or later", "first")
        for day, field in ((first, self.first), (last, self.last)):
            if day and (day - today).days > _FARTHEST_DAYS:
                self.refuse(f"{field.label.text} must be within two years", field.name)
        if first and last and last < first:
            self.refuse("Last day must be the first day or later", "last")
        if first and last and (last - first).days > _LONGEST_DAYS:
            self.refuse("Last day must be within 26 weeks of the first day", "last")
        return fine and not self.faults


@dataclass(frozen=True)
class Question:
    """What times are looked for. `rooms`: name on the door by resource name.

    `moving`: the meeting that is moved; `present`: the value of the time and room it has now, which is not offered.
    """

    plan: pb.MeetingPlan
    clocks: tuple[Clock, ...]
    people: People
    rooms: Mapping[str, str]
    moving: str = ""
    present: str = ""


@dataclass(frozen=True)
class Times:
    """What a page shows of a search.

    `options` are the times, the best first; `suggested` is the value to preselect. Where there are none, `empty` says
    so and `nearest` is the closest. While a meeting is moved nothing is suggested: its own time may be the best.
    `only`: the day that alone is listed; `lost`: the time chosen before is not offered any more; `plan`: the
    plan filled in; `outlook`: how old what is known of people's Outlook is.
    """

    choosing: Choosing
    options: tuple[TimeOption, ...]
    nearest: TimeOption | None
    suggested: str
    empty: str
    shared_not_checked: tuple[str, ...]
    months: tuple[Month, ...]
    why_not: tuple[WhyNot, ...]
    window: WindowForm
    only: date | None
    more: bool
    lost: bool
    plan: pb.MeetingPlan
    outlook: str

    @property
    def offered(self) -> tuple[TimeOption, ...]:
        """All that can be chosen."""
        return self.options or ((self.nearest,) if self.nearest else ())

    def picked(self, value: str | None) -> str:
        """What to preselect: what was chosen, though its room may be another now, else the suggestion."""
        found = [one.value for one in self.offered if one.value == value]
        found += [one.value for one in self.offered if value and _same_start(one.value, value)]
        return found[0] if found else self.suggested

    def query(self, **also: str) -> str:
        """This search as a query, with something more."""
        given = {
            f"{field.name}-{part}": text
            for field in (self.window.first, self.window.last)
            for part, text in field.parts.items()
            if field.given
        }
        return urlencode({**given, **also})

    @property
    def heading(self) -> str:
        """What is listed."""
        if not self.options:
            return "The closest time"
        return f"Times on {long_date(self.only)}" if self.only else "Times that would do"


async def clocks_of(desk: Desk, subjects: Collection[str], kind: str) -> tuple[Clock, ...]:
    """The clocks of the subjects that such a meeting would meet and none meets yet."""
    wanted = (
        pb.ListUnarrangedObligationsRequest(parent=desk.parent, subject=subject, meeting_kind=kind)
        for subject in sorted(subjects)
    )
    replies = await few_at_once(desk.ask("scheduler", desk.scheduler.ListUnarrangedObligations, one) for one in wanted)
    return clocks_from(one for reply in replies for one in reply.obligations)


async def search_times(desk: Desk, question: Question, query: Mapping[str, Any], kept: str = "") -> Times:
    """The times for a page; `kept`: the value chosen before, which is offered again where it still would do.

    Refused as SuggestSlots, save for the days asked for, which are faults of `window`.
    """
    window, only, more = _asked_in(query, desk.today())
    first, last = _window(window, desk, question.clocks)
    listed = (only, only) if only else (first, last)
    few = MOST if only else MORE if more else FEW
    one_more = min(MOST, few + bool(question.present))
    wanted = [_request(desk, question, *listed, one_more), _request(desk, question, first, last, MOST)]
    try:
        found, whole = await few_at_once(desk.ask("scheduler", desk.scheduler.SuggestSlots, one) for one in wanted)
    except Refused as refusal:
        if not any(one.field in WindowForm.wire_fields for one in refusal.violations):
            raise
        window.take(refusal)
        found = whole = pb.SuggestSlotsResponse(plan=question.plan)
    return _told(question, found, whole, _Shown(window, only, more, few, first, last, desk.today(), kept))


async def find_time(desk: Desk, question: Question, start: date, value: str) -> TimeOption | None:
    """A time that was chosen before, as things stand now; None where it is not offered any more."""
    _, usual = default_window(desk.today(), question.clocks)
    last = max(start, usual)
    wanted = [_request(desk, question, start, start, MOST), _request(desk, question, start, last, 1)]
    reply, whole = await few_at_once(desk.ask("scheduler", desk.scheduler.SuggestSlots, one) for one in wanted)
    choosing = _choosing(question, whole, start, last, desk.today())
    options = time_options(reply.slots, choosing)
    return next((one for one in options if _same_start(one.value, value)), None)


def _same_start(value: str, other: str) -> bool:
    return value.partition(".")[0] == other.partition(".")[0]


@dataclass(frozen=True)
class _Shown:
    window: WindowForm
    only: date | None
    more: bool
    few: int
    first: date
    last: date
    today: date
    kept: str


def _asked_in(query: Mapping[str, Any], today: date) -> tuple[WindowForm, date | None, bool]:
    window = WindowForm(query if any(name.startswith(("first-", "last-")) for name in query) else None)
    try:
        only = date.fromisoformat(str(query.get("day", "")))
    except ValueError:
        only = None
    near = only is not None and 0 <= (only - today).days <= _FARTHEST_DAYS
    return window, only if near else None, query.get("more") == "1"


def _window(window: WindowForm, desk: Desk, clocks: Sequence[Clock]) -> tuple[date, date]:
    """The days asked for where they can be looked at; else the usual ones, shown with what was wrong."""
    usual_first, usual_last = default_window(desk.today(), clocks)
    if not window.check(desk.today()):
        return usual_first, usual_last
    first = window.first.data or usual_first
    last = window.last.data or max(usual_last, first)
    if last < first:
        first = last
    return first, min(last, first + timedelta(days=_LONGEST_DAYS))


def _request(desk: Desk, question: Question, first: date, last: date, most: int) -> pb.SuggestSlotsRequest:
    return pb.SuggestSlotsRequest(
        parent=desk.parent,
        plan=question.plan,
        from_date=wire_date(first),
        until_date=wire_date(last),
        max_slots=most,
        moving_meeting=question.moving,
    )


def _choosing(question: Question, reply: pb.SuggestSlotsResponse, first: date, last: date, today: date) -> Choosing:
    asked = asked_of(reply.plan.attendees, question.people.names)
    off = days_off_in(reply.days_without)
    return Choosing(asked, question.rooms, question.clocks, first, last, today, off)


def _told(question: Question, found: pb.SuggestSlotsResponse, whole: pb.SuggestSlotsResponse, shown: _Shown) -> Times:
    choosing = _choosing(question, whole, shown.first, shown.last, shown.today)
    all_slots = _others(question, whole.slots)
    options = tuple(time_options(_others(question, found.slots)[: shown.few], choosing))
    missing = bool(shown.kept) and not shown.only and not any(_same_start(one.value, shown.kept) for one in options)
    again = [one for one in all_slots if missing and _same_start(value_of(one.start_time, one.room), shown.kept)]
    options = (*time_options(again, choosing), *options)
    closest = _others(question, [found.nearest] if found.HasField("nearest") and not options else [])
    nearest = time_option(closest[0], choosing) if closest else None
    said = replace(choosing, first=shown.only, last=shown.only) if shown.only else choosing
    every = len(whole.slots) < MOST
    return Times(
        choosing=choosing,
        options=options,
        nearest=nearest,
        suggested="" if question.moving else suggested(options),
        empty="" if options else empty_words(said, room=question.plan.needs_room, other=bool(question.moving)),
        shared_not_checked=shared_not_checked(options or ([nearest] if nearest else [])),
        months=tuple(months_of(all_slots, whole.days_without, shown.first, shown.last, every=every)),
        why_not=tuple(why_not(whole.days_without)),
        window=shown.window,
        only=shown.only,
        more=shown.more,
        lost=missing and not again,
        plan=found.plan,
        outlook=outlook_words(found, shown.today),
    )


def outlook_words(found: pb.SuggestSlotsResponse, today: date) -> str:
    """How old the oldest reading is; a day is told where it was not today. Empty where nobody's Outlook was read."""
    if not found.HasField("outlook_read_time"):
        return ""
    read = london(found.outlook_read_time)
    return f"Outlook was read at {clock_time(read)}{'' if read.date() == today else f' on {long_date(read.date())}'}."


def _others(question: Question, slots: Iterable[Slot]) -> list[Slot]:
    """All but the time and room that the moved meeting has already."""
    return [one for one in slots if value_of(one.start_time, one.room) != question.present]
