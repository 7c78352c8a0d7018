"""Faults that are armed from outside and used up by requests. A restart disarms all."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from enum import StrEnum


class FaultKind(StrEnum):
    """What can go wrong; README.md says what each does."""

    DOWN = "down"
    ENTRA_DOWN = "entra_down"
    THROTTLE = "throttle"
    SLOW = "slow"
    TIMEOUT = "timeout"
    LOST_REPLY = "lost_reply"
    ERROR = "error"
    TOKEN_EXPIRED = "token_expired"  # noqa: S105 - a fault's name
    CONCURRENT_ITEM_SAVE = "concurrent_item_save"
    SPURIOUS_CONFLICT = "spurious_conflict"
    OVERLAPPING_WRITE = "overlapping_write"
    SYNC_STATE_NOT_FOUND = "sync_state_not_found"
    EMPTY_PAGE = "empty_page"
    REPLAY = "replay"
    TOLD_AGAIN = "told_again"
    DELTA_LAG = "delta_lag"
    NOTIFICATION_LOST = "notification_lost"
    NOTIFICATION_LATE = "notification_late"
    NOTIFICATION_REPEATED = "notification_repeated"
    NOTIFICATION_REORDERED = "notification_reordered"
    NOTIFICATION_WRONG_STATE = "notification_wrong_state"
    NOTIFICATION_HELD = "notification_held"


OPERATIONS = frozenset(
    {"create", "read", "update", "cancel", "delete", "list", "delta", "schedule", "subscription", "batch", "mark"}
)


@dataclass(slots=True)
class Fault:
    """One armed fault.

    `times` None lasts until cleared; `operation` None hits any; the rest is as the kind needs it.
    """

    fault: FaultKind
    times: int | None = 1
    operation: str | None = None
    seconds: float = 1.0
    status: int = 0
    mode: str = "drop"
    copies: int = 2


class FaultError(ValueError):
    """An order that cannot be armed; the text says every reason."""


def _parsed(order: object) -> Fault:
    if not isinstance(order, dict):
        raise FaultError('each fault is an object such as {"fault": "down"}')
    wrong = [f"unknown field {name}" for name in order if name not in Fault.__slots__]
    kind, times = order.get("fault"), order.get("times", None if order.get("fault") in _LASTING else 1)
    if kind not in list(FaultKind):
        wrong.append(f"fault must be one of {', '.join(FaultKind)}")
    if times is not None and (not isinstance(times, int) or times < 1):
        wrong.append("times must be a whole number above 0, or null")
    if order.get("operation") is not None and order["operation"] not in OPERATIONS:
        wrong.append(f"operation must be one of {', '.join(sorted(OPERATIONS))}")
    if order.get("mode", "drop") not in {"drop", "504"}:
        wrong.append("mode must be drop or 504")
    if not isinstance(order.get("seconds", 1.0), int | float) or not isinstance(order.get("status", 0), int):
        wrong.append("seconds must be a number and status a whole number")
    if order.get("copies", 2) not in (1, 2, 3, 4):
        wrong.append("copies must be from 1 to 4")
    if wrong:
        raise FaultError("; ".join(wrong))
    return Fault(**{**order, "fault": FaultKind(str(kind)), "times": times})


_LASTING = {
    FaultKind.DOWN,
    FaultKind.ENTRA_DOWN,
    FaultKind.SLOW,
    FaultKind.DELTA_LAG,
    FaultKind.NOTIFICATION_HELD,
}


class Faults:
    """The faults armed now."""

    def __init__(self) -> None:
        self._armed: list[Fault] = []

    def order(self, wanted: dict[str, object]) -> None:
        """Clear first (`clear`: true or names), then arm (`arm`: list); FaultError changes nothing."""
        clear, arm = wanted.get("clear", False), wanted.get("arm", [])
        if set(wanted) - {"clear", "arm"} or not isinstance(arm, list) or not isinstance(clear, bool | list):
            raise FaultError('send {"clear": true or [names], "arm": [faults]}')
        new = [_parsed(order) for order in arm]
        gone = set(FaultKind) if clear is True else set(clear or [])
        self._armed = [fault for fault in self._armed if fault.fault not in gone] + new

    def take(
        self, kind: FaultKind, operation: str | None = None, fits: Callable[[Fault], bool] = lambda fault: True
    ) -> Fault | None:
        """The armed fault of that kind that fits; one use of it is gone."""
        for fault in self._armed:
            if fault.fault is kind and fault.operation in (None, operation) and fits(fault):
                if fault.times is not None:
                    fault.times -= 1
                    self._armed = [f for f in self._armed if f.times is None or f.times > 0]
                return fault
        return None

    def armed(self, kind: FaultKind) -> Fault | None:
        """The first armed fault of that kind; none is used up."""
        return next((fault for fault in self._armed if fault.fault is kind), None)

    def shown(self) -> list[dict[str, object]]:
        """What is armed."""
        return [asdict(fault) for fault in self._armed]
