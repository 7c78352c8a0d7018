"""A scheduler, cases or notifications service that a test plays itself, for states that the played demo is never in."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import grpc
from google.protobuf.any_pb2 import Any as Detail
from google.protobuf.message import Message
from google.rpc import code_pb2, error_details_pb2, status_pb2
from grpc_status import rpc_status
from permanence.cases.v1.cases_service_pb2_grpc import CasesServiceStub, add_CasesServiceServicer_to_server
from permanence.cases.v1.obligations_service_pb2_grpc import (
    ObligationsServiceStub,
    add_ObligationsServiceServicer_to_server,
)
from permanence.notifications.v1.integration_service_pb2_grpc import (
    IntegrationServiceStub,
    add_IntegrationServiceServicer_to_server,
)
from permanence.notifications.v1.notifications_service_pb2_grpc import (
    NotificationsServiceStub,
    add_NotificationsServiceServicer_to_server,
)
from permanence.notifications.v1.outlook_service_pb2_grpc import (
    OutlookServiceStub,
    add_OutlookServiceServicer_to_server,
)
from permanence.scheduler.v1.date_offers_service_pb2_grpc import (
    DateOffersServiceStub,
    add_DateOffersServiceServicer_to_server,
)
from permanence.scheduler.v1.meeting_drafts_service_pb2_grpc import (
    MeetingDraftsServiceStub,
    add_MeetingDraftsServiceServicer_to_server,
)
from permanence.scheduler.v1.scheduler_service_pb2_grpc import (
    SchedulerServiceStub,
    add_SchedulerServiceServicer_to_server,
)

_SERVED = (
    (SchedulerServiceStub, add_SchedulerServiceServicer_to_server),
    (MeetingDraftsServiceStub, add_MeetingDraftsServiceServicer_to_server),
    (DateOffersServiceStub, add_DateOffersServiceServicer_to_server),
    (NotificationsServiceStub, add_NotificationsServiceServicer_to_server),
    (OutlookServiceStub, add_OutlookServiceServicer_to_server),
    (CasesServiceStub, add_CasesServiceServicer_to_server),
    (IntegrationServiceStub, add_IntegrationServiceServicer_to_server),
    (ObligationsServiceStub, add_ObligationsServiceServicer_to_server),
)
Reply = Message | Callable[[Any], Message | None]
_SECONDS = 10.0


class Refusal(Exception):
    """Raised by a reply: the service refuses for this reason, as things stand (FAILED_PRECONDITION)."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class _Answers:
    """Always the same reply to an RPC; the others are the real service's, or UNIMPLEMENTED where there is none."""

    def __init__(self, replies: dict[str, Reply], behind: dict[str, Callable[..., Message]]) -> None:
        self._replies, self._behind = replies, behind

    def __getattr__(self, rpc: str) -> Callable[[Message, grpc.ServicerContext], Message]:
        def answer(request: Message, context: grpc.ServicerContext) -> Message:
            found = self._replies.get(rpc)
            try:
                own = found if isinstance(found, Message) or found is None else found(request)
            except Refusal as refusal:
                context.abort_with_status(_status_of(refusal))
            if own is not None:
                return own
            if rpc not in self._behind:
                context.abort(grpc.StatusCode.UNIMPLEMENTED, rpc)
            return _passed_on(self._behind[rpc], request, context)

        return answer


def _passed_on(method: Callable[..., Message], request: Message, context: grpc.ServicerContext) -> Message:
    sent = [(key, value) for key, value in context.invocation_metadata() if not key.startswith(("grpc-", "user-agent"))]
    try:
        return method(request, metadata=sent, timeout=_SECONDS)
    except grpc.RpcError as error:
        context.set_trailing_metadata(tuple((one.key, one.value) for one in error.trailing_metadata() or ()))
        context.abort(error.code(), error.details() or "")
    raise AssertionError("abort raises")


def _status_of(refusal: Refusal) -> grpc.Status:
    detail = Detail()
    detail.Pack(error_details_pb2.ErrorInfo(reason=refusal.reason))
    return rpc_status.to_status(status_pb2.Status(code=code_pb2.FAILED_PRECONDITION, details=[detail]))


@contextmanager
def stand_in(in_front_of: grpc.Channel | None = None, /, **replies: Reply) -> Iterator[str]:
    """The address at which it answers, for `own_site(PERMANENCE_SCHEDULER_ADDRESS=...)` or `PERMANENCE_CASES_ADDRESS`.

    A reply is a message or a function of the request; where that gives None, and for every other RPC, the service
    `in_front_of` which it stands answers.
    """
    behind: dict[str, Callable[..., Message]] = {}
    if in_front_of is not None:
        # Of two RPCs of one name the one of the service that is named first: RecordAnswer is the scheduler's.
        behind = {rpc: method for stub, _ in reversed(_SERVED) for rpc, method in vars(stub(in_front_of)).items()}
    service: Any = _Answers(dict(replies), behind)
    server = grpc.server(ThreadPoolExecutor(4))
    for _, add in _SERVED:
        add(service, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    try:
        yield f"127.0.0.1:{port}"
    finally:
        server.stop(None)
