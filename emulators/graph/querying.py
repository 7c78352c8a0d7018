"""The OData query options that callers of calendars need; any other is refused instead of ignored."""

import re
from collections.abc import Callable, Iterable, Mapping

from emulators.graph.drills import Drill, Drills
from emulators.graph.errors import invalid
from emulators.graph.event_record import EventRecord
from emulators.graph.rendering import Preferences, pick, render

_EXTENDED = re.compile(
    r"singleValueExtendedProperties/any\(\s*(\w+)\s*:\s*\1/id\s+eq\s+'((?:[^']|'')+)'\s+and\s+"
    r"\1/value\s+eq\s+'((?:[^']|'')*)'\s*\)",
    re.IGNORECASE,
)
_EQUALS = re.compile(r"(iCalUId|transactionId|subject)\s+eq\s+'((?:[^']|'')*)'")
_EXPAND = re.compile(
    r"singleValueExtendedProperties\(\$filter=((?:\s*(?:or\s+)?id\s+eq\s+'(?:[^']|'')+')+)\s*\)",
    re.IGNORECASE,
)
_KNOWN = {
    "$filter",
    "$select",
    "$expand",
    "$top",
    "$skip",
    "$orderby",
    "$count",
    "startDateTime",
    "endDateTime",
}
_DEFAULT_PAGE = 10
_MOST = 1000


def check_options(query: Mapping[str, str], known: Iterable[str] = _KNOWN) -> None:
    """400 for an option that is not emulated here."""
    unknown = sorted(set(query) - set(known))
    if unknown:
        raise invalid(f"The query parameter '{unknown[0]}' is not supported here.", "ErrorInvalidUrlQuery")


def matcher(query: Mapping[str, str], drills: Drills) -> Callable[[EventRecord], bool]:
    """The test that $filter stands for."""
    text = query.get("$filter", "").strip()
    if not text:
        return lambda event: True
    if found := _EXTENDED.fullmatch(text):
        name, value = found[2].replace("''", "'"), found[3].replace("''", "'")
        return lambda event: event.extended.get(name) == value
    found = _EQUALS.fullmatch(text)
    refused = found is not None and found[1] == "transactionId" and Drill.TRANSACTION_ID_FILTER_REFUSED in drills
    if found is None or refused:
        raise invalid("The filter expression is not supported.", "ErrorInvalidUrlQueryFilter")
    field, wanted = found[1], found[2].replace("''", "'")
    return lambda event: (
        {
            "iCalUId": event.ical_uid,
            "transactionId": event.transaction_id,
            "subject": event.subject,
        }[field]
        == wanted
    )


def _expanded(event: EventRecord, query: Mapping[str, str]) -> dict[str, object]:
    if "$expand" not in query:
        return {}
    found = _EXPAND.fullmatch(query["$expand"].strip())
    if found is None:
        raise invalid("Only singleValueExtendedProperties($filter=id eq '…') can be expanded.", "ErrorInvalidUrlQuery")
    wanted = [name.replace("''", "'") for name in re.findall(r"id\s+eq\s+'((?:[^']|'')+)'", found[1], re.IGNORECASE)]
    rows = [{"id": name, "value": event.extended[name]} for name in wanted if name in event.extended]
    return {"singleValueExtendedProperties": rows} if rows else {}


def shape(event: EventRecord, query: Mapping[str, str], prefer: Preferences) -> dict[str, object]:
    """One event as the query's $select and $expand want it."""
    return {**pick(render(event, prefer), query), **_expanded(event, query)}


def _whole(query: Mapping[str, str], name: str, default: int) -> int:
    text = query.get(name, str(default))
    if not text.isdigit():
        raise invalid(f"{name} must be a whole number.", "ErrorInvalidUrlQuery")
    return int(text)


def page(
    events: list[EventRecord], query: Mapping[str, str], prefer: Preferences
) -> tuple[list[dict[str, object]], int | None]:
    """The rows of this page, and the $skip of the next one or None."""
    order = query.get("$orderby", "start/dateTime").split()
    if order[0] != "start/dateTime" or order[1:] not in ([], ["asc"], ["desc"]):
        raise invalid("Only $orderby=start/dateTime is supported.", "ErrorInvalidUrlQuery")
    events = sorted(events, key=lambda event: (event.start, event.id), reverse=order[1:] == ["desc"])
    skip, top = _whole(query, "$skip", 0), _whole(query, "$top", prefer.page_size or _DEFAULT_PAGE)
    if not 0 < top <= _MOST:
        raise invalid(f"$top must be from 1 to {_MOST}.", "ErrorInvalidUrlQuery")
    rows = [shape(event, query, prefer) for event in events[skip : skip + top]]
    return rows, (skip + top if skip + top < len(events) else None)
