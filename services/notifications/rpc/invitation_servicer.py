"""The gRPC face of the use cases: read the request, ask, answer."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Protocol, TypeAlias

import grpc
from permanence.notifications.v1 import notifications_service_pb2 as rpc
from permanence.notifications.v1 import notifications_service_pb2_grpc as rpc_grpc

from servicekit.caller import Caller, current_caller
from servicekit.idempotency import Unit as OnceUnit
from servicekit.idempotency import once
from servicekit.page import next_token
from services.notifications.app.chaser_ports import ChaserDesk
from services.notifications.app.list_chasers import list_chasers
from services.notifications.app.list_date_questions import list_date_questions
from services.notifications.app.list_invitations import get_meeting_delivery, list_invitations
from services.notifications.app.list_sendings import list_sendings
from services.notifications.app.ports import QuestionDesk, Unit
from services.notifications.app.preview_invitations import preview_invitations
from services.notifications.app.release_invitations import read_for_release, release_invitations
from services.notifications.app.take_answer import may_record_answer, record_answer
from services.notifications.rpc.chaser_convert import chaser_to, things_from
from services.notifications.rpc.convert import (
    answer_from,
    delivery_to,
    invitation_to,
    invitations_to,
    list_from,
    listed_to,
    meeting_from,
    offer_from,
    previews_to,
    questions_to,
    release_from,
    sendings_from,
    sendings_to,
)


class WorkUnit(Unit, OnceUnit, Protocol):
    """A unit of work that can also keep the first answer of a request."""


BeginOnce: TypeAlias = Callable[[Caller], AbstractAsyncContextManager[WorkUnit]]
Context: TypeAlias = grpc.aio.ServicerContext[object, object]


class InvitationServicer(rpc_grpc.NotificationsServiceServicer):
    """permanence.notifications.v1.NotificationsService."""

    def __init__(self, questions: QuestionDesk, chasers: ChaserDesk, begin: BeginOnce) -> None:
        self._questions = questions
        self._chasers = chasers
        self._desk = questions.desk
        self._begin = begin

    async def PreviewInvitations(
        self, request: rpc.PreviewInvitationsRequest, context: Context
    ) -> rpc.PreviewInvitationsResponse:
        """Exactly what each person would receive."""
        caller = current_caller()
        return previews_to(await preview_invitations(self._desk, caller, meeting_from(request, caller.council)))

    async def ReleaseInvitations(
        self, request: rpc.ReleaseInvitationsRequest, context: Context
    ) -> rpc.ReleaseInvitationsResponse:
        """Lets the previewed messages go."""
        caller = current_caller()
        release = release_from(request, caller.council)
        view = await read_for_release(self._desk, caller, release.meeting)

        async def do(unit: WorkUnit) -> rpc.ReleaseInvitationsResponse:
            released = await release_invitations(unit, self._desk, caller, view, release)
            return rpc.ReleaseInvitationsResponse(invitations=invitations_to(released, caller.council))

        return await once(self._begin, caller, request, rpc.ReleaseInvitationsResponse, do)

    async def ListInvitations(
        self, request: rpc.ListInvitationsRequest, context: Context
    ) -> rpc.ListInvitationsResponse:
        """A page."""
        caller = current_caller()
        meeting, page, bound_to = list_from(request, caller.council)
        found = await list_invitations(self._desk, caller, meeting, page)
        return rpc.ListInvitationsResponse(
            invitations=listed_to(found, caller.council),
            next_page_token=next_token(bound_to, found.next_after) if found.next_after else "",
        )

    async def ListSendings(self, request: rpc.ListSendingsRequest, context: Context) -> rpc.ListSendingsResponse:
        """What left, the oldest first."""
        caller = current_caller()
        meeting, page, bound_to = sendings_from(request, caller.council)
        found = await list_sendings(self._desk, caller, meeting, page)
        return rpc.ListSendingsResponse(
            sendings=sendings_to(found.sendings, caller.council),
            next_page_token=next_token(bound_to, found.next_after) if found.next_after else "",
        )

    async def GetMeetingDelivery(
        self, request: rpc.GetMeetingDeliveryRequest, context: Context
    ) -> rpc.GetMeetingDeliveryResponse:
        """Whether everybody knows the current time."""
        caller = current_caller()
        return delivery_to(await get_meeting_delivery(self._desk, caller, meeting_from(request, caller.council)))

    async def RecordAnswer(self, request: rpc.RecordAnswerRequest, context: Context) -> rpc.RecordAnswerResponse:
        """An answer given by telephone or in person."""
        caller = current_caller()
        given = answer_from(request, caller.council)
        meeting = await may_record_answer(self._desk, caller, given.invitation_id)

        async def do(unit: WorkUnit) -> rpc.RecordAnswerResponse:
            one = await record_answer(unit, caller, meeting, given)
            return rpc.RecordAnswerResponse(invitation=invitation_to(one, caller.council))

        return await once(self._begin, caller, request, rpc.RecordAnswerResponse, do)

    async def ListDateQuestions(
        self, request: rpc.ListDateQuestionsRequest, context: Context
    ) -> rpc.ListDateQuestionsResponse:
        """How each person is asked about offered dates."""
        caller = current_caller()
        found = await list_date_questions(self._questions, caller, offer_from(request, caller.council))
        return rpc.ListDateQuestionsResponse(date_questions=questions_to(found))

    async def ListChasers(self, request: rpc.ListChasersRequest, context: Context) -> rpc.ListChasersResponse:
        """What became of writing to people about what waits."""
        caller = current_caller()
        found = await list_chasers(self._chasers, caller, things_from(request, caller.council))
        return rpc.ListChasersResponse(chasers=[chaser_to(thing, one) for thing, one in found])
