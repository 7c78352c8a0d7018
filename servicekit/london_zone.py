"""The VTIMEZONE of Europe/London, kept by hand: two rules that have held since 1996 and have no end.

Source: the Summer Time Order 2002 (from the last Sunday of March to the last Sunday of October, both at 01:00 GMT). A
VTIMEZONE that is computed from a table ends where the table ends; this one does not.
"""

from datetime import datetime
from zoneinfo import ZoneInfo

from icalendar import Timezone

LONDON = ZoneInfo("Europe/London")

_LONDON = """\
BEGIN:VTIMEZONE
TZID:Europe/London
BEGIN:DAYLIGHT
TZNAME:BST
DTSTART:19960331T010000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
TZOFFSETFROM:+0000
TZOFFSETTO:+0100
END:DAYLIGHT
BEGIN:STANDARD
TZNAME:GMT
DTSTART:19961027T020000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
TZOFFSETFROM:+0100
TZOFFSETTO:+0000
END:STANDARD
END:VTIMEZONE
"""


def london() -> Timezone:
    """A new VTIMEZONE component."""
    component = Timezone.from_ical(_LONDON.replace("\n", "\r\n"))
    assert isinstance(component, Timezone)
    return component


def is_plain_in_london(moment: datetime) -> bool:
    """Whether the wall time in London names this one instant; not so in the hour that October has twice."""
    local = moment.astimezone(LONDON)
    return local.replace(fold=0).utcoffset() == local.replace(fold=1).utcoffset()
