"""Figures as they may leave the council: small numbers suppressed so that they cannot be worked out from the others.

A number from 1 to 5 may point at a child. It is shown as "fewer than 6"; the number that would give it away together
with the denominator is withheld, and where a month holds a small number no month of that measure is given, for all the
others and the period's figure would tell it. docs/adr/20261126-small-numbers.md says why, and what remains.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from services.cases.domain.measure import Unit
from services.cases.domain.measured_case import Period
from services.cases.domain.scorecard import Figure, Shown

LARGEST_SMALL: Final = 5
FEWER: Final = f"fewer than {LARGEST_SMALL + 1}"
WITHHELD: Final = "withheld"
NO_DATA: Final = "no data"
COLUMNS: Final = (
    "set",
    "measure",
    "counts",
    "source",
    "from",
    "until",
    "numerator",
    "not_in_numerator",
    "denominator",
    "value",
    "unit",
    "not_judged",
    "note",
)


@dataclass(frozen=True)
class Cells:
    """A figure in words: exact, "fewer than 6", or withheld."""

    numerator: str
    rest: str
    denominator: str
    value: str
    not_judged: str


def is_small(number: int) -> bool:
    """Whether the number may point at a child. 0 points at nobody."""
    return 0 < number <= LARGEST_SMALL


def holds_small(figure: Figure, unit: Unit) -> bool:
    """Whether one of its numbers is small."""
    return any(is_small(number) for number in _numbers(figure, unit))


def cells(figure: Figure, unit: Unit) -> Cells:
    """The figure as it may leave."""
    not_judged = FEWER if is_small(figure.not_judged) else str(figure.not_judged)
    if is_small(figure.denominator):
        return Cells(WITHHELD, WITHHELD, FEWER, WITHHELD, not_judged)
    value = "" if figure.value is None else f"{figure.value:.3f}"
    if unit is Unit.MEAN_DAYS:
        return Cells(str(figure.numerator), "", str(figure.denominator), value, not_judged)
    rest = figure.denominator - figure.numerator
    if not is_small(figure.numerator) and not is_small(rest):
        return Cells(str(figure.numerator), str(rest), str(figure.denominator), value, not_judged)
    if figure.denominator <= 2 * LARGEST_SMALL:
        # Which of the two is small would narrow it down too far.
        return Cells(WITHHELD, WITHHELD, str(figure.denominator), WITHHELD, not_judged)
    numerator, other = (FEWER, WITHHELD) if is_small(figure.numerator) else (WITHHELD, FEWER)
    return Cells(numerator, other, str(figure.denominator), WITHHELD, not_judged)


def table(shown: Iterable[Shown], period: Period) -> list[tuple[str, ...]]:
    """The whole export: a row for each measure's period and, where they may leave, for each of its months."""
    return [row for one in shown for row in _rows(one, period)]


def _rows(shown: Shown, period: Period) -> Sequence[tuple[str, ...]]:
    unit = shown.measure.unit
    if shown.figure is None:
        return [_row(shown, period, None, f"{NO_DATA}: {shown.missing}")]
    small = any(holds_small(one.figure, unit) for one in shown.months)
    # A single month is the period itself.
    months = [] if small or len(shown.months) < 2 else shown.months
    note = "months withheld: one of them holds a small number" if small else ""
    total = _row(shown, period, shown.figure, note)
    return [total, *(_row(shown, one.month, one.figure, "") for one in months)]


def _row(shown: Shown, period: Period, figure: Figure | None, note: str) -> tuple[str, ...]:
    measure = shown.measure
    found = cells(figure, measure.unit) if figure is not None else Cells("", "", "", "", "")
    told = (found.numerator, found.rest, found.denominator, found.value, measure.unit.value, found.not_judged, note)
    days = (period.first.isoformat(), period.last.isoformat())
    return (measure.set.value, measure.key, measure.counts, measure.source, *days, *told)


def _numbers(figure: Figure, unit: Unit) -> tuple[int, ...]:
    if unit is Unit.MEAN_DAYS:
        return (figure.denominator, figure.not_judged)
    return (figure.numerator, figure.denominator - figure.numerator, figure.denominator, figure.not_judged)
