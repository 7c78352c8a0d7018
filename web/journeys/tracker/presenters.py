"""A tracked subject's row as a person reads it. What nobody has recorded is said, never left blank."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from permanence.cases.v1 import performance_pb2 as wire
from permanence.cases.v1.subject_pb2 import SUBJECT_KIND_CHILD
from permanence.panels.v1 import panel_pb2

from web.agenda import OUTCOME_WORDS, live_path, outcome_of, outcome_path
from web.desk import key_of
from web.outcome_form import OutcomeForm
from web.outcome_words import BY_ITSELF, event_words
from web.subjects import clock_path, kind_words, subject_path
from web.words import civil, count_words, days_left_words, role_words, short_date

NOT_RECORDED = "Not recorded"
_PLANS = {"long_term_fostering": "Long-term fostering", "other": "Another plan"}
_STATES = {
    "none": "No permanence plan drafted",
    "draft": "Drafted",
    "established": "Written into the care plan",
    "manager_signed": "Signed by a manager",
    "tracking_panel_approved": "Approved by the tracking panel",
    "provisional": "Agreed, provisional until proceedings end",
    "agreed": "Agreed at a review",
    "confirmed": "Confirmed",
}
_PLAN_EVENTS = {
    "return_home_planned": "return home planned",
    "long_term_fostering_agreed_at_review": "agreed at a review",
    "adoption_agreed_at_review": "agreed at a review",
    "placed_for_adoption": "placed for adoption",
}


@dataclass(frozen=True)
class ClockLine:
    """One clock of a row; `path` leads to it, opened at its rule. `why` in one sentence."""

    title: str
    path: str
    due: date | None
    left: str
    late: bool
    booked: str
    why: str


@dataclass(frozen=True)
class SittingLine:
    """The next sitting. `meeting` is the key of the booked one; empty where a body only said when."""

    on: date | None
    words: str
    meeting: str


@dataclass(frozen=True)
class NowLine:
    """Where the subject stands on the agenda of a panel that sits now: its outcome, or the form that records it.

    `record_path`: where that is sent; `automatic`: what is recorded by itself, in words.
    """

    path: str
    outcome: str
    record_path: str = ""
    form: OutcomeForm | None = None
    automatic: tuple[str, ...] = ()


@dataclass(frozen=True)
class TrackerRow:
    """One subject. A clock that is None does not run; a sitting that is None is not recorded."""

    path: str
    reference: str
    kind: str
    late: bool
    plan: str
    plan_since: str
    state: str
    reserve: str
    legal: tuple[str, ...]
    drift: str
    sitting: SittingLine | None
    law: ClockLine | None
    ours: ClockLine | None
    key: str = ""
    now: NowLine | None = None


def tracker_rows(
    tracked: Iterable[wire.TrackedSubject], kind_title: Callable[[str], str], now: Mapping[str, NowLine]
) -> list[TrackerRow]:
    """In the order given: those whose clock runs out first lead. `now`: by subject, whom a panel hears now."""
    return [
        replace(_row(one, kind_title), key=key_of(one.subject.name), now=now.get(one.subject.name)) for one in tracked
    ]


def now_lines(
    sittings: Iterable[panel_pb2.Sitting], bodies: Mapping[str, panel_pb2.Body], today: date
) -> dict[str, NowLine]:
    """By subject, of sittings with their agendas. Each form's names begin with its own place on the page."""
    places = [(sitting, item, subject) for sitting in sittings for item in sitting.agenda for subject in item.subjects]
    return {
        subject: _now(sitting, item, subject, bodies.get(sitting.body), today, number)
        for number, (sitting, item, subject) in enumerate(places, 1)
    }


def _now(
    sitting: panel_pb2.Sitting,
    item: panel_pb2.AgendaItem,
    subject: str,
    body: panel_pb2.Body | None,
    today: date,
    number: int,
) -> NowLine:
    path, outcome = live_path(sitting, subject), _outcome(item, subject)
    if outcome or body is None:
        return NowLine(path, outcome)
    automatic = tuple(event_words(event) for event in body.may_record if event in BY_ITSELF)
    form = OutcomeForm(today=today, body=body, prefix=f"o{number}-")
    return NowLine(path, "", outcome_path(sitting, item, subject), form, automatic)


