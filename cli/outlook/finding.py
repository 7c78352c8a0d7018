"""What one look at a tenant found."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from cli.outlook.tenant import Tenant


class Outcome(StrEnum):
    """How the tenant stands to an assumption."""

    CONFIRMED = "confirmed"
    DIFFERENT = "different"
    NOT_TESTED = "not tested"


@dataclass(frozen=True)
class Finding:
    """`said` is what was seen, or why nothing could be; never an address or a subject of the tenant's."""

    outcome: Outcome
    said: str = ""


Look: TypeAlias = "Callable[[Tenant], Awaitable[Finding]]"


@dataclass(frozen=True)
class Check:
    """One assumption. `item` is its number in docs/outlook.md."""

    item: str
    assumption: str
    look: Look


def found(holds: bool, otherwise: str) -> Finding:
    """Confirmed, or different with what was seen."""
    return Finding(Outcome.CONFIRMED) if holds else Finding(Outcome.DIFFERENT, otherwise)


def not_tested(why: str) -> Finding:
    """Nothing can be said."""
    return Finding(Outcome.NOT_TESTED, why)
