"""Papers in PostgreSQL."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from servicekit.postgres import ScopedTransaction
from services.panels.app.paper_ports import PutOff
from services.panels.domain.body import BodyUuid
from services.panels.domain.paper import Paper, PaperContent, PaperFormat, PaperId, PaperKind
from services.panels.domain.sitting import Sitting

if TYPE_CHECKING:
    import asyncpg

_ADD = """
insert into paper
    (paper_id, council_id, body_id, subject, kind, title, format, received_at, added_by, restricted, for_family, sha256,
     size, pages, replaces)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
"""
# What the body settled for a subject closes what was read for it; putting it off does not.
_STANDING = """
select p.* from paper p
where p.body_id = $1 and p.subject = any($2) and p.withdrawn_at is null and p.received_at <= $4
  and not exists (select from paper r where r.replaces = p.paper_id and r.withdrawn_at is null)
  and not exists (
    select from outcome o join agenda_item i using (item_id) join sitting s using (sitting_id)
    where o.subject = p.subject and s.body_id = p.body_id and s.starts_at < $3 and o.recorded_at > p.received_at
      and o.kind in ('decided', 'recommended', 'endorsed', 'challenged'))
order by p.received_at, p.paper_id
"""
_ANY_SITTING = datetime(9999, 1, 1, tzinfo=UTC)
_REPLACED = "select exists (select from paper where replaces = $1 and withdrawn_at is null)"
_DEFER = """
insert into item_deferral (council_id, sitting_id, subject, reason, deferred_at, deferred_by)
values ($1, $2, $3, $4, $5, $6)
on conflict (sitting_id, subject) do update
set reason = excluded.reason, deferred_at = excluded.deferred_at, deferred_by = excluded.deferred_by
"""


_REASONS = """
select d.subject, d.reason, s.starts_at
from item_deferral d join sitting s using (sitting_id)
where s.body_id = $1 and s.starts_at < $2 and d.subject = any($3)
  and not exists (
    select from outcome o join agenda_item i using (item_id) join sitting e using (sitting_id)
    where o.subject = d.subject and e.body_id = $1 and e.starts_at < $2 and o.recorded_at >= d.deferred_at
      and o.kind in ('decided', 'recommended', 'endorsed', 'challenged'))
order by s.starts_at, d.subject
"""


class SqlPaperStore:
    """As its port says."""

    def __init__(self, tx: ScopedTransaction) -> None:
        self._tx = tx

    async def add(self, paper: Paper, content: PaperContent) -> None:
        """With its content."""
        await self._tx.execute(
            _ADD,
            paper.paper_id,
            self._tx.council_id,
            paper.body,
            paper.subject,
            paper.kind.value,
            paper.title,
            paper.format.value,
            paper.received_at,
            paper.added_by,
            paper.restricted,
            paper.for_family,
            paper.sha256,
            paper.size,
            paper.pages,
            paper.replaces,
        )
        await self._tx.execute(
            "insert into paper_content (council_id, paper_id, original, as_pdf) values ($1, $2, $3, $4)",
            self._tx.council_id,
            paper.paper_id,
            content.original,
            content.as_pdf,
        )

    async def load(self, paper: PaperId, *, lock: bool = False) -> Paper | None:
        """One."""
        row = await self._tx.fetchrow(f"select * from paper where paper_id = $1{' for update' if lock else ''}", paper)
        return paper_of(row) if row else None

    async def original(self, paper: PaperId) -> bytes:
        """As it came."""
        row = await self._tx.fetchrow("select original from paper_content where paper_id = $1", paper)
        return bytes(row["original"]) if row else b""

    async def as_pdf(self, papers: Sequence[PaperId]) -> dict[PaperId, bytes]:
        """As they stand in agenda packs."""
        rows = await self._tx.fetch("select paper_id, as_pdf from paper_content where paper_id = any($1)", list(papers))
        return {PaperId(row["paper_id"]): row["as_pdf"] for row in rows}

    async def standing(self, sitting: Sitting, subjects: Sequence[str]) -> list[Paper]:
        """As they came."""
        rows = await self._tx.fetch(_STANDING, sitting.body, list(subjects), sitting.start, sitting.end)
        return [paper_of(row) for row in rows]

    async def brought(self, body: BodyUuid, subjects: Sequence[str]) -> list[Paper]:
        """As they came."""
        rows = await self._tx.fetch(_STANDING, body, list(subjects), _ANY_SITTING, self._tx.now())
        return [paper_of(row) for row in rows]

    async def replaced(self, paper: PaperId) -> bool:
        """By one that stands."""
        return bool(await self._tx.fetchval(_REPLACED, paper))

    async def withdraw(self, paper: PaperId, at: datetime) -> None:
        """Kept, for agendas that were sent out with it."""
        await self._tx.execute("update paper set withdrawn_at = $2 where paper_id = $1", paper, at)


class SqlDeferralStore:
    """As its port says."""

    def __init__(self, tx: ScopedTransaction) -> None:
        self._tx = tx

    async def add(self, sitting: Sitting, subjects: Sequence[str], reason: str, by: str) -> None:
        """A row a subject."""
        now = self._tx.now()
        rows = [(self._tx.council_id, sitting.sitting_id, subject, reason, now, by) for subject in subjects]
        await self._tx.executemany(_DEFER, rows)

    async def reasons(self, sitting: Sitting) -> list[PutOff]:
        """By sitting."""
        subjects = [subject for item in sitting.items for subject in item.subjects]
        rows = await self._tx.fetch(_REASONS, sitting.body, sitting.start, subjects)
        return [PutOff(row["subject"], row["starts_at"], row["reason"]) for row in rows]


def paper_of(row: "asyncpg.Record") -> Paper:
    """A row of `paper`."""
    return Paper(
        paper_id=PaperId(row["paper_id"]),
        body=BodyUuid(row["body_id"]),
        subject=row["subject"],
        kind=PaperKind(row["kind"]),
        title=row["title"],
        format=PaperFormat(row["format"]),
        received_at=row["received_at"],
        added_by=row["added_by"],
        restricted=row["restricted"],
        for_family=row["for_family"],
        sha256=row["sha256"],
        size=row["size"],
        pages=row["pages"],
        replaces=PaperId(row["replaces"]) if row["replaces"] else None,
        withdrawn_at=row["withdrawn_at"],
    )
