"""`permanence demo`: sets the stage, plays the story, says what came of it, and stays up."""

import argparse
import asyncio
import contextlib
import os
import signal
import time
from pathlib import Path
from uuid import UUID

from cli.connection import Refused
from cli.demo.counts import count
from cli.demo.narrate import Narrator
from cli.demo.outside import outside_of
from cli.demo.people import People, connect
from cli.demo.places import address_of
from cli.demo.playbill import Playbill, playbill_for
from cli.demo.processes import Processes
from cli.demo.stage import Stage, empty_places, write_card, write_councils
from cli.demo.story import play_story
from cli.failure import Failure
from cli.made_council.directory import personas_of

# What to try as whom.
_IS_FOR = {
    "business-support": "arranges meetings, looks at what invitees will get, follows their answers",
    "business-support-manager": "releases what others prepared, accepts that a date is missed",
    "team-manager": "chairs permanence planning meetings, signs their minutes",
    "social-worker": "sees the children's clocks and meetings",
    "reviewing-officer": "sees the reviews and panels of their children",
    "service-manager": "comments on minutes and signs them after their chair",
    "panel-chair": "orders the panel's agenda, records what it settles",
    "agency-decision-maker": "decides on what panels recommend",
    "performance-officer": "follows the figures to each late case, makes the returns",
}
ROOT = Path(os.environ.get("PERMANENCE_DEMO_ROOT", "var/demo"))


def run(wanted: argparse.Namespace) -> int:
    """Play the demo; its exit status."""
    return asyncio.run(_run(wanted))


async def _run(wanted: argparse.Namespace) -> int:
    began = time.monotonic()
    narrator = Narrator()
    places = await asyncio.to_thread(empty_places, ROOT.resolve())
    bill = playbill_for(places, wanted.folder, wanted.as_of, wanted.children)
    outside = outside_of(*bill.councils)
    outside.write_directory(places)
    write_councils(places, bill.council_rows)
    write_card(places, outside)
    stage = Stage(places, outside, Processes(places.log, places.pids, narrator.aside))
    stopped = _stop_signal()
    try:
        await stage.set_up(bill.begins)
        narrator.step(f"Services are up after {time.monotonic() - began:.1f} s; today is {bill.begins:%A %d %B %Y}")
        failure = await _play(stage, bill, narrator, stopped)
        if failure:
            return failure
        narrator.aside(f"{time.monotonic() - began:.0f} s in all; {stage.processes.restarts} processes started again")
        await _last_line(stage, bill, narrator)
        if not wanted.once:
            await _stay_up(stage, bill, narrator, stopped)
    finally:
        await stage.tear_down()
    return 0


async def _play(stage: Stage, bill: Playbill, narrator: Narrator, stopped: asyncio.Event) -> int:
    """Play until the story ends, somebody stops it, or it fails: 0, 130 or 1."""
    services = connect()
    people = People(stage.outside.authority, stage.places.microsoft / "ca.pem", bill.tenant_id)
    others = [
        People(stage.outside.authority, stage.places.microsoft / "ca.pem", made.spec.tenant_id)
        for made in bill.councils[1:]
    ]
    story = asyncio.create_task(play_story(stage, bill, services, people, others, narrator))
    stop = asyncio.create_task(stopped.wait())
    try:
        await asyncio.wait({story, stop}, return_when=asyncio.FIRST_COMPLETED)
        if not story.done():
            story.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await story
            return 130
        story.result()
    except (Refused, Failure) as error:
        narrator.failed(str(error))
        return 1
    finally:
        stop.cancel()
        await services.close()
    return 0


async def _last_line(stage: Stage, bill: Playbill, narrator: Narrator) -> None:
    counts = await count(stage.databases, UUID(bill.council_id))
    if counts.missing():
        raise Failure(f"the story ended without {', '.join(counts.missing())}")
    narrator.last(counts.line())


async def _stay_up(stage: Stage, bill: Playbill, narrator: Narrator, stopped: asyncio.Event) -> None:
    narrator.aside(f"The staff site: http://{address_of('web')} until Ctrl-C. Sign in as one of these, no password:")
    for persona in personas_of(bill.councils[0]):
        narrator.aside(f"  {persona.key:<26}{_IS_FOR[persona.key]}")
    outlook = f"http://127.0.0.1:{stage.outside.authorize_port}/_emulator/outlook"
    narrator.aside(f"What each person's Outlook shows: {outlook}")
    narrator.aside("The services answer gRPC too. In another window, for instance:")
    narrator.aside("  permanence token --as business-support --council demo")
    await stopped.wait()


def _stop_signal() -> asyncio.Event:
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    return stopped
