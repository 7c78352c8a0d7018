"""Says what a day for a meeting would do to the clocks of all its subjects. Changes nothing."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.cases.app.get_subject import SubjectRef, find
from services.cases.app.policy import require
from services.cases.app.ports import Unit
from services.cases.domain.meeting_preview import Previewed, Proposal, preview
from services.cases.domain.subject import Subject


@dataclass(frozen=True)
class SubjectPreview:
    """One subject with the clocks that the day touches."""

    subject: Subject
    clocks: tuple[Previewed, ...]


async def preview_meeting_date(unit: Unit, refs: Sequence[SubjectRef], proposal: Proposal) -> list[SubjectPreview]:
    """In the order asked. NotFound where the caller may not know of one of them: half an answer would mislead."""
    require(unit.caller, "PreviewMeetingDate", f"councils/{unit.council}")
    subjects = [await find(unit, ref) for ref in refs]
    ids = [one.id for one in subjects]
    facts, stored = await unit.events.of(ids), await unit.obligations.of(ids)
    for ref in refs:
        await unit.audit("PreviewMeetingDate", ref.name)
    return [
        SubjectPreview(one, tuple(preview(unit.pack, one, facts[one.id], stored[one.id], proposal, unit.today())))
        for one in subjects
    ]
