"""Figures in words, the run chart that holds the table's months, and the cases behind a number."""

from datetime import date
from itertools import pairwise

import pytest
from google.type.date_pb2 import Date
from hypothesis import given
from hypothesis import strategies as st
from permanence.cases.v1 import performance_pb2 as wire

from web.journeys.scorecard.presenters import (
    NOTHING_FELL,
    FigureRow,
    MonthRow,
    by_set,
    late_rows,
    measure_rows,
    value_words,
)
from web.journeys.scorecard.run_chart import run_chart
from web.period import Period

CHILD = "councils/demo/children/01a214cb-f959-77dd-817a-c6ebdb329a52"
OBLIGATION = "councils/demo/obligations/01a214cb-f959-77dd-817a-000000000001"


def on(day: date) -> Date:
    return Date(year=day.year, month=day.month, day=day.day)


def figure(numerator: int, denominator: int, not_judged: int = 0) -> wire.Figure:
    value = numerator / denominator if denominator else None
    return wire.Figure(numerator=numerator, denominator=denominator, value=value, not_judged=not_judged)


def measure(**fields: object) -> wire.Measure:
    given_ = {
        "key": "reviews_in_time",
        "set": wire.MEASURE_SET_TIMELINESS,
        "unit": wire.MEASURE_UNIT_SHARE,
        "direction": wire.MEASURE_DIRECTION_MORE,
        "counts": "Reviews held in time",
        **fields,
    }
    return wire.Measure(**given_)  # type: ignore[arg-type]


