"""Ids of resources: worked out of council and name, so that a booking knows what to lock without asking."""

from uuid import UUID, uuid5


def resource_id(council_id: UUID, name: str) -> UUID:
    """The id of the resource with this name."""
    return uuid5(council_id, name)
