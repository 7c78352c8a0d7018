"""Whose clocks the move of a sitting breaks, or its cancellation: children that its panel could not hear in time."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from google.type.date_pb2 import Date
from permanence.scheduler.v1 import bulk_move_pb2 as wire
from permanence.scheduler.v1 import scheduler_service_pb2 as pb
from permanence.scheduler.v1.meeting_pb2 import Meeting

from web.desk import Away, Desk, Known, Refused
from web.subjects import clock_path
from web.words import civil, short_date, timestamp


@dataclass(frozen=True)
class LateChild:
    """One clock. Each date says whether it would be missed; empty where the rule has no such date."""

    reference: str
    path: str
    law: str
    ours: str


async def late_children(desk: Desk, meeting: Meeting, start: datetime | None) -> Known[tuple[LateChild, ...]]:
    """Those that the reader may know of; `start` None: it is cancelled. Nobody for a meeting that is no sitting."""
    if not meeting.body:
        return Known(())
    request = pb.PreviewSittingMoveRequest(name=meeting.name, start_time=timestamp(start) if start else None)
    try:
        found = await desk.ask("scheduler", desk.scheduler.PreviewSittingMove, request)
    except (Away, Refused):  # the page is needed all the same, and says that it is not known
        return Known(None, "scheduler")
    return Known(late_rows(found.obligations))


def late_rows(found: Iterable[wire.TouchedObligation]) -> tuple[LateChild, ...]:
    """In the order given."""
    return tuple(
        LateChild(
            one.subject_reference or "No reference yet",
            clock_path(one.subject, one.obligation),
            _date(one.statutory_due_date, missed=one.misses_statutory) if one.HasField("statutory_due_date") else "",
            _date(one.local_due_date, missed=one.misses_local) if one.HasField("local_due_date") else "",
        )
        for one in found
    )


def _date(day: Date, *, missed: bool) -> str:
    return f"{short_date(civil(day))}, {'would be missed' if missed else 'not missed by this'}"
