"""What a body settles without meeting: who may, whose answers count, and what comes of it."""

from datetime import UTC, date, datetime
from uuid import UUID

import asyncpg
import grpc
import pytest
from permanence.panels.v1 import panel_events_pb2, panel_pb2, panels_service_pb2
from permanence.panels.v1 import run_sheet_service_pb2 as wire
from permanence.panels.v1 import written_resolution_pb2 as resolution_wire
from permanence.panels.v1.run_sheet_service_pb2_grpc import RunSheetServiceStub

from services.panels.domain.body import BodyUuid, OutcomeKind
from services.panels.domain.constitution import Constitution
from services.panels.domain.member import Member, MemberId
from services.panels.domain.quorum import QuorumRule, Seat
from services.panels.domain.sitting import ItemId
from services.panels.domain.written_resolution import (
    Answer,
    ResolutionId,
    WrittenAnswer,
    WrittenResolution,
    may_be_written,
    wanting,
)
from tests.panels.conftest import BODY, BODY_ID, Panels, at, owner_asks, request_id
from tests.panels.fake_peers import day
from tests.panels.quorate import FOSTERING_ID, add_member, new_member
from tests.servicekit.eventually import eventually
from tests.servicekit.serving import Refused, refusal

TODAY = date(2026, 3, 10)
RULES = Constitution(quorum=QuorumRule(2, (Seat(frozenset({"chair"})),)))
LIST_OF_THREE = (("Ada", "chair"), ("Bo", "member"), ("Cy", "member"))
AGREES, DISAGREES, MEET = Answer.AGREES, Answer.DISAGREES, Answer.ASKS_TO_MEET


def member(number: int, *roles: str, until: date | None = None) -> Member:
    return Member(
        MemberId(UUID(int=number)), BodyUuid(UUID(int=99)), "", f"M{number}", frozenset(roles), date(2026, 1, 1), until
    )


MEMBERS = [member(1, "chair"), member(2, "member"), member(3, "member"), member(4, "member", until=date(2026, 3, 1))]


def asked(*answers: tuple[int, Answer]) -> WrittenResolution:
    now = datetime(2026, 3, 10, 9, tzinfo=UTC)
    given = tuple(WrittenAnswer(MemberId(UUID(int=number)), answer, "", now) for number, answer in answers)
    none = UUID(int=0)
    return WrittenResolution(ResolutionId(none), ItemId(none), "c", OutcomeKind.ENDORSED, "", "r", now, TODAY, given)


@pytest.mark.parametrize(
    ("answers", "recused", "says"),
    [
        ([(1, AGREES), (2, AGREES)], (), ""),
        ([(1, AGREES), (2, AGREES), (3, DISAGREES)], (), ""),
        ([], (), "2 more members are needed (2 in all)"),
        ([(2, AGREES), (3, AGREES)], (), "the chair is missing"),
        ([(1, AGREES), (2, DISAGREES)], (), "more members must agree than disagree"),
        ([(1, AGREES), (2, AGREES), (3, MEET)], (), "asks that it be heard at a sitting"),
        ([(1, AGREES), (2, AGREES)], (2,), "1 more member is needed"),
        ([(1, AGREES), (4, AGREES)], (), "1 more member is needed"),
    ],
)
def test_what_is_wanting(answers: list[tuple[int, Answer]], recused: tuple[int, ...], says: str) -> None:
    out = frozenset(MemberId(UUID(int=number)) for number in recused)
    found = "; ".join(wanting(asked(*answers), RULES, MEMBERS, out, TODAY))
    assert says in found and bool(says) == bool(found)


def test_a_body_that_the_law_has_meet_writes_nothing() -> None:
    assert may_be_written(RULES) and not may_be_written(Constitution(central_list=True))


