"""Holds what Graph is asked and what it answers to Microsoft's own model: the oracle of the tests."""

import re

from emulators.graph.body_schema import action_validator, entity_validator, faults_of

_ENTITIES = {
    "calendar": re.compile(r"/calendars$"),
    "event": re.compile(r"/(events|calendarView)(/|$)"),
    "scheduleInformation": re.compile(r"/(microsoft\.graph\.)?getSchedule$"),
    "subscription": re.compile(r"^/v1\.0/subscriptions(/|$)"),
    "room": re.compile(r"^/v1\.0/places/"),
}
_MESSAGE = re.compile(r"/messages/[^/]+$")
_ACTIONS = {
    "cancel": re.compile(r"/events/[^/]+/cancel$"),
    "getSchedule": _ENTITIES["scheduleInformation"],
    "reauthorize": re.compile(r"/reauthorize$"),
}


class OutsideTheModelError(Exception):
    """An answer that the model does not know. No AssertionError: no drill may pass for noticed by it."""


def hold_answer(path: str, answer: dict[str, object]) -> None:
    """Raises OutsideTheModelError with every fault of a successful answer."""
    if faults := faults_of_answer(path, answer):
        raise OutsideTheModelError("; ".join(faults))


def faults_of_answer(path: str, answer: dict[str, object]) -> list[str]:
    """What in a successful answer is not of the model: where, and what. `path` is Graph's, without a query."""
    kind = _named(_ENTITIES, path)
    if kind is None:
        return []
    rows = answer.get("value", answer)
    validator = entity_validator(kind)
    return [fault for row in (rows if isinstance(rows, list) else [rows]) for fault in faults_of(validator, row)]


def faults_of_request(path: str, body: object) -> list[str]:
    """What in a request's body is not of the model; in a batch, in any of its requests."""
    if path == "/v1.0/$batch":
        rows = body.get("requests", []) if isinstance(body, dict) else []
        inner = ((f"/v1.0{row['url'].partition('?')[0]}", row.get("body")) for row in rows)
        return [fault for where, sent in inner for fault in faults_of_request(where, sent)]
    if body is None:
        return []
    if _MESSAGE.search(path):
        # Mail is no part of the model that is kept here.
        return [] if isinstance(body, dict) and set(body) == {"isRead"} else [f"more than isRead was sent to {path}"]
    action, kind = _named(_ACTIONS, path), _named(_ENTITIES, path)
    if action is not None:
        return faults_of(action_validator(action), body)
    return faults_of(entity_validator(kind), body) if kind else [f"a body was sent to {path}"]


def _named(patterns: dict[str, re.Pattern[str]], path: str) -> str | None:
    return next((name for name, pattern in patterns.items() if pattern.search(path)), None)
