"""An attendee's link on the wire."""

import re
from typing import Protocol, cast

from permanence.notifications.v1 import attendee_service_pb2 as rpc
from permanence.notifications.v1 import notification_pb2 as wire

from servicekit.validate import Check
from services.notifications.app.answer_by_link import Said
from services.notifications.app.open_link import Opened, Presented
from services.notifications.domain.answer import Answer
from services.notifications.domain.meeting import Meeting
from services.notifications.domain.need import Need
from services.notifications.rpc.convert import needs_to

_LONGEST_TOKEN, _LONGEST_LANGUAGE = 64, 60
_SESSION = re.compile(r"[A-Za-z0-9_-]{32,64}")
_CODE = re.compile(r"[0-9]{6}")
_LANGUAGE = re.compile(r"[^\W\d_]([^\W\d_]|[ ,'()-])*")


class OfLink(Protocol):
    """Any request that names a link."""

    @property
    def link_token(self) -> str:
        """The link's token."""
        ...


def presented_in(check: Check, request: OfLink, session: str, *, needed: bool = False) -> Presented:
    """The link and the browser; violations stand in `check`."""
    check.resource_name("parent", "councils/{council}")
    token = check.text("link_token", _LONGEST_TOKEN, required=True)
    if (needed or session) and not _SESSION.fullmatch(session):
        check.refuse("session", "must be 32 to 64 letters, digits, _ or -")
    return Presented(token, session)


def answer_in(check: Check) -> Answer:
    """What is answered; violations stand in `check`."""
    number = check.enum("answer")
    known = number in wire.Answer.values()
    return Answer(wire.Answer.Name(cast("wire.Answer.ValueType", number))) if known else Answer.NONE


def code_in(check: Check, request: rpc.ConfirmCodeRequest) -> str:
    """Six digits; violations stand in `check`."""
    if not _CODE.fullmatch(request.code):
        check.refuse("code", "must be six digits")
    return request.code


def said_in(check: Check, request: rpc.SayNeedsRequest) -> Said:
    """What is needed; violations stand in `check`."""
    needs = frozenset(Need(wire.Need.Name(one)) for one in request.needs if one in wire.Need.values() and one)
    if len(needs) != len(request.needs):
        check.refuse("needs", "must each be chosen, and once")
    language = check.text("language", _LONGEST_LANGUAGE)
    if language and not _LANGUAGE.fullmatch(language):
        check.refuse("language", "must be the name of a language, in letters")
    if bool(language) != (Need.INTERPRETER in needs):
        check.refuse("language", "is given with an interpreter, and only then")
    return Said(needs, language)


def sheet_to(opened: Opened) -> rpc.LinkSheet:
    """What the link shows by itself: no place, no kind, no reference, nobody."""
    sheet = rpc.LinkSheet(state=rpc.LinkState.Value(opened.state.value), ours=opened.ours, confirmed=opened.confirmed)
    if opened.rendering is None:
        return sheet
    rendering, invitation = opened.rendering, opened.invitation
    sheet.start_time.FromDatetime(rendering.start)
    sheet.end_time.FromDatetime(rendering.end)
    sheet.time_zone = rendering.time_zone
    sheet.answer = wire.Answer.Value(invitation.answer.value)
    if invitation.answer_time is not None:
        sheet.answer_time.FromDatetime(invitation.answer_time)
    return sheet


def more_to(opened: Opened, meeting: Meeting) -> rpc.GetMoreResponse:
    """All that the person may know."""
    rendering = opened.rendering
    assert rendering is not None
    return rpc.GetMoreResponse(
        link_sheet=sheet_to(opened),
        title=meeting.title,
        reference=meeting.reference,
        location=rendering.location,
        others_shown=rendering.others_shown,
        needs=needs_to(opened.invitation.needs),
        language=opened.invitation.needs_language,
        held_by_video=meeting.held_by_video,
        joining_link=rendering.joining_link,
    )
