"""Unbroken periods of care out of a return's episodes."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from told import day

from rulebook.care_episodes import Period, Run, unbroken_runs


def test_episodes_that_touch_are_one_period_of_care() -> None:
    periods = [
        Period(day("2016-01-04"), day("2016-05-10"), "S"),
        Period(day("2016-05-10"), day("2017-01-31"), "L"),
        Period(day("2017-02-01"), None, "P"),
    ]
    assert unbroken_runs(reversed(periods)) == [Run(day("2016-01-04"), None)]


def test_a_gap_begins_a_new_period() -> None:
    periods = [Period(day("2016-01-04"), day("2016-05-10")), Period(day("2016-05-12"), day("2016-06-01"))]
    assert unbroken_runs(periods) == [
        Run(day("2016-01-04"), day("2016-05-10")),
        Run(day("2016-05-12"), day("2016-06-01")),
    ]


def test_an_episode_inside_another_changes_nothing() -> None:
    periods = [Period(day("2016-01-04"), day("2016-12-31")), Period(day("2016-03-01"), day("2016-04-01"))]
    assert unbroken_runs(periods) == [Run(day("2016-01-04"), day("2016-12-31"))]


def test_no_episodes_no_care_and_a_backward_one_is_refused() -> None:
    assert unbroken_runs([]) == []
    with pytest.raises(ValueError, match="cannot end on 2016-01-03"):
        unbroken_runs([Period(day("2016-01-04"), day("2016-01-03"))])


SPANS = st.lists(st.tuples(st.integers(0, 200), st.integers(0, 30)), max_size=20)


@settings(deadline=None)
@given(SPANS)
def test_a_day_is_in_care_as_a_naive_count_says(spans: list[tuple[int, int]]) -> None:
    base = date(2016, 1, 1).toordinal()
    days = {base + start + n for start, length in spans for n in range(length + 1)}
    periods = [Period(date.fromordinal(base + a), date.fromordinal(base + a + n)) for a, n in spans]
    starts = sorted(one for one in days if one - 1 not in days)
    assert [run.start.toordinal() for run in unbroken_runs(periods)] == starts
