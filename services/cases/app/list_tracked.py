"""Lists subjects as a tracking panel looks at them, the one whose clock runs out first before all others."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from services.cases.app.get_subject import readable
from services.cases.app.policy import require
from services.cases.app.ports import Unit
from services.cases.app.sight import sight_of
from services.cases.app.tracker_ports import TrackedFilter
from services.cases.domain.obligation import explained, work_out
from services.cases.domain.subject import Subject
from services.cases.domain.tracked import Tracked, tracked


async def list_tracked(unit: Unit, wanted: TrackedFilter, size: int) -> tuple[list[tuple[date, Tracked]], bool]:
    """One page, each row with the first day on which one of its clocks runs out, and whether there are more."""
    parent = f"councils/{unit.council}"
    require(unit.caller, "ListTrackedSubjects", parent)
    found: list[tuple[date, Tracked]] = []
    more = True
    # Of those with a day that has passed some are not late yet: read on until the page is full.
    while more and len(found) <= size:
        page = await unit.tracked.page(wanted, sight_of(unit.caller), size + 1)
        found += [(due, row) for due, row in await _rows(unit, page) if row.late or not wanted.late_only]
        more = len(page) > size
        if more:
            due, last = page[-1]
            wanted = replace(wanted, after=(due, last.reference, last.id))
    await unit.audit("ListTrackedSubjects", parent)
    return found[:size], len(found) > size


async def _rows(unit: Unit, page: Sequence[tuple[date, Subject]]) -> list[tuple[date, Tracked]]:
    ids = [subject.id for _, subject in page]
    facts, stored = await unit.events.of(ids), await unit.obligations.of(ids)
    found: list[tuple[date, Tracked]] = []
    for due, subject in page:
        clocks = work_out(unit.pack, subject, facts[subject.id], unit.today())
        told = explained(unit.pack, stored[subject.id], subject.kind, clocks)
        row = tracked(unit.pack, subject, facts[subject.id], told, unit.today())
        found.append((due, _as_read(unit, row)))
    return found


def _as_read(unit: Unit, row: Tracked) -> Tracked:
    return replace(row, subject=readable(unit.caller, row.subject))
