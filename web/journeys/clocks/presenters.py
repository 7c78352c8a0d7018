"""Obligations and meetings as a person reads them. A clock has one number, in the picture and in the table."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from permanence.cases.v1 import obligation_pb2 as wire
from permanence.scheduler.v1 import meeting_pb2
from permanence.scheduler.v1.meeting_pb2 import Meeting

from web.desk import key_of
from web.moved import cause_words, move_words
from web.words import LONDON, civil, days_left_words, london, long_date, moment, time_left_words

_RUNNING = (wire.OBLIGATION_STATE_OPEN, wire.OBLIGATION_STATE_NEEDS_FACT)
_BY_HAND = (wire.OBLIGATION_KIND_TASK, wire.OBLIGATION_KIND_SIGN_OFF, wire.OBLIGATION_KIND_TARGET)
_OTHER_LANES = {
    wire.OBLIGATION_KIND_TASK: "Work to be done",
    wire.OBLIGATION_KIND_SIGN_OFF: "To be signed",
    wire.OBLIGATION_KIND_GATE: "Before the next step",
    wire.OBLIGATION_KIND_TARGET: "Hoped for by a date",
}
_SURE = {
    "verified": "The wording of this rule was checked at its source.",
    "partly": "A part of this rule was checked at its source; the rest is how it is usually read.",
}
_UNSURE = "Nobody has checked the wording of this rule at its source. Ask before you rely on the date."
_MEETING_STATES = {
    meeting_pb2.MEETING_STATE_HELD_SLOT: "Time kept for a few minutes, not booked",
    meeting_pb2.MEETING_STATE_BOOKED: "Booked",
    meeting_pb2.MEETING_STATE_HELD: "Took place",
    meeting_pb2.MEETING_STATE_CANCELLED: "Cancelled",
}


class ClockState(StrEnum):
    """How a clock stands; the values are words for the screen."""

    DUE = "Due"
    LATE = "Late"
    BOOKED = "Booked"
    BOOKED_LATE = "Booked after its date"
    NEEDS_FACT = "Needs a fact"
    MET = "Met"
    MET_LATE = "Met late"
    ENDED = "Ended"
    WAIVED = "Waived"


@dataclass(frozen=True)
class RuleStep:
    """One step of the count, with each day that was stepped over and why."""

    text: str
    skipped: tuple[str, ...]


@dataclass(frozen=True)
class Rule:
    """Why a date is what it is."""

    sentence: str
    steps: tuple[RuleStep, ...]
    source: str
    sure: str
    warning: str


@dataclass(frozen=True)
class Waived:
    """Who said that it need not be met, when, and why; the reason is empty for whoever may not read it."""

    by: str
    when: str
    reason: str


@dataclass(frozen=True)
class Hands:
    """What the reader may do with clocks, by whose they are; the service decides."""

    waives_ours: bool = False
    waives_the_laws: bool = False
    records: bool = False


@dataclass(frozen=True)
class ClockRow:
    """One clock, by the key of its obligation and by its number on the page.

    `key` is the obligation's, `meeting` that of the booked one. `arrange`: somebody can begin to arrange it here;
    `at_panel`: nobody arranges it, because it comes onto a panel's agenda. `moved`: what rules or bank holidays did to
    its date and nobody confirmed, as one line. `waive`, `restore`, `record_done`: whether the reader is offered that.
    """

    key: str
    number: int
    title: str
    lane: str
    kind: str
    basis: str
    state: ClockState
    running: bool
    law: date | None
    ours: date | None
    due_time: str
    booked: date | None
    held: date | None
    left: str
    opens: date | None
    late_after: date | None
    needs: str
    inferred: bool
    moved_from: date | None
    moved: str
    waived: Waived | None
    rule: Rule
    meeting: str
    arrange: bool
    at_panel: bool
    waive: bool
    restore: bool
    record_done: bool

    @property
    def has_doors(self) -> bool:
        """Whether there is anything that the reader can do with it."""
        return self.arrange or self.at_panel or self.waive or self.restore or self.record_done

    @property
    def is_waived(self) -> bool:
        """Whether it would run, and need not be met."""
        return self.state is ClockState.WAIVED

    @property
    def due(self) -> date | None:
        """The earlier of the two dates."""
        return min((day for day in (self.law, self.ours) if day), default=None)

    @property
    def at(self) -> date | None:
        """Where it stands on a line of time: the day it was held, is booked, or is due."""
        return self.due if self.state is ClockState.LATE else self.held or self.booked or self.due


@dataclass(frozen=True)
class Around:
    """What is known beside the obligations.

    `unarranged`: those for which a meeting can be arranged here; `at_panel`: those that a panel hears; `names`: of
    colleagues, by their principal ids.
    """

    now: datetime
    kind_title: Callable[[str], str]
    unarranged: Collection[str] = ()
    at_panel: Collection[str] = ()
    hands: Hands = Hands()
    names: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class MeetingRow:
    """A meeting of the subject."""

    key: str
    title: str
    reference: str
    when: str
    state: str
    coming: bool


def clock_rows(obligations: Iterable[wire.Obligation], around: Around) -> list[ClockRow]:
    """Running ones in the order given, then those waived, then the others, the latest first; numbered through."""
    given = list(obligations)
    running = [one for one in given if one.state in _RUNNING]
    waived = [one for one in given if one.state == wire.OBLIGATION_STATE_WAIVED]
    over = [one for one in given if one.state not in (*_RUNNING, wire.OBLIGATION_STATE_WAIVED)]
    over.sort(key=_latest_day, reverse=True)
    return [_row(number, one, around) for number, one in enumerate(running + waived + over, 1)]


def meeting_rows(meetings: Sequence[Meeting], now: datetime) -> list[MeetingRow]:
    """Coming ones first, the next at the top; then the earlier ones, the latest at the top."""
    shown = [one for one in meetings if one.state in _MEETING_STATES]
    coming = [one for one in shown if london(one.end_time) >= now]
    earlier = [one for one in shown if london(one.end_time) < now]
    return [_meeting(one, True) for one in coming] + [_meeting(one, False) for one in reversed(earlier)]


def _latest_day(one: wire.Obligation) -> date:
    days = (civil(one.held_date), civil(one.statutory_due_date), civil(one.local_due_date))
    return next((day for day in days if day), date.min)


def _row(number: int, one: wire.Obligation, around: Around) -> ClockRow:
    waits = one.state == wire.OBLIGATION_STATE_OPEN and not one.meeting
    running, hands = one.state in _RUNNING, around.hands
    may_waive = hands.waives_the_laws if one.basis == wire.BASIS_STATUTORY else hands.waives_ours
    return ClockRow(
        key=key_of(one.name),
        number=number,
        title=one.title,
        lane=_lane(one, around.kind_title),
        kind=one.meeting_kind,
        basis="Asked for by law" if one.basis == wire.BASIS_STATUTORY else "Asked for by our own policy",
        state=_state(one, around.now),
        running=running,
        law=civil(one.statutory_due_date),
        ours=civil(one.local_due_date),
        due_time=moment(london(one.due_time)) if one.HasField("due_time") else "",
        booked=civil(one.booked_date),
        held=civil(one.held_date),
        left=_left(one, around.now),
        opens=civil(one.opens_on_date),
        late_after=civil(one.late_after_date),
        needs=", ".join(one.needs_facts) if one.state == wire.OBLIGATION_STATE_NEEDS_FACT else "",
        inferred=one.inferred,
        moved_from=civil(one.original_due_date),
        moved=_moved(one),
        waived=_waived(one, around.names),
        rule=_rule(one.explanation),
        meeting=key_of(one.meeting),
        arrange=one.name in around.unarranged and waits,
        at_panel=one.name in around.at_panel and waits,
        waive=running and may_waive,
        restore=one.state == wire.OBLIGATION_STATE_WAIVED and may_waive,
        record_done=waits and hands.records and one.kind in _BY_HAND,
    )


def _lane(one: wire.Obligation, kind_title: Callable[[str], str]) -> str:
    return _OTHER_LANES.get(one.kind) or (kind_title(one.meeting_kind) if one.meeting_kind else "Other")


def _moved(one: wire.Obligation) -> str:
    if not one.HasField("unconfirmed_change"):
        return ""
    change = one.unconfirmed_change
    return f"This date moved {move_words(change)}, because {cause_words(change)}. Nobody has confirmed that yet."


def _waived(one: wire.Obligation, names: Mapping[str, str]) -> Waived | None:
    if not one.HasField("waiver"):
        return None
    by = names.get(one.waiver.waived_by, "a colleague")
    return Waived(by, moment(london(one.waiver.waive_time)), one.waiver.reason)


def _state(one: wire.Obligation, now: datetime) -> ClockState:
    if one.state == wire.OBLIGATION_STATE_NEEDS_FACT:
        return ClockState.NEEDS_FACT
    if one.state == wire.OBLIGATION_STATE_ENDED:
        return ClockState.ENDED
    if one.state == wire.OBLIGATION_STATE_WAIVED:
        return ClockState.WAIVED
    if one.state == wire.OBLIGATION_STATE_MET:
        last, held = _last_of_its_basis(one), civil(one.held_date)
        return ClockState.MET_LATE if last and held and held > last else ClockState.MET
    return _running_state(one, now)


def _running_state(one: wire.Obligation, now: datetime) -> ClockState:
    booked, today = civil(one.booked_date), now.astimezone(LONDON).date()
    if booked is None or booked < today:
        return ClockState.LATE if _is_late(one, now) else ClockState.BOOKED if booked else ClockState.DUE
    due = [day for day in (civil(one.statutory_due_date), civil(one.local_due_date)) if day]
    last = civil(one.late_after_date) or min(due, default=None)
    return ClockState.BOOKED_LATE if last and booked > last else ClockState.BOOKED


def _last_of_its_basis(one: wire.Obligation) -> date | None:
    """The last day that would do: the law's, or ours where the law asks for nothing."""
    return civil(one.late_after_date) or civil(one.statutory_due_date) or civil(one.local_due_date)