class Asking:
    """RunSheetService as these roles, about one item."""

    def __init__(self, panels: Panels, item: panel_pb2.AgendaItem) -> None:
        self.panels, self.item, self.stub = panels, item, RunSheetServiceStub(panels.channel)

    async def call(self, rpc: str, request: object, role: str = "business-support") -> object:
        return await getattr(self.stub, rpc)(request, metadata=self.panels.metadata(role), timeout=10)

    async def refused(self, rpc: str, request: object, role: str = "business-support") -> Refused:
        return await refusal(lambda: self.call(rpc, request, role))

    def open(self, **changes: object) -> wire.OpenWrittenResolutionRequest:
        request = wire.OpenWrittenResolutionRequest(
            agenda_item=self.item.name,
            subject=self.item.subjects[0],
            kind=panel_pb2.OUTCOME_KIND_ENDORSED,
            reasons="The plan is sound.",
            closes_date=day(date(2026, 3, 9)),
            request_id=request_id(),
        )
        request.MergeFrom(wire.OpenWrittenResolutionRequest(**changes))  # type: ignore[arg-type]
        return request

    async def opened(self) -> resolution_wire.WrittenResolution:
        reply = await self.call("OpenWrittenResolution", self.open())
        assert isinstance(reply, wire.OpenWrittenResolutionResponse)
        return reply.written_resolution

    async def answer(self, name: str, member: str, said: str, words: str = "") -> resolution_wire.WrittenResolution:
        reply = await self.call("RecordWrittenAnswer", answer(name, member, said, words))
        assert isinstance(reply, wire.RecordWrittenAnswerResponse)
        return reply.written_resolution


def answer(name: str, member: str, said: str, words: str = "") -> wire.RecordWrittenAnswerRequest:
    return wire.RecordWrittenAnswerRequest(
        name=name,
        member=member,
        answer=resolution_wire.AnswerKind.Value(f"ANSWER_KIND_{said}"),
        words=words,
        request_id=request_id(),
    )


async def _asking(panels: Panels, body: UUID, kind: str) -> Asking:
    """Eight days before the sitting."""
    meeting = panels.scheduler.book("demo", kind, at(10, 10), at(10, 12), body=body)
    child = panels.cases.add_child("demo", "Ann Example", "C-A")
    if body == BODY_ID:
        panels.cases.add_clock(child, date(2026, 3, 12))
    else:
        refer = panels_service_pb2.ReferSubjectRequest(
            parent="councils/demo", body=f"councils/demo/bodies/{body}", subjects=[child], reason="A match.",
            request_id=request_id(),
        )  # fmt: skip
        await panels.call("ReferSubject", refer, "team-manager")
    return Asking(panels, (await panels.sitting_with(meeting, 1)).agenda[0])


async def test_members_answer_and_the_outcome_is_recorded_before_the_sitting(panels: Panels) -> None:
    asking = await _asking(panels, BODY_ID, "tracking_panel")
    members = [await add_member(panels, new_member(name, [role], body=BODY)) for name, role in LIST_OF_THREE]
    resolution = await asking.opened()
    assert (await asking.refused("OpenWrittenResolution", asking.open())).info.reason == "ALREADY_ASKED"
    settle = wire.SettleInWritingRequest(name=resolution.name, request_id=request_id())
    early = await asking.refused("SettleInWriting", settle, "panel-chair")
    assert (early.info.reason, early.code) == ("NOT_CARRIED", grpc.StatusCode.FAILED_PRECONDITION)
    await asking.answer(resolution.name, members[0].name, "DISAGREES", "Too soon.")
    await asking.answer(resolution.name, members[0].name, "AGREES")
    await asking.answer(resolution.name, members[1].name, "AGREES")
    without = await asking.refused("RecordWrittenAnswer", answer(resolution.name, members[2].name, "DISAGREES"))
    assert [one.field for one in without.bad.field_violations] == ["words"]
    stands = await asking.answer(resolution.name, members[2].name, "DISAGREES", "The report is old.")
    assert len(stands.answers) == 3 and not stands.wanting
    by_support = await asking.refused("SettleInWriting", settle)
    assert by_support.code is grpc.StatusCode.PERMISSION_DENIED
    reply = await asking.call("SettleInWriting", settle, "panel-chair")
    assert isinstance(reply, wire.SettleInWritingResponse)
    assert [(one.who, one.why) for one in reply.outcome.dissents] == [("Cy", "The report is old.")]
    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="stay"):
        await owner_asks(panels, "update written_answer set answer = 'disagrees'")
    again = wire.SettleInWritingRequest(name=resolution.name, request_id=request_id())
    assert (await asking.refused("SettleInWriting", again, "panel-chair")).info.reason == "ALREADY_RECORDED"
    sitting = (await panels.sitting_of((await _listed(panels)).meeting)).name
    listed = await asking.call("ListWrittenResolutions", wire.ListWrittenResolutionsRequest(sitting=sitting))
    assert isinstance(listed, wire.ListWrittenResolutionsResponse)
    assert [one.outcome for one in listed.written_resolutions] == [reply.outcome.name]


