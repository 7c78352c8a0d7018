"""What happened to each child since coming into care: periods, homes, orders, reviews, planning meetings.

Dates are chosen so that most clocks of regulation 33 (first review within 20 working days, second within 3
months, then
within 6) and of the demo council's policy (planning meeting within 20 working days, then every 12 weeks)
were met, and a
few were not.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from cli.made_council.calendar_days import (
    is_working,
    months_after,
    working_day_on_or_before,
    working_days_after,
)
from cli.made_council.families import Child, Family, Stage

_PARTICIPATION = ("PN1", "PN1", "PN2", "PN3", "PN4", "PN5", "PN6", "PN7")
_END_TIMES = ("10:30", "11:00", "12:30", "15:00", "16:15")


@dataclass(frozen=True)
class Review:
    """A review that was due, and when it was held. `held` is None where it has not been."""

    due: date
    held: date | None
    participation: str | None


@dataclass(frozen=True)
class Period:
    """One unbroken time in care. `moves` are the days on which the child changed home, the first day not
    among them."""

    number: int
    began: date
    ended: date | None
    moves: tuple[date, ...]
    reviews: tuple[Review, ...]


@dataclass(frozen=True)
class CaseEvent:
    """A dated fact that no return holds, in the words of the case-event vocabulary. `at` is a local wall
    time."""

    type: str
    on: date
    at: str | None = None
    rule: str | None = None


def periods_of(child: Child, family: Family, as_of: date, rng: Random) -> tuple[Period, ...]:
    """The child's times in care, oldest first; none for an unborn child. One in twenty was in care once
    before."""
    if child.unborn:
        return ()
    ended = None
    if family.stage is Stage.LEFT:
        ended = as_of - timedelta(days=rng.randrange(10, 400))
    # Never the story's children, who came in on the day itself: their history begins there.
    old_enough = family.entered_on < as_of and (family.entered_on - child.born).days > 1500
    earlier = old_enough and rng.random() < 0.06
    periods = [_earlier_period(child, family, rng)] if earlier else []
    periods.append(_period(len(periods) + 1, family, ended, child, as_of, rng))
    return tuple(periods)


def _earlier_period(child: Child, family: Family, rng: Random) -> Period:
    ended = family.entered_on - timedelta(days=rng.randrange(200, 600))
    began = ended - timedelta(days=rng.randrange(100, 300))
    held = working_days_after(began, 15)
    review = Review(working_days_after(began, 20), held, "PN0" if _under_four(child, held) else "PN4")
    return Period(1, began, ended, (), (review,))


def _period(number: int, family: Family, ended: date | None, child: Child, as_of: date, rng: Random) -> Period:
    began, last = family.entered_on, ended or as_of
    days = (last - began).days
    moves = sorted(
        {began + timedelta(days=rng.randrange(30, days - 20)) for _ in range(rng.randrange(3))} if days > 120 else ()
    )
    reviews = () if family.stage is Stage.NEW else tuple(_reviews(began, last, child, ended is None, rng))
    return Period(number, began, ended, tuple(moves), reviews)


def _reviews(began: date, last: date, child: Child, still_in_care: bool, rng: Random) -> list[Review]:
    reviews: list[Review] = []
    missed = rng.random() < 0.05  # the next one is overdue
    due = working_days_after(began, 20)
    earliest = working_days_after(began, 15)
    while True:
        late = len(reviews) > 1 and rng.random() < 0.02
        held = due + timedelta(days=4) if late else _between(earliest, due, rng)
        held = working_day_on_or_before(held)
        if held >= last:
            break
        if missed and still_in_care and due < last <= due + timedelta(days=100):
            reviews.append(Review(due, None, None))
            break
        reviews.append(Review(due, held, _participation(child, held, rng)))
        months = 3 if len(reviews) == 1 else 6
        due, earliest = months_after(held, months), months_after(held, months) - timedelta(days=20)
    return reviews


def _between(earliest: date, latest: date, rng: Random) -> date:
    return earliest + timedelta(days=rng.randrange((latest - earliest).days + 1))


def _participation(child: Child, held: date, rng: Random) -> str:
    # The dice are thrown by days and judged by birthdays: lives made before this was looked at stay as they were.
    thrown = (held - child.born).days >= 4 * 365 and rng.choice(_PARTICIPATION)
    return "PN0" if not thrown or _under_four(child, held) else thrown


def _under_four(child: Child, day: date) -> bool:
    return (day.year - 4, day.month, day.day) < (child.born.year, child.born.month, child.born.day)


def events_of(child: Child, family: Family, periods: tuple[Period, ...], as_of: date, rng: Random) -> list[CaseEvent]:
    """The case events of one child, oldest first."""
    if family.stage is Stage.UNBORN:
        events = _before_birth(child, as_of, rng)
    elif family.stage is Stage.LEFT:
        events = [_tracked(family.entered_on, rng)]
    elif family.stage is Stage.NEW:
        events = [_entry(family)]
        if (as_of - family.entered_on).days >= 14 and rng.random() < 0.8:
            heard = family.entered_on + timedelta(days=rng.randrange(9, 14))
            events.append(CaseEvent("tracking_meeting_considered", working_day_on_or_before(heard)))
    else:
        events = _since_entry(family, periods[-1], as_of, rng)
    return sorted(events, key=lambda event: (event.on, event.type))


def _before_birth(child: Child, as_of: date, rng: Random) -> list[CaseEvent]:
    started = working_day_on_or_before(as_of - timedelta(days=rng.randrange(5, 50)))
    return [
        CaseEvent("pre_birth_assessment_started", started),
        CaseEvent("entry_to_care_planned", child.born),
    ]


def _entry(family: Family) -> CaseEvent:
    if family.emergency:
        return CaseEvent("accommodated_in_emergency", family.entered_on)
    return CaseEvent("entry_to_care_decided", working_day_on_or_before(family.entered_on))


def _tracked(entered: date, rng: Random) -> CaseEvent:
    """Heard by the tracking panel within four weeks of coming into care."""
    day = working_day_on_or_before(entered + timedelta(days=rng.randrange(14, 28)))
    return CaseEvent("tracking_meeting_considered", day)


def _since_entry(family: Family, period: Period, as_of: date, rng: Random) -> list[CaseEvent]:
    events = [_tracked(family.entered_on, rng)]
    if family.stage is Stage.RECENT:
        events.append(_entry(family))
        events += _planning_meetings(_recent_meetings(family.entered_on, as_of, rng), as_of)
        events += _proceedings(family, as_of)
    elif (as_of - family.entered_on).days > 540 and rng.random() < 0.8:
        obtained = family.entered_on + timedelta(days=rng.randrange(300, (as_of - family.entered_on).days - 60))
        events.append(CaseEvent("permanence_obtained", working_day_on_or_before(obtained)))
    else:
        events += _planning_meetings(_latest_meetings(as_of, rng), as_of)
        if (as_of - family.entered_on).days > 60:
            heard = max(family.entered_on + timedelta(days=30), as_of - timedelta(days=rng.randrange(3, 185)))
            events.append(CaseEvent("tracking_meeting_considered", working_day_on_or_before(heard)))
    if rng.random() < 0.15:
        events.append(CaseEvent("cic_review_booked", working_days_after(as_of, rng.randrange(3, 25))))
    return events


def _recent_meetings(entered: date, as_of: date, rng: Random) -> list[date]:
    """The first within twenty working days and before the first review, then one in every twelve weeks."""
    if rng.random() < 0.05:
        return []  # the first one is overdue
    days = [_meeting_day(working_days_after(entered, rng.randrange(7, 15)))]
    while (following := _meeting_day(days[-1] + timedelta(days=rng.randrange(56, 83)))) < as_of:
        days.append(following)
    return days


def _latest_meetings(as_of: date, rng: Random) -> list[date]:
    """The last half year only: a case system's history of these meetings rarely goes further back."""
    overdue = rng.random() < 0.06
    last = as_of - timedelta(days=rng.randrange(86, 110) if overdue else rng.randrange(2, 81))
    days = [_meeting_day(last)]
    while (as_of - days[0]).days < 150:
        days.insert(0, _meeting_day(days[0] - timedelta(days=rng.randrange(56, 80))))
    return days


