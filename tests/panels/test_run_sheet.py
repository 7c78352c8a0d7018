"""The run sheet of a sitting: two people write at once, and no word is lost or put over another's unseen."""

import asyncio
from collections.abc import Mapping
from datetime import date

import grpc
import pytest
from permanence.cases.v1 import case_events_pb2
from permanence.panels.v1 import panel_pb2
from permanence.panels.v1 import panels_service_pb2 as panels_wire
from permanence.panels.v1 import run_sheet_service_pb2 as wire
from permanence.panels.v1.run_sheet_service_pb2_grpc import RunSheetServiceStub

from tests.panels.conftest import BODY_ID, DEMO, OTHER, Panels, at, owner_asks, request_id
from tests.panels.fake_peers import day
from tests.servicekit.eventually import eventually
from tests.servicekit.serving import Refused, refusal

CHAIR, TAKER = "panel-chair", "business-support"


class Sheet:
    """The sheet of one sitting, as two people use it."""

    def __init__(self, panels: Panels, sitting: panel_pb2.Sitting) -> None:
        self.panels, self.sitting, self.item = panels, sitting, sitting.agenda[0]
        self.subject = self.item.subjects[0]
        self._stub = RunSheetServiceStub(panels.channel)

    async def call(self, rpc: str, request: object, role: str, council: object = DEMO, oid: str = "") -> object:
        metadata = self.panels.metadata(role, council=council, oid=oid)  # type: ignore[arg-type]
        return await getattr(self._stub, rpc)(request, metadata=metadata, timeout=10)

    def changes(
        self, fields: Mapping[str, tuple[str, int]], same: str = "", subject: str = ""
    ) -> wire.SaveRunSheetRequest:
        """Value and base version by field."""
        return wire.SaveRunSheetRequest(
            sitting=self.sitting.name,
            changes=[
                wire.FieldChange(
                    agenda_item=self.item.name,
                    subject=subject or self.subject,
                    field=name,
                    value=value,
                    base_version=base,
                )
                for name, (value, base) in fields.items()
            ],
            request_id=same or request_id(),
        )

    async def save(self, role: str, **fields: tuple[str, int]) -> dict[str, wire.SavedField]:
        reply = await self.call("SaveRunSheet", self.changes(fields), role)
        assert isinstance(reply, wire.SaveRunSheetResponse)
        return {one.field.field: one for one in reply.saved}

    async def read(self, role: str = CHAIR, after: int = 0, oid: str = "") -> wire.GetRunSheetResponse:
        request = wire.GetRunSheetRequest(sitting=self.sitting.name, after_revision=after)
        reply = await self.call("GetRunSheet", request, role, oid=oid)
        assert isinstance(reply, wire.GetRunSheetResponse)
        return reply

    async def values(self) -> dict[str, str]:
        return {one.field: one.value for one in (await self.read()).fields}

    def outcome(self, **changes: object) -> panels_wire.RecordOutcomeRequest:
        request = panels_wire.RecordOutcomeRequest(
            agenda_item=self.item.name,
            subject=self.subject,
            kind=panel_pb2.OUTCOME_KIND_ENDORSED,
            reasons="Sound.",
            request_id=request_id(),
        )
        request.MergeFrom(panels_wire.RecordOutcomeRequest(**changes))  # type: ignore[arg-type]
        return request

    async def record(self, **changes: object) -> panel_pb2.Outcome:
        looked = {"run_sheet_revision": (await self.read()).revision}
        reply = await self.panels.call("RecordOutcome", self.outcome(**(looked | changes)), CHAIR)
        assert isinstance(reply, panels_wire.RecordOutcomeResponse)
        return reply.outcome

    async def refused(self, rpc: str, request: object, role: str = CHAIR, **who: object) -> Refused:
        return await refusal(lambda: self.call(rpc, request, role, **who))  # type: ignore[arg-type]


@pytest.fixture
async def sheet(panels: Panels) -> Sheet:
    """It sits: Ann is first, Ben second."""
    meeting = panels.scheduler.book("demo", "tracking_panel", at(10, 10), at(10, 12), body=BODY_ID)
    for place, name in enumerate(("Ann", "Ben")):
        child = panels.cases.add_child("demo", f"{name} Example", f"C-{name[0]}")
        panels.cases.add_clock(child, date(2026, 3, 11 + place))
    sitting = await panels.sitting_with(meeting, 2)
    panels.set_time(at(10, 10))
    return Sheet(panels, sitting)


async def test_two_who_write_different_fields_lose_nothing(sheet: Sheet) -> None:
    await asyncio.gather(
        sheet.save(CHAIR, kind=("endorsed", 0), reasons=("Sound.", 0)),
        sheet.save(TAKER, what_1=("Ask the aunt.", 0), owner_1=("social-worker", 0)),
    )
    assert await sheet.values() == {
        "kind": "endorsed", "reasons": "Sound.", "what_1": "Ask the aunt.", "owner_1": "social-worker",
    }  # fmt: skip


