"""Children of the made council for whom a meeting waits to be arranged, found by what a test needs of them."""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, Protocol

import grpc
from permanence.cases.v1 import cases_service_pb2 as cases_pb
from permanence.cases.v1.cases_service_pb2_grpc import CasesServiceStub
from permanence.scheduler.v1 import meeting_drafts_service_pb2 as drafts_pb
from permanence.scheduler.v1 import scheduler_service_pb2 as pb
from permanence.scheduler.v1.meeting_drafts_service_pb2_grpc import MeetingDraftsServiceStub
from permanence.scheduler.v1.meeting_pb2 import KeptApartPair, Slot, UnarrangedObligation
from permanence.scheduler.v1.scheduler_service_pb2_grpc import SchedulerServiceStub

from tests.web.browser.site import Site

COUNCIL = "councils/demo"
KINDS = ("cic_review", "ppm")
_MOST, _SUBJECTS_AT_ONCE = 500, 50
_KEPT_APART = ("must_not_meet", "must_not_know", "confidential_address")
# A time is found well before the date, though other tests move the clock on.
_IN_TIME_DAYS = 8
# Enough for a test that takes one, then another.
_LEAST_TIMES = 3


@dataclass(frozen=True)
class Case:
    """A child for whom a meeting waits to be arranged; no other test of this run has the same one.

    `plan` is filled in, `slots` are the times offered, `pairs` must not meet.
    """

    subject: str
    reference: str
    kind: str
    plan: pb.MeetingPlan
    slots: tuple[Slot, ...]
    pairs: tuple[KeptApartPair, ...]
    clocks: tuple[UnarrangedObligation, ...]

    @property
    def chair(self) -> str:
        """Who chairs."""
        return next(one.person for one in self.plan.attendees if one.chair)


@dataclass(frozen=True)
class Wanted:
    """What a test needs of a child. `pair`: whether two of its people must not meet; `late`: every time misses a date.

    None is whatever comes. `persona` may know of the case, and `chair` chairs it.
    """

    pair: bool | None
    late: bool
    restricted: bool | None
    persona: str
    chair: str

    def fits(self, case: Case) -> bool:
        """Now that its times are known."""
        in_time = self.late or (len(case.slots) >= _LEAST_TIMES and not case.slots[0].breaches)
        return in_time and self.pair in (None, bool(case.pairs)) and self.chair in ("", case.chair)


class Ask(Protocol):
    """`ask(method, request, persona)`: a service's reply."""

    def __call__(self, method: Any, request: Any, persona: str = "business-support") -> Any: ...


