"""Wire to domain and back."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import cast
from uuid import UUID

from google.protobuf.timestamp_pb2 import Timestamp
from permanence.notifications.v1 import notification_pb2 as wire
from permanence.notifications.v1 import notifications_service_pb2 as rpc

from servicekit.page import PageRequest, open_page
from servicekit.validate import Check
from services.notifications.app.draft_invitations import invitation_name
from services.notifications.app.list_invitations import InvitationPage
from services.notifications.app.preview_invitations import Preview, Previews
from services.notifications.app.release_invitations import Release
from services.notifications.app.take_answer import Given
from services.notifications.domain.answer import Answer
from services.notifications.domain.date_question import DateQuestion
from services.notifications.domain.delivery import Delivery
from services.notifications.domain.invitation import Invitation
from services.notifications.domain.need import Need
from services.notifications.domain.reminder import Reminder, ReminderKind, ReminderState
from services.notifications.domain.sending import KeptSending

_RING = ReminderKind.RING
_MEETING = "councils/{council}/meetings/{meeting}"
_DATE_OFFER = "councils/{council}/dateOffers/{date_offer}"


def meeting_from(request: rpc.PreviewInvitationsRequest | rpc.GetMeetingDeliveryRequest, council: str) -> str:
    """The meeting's name. InvalidRequest with every violation; NotFound for another council's."""
    check = Check(request, council=council)
    check.resource_name("meeting", _MEETING)
    check.raise_if_any()
    return request.meeting


def offer_from(request: rpc.ListDateQuestionsRequest, council: str) -> str:
    """The offer's name. As `meeting_from`."""
    check = Check(request, council=council)
    check.resource_name("date_offer", _DATE_OFFER)
    check.raise_if_any()
    return request.date_offer


def questions_to(found: Sequence[DateQuestion]) -> list[wire.DateQuestion]:
    """How each person is asked; never the message, whose link is a secret."""
    return [
        wire.DateQuestion(
            person=one.person,
            state=wire.DateQuestionState.Value(one.state.value),
            trouble=one.trouble,
            send_time=_instant(one.sent_at),
        )
        for one in found
    ]


def release_from(request: rpc.ReleaseInvitationsRequest, council: str) -> Release:
    """As `meeting_from`."""
    check = Check(request, council=council)
    check.resource_name("meeting", _MEETING)
    token = check.text("release_token", 64, required=True)
    check.uuid("request_id")
    check.raise_if_any()
    return Release(request.meeting, token)


def list_from(request: rpc.ListInvitationsRequest, council: str) -> tuple[str, PageRequest, str]:
    """Meeting or an empty text, the page, and what its token is bound to."""
    check = Check(request, council=council)
    check.resource_name("parent", "councils/{council}")
    check.resource_name("meeting", _MEETING, required=False)
    size, token = check.page()
    check.raise_if_any()
    bound_to = f"{council} ListInvitations {request.meeting}"
    return request.meeting, open_page(size, token, bound_to), bound_to


def sendings_from(request: rpc.ListSendingsRequest, council: str) -> tuple[str, PageRequest, str]:
    """Meeting, the page, and what its token is bound to."""
    check = Check(request, council=council)
    check.resource_name("meeting", _MEETING)
    size, token = check.page()
    check.raise_if_any()
    bound_to = f"{council} ListSendings {request.meeting}"
    return request.meeting, open_page(size, token, bound_to), bound_to


def sendings_to(found: Sequence[KeptSending], council: str) -> list[wire.Sending]:
    """What left; no text, no address and no name."""
    return [
        wire.Sending(
            invitation=invitation_name(council, one.sending.invitation_id),
            person=one.sending.person,
            role=one.sending.role,
            route=wire.Route.Value(one.sending.route.value),
            kind=wire.MessageKind.Value(one.sending.kind.value),
            revision=one.sending.revision,
            send_time=_instant(one.sending.at),
            outcome=wire.SendingOutcome.Value(one.sending.outcome.value),
            released_by=one.released_by,
        )
        for one in found
    ]


def answer_from(request: rpc.RecordAnswerRequest, council: str) -> Given:
    """Whose answer, and to which time."""
    check = Check(request, council=council)
    parts = check.resource_name("invitation", "councils/{council}/invitations/{invitation}")
    number = check.enum("answer")
    check.uuid("request_id")
    if request.revision < 0:
        check.refuse("revision", "is negative")
    check.raise_if_any()
    answer = Answer(wire.Answer.Name(cast("wire.Answer.ValueType", number)))
    return Given(cast("UUID", parts["invitation"]), answer, request.revision)


