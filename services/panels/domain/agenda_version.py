"""An agenda as it is sent out: its items, what changed since it was last sent, and the numbers of its pages.

Pages are numbered once and keep their numbers: a supplement goes on where the last page ended, and what it replaces
keeps its own. What is restricted has numbers of its own (R1, R2, ...), so that the others have no gap that would tell.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from difflib import SequenceMatcher
from typing import Final
from uuid import UUID

from services.panels.domain.paper import Paper
from services.panels.domain.sitting import AgendaItem, SittingId

_RESTRICTED_MARK: Final = "R"


@dataclass(frozen=True)
class Pages:
    """Pages that a paper has in the agenda packs of one sitting. `first` counts from 1."""

    first: int
    count: int
    restricted: bool

    @property
    def labels(self) -> tuple[str, ...]:
        """What stands on each page, in the viewer and in the agenda."""
        mark = _RESTRICTED_MARK if self.restricted else ""
        return tuple(f"{mark}{self.first + place}" for place in range(self.count))

    @property
    def words(self) -> str:
        """`12`, or `12 to 15`."""
        labels = self.labels
        return labels[0] if self.count == 1 else f"{labels[0]} to {labels[-1]}"


@dataclass(frozen=True)
class PlacedPaper:
    """A paper with its pages, and the version by which it first went out."""

    paper: Paper
    pages: Pages
    version: int


@dataclass(frozen=True)
class VersionItem:
    """An item as it was sent out."""

    item_id: UUID
    subjects: tuple[str, ...]
    references: tuple[str, ...]
    start: datetime
    end: datetime
    reason: str

    @property
    def called(self) -> str:
        """The references of its subjects: item numbers differ between readers, references do not."""
        return ", ".join(self.references)


@dataclass(frozen=True)
class Change:
    """One line of what changed; who may not know of a subject or of what is restricted is not told it."""

    subjects: tuple[str, ...]
    restricted: bool
    words: str


@dataclass(frozen=True)
class AgendaVersion:
    """An agenda sent out once. `released_by` is empty until a second person released it."""

    sitting: SittingId
    version: int
    published_at: datetime
    published_by: str
    items: tuple[VersionItem, ...]
    changes: tuple[Change, ...] = ()
    released_by: str = ""


@dataclass(frozen=True)
class Standing:
    """An agenda as it stands now, to be sent out."""

    items: tuple[AgendaItem, ...]
    papers: tuple[Paper, ...]
    restricted_subjects: frozenset[str]

    def is_restricted(self, paper: Paper) -> bool:
        """By itself, or because its subject's case is."""
        return paper.restricted or paper.subject in self.restricted_subjects


def version_items(items: Sequence[AgendaItem]) -> tuple[VersionItem, ...]:
    """The items as they are sent out."""
    return tuple(
        VersionItem(one.item_id, one.subjects, one.references, one.start, one.end, one.reason) for one in items
    )


def newly_placed(standing: Standing, placed: Sequence[PlacedPaper], version: int) -> tuple[PlacedPaper, ...]:
    """Pages for the papers that have none yet, in the order of the agenda, behind all that were ever given."""
    there = {one.paper.paper_id for one in placed}
    order = {subject: place for place, item in enumerate(standing.items) for subject in item.subjects}
    waiting = sorted(
        (paper for paper in standing.papers if paper.paper_id not in there),
        key=lambda paper: (order[paper.subject], paper.received_at, paper.paper_id),
    )
    following = {
        restricted: 1 + sum(one.pages.count for one in placed if one.pages.restricted is restricted)
        for restricted in (False, True)
    }
    made = []
    for paper in waiting:
        restricted = standing.is_restricted(paper)
        made.append(PlacedPaper(paper, Pages(following[restricted], paper.pages, restricted), version))
        following[restricted] += paper.pages
    return tuple(made)


def changes_since(
    before: AgendaVersion, standing: Standing, placed: Sequence[PlacedPaper], new: Sequence[PlacedPaper]
) -> tuple[Change, ...]:
    """What a supplement says: items first, then papers; empty where nothing changed that anybody has to know."""
    now = version_items(standing.items)
    called = {
        subject: reference for item in now for subject, reference in zip(item.subjects, item.references, strict=True)
    }
    return (
        *_item_changes(before.items, now, standing),
        *_added(placed, new, called),
        *_taken_back(placed, before.published_at, called),
    )


def _item_changes(before: Sequence[VersionItem], now: Sequence[VersionItem], standing: Standing) -> Iterator[Change]:
    were = {item.item_id: item for item in before}
    are = {item.item_id for item in now}
    stayed = _in_old_order([item.item_id for item in before], [item.item_id for item in now])

    def change(item: VersionItem, words: str) -> Change:
        restricted = any(subject in standing.restricted_subjects for subject in item.subjects)
        return Change(item.subjects, restricted, f"{item.called}: {words}")

    for item in now:
        old = were.get(item.item_id)
        if old is None:
            yield change(item, "added to the agenda.")
        elif item.item_id not in stayed:
            yield change(item, "moved to another place on the agenda.")
        if old is not None and set(old.subjects) != set(item.subjects):
            yield change(item, "heard together now.")
    for item in before:
        if item.item_id not in are:
            yield change(item, "taken off the agenda.")


def _in_old_order(before: Sequence[UUID], now: Sequence[UUID]) -> frozenset[UUID]:
    """Those that stand as they stood towards each other."""
    blocks = SequenceMatcher(None, list(before), list(now), autojunk=False).get_matching_blocks()
    return frozenset(one for block in blocks for one in before[block.a : block.a + block.size])


def _added(placed: Sequence[PlacedPaper], new: Sequence[PlacedPaper], called: Mapping[str, str]) -> Iterator[Change]:
    were = {one.paper.paper_id: one for one in placed}
    for one in new:
        old = were.get(one.paper.replaces) if one.paper.replaces else None
        yield _paper_change(one, called, _added_words(one, old))


def _taken_back(placed: Sequence[PlacedPaper], since: datetime, called: Mapping[str, str]) -> Iterator[Change]:
    were = {one.paper.paper_id: one for one in placed}
    for one in placed:
        back, before = one.paper.withdrawn_at, were.get(one.paper.replaces) if one.paper.replaces else None
        if back is not None and back >= since and one.paper.subject in called:
            again = f" {_page_words(before.pages).capitalize()} count again." if before else ""
            words = f"{one.paper.words} taken back; {_page_words(one.pages)} no longer count.{again}"
            yield _paper_change(one, called, words)


def _added_words(one: PlacedPaper, old: PlacedPaper | None) -> str:
    if old is None:
        return f"{one.paper.words} added, {_page_words(one.pages)}."
    return f"{one.paper.words} replaced: read {_page_words(one.pages)} instead of {old.pages.words}."


def _page_words(pages: Pages) -> str:
    return f"page {pages.words}" if pages.count == 1 else f"pages {pages.words}"


def _paper_change(one: PlacedPaper, called: Mapping[str, str], words: str) -> Change:
    return Change((one.paper.subject,), one.pages.restricted, f"{called[one.paper.subject]}: {words}")