class Children:
    """What is asked of the services to find them is asked once."""

    def __init__(self, site: Site, ask: Ask) -> None:
        self._site, self._ask = site, ask
        self._cases, scheduler = CasesServiceStub(site.channel("cases")), site.channel("scheduler")
        self._scheduler, self._drafts = SchedulerServiceStub(scheduler), MeetingDraftsServiceStub(scheduler)
        self._used: set[tuple[str, str]] = set()
        # Asking for a child's times is dear; the clock goes on and times are taken, so that none will do later.
        self._unfit: set[tuple[Wanted, str, str]] = set()
        self._lists: dict[tuple[str, datetime], dict[str, list[UnarrangedObligation]]] = {}
        self._known_to: dict[str, set[str]] = {}

    def take(self, kind: str, wanted: Wanted) -> Case | None:
        """One that nobody has begun, and nobody else gets; None where there is none left."""
        for subject, clocks in self._waiting(kind).items():
            if (kind, subject) in self._used | self._begun or (wanted, kind, subject) in self._unfit:
                continue
            if not self._may_fit(subject, clocks, wanted):
                continue
            case = self._suggested(subject, kind, clocks)
            if case and wanted.fits(case):
                self._used.add((kind, subject))
                return case
            if case:
                self._unfit.add((wanted, kind, subject))
        return None

    def _may_fit(self, subject: str, clocks: Sequence[UnarrangedObligation], wanted: Wanted) -> bool:
        left = min(one.working_days_left for one in clocks)
        around = self._around.get(subject, set())
        return (
            (left < 0 if wanted.late else left >= _IN_TIME_DAYS)
            and wanted.restricted in (None, subject in self._restricted)
            and (not wanted.chair or wanted.chair in around)
            and wanted.pair in (None, any(pair <= around for pair in self._apart))
            and self._is_known_to(wanted.persona, subject)
        )

    def _waiting(self, kind: str) -> dict[str, list[UnarrangedObligation]]:
        """Of children, the most urgent first."""
        at = (kind, self._site.clock.now())
        if at not in self._lists:
            request = pb.ListUnarrangedObligationsRequest(parent=COUNCIL, meeting_kind=kind, page_size=_MOST)
            found = self._lists[at] = {}
            for one in self._ask(self._scheduler.ListUnarrangedObligations, request).obligations:
                if "/children/" in one.subject:
                    found.setdefault(one.subject, []).append(one)
        return self._lists[at]

    def _suggested(self, subject: str, kind: str, clocks: Sequence[UnarrangedObligation]) -> Case | None:
        plan = pb.MeetingPlan(meeting_kind=kind, subjects=[subject], needs_room=True)
        try:
            reply = self._ask(self._scheduler.SuggestSlots, pb.SuggestSlotsRequest(parent=COUNCIL, plan=plan))
        except grpc.RpcError:
            return None
        if not reply.slots:
            return None
        slots, pairs = tuple(reply.slots), tuple(reply.kept_apart_pairs)
        return Case(subject, clocks[0].subject_reference, kind, reply.plan, slots, pairs, tuple(clocks))

    @cached_property
    def _begun(self) -> set[tuple[str, str]]:
        request = drafts_pb.ListMeetingDraftsRequest(parent=COUNCIL, page_size=_MOST)
        drafts = self._ask(self._drafts.ListMeetingDrafts, request).meeting_drafts
        return {(draft.plan.meeting_kind, subject) for draft in drafts for subject in draft.plan.subjects}

    @cached_property
    def _restricted(self) -> set[str]:
        return {one.name for one in self._subjects("business-support-manager") if one.restricted}

    def _is_known_to(self, persona: str, subject: str) -> bool:
        """Business support may know of nearly everybody, which would be a long list."""
        if persona.startswith("business-support"):
            return True
        if persona not in self._known_to:
            self._known_to[persona] = {one.name for one in self._subjects(persona)}
        return subject in self._known_to[persona]

    def _subjects(self, persona: str) -> Iterator[Any]:
        token, more = "", True
        while more:
            request = cases_pb.ListSubjectsRequest(parent=COUNCIL, page_size=_MOST, page_token=token)
            reply = self._ask(self._cases.ListSubjects, request, persona)
            yield from reply.subjects
            token = reply.next_page_token
            more = bool(token)

    @cached_property
    def _around(self) -> dict[str, set[str]]:
        """Who stands around each child."""
        subjects = sorted({subject for kind in KINDS for subject in self._waiting(kind)})
        found: dict[str, set[str]] = {}
        for at in range(0, len(subjects), _SUBJECTS_AT_ONCE):
            some = subjects[at : at + _SUBJECTS_AT_ONCE]
            request = cases_pb.ListInvolvementsRequest(parent=COUNCIL, subjects=some)
            for one in self._ask(self._cases.ListInvolvements, request).involvements:
                found.setdefault(one.subject, set()).add(one.person)
        return found

    @cached_property
    def _apart(self) -> list[set[str]]:
        """People who are kept apart, and whoever may not learn an address, as the council's own data have them.

        A second person has to release what they are told.
        """
        with (self._site.root / "extracts" / "demo" / "restrictions.csv").open(encoding="utf-8", newline="") as file:
            rows = [row for row in csv.DictReader(file) if row["kind"] in _KEPT_APART and not row["until"]]
        both = [{row["person_source_id"], row["other_person_source_id"]} - {""} for row in rows]
        pairs = [pair for pair in both if pair]
        request = cases_pb.LookUpPeopleRequest(
            parent=COUNCIL, source_ids=sorted({one for pair in pairs for one in pair})
        )
        found = {one.source_id: one.person for one in self._ask(self._cases.LookUpPeople, request).people}
        return [{found[one] for one in pair} for pair in pairs if all(one in found for one in pair)]
