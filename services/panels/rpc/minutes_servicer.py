"""MinutesService: minutes as forms, their documents, and what follows the chair's signature."""

from dataclasses import dataclass

import grpc
from permanence.panels.v1 import minutes_service_pb2 as wire
from permanence.panels.v1.minutes_service_pb2_grpc import MinutesServiceServicer

from servicekit.caller import current_caller
from servicekit.idempotency import once
from servicekit.validate import Check
from services.panels.app.add_to_signed import Adding, add_addendum, record_distribution, sign_as_manager
from services.panels.app.composition_ports import PeopleAround
from services.panels.app.document_ports import DocumentWriter
from services.panels.app.fill_form import Filling, fill_form
from services.panels.app.keep_out import OwnConflicts
from services.panels.app.legal_advice import add_advice, check_adviser, get_advice
from services.panels.app.list_unacknowledged import list_unacknowledged
from services.panels.app.minutes_ports import MeetingFacts
from services.panels.app.ports import BodiesOf, Cases
from services.panels.app.read_forms import FormReader, ShownForm
from services.panels.app.render_minutes import Rendering
from services.panels.rpc import minutes_forms_convert as convert
from services.panels.rpc import to_wire
from services.panels.rpc.convert import PARENT
from services.panels.rpc.document_wire import write_document
from services.panels.rpc.sitting_rpcs import BeginWork, WorkUnit

Context = grpc.aio.ServicerContext[object, object]


@dataclass(frozen=True)
class MinutesServicer(MinutesServiceServicer):
    """Thin: converts, asks the use case, converts back."""

    begin: BeginWork
    cases: Cases
    people: PeopleAround
    facts: MeetingFacts
    writer: DocumentWriter
    bodies_of: BodiesOf

    async def GetMinutesForms(
        self, request: wire.GetMinutesFormsRequest, context: Context
    ) -> wire.GetMinutesFormsResponse:
        """With answers."""
        caller = current_caller()
        minutes = convert.read_name(request, caller.council)
        await OwnConflicts(self.begin, self.people).refuse_unsigned(caller, minutes)
        reader = FormReader(self.begin, self.cases, self.facts)
        forms = await reader.forms_of(caller, self.bodies_of(caller.council_id), minutes)
        signs = any(one.form.manager_signs for one in forms)
        return wire.GetMinutesFormsResponse(forms=map(convert.form_to_wire, forms), manager_signs=signs)

    async def FillMinutesForm(
        self, request: wire.FillMinutesFormRequest, context: Context
    ) -> wire.FillMinutesFormResponse:
        """All answers of one form."""
        caller = current_caller()
        command = convert.read_fill(request, caller.council)
        await OwnConflicts(self.begin, self.people).refuse_unsigned(caller, command.minutes)
        form = await Filling(self.begin, self.cases).check(caller, self.bodies_of(caller.council_id), command)

        async def do(unit: WorkUnit) -> wire.FillMinutesFormResponse:
            filled = await fill_form(unit, caller, command)
            shown = ShownForm(form, filled.answers, filled.version, may_fill=True)
            return wire.FillMinutesFormResponse(form=convert.form_to_wire(shown))

        return await once(self.begin, caller, request, wire.FillMinutesFormResponse, do)

    async def RenderMinutesDocument(
        self, request: wire.RenderMinutesDocumentRequest, context: Context
    ) -> wire.RenderMinutesDocumentResponse:
        """As page, PDF or Word file."""
        caller = current_caller()
        minutes, audience, form = convert.read_render(request, caller.council)
        await OwnConflicts(self.begin, self.people).refuse_unsigned(caller, minutes)
        council = self.bodies_of(caller.council_id)
        document = await Rendering(self.begin, self.cases).document(caller, council, minutes, audience)
        made = await write_document(self.writer, document, form, f"minutes-{minutes}-{audience.value}")
        return wire.RenderMinutesDocumentResponse(
            content=made.content, media_type=made.media_type, file_name=made.file_name
        )

    async def AddAddendum(self, request: wire.AddAddendumRequest, context: Context) -> wire.AddAddendumResponse:
        """To signed minutes."""
        caller = current_caller()
        command = convert.read_addendum(request, caller.council)
        await Adding(self.begin, self.cases).check(caller, "AddAddendum", command.minutes, command.text)

        async def do(unit: WorkUnit) -> wire.AddAddendumResponse:
            minutes = await add_addendum(unit, caller, command)
            return wire.AddAddendumResponse(minutes=to_wire.minutes(caller.council, minutes))

        return await once(self.begin, caller, request, wire.AddAddendumResponse, do)

    async def SignAsServiceManager(
        self, request: wire.SignAsServiceManagerRequest, context: Context
    ) -> wire.SignAsServiceManagerResponse:
        """After the chair."""
        caller = current_caller()
        command = convert.read_manager(request, caller.council)
        adding = Adding(self.begin, self.cases)
        await adding.check(caller, "SignAsServiceManager", command.minutes, command.comment)
        council = self.bodies_of(caller.council_id)

        async def do(unit: WorkUnit) -> wire.SignAsServiceManagerResponse:
            minutes = await sign_as_manager(unit, caller, council, command)
            return wire.SignAsServiceManagerResponse(minutes=to_wire.minutes(caller.council, minutes))

        return await once(self.begin, caller, request, wire.SignAsServiceManagerResponse, do)

    async def RecordDistribution(
        self, request: wire.RecordDistributionRequest, context: Context
    ) -> wire.RecordDistributionResponse:
        """Stops a clock."""
        caller = current_caller()
        minutes_id, clock = convert.read_distribution(request, caller.council)
        await Adding(self.begin, self.cases).check(caller, "RecordDistribution", minutes_id)

        async def do(unit: WorkUnit) -> wire.RecordDistributionResponse:
            minutes = await record_distribution(unit, caller, minutes_id, clock)
            return wire.RecordDistributionResponse(minutes=to_wire.minutes(caller.council, minutes))

        return await once(self.begin, caller, request, wire.RecordDistributionResponse, do)

    async def GetLegalAdvice(
        self, request: wire.GetLegalAdviceRequest, context: Context
    ) -> wire.GetLegalAdviceResponse:
        """For those whom privilege lets in."""
        caller = current_caller()
        minutes = convert.read_name(request, caller.council)
        return wire.GetLegalAdviceResponse(advice=await get_advice(self.begin, self.cases, caller, minutes))

    async def AddLegalAdvice(
        self, request: wire.AddLegalAdviceRequest, context: Context
    ) -> wire.AddLegalAdviceResponse:
        """Kept apart from the minutes."""
        caller = current_caller()
        minutes, advice = convert.read_advice(request, caller.council)
        await check_adviser(self.begin, self.cases, caller, minutes)

        async def do(unit: WorkUnit) -> wire.AddLegalAdviceResponse:
            return wire.AddLegalAdviceResponse(count=await add_advice(unit, caller, minutes, advice))

        return await once(self.begin, caller, request, wire.AddLegalAdviceResponse, do)

    async def ListUnacknowledged(
        self, request: wire.ListUnacknowledgedRequest, context: Context
    ) -> wire.ListUnacknowledgedResponse:
        """Without text."""
        caller = current_caller()
        check = Check(request, council=caller.council)
        check.resource_name("parent", PARENT)
        check.raise_if_any()
        found = await list_unacknowledged(self.begin, self.cases, caller)
        return wire.ListUnacknowledgedResponse(
            deliveries=[to_wire.unacknowledged(caller.council, one) for one in found]
        )