def invitation_to(one: Invitation, council: str, reminders: Sequence[Reminder] = ()) -> wire.Invitation:
    """One invitation with its reminders; holds no address and no name."""
    pending = [each.due_at for each in reminders if each.state is ReminderState.PENDING and each.kind is not _RING]
    sent = [each.sent_at for each in reminders if each.sent_at is not None]
    return wire.Invitation(
        name=invitation_name(council, one.id),
        meeting=one.meeting,
        person=one.person,
        role=one.role,
        route=wire.Route.Value(one.route.value),
        state=wire.InvitationState.Value(one.state.value),
        told_revision=one.told_revision,
        wanted_revision=one.wanted_revision,
        answer=wire.Answer.Value(one.answer.value),
        answer_time=_instant(one.answer_time),
        answered_revision=one.answered_revision,
        trouble=one.trouble,
        send_time=_instant(one.send_time),
        messages_sent=one.messages_sent,
        delivery=wire.MessageDelivery.Value(one.delivery.value),
        delivery_time=_instant(one.delivery_time),
        next_reminder_time=_instant(min(pending, default=None)),
        last_reminder_time=_instant(max(sent, default=None)),
        to_ring=next((each.trouble for each in reminders if each.state is ReminderState.TO_RING), ""),
        place_withheld=one.place_withheld,
        proposed_start_time=_instant(one.proposed[0]) if one.proposed else None,
        proposed_end_time=_instant(one.proposed[1]) if one.proposed else None,
        needs=needs_to(one.needs),
        needs_language=one.needs_language,
        needs_time=_instant(one.needs_time),
        letter_time=_instant(one.open_letter_time),
    )


def needs_to(needs: Iterable[Need]) -> list[wire.Need.ValueType]:
    """By their numbers."""
    return sorted(wire.Need.Value(need.value) for need in needs)


def invitations_to(
    ones: Iterable[Invitation], council: str, reminders: Iterable[Reminder] = ()
) -> list[wire.Invitation]:
    """Several, with the reminders of their meetings."""
    theirs: dict[tuple[str, str], list[Reminder]] = {}
    for each in reminders:
        theirs.setdefault((each.meeting, each.person), []).append(each)
    return [invitation_to(one, council, theirs.get((one.meeting, one.person), ())) for one in ones]


def listed_to(found: InvitationPage, council: str) -> list[wire.Invitation]:
    """A page of them, each with its reminders and how its answer came."""
    shown = invitations_to(found.invitations, council, found.reminders)
    for one, out in zip(found.invitations, shown, strict=True):
        source = found.sources.get(one.id)
        if source is not None:
            out.answer_source = wire.AnswerSource.Value(f"ANSWER_SOURCE_{source.name}")
    return shown


def previews_to(previews: Previews) -> rpc.PreviewInvitationsResponse:
    """The whole release check."""
    return rpc.PreviewInvitationsResponse(
        previews=[_preview_to(one) for one in previews.previews],
        release_token=previews.token,
        second_person_needed=previews.second_person_needed,
        release_needed=previews.release_needed,
        stop_reasons=previews.stop_reasons,
    )


def delivery_to(delivery: Delivery) -> rpc.GetMeetingDeliveryResponse:
    """Where the telling stands."""
    return rpc.GetMeetingDeliveryResponse(
        state=rpc.DeliveryState.Value(delivery.state.value),
        told=delivery.told,
        untold=delivery.untold,
        troubles=delivery.troubles,
        room_state=rpc.RoomState.Value(delivery.room.value),
        joining_link_state=rpc.JoiningLinkState.Value(delivery.joining_link.value),
    )


def _preview_to(one: Preview) -> wire.Preview:
    shown = wire.Preview(
        invitation=one.invitation,
        person=one.person,
        recipient_name=one.recipient_name,
        route=wire.Route.Value(one.route.value),
        warnings=one.warnings,
    )
    if one.rendering is None:
        return shown
    rendering = one.rendering
    shown.kind = wire.MessageKind.Value(one.kind.value)
    shown.address = rendering.address
    shown.subject_line = rendering.subject_line
    shown.body_text = rendering.body_text
    shown.location = rendering.location
    shown.others_shown.extend(rendering.others_shown)
    shown.risk_words.extend(one.risk_words)
    shown.own_link = one.own_link
    shown.stop = one.stop
    shown.start_time.FromDatetime(rendering.start)
    shown.end_time.FromDatetime(rendering.end)
    return shown


def _instant(at: datetime | None) -> Timestamp | None:
    if at is None:
        return None
    stamp = Timestamp()
    stamp.FromDatetime(at)
    return stamp
