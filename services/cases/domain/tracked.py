"""One subject as a tracking panel looks at it: plan, legal dates, drift, next sitting, the first clocks to run out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from rulebook.facts import EventType, FactKind, SubjectKind
from rulebook.pack import Pack
from rulebook.plan_state import Standing, plan_standing
from rulebook.rule import Basis, MeetingKindId
from rulebook.vocabulary import kind_of
from services.cases.domain import case_event
from services.cases.domain.care_spell import spell_on, spells
from services.cases.domain.case_event import RecordedEvent
from services.cases.domain.obligation import ObligationState, Read
from services.cases.domain.subject import Subject

_DRIFT: Final = EventType("drift_identified")
# What overcomes drift: the plan is carried out, or care has ended.
_OVERCOME: Final = frozenset(
    EventType(name)
    for name in ("permanence_obtained", "adoption_order_made", "sgo_made", "child_arrangements_order_made")
)
# Facts that say which plan is pursued, where the case system does not state it. The last one stands.
_PLAN_OF: Final[Mapping[EventType, str]] = {
    EventType("return_home_planned"): "return_home",
    EventType("long_term_fostering_agreed_at_review"): "long_term_fostering",
    EventType("adoption_agreed_at_review"): "adoption",
    EventType("placed_for_adoption"): "adoption",
}
LEGAL: Final = tuple(
    EventType(name)
    for name in (
        "pre_proceedings_decided",
        "pre_proceedings_started",
        "section_20_began",
        "s31_application_planned",
        "s31_application_issued",
        "proceedings_extended",
        "interim_care_order_made",
        "final_care_plan_filing_due",
        "final_hearing_listed_for",
        "proceedings_ended",
        "care_order_made",
        "placement_order_made",
        "adoption_order_made",
        "sgo_made",
        "child_arrangements_order_made",
        "remanded",
    )
)


@dataclass(frozen=True)
class PlanOnRecord:
    """Which plan is pursued, by which fact and since when; no fact where the case system states it."""

    plan: str
    event: EventType | None = None
    on: date | None = None


@dataclass(frozen=True)
class LegalDate:
    """A dated fact of the courts."""

    type: EventType
    on: date
    planned: bool


@dataclass(frozen=True)
class Drift:
    """When drift was identified last, how many days ago, and how often in this time in care."""

    on: date
    days: int
    times: int


@dataclass(frozen=True)
class NextSitting:
    """A sitting that is to hear the subject. No meeting: a body said when it would."""

    on: date
    meeting: str = ""
    meeting_kind: str = ""


@dataclass(frozen=True)
class Tracked:
    """Everything that the row shows. None is not known, never nothing."""

    subject: Subject
    plan: PlanOnRecord | None
    standing: Standing
    contingency: str
    legal: tuple[LegalDate, ...]
    drift: Drift | None
    sitting: NextSitting | None
    statutory: Read | None
    local: Read | None
    late: bool

    @property
    def not_recorded(self) -> tuple[str, ...]:
        """What nobody has recorded."""
        known = {
            "plan": self.plan is not None,
            "contingency_plan": bool(self.contingency),
            "legal_dates": bool(self.legal),
            "next_sitting": self.sitting is not None,
        }
        return tuple(name for name, there in known.items() if not there)


def tracked(
    pack: Pack, subject: Subject, facts: Sequence[RecordedEvent], clocks: Sequence[Read], today: date
) -> Tracked:
    """The row of one subject. `clocks` are its obligations with their explanations."""
    present = _present(subject, facts, today)
    open_ones = [one for one in clocks if one.obligation.state is ObligationState.OPEN and one.obligation.due_on]
    return Tracked(
        subject=subject,
        plan=_plan(subject, present),
        standing=plan_standing(case_event.for_rules(present), today),
        contingency=str(subject.attributes.get("contingency_plan", "")),
        legal=_legal(present, today),
        drift=_drift(present, today),
        sitting=_next_sitting(pack, present, clocks, today),
        statutory=_first((one for one in open_ones if one.obligation.basis is Basis.STATUTORY), today),
        local=_first((one for one in open_ones if one.obligation.basis is Basis.LOCAL), today),
        late=any(is_late(one, today) for one in open_ones),
    )


def is_late(read: Read, today: date) -> bool:
    """Whether the last day on which it would still be in time has passed."""
    last = read.late_after or read.obligation.due_on
    return last is not None and last < today


def _present(subject: Subject, facts: Sequence[RecordedEvent], today: date) -> list[RecordedEvent]:
    """Facts since the last time in care ended: what led to an earlier one is history."""
    if subject.kind is not SubjectKind.CHILD:
        return list(facts)
    known = spells(facts)
    ends = [one.end for one in known if one.end is not None]
    now = spell_on(known, today)
    before = [end for end in ends if now is None or end <= now.start]
    since = max(before, default=date.min)
    return [fact for fact in facts if fact.on > since or (now is not None and fact.on >= now.start)]


def _plan(subject: Subject, facts: Iterable[RecordedEvent]) -> PlanOnRecord | None:
    stated = subject.attributes.get("plan")
    if stated:
        return PlanOnRecord(str(stated))
    last = max((fact for fact in facts if fact.type in _PLAN_OF), key=lambda fact: fact.on, default=None)
    return PlanOnRecord(_PLAN_OF[last.type], last.type, last.on) if last is not None else None


def _legal(facts: Iterable[RecordedEvent], today: date) -> tuple[LegalDate, ...]:
    last: dict[EventType, RecordedEvent] = {}
    for fact in facts:
        before = last.get(fact.type)
        planned = kind_of(fact.type) is FactKind.PLANNED
        # Of two bookings the later recorded one stands; of what happened the later day.
        if fact.type in LEGAL and (planned or before is None or before.on <= fact.on):
            last[fact.type] = fact
    found = [
        LegalDate(kind, fact.on, kind_of(kind) is FactKind.PLANNED and fact.on >= today) for kind, fact in last.items()
    ]
    return tuple(sorted(found, key=lambda one: (one.on, one.type)))


def _drift(facts: Iterable[RecordedEvent], today: date) -> Drift | None:
    days = [fact.on for fact in facts if fact.type == _DRIFT]
    overcome = max((fact.on for fact in facts if fact.type in _OVERCOME), default=date.min)
    open_ones = [day for day in days if day >= overcome]
    return Drift(max(open_ones), (today - max(open_ones)).days, len(days)) if open_ones else None


def _next_sitting(
    pack: Pack, facts: Iterable[RecordedEvent], clocks: Iterable[Read], today: date
) -> NextSitting | None:
    booked = [
        NextSitting(one.obligation.booked_on, one.obligation.meeting, one.obligation.meeting_kind)
        for one in clocks
        if one.obligation.booked_on is not None and _sits(pack, one.obligation.meeting_kind)
    ]
    told = [NextSitting(fact.next_on) for fact in facts if fact.next_on is not None]
    ahead = [one for one in (*booked, *told) if one.on >= today]
    return min(ahead, key=lambda one: (one.on, not one.meeting), default=None)


def _sits(pack: Pack, meeting_kind: str) -> bool:
    """Whether meetings of the kind are sittings of a body."""
    kind = pack.meeting_kinds.get(MeetingKindId(meeting_kind))
    return kind is not None and kind.body is not None


def _first(clocks: Iterable[Read], today: date) -> Read | None:
    """The first to look at: late ones lead, and a meeting goes before its paperwork, which few systems record."""

    def weight(read: Read) -> tuple[bool, bool, date, str]:
        one = read.obligation
        return (not is_late(read, today), not one.meeting_kind, one.due_on or date.max, one.key)

    return min(clocks, key=weight, default=None)
