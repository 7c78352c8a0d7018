"""A sitting's agenda pack of 200 pages in all audiences, beside the bare renderer on the same pages in the same run.

Papers carry their numbers from when the agenda was sent out, so that a pack is: choosing what its audience may read,
laying out the agenda in front, and putting the pages together with labels and bookmarks. The bare renderer lays the
same agenda out and puts the same pages together, without choice, labels and bookmarks. One JSON line a measure; `ratio`
is the bare renderer's time over ours, so that nearer to 1 is better; 0.67 is what we allow.

    python -m bench.agenda_packs [--short]
"""

import argparse
import gc
import json
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from io import BytesIO
from uuid import UUID

from pypdf import PdfReader, PdfWriter

from services.panels.adapters.document_writer import ThreeForms
from services.panels.adapters.pack_binder import PdfPackBinder
from services.panels.app.render_agenda_pack import RenderAgendaPack, SentOut, contents, laid_out
from services.panels.domain.agenda_pack import PackAudience, PackContents, front_of
from services.panels.domain.agenda_version import AgendaVersion, Standing, newly_placed, version_items
from services.panels.domain.body import BodyUuid
from services.panels.domain.document import Document, PageBreak, Paragraph
from services.panels.domain.paper import Paper, PaperFormat, PaperId, PaperKind
from services.panels.domain.sitting import AgendaItem, AgendaSource, ItemId, Sitting, SittingId, SittingState

START = datetime(2027, 3, 9, 10, tzinfo=UTC)
ITEMS = 10
PAPERS_EACH = 2
PAGES_EACH = 10
PAGES = ITEMS * PAPERS_EACH * PAGES_EACH
WORDS = "What was seen and said since the last sitting, and what it means for the plan. " * 18
WRITER, BINDER = ThreeForms(), PdfPackBinder()


def main(rounds: int) -> None:
    """Make the papers once, then every audience's pack in turns with the bare renderer."""
    sent_out = made_sitting()
    printed = paper()
    began = time.perf_counter()
    pages = {one.paper.paper_id: BINDER.number(printed, one.pages.labels) for one in sent_out.placed}
    numbering = time.perf_counter() - began
    packs = audiences(sent_out)
    chair = packs["restricted"]
    assert len(PdfReader(BytesIO(laid_out(WRITER, BINDER, chair, pages))).pages) > PAGES
    for name, pack in packs.items():
        say(name, *in_turns([pack], pages, rounds))
    say("all audiences", *in_turns(list(packs.values()), pages, rounds))
    line = {
        "bench": "agenda_packs",
        "measure": f"numbers on {PAGES} pages, once, when it is sent out",
        "value": round(numbering * 1000, 1),
        "unit": "ms",
        "better": "lower",
        "n": 1,
    }
    print(json.dumps(line), flush=True)


def bare(pack: PackContents, pages: Mapping[PaperId, bytes]) -> bytes:
    """The same pages put together."""
    writer = PdfWriter(clone_from=BytesIO(WRITER.pdf(front_of(pack))))
    for one in pack.papers:
        writer.append(BytesIO(pages[one.paper.paper_id]), import_outline=False)
    with BytesIO() as made:
        writer.write(made)
        return made.getvalue()


def in_turns(
    packs: Sequence[PackContents], pages: Mapping[PaperId, bytes], rounds: int
) -> tuple[list[float], list[float]]:
    """Seconds of ours and of the bare renderer, taking turns at going first; the first round warms up."""
    ways = (
        lambda: [laid_out(WRITER, BINDER, pack, pages) for pack in packs],
        lambda: [bare(pack, pages) for pack in packs],
    )
    times: tuple[list[float], list[float]] = ([], [])
    for turn in range(rounds + 1):
        for way in (0, 1) if turn % 2 else (1, 0):
            gc.collect()
            times[way].append(timed(ways[way]))
    return times[0][1:], times[1][1:]


