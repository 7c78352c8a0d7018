"""What stands in front of an agenda pack: the agenda as one audience may read it, with the numbers of its pages."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from services.panels.domain.agenda import in_words
from services.panels.domain.agenda_version import AgendaVersion, PlacedPaper, VersionItem
from services.panels.domain.document import Block, Bullets, Document, Heading, Paragraph, Table
from services.panels.domain.matters_arising import MatterArising
from services.panels.domain.minutes_page import role_words

PAGES_CALLED: Final = "Agenda"
"""What the pages in front are called at their foot and by a viewer: papers have plain numbers."""
MATTERS_INCOMPLETE: Final = (
    "Matters arising could not all be read when this copy was made, so there may be more. Make the pack again later."
)
_LONDON: Final = ZoneInfo("Europe/London")


class PackAudience(StrEnum):
    """For whom a pack is."""

    MEMBER = "member"
    RESTRICTED = "restricted"
    FAMILY = "family"


@dataclass(frozen=True)
class PackContents:
    """What one audience may read of an agenda that was sent out.

    Attributes:
        kept_out: references of items in which the member whose copy it is takes no part.
        matters_incomplete: there may be more of them, which nobody could look up when this copy was made.
    """

    body_title: str
    start: datetime
    end: datetime
    audience: PackAudience
    version: AgendaVersion
    items: tuple[VersionItem, ...]
    papers: tuple[PlacedPaper, ...]
    changes: tuple[str, ...] = ()
    matters: tuple[MatterArising, ...] = ()
    matters_incomplete: bool = False
    kept_out: tuple[str, ...] = ()


def front_of(pack: PackContents) -> Document:
    """The agenda: for a family their own papers alone, without the business of others."""
    local = pack.start.astimezone(_LONDON)
    facts = [("Panel", pack.body_title), ("Date", in_words(local.date()))]
    if pack.audience is PackAudience.FAMILY:
        return Document("Papers for the family", tuple(facts), tuple(_family_blocks(pack)), PAGES_CALLED)
    facts += [("Time", _span(pack.start, pack.end)), ("Version", _version_words(pack.version))]
    if pack.audience is PackAudience.RESTRICTED:
        facts.append(("For", "those who may read what is restricted. Do not pass it on"))
    return Document("Agenda", tuple(facts), tuple(_blocks(pack)), PAGES_CALLED)


def heading_of(one: PlacedPaper, pack: PackContents) -> str:
    """What the list of contents calls a paper: its kind and pages and, but for a family, its subject's reference."""
    words = f"{one.paper.words.capitalize()}, {one.pages.words}"
    return words if pack.audience is PackAudience.FAMILY else f"{reference_of(one.paper.subject, pack.items)}: {words}"


def reference_of(subject: str, items: Sequence[VersionItem]) -> str:
    """The council's own short reference of a subject of one of the items."""
    found = (
        reference
        for item in items
        for name, reference in zip(item.subjects, item.references, strict=True)
        if name == subject
    )
    return next(found, "")


def _blocks(pack: PackContents) -> Iterator[Block]:
    if pack.changes:
        yield Heading(f"What changed with version {pack.version.version}")
        yield Bullets(pack.changes)
    yield from _matters(pack)
    yield Heading("Items")
    if pack.kept_out:
        kept_out = ", ".join(pack.kept_out)
        yield Paragraph(f"You take no part in {kept_out}. Your copy is without those papers: page numbers are missing.")
    if not pack.items:
        yield Paragraph("Nothing is on this agenda.")
        return
    rows = [_row(pack, number, item) for number, item in enumerate(pack.items, 1)]
    yield Table("Items in the order in which they are heard", ("Item", "Time", "Who", "Papers and pages"), tuple(rows))
    yield Heading("Why they are here")
    yield Bullets(tuple(f"{item.called}: {item.reason}" for item in pack.items))


def _matters(pack: PackContents) -> Iterator[Block]:
    if not pack.matters and not pack.matters_incomplete:
        return
    yield Heading("Matters arising")
    if pack.matters_incomplete:
        yield Paragraph(MATTERS_INCOMPLETE)
    if pack.matters:
        yield Table(
            "What earlier sittings asked for",
            ("Who", "What", "By whom", "By when"),
            tuple((one.reference, one.text, role_words(one.owner_role), _due_words(one)) for one in pack.matters),
        )


def _row(pack: PackContents, number: int, item: VersionItem) -> tuple[str, ...]:
    own = [one for one in pack.papers if one.paper.subject in item.subjects]
    papers = "\n".join(f"{_own(one, item)}{one.paper.words.capitalize()}: {one.pages.words}" for one in own)
    return str(number), _span(item.start, item.end), item.called, papers or "No papers"


def _own(one: PlacedPaper, item: VersionItem) -> str:
    """Whose paper it is, where several are heard together."""
    return f"{reference_of(one.paper.subject, [item])}, " if len(item.subjects) > 1 else ""


def _family_blocks(pack: PackContents) -> Iterator[Block]:
    if not pack.papers:
        yield Paragraph("No paper was marked for you.")
        return
    rows = tuple((one.paper.words.capitalize(), one.pages.words) for one in pack.papers)
    yield Table("The papers that you may read", ("Paper", "Pages"), rows)


def _due_words(one: MatterArising) -> str:
    return f"{in_words(one.due)}, done" if one.done else in_words(one.due)


def _version_words(version: AgendaVersion) -> str:
    at = version.published_at.astimezone(_LONDON)
    kind = "the first" if version.version == 1 else f"supplement {version.version - 1}"
    return f"{version.version} ({kind}), sent out on {in_words(at.date())} at {at:%H:%M}"


def _span(start: datetime, end: datetime) -> str:
    return f"{start.astimezone(_LONDON):%H:%M} to {end.astimezone(_LONDON):%H:%M}"
