"""The council's panel past the site: finds, or else makes, the sittings and the minutes that a test is about."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property, partial
from uuid import uuid4

import grpc
from google.protobuf.timestamp_pb2 import Timestamp
from google.type.date_pb2 import Date
from permanence.cases.v1 import cases_service_pb2 as cases_pb
from permanence.cases.v1.cases_service_pb2_grpc import CasesServiceStub
from permanence.cases.v1.obligation_pb2 import Obligation
from permanence.cases.v1.subject_pb2 import SUBJECT_KIND_CHILD, Subject
from permanence.panels.v1 import panel_pb2 as wire
from permanence.panels.v1 import panels_service_pb2 as pb
from permanence.panels.v1.panels_service_pb2_grpc import PanelsServiceStub
from permanence.scheduler.v1 import scheduler_service_pb2 as scheduler_pb
from permanence.scheduler.v1.meeting_pb2 import MEETING_STATE_BOOKED, Meeting
from permanence.scheduler.v1.scheduler_service_pb2_grpc import SchedulerServiceStub

from tests.web.browser.site import Site, until
from web.words import london, long_date, time_span

COUNCIL = "councils/demo"
_ITEMS = 5
_MINUTES = 15 * _ITEMS
_STARTS = ("08:00", "10:00", "12:00", "14:00", "16:00")
_DAYS_AHEAD = 40
_DAY = timedelta(days=1)
_A_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Place:
    """One subject of one item."""

    sitting: wire.Sitting
    item: wire.AgendaItem
    at: int = 0

    @property
    def reference(self) -> str:
        """Of the subject."""
        return self.item.references[self.at]

    @property
    def subject(self) -> str:
        """Its resource name."""
        return self.item.subjects[self.at]

    @property
    def whose(self) -> str:
        """As links and buttons name it."""
        return f"item {self.item.number}, {self.reference}"

    @property
    def path(self) -> str:
        """Of the page of its outcome."""
        return f"{path_of(self.sitting)}/items/{key(self.item.name)}/outcome?subject={key(self.subject)}"


class Panel:
    """What is made here, any later test may use; none may rely on what another made."""

    def __init__(self, site: Site, stack: ExitStack) -> None:
        self.site = site
        self._known: dict[tuple[str, datetime], tuple[tuple[str, str], ...]] = {}
        self.panels = PanelsServiceStub(stack.enter_context(site.channel("panels")))
        self.cases = CasesServiceStub(stack.enter_context(site.channel("cases")))
        self.scheduler = SchedulerServiceStub(stack.enter_context(site.channel("scheduler")))

    def who(self, persona: str = "business-support") -> tuple[tuple[str, str], ...]:
        """For a call as that person, as long as the clock stands."""
        now = self.site.clock.now()
        if (persona, now) not in self._known:
            self._known[persona, now] = self.site.metadata(persona)
        return self._known[persona, now]

    # Sittings

    def sittings(self) -> list[wire.Sitting]:
        """All of the tracking panel, by start, without agendas."""
        return [one for one in self.all_sittings() if one.body == self._tracking]

    def all_sittings(self) -> list[wire.Sitting]:
        """Of every body, by start, without agendas."""
        listed = self.panels.ListSittings(pb.ListSittingsRequest(parent=COUNCIL, page_size=500), metadata=self.who())
        return list(listed.sittings)

    @cached_property
    def _tracking(self) -> str:
        listed = self.panels.ListBodies(pb.ListBodiesRequest(parent=COUNCIL), metadata=self.who())
        return next(one.name for one in listed.bodies if one.meeting_kind == "tracking_panel")

    def sitting(self, name: str, persona: str = "panel-chair") -> wire.Sitting:
        """As it stands now."""
        return self.panels.GetSitting(pb.GetSittingRequest(name=name), metadata=self.who(persona)).sitting

    def planned(self) -> wire.Sitting:
        """One to come, short, with a full agenda."""
        for one in self.sittings():
            if one.state == wire.SITTING_STATE_PLANNED and _is_short(one) and _at(one.start_time) > self._soon():
                full = self.sitting(one.name)
                if len(full.agenda) == _ITEMS:
                    return full
        return self._filled(self._book_sitting())

    def many(self, children: int) -> list[Place]:
        """So many places without an outcome, in a sitting that has begun. Moves the clock where none has."""
        for one in self.sittings():
            if one.state == wire.SITTING_STATE_PLANNED:
                whole = self.sitting(one.name)
                places = [Place(whole, item, at) for item in whole.agenda for at in range(len(item.subjects))]
                waiting = [place for place in places if place.subject not in _settled(place.item)]
                if len(waiting) >= children:
                    self.site.clock.move_to(_at(one.start_time) + _A_MINUTE)
                    return waiting[:children]
        raise AssertionError(f"{children} children wait for no sitting")

    def alone(self, kept: wire.Sitting) -> None:
        """No other sitting to come stays booked."""
        for one in self.sittings():
            if one.name != kept.name and _at(one.start_time) > self.site.clock.now():
                asked = scheduler_pb.GetMeetingRequest(name=one.meeting)
                found = self.scheduler.GetMeeting(asked, metadata=self.who()).meeting
                if found.state == MEETING_STATE_BOOKED:
                    request = scheduler_pb.CancelMeetingRequest(
                        name=found.name, etag=found.etag, reason="It is not needed.", request_id=str(uuid4())
                    )
                    self.scheduler.CancelMeeting(request, metadata=self.who())

    def agenda(self, sitting: wire.Sitting) -> list[wire.AgendaItem]:
        """The items of a sitting that was listed."""
        return list(self.sitting(sitting.name).agenda)

    def under_way(self, planned: wire.Sitting | None = None) -> wire.Sitting:
        """This one, or any one with items that wait, while it sits. Moves the clock where it does not."""
        for one in () if planned else self.sittings():
            if one.state == wire.SITTING_STATE_PLANNED and self._sits(one) and any(self._open(self.sitting(one.name))):
                return self.sitting(one.name)
        planned = planned or self.planned()
        self.site.clock.move_to(_at(planned.start_time) + _A_MINUTE)
        return self.sitting(planned.name)

    def waiting(self, subjects: int = 1, least: int = 1) -> Place:
        """The first place without an outcome on an item of so many, in a sitting where `least` such items wait."""
        for one in self.sittings():
            if _at(one.start_time) <= self.site.clock.now() and one.state != wire.SITTING_STATE_CANCELLED:
                found = [place for place in self._open(self.sitting(one.name)) if len(place.item.subjects) == subjects]
                if len(found) >= least:
                    return found[0]
        for _ in range(10):
            found = [place for place in self._open(self.under_way()) if len(place.item.subjects) == subjects]
            if len(found) >= least:
                return found[0]
            self.held(found[0].sitting if found else self.under_way())
        raise AssertionError(f"no agenda has {least} items of {subjects} subjects")

    def held(self, sitting: wire.Sitting) -> wire.Sitting:
        """Once it is over and recorded as held, and its minutes wait."""
        self.hold(sitting.meeting)
        until("its minutes wait", partial(self.minutes, sitting.meeting))
        return self.sitting(sitting.name)

    def _sits(self, one: wire.Sitting) -> bool:
        return _at(one.start_time) <= self.site.clock.now() < _at(one.end_time) - 15 * _A_MINUTE

    def _soon(self) -> datetime:
        return self.site.clock.now() + 30 * _A_MINUTE

    def _open(self, sitting: wire.Sitting) -> Iterator[Place]:
        return (Place(sitting, item) for item in sitting.agenda if not item.outcomes)

    def _book_sitting(self) -> str:
        """The name of the meeting: on the first day ahead on which the panel's chair is free."""
        known = self.meeting(self.sittings()[-1].meeting)
        first = london(_stamp(self.site.clock.now())).date() + _DAY
        for ahead in range(_DAYS_AHEAD):
            for start in _STARTS:
                try:
                    return self._series(known, first + ahead * _DAY, start)
                except grpc.RpcError as refused:
                    if refused.code() is not grpc.StatusCode.ALREADY_EXISTS:
                        raise
        raise AssertionError("the panel's chair is never free")

    def _series(self, like: Meeting, day: date, start: str) -> str:
        request = scheduler_pb.CreateSeriesRequest(
            parent=COUNCIL,
            body=like.body,
            meeting_kind=like.meeting_kind,
            first_date=Date(year=day.year, month=day.month, day=day.day),
            local_start=start,
            minutes=_MINUTES,
            interval_days=14,
            count=1,
            attendees=like.attendees,
            request_id=str(uuid4()),
        )
        return str(self.scheduler.CreateSeries(request, metadata=self.who()).series.meetings[0].name)

    def _filled(self, meeting: str) -> wire.Sitting:
        def full() -> wire.Sitting | None:
            name = next((one.name for one in self.sittings() if one.meeting == meeting), "")
            found = self.sitting(name) if name else None
            return found if found and len(found.agenda) == _ITEMS else None

        found: wire.Sitting = until("its agenda is full", full)
        return found

    # Meetings

    def meeting(self, name: str) -> Meeting:
        """As it stands now."""
        request = scheduler_pb.GetMeetingRequest(name=name)
        return self.scheduler.GetMeeting(request, metadata=self.who()).meeting

    def hold(self, name: str) -> None:
        """Let it be over, if it is not, and say that it took place."""
        meeting = self.meeting(name)
        self.site.clock.move_to(_at(meeting.end_time) + 5 * _A_MINUTE)
        request = scheduler_pb.RecordMeetingHeldRequest(
            name=name, etag=meeting.etag, end_time=meeting.end_time, request_id=str(uuid4())
        )
        self.scheduler.RecordMeetingHeld(request, metadata=self.who())

    def planning_meeting(self) -> Meeting:
        """A permanence planning meeting, just held, of children whose minutes the team manager may sign."""
        for child in self.children("team-manager"):
            booked = None if child.restricted else self._book_planning(child.name)
            if booked:
                self.hold(booked.name)
                until("its minutes wait", partial(self.minutes, booked.name))
                return booked
        raise AssertionError("no time for any planning meeting")

    def _book_planning(self, child: str) -> Meeting | None:
        plan = scheduler_pb.MeetingPlan(meeting_kind="ppm", subjects=[child], needs_room=True)
        manager = self.who("business-support-manager")
        wanted = scheduler_pb.SuggestSlotsRequest(parent=COUNCIL, plan=plan)
        try:
            offered = self.scheduler.SuggestSlots(wanted, metadata=manager)
            slot = next(iter(offered.slots), offered.nearest)
            request = scheduler_pb.BookMeetingRequest(
                parent=COUNCIL,
                plan=offered.plan,
                start_time=slot.start_time,
                room=slot.room,
                breach_reason="Nobody was free before." if slot.breaches else "",
                request_id=str(uuid4()),
            )
            return self.scheduler.BookMeeting(request, metadata=manager).meeting
        except grpc.RpcError:
            return None  # nobody chairs it, or no room: another child's meeting will do

    # Minutes

    def minutes(self, meeting: str = "") -> list[wire.Minutes]:
        """As business support lists them."""
        request = pb.ListMinutesRequest(parent=COUNCIL, meeting=meeting, page_size=500)
        return list(self.panels.ListMinutes(request, metadata=self.who()).minutes)

    def minutes_named(self, name: str) -> wire.Minutes:
        """With their text."""
        return self.panels.GetMinutes(pb.GetMinutesRequest(name=name), metadata=self.who()).minutes

    def unwritten(self, subjects: int = 1) -> tuple[wire.Minutes, Place]:
        """Minutes of a sitting that nobody has begun, of one of so many on an item; makes some where there are none."""
        for _ in range(10):
            for sitting in self.sittings():
                places = [Place(sitting, item) for item in self.sitting(sitting.name).agenda]
                wanted = {place.subject: place for place in places if len(place.item.subjects) == subjects}
                for one in self.minutes(sitting.meeting) if sitting.state == wire.SITTING_STATE_HELD else ():
                    if one.state == wire.MINUTES_STATE_DRAFT and not one.etag and one.subject in wanted:
                        return one, wanted[one.subject]
            self.held(self.under_way())
        raise AssertionError(f"no minutes for one of {subjects}")

    def drafted(self, minutes: wire.Minutes, text: str) -> wire.Minutes:
        """With this text, as business support writes it."""
        request = pb.DraftMinutesRequest(
            meeting=minutes.meeting, subject=minutes.subject, text=text, etag=minutes.etag, request_id=str(uuid4())
        )
        return self.panels.DraftMinutes(request, metadata=self.who()).minutes

    # Whoever it is about

    def subject(self, name: str) -> Subject:
        """As business support sees it."""
        return self.cases.GetSubject(cases_pb.GetSubjectRequest(name=name), metadata=self.who()).subject

    def subjects(self, persona: str = "business-support") -> Iterator[Subject]:
        """Everybody whom that person may know of."""
        token = ""
        while True:
            request = cases_pb.ListSubjectsRequest(parent=COUNCIL, page_size=500, page_token=token)
            reply = self.cases.ListSubjects(request, metadata=self.who(persona))
            yield from reply.subjects
            token = reply.next_page_token
            if not token:
                return

    def children(self, persona: str = "business-support") -> Iterator[Subject]:
        """Of these, the children."""
        return (one for one in self.subjects(persona) if one.kind == SUBJECT_KIND_CHILD)

    def unarranged(self, meeting_kind: str) -> list[str]:
        """Subjects of clocks of this kind for which no meeting is booked, the most urgent first."""
        request = scheduler_pb.ListUnarrangedObligationsRequest(
            parent=COUNCIL, meeting_kind=meeting_kind, page_size=500
        )
        reply = self.scheduler.ListUnarrangedObligations(request, metadata=self.who())
        return [one.subject for one in reply.obligations]

    def clocks(self, subject: str) -> list[Obligation]:
        """All of one subject."""
        request = cases_pb.GetTimetableRequest(subject=subject)
        return list(self.cases.GetTimetable(request, metadata=self.who()).obligations)


def key(name: str) -> str:
    """The last part of a resource name."""
    return name.rpartition("/")[2]


def path_of(sitting: wire.Sitting) -> str:
    """Of its page."""
    return f"/sittings/{key(sitting.name)}"


def when_words(sitting: wire.Sitting) -> str:
    """As the list of sittings names it."""
    start = london(sitting.start_time)
    return f"{long_date(start.date())}, {time_span(start, london(sitting.end_time))}"


def _at(stamp: Timestamp) -> datetime:
    return stamp.ToDatetime(tzinfo=UTC)


def _stamp(when: datetime) -> Timestamp:
    stamp = Timestamp()
    stamp.FromDatetime(when)
    return stamp


def _settled(item: wire.AgendaItem) -> set[str]:
    return {one.subject for one in item.outcomes}


def _is_short(one: wire.Sitting) -> bool:
    return _at(one.end_time) - _at(one.start_time) == _MINUTES * _A_MINUTE
