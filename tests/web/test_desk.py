"""What may be sent again by itself while a service comes back."""

from collections.abc import Sequence
from importlib import import_module
from typing import cast

import grpc
from google.protobuf.descriptor import ServiceDescriptor

from servicekit.client import Peer
from web.desk import Peers


class Line:
    """A peer that notes what it may send again."""

    def __init__(self, served: tuple[str, ...]) -> None:
        self.served, self.safe = served, dict[str, list[str]]()
        self.channel = grpc.aio.insecure_channel("127.0.0.1:1")

    def retry_safely(self, contract: str, methods: Sequence[str]) -> None:
        self.safe[contract] = list(methods)


SERVED = {
    "cases": ("cases_service", "performance_service", "returns_service"),
    "scheduler": ("scheduler_service", "meeting_drafts_service"),
    "panels": ("panels_service",),
    "notifications": ("notifications_service",),
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