async def _listed(panels: Panels) -> panel_pb2.Sitting:

    request = panels_service_pb2.ListSittingsRequest(parent="councils/demo")
    reply = await panels.call("ListSittings", request, "business-support")
    assert isinstance(reply, panels_service_pb2.ListSittingsResponse)
    return reply.sittings[0]


async def test_a_fostering_panel_meets(panels: Panels) -> None:
    asking = await _asking(panels, FOSTERING_ID, "fostering_panel")
    wrong = asking.open(kind=panel_pb2.OUTCOME_KIND_RECOMMENDED)
    assert (await asking.refused("OpenWrittenResolution", wrong)).info.reason == "MUST_MEET"


async def test_what_cannot_be_asked(panels: Panels) -> None:
    asking = await _asking(panels, BODY_ID, "tracking_panel")
    refused = await asking.refused("OpenWrittenResolution", asking.open(kind=panel_pb2.OUTCOME_KIND_DEFERRED))
    assert [one.field for one in refused.bad.field_violations] == ["kind"]
    beyond = await asking.refused("OpenWrittenResolution", asking.open(kind=panel_pb2.OUTCOME_KIND_DECIDED))
    assert beyond.info.reason == "NO_AUTHORITY"
    other = await add_member(panels, new_member("Zoe", ["member"]))
    own = await add_member(panels, new_member("Ada", ["chair"], body=BODY))
    resolution = await asking.opened()
    stranger = await asking.refused("RecordWrittenAnswer", answer(resolution.name, other.name, "AGREES"))
    assert stranger.info.reason == "NOT_ON_LIST"
    panels.set_time(at(10, 9))
    late = await asking.refused("RecordWrittenAnswer", answer(resolution.name, own.name, "AGREES"))
    assert late.info.reason == "ANSWERS_CLOSED"


async def test_what_members_are_asked_about_stays_on_its_agenda(panels: Panels) -> None:
    """Its clock is met elsewhere, a brother is found, more urgent children come: nobody's answer is lost, and the
    agendas of the body go on being built.
    """
    asking = await _asking(panels, BODY_ID, "tracking_panel")
    member_on_list = await add_member(panels, new_member("Ada", ["chair"], body=BODY))
    resolution = await asking.opened()
    await asking.answer(resolution.name, member_on_list.name, "AGREES")
    sitting = await _listed(panels)
    put_off = panels_service_pb2.DeferItemRequest(
        agenda_item=asking.item.name,
        etag=(await panels.sitting_of(sitting.meeting)).etag,
        reason="The report is late.",
        request_id=request_id(),
    )
    said = await refusal(lambda: panels.call("DeferItem", put_off, "business-support"))
    assert said.info.reason == "ITEM_KEPT"
    child = asking.item.subjects[0]
    brother = panels.cases.add_child("demo", "Ben Example", "C-B")
    panels.cases.add_family("demo", [child, brother])
    panels.cases.add_clock(brother, date(2026, 3, 11))
    panels.cases.add_clock(child, date(2026, 3, 12), is_open=False)
    agenda = (await panels.sitting_with(sitting.meeting, 2)).agenda
    assert asking.item.name in [item.name for item in agenda]
    assert sorted(subject for item in agenda for subject in item.subjects) == sorted([child, brother])
    listed = await asking.call("ListWrittenResolutions", wire.ListWrittenResolutionsRequest(sitting=sitting.name))
    assert isinstance(listed, wire.ListWrittenResolutionsResponse)
    assert len(listed.written_resolutions[0].answers) == 1


async def test_what_is_settled_in_writing_happened_on_the_day_on_which_it_was(panels: Panels) -> None:
    """Not on the day of a sitting that is still to come: cases starts the next clocks from it."""
    asking = await _asking(panels, BODY_ID, "tracking_panel")
    members = [await add_member(panels, new_member(name, [role], body=BODY)) for name, role in LIST_OF_THREE]
    resolution = await asking.opened()
    for one in members:
        await asking.answer(resolution.name, one.name, "AGREES")
    settle = wire.SettleInWritingRequest(name=resolution.name, request_id=request_id())
    await asking.call("SettleInWriting", settle, "panel-chair")
    told = panel_events_pb2.OutcomeRecorded()

    async def there() -> bool:
        return any(event.fact.Unpack(told) for event in await panels.events())

    await eventually(there)
    assert told.on_date == day(date(2026, 3, 2))
