"""The tracker's and the scorecard's requests and responses: wire ↔ the service's own words."""

from collections.abc import Callable
from datetime import date
from typing import Final, TypeVar, cast
from uuid import UUID

from permanence.cases.v1 import obligation_pb2, subject_pb2
from permanence.cases.v1 import performance_pb2 as wire
from permanence.cases.v1 import performance_service_pb2 as pb

from rulebook.facts import SubjectKind
from rulebook.pack import Pack
from rulebook.vocabulary import vocabulary
from servicekit.errors import InvalidRequest, Violation
from servicekit.page import PageRequest, open_page
from servicekit.validate import Check
from services.cases.app.get_scorecard import LateCase
from services.cases.app.get_subject import SubjectView
from services.cases.app.tracker_ports import TrackedFilter
from services.cases.domain.events import basis_code
from services.cases.domain.measure import BY_KEY, Direction, MeasureSet, Unit
from services.cases.domain.measured_case import Period
from services.cases.domain.names import PersonId
from services.cases.domain.obligation import Read
from services.cases.domain.scorecard import Figure, Shown
from services.cases.domain.tracked import Tracked, is_late
from services.cases.rpc import show

T = TypeVar("T")
_PARENT: Final = "councils/{council}"
_PERSON: Final = "councils/{council}/people/{person}"
_MOST_MONTHS: Final = 36
_SETS: Final = {
    MeasureSet.TIMELINESS: wire.MEASURE_SET_TIMELINESS,
    MeasureSet.FIVE_OUTCOMES: wire.MEASURE_SET_FIVE_OUTCOMES,
    MeasureSet.CORPORATE_PARENTING: wire.MEASURE_SET_CORPORATE_PARENTING,
    MeasureSet.GROUP_TARGETS: wire.MEASURE_SET_GROUP_TARGETS,
}
_UNITS: Final = {Unit.SHARE: wire.MEASURE_UNIT_SHARE, Unit.MEAN_DAYS: wire.MEASURE_UNIT_MEAN_DAYS}
_DIRECTIONS: Final = {
    Direction.MORE: wire.MEASURE_DIRECTION_MORE,
    Direction.LESS: wire.MEASURE_DIRECTION_LESS,
    Direction.NEITHER: wire.MEASURE_DIRECTION_UNSPECIFIED,
}


def tracked_filter(request: pb.ListTrackedSubjectsRequest, council: str) -> tuple[TrackedFilter, PageRequest, str]:
    """What is wanted, the page, and what a token is bound to."""
    check = Check(request, council=council)
    check.resource_name("parent", _PARENT)
    kind = check.enum("kind", required=False)
    officer = check.resource_name("reviewing_officer", _PERSON, required=False)
    manager = check.resource_name("team_manager", _PERSON, required=False)
    size, token = check.page()
    check.raise_if_any()
    asked = f"{kind}/{request.reviewing_officer}/{request.team_manager}/{request.late_only}"
    bound = f"{council}/ListTrackedSubjects/{asked}"
    page = open_page(size, token, bound)
    after = _after(page, lambda due, reference, last: (date.fromisoformat(due), reference, UUID(last)))
    wanted = TrackedFilter(_kinds(kind), _person(officer), _person(manager), request.late_only, after)
    return wanted, page, bound


def period_of(request: pb.GetScorecardRequest | pb.ExportScorecardRequest, council: str, today: date) -> Period:
    """The period asked for."""
    check = Check(request, council=council)
    check.resource_name("parent", _PARENT)
    found = _period(check, today)
    check.raise_if_any()
    assert found is not None
    return found


def late_page(
    request: pb.ListLateRequest, council: str, today: date
) -> tuple[str, Period, tuple[date, str, str] | None, int, str]:
    """Key of the measure, period, place after which to go on, how many, and what a token is bound to."""
    check = Check(request, council=council)
    check.resource_name("parent", _PARENT)
    key = check.text("measure", required=True)
    if key and key not in BY_KEY:
        check.refuse("measure", "is no key of a measure; GetScorecard gives the keys")
    period = _period(check, today)
    size, token = check.page()
    check.raise_if_any()
    assert period is not None
    bound = f"{council}/ListLate/{key}/{period.first}/{period.last}"
    page = open_page(size, token, bound)
    after = _after(page, lambda due, subject, clock: (date.fromisoformat(due), subject, clock))
    return key, period, after, page.size, bound


