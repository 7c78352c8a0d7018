"""Worker: reads queued imports, one at a time per council, under a lease that another process takes over."""

from collections.abc import Sequence
from datetime import datetime

from servicekit.caller import acting_as, service_caller
from servicekit.clock import Clock
from servicekit.config import Council
from servicekit.lanes import Lane, LaneWorker
from servicekit.postgres import Database
from services.cases.app.import_ports import IMPORT_LANE
from services.cases.app.run_import import ImportRunner

# Short: after a kill the next process waits no longer than this. It is renewed every third of it.
_LEASE_SECONDS = 9.0


def import_worker(database: Database, clock: Clock, councils: Sequence[Council], runner: ImportRunner) -> LaneWorker:
    """The worker; `run` until cancelled."""
    by_id = {council.council_id: council for council in councils}

    async def work(lane: Lane) -> datetime | None:
        council = by_id[lane.council_id]
        caller = service_caller(council.council_id, council.slug, "cases")
        with acting_as(caller):
            found = await runner.run_next(caller, lane.attempts)
        return clock.now() if found else None

    return LaneWorker(database, clock, IMPORT_LANE, work, lease_seconds=_LEASE_SECONDS, at_once=2)
