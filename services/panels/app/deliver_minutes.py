"""Hand signed minutes and supplements to the case system, note that it has them, remind it where it says nothing."""

import asyncio
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from rulebook.counting import london_date
from servicekit.caller import Caller
from services.panels.app.document_ports import DocumentWriter
from services.panels.app.minutes_ports import CaseSystem, Delivered, file_stem
from services.panels.app.policy import require
from services.panels.app.ports import Begin, Cases, CouncilBodies
from services.panels.app.render_minutes import Rendering
from services.panels.domain.events import MinutesFiled
from services.panels.domain.minutes import ClockKind, Minutes, MinutesId, MinutesState
from services.panels.domain.minutes_page import Audience
from services.panels.domain.names import minutes_name

# The file clock runs for 72 hours: a reminder a day leaves time to look for what went wrong.
CHASE_AFTER: Final = timedelta(hours=24)
ACKNOWLEDGED: Final = "ack"


@dataclass(frozen=True)
class Delivery:
    """Each step may be repeated: files are named by the minutes and written whole."""

    begin: Begin
    cases: Cases
    rendering: Rendering
    writer: DocumentWriter
    case_system: CaseSystem

    async def advance(self, caller: Caller, council: CouncilBodies, minutes_id: MinutesId) -> None:
        """Deliver what was signed or added since; note what is acknowledged."""
        require(caller, "DeliverMinutes", minutes_name(caller.council, minutes_id))
        async with self.begin(caller) as unit:
            minutes = await unit.minutes.load(minutes_id)
            last = await unit.minutes.last_supplement(minutes_id)
        if minutes is None or minutes.state is MinutesState.DRAFT:
            return
        if last < 0:
            await self._deliver(caller, council, minutes, 0)
            last = 0
        if minutes.supplements > last:
            await self._deliver(caller, council, minutes, minutes.supplements)
        await self._note_answers(caller, minutes_id)

    async def chase(self, caller: Caller, waiting: Delivered) -> None:
        """Remind the case system of what it has not acknowledged; the record itself is not sent again."""
        name = minutes_name(caller.council, waiting.minutes_id)
        require(caller, "DeliverMinutes", name)
        facts = {"minutes": name, "delivery_time": waiting.written_at.isoformat(), "asked_for": f"{waiting.stem}.ack"}
        await self.case_system.put(caller.council, f"{waiting.stem}.reminder.json", _as_json(facts))
        async with self.begin(caller) as unit:
            await unit.minutes.note_chase(waiting.minutes_id, waiting.supplement, unit.now())
            await unit.audit(caller, "ChaseMinutes", name)

    async def _deliver(self, caller: Caller, council: CouncilBodies, minutes: Minutes, supplement: int) -> None:
        page_hash = await self._put(caller, council, minutes, supplement)
        stem = file_stem(minutes.minutes_id, supplement)
        async with self.begin(caller) as unit:
            current = await unit.minutes.load(minutes.minutes_id, lock=True)
            if current is None or await unit.minutes.last_supplement(minutes.minutes_id) >= supplement:
                return
            if current.state is MinutesState.SIGNED:
                await unit.minutes.change(current.delivered())
            await unit.minutes.note_delivery(minutes.minutes_id, supplement, stem, page_hash)
            await unit.audit(caller, "DeliverMinutes", minutes_name(caller.council, minutes.minutes_id), ["text"])

    async def _put(self, caller: Caller, council: CouncilBodies, minutes: Minutes, supplement: int) -> str:
        """The facts come last: whoever waits for them finds the documents whole."""
        reference = (await self.cases.subject(caller, minutes.subject)).reference
        document = await self.rendering.made(caller, council, minutes, Audience.FILE, reference)
        page = self.writer.html(document)
        pdf = await asyncio.to_thread(self.writer.pdf, document)
        facts = {
            **_facts(caller, minutes, reference),
            "supplement": supplement,
            "page_sha256": hashlib.sha256(page).hexdigest(),
            "pdf_sha256": hashlib.sha256(pdf).hexdigest(),
        }
        stem = file_stem(minutes.minutes_id, supplement)
        if not await self._stands(caller.council, stem):
            for ending, content in (("html", page), ("pdf", pdf), ("json", _as_json(facts))):
                await self.case_system.put(caller.council, f"{stem}.{ending}", content)
        return str(facts["page_sha256"])

    async def _stands(self, council: str, stem: str) -> bool:
        """Whether all of it was put there before a crash that left no note of it; it may have been taken by now."""
        there = self.case_system.has
        return await there(council, f"{stem}.json") or await there(council, f"{stem}.{ACKNOWLEDGED}")

    async def _note_answers(self, caller: Caller, minutes_id: MinutesId) -> None:
        async with self.begin(caller) as unit:
            waiting = await unit.minutes.unacknowledged(minutes_id)
        for one in waiting:
            if await self.case_system.has(caller.council, f"{one.stem}.{ACKNOWLEDGED}"):
                await self._note_answer(caller, one)

    async def _note_answer(self, caller: Caller, answered: Delivered) -> None:
        minutes_id, name = answered.minutes_id, minutes_name(caller.council, answered.minutes_id)
        async with self.begin(caller) as unit:
            current, now = await unit.minutes.load(minutes_id, lock=True), unit.now()
            await unit.minutes.note_acknowledgement(minutes_id, answered.supplement, now)
            if current is None or current.state is not MinutesState.DELIVERED or answered.supplement:
                return
            await unit.minutes.change(current.filed(now))
            await unit.minutes.stop_clock(minutes_id, ClockKind.FILE, now)
            event = MinutesFiled(name, current.subject, current.meeting, current.meeting_kind, now, london_date(now))
            await unit.append_event(name, event)
            await unit.audit(caller, "FileMinutes", name)


def _facts(caller: Caller, minutes: Minutes, reference: str) -> dict[str, str | int]:
    return {
        "minutes": minutes_name(caller.council, minutes.minutes_id),
        "meeting": minutes.meeting,
        "meeting_kind": minutes.meeting_kind,
        "subject": minutes.subject,
        "case_reference": reference,
        "meeting_end_time": minutes.meeting_end.isoformat(),
        "sign_time": minutes.signed_at.isoformat() if minutes.signed_at else "",
        "file_due_time": minutes.file_due.isoformat(),
        "text_sha256": minutes.text_hash,
    }


def _as_json(facts: Mapping[str, str | int]) -> bytes:
    return (json.dumps(dict(facts), indent=2, sort_keys=True) + "\n").encode()
