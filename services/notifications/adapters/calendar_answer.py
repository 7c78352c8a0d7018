"""The calendar object of an answer (RFC 5546, 3.2.3 REPLY and 3.2.7 COUNTER), read line by line.

Only the few properties that an answer needs are looked at. No rule of recurrence, no alarm and no time zone of the
object is ever evaluated: these are what hostile objects are made of.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from icalendar.parser import Contentline, Parameters
from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from services.notifications.domain.answer import Answer
from services.notifications.domain.mail_reply import CalendarAnswer, NoAnswer, SetAside, UnreadableMailError

MOST_BYTES = 64_000
MOST_LINES = 200
"""Unfolded. A REPLY has some thirty with its time zone."""
_MOST_LINE = 1_000
_ANSWERS = {"ACCEPTED": Answer.ACCEPTED, "TENTATIVE": Answer.TENTATIVE, "DECLINED": Answer.DECLINED}
_METHODS = ("REPLY", "COUNTER")
_READ = ("UID", "SEQUENCE", "DTSTAMP", "ATTENDEE", "DTSTART", "DTEND")
_RECURRING = ("RECURRENCE-ID", "RRULE", "RDATE", "EXRULE", "EXDATE")
_Line = tuple[str, Parameters, str]


@dataclass
class _Event:
    """The one event's lines, as they are met."""

    methods: list[str] = field(default_factory=list)
    events: int = 0
    lines: dict[str, list[_Line]] = field(default_factory=dict)

    def one(self, name: str) -> _Line:
        """The only line of that name."""
        found = self.lines.get(name, [])
        if len(found) != 1:
            raise UnreadableMailError(SetAside.UNREADABLE)
        return found[0]


def read_answer(raw: bytes, method: str = "") -> CalendarAnswer | NoAnswer:
    """What the object says; NoAnswer for another method than the two. UnreadableMailError otherwise.

    `method` is the one that stands at the part, which must be the object's own where it is there (RFC 6047, 2.4).
    """
    if len(raw) > MOST_BYTES:
        raise UnreadableMailError(SetAside.TOO_LARGE)
    found = _gather(_unfolded(raw))
    if len(found.methods) != 1 or (method and method.upper() != found.methods[0]):
        raise UnreadableMailError(SetAside.UNREADABLE)
    if found.methods[0] not in _METHODS:
        return NoAnswer()
    if found.events != 1:
        raise UnreadableMailError(SetAside.NOT_ONE_EVENT)
    if any(name in found.lines for name in _RECURRING):
        raise UnreadableMailError(SetAside.RECURRING)
    return _answer(found, counter=found.methods[0] == "COUNTER")


def _unfolded(raw: bytes) -> list[str]:
    """Content lines. Only ASCII is compared, so bytes in another encoding may become any other signs."""
    text = raw.decode("utf-8", errors="replace").replace("\r\n", "\n").replace("\r", "\n")
    lines = text.replace("\n ", "").replace("\n\t", "").split("\n")
    if len(lines) > MOST_LINES:
        raise UnreadableMailError(SetAside.TOO_MANY_LINES)
    return [line for line in lines if line]


def _gather(lines: list[str]) -> _Event:
    found, inside = _Event(), list[str]()
    for name, line in _named(lines):
        if name == "BEGIN":
            inside.append(line.partition(":")[2].strip().upper())
            found.events += inside == ["VCALENDAR", "VEVENT"]
        elif name == "END":
            if not inside or inside.pop() != line.partition(":")[2].strip().upper():
                raise UnreadableMailError(SetAside.UNREADABLE)
        elif inside == ["VCALENDAR"] and name == "METHOD":
            found.methods.append(line.partition(":")[2].strip().upper())
        elif inside == ["VCALENDAR", "VEVENT"] and name in (*_READ, *_RECURRING):
            found.lines.setdefault(name, []).append(_parts(line))
    if inside:
        raise UnreadableMailError(SetAside.UNREADABLE)
    return found


def _named(lines: list[str]) -> Iterator[tuple[str, str]]:
    for line in lines:
        yield line.partition(":")[0].partition(";")[0].strip().upper(), line


def _parts(line: str) -> _Line:
    if len(line) > _MOST_LINE:
        raise UnreadableMailError(SetAside.UNREADABLE)
    try:
        return Contentline(line).parts()
    except ValueError:
        raise UnreadableMailError(SetAside.UNREADABLE) from None


def _answer(found: _Event, *, counter: bool) -> CalendarAnswer:
    attendees = found.lines.get("ATTENDEE", [])
    if len(attendees) != 1:
        raise UnreadableMailError(SetAside.NOT_ONE_ATTENDEE)
    _, params, address = attendees[0]
    if "SENT-BY" in params:
        raise UnreadableMailError(SetAside.FOR_SOMEBODY_ELSE)
    # Whoever asks for another time and says no more has said neither yes nor no.
    unsaid = Answer.TENTATIVE if counter else Answer.NONE
    answer = _ANSWERS.get(str(params.get("PARTSTAT", "")).upper(), unsaid)
    if answer is Answer.NONE:
        # Delegated to somebody, or no answer at all: a person has to read it.
        raise UnreadableMailError(SetAside.UNREADABLE)
    return CalendarAnswer(
        uid=found.one("UID")[2].strip(),
        sequence=_number(found),
        stamp=_instant(found.one("DTSTAMP")),
        attendee=_mailto(address),
        answer=answer,
        proposed=_proposed(found) if counter else None,
    )


def _mailto(address: str) -> str:
    scheme, separator, rest = address.strip().partition(":")
    return rest.strip().casefold() if separator and scheme.casefold() == "mailto" else ""


def _number(found: _Event) -> int:
    """SEQUENCE; 0 where it is not said (RFC 5545, 3.8.7.4)."""
    if "SEQUENCE" not in found.lines:
        return 0
    text = found.one("SEQUENCE")[2].strip()
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise UnreadableMailError(SetAside.UNREADABLE)
    return int(text)


def _proposed(found: _Event) -> tuple[datetime, datetime]:
    start, end = _instant(found.one("DTSTART")), _instant(found.one("DTEND"))
    if end <= start:
        raise UnreadableMailError(SetAside.UNREADABLE)
    return start, end


def _instant(line: _Line) -> datetime:
    """`20260324T100000Z`, or the same without Z and with the name of a zone that is known here. Never a day alone."""
    _, params, text = line
    wall, utc = text.strip().removesuffix("Z"), text.strip().endswith("Z")
    if len(wall) != 15 or not wall.isascii():
        raise UnreadableMailError(SetAside.UNREADABLE)
    try:
        zone = UTC if utc else _zone(str(params.get("TZID", "")))
        return datetime.strptime(wall, "%Y%m%dT%H%M%S").replace(tzinfo=zone).astimezone(UTC)
    except (ValueError, OverflowError, ZoneInfoNotFoundError, OSError):
        raise UnreadableMailError(SetAside.UNREADABLE) from None


def _zone(name: str) -> ZoneInfo:
    """By its IANA name or by the one that Windows has for it."""
    return ZoneInfo(WINDOWS_TO_OLSON.get(name, name))
