"""Requests of MinutesService to commands, and forms to the wire."""

from typing import Final

from permanence.panels.v1 import minutes_service_pb2 as wire
from permanence.panels.v1 import panels_service_pb2

from servicekit.validate import Check
from services.panels.app.add_to_signed import AddAddendum, SignAsManager
from services.panels.app.fill_form import FillForm
from services.panels.app.read_forms import ShownForm
from services.panels.domain.minutes import ClockKind, MinutesId
from services.panels.domain.minutes_form import FormKey, Place
from services.panels.domain.minutes_page import Audience
from services.panels.rpc import form_wire
from services.panels.rpc.convert import MINUTES, id_of

_LONG_TEXT: Final = 20_000
_CLOCKS: Final = {
    wire.DISTRIBUTED_DECISIONS: ClockKind.DECISIONS,
    wire.DISTRIBUTED_RECORD: ClockKind.DISTRIBUTION,
}


def read_name(request: wire.GetMinutesFormsRequest | wire.GetLegalAdviceRequest, council: str) -> MinutesId:
    """Which minutes."""
    check = Check(request, council=council)
    minutes = id_of(check.resource_name("name", MINUTES), "minutes")
    check.raise_if_any()
    return MinutesId(minutes)


def read_fill(request: wire.FillMinutesFormRequest, council: str) -> FillForm:
    """Each field once."""
    check = Check(request, council=council)
    minutes = id_of(check.resource_name("name", MINUTES), "minutes")
    form = check.text("form", 60, required=True)
    check.uuid("request_id")
    answers = form_wire.read_answers(check, request.answers)
    check.raise_if_any()
    return FillForm(MinutesId(minutes), FormKey(form), answers, request.etag, request.passages_confirmed)


def read_render(
    request: wire.RenderMinutesDocumentRequest, council: str
) -> tuple[MinutesId, Audience, "wire.DocumentFormat.ValueType"]:
    """Which minutes, for whom, as what."""
    check = Check(request, council=council)
    minutes = id_of(check.resource_name("name", MINUTES), "minutes")
    family = check.enum("audience") == panels_service_pb2.AUDIENCE_FAMILY
    check.enum("format")
    check.raise_if_any()
    return MinutesId(minutes), Audience.FAMILY if family else Audience.FILE, request.format


def read_addendum(request: wire.AddAddendumRequest, council: str) -> AddAddendum:
    """The text keeps its line ends."""
    check = Check(request, council=council)
    minutes = id_of(check.resource_name("name", MINUTES), "minutes")
    text = check.text("text", _LONG_TEXT, required=True)
    check.uuid("request_id")
    check.raise_if_any()
    return AddAddendum(MinutesId(minutes), text, request.passages_confirmed)


def read_manager(request: wire.SignAsServiceManagerRequest, council: str) -> SignAsManager:
    """The comment may be empty."""
    check = Check(request, council=council)
    minutes = id_of(check.resource_name("name", MINUTES), "minutes")
    comment = check.text("comment", _LONG_TEXT)
    check.require("etag")
    check.uuid("request_id")
    check.raise_if_any()
    return SignAsManager(MinutesId(minutes), comment, request.etag)


def read_distribution(request: wire.RecordDistributionRequest, council: str) -> tuple[MinutesId, ClockKind]:
    """Which minutes, and whose clock stops."""
    check = Check(request, council=council)
    minutes = id_of(check.resource_name("name", MINUTES), "minutes")
    check.enum("distributed")
    check.uuid("request_id")
    check.raise_if_any()
    return MinutesId(minutes), _CLOCKS[request.distributed]


def read_advice(request: wire.AddLegalAdviceRequest, council: str) -> tuple[MinutesId, str]:
    """Which minutes, and the advice."""
    check = Check(request, council=council)
    minutes = id_of(check.resource_name("name", MINUTES), "minutes")
    advice = check.text("advice", _LONG_TEXT, required=True)
    check.uuid("request_id")
    check.raise_if_any()
    return MinutesId(minutes), advice


def form_to_wire(shown: ShownForm) -> wire.MinutesForm:
    """With its answers."""
    form = shown.form.form
    return wire.MinutesForm(
        form=form_wire.form(form),
        answers=form_wire.answers(form, shown.answers),
        etag=str(shown.version) if shown.version else "",
        companion=shown.form.place is Place.COMPANION,
        may_fill=shown.may_fill,
    )