async def test_two_who_write_into_the_same_field_both_see_both_words(sheet: Sheet) -> None:
    first = (await sheet.save(CHAIR, reasons=("The plan is sound.", 0)))["reasons"]
    assert (first.own_version, first.field.version, first.field.saved_by) == (1, 1, "oid-panel-chair")
    second = (await sheet.save(TAKER, reasons=("Delay since May.", 0)))["reasons"]
    assert second.field.value == "The plan is sound.\nDelay since May."
    assert (second.own_version, second.field.version) == (2, 3)
    # Whoever wrote second goes on from their own words, and the chair from theirs: nothing is doubled or lost.
    more = await sheet.save(TAKER, reasons=("Delay since May. Ask why.", second.own_version))
    assert more["reasons"].field.value == "The plan is sound.\nDelay since May. Ask why."
    again = await sheet.save(CHAIR, reasons=("The plan is sound. Go on.", 1))
    assert again["reasons"].field.value == "The plan is sound.\nDelay since May. Ask why.\nGo on."


async def test_of_two_choices_none_is_put_over_the_other_unseen(sheet: Sheet) -> None:
    await sheet.save(CHAIR, kind=("endorsed", 0))
    second = (await sheet.save(TAKER, kind=("challenged", 0)))["kind"].field
    assert (second.value, second.other) == ("endorsed", "challenged")
    seen = (await sheet.read()).fields[0]
    assert (seen.value, seen.other) == ("endorsed", "challenged")
    chosen = (await sheet.save(CHAIR, kind=("challenged", seen.version)))["kind"].field
    assert (chosen.value, chosen.other) == ("challenged", "")


async def test_a_save_sent_again_after_a_lost_answer_is_one(sheet: Sheet) -> None:
    request = sheet.changes({"reasons": ("Sound.", 0)})
    answers = await asyncio.gather(*(sheet.call("SaveRunSheet", request, CHAIR) for _ in range(3)))
    assert answers[0] == answers[1] == answers[2]
    anew = sheet.changes({"reasons": ("Sound.", 0)})
    reply = await sheet.call("SaveRunSheet", anew, CHAIR)
    assert isinstance(reply, wire.SaveRunSheetResponse)
    assert (reply.saved[0].own_version, reply.saved[0].field.version) == (1, 1), "the same words are no new version"


async def test_what_nobody_changed_does_not_undo_what_somebody_did(sheet: Sheet) -> None:
    await sheet.save(CHAIR, reasons=("Sound.", 0))
    await sheet.save(TAKER, reasons=("Sound. Late.", 1))
    await sheet.save(CHAIR, reasons=("Sound.", 1), what_1=("Ask.", 0))
    assert await sheet.values() == {"reasons": "Sound. Late.", "what_1": "Ask."}


async def test_only_what_came_since_is_told(sheet: Sheet) -> None:
    await sheet.save(CHAIR, reasons=("Sound.", 0))
    first = await sheet.read()
    assert [one.field for one in first.fields] == ["reasons"]
    assert not (await sheet.read(after=first.revision)).fields
    await sheet.save(TAKER, what_1=("Ask.", 0))
    later = await sheet.read(after=first.revision)
    assert [one.field for one in later.fields] == ["what_1"] and later.revision == first.revision + 1


async def test_an_outcome_makes_the_sheet_final_and_refuses_words_unseen(sheet: Sheet) -> None:
    await sheet.save(CHAIR, reasons=("Sound.", 0))
    looked = (await sheet.read()).revision
    await sheet.save(TAKER, dissent_who_1=("The health adviser", 0))
    late = await refusal(lambda: sheet.panels.call("RecordOutcome", sheet.outcome(run_sheet_revision=looked), CHAIR))
    assert (late.code, late.info.reason) == (grpc.StatusCode.ABORTED, "STALE")
    outcome = await sheet.record(
        run_sheet_revision=looked + 1,
        recommendation="Go on with both plans.",
        dissents=[panel_pb2.Dissent(who="The health adviser", why="Too slow.")],
    )
    stands = (await sheet.panels.sitting_of(sheet.sitting.meeting)).agenda[0].outcomes[0]
    assert stands == outcome
    assert outcome.recommendation == "Go on with both plans." and outcome.dissents[0].why == "Too slow."
    after = await sheet.read()
    assert not after.fields and [one.subject for one in after.recorded] == [sheet.subject]
    refused = await sheet.refused("SaveRunSheet", sheet.changes({"reasons": ("More.", 0)}), TAKER)
    assert refused.info.reason == "ALREADY_RECORDED"
    assert await owner_asks(sheet.panels, "select count(*) from run_sheet_version") == 0, (
        "no draft outlives the outcome"
    )