def _meeting_day(day: date) -> date:
    """A working day followed by another, so that minutes can be signed within 48 hours."""
    while not (is_working(day) and is_working(day + timedelta(days=1))):
        day -= timedelta(days=1)
    return day


def _planning_meetings(days: list[date], as_of: date) -> list[CaseEvent]:
    events = []
    for index, day in enumerate(days):
        events.append(CaseEvent("ppm_held", day, at=_END_TIMES[(day.toordinal() + index) % len(_END_TIMES)]))
        signed = day + timedelta(days=1)
        if signed < as_of:
            events.append(CaseEvent("ppm_minutes_signed_by_chair", signed))
            events.append(CaseEvent("obligation_met", signed, rule="BCP-8.4-02"))
    return events


def _proceedings(family: Family, as_of: date) -> list[CaseEvent]:
    """One recent family in five is before the court; the filing and the final hearing lie ahead."""
    if not in_proceedings(family):
        return []
    issued = working_day_on_or_before(family.entered_on + timedelta(days=7))
    hearing = working_day_on_or_before(issued + timedelta(days=181))
    events = [CaseEvent("s31_application_issued", issued)]
    if hearing > as_of + timedelta(days=30):
        events.append(CaseEvent("final_care_plan_filing_due", working_day_on_or_before(hearing - timedelta(days=28))))
        events.append(CaseEvent("final_hearing_listed_for", hearing))
    return events


def in_proceedings(family: Family) -> bool:
    """Whether care proceedings are running: every fifth family that came into care lately."""
    return family.stage is Stage.RECENT and int(family.source_id[1:]) % 5 == 0