def _outcome(item: panel_pb2.AgendaItem, subject: str) -> str:
    found = outcome_of(item, subject)
    return OUTCOME_WORDS.get(found.kind, "Recorded") if found else ""


def plan_words(plan: str) -> str:
    """A value of the attribute `plan`, spelled out."""
    return _PLANS.get(plan) or role_words(plan)


def _row(one: wire.TrackedSubject, kind_title: Callable[[str], str]) -> TrackerRow:
    subject = one.subject
    return TrackerRow(
        path=subject_path(subject.name),
        reference=subject.reference or "no reference yet",
        kind="" if subject.kind == SUBJECT_KIND_CHILD else kind_words(subject),
        late=one.late,
        plan=plan_words(one.plan) if one.plan else NOT_RECORDED,
        plan_since=_plan_since(one),
        state=_dated(_STATES.get(one.plan_state) or role_words(one.plan_state), civil(one.plan_state_date)),
        reserve=plan_words(one.contingency_plan) if one.contingency_plan else NOT_RECORDED,
        legal=tuple(_legal(day) for day in one.legal_dates) or (NOT_RECORDED,),
        drift=_drift(one.drift) if one.HasField("drift") else "None identified",
        sitting=_sitting(one.next_sitting, kind_title) if one.HasField("next_sitting") else None,
        law=_clock(one, one.statutory_clock) if one.HasField("statutory_clock") else None,
        ours=_clock(one, one.local_clock) if one.HasField("local_clock") else None,
    )


def _plan_since(one: wire.TrackedSubject) -> str:
    """By which fact the plan is known; empty where the case system states the plan alone."""
    if not one.plan_event:
        return ""
    return _dated(_PLAN_EVENTS.get(one.plan_event) or role_words(one.plan_event).lower(), civil(one.plan_date))


def _dated(words: str, day: date | None) -> str:
    return f"{words}, {short_date(day)}" if day else words


def _legal(day: wire.LegalDate) -> str:
    words = f"{day.says[:1].upper()}{day.says[1:]} on {short_date(civil(day.on_date))}"
    return f"{words} (to come)" if day.planned else words


def _drift(drift: wire.Drift) -> str:
    since = f"Since {short_date(civil(drift.identified_date))}, {count_words(drift.days, 'day')}"
    return f"{since}; identified {drift.times} times" if drift.times > 1 else since


def _sitting(sitting: wire.NextSitting, kind_title: Callable[[str], str]) -> SittingLine:
    words = kind_title(sitting.meeting_kind) if sitting.meeting_kind else "The panel said so; not on an agenda yet"
    return SittingLine(civil(sitting.on_date), words, key_of(sitting.meeting))


def _clock(one: wire.TrackedSubject, clock: wire.TrackedClock) -> ClockLine:
    return ClockLine(
        title=clock.title,
        path=clock_path(one.subject.name, clock.obligation),
        due=civil(clock.due_date),
        left=_left(clock),
        late=clock.late,
        booked=f"booked for {short_date(civil(clock.booked_date))}" if clock.HasField("booked_date") else "not booked",
        why=_why(clock),
    )


def _why(clock: wire.TrackedClock) -> str:
    """The sentence without the title that it begins with, which stands above it."""
    words = clock.sentence.removeprefix(f"{clock.title}: ") or "no words came with this date: open the clock."
    return f"{words[:1].upper()}{words[1:]}"


def _left(clock: wire.TrackedClock) -> str:
    """A clock with several last days can be past the first of them and not late."""
    if clock.working_days_left < 0 and not clock.late:
        return "past its first date, not late yet"
    if clock.late and clock.working_days_left >= 0:  # its day was no working day
        return "late"
    return days_left_words(clock.working_days_left)
