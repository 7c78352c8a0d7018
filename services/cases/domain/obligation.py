"""Obligations as they are kept: worked out by the rulebook, compared with what stood before, and what then changed."""

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from rulebook.episode import current_episode
from rulebook.evaluate import evaluate, unusable_facts
from rulebook.facts import OBLIGATION_MET, ObligationKey, RuleId, SubjectKind
from rulebook.obligation import Explanation
from rulebook.obligation import Obligation as Clock
from rulebook.obligation import ObligationState as ClockState
from rulebook.pack import Pack
from rulebook.rule import Basis, Rule, RuleKind, Span
from rulebook.working_days import england_and_wales
from services.cases.domain import case_event
from services.cases.domain.case_event import RecordedEvent
from services.cases.domain.date_change import DateChange
from services.cases.domain.names import ObligationId, SubjectId, obligation_id, obligation_name
from services.cases.domain.subject import Subject


class ObligationState(StrEnum):
    """What the rulebook says, and `waived`: it would run, but somebody with the right to it said that it need not."""

    OPEN = "open"
    MET = "met"
    ENDED = "ended"
    NEEDS_FACT = "needs_fact"
    WAIVED = "waived"


RUNNING = frozenset({ObligationState.OPEN, ObligationState.NEEDS_FACT})


@dataclass(frozen=True)
class Waiver:
    """Who said that an obligation need not be met, when, and why. The reason is personal data.

    It stays when facts are corrected: the obligation's key is what was waived, not its date.
    """

    by: str
    at: datetime
    reason: str


