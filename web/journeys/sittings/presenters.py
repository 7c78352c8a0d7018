"""Sittings and agendas as a person reads them."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from permanence.cases.v1.subject_pb2 import Subject
from permanence.panels.v1 import panel_pb2 as wire
from permanence.panels.v1.papers_service_pb2 import ListPapersResponse

from web.agenda import OUTCOME_WORDS, next_open, outcome_of, outcome_path, recorded_words, reference_of
from web.desk import key_of
from web.journeys.sittings.item_people_presenters import comers_words
from web.subjects import called, subject_path
from web.words import civil, count_words, london, long_date, role_words, time_span

_SOURCES = {
    wire.AGENDA_SOURCE_REFERRAL: "Referred",
    wire.AGENDA_SOURCE_OBLIGATION: "A clock falls due",
    wire.AGENDA_SOURCE_DEFERRED: "Put off from an earlier sitting",
}
AUTHORITY_WORDS = {
    wire.AUTHORITY_DECIDES: "It decides.",
    wire.AUTHORITY_RECOMMENDS: "It recommends to a decision maker; it does not decide.",
    wire.AUTHORITY_ENDORSES: "It endorses or challenges what others plan; it does not change a care plan.",
}


@dataclass(frozen=True)
class Standing:
    """Where a sitting stands, in words, with the colour of its tag."""

    words: str
    tag: str


@dataclass(frozen=True)
class SittingRow:
    """One sitting in the list."""

    key: str
    title: str
    when: str
    standing: Standing


@dataclass(frozen=True)
class SubjectPlace:
    """One subject of an item. `name` is empty where it may not or cannot be read; `outcome` until one is recorded."""

    reference: str
    name: str
    path: str
    outcome: str
    outcome_path: str


@dataclass(frozen=True)
class MatterRow:
    """One matter arising."""

    reference: str
    text: str
    owner: str
    due: date | None
    done: bool
    overdue: bool


@dataclass(frozen=True)
class AgendaRow:
    """One item; `kept_out`: the reader keeps out of it, as far as that is known."""

    number: int
    key: str
    times: str
    subjects: tuple[SubjectPlace, ...]
    source: str
    reason: str
    due: date | None
    late: bool
    papers: tuple[str, ...] = ()
    put_off_because: tuple[str, ...] = ()
    comers: str = ""
    comers_trouble: bool = False
    papers_follow: tuple[str, ...] = ()
    kept_out: bool = False

    @property
    def references(self) -> str:
        """All of its subjects, for the names of buttons."""
        return ", ".join(one.reference for one in self.subjects)

    @property
    def recorded(self) -> bool:
        """Whether each subject has its outcome."""
        return all(one.outcome for one in self.subjects)


def standing_of(sitting: wire.Sitting, now: datetime) -> Standing:
    """Whether it will be, is, was, or is off."""
    if sitting.state == wire.SITTING_STATE_CANCELLED:
        return Standing("Cancelled", "red")
    if sitting.state == wire.SITTING_STATE_HELD:
        return Standing("Took place", "green")
    if has_begun(sitting, now):
        over = london(sitting.end_time) <= now
        return Standing("Over, not recorded as held", "yellow") if over else Standing("Sitting now", "blue")
    return Standing("Planned", "grey")


def has_begun(sitting: wire.Sitting, now: datetime) -> bool:
    """Whether its start has passed."""
    return london(sitting.start_time) <= now


def sitting_rows(
    sittings: Iterable[wire.Sitting], titles: Mapping[str, str], now: datetime
) -> tuple[list[SittingRow], list[SittingRow]]:
    """Coming ones, the next at the top; recent ones, the latest at the top. What sits now is coming."""
    coming: list[SittingRow] = []
    recent: list[SittingRow] = []
    for one in sittings:
        row = SittingRow(
            key_of(one.name),
            titles.get(one.body, "Panel"),
            _when(one),
            standing_of(one, now),
        )
        off = one.state in (wire.SITTING_STATE_HELD, wire.SITTING_STATE_CANCELLED) and has_begun(one, now)
        (recent if off or london(one.end_time) <= now else coming).append(row)
    return coming, recent[::-1]


def agenda_rows(
    sitting: wire.Sitting, subjects: Mapping[str, Subject], papers: ListPapersResponse | None = None
) -> list[AgendaRow]:
    """In the order of the agenda. `papers` None: not known just now."""
    sits_on = london(sitting.start_time).date()
    kept_out = set(papers.kept_out_items) if papers else set()
    return [
        replace(
            _row(sitting, item, subjects, sits_on),
            papers=_papers_words(item, papers),
            kept_out=item.name in kept_out,
        )
        for item in sitting.agenda
    ]


def matter_rows(sitting: wire.Sitting, today: date) -> list[MatterRow]:
    """What earlier sittings asked for, by when it is due."""
    return [
        MatterRow(
            one.reference or "no reference yet",
            one.text,
            role_words(one.owner_role),
            civil(one.due_date),
            one.done,
            not one.done and (civil(one.due_date) or today) < today,
        )
        for one in sitting.matters_arising
    ]


def late_papers_words(papers: ListPapersResponse | None) -> str:
    """`2 papers are late`; empty where none is, or nobody knows."""
    late = sum(one.late for one in papers.papers) if papers else 0
    return f"{count_words(late, 'paper is', 'papers are')} late" if late else ""


def order_with(items: Sequence[str], item: str, to: int) -> list[str]:
    """All items with one of them at another place; places beyond the ends are the ends."""
    others = [one for one in items if one != item]
    at = max(0, min(len(others), to - 1))
    return [*others[:at], item, *others[at:]]


def moved_words(was: int, now: int, items: int) -> str:
    """`Item 5 is now item 2.`; empty for anything that is no place of this agenda."""
    if not all(1 <= place <= items for place in (was, now)):
        return ""
    return f"Item {was} is now item {now}." if was != now else f"Item {was} stays there."


def recorded_last(sitting: wire.Sitting, outcome_key: str) -> str:
    """That an outcome is recorded and, where that is so, that none is missing; empty for what is no outcome here."""
    words = recorded_words(sitting, outcome_key)
    waits = next_open(sitting, wire.AgendaItem(), "") is not None
    return f"{words} No item waits for an outcome." if words and not waits else words


def order_seen(sitting: wire.Sitting) -> str:
    """Stands for the order of the items: the etag changes with planned times and reasons too, which no mover minds."""
    return hashlib.sha256(" ".join(item.name for item in sitting.agenda).encode()).hexdigest()[:32]


def _when(one: wire.Sitting) -> str:
    start = london(one.start_time)
    return f"{long_date(start.date())}, {time_span(start, london(one.end_time))}"


def _row(sitting: wire.Sitting, item: wire.AgendaItem, subjects: Mapping[str, Subject], sits_on: date) -> AgendaRow:
    due = civil(item.due_date)
    return AgendaRow(
        number=item.number,
        key=key_of(item.name),
        times=time_span(london(item.start_time), london(item.end_time)),
        subjects=tuple(_place(sitting, item, name, subjects.get(name)) for name in item.subjects),
        source=_SOURCES.get(item.source, "Not known"),
        reason=item.reason,
        due=due,
        late=due is not None and due < sits_on,
        put_off_because=tuple(item.put_off_because),
        comers=comers_words(item.comers),
        comers_trouble=bool(item.comers_trouble),
        papers_follow=tuple(item.papers_follow),
    )


def _papers_words(item: wire.AgendaItem, papers: ListPapersResponse | None) -> tuple[str, ...]:
    """How many papers an item has, how many came late, how many are missing: each only where there are some."""
    if papers is None:
        return ()
    if item.name in papers.kept_out_items:
        return ("You keep out of this item",)
    own = [one for one in papers.papers if one.subject in item.subjects]
    late = sum(one.late for one in own)
    missing = sum(len(one.kinds) for one in papers.missing if one.agenda_item == item.name)
    said = [count_words(len(own), "paper")] if own else []
    said += [f"{late} late"] if late else []
    said += [f"{missing} missing"] if missing else []
    return (f"Papers: {', '.join(said)}",) if said else ()


def _place(sitting: wire.Sitting, item: wire.AgendaItem, name: str, subject: Subject | None) -> SubjectPlace:
    outcome = outcome_of(item, name)
    return SubjectPlace(
        reference=reference_of(item, name),
        name=called(subject) if subject is not None else "",
        path=subject_path(name),
        outcome=OUTCOME_WORDS.get(outcome.kind, "Recorded") if outcome else "",
        outcome_path=outcome_path(sitting, item, name),
    )
