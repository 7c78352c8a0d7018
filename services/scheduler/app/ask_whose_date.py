"""Whether whoever's word the date of a meeting is has been asked, before it is moved or called off."""

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
    if kind.decides_date is not DecidesDate.REVIEWING_SERVICE:
        return
    if decision is None:
        if not may(caller, "DecideReviewDate"):
            raise DateIsTheReviewingServices(meeting_kind=str(kind.id))
        return
    if decision.by in {one.person for one in attendees if one.role in REVIEWERS}:
        return
    if decision.by not in await around.cases.staff(caller, roles=sorted(REVIEWERS)):
        what = "must be the meeting's reviewing officer, or somebody else of the reviewing service"
        raise InvalidRequest([Violation("date_decision.person", what)])
