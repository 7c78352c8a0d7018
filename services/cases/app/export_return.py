"""Makes the review file of a return out of what is on record, with what is to be looked at before it is sent."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from rulebook.facts import SubjectKind
from services.cases.app.policy import require
from services.cases.app.ports import SubjectFilter, Unit
from services.cases.app.sight import sight_of
from services.cases.domain.csv_table import write_table
from services.cases.domain.measured_case import Period
from services.cases.domain.review_return import (
    SSD_COLUMNS,
    SSDA903_COLUMNS,
    ChildReviews,
    ReturnFinding,
    ReturnRow,
    numbered,
    ssd_rows,
    ssda903_rows,
)

_AT_ONCE: Final = 200


class ReturnForm(StrEnum):
    """The files that can be made."""

    SSDA903_REVIEWS = "ssda903_reviews"
    SSD_REVIEWS = "ssd_reviews"


@dataclass(frozen=True)
class _Shape:
    """How a form is written."""

    file_name: str
    columns: Sequence[str]
    rows: Callable[[ChildReviews, Period], Iterator[ReturnRow]]


_SHAPES: Final[Mapping[ReturnForm, _Shape]] = {
    ReturnForm.SSDA903_REVIEWS: _Shape("reviews.csv", SSDA903_COLUMNS, ssda903_rows),
    ReturnForm.SSD_REVIEWS: _Shape("ssd_cla_reviews.csv", SSD_COLUMNS, ssd_rows),
}


@dataclass(frozen=True)
class MadeReturn:
    """A whole file and its findings."""

    file_name: str
    content: bytes
    findings: Sequence[ReturnFinding]


async def export_return(unit: Unit, form: ReturnForm, first: date | None, last: date | None) -> MadeReturn:
    """Every child's reviews of the period; without a first day from the beginning, without a last one up to today."""
    parent = f"councils/{unit.council}"
    require(unit.caller, "ExportReturn", parent)
    shape = _SHAPES[form]
    period = Period(first or date.min, last or unit.today())
    rows: list[tuple[ChildReviews, ReturnRow]] = []
    after: tuple[str, str] | None = None
    more = True
    while more:
        children, after = await _children(unit, after)
        rows += [(child, row) for child in children for row in shape.rows(child, period)]
        more = after is not None
    cells, findings = numbered(rows)
    await unit.audit("ExportReturn", parent, purpose=f"{form.value} of {first or 'the beginning'} to {period.last}")
    return MadeReturn(shape.file_name, write_table(shape.columns, cells), findings)


async def _children(unit: Unit, after: tuple[str, str] | None) -> tuple[list[ChildReviews], tuple[str, str] | None]:
    """Some children with their reviews, and after whom to go on; None after the last."""
    wanted = SubjectFilter(kinds=(SubjectKind.CHILD,), after=after)
    subjects = await unit.subjects.page(wanted, sight_of(unit.caller), _AT_ONCE)
    ids = [one.id for one in subjects]
    facts, records = await unit.events.of(ids), await unit.reviews.of(ids)
    obligations = await unit.obligations.of(ids)
    found = [ChildReviews(one, facts[one.id], unit.today(), records[one.id], obligations[one.id]) for one in subjects]
    full = len(subjects) == _AT_ONCE
    return found, (subjects[-1].reference, str(subjects[-1].id)) if full else None
