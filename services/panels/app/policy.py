"""May this caller do this? The answer of the policies beside this file."""

from pathlib import Path
from typing import Final

from servicekit.caller import Caller, CallerKind
from servicekit.errors import PermissionDenied
from servicekit.policy import Policies

POLICIES: Final = Policies.parse(Path(__file__).with_name("policy.cedar").read_text(encoding="utf-8"))


def require(caller: Caller, action: str, resource: str, **attributes: str | bool) -> None:
    """Nothing where it is permitted.

    PermissionDenied otherwise: it says so to the council's staff, and looks like absence to everybody else.
    """
    facts: dict[str, str | bool] = {"id": resource, "council": council_of(resource), **attributes}
    if not POLICIES.may(caller, action, facts, resource_type="Panels"):
        raise PermissionDenied(resource, may_know=caller.kind is CallerKind.USER)


def council_of(resource: str) -> str:
    """The slug in a resource name."""
    parts = resource.split("/")
    return parts[1] if len(parts) > 1 and parts[0] == "councils" else ""
