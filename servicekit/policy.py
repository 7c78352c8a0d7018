"""Asking Cedar policies whether a caller may do something.

Deny by default; the policies themselves are the services'.
"""

import hashlib
from collections.abc import Mapping

import cedarpy

from servicekit.caller import Caller

# Stands before every service's policies: no policy can let one council reach into another.
_COUNCIL_WALL = """
@id("another council")
forbid (principal, action, resource) when { resource has council && resource.council != principal.council };
"""


class PolicyError(ValueError):
    """The policy text does not parse, or a check could not be evaluated."""


class Policies:
    """A set of Cedar policies, parsed once."""

    def __init__(self, policy_set: cedarpy.PolicySet, version: str) -> None:
        self._policy_set = policy_set
        self.version = version

    @classmethod
    def parse(cls, text: str) -> "Policies":
        """Parse Cedar text; PolicyError says where it is wrong.

        `version` is of the text alone, for audit rows.
        """
        try:
            policy_set = cedarpy.PolicySet.from_str(_COUNCIL_WALL + text)
        except ValueError as error:
            raise PolicyError(f"the Cedar policies do not parse: {error}") from error
        return cls(policy_set, hashlib.sha256(text.encode()).hexdigest()[:12])

    def may(
        self,
        caller: Caller,
        action: str,
        resource: Mapping[str, object],
        *,
        resource_type: str = "Resource",
        context: Mapping[str, object] | None = None,
    ) -> bool:
        """True only where a permit applies and no forbid does.

        PolicyError where a policy could not be evaluated: a misspelt attribute must not quietly switch a forbid off.
        """
        principal = {"type": caller.kind.value.title(), "id": caller.principal_id}
        thing = {"type": resource_type, "id": str(resource.get("id", "-"))}
        request = {
            "principal": principal,
            "action": {"type": "Action", "id": action},
            "resource": thing,
            "context": dict(context or {}),
        }
        entities = [
            _principal_entity(caller, principal),
            {"uid": thing, "attrs": dict(resource), "parents": []},
        ]
        answer = cedarpy.is_authorized(request, self._policy_set, entities)
        if answer.diagnostics.errors:
            raise PolicyError(f"policies failed on {action}: {'; '.join(map(str, answer.diagnostics.errors))}")
        return answer.allowed


def _principal_entity(caller: Caller, uid: Mapping[str, str]) -> dict[str, object]:
    return {
        "uid": uid,
        "attrs": {"council": caller.council, "kind": caller.kind.value},
        "parents": [{"type": "Role", "id": role} for role in sorted(caller.roles)],
    }
