"""Written resolutions: wire to domain and back."""

from permanence.panels.v1 import panel_pb2
from permanence.panels.v1 import run_sheet_service_pb2 as service
from permanence.panels.v1 import written_resolution_pb2 as wire

from servicekit.validate import Check
from services.panels.app.settle_in_writing import OpenResolution, RecordAnswer, Standing
from services.panels.domain import names
from services.panels.domain.body import OutcomeKind
from services.panels.domain.member import MemberId
from services.panels.domain.sitting import ItemId, SittingId
from services.panels.domain.written_resolution import Answer, ResolutionId
from services.panels.rpc.convert import ITEM, SITTING, check_subject, id_of
from services.panels.rpc.wire_time import day, instant

RESOLUTION = "councils/{council}/writtenResolutions/{written_resolution}"
MEMBER = "councils/{council}/members/{member}"
_WORDS = 20_000


def read_open(request: service.OpenWrittenResolutionRequest, council: str) -> OpenResolution:
    """What the members are asked."""
    check = Check(request, council=council)
    item = id_of(check.resource_name("agenda_item", ITEM), "agenda_item")
    check_subject(check, "subject", request.subject)
    kind = check.enum("kind")
    recommendation = check.text("recommendation", _WORDS)
    reasons = check.text("reasons", _WORDS, required=True)
    closes = check.date("closes_date")
    check.uuid("request_id")
    check.raise_if_any()
    name = panel_pb2.OutcomeKind.Name(panel_pb2.OutcomeKind.ValueType(kind))
    chosen = OutcomeKind[name.removeprefix("OUTCOME_KIND_")]
    assert closes is not None
    return OpenResolution(ItemId(item), request.subject, chosen, recommendation, reasons, closes)


def read_answer(request: service.RecordWrittenAnswerRequest, council: str) -> RecordAnswer:
    """Who says what."""
    check = Check(request, council=council)
    resolution = id_of(check.resource_name("name", RESOLUTION), "written_resolution")
    member = id_of(check.resource_name("member", MEMBER), "member")
    answer = check.enum("answer")
    words = check.text("words", _WORDS)
    check.uuid("request_id")
    check.raise_if_any()
    name = wire.AnswerKind.Name(wire.AnswerKind.ValueType(answer)).removeprefix("ANSWER_KIND_")
    return RecordAnswer(ResolutionId(resolution), MemberId(member), Answer[name], words)


def read_settle(request: service.SettleInWritingRequest, council: str) -> ResolutionId:
    """Which one."""
    check = Check(request, council=council)
    resolution = id_of(check.resource_name("name", RESOLUTION), "written_resolution")
    check.uuid("request_id")
    check.raise_if_any()
    return ResolutionId(resolution)


def read_list(request: service.ListWrittenResolutionsRequest, council: str) -> SittingId:
    """Of which sitting."""
    check = Check(request, council=council)
    sitting = id_of(check.resource_name("sitting", SITTING), "sitting")
    check.raise_if_any()
    return SittingId(sitting)


def resolution(council: str, one: Standing) -> wire.WrittenResolution:
    """With its answers and why it is not carried."""
    asked = one.resolution
    return wire.WrittenResolution(
        name=names.resolution_name(council, asked.resolution_id),
        agenda_item=names.item_name(council, asked.item),
        subject=asked.subject,
        kind=panel_pb2.OutcomeKind.Value(f"OUTCOME_KIND_{asked.kind.name}"),
        recommendation=asked.recommendation,
        reasons=asked.reasons,
        open_time=instant(asked.opened_at),
        closes_date=day(asked.closes),
        answers=[
            wire.WrittenAnswer(
                member=names.member_name(council, each.member),
                answer=wire.AnswerKind.Value(f"ANSWER_KIND_{each.answer.name}"),
                words=each.words,
                answer_time=instant(each.answered_at),
            )
            for each in asked.answers
        ],
        wanting=() if asked.settled else one.wanting,
        outcome=names.outcome_name(council, asked.settled) if asked.settled else "",
    )