@dataclass(frozen=True)
class Obligation:
    """One obligation of one subject. The words of its explanation are made when somebody reads it.

    `original_due` is the date that stood first, never overwritten. `booked_on` and `meeting` come from the scheduler.
    `unconfirmed` tells of a date that rules or bank holidays moved and nobody has confirmed yet.
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
    waiver: Waiver | None = None
    unconfirmed: DateChange | None = None

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
    """An obligation with the subject's kind and the words that go with it.

    `opens_on`: what is done before that day comes too early. `late_after`: the day after which it is late, where the
    source offers alternatives and that is not the due day.
    """

    obligation: Obligation
    subject_kind: SubjectKind
    title: str
    explanation: Explanation | None
    opens_on: date | None = None
    late_after: date | None = None


@dataclass(frozen=True)
class Change:
    """What became of one obligation; `before` is None for a new one."""

    before: Obligation | None
    after: Obligation

    @property
    def told(self) -> bool:
        """Whether followers hear of it. What was over before anybody knew of it is history, not news."""
        return self.before is not None or self.after.running

    @property
    def due_before(self) -> date | None:
        """The date that was owed, if any was."""
        return None if self.before is None or self.before.state is ObligationState.ENDED else self.before.due_on

    @property
    def due_after(self) -> date | None:
        """The date that is owed now, if any is."""
        return None if self.after.state is ObligationState.ENDED else self.after.due_on

    def moves_a_date(self, known: Container[ObligationKey]) -> bool:
        """Whether an owed date is another than before, where no fact can have done it.

        `known`: the clocks that the rulebook gives now. One that ended there ended by a fact, such as a birthday.
        """
        owed = self.after.running or (self.before is not None and self.before.running)
        ended_by_fact = self.after.state is ObligationState.ENDED and self.after.key in known
        return owed and not ended_by_fact and self.due_before != self.due_after


def work_out(pack: Pack, subject: Subject, facts: Sequence[RecordedEvent], as_of: date) -> list[Clock]:
    """The subject's clocks as of a civil day, by the law and the council's policy."""
    return evaluate(pack, subject.for_rules(), case_event.for_rules(facts), as_of)


@dataclass(frozen=True)
class NotUsed:
    """A fact that contradicts the rest or lies in the future, and why. `fact` None: it is the date of birth."""

    what: str
    reason: str
    fact: RecordedEvent | None


def not_used(pack: Pack, subject: Subject, facts: Sequence[RecordedEvent], as_of: date) -> tuple[NotUsed, ...]:
    """The facts without which the clocks were worked out."""
    by_id = {str(fact.id): fact for fact in facts}
    found = unusable_facts(pack, subject.for_rules(), case_event.for_rules(facts), as_of)
    return tuple(NotUsed(one.what, one.reason, by_id[one.fact.event_id] if one.fact else None) for one in found)


def changes(
    subject: SubjectId,
    stored: Iterable[Obligation],
    clocks: Iterable[Clock],
    without_ground: Container[ObligationKey] = (),
) -> list[Change]:
    """What differs between the obligations kept and the clocks as they now stand.

    Those in `without_ground` (see `groundless`) end even where they were met: they were never owed.
    """
    before = {one.key: one for one in stored}
    after = {clock.key: _kept(subject, clock, before.get(clock.key)) for clock in clocks}
    gone = {
        key: _no_longer_asked(one)
        for key, one in before.items()
        if key not in after and (one.state is not ObligationState.MET or key in without_ground)
    }
    found = (Change(before.get(key), one) for key, one in {**after, **gone}.items())
    return [change for change in found if change.before != change.after]


def groundless(
    pack: Pack,
    subject: Subject,
    stored: Iterable[Obligation],
    clocks: Iterable[Clock],
    facts: Sequence[RecordedEvent],
    as_of: date,
) -> set[ObligationKey]:
    """Obligations that nothing on record asks for any more, as after a correction, and that no fact fulfilled.

    Others that the rulebook no longer gives are history: an earlier time in care, what was asked for before the birth,
    a rule that has gone, and what was done.
    """
    asked = {clock.key for clock in clocks}
    gone = [one for one in stored if one.key not in asked]
    if not gone:
        return set()
    number = current_episode(subject.for_rules(), case_event.for_rules(facts), as_of, pack.leap_birthday).number
    return {one.key for one in gone if not _is_history(pack.by_id.get(one.rule_id), one, subject.kind, number, facts)}


def _is_history(
    rule: Rule | None, one: Obligation, kind: SubjectKind, episode: int, facts: Sequence[RecordedEvent]
) -> bool:
    if rule is None or one.unconfirmed is not None or kind not in rule.subject_kinds:
        return True
    if f"/e{episode}/" not in one.key and rule.span is not Span.LIFETIME:
        return True
    done = (fact.on == one.held_on and _fulfils(rule, fact) for fact in facts)
    return one.state is ObligationState.MET and any(done)


def _fulfils(rule: Rule, fact: RecordedEvent) -> bool:
    return fact.type in rule.met_by.events or (fact.type == OBLIGATION_MET and fact.rule_id == rule.id)


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
    if clock is None:
        return Read(one, kind, title, None)
    late_after = clock.late_after if clock.late_after != clock.due_on else None
    return Read(one, kind, title, clock.explanation, clock.opens_on, late_after)


def _kept(subject: SubjectId, clock: Clock, before: Obligation | None) -> Obligation:
    due, state = clock.due_on, _state(clock, before)
    worked_out = Obligation(
        id=obligation_id(subject, clock.key),
        subject=subject,
        key=clock.key,
        rule_id=clock.rule_id,
        kind=clock.kind,
        meeting_kind=clock.meeting_kind or "",
        basis=clock.basis,
        state=state,
        statutory_due=due if clock.basis is Basis.STATUTORY else None,
        local_due=due if clock.basis is Basis.LOCAL else None,
        due_at=clock.due_at,
        held_on=clock.met_on,
        needs=(clock.needs or "") if clock.state is ClockState.NEEDS_FACT else "",
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
        waiver=before.waiver,
        unconfirmed=before.unconfirmed,
    )


def _state(clock: Clock, before: Obligation | None) -> ObligationState:
    state = ObligationState(clock.state.value)
    waived = before is not None and before.waiver is not None and state in RUNNING
    return ObligationState.WAIVED if waived else state


def _no_longer_asked(one: Obligation) -> Obligation:
    return replace(one, state=ObligationState.ENDED, needs="")
