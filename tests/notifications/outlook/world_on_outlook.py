"""The made-up meeting of the other tests, on the emulator's Outlook."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from servicekit.clock import FixedClock
from servicekit.postgres import Database
from services.notifications.app.ports import Outside
from services.notifications.domain.meeting import Restriction, RestrictionKind
from tests.emulators.microsoft_process import OFFICE
from tests.notifications.outlook.neighbours import ADDRESSES
from tests.notifications.world import SENDER, World, person

NOW = datetime(2026, 3, 16, 9, tzinfo=UTC)


def world_on(database: Database, outlook: Any) -> World:
    """A world of its own whose calendar is `outlook`; the father must not know of the mother."""
    world = World(database, uuid4(), FixedClock(NOW))
    world.people = {name: replace(one, email=ADDRESSES[name]) for name, one in world.people.items()}
    world.restrictions = (Restriction(RestrictionKind.MUST_NOT_KNOW, person("father"), person("mother")),)
    world.meeting = replace(world.meeting, reference=f"M-{uuid4().hex[:8]}")
    outside = Outside(replace(SENDER, mailbox=OFFICE), "north.example.org", outlook, world.mail)
    world.desk = replace(world.desk, outside={world.caller.council_id: outside})
    return world
