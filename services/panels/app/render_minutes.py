"""Minutes as a document for one audience."""

from dataclasses import dataclass

from servicekit.caller import Caller, service_caller
from services.panels.app.get_minutes import load_seen
from services.panels.app.policy import require
from services.panels.app.ports import Begin, Cases, CouncilBodies
from services.panels.app.read_forms import OwnForms
from services.panels.domain.document import Document
from services.panels.domain.minutes import Minutes, MinutesId
from services.panels.domain.minutes_document import minutes_document
from services.panels.domain.minutes_page import Audience, page_for
from services.panels.domain.names import minutes_name


@dataclass(frozen=True)
class Rendering:
    """Puts together what a document says; a writer gives it its form."""

    begin: Begin
    cases: Cases

    async def document(
        self, caller: Caller, council: CouncilBodies, minutes_id: MinutesId, audience: Audience
    ) -> Document:
        """For somebody who may read the minutes; what the family may not know of is read as this service."""
        name = minutes_name(caller.council, minutes_id)
        require(caller, "RenderMinutes", name)
        minutes = await load_seen(self.begin, self.cases, caller, minutes_id)
        own = await self.cases.subject(caller, minutes.subject)
        service = service_caller(caller.council_id, caller.council, "panels")
        unknown = await self.cases.unknown_people(service, minutes.subject) if audience is Audience.FAMILY else []
        async with self.begin(caller) as unit:
            await unit.audit(caller, "RenderMinutes", name, ["text", audience.value])
        return await self.made(caller, council, minutes, audience, own.reference, own.display_name, unknown)

    async def made(
        self,
        caller: Caller,
        council: CouncilBodies,
        minutes: Minutes,
        audience: Audience,
        reference: str,
        own_name: str = "",
        unknown: list[str] | None = None,
    ) -> Document:
        """The document, once it is settled that its reader may have it."""
        async with self.begin(caller) as unit:
            outcome = await unit.outcomes.of_subject(minutes.meeting, minutes.subject)
            forms = await OwnForms.of(unit, council, minutes)
        if outcome and minutes.signed_at and outcome.recorded_at > minutes.signed_at:
            outcome = None  # what the chair signed holds what was recorded by then; the rest is for addenda
        title = council.titles.get(minutes.meeting_kind, "Meeting")
        page = page_for(
            audience,
            minutes,
            title,
            reference,
            outcome,
            unknown or [],
            own_name,
            forms.parts(),
            manager_signs=forms.manager_signs,
        )
        return minutes_document(page)
