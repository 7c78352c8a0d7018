"""Who may call what: the Cedar text beside this file, read once."""

from pathlib import Path
from typing import Final

from servicekit.caller import Caller
from servicekit.errors import PermissionDenied
from servicekit.policy import Policies

POLICIES: Final = Policies.parse((Path(__file__).parent / "policy.cedar").read_text(encoding="utf-8"))


def require(caller: Caller, action: str, resource: str) -> None:
    """PermissionDenied where the caller's roles do not include the action at all. Tells nothing of what exists."""
    if not POLICIES.may(caller, action, {"council": caller.council}, resource_type="Council"):
        raise PermissionDenied(resource, may_know=True)
