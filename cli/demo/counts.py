"""What there is after the story, counted from the databases themselves."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

import asyncpg

from servicekit.launcher import ServiceDatabase

_COUNTED = {
    "children": ("cases", "select count(*) from subject where council_id = $1 and kind = 'child'"),
    "obligations": ("cases", "select count(*) from obligation where council_id = $1"),
    "meetings": (
        "scheduler",
        "select count(*) from meeting where council_id = $1 and state in ('booked', 'held', 'cancelled')",
    ),
    "invitations": ("notifications", "select count(*) from invitation where council_id = $1"),
    "decisions": ("panels", "select count(*) from outcome where council_id = $1"),
}


@dataclass(frozen=True)
class Counts:
    """The main job in five numbers."""

    children: int
    obligations: int
    meetings: int
    invitations: int
    decisions: int

    def line(self) -> str:
        """The last line of the story."""
        return (
            f"main job ok: children={self.children} obligations={self.obligations} meetings={self.meetings} "
            f"invitations={self.invitations} decisions={self.decisions}"
        )

    def missing(self) -> list[str]:
        """What there should be some of and is none."""
        return [name for name in _COUNTED if getattr(self, name) == 0]


async def count(databases: Mapping[str, ServiceDatabase], council_id: UUID) -> Counts:
    """Count, each service's database as its owner within the council."""
    found: dict[str, int] = {}
    for name, (service, query) in _COUNTED.items():
        connection = await asyncpg.connect(databases[service].owner_url)
        try:
            async with connection.transaction(readonly=True):
                await connection.execute("select set_config('app.council', $1, true)", str(council_id))
                found[name] = await connection.fetchval(query, council_id)
        finally:
            await connection.close()
    return Counts(**found)
