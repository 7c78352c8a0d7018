"""A fostering panel of the council past the site: a sitting with its quorum, and a recommendation that waits."""

from contextlib import ExitStack
from datetime import UTC, date, timedelta
from functools import partial
from uuid import uuid4

import grpc
from google.type.date_pb2 import Date
from permanence.cases.v1.subject_pb2 import SUBJECT_KIND_CARER_HOUSEHOLD, SUBJECT_KIND_CHILD, Subject
from permanence.panels.v1 import composition_service_pb2 as composition_pb
from permanence.panels.v1 import decision_pb2, member_pb2
from permanence.panels.v1 import decisions_service_pb2 as decisions_pb
from permanence.panels.v1 import panel_pb2 as wire
from permanence.panels.v1 import panels_service_pb2 as pb
from permanence.panels.v1.composition_service_pb2_grpc import CompositionServiceStub
from permanence.panels.v1.decisions_service_pb2_grpc import DecisionsServiceStub
from permanence.scheduler.v1 import scheduler_service_pb2 as scheduler_pb

from tests.web.browser.panel import COUNCIL, Panel, key
from tests.web.browser.site import Site, until
from web.words import london, wire_date

DECISION_MAKER = "agency-decision-maker"
REASONS = "The panel weighed the report and the carers' own words."
_DAY = timedelta(days=1)
_STARTS = ("08:00", "13:00")
# Made-up people: name, roles.
_LIST = (
    ("Ada Made", ("chair", "independent")),
    ("Bo Made", ("social-worker-three-years",)),
    ("Cy Made", ("carer-experience",)),
    ("Di Made", ("education",)),
    ("Ed Made", ("member",)),
)


