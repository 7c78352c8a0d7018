"""Hand signed minutes to the case system and note that it has them."""

import hashlib
from dataclasses import dataclass

from rulebook.counting import london_date
from servicekit.caller import Caller
from services.panels.app.policy import require
from services.panels.app.ports import Begin, Cases, CouncilBodies, DeliveryFolder, PageWriter, Parcel
from services.panels.domain.events import MinutesFiled
from services.panels.domain.minutes import ClockKind, Minutes, MinutesId, MinutesState
from services.panels.domain.minutes_page import Audience, page_for
from services.panels.domain.names import minutes_name


@dataclass(frozen=True)
class Delivery:
    """Each step may be repeated: the files are named by the minutes and written whole."""

    begin: Begin
    cases: Cases
    writer: PageWriter
    folder: DeliveryFolder

    async def advance(self, caller: Caller, council: CouncilBodies, minutes_id: MinutesId) -> None:
        """Deliver what is signed; file what is acknowledged; leave anything else as it is."""
        require(caller, "DeliverMinutes", minutes_name(caller.council, minutes_id))
        async with self.begin(caller) as unit:
            minutes = await unit.minutes.load(minutes_id)
        if minutes is not None and minutes.state is MinutesState.SIGNED:
            await self._deliver(caller, council, minutes)
        if minutes is not None and minutes.state in (MinutesState.SIGNED, MinutesState.DELIVERED):
            await self._file_if_acknowledged(caller, minutes_id)

    async def _deliver(self, caller: Caller, council: CouncilBodies, minutes: Minutes) -> None:
        parcel = await self._parcel(caller, council, minutes)
        await self.folder.put(caller.council, parcel)
        async with self.begin(caller) as unit:
            current = await unit.minutes.load(minutes.minutes_id, lock=True)
            if current is None or current.state is not MinutesState.SIGNED:
                return
            await unit.minutes.change(current.delivered())
            await unit.minutes.note_delivery(minutes.minutes_id, parcel.stem, parcel.facts["page_sha256"])
            await unit.audit(caller, "DeliverMinutes", minutes_name(caller.council, minutes.minutes_id), ["text"])

    async def _parcel(self, caller: Caller, council: CouncilBodies, minutes: Minutes) -> Parcel:
        reference = (await self.cases.subject(caller, minutes.subject)).reference
        async with self.begin(caller) as unit:
            outcome = await unit.outcomes.of_subject(minutes.meeting, minutes.subject)
        title = council.titles.get(minutes.meeting_kind, "Meeting")
        html = self.writer.html(page_for(Audience.FILE, minutes, title, reference, outcome, []))
        facts = {
            "minutes": minutes_name(caller.council, minutes.minutes_id),
            "meeting": minutes.meeting,
            "meeting_kind": minutes.meeting_kind,
            "subject": minutes.subject,
            "case_reference": reference,
            "meeting_end_time": minutes.meeting_end.isoformat(),
            "sign_time": minutes.signed_at.isoformat() if minutes.signed_at else "",
            "file_due_time": minutes.file_due.isoformat(),
            "text_sha256": minutes.text_hash,
            "page_sha256": hashlib.sha256(html.encode()).hexdigest(),
        }
        return Parcel(str(minutes.minutes_id), html, facts)

    async def _file_if_acknowledged(self, caller: Caller, minutes_id: MinutesId) -> None:
        if not await self.folder.acknowledged(caller.council, str(minutes_id)):
            return
        async with self.begin(caller) as unit:
            current = await unit.minutes.load(minutes_id, lock=True)
            if current is None or current.state is not MinutesState.DELIVERED:
                return
            now, name = unit.now(), minutes_name(caller.council, minutes_id)
            await unit.minutes.change(current.filed(now))
            await unit.minutes.stop_clock(minutes_id, ClockKind.FILE, now)
            await unit.minutes.note_acknowledgement(minutes_id, now)
            event = MinutesFiled(name, current.subject, current.meeting, current.meeting_kind, now, london_date(now))
            await unit.append_event(name, event)
            await unit.audit(caller, "FileMinutes", name)
