"""Imports: their files until they are read, their progress, and what came of every row."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Final

import asyncpg

from rulebook.facts import SubjectKind
from servicekit import lanes
from servicekit.postgres import ScopedTransaction
from services.cases.app.case_data import ListingRow, SubjectKey
from services.cases.app.extract import KnownPerson
from services.cases.app.import_ports import (
    IMPORT_LANE,
    FilePiece,
    ImportId,
    ImportRun,
    ImportState,
    Outcome,
    ReviewCounts,
)
from services.cases.app.read_files import ImportFile, ImportFormat, identity
from services.cases.domain.import_finding import Finding, FindingCount, Reason, Row
from services.cases.domain.measure import REVIEW_RULES
from services.cases.domain.names import SubjectId

# An upload that broke off leaves its pieces behind; after a day nobody can be sending them any more.
_BROKEN_OFF: Final = timedelta(days=1)
_COLUMNS = (
    "id, format, as_of, state, content_hash, rows_read, rows_total, children, obligations, waiting_rows,"
    " finding_counts, failure, created_at, ended_at, reviews_in_time, reviews_late, reviews_overdue"
)
_OPEN = "insert into import_run (id, council_id, format, as_of, state, created_at) values ($1, $2, $3, $4, $5, $6)"
_KEEP = "insert into import_file (council_id, import_id, place, file_name, content) values ($1, $2, $3, $4, $5)"
_QUEUE = f"update import_run set state = 'queued', content_hash = $2 where id = $1 returning {_COLUMNS}"
_NEXT = f"""
update import_run set state = 'running', rows_read = 0
where id = (select id from import_run where state in ('running', 'queued') order by state desc, id limit 1)
returning {_COLUMNS}
"""
_FINDINGS = """
select place, file_name, row_number, column_name, reason from import_finding
where import_id = $1 and place > $2 and (waiting or not $3) order by place limit $4
"""
_ADD_FINDINGS = """
insert into import_finding (council_id, import_id, place, file_name, row_number, column_name, reason, waiting)
select $1, $2, n.* from unnest($3::integer[], $4::text[], $5::bigint[], $6::text[], $7::text[], $8::boolean[]) as n
"""
_PEOPLE = """
select source_id, staff, principal_id,
    email <> '' or phone <> '' or principal_id is not null or channel is not null or verified_on is not null
        as reachable
from person
"""
_FINISH = """
update import_run set state = 'done', rows_read = $2, rows_total = $2, waiting_rows = $3, finding_counts = $4::jsonb,
    ended_at = $5, children = (select count(*) from subject where kind in ('child', 'unborn_child')),
    obligations = (select count(*) from obligation where state <> 'ended'),
    (reviews_in_time, reviews_late, reviews_overdue) = (
        select count(*) filter (where state = 'met' and held_on <= statutory_due),
            count(*) filter (where state = 'met' and held_on > statutory_due),
            count(*) filter (where state = 'open' and statutory_due < $7)
        from obligation where rule_id = any($6))
where id = $1 and state = 'running' returning true
"""
_DROP_LISTINGS = """
delete from case_listing l using subject s, unnest($1::text[], $2::text[]) as n(collection, source_id)
where l.subject_id = s.id and s.collection = n.collection and s.source_id = n.source_id
  and not exists (
    select from unnest($3::text[], $4::text[], $5::text[]) as b(collection, source_id, principal_id)
    where b.collection = s.collection and b.source_id = s.source_id and b.principal_id = l.principal_id)
