"""Texts one person of one meeting through GOV.UK Notify, in a process of its own, so that it can be killed meanwhile.

python -m tests.notifications.text_once DATABASE_URL NOTIFY_URL COUNCIL_ID
"""

import asyncio
import sys
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

from emulators.notify.account import API_KEY, template_of
from servicekit import log
from servicekit.clock import FixedClock
from servicekit.postgres import connect_database
from services.notifications.adapters.govuk_notify import GovukNotify, NotifyAccount
from services.notifications.domain.meeting import Channel
from services.notifications.domain.route import Route
from tests.notifications.scripted_notify import told_by
from tests.notifications.world import World, made_meeting

NOW = datetime(2026, 3, 16, 9, tzinfo=UTC)


async def text(database_url: str, notify_url: str, council_id: UUID, now: datetime = NOW) -> bool:
    """Always the same meeting for the same council. True once nothing is left to do."""
    log.configure("notifications", "test")
    database = await connect_database(database_url, FixedClock(now))
    try:
        world = World(database, council_id, FixedClock(now))
        world.people.clear()
        world.meeting = replace(made_meeting(["mother"]), name=f"councils/north/meetings/{council_id}")
        told_by(world, "mother", Channel.TEXT)
        outside = world.desk.outside[council_id]
        sender = replace(outside.sender, by_notify=frozenset({Channel.TEXT}))
        notify = GovukNotify(NotifyAccount(notify_url, API_KEY, {Route.TEXT: template_of("sms")}))
        world.desk = replace(world.desk, outside={council_id: replace(outside, sender=sender, notify=notify)})
        return await world.tell()
    finally:
        await database.close()


if __name__ == "__main__":
    url, where, council = sys.argv[1:]
    sys.exit(0 if asyncio.run(text(url, where, UUID(council))) else 3)
