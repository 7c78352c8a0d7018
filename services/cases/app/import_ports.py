"""What imports need from storage."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Final, NewType, Protocol
from uuid import UUID

from services.cases.app.case_data import ListingRow, SubjectKey
from services.cases.app.extract import KnownPerson
from services.cases.app.read_files import ImportFile, ImportFormat
from services.cases.domain.import_finding import Finding, FindingCount, Row
from services.cases.domain.names import SubjectId

ImportId = NewType("ImportId", UUID)
IMPORT_LANE: Final = "import"


class ImportState(StrEnum):
    """Where an import stands. RECEIVING: its files are still coming."""

    RECEIVING = "receiving"
    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True)
class ReviewCounts:
    """Reviews by the law's clocks: held by their day, held later, and not held although the day has passed."""

    in_time: int = 0
    late: int = 0
    overdue: int = 0


@dataclass(frozen=True)
class ImportRun:
    """One import with its progress."""

    id: ImportId
    format: ImportFormat
    as_of: date
    state: ImportState
    created_at: datetime
    content_hash: bytes = b""
    rows_read: int = 0
    rows_total: int = 0
    children: int = 0
    obligations: int = 0
    reviews: ReviewCounts = field(default_factory=ReviewCounts)
    waiting_rows: int = 0
    finding_counts: tuple[FindingCount, ...] = ()
    failure: str = ""
    ended_at: datetime | None = None


@dataclass(frozen=True)
class FilePiece:
    """A piece of a file, in its place among all pieces."""

    place: int
    file_name: str
    content: bytes


@dataclass(frozen=True)
class Outcome:
    """What an import came to."""

    rows: int
    findings: Sequence[Finding]
    counts: Sequence[FindingCount]
    waiting_rows: int
    still_waiting: Sequence[Row]
    no_longer_waiting: Sequence[Row]


class Imports(Protocol):
    """Imports, their files until they are read, and what came of every row."""

    async def open(self, run: ImportRun) -> None: ...

    async def keep(self, run: ImportId, pieces: Sequence[FilePiece]) -> None: ...

    async def discard(self, run: ImportId) -> None: ...

    async def queue(self, run: ImportId, content_hash: bytes) -> ImportRun: ...

    async def find(self, run: ImportId) -> ImportRun | None: ...

    async def findings(
        self, run: ImportId, waiting_only: bool, after: int, limit: int
    ) -> list[tuple[int, Finding]]: ...

    async def take_next(self) -> ImportRun | None: ...

    async def files(self, run: ImportId) -> list[ImportFile]: ...

    async def known_subjects(self) -> Mapping[SubjectKey, bool]: ...

    async def known_people(self) -> Mapping[str, KnownPerson]: ...

    async def waiting(self) -> list[Row]: ...

    async def drop_listings(self, subjects: Sequence[SubjectKey], but: Sequence[ListingRow]) -> set[SubjectId]: ...

    async def progress(self, run: ImportId, rows_read: int, rows_total: int) -> None: ...

    async def finish(self, run: ImportId, outcome: Outcome, now: datetime, today: date) -> None: ...

    async def fail(self, run: ImportId, why: str, now: datetime) -> None: ...
