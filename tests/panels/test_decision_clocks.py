"""Every clock after a meeting, as a table: due, met, late, escalated; Fridays, Christmas, Easter, changed clocks."""

from datetime import UTC, date, datetime

import pytest

from rulebook.decisions import due_after
from rulebook.facts import RuleId
from rulebook.pack import load_pack
from rulebook.working_days import england_and_wales
from services.panels.domain.minutes import clocks_of
from services.panels.domain.standing import Standing, day_after, standing_of_day, standing_of_hour

DAYS = england_and_wales()
ENGLAND = load_pack("england")


def utc(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=UTC)


# rule, from, last day
LAST_DAYS = [
    # Seven working days to decide: an ordinary week, from a Friday, over Christmas, over Easter.
    ("FSR27-7wd", date(2026, 3, 10), date(2026, 3, 19)),
    ("FSR27-7wd", date(2026, 3, 13), date(2026, 3, 24)),
    ("FSR27-7wd", date(2026, 12, 22), date(2027, 1, 5)),
    ("ADM-7wd", date(2026, 12, 22), date(2027, 1, 5)),
    ("ADM-7wd", date(2026, 3, 30), date(2026, 4, 10)),
    # 28 calendar days to answer: they may end on Christmas Day, and a changed clock moves no day.
    ("FSR-28d", date(2026, 11, 27), date(2026, 12, 25)),
    ("FSR-28d", date(2026, 3, 10), date(2026, 4, 7)),
    ("FSR-28d", date(2026, 10, 9), date(2026, 11, 6)),
    # 40 working days to answer: from a Friday, over Christmas, over Easter and the bank holidays of May.
    ("adoption-40wd", date(2026, 6, 5), date(2026, 7, 31)),
    ("adoption-40wd", date(2026, 11, 27), date(2027, 1, 27)),
    ("adoption-40wd", date(2026, 3, 16), date(2026, 5, 14)),
    # Parents told: two working days by word of mouth, five in writing.
    ("ADM-2wd", date(2026, 4, 2), date(2026, 4, 8)),
    ("ADM-2wd", date(2026, 3, 13), date(2026, 3, 17)),
    ("ADM-5wd", date(2026, 12, 24), date(2027, 1, 5)),
    # A review's decisions, its record and who gets it: 5, 15 and 20 working days, from a Friday and over Christmas.
    ("IRO-handbook-decisions", date(2026, 3, 13), date(2026, 3, 20)),
    ("IRO-handbook-record", date(2026, 3, 13), date(2026, 4, 7)),
    ("IRO-handbook-distribution", date(2026, 3, 13), date(2026, 4, 14)),
    ("IRO-handbook-decisions", date(2026, 12, 21), date(2026, 12, 30)),
    ("IRO-handbook-record", date(2026, 12, 21), date(2027, 1, 14)),
    ("IRO-handbook-distribution", date(2026, 12, 21), date(2027, 1, 21)),
    # A dispute of the reviewing officer's: twenty working days in all.
    ("IRO-handbook-dispute", date(2026, 12, 14), date(2027, 1, 14)),
]


@pytest.mark.parametrize(("rule", "start", "last"), LAST_DAYS)
def test_the_last_day(rule: str, start: date, last: date) -> None:
    assert due_after(ENGLAND.by_id[RuleId(rule)], start, DAYS) == last


# due, met, today, standing
OF_DAYS = [
    (date(2026, 3, 19), None, date(2026, 3, 18), Standing.RUNNING),
    (date(2026, 3, 19), None, date(2026, 3, 19), Standing.DUE_TODAY),
    (date(2026, 3, 19), None, date(2026, 3, 20), Standing.LATE),
    # Late on a Friday: two working days later is Tuesday, and only the third goes to the one above.
    (date(2026, 3, 20), None, date(2026, 3, 24), Standing.LATE),
    (date(2026, 3, 20), None, date(2026, 3, 25), Standing.ESCALATED),
    # Over Christmas nobody is there to be late before: working days alone count.
    (date(2026, 12, 24), None, date(2026, 12, 30), Standing.LATE),
    (date(2026, 12, 24), None, date(2026, 12, 31), Standing.ESCALATED),
    (date(2026, 3, 19), date(2026, 3, 19), date(2026, 4, 1), Standing.MET),
    (date(2026, 3, 19), date(2026, 3, 20), date(2026, 4, 1), Standing.MET_LATE),
    (None, None, date(2026, 4, 1), Standing.NOT_STARTED),
]


