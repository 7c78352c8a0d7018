"""Reads one import: files into rows, rows into subjects, people, facts and clocks, and a report of what was not used.

Each portion is a transaction of its own and may be repeated: whoever is killed half-way begins again and ends alike.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from servicekit.caller import Caller
from servicekit.errors import TransactionConflict, Unavailable
from servicekit.log import get_logger
from services.cases.app.extract import Extract, Known
from services.cases.app.import_ports import ImportRun, Outcome
from services.cases.app.ports import Begin
from services.cases.app.read_files import NothingToReadError, read_files, tables_of, tried_again
from services.cases.app.take_in_case_data import take_in
from services.cases.domain.events import PeopleAroundSubjectChanged
from services.cases.domain.import_finding import Row

TRIES = 3
OUR_FAULT = (
    "The service failed while it read these files; part of them may have been taken in. Nothing was lost:"
    " send them again, and tell whoever runs the service."
)


@dataclass(frozen=True)
class ImportRunner:
    """Reads the imports of one council, one at a time. `after_portion` is called after each commit."""

    begin: Begin
    after_portion: Callable[[int], None] = lambda _: None

    async def run_next(self, caller: Caller, attempt: int) -> bool:
        """Reads the next import; False where there is none. What may pass by itself is raised, to be tried again."""
        async with self.begin(caller) as unit:
            run = await unit.imports.take_next()
        if run is None:
            return False
        try:
            await self._read(caller, run)
        except NothingToReadError as error:
            await self._fail(caller, run, error.says)
        except (Unavailable, TransactionConflict):
            raise
        except Exception as error:
            if attempt < TRIES:
                raise
            get_logger().error("import failed", key=str(run.id), attempts=attempt, error_type=type(error).__name__)
            await self._fail(caller, run, OUR_FAULT)
        return True

    async def _read(self, caller: Caller, run: ImportRun) -> None:
        async with self.begin(caller) as unit:
            files = await unit.imports.files(run.id)
            waiting = [row for row in await unit.imports.waiting() if row.file in tables_of(run.format)]
            rules = frozenset(unit.pack.by_id)
            known = Known(await unit.imports.known_subjects(), await unit.imports.known_people(), rules)
        # Parsing is work for the processor alone; the lease is renewed meanwhile.
        extract = await asyncio.to_thread(read_files, run.format, files, run.as_of, known, waiting)
        del files
        await self._take_in(caller, run, extract)
        await self._finish(caller, run, extract, waiting)

    async def _take_in(self, caller: Caller, run: ImportRun, extract: Extract) -> None:
        portions = list(extract.portions())
        total = extract.report.rows_seen
        for place, portion in enumerate(portions, 1):
            async with self.begin(caller) as unit:
                await take_in(unit, portion)
                await unit.imports.progress(run.id, total * place // len(portions), total)
            self.after_portion(place)
        await self._drop_listings(caller, extract)

    async def _drop_listings(self, caller: Caller, extract: Extract) -> None:
        """Taking somebody off the list must end what they may see; all else that an extract leaves out is kept."""
        async with self.begin(caller) as unit:
            gone = await unit.imports.drop_listings(list(extract.closed), list(extract.listings))
            for subject in await unit.subjects.lock(sorted(gone)):
                name = subject.name_in(unit.council)
                await unit.tell(name, PeopleAroundSubjectChanged(name))

    async def _finish(self, caller: Caller, run: ImportRun, extract: Extract, waiting: list[Row]) -> None:
        report = extract.report
        outcome = Outcome(
            rows=report.rows_seen,
            findings=report.ordered(),
            counts=report.counts(),
            waiting_rows=report.waiting_rows,
            still_waiting=report.waiting,
            no_longer_waiting=list(tried_again(waiting, extract)),
        )
        async with self.begin(caller) as unit:
            await unit.imports.finish(run.id, outcome, unit.now(), unit.today())
            await unit.audit("RunImport", f"councils/{unit.council}/imports/{run.id}")

    async def _fail(self, caller: Caller, run: ImportRun, why: str) -> None:
        async with self.begin(caller) as unit:
            await unit.imports.fail(run.id, why, unit.now())
            await unit.audit("FailImport", f"councils/{unit.council}/imports/{run.id}")
