"""A member who signs in keeps out of what they keep out of in the room: outcomes, run sheet, papers, packs, minutes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import grpc
import pytest
from permanence.cases.v1 import cases_service_pb2, council_pb2, subject_pb2
from permanence.panels.v1 import composition_service_pb2, member_pb2, panel_pb2
from permanence.panels.v1 import panels_service_pb2 as panels_wire
from permanence.panels.v1 import papers_service_pb2 as papers_wire
from permanence.panels.v1 import run_sheet_service_pb2 as sheet_wire
from permanence.panels.v1.paper_pb2 import PACK_AUDIENCE_FAMILY, PACK_AUDIENCE_MEMBER, PACK_AUDIENCE_RESTRICTED
from permanence.panels.v1.run_sheet_service_pb2_grpc import RunSheetServiceStub

from servicekit.caller import Caller, CallerKind, service_caller
from servicekit.errors import Unavailable
from services.panels.adapters.cases_people import CasesPeople
from tests.panels.conftest import BODY, Panels, at, request_id
from tests.panels.fake_peers import day
from tests.panels.paper_desk import PaperDesk, pdf_saying, reason_of, sitting_with, texts_by_label
from tests.panels.quorate import add_member, ask, new_member
from tests.servicekit.eventually import eventually
from tests.servicekit.serving import Refused, refusal

PERSON = "councils/demo/people/00000000-0000-4000-8000-000000000001"
CHAIR, ANOTHER, TAKER = "oid-panel-chair", "oid-another-chair", "oid-business-support"
ROLES = {CHAIR: "panel-chair", ANOTHER: "panel-chair", TAKER: "business-support"}


@dataclass
class Room:
    """A sitting that hears Ann, whose team manager chairs, and Ben. Whoever else chairs is not on the list."""

    panels: Panels
    desk: PaperDesk
    sitting: str
    children: Sequence[str]
    items: Sequence[panel_pb2.AgendaItem]
    chair: member_pb2.Member

    async def record(self, who: str, place: int) -> str:
        """The reason of its refusal; empty where the outcome is recorded."""
        request = panels_wire.RecordOutcomeRequest(
            agenda_item=self.items[place].name,
            subject=self.children[place],
            kind=panel_pb2.OUTCOME_KIND_ENDORSED,
            reasons="Sound.",
            request_id=request_id(),
        )
        return await said(self.panels.call("RecordOutcome", request, ROLES[who], oid=who))

    async def on_sheet(self, rpc: str, request: object, who: str) -> Any:
        method = getattr(RunSheetServiceStub(self.panels.channel), rpc)
        return await method(request, metadata=self.panels.metadata(ROLES[who], oid=who), timeout=10)

    async def write(self, who: str, place: int) -> str:
        change = sheet_wire.FieldChange(
            agenda_item=self.items[place].name, subject=self.children[place], field="reasons", value="Words."
        )
        request = sheet_wire.SaveRunSheetRequest(sitting=self.sitting, changes=[change], request_id=request_id())
        return await said(self.on_sheet("SaveRunSheet", request, who))

    async def begin(self, who: str, place: int) -> str:
        request = sheet_wire.BeginItemRequest(agenda_item=self.items[place].name, request_id=request_id())
        return await said(self.on_sheet("BeginItem", request, who))

    async def read(self, who: str, after: int = 0) -> sheet_wire.GetRunSheetResponse:
        request = sheet_wire.GetRunSheetRequest(sitting=self.sitting, after_revision=after)
        reply: sheet_wire.GetRunSheetResponse = await self.on_sheet("GetRunSheet", request, who)
        return reply

    async def settle(self, rpc: str, who: str, ground: int, words: str) -> str:
        """Declare or set aside the chair's conflict in Ann's item."""
        named = {"reason": words} if rpc == "SetConflictAside" else {"words": words}
        request = getattr(composition_service_pb2, f"{rpc}Request")(
            agenda_item=self.items[0].name, member=self.chair.name, ground=ground, request_id=request_id(), **named
        )
        return await said(ask(self.panels, rpc, request, ROLES[who], oid=who))


async def said(call: Any) -> str:
    """The reason of a refusal, or else its status; empty where it is done."""
    try:
        await call
    except grpc.aio.AioRpcError as error:
        return Refused(error).info.reason or error.code().name
    return ""


@pytest.fixture
async def room(panels: Panels) -> Room:
    """Before it sits."""
    sitting, children = await sitting_with(panels, "Ann", "Ben")
    desk = PaperDesk(panels)
    chair = await add_member(panels, new_member("Ada Made", ["chair"], body=BODY, person=PERSON))
    panels.cases.staff[CHAIR] = PERSON
    panels.cases.involvements.append(subject_pb2.Involvement(subject=children[0], person=PERSON, role="team-manager"))
    items = (await desk.sitting(sitting)).agenda
    assert [item.subjects[0] for item in items] == children
    return Room(panels, desk, sitting, children, items, chair)


async def test_who_keeps_out_records_no_outcome_and_somebody_else_does(room: Room) -> None:
    room.panels.set_time(at(10, 10))
    assert await room.record(CHAIR, 0) == "KEEPS_OUT"
    assert await room.record(CHAIR, 1) == ""
    assert await room.record(ANOTHER, 0) == ""


async def test_the_refusal_says_what_to_do_and_never_what_the_conflict_is(room: Room) -> None:
    room.panels.set_time(at(10, 10))
    request = sheet_wire.BeginItemRequest(agenda_item=room.items[0].name, request_id=request_id())
    told = await refusal(lambda: room.on_sheet("BeginItem", request, CHAIR))
    assert told.code is grpc.StatusCode.FAILED_PRECONDITION
    assert "Leave the room" in told.text and "set it aside with a reason" in told.text
    assert "manage" not in told.text and room.children[0] not in told.text


async def test_words_on_the_run_sheet_are_neither_shown_to_nor_taken_from_who_keeps_out(room: Room) -> None:
    room.panels.set_time(at(10, 10))
    assert [await room.write(TAKER, place) for place in (0, 1)] == ["", ""]
    read = await room.read(CHAIR)
    assert {one.agenda_item for one in read.fields} == {room.items[1].name}
    assert list(read.kept_out_items) == [room.items[0].name]
    assert {one.agenda_item for one in (await room.read(CHAIR, after=1)).fields} == {room.items[1].name}
    assert await room.write(CHAIR, 0) == await room.begin(CHAIR, 0) == "KEEPS_OUT"
    assert await room.write(CHAIR, 1) == await room.begin(CHAIR, 1) == ""
    taken = await room.read(TAKER)
    assert {one.agenda_item for one in taken.fields} == {one.name for one in room.items}
    assert not taken.kept_out_items


async def test_papers_are_not_there_and_the_list_says_of_which_items(room: Room) -> None:
    ann, ben = room.children
    annes = await room.desk.add(ann, pdf_saying("Annwords"))
    bens = await room.desk.add(ben, pdf_saying("Benwords"))
    listed = await room.desk.listed(room.sitting)
    assert [one.name for one in listed.papers] == [bens.name]
    assert not [one for one in listed.missing if one.subject == ann]
    assert list(listed.kept_out_items) == [room.items[0].name]
    whole = await room.desk.listed(room.sitting, "business-support")
    assert [one.name for one in whole.papers] == [annes.name, bens.name] and not whole.kept_out_items

    async def get(paper: str, role: str, oid: str = "") -> bytes:
        return await room.desk.read("GetPaper", papers_wire.GetPaperRequest(name=paper), role, oid=oid)

    assert await reason_of(get(annes.name, "panel-chair")) == "NOT_FOUND"
    assert await get(bens.name, "panel-chair") and await get(annes.name, "panel-chair", ANOTHER)
    own = await room.desk.add(ann, pdf_saying("Managerwords"), "panel-chair")
    assert await get(own.name, "panel-chair"), "what they brought themselves is not kept from them"
    assert own.name in {one.name for one in (await room.desk.listed(room.sitting)).papers}


async def test_whatever_pack_they_ask_for_is_without_the_item(room: Room) -> None:
    ann, ben = room.children
    other = await add_member(room.panels, new_member("Oth Made", ["member"], body=BODY))
    await room.desk.add(ann, pdf_saying("Annwords"), for_family=True)
    await room.desk.add(ben, pdf_saying("Benwords"), for_family=True)
    await room.desk.publish_now(room.sitting)
    await room.desk.release(room.sitting, 1, oid=ANOTHER)
    copies = [{}, {"member": room.chair.name}]
    for audience, named in [(PACK_AUDIENCE_RESTRICTED, {}), *((PACK_AUDIENCE_MEMBER, one) for one in copies)]:
        pages = texts_by_label(await room.desk.pack(room.sitting, audience, **named))
        assert "Annwords" not in str(pages) and "Benwords" in str(pages)
        assert "You take no part in C-Ann" in pages["Agenda 1"]
    for_others = room.desk.pack(room.sitting, PACK_AUDIENCE_MEMBER, member=other.name)
    assert await reason_of(for_others) == "KEEPS_OUT", "it would tell another member that they take no part"
    assert await reason_of(room.desk.pack(room.sitting, PACK_AUDIENCE_FAMILY, subject=ann)) == "KEEPS_OUT"
    assert b"%PDF" in await room.desk.pack(room.sitting, PACK_AUDIENCE_FAMILY, subject=ben)
    whole = await room.desk.pack(room.sitting, PACK_AUDIENCE_MEMBER, oid=ANOTHER, member=other.name)
    assert "Annwords" in str(texts_by_label(whole))


async def test_nobody_sets_their_own_conflict_aside_and_once_it_is_they_take_part(room: Room) -> None:
    room.panels.set_time(at(10, 10))
    ground = member_pb2.CONFLICT_GROUND_LINE_MANAGEMENT
    assert await room.settle("SetConflictAside", CHAIR, ground, "It is fine.") == "OWN_CONFLICT"
    assert await room.record(CHAIR, 0) == "KEEPS_OUT"
    assert await room.settle("SetConflictAside", ANOTHER, ground, "Left the team in May.") == ""
    assert await room.record(CHAIR, 0) == ""


async def test_minutes_are_neither_read_written_nor_signed_by_who_keeps_out_until_they_are_signed(room: Room) -> None:
    panels = room.panels
    meeting = (await room.desk.sitting(room.sitting)).meeting
    panels.set_time(at(10, 12))
    panels.scheduler.hold(meeting, at(10, 12))

    async def opened() -> bool:
        return len(await panels.minutes_of(meeting)) == len(room.children)

    await eventually(opened)
    by_subject = {one.subject: one for one in await panels.minutes_of(meeting)}

    async def draft(who: str, subject: str, etag: str) -> str:
        request = panels_wire.DraftMinutesRequest(
            meeting=meeting, subject=subject, text="What was said.", etag=etag, request_id=request_id()
        )
        return await said(panels.call("DraftMinutes", request, ROLES[who], oid=who))

    async def sign(who: str, subject: str) -> str:
        request = panels_wire.SignMinutesRequest(name=by_subject[subject].name, etag="1", request_id=request_id())
        return await said(panels.call("SignMinutes", request, ROLES[who], oid=who))

    async def read(who: str, subject: str) -> str:
        request = panels_wire.GetMinutesRequest(name=by_subject[subject].name)
        page = panels_wire.RenderMinutesRequest(name=request.name, audience=panels_wire.AUDIENCE_FILE)
        seen = await said(panels.call("GetMinutes", request, ROLES[who], oid=who))
        assert await said(panels.call("RenderMinutes", page, ROLES[who], oid=who)) == seen
        return seen

    ann, ben = room.children
    assert await draft(CHAIR, ann, "") == "KEEPS_OUT"
    assert await draft(TAKER, ann, "") == await draft(CHAIR, ben, "") == ""
    assert await read(CHAIR, ann) == await sign(CHAIR, ann) == "KEEPS_OUT"
    assert await read(CHAIR, ben) == await sign(CHAIR, ben) == ""
    assert await sign(ANOTHER, ann) == ""
    assert await read(CHAIR, ann) == "", "signed minutes are a part of the child's file"


async def test_nothing_is_asked_or_settled_in_writing_by_who_keeps_out(room: Room) -> None:
    def asked(place: int) -> sheet_wire.OpenWrittenResolutionRequest:
        return sheet_wire.OpenWrittenResolutionRequest(
            agenda_item=room.items[place].name,
            subject=room.children[place],
            kind=panel_pb2.OUTCOME_KIND_ENDORSED,
            recommendation="The plan stands.",
            reasons="Sound.",
            closes_date=day(at(9, 9).date()),
            request_id=request_id(),
        )

    assert await said(room.on_sheet("OpenWrittenResolution", asked(0), CHAIR)) == "KEEPS_OUT"
    assert await said(room.on_sheet("OpenWrittenResolution", asked(1), CHAIR)) == ""
    opened = await room.on_sheet("OpenWrittenResolution", asked(0), TAKER)
    settle = sheet_wire.SettleInWritingRequest(name=opened.written_resolution.name, request_id=request_id())
    assert await said(room.on_sheet("SettleInWriting", settle, CHAIR)) == "KEEPS_OUT"
    wanted = sheet_wire.ListWrittenResolutionsRequest(sitting=room.sitting)
    for who, subjects in ((CHAIR, room.children[1:]), (TAKER, room.children)):
        listed = await room.on_sheet("ListWrittenResolutions", wanted, who)
        assert [one.subject for one in listed.written_resolutions] == list(subjects)


async def test_without_cases_the_run_sheet_goes_on_by_what_was_declared_and_nothing_is_recorded(room: Room) -> None:
    room.panels.set_time(at(10, 10))
    assert await room.write(CHAIR, 0) == "KEEPS_OUT"
    room.panels.cases.nobody_answers_for_people = True
    assert await room.write(CHAIR, 0) == "", "nobody can look who stands around Ann"
    assert not (await room.read(CHAIR)).kept_out_items
    assert await room.record(CHAIR, 0) == "UNAVAILABLE"
    assert await room.settle("DeclareConflict", TAKER, member_pb2.CONFLICT_GROUND_PERSONAL, "A neighbour.") == ""
    assert await room.write(CHAIR, 0) == "KEEPS_OUT"
    assert await room.write(TAKER, 0) == await room.write(ANOTHER, 0) == ""


async def test_cases_is_asked_who_somebody_is_once_and_only_where_the_list_knows_a_person(room: Room) -> None:
    room.panels.set_time(at(10, 10))
    for _ in range(3):
        await room.read(CHAIR)
    assert room.panels.cases.looked_up == [CHAIR]
    revision = (await room.read(TAKER)).revision
    room.panels.cases.looked_up.clear()
    await room.write(TAKER, 1)
    await room.read(TAKER, after=revision + 1)
    assert room.panels.cases.looked_up == [TAKER], "nothing was saved since, so nothing is kept from anybody"


async def test_a_list_without_people_asks_nobody(panels: Panels) -> None:
    sitting, _ = await sitting_with(panels, "Ann")
    await add_member(panels, new_member("Ada Made", ["chair"], body=BODY))
    await PaperDesk(panels).listed(sitting)
    assert not panels.cases.looked_up


async def test_who_may_not_look_up_staff_is_nobody_on_the_list(room: Room) -> None:
    room.panels.cases.no_staff_for.add(CHAIR)
    room.panels.set_time(at(10, 10))
    assert await room.record(CHAIR, 0) == ""


class Asked:
    """Stands for the connection to cases."""

    def __init__(self) -> None:
        self.channel = grpc.aio.insecure_channel("127.0.0.1:1")
        self.person, self.times, self.away = PERSON, 0, False

    async def call(
        self, method: object, request: cases_service_pb2.LookUpStaffRequest, caller: Caller
    ) -> cases_service_pb2.LookUpStaffResponse:
        self.times += 1
        if self.away:
            raise Unavailable(service="cases")
        (oid,) = request.principal_ids
        staff = [council_pb2.StaffMember(principal_id=oid, person=self.person)] if self.person else []
        return cases_service_pb2.LookUpStaffResponse(staff=staff)


async def test_who_somebody_is_is_remembered_for_ten_minutes_and_as_long_as_cases_is_away() -> None:
    peer, seconds = Asked(), [0.0]
    people = CasesPeople(peer, lambda: seconds[0])  # type: ignore[arg-type]
    chair = Caller(UUID(int=1), "demo", CHAIR, CallerKind.USER)
    assert await people.own_person(service_caller(UUID(int=1), "demo", "panels")) == "" and peer.times == 0
    assert [await people.own_person(chair) for _ in range(2)] == [PERSON, PERSON] and peer.times == 1
    seconds[0], peer.person = 599.0, ""
    assert await people.own_person(chair) == PERSON
    seconds[0], peer.away = 601.0, True
    assert await people.own_person(chair) == PERSON
    peer.away = False
    assert await people.own_person(chair) == ""
    with pytest.raises(Unavailable):
        peer.away = True
        await people.own_person(Caller(UUID(int=2), "other", CHAIR, CallerKind.USER))
