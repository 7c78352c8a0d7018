"""Makes a council that does not exist: an extract folder as a real one would send, for the demo and the
tests.

Imports nothing of the services: what it writes is read by their import, as any council's extract is.
"""

from cli.made_council.cast import (
    Channel,
    ContactKind,
    Household,
    MadeCouncil,
    Outsider,
    ProtectedPerson,
    Room,
    StaffMember,
    StaffRole,
    StoryCast,
)
from cli.made_council.council import write_made_council
from cli.made_council.directory import Persona, directory_for, directory_of, personas_of
from cli.made_council.made_return import write_made_return
from cli.made_council.spec import DEFAULT_AS_OF, DEFAULT_SEED, CouncilSpec, northmoor, saltmarsh

__all__ = [
    "DEFAULT_AS_OF",
    "DEFAULT_SEED",
    "Channel",
    "ContactKind",
    "CouncilSpec",
    "Household",
    "MadeCouncil",
    "Outsider",
    "Persona",
    "ProtectedPerson",
    "Room",
    "StaffMember",
    "StaffRole",
    "StoryCast",
    "directory_for",
    "directory_of",
    "northmoor",
    "personas_of",
    "saltmarsh",
    "write_made_council",
    "write_made_return",
]
