"""How large a made council is, and the constants that other parts of the demo rely on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

DEFAULT_AS_OF = date(2026, 3, 16)
DEFAULT_SEED = 903


@dataclass(frozen=True)
class CouncilSpec:
    """A council to be made. `children` counts those in care on `as_of`; leavers and unborn children come on
    top.

    `far_end` takes names, addresses and telephone numbers from the other end of the same lists, so that two
    councils made
    from one seed share none of them.
    """

    slug: str
    name: str
    council_id: str
    tenant_id: str
    staff_domain: str
    outside_domain: str
    far_end: bool
    children: int
    reviewing_officers: int
    team_managers: int
    social_workers: int
    service_managers: int
    business_support: int
    carer_households: int
    schools: int
    health_workers: int
    advocates: int
    rooms: int
    interpreters: int
    seed: int = DEFAULT_SEED
    as_of: date = DEFAULT_AS_OF

    def __post_init__(self) -> None:
        """ValueError where the made council could not hold its story."""
        if not 10 <= self.children <= 700:
            raise ValueError("children must be between 10 and 700: the lists of made-up names end there")
        if self.as_of.weekday() > 4:
            raise ValueError("as_of must be a weekday, Monday to Friday: the story begins that day")


NORTHMOOR = CouncilSpec(
    slug="demo",
    name="Northmoor",
    council_id="0193c5a0-0000-7000-8000-000000000001",
    tenant_id="11111111-1111-4111-8111-111111111111",
    staff_domain="northmoor.example",
    outside_domain="example.org",
    far_end=False,
    children=600,
    reviewing_officers=12,
    team_managers=60,
    social_workers=150,
    service_managers=6,
    business_support=4,
    carer_households=200,
    schools=40,
    health_workers=15,
    advocates=8,
    rooms=15,
    interpreters=6,
)

SALTMARSH = CouncilSpec(
    slug="second",
    name="Saltmarsh",
    council_id="0193c5a0-0000-7000-8000-000000000002",
    tenant_id="22222222-2222-4222-8222-222222222222",
    staff_domain="saltmarsh.example",
    outside_domain="example.net",
    far_end=True,
    children=25,
    reviewing_officers=2,
    team_managers=4,
    social_workers=10,
    service_managers=1,
    business_support=2,
    carer_households=12,
    schools=6,
    health_workers=3,
    advocates=2,
    rooms=3,
    interpreters=2,
)


def northmoor(seed: int = DEFAULT_SEED, children: int = 600, as_of: date = DEFAULT_AS_OF) -> CouncilSpec:
    """The demo council. Carer households grow with the children, one for three."""
    return replace(NORTHMOOR, seed=seed, children=children, as_of=as_of, carer_households=max(8, children // 3))


def saltmarsh(seed: int = DEFAULT_SEED, as_of: date = DEFAULT_AS_OF) -> CouncilSpec:
    """The second, small council, for tenancy."""
    return replace(SALTMARSH, seed=seed, as_of=as_of)