def timed(work: Callable[[], object]) -> float:
    """Seconds."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def audiences(sent_out: SentOut) -> dict[str, PackContents]:
    """Five copies: for the chair, a member, a member who keeps out of an item, and two families."""
    every = frozenset(subject for item in sent_out.version.items for subject in item.subjects)
    sitting = sent_out.sitting.sitting_id

    def copy(audience: PackAudience, subject: str = "", kept_out: frozenset[UUID] = frozenset()) -> PackContents:
        command = RenderAgendaPack(sitting, audience, subject=subject)
        given = SentOut(sent_out.sitting, sent_out.version, sent_out.placed, (), sent_out.restricted_subjects, kept_out)
        return contents(command, given, "Permanence tracking panel", every)

    first = sent_out.version.items[0]
    return {
        "restricted": copy(PackAudience.RESTRICTED),
        "member": copy(PackAudience.MEMBER),
        "member who keeps out": copy(PackAudience.MEMBER, kept_out=frozenset({first.item_id})),
        "family": copy(PackAudience.FAMILY, subject=first.subjects[0]),
        "another family": copy(PackAudience.FAMILY, subject=sent_out.version.items[1].subjects[0]),
    }


def made_sitting() -> SentOut:
    """Ten items with two papers each; one case is restricted, one paper in five too."""
    items = tuple(item(number) for number in range(1, ITEMS + 1))
    papers = tuple(paper_of(one, place) for one in items for place in range(PAPERS_EACH))
    restricted = frozenset(items[-1].subjects)
    placed = newly_placed(Standing(items, papers, restricted), (), 1)
    assert sum(one.pages.count for one in placed) == PAGES
    sitting = Sitting(
        SittingId(UUID(int=1)), BodyUuid(UUID(int=2)), "meeting", START, START + timedelta(hours=3),
        SittingState.PLANNED, 1,
    )  # fmt: skip
    version = AgendaVersion(sitting.sitting_id, 1, START - timedelta(days=5), "somebody", version_items(items))
    return SentOut(sitting, version, placed, (), restricted)


def item(number: int) -> AgendaItem:
    """One child's."""
    start = START + timedelta(minutes=15 * number)
    return AgendaItem(
        ItemId(UUID(int=100 + number)), number, (f"child-{number}",), (f"NM-{number:04d}",), AgendaSource.REFERRAL,
        "Referred on 1 March 2027.", start, start + timedelta(minutes=15),
    )  # fmt: skip


def paper_of(one: AgendaItem, place: int) -> Paper:
    """The first of an item may go to the family; the second of every fifth item is restricted."""
    kind = (PaperKind.SOCIAL_WORK_REPORT, PaperKind.PLAN)[place]
    return Paper(
        PaperId(UUID(int=1000 + 10 * one.number + place)), BodyUuid(UUID(int=2)), one.subjects[0], kind, "",
        PaperFormat.PDF, START - timedelta(days=9), "somebody", bool(place) and one.number % 5 == 0, not place, "", 0,
        PAGES_EACH,
    )  # fmt: skip


def paper() -> bytes:
    """Pages full of text."""
    blocks = [block for _ in range(PAGES_EACH) for block in (Paragraph(WORDS), PageBreak())][:-1]
    made = WRITER.pdf(Document("Report", (), tuple(blocks)))
    assert len(PdfReader(BytesIO(made)).pages) == PAGES_EACH
    return made


def say(measure: str, ours: Sequence[float], theirs: Sequence[float]) -> None:
    """One line."""
    value, reference = statistics.median(ours), statistics.median(theirs)
    line = {
        "bench": "agenda_packs",
        "measure": f"agenda pack of {PAGES} pages: {measure}",
        "value": round(value * 1000, 1),
        "unit": "ms",
        "better": "lower",
        "reference": "bare renderer, the same pages",
        "reference_value": round(reference * 1000, 1),
        "ratio": round(reference / value, 3),
        "n": len(ours),
        "slowest": round(max(ours) * 1000, 1),
    }
    print(json.dumps(line), flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--short", action="store_true", help="fewer rounds")
    main(4 if parser.parse_args().short else 16)
