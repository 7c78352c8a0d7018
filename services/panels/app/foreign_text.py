"""Refuse a text of one subject's minutes that is another's: by its names, or by whole passages."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from servicekit.caller import Caller, service_caller
from servicekit.errors import NotFound
from services.panels.app.ports import Begin, Cases, MeetingCopy, UnitOfWork
from services.panels.domain.errors import ForeignNameError, ForeignPassageError
from services.panels.domain.foreign_names import KnownName, names_another
from services.panels.domain.minutes import Minutes
from services.panels.domain.passages import passages_of


@dataclass(frozen=True)
class ForeignNames:
    """Asks cases how everybody else around a meeting is called, before any transaction."""

    begin: Begin
    cases: Cases

    async def refuse(self, caller: Caller, meeting: MeetingCopy, subject: str, texts: Sequence[str]) -> None:
        """ForeignNameError where one of the texts names another; NotFound where the caller may not see the subject."""
        own = await self.cases.subject(caller, subject)
        others = await self._others(caller, meeting, subject)
        if any(names_another(text, own.display_name, others) for text in texts):
            raise ForeignNameError

    async def _others(self, caller: Caller, meeting: MeetingCopy, subject: str) -> list[KnownName]:
        """Everybody else of the meeting, its agenda and the family, read as this service: the writer may see fewer."""
        async with self.begin(caller) as unit:
            sitting = await unit.sittings.of_meeting(meeting.meeting)
            families = [family for family in await unit.candidates.families() if subject in family]
        items = [item.subjects for item in sitting.items] if sitting else []
        close = {*meeting.subjects, *(s for item in items if subject in item for s in item)}.union(*families)
        everybody = {*close, *(s for item in items for s in item)} - {subject}
        # A family's own name is part of each child's.
        all_others = {one for one in everybody if "/siblingGroups/" not in one}
        service = service_caller(caller.council_id, caller.council, "panels")
        names = await asyncio.gather(*(self._name(service, one) for one in sorted(all_others)))
        return [KnownName(name, one in close) for one, name in zip(sorted(all_others), names, strict=True) if name]

    async def _name(self, service: Caller, subject: str) -> str:
        try:
            return (await self.cases.subject(service, subject)).display_name
        except NotFound:
            return ""


async def keep_passages(
    unit: UnitOfWork, minutes: Minutes, part: str, texts: Sequence[str], *, confirmed: bool
) -> None:
    """Note the passages of one part; ForeignPassageError where another subject's minutes have one, unless confirmed."""
    passages = passages_of(texts)
    if not confirmed and await unit.forms.stands_elsewhere(minutes.subject, passages):
        raise ForeignPassageError
    await unit.forms.put_passages(minutes, part, passages)
