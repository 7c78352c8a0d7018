"""Stands for the scheduler's SittingPartsService: it keeps what panels says."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import uuid4

import grpc
from google.protobuf.any_pb2 import Any as AnyMessage
from google.protobuf.message import Message
from google.rpc import code_pb2, error_details_pb2, status_pb2
from grpc_status import rpc_status
from permanence.scheduler.v1 import meeting_pb2
from permanence.scheduler.v1 import sitting_parts_service_pb2 as wire
from permanence.scheduler.v1.sitting_parts_service_pb2_grpc import SittingPartsServiceServicer


@dataclass
class FakeParts(SittingPartsServiceServicer):
    """Parts by their ids. `refuses`: the reason of every refusal, `away`: nobody answers."""

    said: list[wire.KeepSittingPartRequest] = field(default_factory=list)
    kept: dict[str, wire.KeepSittingPartRequest] = field(default_factory=dict)
    refuses: str = ""
    away: bool = False

    async def KeepSittingPart(
        self, request: wire.KeepSittingPartRequest, context: grpc.aio.ServicerContext[Message, Message]
    ) -> wire.KeepSittingPartResponse:
        if self.away:
            await context.abort(grpc.StatusCode.UNAVAILABLE, "away")
        if self.refuses:
            await context.abort_with_status(_refusal(self.refuses))
        self.said.append(request)
        if not request.attendees:
            self.kept.pop(request.part_id, None)
            return wire.KeepSittingPartResponse()
        self.kept[request.part_id] = request
        return wire.KeepSittingPartResponse(meeting=meeting_pb2.Meeting(name=f"councils/demo/meetings/{uuid4()}"))

    def times(self) -> list[tuple[tuple[str, ...], datetime]]:
        """Who is expected when, by start."""
        found = [
            (tuple(one.person for one in part.attendees), part.start_time.ToDatetime(UTC))
            for part in self.kept.values()
        ]
        return sorted(found, key=lambda one: one[1])


def _refusal(reason: str) -> grpc.Status:
    info = AnyMessage()
    info.Pack(error_details_pb2.ErrorInfo(reason=reason, domain="permanence"))
    told: grpc.Status = rpc_status.to_status(status_pb2.Status(code=code_pb2.FAILED_PRECONDITION, details=[info]))
    return told
