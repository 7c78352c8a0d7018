"""Which subjects a caller may know of, as the policy has it: by restriction and by having a part around it."""

from dataclasses import dataclass

from servicekit.caller import Caller
from services.cases.app.policy import POLICIES


@dataclass(frozen=True)
class Sight:
    """What the policy allows in each of the four cases. Stores filter by it: what is hidden is never counted."""

    principal_id: str
    normal: bool
    normal_related: bool
    restricted: bool
    restricted_related: bool

    @property
    def flags(self) -> tuple[bool, bool, bool, bool]:
        """In the order in which SQL takes them."""
        return (self.normal, self.normal_related, self.restricted, self.restricted_related)


EVERYTHING = Sight("", True, True, True, True)


def sight_of(caller: Caller, action: str = "ReadCase") -> Sight:
    """Ask the policy the four questions. `action` other than ReadCase: on which subjects the caller may do that."""

    def may(restricted: bool, related: bool) -> bool:
        resource = {"council": caller.council, "restricted": restricted, "related": related}
        return POLICIES.may(caller, action, resource, resource_type="Case")

    return Sight(caller.principal_id, may(False, False), may(False, True), may(True, False), may(True, True))