def _is_late(one: wire.Obligation, now: datetime) -> bool:
    if one.HasField("due_time"):
        return london(one.due_time) < now
    last = civil(one.late_after_date)
    return last < now.astimezone(LONDON).date() if last else one.working_days_left < 0


def _left(one: wire.Obligation, now: datetime) -> str:
    if one.state == wire.OBLIGATION_STATE_NEEDS_FACT:
        return "No date yet"
    if one.state != wire.OBLIGATION_STATE_OPEN:
        return "Not running"
    if one.working_days_left < 0 and not _is_late(one, now):
        return "Its day has passed; it is not late yet"
    words = (
        time_left_words(london(one.due_time), now)
        if one.HasField("due_time")
        else days_left_words(one.working_days_left)
    )
    return words[:1].upper() + words[1:]


def _rule(why: wire.Explanation) -> Rule:
    return Rule(
        sentence=why.sentence,
        steps=tuple(
            RuleStep(step.text, tuple(f"{long_date(civil(day.on_date))}: {day.reason}" for day in step.skipped_days))
            for step in why.steps
        ),
        source=why.source,
        sure=_SURE.get(why.confidence, _UNSURE),
        warning=why.warning,
    )


def _meeting(one: Meeting, coming: bool) -> MeetingRow:
    return MeetingRow(
        key=key_of(one.name),
        title=one.title,
        reference=one.reference,
        when=moment(london(one.start_time)),
        state=_MEETING_STATES[one.state],
        coming=coming,
    )
