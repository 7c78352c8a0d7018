"""When people outside the council are left alone: at night, on Sundays and on bank holidays."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from rulebook.working_days import WorkingDays

LONDON = ZoneInfo("Europe/London")
_OPENS, _CLOSES = time(8), time(20)


def next_allowed(now: datetime, calendar: WorkingDays) -> datetime:
    """`now` where a message may go, else the next time at which one may; an aware instant."""
    here = now.astimezone(LONDON)
    day = here.date() if here.time() < _CLOSES else here.date() + timedelta(days=1)
    first = day
    while day.isoweekday() == 7 or day in calendar.bank_holidays:
        day += timedelta(days=1)
    if day == first == here.date() and here.time() >= _OPENS:
        return now
    return datetime.combine(day, _OPENS, LONDON)
