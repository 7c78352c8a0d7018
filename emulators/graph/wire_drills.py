"""Drills of the wire's form: they spoil what comes in or goes out; the rest of the emulator knows nothing of them."""

import json
import re
from dataclasses import replace

from emulators.graph.drills import Drill, Drills
from emulators.graph.errors import GraphError, invalid
from emulators.graph.rendering import Preferences
from emulators.graph.zones import is_known, is_windows

_SEVENTH_DIGIT = re.compile(r'(T\d\d:\d\d:\d\d\.\d{6})0"')
_LONG_FORM = re.compile(r"\(\)|/(microsoft\.)?graph\.")


def refuse_form(path: str, drills: Drills) -> None:
    """404 for the long names of functions and types."""
    if Drill.FUNCTION_FORMS_REFUSED in drills and _LONG_FORM.search(path):
        raise GraphError(404, "UnknownError", "Resource not found for the segment.")


def spoil_preferences(prefer: Preferences, drills: Drills) -> Preferences:
    """Other defaults than Graph's, or a deaf ear."""
    asked = "outlook.timezone" in prefer.applied
    if Drill.TIME_ZONE_PREFERENCE_IGNORED in drills:
        prefer = replace(prefer, zone_name="UTC", applied="")
    if Drill.TIMES_DEFAULT_LONDON in drills and not asked:
        prefer = replace(prefer, zone_name="Europe/London")
    return replace(prefer, immutable_ids=prefer.immutable_ids or Drill.IDS_ALWAYS_IMMUTABLE in drills)


def spoil_body(body: object, drills: Drills) -> object:
    """The request as a pickier or laxer service would take it."""
    if Drill.PASCAL_CASE_REFUSED in drills and isinstance(body, dict) and any(name[:1].isupper() for name in body):
        raise invalid("The parameter is not known to the action.", "RequestBodyRead")
    zones = Drill.WINDOWS_ZONES_REFUSED in drills or Drill.UNKNOWN_ZONE_IS_UTC in drills
    return _with_zones(body, drills) if zones else body


def _with_zones(value: object, drills: Drills) -> object:
    if isinstance(value, list):
        return [_with_zones(row, drills) for row in value]
    if not isinstance(value, dict):
        return value
    zone = value.get("timeZone")
    if Drill.WINDOWS_ZONES_REFUSED in drills and isinstance(zone, str) and is_windows(zone):
        raise invalid("A valid TimeZone value must be specified.", "TimeZoneNotSupportedException")
    if Drill.UNKNOWN_ZONE_IS_UTC in drills and isinstance(zone, str) and not is_known(zone):
        return {**value, "timeZone": "UTC"}
    return {name: _with_zones(inner, drills) for name, inner in value.items()}


def spoil_status(status: int, drills: Drills) -> int:
    """Of an answer that is no error."""
    return 200 if Drill.WRITES_ANSWER_200 in drills else status


def spoil_payload(payload: dict[str, object], drills: Drills) -> dict[str, object]:
    """Of an answer that is no error."""
    if Drill.CONTEXT_ABSENT in drills:
        payload = {name: value for name, value in payload.items() if name != "@odata.context"}
    if Drill.ETAG_WITHOUT_CHANGE_KEY in drills and "@odata.etag" in payload:
        payload = {**payload, "@odata.etag": 'W/"1"'}
    if Drill.SIX_FRACTION_DIGITS in drills:
        payload = dict(json.loads(_SEVENTH_DIGIT.sub(r'\1"', json.dumps(payload))))
    return payload


def spoil_error(error: dict[str, object], drills: Drills) -> dict[str, object]:
    """The object under `error`."""
    if Drill.ERROR_BODY_BARE in drills:
        return {name: value for name, value in error.items() if name != "innerError"}
    return error
