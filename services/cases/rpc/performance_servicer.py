"""PerformanceService: the tracker and the scorecard."""

from datetime import date

from permanence.cases.v1 import performance_service_pb2 as pb
from permanence.cases.v1.performance_service_pb2_grpc import PerformanceServiceServicer

from servicekit.caller import current_caller
from servicekit.page import next_token
from services.cases.app.get_scorecard import export_scorecard, get_scorecard, list_late
from services.cases.app.list_tracked import list_tracked
from services.cases.domain.csv_table import write_table
from services.cases.domain.scorecard import place_of
from services.cases.domain.suppressed_figures import COLUMNS, table
from services.cases.rpc import performance_convert as convert
from services.cases.rpc.show import day
from services.cases.rpc.units import Context, Door


class PerformanceServicer(PerformanceServiceServicer):
    """Thin: conversion and the use case."""

    def __init__(self, door: Door) -> None:
        self._door = door

    async def ListTrackedSubjects(
        self, request: pb.ListTrackedSubjectsRequest, context: Context
    ) -> pb.ListTrackedSubjectsResponse:
        """A page, the late ones first."""
        caller, today = current_caller(), self._door.today()
        wanted, page, bound = convert.tracked_filter(request, caller.council)
        async with self._door.begin(caller) as unit:
            found, more = await list_tracked(unit, wanted, page.size)
        token = ""
        if more:
            due, last = found[-1]
            token = next_token(bound, (due.isoformat(), last.subject.reference, str(last.subject.id)))
        pack = self._door.pack_of(caller)
        # A clock with several last days is late after the last of them, and found by the first.
        shown = [row for _, row in found if row.late or not wanted.late_only]
        rows = [convert.tracked_message(row, pack, caller.council, today) for row in shown]
        return pb.ListTrackedSubjectsResponse(tracked_subjects=rows, next_page_token=token, as_of_date=day(today))

    async def GetScorecard(self, request: pb.GetScorecardRequest, context: Context) -> pb.GetScorecardResponse:
        """Every measure."""
        caller = current_caller()
        period = convert.period_of(request, caller.council, self._door.today())
        async with self._door.begin(caller) as unit:
            found = await get_scorecard(unit, period)
        measures = [convert.measure_message(one) for one in found.shown]
        return pb.GetScorecardResponse(measures=measures, as_of_date=day(found.as_of), children=found.children)

    async def ListLate(self, request: pb.ListLateRequest, context: Context) -> pb.ListLateResponse:
        """A page of the cases behind a figure."""
        caller = current_caller()
        key, period, after, size, bound = convert.late_page(request, caller.council, self._door.today())
        async with self._door.begin(caller) as unit:
            found, more = await list_late(unit, key, period, after, size)
        token = next_token(bound, _written(place_of(found[-1].late))) if more else ""
        pack = self._door.pack_of(caller)
        items = [convert.late_message(one, key, pack, caller.council) for one in found]
        return pb.ListLateResponse(late_items=items, next_page_token=token)

    async def ExportScorecard(self, request: pb.ExportScorecardRequest, context: Context) -> pb.ExportScorecardResponse:
        """A CSV file, small numbers suppressed."""
        caller = current_caller()
        period = convert.period_of(request, caller.council, self._door.today())
        async with self._door.begin(caller) as unit:
            found = await export_scorecard(unit, period)
        name = f"scorecard-{period.first}-{period.last}.csv"
        content = write_table(COLUMNS, table(found.shown, period))
        return pb.ExportScorecardResponse(file_name=name, content=content)


def _written(place: tuple[date, str, str]) -> tuple[str, str, str]:
    due, subject, clock = place
    return due.isoformat(), subject, clock
