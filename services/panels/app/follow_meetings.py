"""Take over what the scheduler tells: sittings appear, move, fall away; held meetings start the clocks of minutes."""

from dataclasses import replace

from servicekit.caller import Caller
from servicekit.ids import new_id
from services.panels.app.policy import require
from services.panels.app.ports import CouncilBodies, MeetingCopy, UnitOfWork
from services.panels.domain.body import BodyUuid
from services.panels.domain.minutes import ClockKind, Minutes, MinutesId, MinutesState, clocks_of
from services.panels.domain.minutes_form import clock_rules
from services.panels.domain.sitting import Sitting, SittingId, SittingState

_STATES = {"booked": SittingState.PLANNED, "held": SittingState.HELD, "cancelled": SittingState.CANCELLED}


async def follow_meeting(unit: UnitOfWork, caller: Caller, council: CouncilBodies, told: MeetingCopy) -> None:
    """The same twice changes nothing. A sitting of a body that the council's pack does not know is a mere meeting."""
    require(caller, "FollowMeetings", told.meeting)
    await unit.meetings.put(told)
    if told.body is not None and told.body in council.bodies:
        await _follow_sitting(unit, told, told.body)
    if told.state == "held":
        await open_minutes(unit, caller, council, told)


async def open_minutes(unit: UnitOfWork, caller: Caller, council: CouncilBodies, held: MeetingCopy) -> None:
    """Empty minutes for each subject of a held meeting, with their clocks running from its end."""
    sitting = await unit.sittings.of_meeting(held.meeting)
    if held.end is None or not is_minuted(held, council):
        return
    listed = [subject for item in sitting.items for subject in item.subjects] if sitting else []
    rules = clock_rules(council.forms, held.meeting_kind, of_a_body=held.body in council.bodies)
    clocks = clocks_of(held.end, rules)
    due = {clock.kind: clock.due for clock in clocks}
    for subject in sorted({*held.subjects, *listed}):
        minutes = Minutes(
            minutes_id=MinutesId(new_id()),
            meeting=held.meeting,
            meeting_kind=held.meeting_kind,
            subject=subject,
            chair_role=council.chair_roles.get(held.meeting_kind, ""),
            state=MinutesState.DRAFT,
            version=0,
            text="",
            meeting_end=held.end,
            sign_due=due[ClockKind.SIGN],
            file_due=due[ClockKind.FILE],
            clocks=clocks,
        )
        await unit.minutes.add(minutes)
    await unit.audit(caller, "OpenMinutes", held.meeting)


def is_minuted(meeting: MeetingCopy, council: CouncilBodies) -> bool:
    """Whether its minutes are kept here: sittings of bodies, and every kind of meeting that has a form."""
    of_a_body = meeting.body in council.bodies
    return any(form.is_of(meeting.meeting_kind, of_a_body=of_a_body) for form in council.forms.values())


async def _follow_sitting(unit: UnitOfWork, told: MeetingCopy, body: BodyUuid) -> None:
    known = await unit.sittings.of_meeting(told.meeting, lock=True)
    if known is None and told.start and told.end:
        fresh = Sitting(SittingId(new_id()), body, told.meeting, told.start, told.end, _STATES[told.state], version=1)
        await unit.sittings.add(fresh)
    elif known is not None:
        start = told.start or known.start
        end = told.end if told.end and told.end > start else known.end
        now_stands = replace(known, start=start, end=end, state=_STATES[told.state])
        if now_stands != known and known.state is not SittingState.HELD:
            await unit.sittings.change(replace(now_stands, version=known.version + 1))
    await unit.wake_agenda(body)
