"""What somebody's voice repeats, and what it takes for an answer."""

from typing import Any

import grpc
import pytest
from google.protobuf.any_pb2 import Any as Packed
from google.protobuf.empty_pb2 import Empty
from google.rpc import error_details_pb2, status_pb2

from cli.connection import Refused, Voice


def _error(code: grpc.StatusCode, reason: str) -> grpc.aio.AioRpcError:
    detail = Packed()
    detail.Pack(error_details_pb2.ErrorInfo(reason=reason))
    status = status_pb2.Status(code=code.value[0], message="", details=[detail])
    trailing = grpc.aio.Metadata(("grpc-status-details-bin", status.SerializeToString()))
    return grpc.aio.AioRpcError(code, grpc.aio.Metadata(), trailing, "")


class _Service:
    """Fails with each of these errors in turn, then answers."""

    def __init__(self, *errors: grpc.aio.AioRpcError) -> None:
        self.errors, self.heard = list(errors), list[Any]()

    async def method(self, request: Any, **_: Any) -> Empty:
        self.heard.append(request)
        if self.errors:
            raise self.errors.pop(0)
        return Empty()


async def test_what_gave_another_change_way_is_sent_again_as_it_was() -> None:
    service = _Service(_error(grpc.StatusCode.ABORTED, "TRANSACTION_CONFLICT"))
    request = Empty()
    assert await Voice(lambda: "token").call(service.method, request) == Empty()
    assert len(service.heard) == 2 and all(one is request for one in service.heard)


async def test_a_refusal_is_an_answer() -> None:
    service = _Service(_error(grpc.StatusCode.ABORTED, "VERSION_CLASH"))
    with pytest.raises(Refused) as refused:
        await Voice(lambda: "token").call(service.method, Empty())
    assert refused.value.reason == "VERSION_CLASH" and len(service.heard) == 1
