"""Moved dates as a person reads them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from permanence.cases.v1.obligations_service_pb2 import MovedObligation
from permanence.cases.v1.subject_pb2 import Subject

from web.desk import key_of
from web.moved import cause_words
from web.subjects import kind_words, subject_path
from web.words import civil, london, long_date, short_date


@dataclass(frozen=True)
class MovedRow:
    """One date. `clock` is the path of the clock on its case's page; `before`, `after`: days, or that there is none."""

    key: str
    case: str
    clock: str
    title: str
    before: str
    after: str
    why: str
    rule: str
    moved: str


def moved_rows(found: Iterable[MovedObligation], subjects: Mapping[str, Subject]) -> list[MovedRow]:
    """In the order given: the longest standing first."""
    return [_row(one, subjects.get(one.date_change.subject, Subject())) for one in found]


def _row(one: MovedObligation, subject: Subject) -> MovedRow:
    change, clock = one.date_change, key_of(one.obligation.name)
    before, after = civil(change.due_date_before), civil(change.due_date_after)
    return MovedRow(
        key=key_of(change.name),
        case=subject.reference or kind_words(subject),
        clock=f"{subject_path(change.subject)}?clock={clock}#clock-{clock}",
        title=one.obligation.title,
        before=short_date(before) if before else "Not asked for",
        after=short_date(after) if after else "No longer asked for",
        why=cause_words(change),
        rule=one.obligation.explanation.sentence,
        moved=long_date(london(change.move_time).date()),
    )
