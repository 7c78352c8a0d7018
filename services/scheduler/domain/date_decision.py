"""Whose word the date of a meeting is.

A family group conference is the family's, and never placed by a machine. A review is proposed and booked by whoever
arranges it; to move it or to call it off is the reviewing service's.
"""

from datetime import date

from rulebook.pack import DecidesDate, MeetingKind
from services.scheduler.domain.errors import DateIsTheFamilys
from services.scheduler.domain.meeting import DateDecision, Plan

# Their meetings are reviews, whatever the council calls them.
REVIEWERS = frozenset({"reviewing-officer", "independent-reviewing-manager"})
_FAMILY = frozenset({"mother", "father", "parent", "family-member", "child", "carer"})


def check_proposable(kind: MeetingKind) -> None:
    """DateIsTheFamilys where no time is proposed for this kind of meeting."""
    if kind.decides_date is DecidesDate.FAMILY:
        raise DateIsTheFamilys(meeting_kind=str(kind.id))


def check_decided(kind: MeetingKind, decision: DateDecision | None) -> None:
    """DateIsTheFamilys where the family has not chosen the date that is theirs."""
    if decision is None:
        check_proposable(kind)


def faults_of_decision(
    kind: MeetingKind, plan: Plan, decision: DateDecision | None, today: date
) -> list[tuple[str, str]]:
    """What is wrong with what was said of the choice, as (field, what would be right).

    Who of the reviewing service may speak for it is asked apart from this: not only those who are asked to come.
    """
    if decision is None:
        return []
    if kind.decides_date is DecidesDate.ORGANISER:
        return [("date_decision", f"is only for meetings whose date is not the organiser's; {kind.id} is none")]
    faults, family = [], {one.person for one in plan.attendees if one.role in _FAMILY}
    if kind.decides_date is DecidesDate.FAMILY and decision.by not in family:
        faults.append(("date_decision.person", "must be one of the family or carers who are asked to come"))
    if decision.consented_on > today:
        faults.append(("date_decision.consent_date", "lies in the future; it is given before a date is taken"))
    return faults