returning l.subject_id
"""
_WAIT = """
insert into import_waiting (council_id, file_name, identity, row_number, cells)
select $1, n.file_name, n.identity, n.row_number, n.cells::jsonb
from unnest($2::text[], $3::text[], $4::bigint[], $5::text[]) as n(file_name, identity, row_number, cells)
on conflict do nothing
"""
_WAIT_NO_MORE = """
delete from import_waiting w using unnest($1::text[], $2::text[]) as n(file_name, identity)
where w.file_name = n.file_name and w.identity = n.identity
"""


class ImportStore:
    """Implements `app.import_ports.Imports`."""

    def __init__(self, tx: ScopedTransaction) -> None:
        self._tx = tx

    async def open(self, run: ImportRun) -> None:
        """A new import whose files are about to come. Clears away uploads that broke off."""
        old = await self._tx.fetch(
            "select id from import_run where state = 'receiving' and created_at < $1", run.created_at - _BROKEN_OFF
        )
        for row in old:
            await self.discard(ImportId(row["id"]))
        council = self._tx.council_id
        await self._tx.execute(
            _OPEN, run.id, council, run.format.value, run.as_of, ImportState.RECEIVING.value, run.created_at
        )

    async def keep(self, run: ImportId, pieces: Sequence[FilePiece]) -> None:
        """Pieces of its files."""
        council = self._tx.council_id
        rows = [(council, run, piece.place, piece.file_name, piece.content) for piece in pieces]
        await self._tx.executemany(_KEEP, rows)

    async def discard(self, run: ImportId) -> None:
        """An upload that is not wanted, with its pieces; nothing else is ever taken away."""
        await self._tx.execute(
            "delete from import_file where import_id = $1"
            " and exists (select from import_run r where r.id = $1 and r.state = 'receiving')",
            run,
        )
        await self._tx.execute("delete from import_run where id = $1 and state = 'receiving'", run)

    async def queue(self, run: ImportId, content_hash: bytes) -> ImportRun:
        """All of its files are here: the worker may begin as soon as this commits."""
        row = await self._tx.fetchrow(_QUEUE, run, content_hash)
        if row is None:
            raise LookupError("no such import")
        await lanes.wake(self._tx, IMPORT_LANE, IMPORT_LANE)
        return _run(row)

    async def find(self, run: ImportId) -> ImportRun | None:
        """One import; none while its files are still coming."""
        row = await self._tx.fetchrow(f"select {_COLUMNS} from import_run where id = $1 and state <> 'receiving'", run)
        return _run(row) if row else None

    async def findings(self, run: ImportId, waiting_only: bool, after: int, limit: int) -> list[tuple[int, Finding]]:
        """In the order of file and row, each with its place."""
        rows = await self._tx.fetch(_FINDINGS, run, after, waiting_only, limit)
        return [(row["place"], _finding(row)) for row in rows]

    async def take_next(self) -> ImportRun | None:
        """The import to be read now: one that was begun and not ended, else the oldest that waits."""
        row = await self._tx.fetchrow(_NEXT)
        return _run(row) if row else None

    async def files(self, run: ImportId) -> list[ImportFile]:
        """Its files, each whole."""
        rows = await self._tx.fetch(
            "select file_name, content from import_file where import_id = $1 order by place", run
        )
        pieces: dict[str, list[bytes]] = {}
        for row in rows:
            pieces.setdefault(row["file_name"], []).append(row["content"])
        return [ImportFile(name, b"".join(parts)) for name, parts in pieces.items()]

    async def known_subjects(self) -> Mapping[SubjectKey, bool]:
        """All subjects of the council by collection and source id, and whether their names are known."""
        rows = await self._tx.fetch("select collection, source_id, display_name <> '' as named from subject")
        return {SubjectKey(SubjectKind(row["collection"]), row["source_id"]): row["named"] for row in rows}

    async def known_people(self) -> Mapping[str, KnownPerson]:
        """All people of the council by source id."""
        rows = await self._tx.fetch(_PEOPLE)
        return {row["source_id"]: KnownPerson(row["staff"], row["principal_id"], row["reachable"]) for row in rows}

    async def waiting(self) -> list[Row]:
        """Rows of earlier imports that name somebody who was unknown then."""
        rows = await self._tx.fetch(
            "select file_name, row_number, cells from import_waiting order by file_name, row_number, identity"
        )
        return [Row(row["file_name"], row["row_number"], json.loads(row["cells"])) for row in rows]

    async def drop_listings(self, subjects: Sequence[SubjectKey], but: Sequence[ListingRow]) -> set[SubjectId]:
        """Whoever was listed for one of the subjects and is not among `but` may know of it no more."""
        rows = await self._tx.fetch(
            _DROP_LISTINGS,
            [key.collection for key in subjects],
            [key.source_id for key in subjects],
            [row.subject.collection for row in but],
            [row.subject.source_id for row in but],
            [row.principal_id for row in but],
        )
        return {SubjectId(row["subject_id"]) for row in rows}

    async def progress(self, run: ImportId, rows_read: int, rows_total: int) -> None:
        """How far it has come."""
        await self._tx.execute(
            "update import_run set rows_read = $2, rows_total = $3 where id = $1 and state = 'running'",
            run,
            rows_read,
            rows_total,
        )

    async def finish(self, run: ImportId, outcome: Outcome, now: datetime, today: date) -> None:
        """Ended: the report is kept, the files are taken away. Nothing happens the second time."""
        counts = json.dumps([[one.reason, one.file, one.rows, one.children] for one in outcome.counts])
        told = (outcome.rows, outcome.waiting_rows, counts, now, list(REVIEW_RULES), today)
        if await self._tx.fetchval(_FINISH, run, *told) is None:
            return
        await self._add_findings(run, outcome.findings)
        await self._keep_waiting(outcome)
        await self._tx.execute("delete from import_file where import_id = $1", run)

    async def fail(self, run: ImportId, why: str, now: datetime) -> None:
        """Ended without a result; `why` is shown to people."""
        await self._tx.execute(
            "update import_run set state = 'failed', failure = $2, ended_at = $3 where id = $1 and state = 'running'",
            run,
            why,
            now,
        )
        await self._tx.execute("delete from import_file where import_id = $1", run)

    async def _add_findings(self, run: ImportId, findings: Sequence[Finding]) -> None:
        await self._tx.execute(
            _ADD_FINDINGS,
            self._tx.council_id,
            run,
            list(range(1, len(findings) + 1)),
            [one.file for one in findings],
            [one.row for one in findings],
            [one.column for one in findings],
            [one.reason.value for one in findings],
            [one.waiting for one in findings],
        )

    async def _keep_waiting(self, outcome: Outcome) -> None:
        gone = outcome.no_longer_waiting
        await self._tx.execute(_WAIT_NO_MORE, [row.file for row in gone], _identities(gone))
        rows = outcome.still_waiting
        await self._tx.execute(
            _WAIT,
            self._tx.council_id,
            [row.file for row in rows],
            _identities(rows),
            [row.number for row in rows],
            [json.dumps(row.cells) for row in rows],
        )


def _identities(rows: Iterable[Row]) -> list[str]:
    return [json.dumps(identity(row)) for row in rows]


def _run(row: asyncpg.Record) -> ImportRun:
    counts = (
        FindingCount(Reason(reason), file, rows, children)
        for reason, file, rows, children in json.loads(row["finding_counts"])
    )
    return ImportRun(
        id=ImportId(row["id"]),
        format=ImportFormat(row["format"]),
        as_of=row["as_of"],
        state=ImportState(row["state"]),
        created_at=row["created_at"],
        content_hash=row["content_hash"],
        rows_read=row["rows_read"],
        rows_total=row["rows_total"],
        children=row["children"],
        obligations=row["obligations"],
        waiting_rows=row["waiting_rows"],
        finding_counts=tuple(counts),
        failure=row["failure"],
        ended_at=row["ended_at"],
        reviews=ReviewCounts(row["reviews_in_time"], row["reviews_late"], row["reviews_overdue"]),
    )


def _finding(row: asyncpg.Record) -> Finding:
    return Finding(row["file_name"], row["row_number"], row["column_name"], Reason(row["reason"]))
