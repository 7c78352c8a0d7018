"""Logs: one JSON line per event, keys from an allow-list, ids and resource names only."""

import logging
import sys
from collections.abc import MutableMapping
from typing import cast

import structlog

from servicekit.call import current_call
from servicekit.caller import caller_if_any

_KIT_KEYS = frozenset(
    {
        "event",
        "level",
        "timestamp",
        "service",
        "environment",
        "request_id",
        "rpc",
        "council",
        "council_id",
        "actor_id",
        "code",
        "reason",
        "seconds",
        "error_id",
        "error_type",
        "where",
        "worker",
        "attempts",
        "retry_seconds",
        "producer",
        "aggregate",
        "event_id",
        "position",
        "kind",
        "key",
        "port",
        "address",
        "count",
        "dropped_keys",
        "logger",
        "state",
        "signal",
        "database",
        "migration",
    }
)
_allowed: set[str] = set(_KIT_KEYS)
_dropped = 0


class LogKeyError(KeyError):
    """A key that is not on the allow-list; raised outside production so that tests find it."""


def get_logger() -> structlog.typing.FilteringBoundLogger:
    """A logger: `log.info("meeting booked", meeting=name)`. No f-strings, no free text in values."""
    return cast("structlog.typing.FilteringBoundLogger", structlog.get_logger())


def allow_keys(*keys: str) -> None:
    """Add a service's own keys. Each must hold ids, codes, counts or resource names."""
    _allowed.update(keys)


def dropped_keys() -> int:
    """How many values were kept out of the log since the start; belongs on a dashboard."""
    return _dropped


def configure(service: str, environment: str) -> None:
    """Set up structlog and the standard library's logging for this process."""
    strict = environment != "production"
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _add_call(service),
            _keep_allowed(strict),
            structlog.processors.JSONRenderer(sort_keys=True),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stdout),
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        cache_logger_on_first_use=False,
    )
    root = logging.getLogger()
    root.handlers[:] = [_LibraryHandler()]
    root.setLevel(logging.WARNING)


class _LibraryHandler(logging.Handler):
    """Says that a library complained, not what it said: such texts may quote data."""

    def emit(self, record: logging.LogRecord) -> None:
        where = f"{record.module}:{record.lineno}"
        get_logger().warning("library log", logger=record.name, state=record.levelname, where=where)


def _add_call(service: str) -> structlog.typing.Processor:
    def add(_: object, __: str, event: MutableMapping[str, object]) -> MutableMapping[str, object]:
        event.setdefault("service", service)
        call = current_call()
        caller = call.caller if call and call.caller else caller_if_any()
        if call:
            event.setdefault("request_id", call.request_id)
            event.setdefault("rpc", call.rpc)
        if caller:
            event.setdefault("council", caller.council)
            event.setdefault("actor_id", caller.name_for_log)
        return event

    return cast("structlog.typing.Processor", add)


def _keep_allowed(strict: bool) -> structlog.typing.Processor:
    def keep(_: object, __: str, event: MutableMapping[str, object]) -> MutableMapping[str, object]:
        global _dropped
        unknown = sorted(key for key in event if key not in _allowed)
        if unknown and strict:
            raise LogKeyError(f"log keys not on the allow-list: {', '.join(unknown)}; see servicekit.log.allow_keys")
        for key in unknown:
            del event[key]
        if unknown:
            _dropped += len(unknown)
            event["dropped_keys"] = len(unknown)
        return event

    return cast("structlog.typing.Processor", keep)
