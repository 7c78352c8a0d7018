"""What may be sent again by itself while a service comes back."""

from collections.abc import AsyncIterator, Callable, Sequence
from importlib import import_module
from typing import Any, cast
from uuid import UUID

import grpc
import pytest
from google.protobuf.descriptor import ServiceDescriptor
from permanence.cases.v1 import returns_service_pb2 as returns_pb

from servicekit.caller import Caller, CallerKind
from servicekit.client import Peer
from servicekit.clock import SystemClock
from servicekit.errors import Unavailable
from web.desk import Away, Desk, Peers


class Line:
    """A peer that notes what it may send again."""

    def __init__(self, served: tuple[str, ...]) -> None:
        self.served, self.safe = served, dict[str, list[str]]()
        self.channel = grpc.aio.insecure_channel("127.0.0.1:1")

    def retry_safely(self, contract: str, methods: Sequence[str]) -> None:
        self.safe[contract] = list(methods)

    async def call(self, method: Callable[..., Any], request: object, caller: Caller, *, timeout: float) -> Any:
        return await method(request, timeout=timeout, metadata=[])


SERVED = {
    "cases": ("cases_service", "obligations_service", "performance_service", "returns_service"),
    "scheduler": (
        "scheduler_service",
        "meeting_drafts_service",
        "bulk_moves_service",
        "capacity_service",
        "diary_service",
        "date_offers_service",
        "peoples_time_service",
    ),
    "panels": (
        "panels_service",
        "actions_service",
        "composition_service",
        "decisions_service",
        "item_people_service",
        "minutes_service",
        "papers_service",
        "referrals_service",
        "run_sheet_service",
    ),
    "notifications": ("attendee_service", "notifications_service", "outlook_service", "integration_service"),
}


async def lines() -> dict[str, Line]:
    found = {name: Line(served) for name, served in SERVED.items()}
    Peers(cast("dict[str, Peer]", found))
    return found


def contracts_of(name: str, line: Line) -> list[ServiceDescriptor]:
    modules = [import_module(f"permanence.{name}.v1.{module}_pb2") for module in line.served]
    return [one for module in modules for one in module.DESCRIPTOR.services_by_name.values()]


async def test_reads_of_every_contract_are_sent_again_and_nothing_else() -> None:
    for name, line in (await lines()).items():
        contracts = contracts_of(name, line)
        assert set(line.safe) == {contract.full_name for contract in contracts}
        for contract in contracts:
            assert set(line.safe[contract.full_name]) <= set(contract.methods_by_name)
            for method in line.safe[contract.full_name]:
                request = contract.methods_by_name[method].input_type
                assert "request_id" not in request.fields_by_name, f"{method} changes something"


async def test_a_draft_is_read_again() -> None:
    drafts = (await lines())["scheduler"].safe["permanence.scheduler.v1.MeetingDraftsService"]
    assert drafts == ["GetMeetingDraft", "ListMeetingDrafts"]


@pytest.mark.parametrize("breaks_off", [False, True])
async def test_a_streamed_reply_is_whole_or_none(breaks_off: bool) -> None:
    parts = [returns_pb.ExportReturnResponse(finding=returns_pb.ReturnFinding(row=row)) for row in (2, 3)]

    async def export(request: object, *, timeout: float, metadata: object) -> AsyncIterator[Any]:
        assert timeout == 7
        yield parts[0]
        if breaks_off:
            raise Unavailable(code="UNAVAILABLE", remote_reason="", service="cases")
        yield parts[1]

    caller = Caller(UUID(int=1), "demo", "oid", CallerKind.USER, frozenset())
    desk = Desk(Peers(cast("dict[str, Peer]", await lines())), caller, SystemClock())
    asked = desk.ask_all("cases", export, returns_pb.ExportReturnRequest(), seconds=7)
    if breaks_off:
        with pytest.raises(Away):
            await asked
    else:
        assert await asked == parts
