"""Rows of the returns' review files, and what is to be looked at before they are sent. Nothing is guessed."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Final

from rulebook.facts import BECAME_LOOKED_AFTER, EventType
from services.cases.domain.case_event import RecordedEvent
from services.cases.domain.measure import REVIEW_HELD, REVIEW_RULES
from services.cases.domain.measured_case import Period
from services.cases.domain.obligation import Obligation, ObligationState
from services.cases.domain.review_code import CodeFault, LegalSpell, code_to_tell, under_short_breaks
from services.cases.domain.review_record import ReviewRecord
from services.cases.domain.subject import Subject

SSDA903_COLUMNS: Final = ("CHILD", "DOB", "REVIEW", "REVIEW_CODE")
SSD_COLUMNS: Final = (
    "clar_cla_review_id",
    "clar_cla_id",
    "clar_cla_review_due_date",
    "clar_cla_review_date",
    "clar_cla_review_cancelled",
    "clar_cla_review_participation",
)
# Legal statuses that facts tell of, for reviews of which no return has told.
_STATUSES: Final[Mapping[EventType, str]] = {
    EventType("short_breaks_began"): "V4",
    EventType("section_20_began"): "V2",
    EventType("interim_care_order_made"): "C1",
    EventType("care_order_made"): "C2",
    EventType("placement_order_made"): "E1",
    EventType("remanded"): "J1",
    BECAME_LOOKED_AFTER: "",
}


class Fault(StrEnum):
    """Why a row lacks something or was left out; stable names."""

    NOT_KNOWN = CodeFault.NOT_KNOWN.value
    NOT_UNDER_FOUR = CodeFault.NOT_UNDER_FOUR.value
    UNDER_FOUR = CodeFault.UNDER_FOUR.value
    SHORT_BREAKS = "REVIEW_UNDER_SHORT_BREAKS"
    NO_BIRTHDAY = "DATE_OF_BIRTH_NOT_KNOWN"
    NO_CARE = "PERIOD_IN_CARE_NOT_KNOWN"


SAYS: Final[Mapping[Fault, str]] = {
    Fault.NOT_KNOWN: "How the child took part is not recorded, so the cell is empty. Record it in the case system.",
    Fault.NOT_UNDER_FOUR: "PN0 is recorded and the child was four or older, so the cell is empty. "
    "Correct one of the two.",
    Fault.UNDER_FOUR: "Another code than PN0 is recorded and the child was under four, so the cell is empty. "
    "Correct one of the two.",
    Fault.SHORT_BREAKS: "The child was looked after under short breaks (V3 or V4) that day, whose reviews are not "
    "returned: the row was left out. Nothing to do unless the legal status is wrong.",
    Fault.NO_BIRTHDAY: "The child's date of birth is not recorded, so the cell is empty. Record it in the case system.",
    Fault.NO_CARE: "To which period in care the review belongs is not known, so the cell is empty. Add the episode to "
    "the extract.",
}


@dataclass(frozen=True)
class ChildReviews:
    """What is known of one child's reviews today."""

    subject: Subject
    facts: Sequence[RecordedEvent]
    today: date
    records: Sequence[ReviewRecord] = ()
    obligations: Sequence[Obligation] = ()


@dataclass(frozen=True)
class ReturnFinding:
    """Something to be looked at. `row` is the file's line; 0 where the row was left out."""

    subject: Subject
    on: date | None
    row: int
    fault: Fault


@dataclass(frozen=True)
class ReturnRow:
    """One row's cells (None: left out) with its faults."""

    cells: tuple[str, ...] | None
    on: date | None
    faults: tuple[Fault, ...] = ()


def ssda903_rows(child: ChildReviews, period: Period) -> Iterator[ReturnRow]:
    """Reviews held in the period, each day once, the earliest first."""
    for day, record in sorted(_held(child).items()):
        if not period.holds(day):
            continue
        if record.short_breaks:
            yield ReturnRow(None, day, (Fault.SHORT_BREAKS,))
            continue
        code, faults = _code(child.subject.born_on, record, day)
        if child.subject.born_on is None:
            faults = (Fault.NO_BIRTHDAY, *faults)
        yield ReturnRow((child.subject.source_id, _british(child.subject.born_on), _british(day), code), day, faults)


def ssd_rows(child: ChildReviews, period: Period) -> Iterator[ReturnRow]:
    """Reviews held in the period, those called off, and the one to come, each with the day by which it was due.

    The one to come is that of today: it stands in a period that reaches today alone.
    """
    held = _held(child)
    due = _due_by_day(child.obligations)
    for day, record in sorted(held.items()):
        if period.holds(day):
            yield _ssd_row(child, replace(record, due_on=due.get(day, record.due_on), held_on=day), held=True)
    for record in child.records:
        if record.cancelled and _belongs(record.held_on or record.due_on, period):
            yield _ssd_row(child, record, held=False)
    ahead = _to_come(child, {record.source_key for record in held.values()}) if period.holds(child.today) else None
    if ahead is not None:
        yield _ssd_row(child, ahead, held=False)