async def test_who_writes_while_the_outcome_is_recorded_is_in_it_or_is_told(sheet: Sheet) -> None:
    await sheet.save(CHAIR, reasons=("Sound.", 0))
    looked = (await sheet.read()).revision
    words = sheet.call("SaveRunSheet", sheet.changes({"reasons": ("Sound. Late.", 1)}), TAKER)
    record = sheet.panels.call("RecordOutcome", sheet.outcome(run_sheet_revision=looked), CHAIR)
    answers = await asyncio.gather(words, record, return_exceptions=True)
    assert sum(isinstance(one, grpc.aio.AioRpcError) for one in answers) == 1, "one of both, whichever came second"


async def test_part_heard_comes_back_as_a_matter_arising(sheet: Sheet) -> None:
    later = sheet.panels.scheduler.book("demo", "tracking_panel", at(24, 10), at(24, 12), body=BODY_ID)
    wrong = await refusal(lambda: sheet.panels.call("RecordOutcome", sheet.outcome(part_heard=True), CHAIR))
    assert [one.field for one in wrong.bad.field_violations] == ["part_heard"]
    outcome = await sheet.record(kind=panel_pb2.OUTCOME_KIND_DEFERRED, part_heard=True, reasons="The report is late.")
    assert outcome.part_heard and not outcome.case_events

    async def there() -> bool:
        found = await sheet.panels.sitting_of(later)
        return any("part-heard at the sitting of 10 March 2026" in item.reason for item in found.agenda)

    await eventually(there)


async def test_when_an_item_began_and_ended(sheet: Sheet) -> None:
    def ask() -> wire.BeginItemRequest:
        return wire.BeginItemRequest(agenda_item=sheet.item.name, request_id=request_id())

    await sheet.call("BeginItem", ask(), TAKER)
    sheet.panels.set_time(at(10, 10, 20))
    await sheet.save(CHAIR, reasons=("Sound.", 0))
    await sheet.record()
    (time,) = (await sheet.read()).item_times
    assert (time.begin_time.ToJsonString(), time.end_time.ToJsonString()) == (
        "2026-03-10T10:00:00Z",
        "2026-03-10T10:20:00Z",
    )
    sheet.panels.set_time(at(10, 10, 30))
    reply = await sheet.call("BeginItem", ask(), TAKER)
    assert isinstance(reply, wire.BeginItemResponse) and reply.item_time == time, "the first word stays"


async def test_the_first_words_say_that_an_item_began(sheet: Sheet) -> None:
    await sheet.save(CHAIR, reasons=("Sound.", 0))
    (time,) = (await sheet.read()).item_times
    assert time.agenda_item == sheet.item.name and not time.HasField("end_time")


async def test_every_fault_at_once(sheet: Sheet) -> None:
    request = sheet.changes({"reasons": ("x" * 20_001, -1), "colour": ("red", 0)})
    request.changes.append(request.changes[1])
    refused = await sheet.refused("SaveRunSheet", request)
    assert {one.field for one in refused.bad.field_violations} == {
        "changes[0].value", "changes[0].base_version", "changes[1].field", "changes[2].field",
    }  # fmt: skip
    other = sheet.sitting.agenda[1].subjects[0]
    wrong = await sheet.refused("SaveRunSheet", sheet.changes({"reasons": ("Sound.", 0)}, subject=other))
    assert [one.field for one in wrong.bad.field_violations] == ["changes[0].subject"]


async def test_not_before_it_begins(panels: Panels) -> None:
    meeting = panels.scheduler.book("demo", "tracking_panel", at(10, 10), at(10, 12), body=BODY_ID)
    child = panels.cases.add_child("demo", "Ann Example", "C-A")
    panels.cases.add_clock(child, date(2026, 3, 11))
    sheet = Sheet(panels, await panels.sitting_with(meeting, 1))
    refused = await sheet.refused("SaveRunSheet", sheet.changes({"reasons": ("Sound.", 0)}))
    assert refused.info.reason == "SITTING_NOT_BEGUN"


async def test_who_may_and_whose_case_is_hidden(sheet: Sheet) -> None:
    hidden = sheet.panels.cases.add_child("demo", "Cleo Example", "C-C", restricted=True)
    sheet.panels.cases.hidden_from[hidden] = {"outsider"}
    sheet.panels.cases.hidden_from[sheet.subject] = {"outsider"}
    refused = await sheet.refused("SaveRunSheet", sheet.changes({"reasons": ("Sound.", 0)}), "social-worker")
    assert refused.code is grpc.StatusCode.PERMISSION_DENIED
    assert (await sheet.refused("SaveRunSheet", sheet.changes({"reasons": ("x", 0)}, subject=hidden), oid="outsider")
    ).code is grpc.StatusCode.NOT_FOUND  # fmt: skip
    read = wire.GetRunSheetRequest(sitting=sheet.sitting.name)
    assert (await sheet.refused("GetRunSheet", read, council=OTHER)).code is grpc.StatusCode.NOT_FOUND
    assert (await sheet.refused("GetRunSheet", read, "social-worker")).code is grpc.StatusCode.PERMISSION_DENIED


