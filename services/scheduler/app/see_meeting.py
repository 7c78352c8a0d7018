"""Whether a caller may know of a meeting or its draft: only who may know of each of its subjects."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Protocol, TypeVar
from uuid import UUID

from servicekit.caller import Caller, CallerKind
from servicekit.errors import NotFound, PermissionDenied
from services.scheduler.app.policy import demand
from services.scheduler.app.ports import Surroundings
from services.scheduler.domain.meeting import Meeting, Plan, meeting_name

# They see every case that is not restricted; of everybody else cases is asked.
_SEES_UNRESTRICTED = frozenset({"business-support", "business-support-manager"})


class Planned(Protocol):
    """A meeting, or the draft of one."""

    @property
    def plan(self) -> Plan:
        """It names the subjects."""
        ...


T = TypeVar("T", bound=Planned)


async def hidden_subjects(around: Surroundings, caller: Caller, subjects: Collection[str]) -> frozenset[str]:
    """Those of the subjects that the caller may not know of. Cases is asked once, with the caller's own token.

    Our services are let through: their right to a case was checked where they were given it.
    """
    if caller.kind is CallerKind.SERVICE or not subjects:
        return frozenset()
    asked = set(subjects)
    if caller.roles & _SEES_UNRESTRICTED:
        async with around.begin(caller) as unit:
            asked -= await unit.clocks.open_subjects(asked)
    return frozenset(asked - await around.cases.shown_to(caller, sorted(asked)))


async def demand_subjects(around: Surroundings, caller: Caller, subjects: Collection[str]) -> None:
    """Raises PermissionDenied, shown as absence, for the first subject that the caller may not know of."""
    hidden = await hidden_subjects(around, caller, subjects)
    if hidden:
        raise PermissionDenied(min(hidden))


async def demand_meeting(around: Surroundings, caller: Caller, name: str, meeting: T | None) -> T:
    """The meeting or draft, where there is one that the caller may know of. NotFound, the same for both, otherwise."""
    if meeting is None or await hidden_subjects(around, caller, meeting.plan.subjects):
        raise NotFound(name)
    return meeting


async def meeting_for(around: Surroundings, caller: Caller, action: str, meeting_id: UUID) -> Meeting:
    """The meeting that the caller may know of and do this with; asked before the transaction of the change.

    NotFound, also for whoever may read no meeting; PermissionDenied for whoever may read this one but not do that.
    """
    name = meeting_name(caller.council, meeting_id)
    demand(caller, "GetMeeting", name)
    async with around.begin(caller) as unit:
        found = await unit.meetings.load(meeting_id)
    meeting = await demand_meeting(around, caller, name, found)
    demand(caller, action, name, sitting=bool(meeting.plan.body), may_know=True)
    return meeting


async def hidden_clocks(around: Surroundings, caller: Caller, obligations: Collection[str]) -> frozenset[str]:
    """Those of the obligations of whose subjects the caller may not know. Cases is asked once."""
    if not obligations:
        return frozenset()
    async with around.begin(caller) as unit:
        clocks = await unit.clocks.named(obligations)
    hidden = await hidden_subjects(around, caller, {one.subject for one in clocks})
    return frozenset(one.obligation for one in clocks if one.subject in hidden)


async def without_hidden_clocks(around: Surroundings, caller: Caller, meetings: Sequence[Meeting]) -> list[Meeting]:
    """The same, without obligations of others than their own subjects that the caller may not know of.

    A sitting has no subject, so everybody may know of it; whose clock it is to meet is another question.
    """
    asked = {name for one in meetings if one.plan.body for name in one.plan.obligations}
    names = await hidden_clocks(around, caller, asked)
    return [_without(one, names) if names.intersection(one.plan.obligations) else one for one in meetings]


def _without(meeting: Meeting, names: Collection[str]) -> Meeting:
    plan = replace(meeting.plan, obligations=tuple(one for one in meeting.plan.obligations if one not in names))
    accepted = tuple(one for one in meeting.accepted_breaches if one.obligation not in names)
    return replace(meeting, plan=plan, accepted_breaches=accepted)


async def visible(around: Surroundings, caller: Caller, meetings: Sequence[T]) -> list[T]:
    """Those of the meetings or drafts that the caller may know of."""
    subjects = {subject for meeting in meetings for subject in meeting.plan.subjects}
    hidden = await hidden_subjects(around, caller, subjects)
    return [meeting for meeting in meetings if not hidden.intersection(meeting.plan.subjects)]
