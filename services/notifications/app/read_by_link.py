"""What a link shows beyond date and time, and the entry for a calendar of one's own."""

from dataclasses import replace

from servicekit.caller import Caller
from services.notifications.app.draft_invitations import invitation_name
from services.notifications.app.open_link import Behind, Opened, Presented, hold, opened_of
from services.notifications.app.ports import Outside, Unit
from services.notifications.domain.invitation import Invitation, uid
from services.notifications.domain.mail_draft import MailDraft, MailMethod
from services.notifications.domain.refusal import CodeNeededError
from services.notifications.domain.rendering import Rendering, by_video_lines, subject_line
from services.notifications.domain.route import Route

_TITLE = "Meeting"
_TEXT = "This entry holds no names. Please keep it to yourself."


async def get_more(unit: Unit, caller: Caller, behind: Behind, presented: Presented) -> Opened:
    """All that the person was told and may know today, once they typed their code. Audited.

    NotFound; CodeNeededError; StaleAnswerError where the meeting is off or being changed.
    """
    await hold(unit, caller, behind, presented)
    opened = await opened_of(unit, caller, behind, presented)
    if not opened.confirmed:
        raise CodeNeededError
    await unit.audit("GetMore", invitation_name(caller.council, behind.invitation.id), fields=["location"])
    return opened


async def calendar_entry(
    unit: Unit, caller: Caller, behind: Behind, presented: Presented, outside: Outside
) -> MailDraft:
    """The entry: date and time alone, and all that was told where the code was typed. As `get_more`, but for the code.

    The UID and SEQUENCE of what was sent are enough to answer by e-mail as the person, so that the link alone does not
    give them. The organiser stands in it all the same: RFC 5546, 3.2.1, asks for one.
    """
    held = await hold(unit, caller, behind, presented)
    opened = await opened_of(unit, caller, behind, presented)
    await unit.audit("GetCalendarFile", invitation_name(caller.council, behind.invitation.id))
    entry = MailDraft(
        uid=f"{behind.signer.entry_id(held.invitation.id)}@{outside.mail_host}",
        sequence=0,
        method=MailMethod.PUBLISH,
        dtstamp=unit.now(),
        message_id="",
        organiser=outside.sender.mail_from or outside.sender.mailbox,
        organiser_name=outside.sender.organiser_name,
        recipient="",
        subject_line=_TITLE,
        body_text=_TEXT,
        start=held.rendering.start,
        end=held.rendering.end,
        time_zone=held.rendering.time_zone,
        location="",
    )
    if not opened.confirmed:
        return entry
    return replace(
        entry,
        uid=await _uid(unit, held.invitation, outside.mail_host),
        sequence=max(held.invitation.sequence, 0),
        subject_line=subject_line(_TITLE, behind.view.meeting.reference),
        location=held.rendering.location,
        body_text=_with_how_to_join(behind, held.rendering),
    )


def _with_how_to_join(behind: Behind, rendering: Rendering) -> str:
    return "\n".join([_TEXT, *by_video_lines(behind.view.meeting, rendering.joining_link)])


async def _uid(unit: Unit, invitation: Invitation, host: str) -> str:
    """That of the entry that the person may have already, so that there are never two."""
    if invitation.route is Route.OWN_EVENT:
        events = await unit.events.of_meeting(invitation.meeting)
        found = next((one.ical_uid for one in events if one.audience == invitation.person and one.ical_uid), "")
        return found or uid(invitation, host)
    return uid(invitation, host)