async def test_a_recorded_action_has_its_day(sheet: Sheet) -> None:
    action = panel_pb2.Action(text="Call", owner_role="carer", due_date=day(date(2026, 3, 11)))
    outcome = await sheet.record(actions=[action])
    assert outcome.actions[0].owner_role == "carer"


async def test_an_adjourned_sitting_keeps_words_and_records_nothing_until_it_is_resumed(sheet: Sheet) -> None:
    def adjourn(reason: str = "The alarm rang.") -> wire.AdjournSittingRequest:
        return wire.AdjournSittingRequest(sitting=sheet.sitting.name, reason=reason, request_id=request_id())

    def resume() -> wire.ResumeSittingRequest:
        return wire.ResumeSittingRequest(sitting=sheet.sitting.name, request_id=request_id())

    assert (await sheet.refused("ResumeSitting", resume())).info.reason == "SITTING_NOT_ADJOURNED"
    assert [one.field for one in (await sheet.refused("AdjournSitting", adjourn(""))).bad.field_violations] == [
        "reason"
    ]
    await sheet.call("AdjournSitting", adjourn(), TAKER)
    assert (await sheet.refused("AdjournSitting", adjourn())).info.reason == "SITTING_ADJOURNED"
    await sheet.save(TAKER, reasons=("Sound.", 0))
    read = await sheet.read()
    assert read.adjourn_reason == "The alarm rang." and read.HasField("adjourn_time") and read.fields
    refused = await refusal(lambda: sheet.panels.call("RecordOutcome", sheet.outcome(), CHAIR))
    assert refused.info.reason == "SITTING_ADJOURNED"
    await sheet.call("ResumeSitting", resume(), CHAIR)
    assert not (await sheet.read()).HasField("adjourn_time")
    await sheet.call("AdjournSitting", adjourn("It rang again at once."), TAKER)
    await sheet.call("ResumeSitting", resume(), CHAIR)
    await sheet.record()


async def test_what_an_adjourned_sitting_did_not_hear_comes_before_the_next(sheet: Sheet) -> None:
    later = sheet.panels.scheduler.book("demo", "tracking_panel", at(24, 10), at(24, 12), body=BODY_ID)
    await sheet.record()
    request = wire.AdjournSittingRequest(sitting=sheet.sitting.name, reason="Fire.", request_id=request_id())
    await sheet.call("AdjournSitting", request, CHAIR)
    sheet.panels.set_time(at(10, 12, 1))

    async def there() -> bool:
        found = await sheet.panels.sitting_of(later)
        return [list(item.references) for item in found.agenda] == [["C-B"]]

    await eventually(there)


async def test_words_that_nobody_looked_at_are_not_emptied(sheet: Sheet) -> None:
    """Whoever records elsewhere, without the sheet, does not wipe out what is being written on it."""
    await sheet.save(TAKER, reasons=("What the aunt said.", 0))
    refused = await refusal(lambda: sheet.panels.call("RecordOutcome", sheet.outcome(), CHAIR))
    assert (refused.code, refused.info.reason) == (grpc.StatusCode.FAILED_PRECONDITION, "WORDS_ON_RUN_SHEET")
    assert await sheet.values() == {"reasons": "What the aunt said."}
    await sheet.save(TAKER, reasons=("", 1))
    await sheet.panels.call("RecordOutcome", sheet.outcome(), CHAIR)


async def test_words_of_a_sitting_that_is_moved_stay(sheet: Sheet) -> None:
    """Its clock is met meanwhile, so that nothing else asks for the item."""
    cases, told = sheet.panels.cases, case_events_pb2.ObligationChanged()
    await sheet.save(TAKER, reasons=("What the aunt said.", 0))
    clock = next(
        told.obligation for one in cases.feed.events if one.fact.Unpack(told) and told.subject == sheet.subject
    )
    sheet.panels.scheduler.move(sheet.sitting.meeting, at(17, 10), at(17, 12))
    cases.add_clock(sheet.subject, date(2026, 3, 11), is_open=False, obligation=clock)
    cases.add_clock(cases.add_child("demo", "Cleo Example", "C-C"), date(2026, 3, 18))
    moved = await sheet.panels.sitting_with(sheet.sitting.meeting, 3)
    assert sheet.item.name in [item.name for item in moved.agenda]
    sheet.panels.set_time(at(17, 10))
    assert await sheet.values() == {"reasons": "What the aunt said."}
