"""Who may do what: the Cedar text beside this file, parsed once."""

from pathlib import Path

from servicekit.caller import Caller
from servicekit.errors import PermissionDenied
from servicekit.policy import Policies

POLICIES = Policies.parse((Path(__file__).parent / "policy.cedar").read_text(encoding="utf-8"))


def may(caller: Caller, action: str, *, sitting: bool = False) -> bool:
    """Whether the caller's roles allow the action. `sitting`: the meeting is one of a standing body."""
    attributes = {"council": caller.council, "sitting": sitting}
    return POLICIES.may(caller, action, attributes, resource_type="Meeting")


def demand(caller: Caller, action: str, resource: str, *, sitting: bool = False, may_know: bool = False) -> None:
    """Raises PermissionDenied, which looks like absence unless `may_know`."""
    if not may(caller, action, sitting=sitting):
        raise PermissionDenied(resource, may_know=may_know)