def month_rows(*values: float | None, start: int = 0) -> list[MonthRow]:
    months = []
    for at, value in enumerate(values, start):
        first = date(2023 + at // 12, at % 12 + 1, 1)
        words = FigureRow(f"{value}", "", "", "", 0)
        months.append(MonthRow(f"{first:%B %Y}", Period(first, first.replace(day=28)), words, value))
    return months


def test_a_figure_has_share_numerator_denominator_and_what_is_not_known() -> None:
    (row,) = measure_rows([measure(figure=figure(31, 40, 2))])
    assert row.figure == FigureRow("78%", "31", "40", "2", 9)
    assert row.path(Period(date(2025, 3, 1), date(2026, 2, 28))) == (
        "/scorecard/reviews-in-time?from=2025-03-01&until=2026-02-28"
    )


def test_no_data_and_nothing_to_count_are_never_a_nought() -> None:
    missing, none = measure_rows([measure(missing="nobody records it"), measure(figure=figure(0, 0))])
    assert missing.figure is None and missing.missing == "nobody records it"
    assert none.figure and none.figure.share == NOTHING_FELL


@pytest.mark.parametrize(
    ("direction", "to_look_at"),
    [
        (wire.MEASURE_DIRECTION_MORE, 9),
        (wire.MEASURE_DIRECTION_LESS, 31),
        (wire.MEASURE_DIRECTION_UNSPECIFIED, None),
    ],
)
def test_how_many_cases_are_to_be_looked_at(direction: int, to_look_at: int | None) -> None:
    (row,) = measure_rows([measure(figure=figure(31, 40), direction=direction)])
    assert row.figure and row.figure.to_look_at == to_look_at


@pytest.mark.parametrize(
    ("value", "words"), [(1, "100%"), (0.9999, "over 99%"), (0.0001, "under 1%"), (0, "0%"), (0.775, "78%")]
)
def test_rounding_never_says_all_or_none(value: float, words: str) -> None:
    assert value_words(value, in_days=False) == words


def test_days_are_days() -> None:
    (row,) = measure_rows([measure(unit=wire.MEASURE_UNIT_MEAN_DAYS, figure=figure(1000, 3))])
    assert row.figure and (row.figure.share, row.figure.numerator) == ("333 days", "1,000 days")


def test_sets_stand_in_order_each_once() -> None:
    rows = measure_rows([measure(), measure(set=wire.MEASURE_SET_GROUP_TARGETS), measure()])
    assert [(name, len(of)) for name, of in by_set(rows)] == [
        ("Were clocks kept", 2),
        ("Targets for securing permanence", 1),
    ]


def test_a_part_of_a_month_is_called_so() -> None:
    def month(first: date, last: date) -> wire.MonthFigure:
        return wire.MonthFigure(from_date=on(first), until_date=on(last), figure=figure(1, 2))

    months = [month(date(2026, 2, 10), date(2026, 2, 28)), month(date(2026, 3, 1), date(2026, 3, 31))]
    (row,) = measure_rows([measure(figure=figure(2, 4), months=months)])
    assert [one.label for one in row.months] == ["10 to 28 February 2026", "March 2026"]


def test_a_late_case_leads_to_its_clock_and_an_unknown_reason_is_none() -> None:
    held = wire.LateItem(
        subject=CHILD,
        reference="NM-0412",
        obligation=OBLIGATION,
        rule_id="reg33-2",
        title="Review",
        due_date=on(date(2025, 6, 20)),
        done_date=on(date(2025, 6, 30)),
        days_late=10,
        reasons=["drift was identified on 2 June 2025"],
    )
    of_facts = wire.LateItem(subject=CHILD, title="Children with a plan", booked_date=on(date(2026, 4, 1)))
    one, other = late_rows([held, of_facts])
    assert one.path.endswith("?clock=01a214cb-f959-77dd-817a-000000000001#clock-01a214cb-f959-77dd-817a-000000000001")
    assert (one.what, one.done, one.late_by) == ("Review", "30 Jun 2025", "10 days")
    assert one.reasons == ("Drift was identified on 2 June 2025",)
    assert other.path == "/children/01a214cb-f959-77dd-817a-c6ebdb329a52"
    assert (other.what, other.done, other.reasons) == ("", "Not yet, booked for 1 Apr 2026", ())


@given(st.lists(st.one_of(st.none(), st.floats(0, 1)), min_size=1, max_size=36))
def test_the_chart_holds_the_months_of_the_table(values: list[float | None]) -> None:
    months = month_rows(*values)
    chart = run_chart(months, in_days=False)
    known = [value for value in values if value is not None]
    if len(known) < 2:
        assert chart is None
        return
    assert chart is not None and len(chart.points) == len(values)
    assert [point.y is None for point in chart.points] == [value is None for value in values]
    xs = [point.x for point in chart.points]
    assert xs == sorted(set(xs)) and chart.left < xs[0] and xs[-1] < chart.right
    heights = [point.y for point in chart.points if point.y is not None]
    assert all(chart.levels[-1].y <= y <= chart.levels[0].y for y in heights)
    above, below = (sum(sign * (y - chart.median.y) > 1 for y in heights) for sign in (-1, 1))
    assert above <= len(known) / 2 and below <= len(known) / 2, "the line is the median"


@given(st.lists(st.floats(0, 1), min_size=14, max_size=36), st.integers(0, 11))
def test_words_under_the_chart_never_lie_upon_each_other(values: list[float], start: int) -> None:
    chart = run_chart(month_rows(*values, start=start), in_days=False)
    assert chart is not None
    for words in ("month", "year"):
        spans = [(point.x, len(getattr(point, words)) * 5) for point in chart.points if getattr(point, words)]
        assert all(x + half < other - its for (x, half), (other, its) in pairwise(spans))
    assert not any(point.text for point in chart.points), "so many values stand in the table alone"


def test_a_line_breaks_where_a_month_has_nothing_to_count() -> None:
    chart = run_chart(month_rows(0.5, 0.6, None, 0.7, 0.8, None, 0.9), in_days=False)
    assert chart and [len(line.split()) for line in chart.lines] == [2, 2]
    assert "In 2 of them there was nothing to count." in chart.description


@given(st.lists(st.floats(0, 100_000), min_size=2, max_size=12))
def test_a_chart_of_days_reaches_the_largest(values: list[float]) -> None:
    chart = run_chart(month_rows(*values), in_days=True)
    assert chart is not None
    assert all(point.y is not None and 0 < point.y <= chart.bottom for point in chart.points)
