"""Whether whoever's word the date of a meeting is has been asked, and can have given it."""

from collections.abc import Iterable

from rulebook.pack import DecidesDate, MeetingKind
from servicekit.caller import Caller
from servicekit.errors import InvalidRequest, Violation
from services.scheduler.app.policy import may
from services.scheduler.app.ports import Surroundings
from services.scheduler.domain.date_decision import REVIEWERS
from services.scheduler.domain.errors import DateIsTheReviewingServices
from services.scheduler.domain.meeting import Attendee, DateDecision


async def demand_reviewers_word(
    around: Surroundings,
    caller: Caller,
    kind: MeetingKind,
    attendees: Iterable[Attendee],
    decision: DateDecision | None,
) -> None:
    """DateIsTheReviewingServices where the date is theirs, they have not agreed, and the caller is none of them.

    InvalidRequest where whoever is said to have agreed is none of them.
    """
    theirs = kind.decides_date is DecidesDate.REVIEWING_SERVICE
    if theirs and decision is None and not may(caller, "DecideReviewDate"):
        raise DateIsTheReviewingServices(meeting_kind=str(kind.id))
    await check_reviewers_word(around, caller, kind, attendees, decision)


async def check_reviewers_word(
    around: Surroundings,
    caller: Caller,
    kind: MeetingKind,
    attendees: Iterable[Attendee],
    decision: DateDecision | None,
) -> None:
    """InvalidRequest where the date is theirs and whoever is said to have agreed is none of them; none need have."""
    if decision is None or kind.decides_date is not DecidesDate.REVIEWING_SERVICE:
        return
    if decision.by in {one.person for one in attendees if one.role in REVIEWERS}:
        return
    if decision.by not in await around.cases.staff(caller, roles=sorted(REVIEWERS)):
        what = "must be the meeting's reviewing officer, or somebody else of the reviewing service"
        raise InvalidRequest([Violation("date_decision.person", what)])
