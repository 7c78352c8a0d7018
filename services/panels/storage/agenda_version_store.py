"""Agendas that were sent out, with the pages of their papers, in PostgreSQL."""

from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING

from servicekit.postgres import ScopedTransaction
from services.panels.domain.agenda_version import AgendaVersion, Change, Pages, PlacedPaper, VersionItem
from services.panels.domain.paper import PaperId
from services.panels.domain.sitting import SittingId
from services.panels.storage.paper_store import paper_of

if TYPE_CHECKING:
    import asyncpg

_VERSIONS = """
select v.*, r.released_by from agenda_version v left join agenda_release r using (sitting_id, version)
where v.sitting_id = $1 order by v.version desc
"""
_PLACED = """
select p.*, a.first_page, a.pages as placed_pages, a.restricted as placed_restricted, a.version
from agenda_paper a join paper p using (paper_id) where a.sitting_id = $1 order by a.restricted, a.first_page
"""
_ADD_ITEM = """
insert into agenda_version_item
    (council_id, sitting_id, version, place, item_id, subjects, "references", starts_at, ends_at, reason)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
"""
_ADD_CHANGE = """
insert into agenda_change (council_id, sitting_id, version, place, subjects, restricted, words)
values ($1, $2, $3, $4, $5, $6, $7)
"""
_ADD_PAPER = """
insert into agenda_paper (council_id, sitting_id, paper_id, version, restricted, first_page, pages, numbered)
values ($1, $2, $3, $4, $5, $6, $7, $8)
"""


class SqlAgendaVersionStore:
    """As its port says."""

    def __init__(self, tx: ScopedTransaction) -> None:
        self._tx = tx

    async def newest(self, sitting: SittingId) -> AgendaVersion | None:
        """With all that belongs to it."""
        versions = await self.all_of(sitting)
        return versions[0] if versions else None

    async def all_of(self, sitting: SittingId) -> list[AgendaVersion]:
        """The newest first."""
        rows = await self._tx.fetch(_VERSIONS, sitting)
        items = await self._tx.fetch(
            "select * from agenda_version_item where sitting_id = $1 order by version, place", sitting
        )
        changes = await self._tx.fetch(
            "select * from agenda_change where sitting_id = $1 order by version, place", sitting
        )
        items_of: dict[int, list[VersionItem]] = defaultdict(list)
        for row in items:
            items_of[row["version"]].append(_item(row))
        changes_of: dict[int, list[Change]] = defaultdict(list)
        for row in changes:
            changes_of[row["version"]].append(Change(tuple(row["subjects"]), row["restricted"], row["words"]))
        return [_version(row, items_of[row["version"]], changes_of[row["version"]]) for row in rows]

    async def placed(self, sitting: SittingId) -> list[PlacedPaper]:
        """In the order of their pages, what is restricted behind the rest."""
        rows = await self._tx.fetch(_PLACED, sitting)
        return [
            PlacedPaper(
                paper_of(row), Pages(row["first_page"], row["placed_pages"], row["placed_restricted"]), row["version"]
            )
            for row in rows
        ]

    async def add(self, version: AgendaVersion, placed: Sequence[PlacedPaper], numbered: Sequence[bytes]) -> None:
        """All of it."""
        key = (self._tx.council_id, version.sitting)
        await self._tx.execute(
            "insert into agenda_version (council_id, sitting_id, version, published_at, published_by)"
            " values ($1, $2, $3, $4, $5)",
            *key,
            version.version,
            version.published_at,
            version.published_by,
        )
        items = [
            (*key, version.version, place, i.item_id, i.subjects, i.references, i.start, i.end, i.reason)
            for place, i in enumerate(version.items, 1)
        ]
        await self._tx.executemany(_ADD_ITEM, items)
        changes = [
            (*key, version.version, place, c.subjects, c.restricted, c.words)
            for place, c in enumerate(version.changes, 1)
        ]
        await self._tx.executemany(_ADD_CHANGE, changes)
        for one, pdf in zip(placed, numbered, strict=True):
            pages = one.pages
            await self._tx.execute(
                _ADD_PAPER, *key, one.paper.paper_id, one.version, pages.restricted, pages.first, pages.count, pdf
            )

    async def numbered(self, sitting: SittingId, papers: Sequence[PaperId]) -> dict[PaperId, bytes]:
        """As they stand in packs."""
        rows = await self._tx.fetch(
            "select paper_id, numbered from agenda_paper where sitting_id = $1 and paper_id = any($2)",
            sitting,
            list(papers),
        )
        return {PaperId(row["paper_id"]): row["numbered"] for row in rows}

    async def release(self, sitting: SittingId, version: int, by: str) -> None:
        """Once a version."""
        await self._tx.execute(
            "insert into agenda_release (council_id, sitting_id, version, released_at, released_by)"
            " values ($1, $2, $3, $4, $5)",
            self._tx.council_id,
            sitting,
            version,
            self._tx.now(),
            by,
        )


def _version(row: "asyncpg.Record", items: Sequence[VersionItem], changes: Sequence[Change]) -> AgendaVersion:
    return AgendaVersion(
        sitting=SittingId(row["sitting_id"]),
        version=row["version"],
        published_at=row["published_at"],
        published_by=row["published_by"],
        items=tuple(items),
        changes=tuple(changes),
        released_by=row["released_by"] or "",
    )


def _item(row: "asyncpg.Record") -> VersionItem:
    return VersionItem(
        item_id=row["item_id"],
        subjects=tuple(row["subjects"]),
        references=tuple(row["references"]),
        start=row["starts_at"],
        end=row["ends_at"],
        reason=row["reason"],
    )