class Deciding:
    """What is made here waits for one test alone."""

    def __init__(self, site: Site, panel: Panel, stack: ExitStack) -> None:
        channel = stack.enter_context(site.channel("panels"))
        self.site, self.panel = site, panel
        self.decisions = DecisionsServiceStub(channel)
        self.composition = CompositionServiceStub(channel)
        self._used: set[str] = set()

    def recommended(self, kind: int = SUBJECT_KIND_CARER_HOUSEHOLD) -> tuple[decision_pb2.Decision, Subject]:
        """A recommendation that waits for the decision maker, and whom it is about."""
        body = self._body("fostering_panel")
        subject = self._subject(kind)
        while not self._referred(body, subject):
            subject = self._subject(kind)
        sitting: wire.Sitting = until("it stands on an agenda", partial(self._listing, body, subject))
        start = sitting.start_time.ToDatetime(tzinfo=UTC)
        self.site.clock.move_to(max(self.site.clock.now(), start + timedelta(minutes=1)))
        self._seat(sitting)
        record = pb.RecordOutcomeRequest(
            agenda_item=next(one.name for one in sitting.agenda if subject.name in one.subjects),
            subject=subject.name,
            kind=wire.OUTCOME_KIND_RECOMMENDED,
            reasons=REASONS,
            request_id=str(uuid4()),
        )
        self.panel.panels.RecordOutcome(record, metadata=self.panel.who("panel-chair"))
        waiting = self._decisions(subject.name)
        return waiting[0], subject

    def now(self, decision: decision_pb2.Decision) -> decision_pb2.Decision:
        """As it stands."""
        request = decisions_pb.GetDecisionRequest(name=decision.name)
        return self.decisions.GetDecision(request, metadata=self.panel.who(DECISION_MAKER)).decision

    def _decisions(self, subject: str) -> list[decision_pb2.Decision]:
        request = decisions_pb.ListDecisionsRequest(parent=COUNCIL, subject=subject)
        return list(self.decisions.ListDecisions(request, metadata=self.panel.who(DECISION_MAKER)).decisions)

    def _subject(self, kind: int) -> Subject:
        for one in self.panel.subjects("business-support"):
            fits = one.kind == kind and not one.restricted and one.name not in self._used
            if fits and not self._decisions(one.name):
                self._used.add(one.name)
                return one
        raise AssertionError(f"no subject of the kind {kind} is left")

    def _body(self, meeting_kind: str) -> wire.Body:
        listed = self.panel.panels.ListBodies(pb.ListBodiesRequest(parent=COUNCIL), metadata=self.panel.who())
        return next(one for one in listed.bodies if one.meeting_kind == meeting_kind)

    def _referred(self, body: wire.Body, subject: Subject) -> bool:
        """Before a sitting to come that has room; not where they wait for the body already."""
        if not any(self._comes(one, body) and self._has_room(one, body) for one in self.panel.all_sittings()):
            until("the sitting is known", partial(self._of_meeting, self._book(body)))
        refer = pb.ReferSubjectRequest(
            parent=COUNCIL, body=body.name, subjects=[subject.name], reason="To be heard.", request_id=str(uuid4())
        )
        try:
            self.panel.panels.ReferSubject(refer, metadata=self.panel.who())
        except grpc.RpcError as refused:
            if refused.code() is not grpc.StatusCode.ALREADY_EXISTS:
                raise
            return False
        return True

    def _listing(self, body: wire.Body, subject: Subject) -> wire.Sitting | None:
        """The sitting to come whose agenda holds the subject."""
        coming = (self.panel.sitting(one.name) for one in self.panel.all_sittings() if self._comes(one, body))
        return next((one for one in coming if any(subject.name in item.subjects for item in one.agenda)), None)

    def _comes(self, sitting: wire.Sitting, body: wire.Body) -> bool:
        planned = sitting.state == wire.SITTING_STATE_PLANNED
        begins = sitting.start_time.ToDatetime(tzinfo=UTC)
        return planned and sitting.body == body.name and begins > self.site.clock.now()

    def _has_room(self, sitting: wire.Sitting, body: wire.Body) -> bool:
        seconds = sitting.end_time.seconds - sitting.start_time.seconds
        return len(self.panel.sitting(sitting.name).agenda) < seconds // (60 * body.item_minutes)

    def _of_meeting(self, meeting: str) -> wire.Sitting | None:
        name = next((one.name for one in self.panel.all_sittings() if one.meeting == meeting), "")
        return self.panel.sitting(name) if name else None

    def _book(self, body: wire.Body) -> str:
        """On the first day ahead on which somebody is free to chair it."""
        like = self.panel.meeting(self.panel.sittings()[-1].meeting)
        first = self.site.clock.now().astimezone(london(like.start_time).tzinfo).date() + _DAY
        for ahead in range(40):
            for start in _STARTS:
                day = first + ahead * _DAY
                request = scheduler_pb.CreateSeriesRequest(
                    parent=COUNCIL,
                    body=body.name,
                    meeting_kind=body.meeting_kind,
                    first_date=Date(year=day.year, month=day.month, day=day.day),
                    local_start=start,
                    minutes=240,
                    interval_days=28,
                    count=1,
                    attendees=like.attendees,
                    request_id=str(uuid4()),
                )
                try:
                    made = self.panel.scheduler.CreateSeries(request, metadata=self.panel.who())
                except grpc.RpcError as refused:
                    if refused.code() is not grpc.StatusCode.ALREADY_EXISTS:
                        raise
                    continue
                return str(made.series.meetings[0].name)
        raise AssertionError("nobody is ever free to chair it")

    def _seat(self, sitting: wire.Sitting) -> None:
        """Enough of the right members are there."""
        who = self.panel.who("panel-chair")
        asked = composition_pb.ListMembersRequest(body=sitting.body)
        members = list(self.composition.ListMembers(asked, metadata=who).members)
        known = {role for member in members for role in member.roles}
        for name, roles in _LIST:
            if not members or not set(roles) <= known or len(members) < len(_LIST):
                members.append(self._add(sitting.body, name, roles))
        for member in members:
            request = composition_pb.RecordAttendanceRequest(
                sitting=sitting.name,
                member=member.name,
                presence=member_pb2.PRESENCE_ARRIVED,
                request_id=str(uuid4()),
            )
            self.composition.RecordAttendance(request, metadata=who)

    def _add(self, body: str, name: str, roles: tuple[str, ...]) -> member_pb2.Member:
        request = composition_pb.AddMemberRequest(
            body=body,
            name_for_staff=name,
            roles=roles,
            from_date=wire_date(date(2020, 1, 6)),
            experienced_since=wire_date(date(2015, 1, 5)),
            evidence="Entry in the register, seen by the panel adviser",
            request_id=str(uuid4()),
        )
        return self.composition.AddMember(request, metadata=self.panel.who("panel-chair")).member


def path_of(decision: decision_pb2.Decision) -> str:
    """Of its page."""
    return f"/decisions/{key(decision.name)}"


def whose(subject: Subject) -> str:
    """As lists name it."""
    return f"{subject.reference}, {subject.display_name}" if subject.kind == SUBJECT_KIND_CHILD else subject.reference
