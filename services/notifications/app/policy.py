"""Asking the service's own policies."""

from functools import cache
from pathlib import Path

from servicekit.caller import Caller
from servicekit.policy import Policies

_FILE = Path(__file__).with_name("policy.cedar")


@cache
def _policies() -> Policies:
    return Policies.parse(_FILE.read_text(encoding="utf-8"))


def policy_version() -> str:
    """For audit rows."""
    return _policies().version


def may(caller: Caller, action: str, *, restricted: bool = False) -> bool:
    """Whether the caller may; `restricted` says that a second person must look at what leaves."""
    resource: dict[str, object] = {"council": caller.council, "restricted": restricted}
    return _policies().may(caller, action, resource, resource_type="Meeting")
