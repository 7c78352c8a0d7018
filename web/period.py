"""A period of days that somebody asks for: in an address, in a form, and what is wrong with it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from web.form import DateField, Needed, PageForm
from web.words import short_date


@dataclass(frozen=True)
class Period:
    """First and last day, both within."""

    first: date
    last: date

    @property
    def query(self) -> str:
        """As an address says it."""
        return urlencode({"from": self.first.isoformat(), "until": self.last.isoformat()})

    @property
    def words(self) -> str:
        """`1 Mar 2025 to 28 Feb 2026`."""
        return f"{short_date(self.first)} to {short_date(self.last)}"


class PeriodForm(PageForm):
    """Sent by GET; what it comes to stands in the address as `from` and `until`."""

    first = DateField("From", [Needed("Enter the first day")])
    last = DateField("Until", [Needed("Enter the last day")])

    def period(self, today: date, most_months: int = 0) -> Period | None:
        """The period; None, and faults beside the fields, where it is none. No limit where `most_months` is 0."""
        if not self.validate() or not self.first.data or not self.last.data:
            return None
        found = Period(self.first.data, self.last.data)
        if found.last < found.first:
            self.refuse("Until must not be before the first day", "last")
        elif found.last > today:
            self.refuse("Until must not be in the future: what has not happened cannot be counted", "last")
        elif most_months and months_between(found.first, found.last) >= most_months:
            self.refuse(f"The period must be {most_months} months or shorter", "last")
        return None if self.faults else found


def is_sent(query: Mapping[str, str]) -> bool:
    """Whether an address is a form's, to be led on to what it comes to."""
    return any(name.startswith(("first-", "last-")) for name in query)


def days_of(query: Mapping[str, str], usual: Period) -> dict[str, Any]:
    """The days of an address, for a form; the usual ones where it names none, or none that are days."""
    try:
        return {"first": date.fromisoformat(query["from"]), "last": date.fromisoformat(query["until"])}
    except (KeyError, ValueError):
        return {"first": usual.first, "last": usual.last}


def last_full_months(today: date, months: int) -> Period:
    """So many whole months, up to the end of the last one."""
    end = today.replace(day=1)
    begin = end.year * 12 + end.month - 1 - months
    return Period(date(begin // 12, begin % 12 + 1, 1), end - timedelta(days=1))


def months_between(first: date, last: date) -> int:
    """From the first day's month to the last day's."""
    return (last.year - first.year) * 12 + last.month - first.month