def numbered(rows: Iterable[tuple[ChildReviews, ReturnRow]]) -> tuple[list[tuple[str, ...]], list[ReturnFinding]]:
    """The file's rows below its header, and the findings with the line of each."""
    cells: list[tuple[str, ...]] = []
    findings: list[ReturnFinding] = []
    for child, row in rows:
        if row.cells is not None:
            cells.append(row.cells)
        line = len(cells) + 1 if row.cells is not None else 0
        findings += [ReturnFinding(child.subject, row.on, line, fault) for fault in row.faults]
    return cells, findings


def _held(child: ChildReviews) -> dict[date, ReviewRecord]:
    """Each day's review, with the best that is known of it: two sources may tell of one review."""
    records = {record.source_key: record for record in child.records}
    found: dict[date, ReviewRecord] = {}
    for fact in child.facts:
        if fact.type in REVIEW_HELD:
            said = records.get(fact.source_key) or _from_facts(child, fact)
            found[fact.on] = _best(found.get(fact.on), said)
    return found


def _best(one: ReviewRecord | None, other: ReviewRecord) -> ReviewRecord:
    if one is None:
        return other
    first, second = sorted((one, other), key=lambda record: (not record.care_id, record.source_key))
    return replace(
        first,
        participation=first.participation or second.participation,
        short_breaks=first.short_breaks or second.short_breaks,
        due_on=first.due_on or second.due_on,
    )


def _from_facts(child: ChildReviews, fact: RecordedEvent) -> ReviewRecord:
    """A review that no return and no extract has told of."""
    spells = [LegalSpell(_STATUSES[other.type], other.on) for other in child.facts if other.type in _STATUSES]
    return ReviewRecord(
        fact.source_key,
        review_id=str(fact.id),
        held_on=fact.on,
        short_breaks=under_short_breaks(spells, fact.on),
    )


def _code(born_on: date | None, record: ReviewRecord, day: date) -> tuple[str, tuple[Fault, ...]]:
    code, fault = code_to_tell(record.participation, born_on, day)
    return code, (Fault(fault.value),) if fault is not None else ()


def _ssd_row(child: ChildReviews, record: ReviewRecord, *, held: bool) -> ReturnRow:
    care = record.care_id or _care_id(child.facts, record.held_on or record.due_on)
    code, faults = _code(child.subject.born_on, record, record.held_on) if held and record.held_on else ("", ())
    if not care:
        faults = (Fault.NO_CARE, *faults)
    # A return's review has no id of its own; its day tells it apart from the child's others.
    review = record.review_id or f"{child.subject.id}-{record.held_on or record.due_on}"
    days = (_iso(record.due_on), _iso(record.held_on))
    return ReturnRow((review, care, *days, "Y" if record.cancelled else "N", code), record.held_on, faults)


def _due_by_day(obligations: Iterable[Obligation]) -> dict[date, date]:
    """By which day the law wanted the review that was held on a day."""
    found: dict[date, date] = {}
    for one in obligations:
        if one.rule_id in REVIEW_RULES and one.held_on is not None and one.statutory_due is not None:
            found[one.held_on] = one.statutory_due
    return found


def _to_come(child: ChildReviews, held: set[str]) -> ReviewRecord | None:
    """The next review: under the case system's own id where it has told of one, on the booked day if any."""
    open_ones = [
        one
        for one in child.obligations
        if one.rule_id in REVIEW_RULES and one.state is ObligationState.OPEN and one.statutory_due is not None
    ]
    if not open_ones:
        return None
    clock = min(open_ones, key=lambda one: (one.statutory_due or date.max, one.key))
    told = [one for one in child.records if one.review_id and not one.cancelled and one.source_key not in held]
    waiting = [one for one in told if one.held_on is None or one.held_on > child.today]
    booked = clock.booked_on
    record = min(waiting, key=lambda one: (one.held_on or date.max, one.source_key), default=None)
    if record is None:
        record = ReviewRecord("", review_id=str(clock.id))
    return replace(record, due_on=clock.statutory_due, held_on=booked or record.held_on)


def _belongs(day: date | None, period: Period) -> bool:
    return day is None or period.holds(day)


def _care_id(facts: Iterable[RecordedEvent], day: date | None) -> str:
    """The case system's id of the period in care: it stands in the source of the fact that began it."""
    begun = [fact for fact in facts if fact.type == BECAME_LOOKED_AFTER and (day is None or fact.on <= day)]
    source = max(begun, key=lambda fact: fact.on).source_key if begun else ""
    prefix, _, rest = source.partition("/")
    return rest.rpartition("/")[0] if prefix == "ssd_cla" else ""


def _british(day: date | None) -> str:
    return day.strftime("%d/%m/%Y") if day else ""


def _iso(day: date | None) -> str:
    return f"{day.isoformat()}T00:00:00" if day else ""
