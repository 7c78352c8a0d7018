"""Write or replace the draft of the minutes of a meeting for one subject."""

from collections.abc import Sequence
from dataclasses import dataclass

from servicekit.caller import Caller
from servicekit.errors import NotFound, VersionClash
from services.panels.app.follow_meetings import is_minuted, open_minutes
from services.panels.app.foreign_text import ForeignNames, keep_passages
from services.panels.app.policy import require
from services.panels.app.ports import Begin, Cases, CouncilBodies, MeetingCopy, Meetings, UnitOfWork
from services.panels.domain.errors import MeetingNotHeldError, NotMinutedHereError
from services.panels.domain.minutes import Minutes
from services.panels.domain.names import minutes_name


@dataclass(frozen=True)
class DraftMinutes:
    """`etag` is empty for the first draft."""

    meeting: str
    subject: str
    text: str
    etag: str
    passages_confirmed: bool = False


@dataclass(frozen=True)
class Drafting:
    """What the use case reads before its transaction."""

    begin: Begin
    cases: Cases
    meetings: Meetings

    async def check(self, caller: Caller, council: CouncilBodies, command: DraftMinutes) -> MeetingCopy:
        """The held meeting, once the caller may write, sees the subject, and the text names nobody else.

        Raises:
            NotFound: cases or the scheduler hides it. MeetingNotHeldError, NotMinutedHereError, ForeignNameError.
        """
        require(caller, "DraftMinutes", command.meeting)
        await self.cases.subject(caller, command.subject)
        meeting = await self._held(caller, command.meeting)
        if not is_minuted(meeting, council):
            raise NotMinutedHereError(meeting_kind=meeting.meeting_kind)
        await ForeignNames(self.begin, self.cases).refuse(caller, meeting, command.subject, [command.text])
        return meeting

    async def _held(self, caller: Caller, name: str) -> MeetingCopy:
        """What was told here, or else what the scheduler says now: its feed may lag behind the person who writes."""
        async with self.begin(caller) as unit:
            known = await unit.meetings.load(name)
        if known is None or known.state != "held":
            known = await self.meetings.meeting(caller, name)
        if known.state != "held":
            raise MeetingNotHeldError(meeting=name)
        return known


async def draft_minutes(
    unit: UnitOfWork, caller: Caller, council: CouncilBodies, command: DraftMinutes, meeting: MeetingCopy
) -> Minutes:
    """NotFound for a subject that was not before the meeting; VersionClash for an old etag; AlreadySignedError."""
    minutes = await unit.minutes.of_subject(command.meeting, command.subject, lock=True)
    if minutes is None:
        await unit.meetings.put(meeting)
        await open_minutes(unit, caller, council, meeting)
        minutes = await unit.minutes.of_subject(command.meeting, command.subject, lock=True)
    if minutes is None:
        raise NotFound(command.subject)
    name = minutes_name(caller.council, minutes.minutes_id)
    redrafted = minutes.redrafted(command.text, name)
    if command.etag not in _good_etags(minutes):
        raise VersionClash(name)
    await keep_passages(unit, minutes, "text", [command.text], confirmed=command.passages_confirmed)
    await unit.minutes.change(redrafted)
    await unit.audit(caller, "DraftMinutes", name, ["text"])
    return redrafted


def _good_etags(minutes: Minutes) -> Sequence[str]:
    return ("", "0") if minutes.version == 0 else (str(minutes.version),)
