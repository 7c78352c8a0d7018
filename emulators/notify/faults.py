"""What goes wrong on order: armed by the control endpoint, used up call by call."""

from dataclasses import dataclass
from enum import StrEnum

OPERATIONS = ("send", "read", "list")


class FaultKind(StrEnum):
    """`down` and `error` do nothing and answer 503 or 500; `timeout` waits, then cuts, with nothing done; `lost_reply`
    does it and then cuts; `slow` waits and does it, also where nobody waits for it any more; `rate_limit` and
    `day_limit` answer 429.
    """

    DOWN = "down"
    ERROR = "error"
    TIMEOUT = "timeout"
    LOST_REPLY = "lost_reply"
    SLOW = "slow"
    RATE_LIMIT = "rate_limit"
    DAY_LIMIT = "day_limit"


class FaultError(ValueError):
    """An order that cannot be understood."""


@dataclass
class Armed:
    """`times` None holds until it is cleared; `seconds` is how long `timeout` and `slow` wait."""

    kind: FaultKind
    operation: str
    times: int | None
    seconds: float


class Faults:
    """The armed faults, in the order in which they were armed. Forgotten at the end of the process."""

    def __init__(self) -> None:
        self._armed: list[Armed] = []

    def order(self, body: dict[str, object]) -> None:
        """`{"clear": true, "arm": [{"fault", "operation"?, "times"?, "seconds"?}]}`. FaultError where it is not."""
        wanted = body.get("arm", [])
        if not isinstance(wanted, list) or set(body) - {"clear", "arm"}:
            raise FaultError('send {"clear": true, "arm": [{"fault": …}]}')
        armed = [_read(one) for one in wanted]
        self._armed = ([] if body.get("clear") else self._armed) + armed

    def take(self, operation: str) -> Armed | None:
        """The first fault that holds for this call, used up once."""
        for one in self._armed:
            if one.operation in ("", operation):
                if one.times is not None:
                    one.times -= 1
                self._armed = [left for left in self._armed if left.times != 0]
                return one
        return None

    def shown(self) -> list[dict[str, object]]:
        """What is armed."""
        return [
            {"fault": one.kind.value, "operation": one.operation, "times": one.times, "seconds": one.seconds}
            for one in self._armed
        ]


def _read(order: object) -> Armed:
    if not isinstance(order, dict) or set(order) - {"fault", "operation", "times", "seconds"}:
        raise FaultError("a fault has the fields fault, operation, times and seconds")
    kind, operation, times = order.get("fault"), order.get("operation", ""), order.get("times", 1)
    if kind not in list(FaultKind):
        raise FaultError(f"fault must be one of {', '.join(FaultKind)}")
    if operation not in ("", *OPERATIONS):
        raise FaultError(f"operation must be one of {', '.join(OPERATIONS)}")
    if times is not None and (not isinstance(times, int) or times < 1):
        raise FaultError("times must be a whole number from 1, or null")
    return Armed(FaultKind(kind), operation, times, float(order.get("seconds", 0.0)))
