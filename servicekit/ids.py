"""New identifiers."""

from uuid import UUID

import uuid_utils.compat


def new_id() -> UUID:
    """A UUIDv7 (RFC 9562): ordered by time of making, unique without asking anyone."""
    return uuid_utils.compat.uuid7()
