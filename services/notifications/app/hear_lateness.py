"""Taking note of what panels tells: somebody was chased, a clock ran out. Any number of times."""

from dataclasses import dataclass
from datetime import datetime

from servicekit.ids import new_id
from services.notifications.app.chaser_ports import ChaserUnit
from services.notifications.domain.chaser import GATHERED_FOR, Chaser, ChaserKind


@dataclass(frozen=True)
class Lateness:
    """One fact for one role; empty where it has no person, clock or meeting. See Chaser."""

    kind: ChaserKind
    about: str
    role: str
    things: tuple[str, ...]
    subjects: tuple[str, ...]
    since: datetime
    person: str = ""
    clock: str = ""
    meeting: str = ""


@dataclass(frozen=True)
class LatenessHeard:
    """What one event of panels tells."""

    found: tuple[Lateness, ...]


async def hear_lateness(unit: ChaserUnit, heard: LatenessHeard) -> None:
    """Keep each once, to go at once where somebody pressed, else after a while with what runs out beside it."""
    for one in heard.found:
        due_at = unit.now() if one.kind is ChaserKind.CHASE else unit.now() + GATHERED_FOR
        chaser = Chaser(
            new_id(),
            one.kind,
            one.about,
            one.clock,
            one.role,
            one.person,
            one.meeting,
            one.things,
            one.subjects,
            one.since,
            due_at,
        )
        if await unit.chasers.add(chaser):
            await unit.wake_chasers(due_at)