def tracked_message(row: Tracked, pack: Pack, council: str, today: date) -> wire.TrackedSubject:
    """One row."""
    return wire.TrackedSubject(
        subject=show.subject(SubjectView(row.subject, ()), council),
        plan=row.plan.plan if row.plan else "",
        plan_event=(row.plan.event or "") if row.plan else "",
        plan_date=show.day(row.plan.on) if row.plan else None,
        plan_state=row.standing.state.value,
        plan_state_date=show.day(row.standing.since),
        contingency_plan=row.contingency,
        legal_dates=[
            wire.LegalDate(
                type=one.type,
                says=pack.label(vocabulary()[one.type].says),
                on_date=show.day(one.on),
                planned=one.planned,
            )
            for one in row.legal
        ],
        drift=_drift(row),
        next_sitting=_sitting(row),
        statutory_clock=_clock(row.statutory, council, today),
        local_clock=_clock(row.local, council, today),
        late=row.late,
        not_recorded=row.not_recorded,
    )


def measure_message(shown: Shown) -> wire.Measure:
    """One measure with its figures."""
    measure = shown.measure
    months = [
        wire.MonthFigure(
            from_date=show.day(one.month.first), until_date=show.day(one.month.last), figure=_figure(one.figure)
        )
        for one in shown.months
    ]
    return wire.Measure(
        key=measure.key,
        set=_SETS[measure.set],
        counts=measure.counts,
        source=measure.source,
        unit=_UNITS[measure.unit],
        figure=_figure(shown.figure) if shown.figure is not None else None,
        months=months,
        missing=shown.missing,
        direction=_DIRECTIONS[measure.direction],
        target=measure.target,
        rule_ids=measure.rules,
    )


def late_message(one: LateCase, key: str, pack: Pack, council: str) -> wire.LateItem:
    """One case behind a figure."""
    item, clock = one.late.item, one.late.item.clock
    words = [f"{pack.label(vocabulary()[event].says)} on {day:%-d %B %Y}" for event, day in one.late.reasons]
    return wire.LateItem(
        subject=one.subject.name_in(council),
        reference=one.subject.reference,
        display_name=one.display_name,
        obligation=one.obligation.name_in(council) if one.obligation else "",
        rule_id=clock.rule_id if clock else "",
        title=clock.rule_title if clock else BY_KEY[key].counts,
        due_date=show.day(item.on),
        done_date=show.day(item.done_on),
        days_late=one.late.days_late,
        booked_date=show.day(one.obligation.booked_on) if one.obligation and item.done_on is None else None,
        reasons=words,
    )


def _period(check: Check, today: date) -> Period | None:
    first, last = check.date("from_date"), check.date("until_date")
    if first is None or last is None:
        return None
    if last < first:
        check.refuse("until_date", "lies before from_date")
    elif last > today:
        check.refuse("until_date", "lies in the future; what has not happened cannot be counted")
    elif (last.year - first.year) * 12 + last.month - first.month >= _MOST_MONTHS:
        check.refuse("until_date", f"lies more than {_MOST_MONTHS} months after from_date; ask for a shorter period")
    return Period(first, last)


def _kinds(number: int) -> tuple[SubjectKind, ...]:
    if number == 0:
        return (SubjectKind.CHILD, SubjectKind.UNBORN_CHILD)
    name = subject_pb2.SubjectKind.Name(subject_pb2.SubjectKind.ValueType(number))
    return (SubjectKind[name.removeprefix("SUBJECT_KIND_")],)


def _person(parts: dict[str, UUID | str]) -> PersonId | None:
    return PersonId(cast("UUID", parts["person"])) if parts else None


def _after(page: PageRequest, read: Callable[[str, str, str], T]) -> T | None:
    """The sort key in a token. Tokens are not signed: one that was tampered with is refused."""
    try:
        return read(*page.after) if page.after else None
    except (ValueError, TypeError):
        fault = "is not a token of this list; begin again without it"
        raise InvalidRequest([Violation("page_token", fault)]) from None


def _drift(row: Tracked) -> wire.Drift | None:
    if row.drift is None:
        return None
    return wire.Drift(identified_date=show.day(row.drift.on), days=row.drift.days, times=row.drift.times)


def _sitting(row: Tracked) -> wire.NextSitting | None:
    if row.sitting is None:
        return None
    return wire.NextSitting(
        on_date=show.day(row.sitting.on), meeting=row.sitting.meeting, meeting_kind=row.sitting.meeting_kind
    )


def _clock(read: Read | None, council: str, today: date) -> wire.TrackedClock | None:
    if read is None:
        return None
    one = read.obligation
    return wire.TrackedClock(
        obligation=one.name_in(council),
        rule_id=one.rule_id,
        title=read.title,
        basis=obligation_pb2.Basis.Value(basis_code(one.basis)),
        due_date=show.day(one.due_on),
        working_days_left=one.working_days_left(today),
        late=is_late(read, today),
        booked_date=show.day(one.booked_on),
        sentence=read.explanation.sentence if read.explanation else "",
    )


def _figure(one: Figure) -> wire.Figure:
    return wire.Figure(numerator=one.numerator, denominator=one.denominator, value=one.value, not_judged=one.not_judged)
