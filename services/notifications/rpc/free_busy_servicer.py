"""permanence.notifications.v1.FreeBusyService."""

from datetime import datetime, timedelta

import grpc
from google.protobuf.timestamp_pb2 import Timestamp
from permanence.notifications.v1 import free_busy_service_pb2 as rpc
from permanence.notifications.v1 import free_busy_service_pb2_grpc as rpc_grpc

from servicekit.caller import current_caller
from servicekit.validate import Check
from services.notifications.app.ports import Desk
from services.notifications.app.read_busy_times import BusyQuestion, read_busy_times
from services.notifications.domain.free_busy import FreeBusy

_MOST_PEOPLE = 200
_LONGEST = timedelta(days=366)


class FreeBusyServicer(rpc_grpc.FreeBusyServiceServicer):
    """Reads the request, asks, answers."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def ReadBusyTimes(
        self, request: rpc.ReadBusyTimesRequest, context: "grpc.aio.ServicerContext[object, object]"
    ) -> rpc.ReadBusyTimesResponse:
        """One answer for each person."""
        caller = current_caller()
        found = await read_busy_times(self._desk, caller, _question(request, caller.council))
        return rpc.ReadBusyTimesResponse(people=[_message(one, found[one]) for one in request.people])


def _question(request: rpc.ReadBusyTimesRequest, council: str) -> BusyQuestion:
    check = Check(request, council=council)
    check.resource_name("parent", "councils/{council}")
    if not 0 < len(request.people) <= _MOST_PEOPLE:
        check.refuse("people", f"must name 1 to {_MOST_PEOPLE}")
    for place, name in enumerate(request.people[:_MOST_PEOPLE]):
        check.resource_name_text(f"people[{place}]", name, "councils/{council}/people/{person}")
    start, end = check.instant("from_time"), check.instant("until_time")
    if start and end and not timedelta(0) < end - start <= _LONGEST:
        check.refuse("until_time", f"must lie after from_time, at most {_LONGEST.days} days")
    check.raise_if_any()
    assert start is not None and end is not None
    return BusyQuestion(tuple(dict.fromkeys(request.people)), start, end)


def _message(person: str, found: FreeBusy) -> rpc.PersonBusyTimes:
    busy = [rpc.BusyTime(start_time=_timestamp(start), end_time=_timestamp(end)) for start, end in found.busy]
    return rpc.PersonBusyTimes(person=person, read=found.read, reason=found.reason, busy=busy)


def _timestamp(instant: datetime) -> Timestamp:
    made = Timestamp()
    made.FromDatetime(instant)
    return made
