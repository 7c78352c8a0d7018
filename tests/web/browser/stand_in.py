"""A scheduler that a test plays itself, for states that the played demo is never in."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import grpc
from google.protobuf.message import Message
from permanence.scheduler.v1.meeting_drafts_service_pb2_grpc import add_MeetingDraftsServiceServicer_to_server
from permanence.scheduler.v1.scheduler_service_pb2_grpc import add_SchedulerServiceServicer_to_server


class _Answers:
    """Always the same reply to an RPC; UNIMPLEMENTED to those that have none."""

    def __init__(self, replies: dict[str, Message]) -> None:
        self._replies = replies

    def __getattr__(self, rpc: str) -> Callable[[Message, grpc.ServicerContext], Message]:
        def answer(request: Message, context: grpc.ServicerContext) -> Message:
            if rpc not in self._replies:
                context.abort(grpc.StatusCode.UNIMPLEMENTED, rpc)
            return self._replies[rpc]

        return answer


@contextmanager
def stand_in(**replies: Message) -> Iterator[str]:
    """The address at which it answers, for `own_site(PERMANENCE_SCHEDULER_ADDRESS=...)`."""
    service: Any = _Answers(replies)
    server = grpc.server(ThreadPoolExecutor(4))
    add_SchedulerServiceServicer_to_server(service, server)
    add_MeetingDraftsServiceServicer_to_server(service, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    try:
        yield f"127.0.0.1:{port}"
    finally:
        server.stop(None)