@pytest.mark.parametrize(("due", "met", "today", "standing"), OF_DAYS)
def test_how_a_clock_of_days_stands(due: date | None, met: date | None, today: date, standing: Standing) -> None:
    assert standing_of_day(due, met, today, DAYS) is standing


# end of the meeting, signed by, filed by: elapsed hours, whatever the wall says
OF_HOURS = [
    (utc(2026, 3, 10, 13), utc(2026, 3, 12, 13), utc(2026, 3, 13, 13)),
    # Friday's minutes are due on Sunday (C-9).
    (utc(2026, 3, 13, 16), utc(2026, 3, 15, 16), utc(2026, 3, 16, 16)),
    # Christmas Eve's on Boxing Day.
    (utc(2026, 12, 24, 12), utc(2026, 12, 26, 12), utc(2026, 12, 27, 12)),
    # Over the clock change of 29 March 2026: noon becomes one o'clock on the wall, and 48 hours stay 48.
    (utc(2026, 3, 27, 12), utc(2026, 3, 29, 12), utc(2026, 3, 30, 12)),
    # And back on 25 October 2026.
    (utc(2026, 10, 23, 11), utc(2026, 10, 25, 11), utc(2026, 10, 26, 11)),
]


@pytest.mark.parametrize(("end", "sign", "file"), OF_HOURS)
def test_minutes_are_due_after_hours_that_have_passed(end: datetime, sign: datetime, file: datetime) -> None:
    assert clocks_of(end) == (sign, file)


# due, met, now, standing
STANDING_OF_HOURS = [
    (utc(2026, 3, 12, 13), None, utc(2026, 3, 11, 13), Standing.RUNNING),
    (utc(2026, 3, 12, 13), None, utc(2026, 3, 12, 12, 59), Standing.DUE_TODAY),
    (utc(2026, 3, 12, 13), None, utc(2026, 3, 12, 13), Standing.DUE_TODAY),
    (utc(2026, 3, 12, 13), None, utc(2026, 3, 12, 13, 1), Standing.LATE),
    (utc(2026, 3, 12, 13), None, utc(2026, 3, 17, 9), Standing.ESCALATED),
    (utc(2026, 3, 12, 13), utc(2026, 3, 12, 13), utc(2026, 4, 1), Standing.MET),
    (utc(2026, 3, 12, 13), utc(2026, 3, 12, 14), utc(2026, 4, 1), Standing.MET_LATE),
    # In summer a day in England ends at eleven in the evening of UTC.
    (utc(2026, 7, 1, 23, 30), None, utc(2026, 7, 1, 22, 59), Standing.RUNNING),
    (utc(2026, 7, 1, 23, 30), None, utc(2026, 7, 1, 23, 1), Standing.DUE_TODAY),
]


@pytest.mark.parametrize(("due", "met", "now", "standing"), STANDING_OF_HOURS)
def test_how_a_clock_of_hours_stands(due: datetime, met: datetime | None, now: datetime, standing: Standing) -> None:
    assert standing_of_hour(due, met, now, DAYS) is standing


@pytest.mark.parametrize(
    ("due", "late"),
    [
        (date(2026, 3, 19), utc(2026, 3, 20)),
        # The day of the change ends an hour earlier or later, counted in UTC.
        (date(2026, 3, 29), utc(2026, 3, 29, 23)),
        (date(2026, 10, 24), utc(2026, 10, 24, 23)),
        (date(2026, 10, 25), utc(2026, 10, 26)),
    ],
)
def test_a_day_is_over_at_midnight_in_england(due: date, late: datetime) -> None:
    assert day_after(due) == late


def test_a_rule_that_counts_otherwise_is_refused() -> None:
    with pytest.raises(ValueError, match="does not count days"):
        due_after(load_pack("bcp").by_id[RuleId("BCP-8.4-01")], date(2026, 3, 10), DAYS)
