"""Graph's `dateTimeTimeZone` and `DateTimeOffset`: wall time with up to seven fractional digits, and a zone's name."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

_FRACTION = re.compile(r"(\.\d{1,6})\d*")
_NEVER_BEFORE = datetime(1900, 1, 1, tzinfo=UTC)
_UTC_NAMES = frozenset({"", "UTC", "utc", "tzone://Microsoft/Utc"})


def written(moment: datetime, time_zone: str) -> dict[str, str]:
    """The instant as wall time of the zone, to the second; in UTC in the hour that a zone's clocks go through twice."""
    local = moment.astimezone(ZoneInfo(time_zone))
    if _is_ambiguous(local):
        local, time_zone = moment.astimezone(UTC), "UTC"
    return {"dateTime": local.strftime("%Y-%m-%dT%H:%M:%S"), "timeZone": time_zone}


def stamped(moment: datetime) -> str:
    """The instant as a `DateTimeOffset`, to the second."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def read(value: object) -> datetime:
    """The instant of a `dateTimeTimeZone`; ValueError where it is not one."""
    if not isinstance(value, Mapping) or not isinstance(value.get("dateTime"), str):
        raise ValueError("not a dateTimeTimeZone")
    return _parsed(value["dateTime"], _zone(value.get("timeZone"))).astimezone(UTC)


def read_offset(value: object) -> datetime | None:
    """The instant of a `DateTimeOffset`; None for nothing, and for the year 1 that Graph writes for never."""
    if not isinstance(value, str):
        return None
    try:
        found = _parsed(value, None).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return found if found > _NEVER_BEFORE else None


def _parsed(text: str, zone: ZoneInfo | None) -> datetime:
    found = datetime.fromisoformat(_FRACTION.sub(r"\1", text))
    return found if found.tzinfo else found.replace(tzinfo=zone or UTC)


def _zone(name: object) -> ZoneInfo:
    if not isinstance(name, str) or name in _UTC_NAMES:
        return ZoneInfo("UTC")
    try:
        return ZoneInfo(WINDOWS_TO_OLSON.get(name, name))
    except (KeyError, OSError):
        raise ValueError("a time zone that is not known") from None


def _is_ambiguous(local: datetime) -> bool:
    """Wall times in the gap of spring have two offsets too, but no instant is ever shown as one."""
    return local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()
