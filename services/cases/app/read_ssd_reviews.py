"""Reads looked after child reviews: held, booked or called off, and what the returns want to know of them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from rulebook.facts import EventType
from services.cases.app.case_data import EventRow, ReviewRow, SubjectKey
from services.cases.app.extract import Extract
from services.cases.app.read_ssd_care import REVIEW_HELD
from services.cases.domain.cell import filled, known_day, parsed_date
from services.cases.domain.import_finding import Reason, Row
from services.cases.domain.review_code import LegalSpell, participation, under_short_breaks

_BOOKED: Final = EventType("cic_review_booked")


@dataclass
class _Reviews:
    """What is needed while the table is read. `ahead`: each child's nearest review of a later day."""

    extract: Extract
    children: Mapping[str, SubjectKey]
    statuses: Mapping[str, Sequence[LegalSpell]]
    ahead: dict[SubjectKey, tuple[date, str]] = field(default_factory=dict)


def read_reviews(files: Mapping[str, Sequence[Row]], extract: Extract, children: Mapping[str, SubjectKey]) -> None:
    """Facts and records of reviews. `children`: whose each period in care is."""
    around = _Reviews(extract, children, _legal_spells(files["ssd_legal_status.csv"]))
    seen: set[str] = set()
    for row in files["ssd_cla_reviews.csv"]:
        if not filled(row, extract.report, "clar_cla_review_id", "clar_cla_id"):
            continue
        review, child = row.get("clar_cla_review_id"), children.get(row.get("clar_cla_id"))
        if review in seen:
            extract.report.add(row, Reason.DUPLICATE_ROW, "clar_cla_review_id", child.source_id if child else "")
        elif child is None:
            extract.report.add(row, Reason.REVIEW_WITHOUT_EPISODE, "clar_cla_id", row.get("clar_cla_id"))
        else:
            _read_review(row, child, around)
        seen.add(review)
    for child, (day, review) in around.ahead.items():
        extract.add_event(EventRow(child, _source(review), _BOOKED, day))


def _read_review(row: Row, child: SubjectKey, around: _Reviews) -> None:
    """A review of a later day is a booking; of several the nearest is the next review."""
    report, review = around.extract.report, row.get("clar_cla_review_id")
    cancelled = row.get("clar_cla_review_cancelled").upper() == "Y"
    day = known_day(row, "clar_cla_review_date", report, child.source_id)
    held = day is not None and day <= around.extract.today and not cancelled
    if day is not None and held:
        around.extract.add_event(EventRow(child, _source(review), REVIEW_HELD, day))
    elif day is not None and not cancelled:
        around.ahead[child] = min((day, review), around.ahead.get(child, (day, review)))
    spells = around.statuses.get(child.source_id, ())
    around.extract.add_review(
        ReviewRow(
            child,
            _source(review),
            review_id=review,
            care_id=row.get("clar_cla_id"),
            due_on=known_day(row, "clar_cla_review_due_date", report, child.source_id),
            held_on=day,
            cancelled=cancelled,
            participation=participation(row, "clar_cla_review_participation", report, child.source_id),
            short_breaks=day is not None and under_short_breaks(spells, day),
        )
    )


def _source(review: str) -> str:
    return f"ssd_cla_reviews/{review}"


def _legal_spells(rows: Sequence[Row]) -> dict[str, list[LegalSpell]]:
    """Of each child; a row without a day it began is no help here, and its finding was made where facts are read."""
    found: dict[str, list[LegalSpell]] = defaultdict(list)
    for row in rows:
        start = parsed_date(row.get("lega_legal_status_start_date"))
        if start is not None:
            end = parsed_date(row.get("lega_legal_status_end_date"))
            found[row.get("lega_person_id")].append(LegalSpell(row.get("lega_legal_status"), start, end))
    return found
