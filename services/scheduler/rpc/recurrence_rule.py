"""A recurrence rule of RFC 5545 (section 3.3.10), read into days. No rule leaves the system: each day is a meeting.

What a body cannot sit by is refused before the library sees it, and so is what the library would look for in vain:
it goes on to the year 9999 for a rule that never matches.
"""

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice, takewhile

from dateutil.rrule import rrulestr

from services.scheduler.domain.meeting import LONDON
from services.scheduler.domain.series_dates import LONGEST_SERIES_DAYS, MOST_SITTINGS

LONGEST_TEXT = 200
_DAY = "(?:MO|TU|WE|TH|FR|SA|SU)"
_NUMBERED_DAY = f"(?:[+-]?[1-5])?{_DAY}"
_DAY_OF_MONTH = "[+-]?(?:[1-9]|[12][0-9]|3[01])"
# What each part may look like, and how that is said.
_FORMS = {
    "FREQ": ("DAILY|WEEKLY|MONTHLY|YEARLY", "must be DAILY, WEEKLY, MONTHLY or YEARLY"),
    "INTERVAL": ("[1-9][0-9]{0,2}", "must be a number from 1"),
    "COUNT": ("[0-9]+", "must be a number"),
    "UNTIL": (r"\d{8}(?:T\d{6}Z)?", "must be a day such as 20271231, or an instant such as 20271231T235959Z"),
    "BYDAY": (f"{_NUMBERED_DAY}(?:,{_NUMBERED_DAY})*", "must be days such as FR, 2TU (the second Tuesday) or -1TH"),
    "BYMONTHDAY": (f"{_DAY_OF_MONTH}(?:,{_DAY_OF_MONTH})*", "must be days of the month, 1 to 31"),
    "BYSETPOS": ("[+-]?[1-5]", "must be one place, 1 to 5 or -1 to -5"),
    "WKST": (_DAY, "must be a weekday such as MO"),
}
# The longest interval, and which parts may narrow it: what is left matches again and again.
_MAY_NARROW = {
    "DAILY": (366, frozenset[str]()),
    "WEEKLY": (52, frozenset({"BYDAY"})),
    "MONTHLY": (12, frozenset({"BYDAY", "BYMONTHDAY", "BYSETPOS"})),
    "YEARLY": (2, frozenset[str]()),
}
_NARROWING = ("BYDAY", "BYMONTHDAY", "BYSETPOS")


class RuleRefused(ValueError):
    """`faults`: everything that is wrong with the rule, each with what would be right."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("the rule is refused")
        self.faults = faults


def days_of(text: str, first: date, local_start: time) -> tuple[date, ...]:
    """The days of the rule on or after `first`, where they begin at that wall time in London. RuleRefused."""
    parts = _read(text)
    faults = _faults_of(parts)
    if faults:
        raise RuleRefused(faults)
    last = first + timedelta(days=LONGEST_SERIES_DAYS)
    until = _until(parts)
    if until and until.date() > last:
        raise RuleRefused([f"UNTIL lies after {last}, two years from the first day"])
    days = _days(parts, datetime.combine(first, local_start), last)
    kept = [day for day in days if not until or day <= until]
    _check_days(parts, kept, last)
    return tuple(day.date() for day in kept)


def _read(text: str) -> dict[str, str]:
    """Part to value. RuleRefused where it is no rule at all."""
    if len(text) > LONGEST_TEXT:
        raise RuleRefused([f"is {len(text)} characters long; at most {LONGEST_TEXT} are allowed"])
    pairs = [pair.split("=") for pair in text.strip().upper().removeprefix("RRULE:").split(";")]
    if any(len(pair) != 2 for pair in pairs):
        raise RuleRefused(["must be parts such as FREQ=WEEKLY;INTERVAL=2;COUNT=13"])
    names = [name for name, _ in pairs]
    doubled = sorted({name for name in names if names.count(name) > 1} & set(_FORMS))
    if doubled:
        raise RuleRefused([f"gives {', '.join(doubled)} twice"])
    return {name: value for name, value in pairs}


def _faults_of(parts: dict[str, str]) -> list[str]:
    unknown = sorted(set(parts) - set(_FORMS))
    faults = [f"holds a part that no body sits by; there are {', '.join(_FORMS)}"] if unknown else []
    faults += [
        f"{name} {says}"
        for name, (form, says) in _FORMS.items()
        if not re.fullmatch(form, parts.get(name, ""), re.A) and name in parts
    ]
    if "FREQ" not in parts:
        faults.append("FREQ is required")
    if ("COUNT" in parts) == ("UNTIL" in parts):
        faults.append("needs an end: either COUNT or UNTIL")
    return faults or _faults_together(parts)


def _faults_together(parts: dict[str, str]) -> list[str]:
    """Of parts that are right one by one."""
    faults = []
    longest, may_narrow = _MAY_NARROW[parts["FREQ"]]
    if int(parts.get("INTERVAL", "1")) > longest:
        faults.append(f"INTERVAL must lie between 1 and {longest} with {parts['FREQ']}")
    if not 1 <= int(parts.get("COUNT", "1")[:9]) <= MOST_SITTINGS:
        faults.append(f"COUNT must lie between 1 and {MOST_SITTINGS}")
    faults += [f"{name} does not go with {parts['FREQ']}" for name in _NARROWING if name in parts.keys() - may_narrow]
    if parts["FREQ"] == "WEEKLY" and re.search(r"\d", parts.get("BYDAY", "")):
        faults.append("BYDAY must be weekdays alone with WEEKLY, such as MO")
    numbered = re.search(r"\d", parts.get("BYDAY", ""))
    if "BYSETPOS" in parts and ("BYDAY" not in parts or numbered):
        faults.append("BYSETPOS needs BYDAY with weekdays alone")
    if "BYMONTHDAY" in parts and "BYDAY" in parts:
        faults.append("takes either BYDAY or BYMONTHDAY")
    try:
        _until(parts)
    except (ValueError, OverflowError):
        faults.append("UNTIL is no day of the calendar")
    return faults


def _until(parts: dict[str, str]) -> datetime | None:
    """The last moment, as wall time in London; a day counts to its end. ValueError for no day of the calendar."""
    text = parts.get("UNTIL")
    if text is None:
        return None
    if "T" not in text:
        return datetime.combine(date.fromisoformat(text), time.max)
    instant = datetime.strptime(text, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    return instant.astimezone(LONDON).replace(tzinfo=None)


def _days(parts: dict[str, str], start: datetime, last: date) -> list[datetime]:
    """One more than may be, so that too many are seen."""
    ends_apart = ";".join(f"{name}={value}" for name, value in parts.items() if name != "UNTIL")
    found = takewhile(lambda day: day.date() <= last, rrulestr(ends_apart, dtstart=start))
    return list(islice(found, MOST_SITTINGS + 1))


def _check_days(parts: dict[str, str], kept: Sequence[datetime], last: date) -> None:
    if not kept:
        raise RuleRefused(["gives no day: look at the first day and the end"])
    if len(kept) > MOST_SITTINGS:
        raise RuleRefused([f"gives more than {MOST_SITTINGS} sittings: choose an earlier end"])
    if len(kept) < int(parts.get("COUNT", "0")):
        raise RuleRefused([f"reaches beyond {last}, two years from the first day: choose fewer sittings"])
