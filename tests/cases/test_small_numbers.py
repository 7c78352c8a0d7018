"""No small number of an export can be read, nor worked out from the others."""

from collections import defaultdict
from functools import lru_cache

import pytest

from services.cases.domain.measure import BY_KEY, Unit
from services.cases.domain.measured_case import Period
from services.cases.domain.scorecard import Figure, MonthFigure, Shown
from services.cases.domain.suppressed_figures import COLUMNS, FEWER, WITHHELD, Cells, cells, is_small, table
from tests.cases.test_scorecard_figures import YEAR

REVIEWS = BY_KEY["reviews_in_time"]


MOST = 40


@lru_cache
def _readings() -> dict[Cells, list[tuple[int, int, int]]]:
    """Everything that a reader who knows the rule has to think possible of each row: all figures that look like it."""
    found: defaultdict[Cells, list[tuple[int, int, int]]] = defaultdict(list)
    for denominator in range(MOST + 1):
        for numerator in range(denominator + 1):
            row = cells(Figure(numerator, denominator), Unit.SHARE)
            found[row].append((numerator, denominator - numerator, denominator))
    return found


@pytest.mark.parametrize("denominator", range(MOST + 1))
def test_a_small_number_is_one_of_at_least_five(denominator: int) -> None:
    for numerator in range(denominator + 1):
        row = cells(Figure(numerator, denominator), Unit.SHARE)
        true = (numerator, denominator - numerator, denominator)
        for at, number in enumerate(true):
            if is_small(number):
                possible = {reading[at] for reading in _readings()[row]}
                assert len(possible) >= 5, f"{true} is given away by {row}"
                assert row.value == WITHHELD


def _export(*figures: Figure) -> list[dict[str, str]]:
    months = tuple(MonthFigure(month, one) for month, one in zip(YEAR.months(), figures, strict=False))
    total = Figure(
        sum(one.numerator for one in figures),
        sum(one.denominator for one in figures),
        sum(one.not_judged for one in figures),
    )
    rows = table([Shown(REVIEWS, total, months)], YEAR)
    return [dict(zip(COLUMNS, row, strict=True)) for row in rows]


def test_a_series_with_a_small_month_is_left_out_whole() -> None:
    rows = _export(Figure(20, 30), Figure(27, 30), Figure(15, 30))
    assert len(rows) == 1 and "withheld" in rows[0]["note"]
    assert (rows[0]["numerator"], rows[0]["not_in_numerator"], rows[0]["denominator"]) == ("62", "28", "90")


def test_a_series_without_one_is_given() -> None:
    rows = _export(Figure(20, 30), Figure(30, 30), Figure(0, 30))
    assert [row["numerator"] for row in rows] == ["50", "20", "30", "0"]
    assert rows[0]["value"] == "0.556"


def test_months_that_sum_to_a_small_number_do_not_tell_it() -> None:
    rows = _export(Figure(30, 30), Figure(28, 30))
    assert len(rows) == 1
    assert (rows[0]["numerator"], rows[0]["not_in_numerator"]) == (WITHHELD, FEWER)


def test_a_small_number_of_what_was_not_judged_is_not_the_difference_of_the_others() -> None:
    rows = _export(Figure(20, 30, 7), Figure(30, 30, 2), Figure(0, 30, 0))
    assert [row["not_judged"] for row in rows] == ["9"], "9 less 7 and 0 would be 2"
    assert [row["not_judged"] for row in _export(Figure(20, 30, 7), Figure(30, 30, 8))] == ["15", "7", "8"]


def test_a_mean_of_few_is_withheld() -> None:
    assert cells(Figure(700, 5), Unit.MEAN_DAYS).numerator == WITHHELD
    assert cells(Figure(700, 7), Unit.MEAN_DAYS).value == "100.000"


def test_no_data_is_said() -> None:
    (row,) = table([Shown(REVIEWS, missing="nobody records it")], Period(YEAR.first, YEAR.last))
    assert row[-1] == "no data: nobody records it"
    assert "0" not in row
