"""Recording an outcome through the RPC, end to end on a durable PostgreSQL, beside one bare insert.

Sittings of 14 children, one after the other; each outcome with its reasons, two actions and a dissent, as one person
records them. The reference puts one row of the same size into a copy of the table of outcomes, in one transaction: no
token, no policy, no other service, no agenda, no event, no audit. One JSON line; `ratio` is the bare insert's median
over ours.

    python -m bench.panels [--json] [--short]
"""

import argparse
import asyncio
import json
import statistics
import time
from collections.abc import Awaitable, Callable, Sequence
from uuid import UUID, uuid4

import asyncpg
from google.type.date_pb2 import Date
from permanence.panels.v1 import panel_pb2
from permanence.panels.v1 import panels_service_pb2 as wire

from bench.panels_at_work import COUNCIL, PanelsAtWork, end_sitting, keep_sitting, panels_at_work
from bench.slots import p99

CHILDREN = 14
REASONS = "Both plans go on side by side; the wider family is asked before the next review. " * 5
_COPY = "create table bare_outcome (like outcome including all)"
_BARE = """
insert into bare_outcome
    (outcome_id, council_id, item_id, subject, kind, reasons, case_events, recorded_at, recorded_by)
values (gen_random_uuid(), $1, $2, $3, 'endorsed', $4, '{tracking_meeting_considered}', now(), 'a principal')
"""
Place = tuple[str, str]
"""An item and a subject, by resource name."""


def outcome(item: str, subject: str) -> wire.RecordOutcomeRequest:
    """As the live run sheet sends it."""
    due = Date(year=2027, month=4, day=1)
    return wire.RecordOutcomeRequest(
        agenda_item=item,
        subject=subject,
        kind=panel_pb2.OUTCOME_KIND_ENDORSED,
        reasons=REASONS,
        actions=[
            panel_pb2.Action(text="Ask the aunt.", owner_role="social-worker", due_date=due),
            panel_pb2.Action(text="Ring the school.", owner_role="team-manager", due_date=due),
        ],
        dissents=[panel_pb2.Dissent(who="The health adviser", why="The assessment is late.")],
        next_date=due,
        request_id=str(uuid4()),
    )


async def timed_each(work: Callable[[Place], Awaitable[object]], places: Sequence[Place]) -> list[float]:
    """Milliseconds of each, one after the other."""
    times = []
    for place in places:
        began = time.perf_counter()
        await work(place)
        times.append((time.perf_counter() - began) * 1000)
    return times


async def recording(at_work: PanelsAtWork, sittings: int) -> None:
    """How long whoever records an outcome waits."""

    async def ours(place: Place) -> None:
        await at_work.stub.RecordOutcome(outcome(*place), metadata=at_work.metadata)

    owner = await asyncpg.connect(at_work.owner_url)
    await owner.execute(_COPY)

    async def bare(place: Place) -> None:
        async with owner.transaction():
            await owner.execute("select set_config('app.council', $1, true)", str(COUNCIL.council_id))
            item = UUID(place[0].rpartition("/")[2])
            await owner.execute(_BARE, COUNCIL.council_id, item, place[1], REASONS)

    # In turns, so that both see the same machine.
    recorded: list[float] = []
    inserted: list[float] = []
    for _ in range(sittings):
        sitting, places = await keep_sitting(at_work, CHILDREN)
        for place in places:
            recorded += await timed_each(ours, [place])
            inserted += await timed_each(bare, [place])
        # One sits after the other: a body that sat thirty times at once would have thirty agendas built anew.
        await end_sitting(at_work, sitting)
    await owner.close()
    # The first few open connections and read what is kept afterwards.
    warm = CHILDREN
    say("outcome_recorded", recorded[warm:], inserted[warm:])


def say(measure: str, ours: list[float], theirs: list[float]) -> None:
    """One line."""
    value, bare = statistics.median(ours), statistics.median(theirs)
    print(json.dumps({
        "bench": "panels", "measure": measure, "value": round(value, 2), "unit": "ms", "better": "lower",
        "reference": "one bare insert into the same table", "reference_value": round(bare, 2),
        "ratio": round(bare / value, 3), "p99": round(p99(ours), 2), "reference_p99": round(p99(theirs), 2),
        "n": len(ours),
    }), flush=True)  # fmt: skip


async def main(*, short: bool) -> None:
    """Every measure."""
    async with panels_at_work() as at_work:
        await recording(at_work, 4 if short else 30)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Recording an outcome beside a bare insert.")
    parser.add_argument("--json", action="store_true", help="JSON lines, as always")
    parser.add_argument("--short", action="store_true", help="fewer sittings")
    asyncio.run(main(short=parser.parse_args().short))
