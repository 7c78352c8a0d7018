"""A meeting recommends another plan: it changes none, and asks for an early review (BCP-8-16, regulation 32(2))."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from rulebook.counting import london_date
from servicekit.caller import Caller
from servicekit.errors import NotFound
from services.panels.app.policy import require
from services.panels.app.ports import Cases, MeetingCopy, Meetings, UnitOfWork
from services.panels.domain.errors import MeetingNotHeldError
from services.panels.domain.events import CaseSettled

PLAN_CHANGE: Final = "plan_change_recommended"


@dataclass(frozen=True)
class RecommendPlanChange:
    """`reasons` are kept with the meeting's own record; the fact alone leaves this service."""

    meeting: str
    subject: str
    reasons: str


async def check_plan_change(
    cases: Cases, meetings: Meetings, caller: Caller, command: RecommendPlanChange
) -> MeetingCopy:
    """The meeting, as the scheduler says now.

    NotFound where it, or the child, is hidden, or was not before it. MeetingNotHeldError.
    """
    require(caller, "RecommendPlanChange", command.meeting)
    await cases.subject(caller, command.subject)
    meeting = await meetings.meeting(caller, command.meeting)
    if meeting.state != "held" or meeting.end is None:
        raise MeetingNotHeldError(meeting=command.meeting)
    return meeting


async def recommend_plan_change(
    unit: UnitOfWork, caller: Caller, command: RecommendPlanChange, meeting: MeetingCopy
) -> date:
    """The day of the meeting, from which the early review is asked for."""
    sitting = await unit.sittings.of_meeting(meeting.meeting)
    listed = {subject for item in sitting.items for subject in item.subjects} if sitting else set()
    if command.subject not in listed.union(meeting.subjects) or meeting.end is None:
        raise NotFound(command.subject)
    on = london_date(meeting.end)
    await unit.decisions.add_plan_change(command.meeting, command.subject, command.reasons, caller.principal_id)
    fact = CaseSettled(command.meeting, command.subject, command.meeting, (PLAN_CHANGE,), (), on)
    await unit.append_event(command.subject, fact)
    await unit.audit(caller, "RecommendPlanChange", command.meeting, ["reasons"])
    return on
