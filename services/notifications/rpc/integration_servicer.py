"""permanence.notifications.v1.IntegrationService."""

from collections.abc import Callable
from datetime import datetime

from google.protobuf.timestamp_pb2 import Timestamp
from permanence.notifications.v1 import integration_service_pb2 as rpc
from permanence.notifications.v1 import integration_service_pb2_grpc as rpc_grpc

from servicekit.caller import Caller, current_caller
from servicekit.idempotency import once
from servicekit.validate import Check
from services.notifications.app.integration_health import (
    CAUSES,
    IntegrationDesk,
    demand,
    demand_shown,
    get_integration_health,
)
from services.notifications.app.move_work_on import (
    CAN_BE_GIVEN_UP,
    Piece,
    discard_work,
    retry_work,
    start_sending,
    stop_sending,
)
from services.notifications.domain.brake import SendingStop
from services.notifications.domain.integration_health import (
    FEED,
    EmailedAnswers,
    IntegrationHealth,
    WaitingWork,
    advice,
)
from services.notifications.rpc.invitation_servicer import BeginOnce, Context, WorkUnit

_LONGEST_REASON = 300


class IntegrationServicer(rpc_grpc.IntegrationServiceServicer):
    """Reads the request, asks, answers."""

    def __init__(self, integration: IntegrationDesk, begin: BeginOnce) -> None:
        self._integration = integration
        self._begin = begin

    async def GetIntegrationHealth(
        self, request: rpc.GetIntegrationHealthRequest, context: Context
    ) -> rpc.GetIntegrationHealthResponse:
        """What waits and why."""
        caller = current_caller()
        _checked(request, caller).raise_if_any()
        return _health_to(await get_integration_health(self._integration, caller))

    async def RetryWork(self, request: rpc.RetryWorkRequest, context: Context) -> rpc.RetryWorkResponse:
        """Try it now."""
        caller = current_caller()
        piece = _piece(_checked(request, caller), request)
        demand(caller, "RetryWork")
        await demand_shown(self._integration, caller, piece.kind, piece.item)

        async def do(unit: WorkUnit) -> rpc.RetryWorkResponse:
            await retry_work(unit, caller, piece)
            return rpc.RetryWorkResponse()

        return await once(self._begin, caller, request, rpc.RetryWorkResponse, do)

    async def DiscardWork(self, request: rpc.DiscardWorkRequest, context: Context) -> rpc.DiscardWorkResponse:
        """Give it up."""
        caller = current_caller()
        check = _checked(request, caller)
        reason = check.text("reason", _LONGEST_REASON, required=True)
        piece = _piece(check, request)
        demand(caller, "DiscardWork")
        await demand_shown(self._integration, caller, piece.kind, piece.item)

        async def do(unit: WorkUnit) -> rpc.DiscardWorkResponse:
            return rpc.DiscardWorkResponse(to_be_told=await discard_work(unit, caller, piece, reason))

        return await once(self._begin, caller, request, rpc.DiscardWorkResponse, do)

    async def StopSending(self, request: rpc.StopSendingRequest, context: Context) -> rpc.StopSendingResponse:
        """Stop everything."""
        caller = current_caller()
        check = _checked(request, caller)
        reason = check.text("reason", _LONGEST_REASON, required=True)
        check.uuid("request_id")
        check.raise_if_any()
        demand(caller, "StopSending")

        async def do(unit: WorkUnit) -> rpc.StopSendingResponse:
            return rpc.StopSendingResponse(stop=_stop_to(await stop_sending(unit, caller, reason)))

        return await once(self._begin, caller, request, rpc.StopSendingResponse, do)

    async def StartSending(self, request: rpc.StartSendingRequest, context: Context) -> rpc.StartSendingResponse:
        """Let it go on."""
        caller = current_caller()
        check = _checked(request, caller)
        check.uuid("request_id")
        check.raise_if_any()
        demand(caller, "StartSending")

        async def do(unit: WorkUnit) -> rpc.StartSendingResponse:
            await start_sending(unit, caller)
            return rpc.StartSendingResponse()

        return await once(self._begin, caller, request, rpc.StartSendingResponse, do)


def _checked(
    request: rpc.GetIntegrationHealthRequest
    | rpc.RetryWorkRequest
    | rpc.DiscardWorkRequest
    | rpc.StopSendingRequest
    | rpc.StartSendingRequest,
    caller: Caller,
) -> Check:
    check = Check(request, council=caller.council)
    check.resource_name("parent", "councils/{council}")
    return check


def _piece(check: Check, request: rpc.RetryWorkRequest | rpc.DiscardWorkRequest) -> Piece:
    kind, item = check.text("kind", 60, required=True), check.text("item", required=True)
    producer = check.text("producer", 60, required=kind == FEED)
    check.uuid("request_id")
    check.raise_if_any()
    return Piece(kind, item, producer)


def _health_to(health: IntegrationHealth) -> rpc.GetIntegrationHealthResponse:
    return rpc.GetIntegrationHealthResponse(
        advice=advice(health, CAUSES),
        depths=[
            rpc.WorkDepth(kind=one.kind, waiting=one.waiting, oldest_time=_stamp(one.oldest)) for one in health.depths
        ],
        waiting=[_work_to(one) for one in health.waiting],
        stop=_stop_to(health.stop) if health.stop else None,
        hourly_mail=[
            rpc.HourlyMail(source=source, people=people, most=health.most_an_hour) for source, people in health.hourly
        ],
        certificate_end_time=_maybe(_stamp, health.certificate_end),
        mailbox_read_time=_maybe(_stamp, health.mailbox_read),
        subscription_end_time=_maybe(_stamp, health.subscription_end),
        mail_server=_mail_server(health.mail_answers),
        emailed_answers=_emailed_to(health.emailed) if health.emailed else None,
    )


def _emailed_to(one: EmailedAnswers) -> rpc.EmailedAnswers:
    return rpc.EmailedAnswers(
        address=one.address,
        read_time=_maybe(_stamp, one.read_at),
        failing_since_time=_maybe(_stamp, one.failing_since),
        set_aside=one.set_aside,
        oldest_set_aside_time=_maybe(_stamp, one.oldest),
    )


def _work_to(one: WaitingWork) -> rpc.WaitingWork:
    failing = one.failing
    return rpc.WaitingWork(
        kind=failing.kind,
        item=failing.item,
        producer=failing.producer,
        reference=one.reference,
        since_time=_stamp(failing.since),
        attempts=failing.attempts,
        troubles=one.troubles,
        meeting_time=_maybe(_stamp, one.meeting_start),
        can_be_discarded=failing.kind in CAN_BE_GIVEN_UP,
    )


def _stop_to(stop: SendingStop) -> rpc.SendingStop:
    return rpc.SendingStop(stop_time=_stamp(stop.stopped_at), reason=stop.reason)


def _mail_server(answers: bool | None) -> "rpc.MailServerState.ValueType":
    if answers is None:
        return rpc.MAIL_SERVER_STATE_UNSPECIFIED
    return rpc.MAIL_SERVER_STATE_ANSWERS if answers else rpc.MAIL_SERVER_STATE_SILENT


def _maybe(make: Callable[[datetime], Timestamp], at: datetime | None) -> Timestamp | None:
    return make(at) if at else None


def _stamp(at: datetime) -> Timestamp:
    made = Timestamp()
    made.FromDatetime(at)
    return made
