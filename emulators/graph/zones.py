"""Graph's `dateTimeTimeZone`: wall time with seven fractional digits, and a Windows or IANA zone name."""

import re
from datetime import UTC, datetime
from typing import TypedDict
from zoneinfo import ZoneInfo, available_timezones

from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from emulators.graph.errors import invalid

_FRACTION = re.compile(r"\.(\d{6})\d+")
_IANA = available_timezones()


class ZonedTime(TypedDict):
    """The wire shape."""

    dateTime: str
    timeZone: str


def is_windows(name: str) -> bool:
    """Whether it is a Windows zone's name and not an IANA one."""
    return name in WINDOWS_TO_OLSON and name not in _IANA


def _olson(name: str) -> str:
    return WINDOWS_TO_OLSON.get(name, "UTC" if name in {"tzone://Microsoft/Utc", "utc"} else name)


def is_known(name: str) -> bool:
    """Whether it is a zone's name at all."""
    return _olson(name) in _IANA


def zone(name: str) -> ZoneInfo:
    """The zone of that Windows or IANA name; 400 where nobody knows it."""
    if not is_known(name):
        raise invalid(
            f"A valid TimeZone value must be specified. '{name}' is not known.",
            "TimeZoneNotSupportedException",
        )
    return ZoneInfo(_olson(name))


def instant(text: str, assumed: ZoneInfo | None = None) -> datetime:
    """An ISO 8601 time as an instant; `assumed` applies where it has no offset of its own."""
    try:
        parsed = datetime.fromisoformat(_FRACTION.sub(r".\1", text))
    except ValueError:
        raise invalid(f"'{text}' is not a date and time.", "ErrorInvalidRequest") from None
    if parsed.tzinfo is None:
        parsed = parsed.replace(tzinfo=assumed or UTC)
    return parsed.astimezone(UTC)


def read(value: object, name: str) -> tuple[datetime, str]:
    """The instant and the zone's name of a `dateTimeTimeZone`; 400 where it is not one."""
    if not isinstance(value, dict) or not isinstance(value.get("dateTime"), str):
        raise invalid(f"'{name}' needs dateTime and timeZone.", "ErrorPropertyValidationFailure")
    zone_name = value.get("timeZone") or "UTC"
    return instant(value["dateTime"], zone(zone_name)), zone_name


def shown(moment: datetime, zone_name: str) -> ZonedTime:
    """The wire shape of an instant in that zone."""
    local = moment.astimezone(zone(zone_name))
    return {"dateTime": local.strftime("%Y-%m-%dT%H:%M:%S.%f") + "0", "timeZone": zone_name}


def stamp(moment: datetime) -> str:
    """An Edm.DateTimeOffset in UTC."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f") + "0Z"
