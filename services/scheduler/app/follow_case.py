"""Keeps what cases tells of obligations and subjects."""

from services.scheduler.app.clock_ports import ObligationChange, SubjectChange
from services.scheduler.app.ports import UnitOfWork


async def follow_obligation(unit: UnitOfWork, change: ObligationChange) -> None:
    """An obligation began, moved or ended. Those that no meeting would meet are none of ours."""
    if change.meeting_kind:
        await unit.clocks.keep_obligation(change)


async def follow_subject(unit: UnitOfWork, change: SubjectChange) -> None:
    """A subject became known, or its reference or restriction changed."""
    await unit.clocks.keep_subject(change)
