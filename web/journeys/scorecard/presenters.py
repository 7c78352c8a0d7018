"""Measures, their months and the cases behind them as a person reads them. No data is never shown as 0."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from permanence.cases.v1 import performance_pb2 as wire

from web.period import Period
from web.subjects import clock_path
from web.words import civil, count_words, short_date

NOTHING_FELL = "Nothing to count"
_SETS = {
    wire.MEASURE_SET_TIMELINESS: "Were clocks kept",
    wire.MEASURE_SET_FIVE_OUTCOMES: "The five outcomes",
    wire.MEASURE_SET_CORPORATE_PARENTING: "For the corporate parenting group",
    wire.MEASURE_SET_GROUP_TARGETS: "Targets for securing permanence",
}
_BETTER = {wire.MEASURE_DIRECTION_MORE: "More is better.", wire.MEASURE_DIRECTION_LESS: "Less is better."}


@dataclass(frozen=True)
class FigureRow:
    """A figure in words. `to_look_at`: cases that are not as they should be; None where a measure only describes."""

    share: str
    numerator: str
    denominator: str
    not_known: str
    to_look_at: int | None


@dataclass(frozen=True)
class MonthRow:
    """A month's figure with its period, and the value that a run chart draws: a share of 1, or days."""

    label: str
    period: Period
    figure: FigureRow
    value: float | None


@dataclass(frozen=True)
class MeasureRow:
    """One measure. Without a `figure`, `missing` says what is missing."""

    slug: str
    set: str
    counts: str
    source: str
    better: str
    target: str
    in_days: bool
    by_clock: bool
    figure: FigureRow | None
    months: tuple[MonthRow, ...]
    missing: str

    def path(self, period: Period) -> str:
        """Of its own page."""
        return f"/scorecard/{self.slug}?{period.query}"


@dataclass(frozen=True)
class LateRow:
    """A case behind a figure; `path` leads to its clock. Without reasons, none is on record."""

    path: str
    reference: str
    what: str
    due: date | None
    done: str
    late_by: str
    reasons: tuple[str, ...]


def measure_rows(measures: Iterable[wire.Measure]) -> list[MeasureRow]:
    """In the order given."""
    return [_measure(one) for one in measures]


def by_set(rows: Sequence[MeasureRow]) -> list[tuple[str, list[MeasureRow]]]:
    """Each set once, in order, with its measures."""
    return [(name, [row for row in rows if row.set == name]) for name in dict.fromkeys(row.set for row in rows)]


def late_rows(items: Iterable[wire.LateItem]) -> list[LateRow]:
    """In the order given: the earliest due first."""
    return [_late(one) for one in items]


def value_words(value: float, *, in_days: bool) -> str:
    """`78%`, never 100% or 0% by rounding; or days."""
    if in_days:
        return "1 day" if round(value) == 1 else f"{round(value):,} days"
    percent = round(value * 100)
    if percent == 100 and value < 1:
        return "over 99%"
    return "under 1%" if percent == 0 and value > 0 else f"{percent}%"


def _measure(one: wire.Measure) -> MeasureRow:
    in_days = one.unit == wire.MEASURE_UNIT_MEAN_DAYS
    return MeasureRow(
        slug=one.key.replace("_", "-"),
        set=_SETS.get(one.set, "Other measures"),
        counts=one.counts,
        source=one.source,
        better=_BETTER.get(one.direction, ""),
        target=one.target,
        in_days=in_days,
        by_clock=bool(one.rule_ids),
        figure=_figure(one, one.figure) if one.HasField("figure") else None,
        months=tuple(_month(one, month) for month in one.months),
        missing=one.missing,
    )


def _figure(measure: wire.Measure, one: wire.Figure) -> FigureRow:
    in_days = measure.unit == wire.MEASURE_UNIT_MEAN_DAYS
    return FigureRow(
        share=value_words(one.value, in_days=in_days) if one.HasField("value") else NOTHING_FELL,
        numerator=f"{one.numerator:,}" + (" days" if in_days else ""),
        denominator=f"{one.denominator:,}",
        not_known=f"{one.not_judged:,}" if one.not_judged else "None",
        to_look_at=_to_look_at(measure.direction, one),
    )


def _to_look_at(direction: wire.MeasureDirection.ValueType, one: wire.Figure) -> int | None:
    if direction == wire.MEASURE_DIRECTION_MORE:
        return one.denominator - one.numerator
    return one.numerator if direction == wire.MEASURE_DIRECTION_LESS else None


def _month(measure: wire.Measure, month: wire.MonthFigure) -> MonthRow:
    first, last = civil(month.from_date), civil(month.until_date)
    assert first and last
    value = month.figure.value if month.figure.HasField("value") else None
    return MonthRow(_month_words(first, last), Period(first, last), _figure(measure, month.figure), value)


def _month_words(first: date, last: date) -> str:
    """`March 2026`, and which days of it where they are not all."""
    month = f"{first:%B %Y}"
    whole = first.day == 1 and (last + timedelta(days=1)).day == 1
    return month if whole else f"{first.day} to {last.day} {month}"


def _late(one: wire.LateItem) -> LateRow:
    done, booked = civil(one.done_date), civil(one.booked_date)
    return LateRow(
        path=clock_path(one.subject, one.obligation),
        reference=one.reference or "no reference yet",
        what=one.title if one.rule_id else "",
        due=civil(one.due_date),
        done=short_date(done) if done else f"Not yet, booked for {short_date(booked)}" if booked else "Not yet",
        late_by=count_words(one.days_late, "day"),
        reasons=tuple(f"{words[:1].upper()}{words[1:]}" for words in one.reasons),
    )
