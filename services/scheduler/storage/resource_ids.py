"""Ids of resources: worked out of council and name, so that a booking knows what to lock without asking."""

from uuid import UUID, uuid5

from servicekit.postgres import ScopedTransaction


def resource_id(council_id: UUID, name: str) -> UUID:
    """The id of the resource with this name."""
    return uuid5(council_id, name)


async def keep_person(tx: ScopedTransaction, name: str) -> UUID:
    """The id of a person's resource, which is there after this."""
    found = resource_id(tx.council_id, name)
    await tx.execute(
        "insert into resource (id, council_id, kind, name) values ($1, $2, 'person', $3) on conflict do nothing",
        found,
        tx.council_id,
        name,
    )
    return found
