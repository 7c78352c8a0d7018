"""Obligations as they are kept: worked out by the rulebook, compared with what stood before, and what then changed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from rulebook.evaluate import evaluate
from rulebook.facts import ObligationKey, RuleId, SubjectKind
from rulebook.obligation import Explanation, ObligationState
from rulebook.obligation import Obligation as Clock
from rulebook.pack import Pack
from rulebook.rule import Basis, RuleKind
from rulebook.working_days import england_and_wales
from services.cases.domain import case_event
from services.cases.domain.case_event import RecordedEvent
from services.cases.domain.names import ObligationId, SubjectId, obligation_id, obligation_name
from services.cases.domain.subject import Subject

RUNNING = frozenset({ObligationState.OPEN, ObligationState.NEEDS_FACT})


@dataclass(frozen=True)
class Obligation:
    """One obligation of one subject. The words of its explanation are made when somebody reads it.

    `original_due` is the date that stood first, never overwritten. `booked_on` and `meeting` come from the scheduler.
    """

    id: ObligationId
    subject: SubjectId
    key: ObligationKey
    rule_id: RuleId
    kind: RuleKind
    meeting_kind: str
    basis: Basis
    state: ObligationState
    statutory_due: date | None = None
    local_due: date | None = None
    due_at: datetime | None = None
    held_on: date | None = None
    needs: str = ""
    inferred: bool = False
    original_due: date | None = None
    booked_on: date | None = None
    meeting: str = ""

    @property
    def due_on(self) -> date | None:
        """The earlier of the two dates."""
        return min((day for day in (self.statutory_due, self.local_due) if day is not None), default=None)

    @property
    def running(self) -> bool:
        """Whether it is still asked for."""
        return self.state in RUNNING

    @property
    def moved_from(self) -> date | None:
        """The first due date, where it has moved since."""
        return self.original_due if self.original_due != self.due_on else None

    def name_in(self, council: str) -> str:
        """Its resource name."""
        return obligation_name(council, self.id)

    def working_days_left(self, today: date) -> int:
        """Working days after today up to the due day; negative when late, 0 when there is nothing to count.

        Of a clock of seventy-five years they are counted as far as the calendar goes.
        """
        if self.state is not ObligationState.OPEN or self.due_on is None:
            return 0
        days = england_and_wales()
        if self.due_on >= today:
            return days.count_between(today, min(self.due_on, date(days.last_year, 12, 31)))
        return -days.count_between(self.due_on, today)


@dataclass(frozen=True)
class Read:
    """An obligation with the subject's kind and the words that go with it."""

    obligation: Obligation
    subject_kind: SubjectKind
    title: str
    explanation: Explanation | None


@dataclass(frozen=True)
class Change:
    """What became of one obligation; `before` is None for a new one."""

    before: Obligation | None
    after: Obligation

    @property
    def told(self) -> bool:
        """Whether followers hear of it. What was over before anybody knew of it is history, not news."""
        return self.before is not None or self.after.running


def work_out(pack: Pack, subject: Subject, facts: Sequence[RecordedEvent], as_of: date) -> list[Clock]:
    """The subject's clocks as of a civil day, by the law and the council's policy."""
    return evaluate(pack, subject.for_rules(), case_event.for_rules(facts), as_of)


def changes(subject: SubjectId, stored: Iterable[Obligation], clocks: Iterable[Clock]) -> list[Change]:
    """What differs between the obligations kept and the clocks as they now stand."""
    before = {one.key: one for one in stored}
    after = {clock.key: _kept(subject, clock, before.get(clock.key)) for clock in clocks}
    gone = {key: _no_longer_asked(one) for key, one in before.items() if key not in after and one.running}
    found = (Change(before.get(key), one) for key, one in {**after, **gone}.items())
    return [change for change in found if change.before != change.after]


def explained(pack: Pack, stored: Iterable[Obligation], kind: SubjectKind, clocks: Iterable[Clock]) -> list[Read]:
    """The obligations kept, each with its title and, where the rulebook still knows the clock, its explanation."""
    words: Mapping[ObligationKey, Clock] = {clock.key: clock for clock in clocks}
    return [_explained(pack, one, kind, words.get(one.key)) for one in stored]


def in_reading_order(obligations: Iterable[Read]) -> list[Read]:
    """Running ones first by date, then what was met or has ended, the latest first."""
    listed = sorted(obligations, key=lambda one: (one.obligation.due_on or date.max, one.obligation.key))
    running = [one for one in listed if one.obligation.running]
    return running + [one for one in reversed(listed) if not one.obligation.running]


def _explained(pack: Pack, one: Obligation, kind: SubjectKind, clock: Clock | None) -> Read:
    rule = pack.by_id.get(one.rule_id)
    title = clock.rule_title if clock else (rule.title if rule else one.rule_id)
    return Read(one, kind, title, clock.explanation if clock else None)


def _kept(subject: SubjectId, clock: Clock, before: Obligation | None) -> Obligation:
    due = clock.due_on
    worked_out = Obligation(
        id=obligation_id(subject, clock.key),
        subject=subject,
        key=clock.key,
        rule_id=clock.rule_id,
        kind=clock.kind,
        meeting_kind=clock.meeting_kind or "",
        basis=clock.basis,
        state=clock.state,
        statutory_due=due if clock.basis is Basis.STATUTORY else None,
        local_due=due if clock.basis is Basis.LOCAL else None,
        due_at=clock.due_at,
        held_on=clock.met_on,
        needs=(clock.needs or "") if clock.state is ObligationState.NEEDS_FACT else "",
        inferred=clock.inferred,
        original_due=due,
    )
    if before is None:
        return worked_out
    return replace(
        worked_out,
        original_due=before.original_due or due,
        booked_on=before.booked_on,
        meeting=before.meeting,
    )


def _no_longer_asked(one: Obligation) -> Obligation:
    return replace(one, state=ObligationState.ENDED, needs="")
