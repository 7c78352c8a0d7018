"""A field that nobody has given a sample of fails the tests of its RPC, and says what to do; every service is there."""

from collections.abc import Callable

import pytest
from google.protobuf.any_pb2 import Any

from tests.checks.every_rpc import SERVICES, every_rpc
from tests.checks.sample_request import Unknown, sample_stream

MORE_CONTRACTS = {
    "scheduler": (
        "BulkMovesService",
        "CapacityService",
        "DateOffersService",
        "DiaryService",
        "MeetingDraftsService",
        "PeoplesTimeService",
        "SittingPartsService",
    ),
    "notifications": ("AttendeeService", "FreeBusyService", "IntegrationService", "OutlookService"),
    "panels": (
        "ActionsService",
        "CompositionService",
        "DecisionsService",
        "ItemPeopleService",
        "MinutesService",
        "PapersService",
        "ReferralsService",
        "RunSheetService",
    ),
    "cases": ("ObligationsService", "PerformanceService", "ReturnsService"),
}


def test_a_field_without_a_sample_says_what_to_add() -> None:
    with pytest.raises(Unknown, match=r"Any\.type_url: add a sample"):
        sample_stream(Any.DESCRIPTOR, lambda *_: "", frozenset(), streamed=False)


def test_every_service_serves_its_own_contract_and_the_feed(record_property: Callable[[str, object], None]) -> None:
    rpcs = every_rpc()
    record_property("tenancy", f"{len(rpcs)} RPCs of {len(SERVICES)} services tested with another council's token")
    for service in SERVICES:
        own = {rpc.method.containing_service.name for rpc in rpcs if rpc.service == service}
        assert own == {f"{service.capitalize()}Service", "EventFeed", *MORE_CONTRACTS.get(service, ())}
