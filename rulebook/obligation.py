"""What the evaluator gives: one thing that must happen (or did), by when, and why."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from rulebook.counting import london_date
from rulebook.facts import EventType, ObligationKey, RuleId
from rulebook.rule import Basis, Confidence, MeetingKindId, RuleKind, Source


class ObligationState(StrEnum):
    """open: still to happen · met: it happened · ended: no longer required · needs_fact: cannot be counted
    yet.
    """

    OPEN = "open"
    MET = "met"
    ENDED = "ended"
    NEEDS_FACT = "needs_fact"


class StepKind(StrEnum):
    """What one step of an explanation tells."""

    ANCHOR = "anchor"
    COUNT = "count"
    BANK_HOLIDAY = "bank_holiday"
    WEEKENDS = "weekends"
    MONTH_END = "month_end"
    CHOICE = "choice"
    MISSING = "missing"
    MET = "met"
    ENDED = "ended"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Step:
    """One step: plain text; for a skipped bank holiday its date and name, for weekends how many days."""

    kind: StepKind
    text: str
    on: date | None = None
    name: str | None = None
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why the date is what it is: one sentence, and the steps behind it."""

    sentence: str
    steps: tuple[Step, ...]
    source: Source
    confidence: Confidence


@dataclass(frozen=True, slots=True)
class Obligation:
    """One obligation of one subject.

    Attributes:
        key: stable: rule, episode of care, anchor event and its ordinal. Correcting the anchor's date
            keeps the key.
        due_on: last day allowed (civil date in England); None while a fact is missing.
        due_at: last instant allowed (UTC) where elapsed hours are counted; `due_on` is then its date
            in England.
        late_after: the day after which it counts as late; differs from `due_on` only where the source
            offers alternatives and is broken only when all have passed.
        anchor_event, anchor_on, ordinal: what started the clock, when, and which one of its kind in
            the episode it was.
        opens_on: the first day that is not too early, where the source gives a window.
        needs, needs_events: what is missing, in plain words and by event name. With state OPEN: a
            further date that, once known, may bring the due date forward. With state MET: the clock cannot
            be judged without it.
        awaiting: the missing fact is one that another rule of the pack is still to bring about, not a
            gap in the record.
        inferred: counted from a fact that an import assumed.
        warnings: plain sentences, e.g. that the last day is a Sunday.
    """

    key: ObligationKey
    rule_id: RuleId
    rule_title: str
    kind: RuleKind
    basis: Basis
    meeting_kind: MeetingKindId | None
    state: ObligationState
    episode: int
    ordinal: int
    anchor_event: EventType
    anchor_on: date | None
    due_on: date | None
    due_at: datetime | None
    late_after: date | None
    met_on: date | None
    met_at: datetime | None
    ended_on: date | None
    ended_by: str | None
    needs: str | None
    needs_events: tuple[EventType, ...]
    awaiting: bool
    inferred: bool
    confidence: Confidence
    source: Source
    why: Callable[[Obligation], Explanation] = field(compare=False, repr=False)
    opens_on: date | None = None

    @property
    def explanation(self) -> Explanation:
        """The explanation, put into words now: words for 84,000 children are made only for those somebody
        looks at.
        """
        return self.why(self)

    @property
    def sentence(self) -> str:
        """The explanation's one sentence."""
        return self.explanation.sentence

    @property
    def warnings(self) -> tuple[str, ...]:
        """The explanation's warnings."""
        return tuple(step.text for step in self.explanation.steps if step.kind is StepKind.WARNING)

    @property
    def in_time(self) -> bool | None:
        """For a met obligation whether it was in time; None when not met or when no due date is known."""
        if self.met_on is None or self.late_after is None:
            return None
        if self.due_at is not None and self.met_at is not None:
            return self.met_at <= self.due_at
        return self.met_on <= self.late_after

    def is_late(self, now: date | datetime) -> bool:
        """Whether it is still open after its last day (or instant, given an aware date-time)."""
        if self.state is not ObligationState.OPEN or self.late_after is None:
            return False
        if isinstance(now, datetime):
            return now > self.due_at if self.due_at is not None else london_date(now) > self.late_after
        return now > self.late_after


@dataclass(frozen=True, slots=True)
class MeetingClocks:
    """The open clocks of one meeting kind: the tightest by law, the tightest by policy, and all of them.
    Never merged.
    """

    meeting_kind: MeetingKindId
    statutory: Obligation | None
    local: Obligation | None
    all: tuple[Obligation, ...]

    @property
    def statutory_due(self) -> date | None:
        """Last day the law allows, if a statutory clock runs."""
        return self.statutory.due_on if self.statutory else None

    @property
    def local_due(self) -> date | None:
        """Last day the council's policy allows, if a local clock runs."""
        return self.local.due_on if self.local else None


def clocks_for_meeting(obligations: Iterable[Obligation], meeting_kind: MeetingKindId) -> MeetingClocks:
    """The open clocks that one meeting of this kind would answer, tightest of each basis first."""
    running = tuple(sorted((o for o in obligations if _runs(o, meeting_kind)), key=_urgency))
    return MeetingClocks(
        meeting_kind=meeting_kind,
        statutory=next((o for o in running if o.basis is Basis.STATUTORY), None),
        local=next((o for o in running if o.basis is Basis.LOCAL), None),
        all=running,
    )


def _runs(obligation: Obligation, meeting_kind: MeetingKindId) -> bool:
    return (
        obligation.meeting_kind == meeting_kind
        and obligation.kind in (RuleKind.MEETING, RuleKind.SITTING)
        and obligation.state is ObligationState.OPEN
    )


def _urgency(obligation: Obligation) -> tuple[date, str]:
    return (obligation.due_on or date.max, obligation.key)
