"""Papers and agenda packs as a person reads them. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from permanence.panels.v1 import panel_pb2 as wire
from permanence.panels.v1 import paper_pb2
from permanence.panels.v1 import papers_service_pb2 as pb
from permanence.panels.v1.member_pb2 import Composition

from web.agenda import reference_of
from web.desk import key_of
from web.paper import PaperRow, kinds_words, paper_row, paper_words
from web.words import count_words, london, moment, time_span


@dataclass(frozen=True)
class ItemPapers:
    """One subject of one item with its papers, and what is missing in words.

    `kept_out`: the reader keeps out of it, so that only papers that they brought themselves are there.
    """

    number: int
    times: str
    reference: str
    papers: tuple[PaperRow, ...]
    missing: str
    kept_out: bool = False


@dataclass(frozen=True)
class VersionRow:
    """An agenda as it was sent out once."""

    version: int
    title: str
    sent: str
    pages: str
    changes: tuple[str, ...]
    released: str


def item_papers(sitting: wire.Sitting, listed: pb.ListPapersResponse) -> list[ItemPapers]:
    """In the order of the agenda."""
    missing = {(one.agenda_item, one.subject): one.kinds for one in listed.missing}
    return [
        ItemPapers(
            number=item.number,
            times=time_span(london(item.start_time), london(item.end_time)),
            reference=reference_of(item, subject),
            papers=tuple(paper_row(one) for one in listed.papers if one.subject == subject),
            missing=kinds_words(missing.get((item.name, subject), ())),
            kept_out=item.name in listed.kept_out_items,
        )
        for item in sitting.agenda
        for subject in item.subjects
    ]


def version_rows(versions: Iterable[paper_pb2.AgendaVersion]) -> list[VersionRow]:
    """The newest first."""
    return [_version(one) for one in versions]


def subject_choices(sitting: wire.Sitting) -> list[tuple[str, str]]:
    """Whoever is on the agenda, by reference."""
    found = [
        (key_of(subject), f"{reference_of(item, subject)}, item {item.number}")
        for item in sitting.agenda
        for subject in item.subjects
    ]
    return [("", "Choose"), *found]


def paper_choices(sitting: wire.Sitting, papers: Sequence[paper_pb2.Paper]) -> list[tuple[str, str]]:
    """Papers whose place another can take."""
    references = {subject: reference_of(item, subject) for item in sitting.agenda for subject in item.subjects}
    found = [(key_of(one.name), f"{references.get(one.subject, '')}: {paper_words(one)}") for one in papers]
    return [("", "No, it is new"), *found]


def member_copies(sitting: wire.Sitting, makeup: Composition) -> list[tuple[str, str]]:
    """Members who keep out of something: key, and `Name, without item 2`."""
    numbers = {item.name: item.number for item in sitting.agenda}
    out: dict[str, list[int]] = {}
    for item in makeup.items:
        for one in item.conflicts:
            if one.recused and item.agenda_item in numbers and numbers[item.agenda_item] not in out.get(one.member, ()):
                out.setdefault(one.member, []).append(numbers[item.agenda_item])
    names = {one.member.name: one.member.name_for_staff for one in makeup.members}
    return [
        (key_of(member), f"{names[member]}, without item {_list_words([str(number) for number in sorted(items)])}")
        for member, items in sorted(out.items(), key=lambda pair: names.get(pair[0], ""))
        if member in names
    ]


def kept_out_words(listed: pb.ListPapersResponse) -> str:
    """`Papers of 1 item are kept from you`; empty where none are."""
    items = len(listed.kept_out_items)
    return f"Papers of {count_words(items, 'item')} are kept from you" if items else ""


def late_words(papers: Sequence[paper_pb2.Paper]) -> str:
    """`2 papers are late`; empty where none is."""
    late = sum(one.late for one in papers)
    return f"{count_words(late, 'paper is', 'papers are')} late" if late else ""


def _version(one: paper_pb2.AgendaVersion) -> VersionRow:
    title = "First agenda" if one.version == 1 else f"Supplement {one.version - 1}"
    span = one.first_page if one.first_page == one.last_page else f"{one.first_page} to {one.last_page}"
    return VersionRow(
        version=one.version,
        title=title,
        sent=moment(london(one.publish_time)),
        pages=f"Pages {span}" if one.first_page else "No new pages",
        changes=tuple(one.changes),
        released="Released" if one.released_by else "Not released yet" if one.needs_release else "Needs no release",
    )


def _list_words(words: Sequence[str]) -> str:
    return ", ".join(words[:-1]) + (" and " if words[:-1] else "") + words[-1] if words else ""
