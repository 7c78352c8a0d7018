"""Several clients hold, book, move, cancel, let lapse, approve overlaps and take leave at once, against a small model.

The model knows what was acknowledged, and nothing of how the service works: nothing that was acknowledged may be lost,
nothing may be taken twice unless that was approved, and nothing may be refused that was free all the while.
"""

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import grpc
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from permanence.scheduler.v1 import meeting_pb2
from permanence.scheduler.v1 import scheduler_service_pb2 as wire

from tests.scheduler.conftest import DEMO, MONDAY, PARENT, World, at, chair, named, refusal, sitting

CHAIRS = [named("people", f"chair {n}") for n in range(3)]
LENGTH, LAPSES, SLOTS = timedelta(hours=1), timedelta(minutes=10), 6
REFUSALS = {"TIME_TAKEN", "HOLD_LAPSED", "NOT_A_HOLD", "STALE", "NOT_BOOKED"}


@dataclass(frozen=True)
class Known:
    """What a client was told of a meeting."""

    name: str
    state: str
    chair: int
    start: datetime
    etag: str
    approved: bool = False
    lapses: datetime | None = None

    def takes(self, number: int, start: datetime, now: datetime) -> bool:
        """Whether it takes that chair at that time."""
        alive = self.state == "booked" or (self.state == "held_slot" and self.lapses is not None and self.lapses > now)
        return alive and self.chair == number and self.start < start + LENGTH and start < self.start + LENGTH


@dataclass
class Model:
    """Every meeting that anybody was told of."""

    now: datetime
    meetings: dict[str, Known] = field(default_factory=dict)

    def free(self, number: int, start: datetime, but: str = "") -> bool:
        """Whether nothing acknowledged takes that chair then."""
        return not any(one.takes(number, start, self.now) for one in self.meetings.values() if one.name != but)


class Clients(RuleBasedStateMachine):
    """One run has a fortnight of its own, so that runs do not meet."""

    world: World
    loop: asyncio.AbstractEventLoop
    runs = 0
    steps = 0

    def __init__(self) -> None:
        super().__init__()
        type(self).runs += 1
        self.first = MONDAY + timedelta(days=14 * self.runs)
        self.model = Model(self.first - timedelta(days=1))
        self.ended: dict[str, Known] = {}
        self.world.at(self.model.now)

    def wait(self, work: Coroutine[Any, Any, Any]) -> Any:
        """Done in the loop that serves."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result()

    @rule(
        wanted=st.lists(
            st.tuples(
                st.sampled_from(["hold", "book", "approve"]), st.integers(0, 2), st.integers(0, SLOTS), st.booleans()
            ),
            min_size=2,
            max_size=5,
        )
    )
    def take(self, wanted: list[tuple[str, int, int, bool]]) -> None:
        """Several at once take a time; half hours apart, so that they overlap in part."""
        asks = [
            (how, number, self.first + timedelta(minutes=30 * (2 * slot + half))) for how, number, slot, half in wanted
        ]
        before = [self.model.free(number, start) for _, number, start in asks]
        answers = self.wait(self._all([self._take(*ask) for ask in asks]))
        self.count(len(asks))
        told = [one for one in answers if isinstance(one, Known)]
        for ask, was_free, answer in zip(asks, before, answers, strict=True):
            if isinstance(answer, Known):
                assert was_free or answer.approved, f"{ask} was given though it was taken"
            else:
                others = any(one.takes(ask[1], ask[2], self.model.now) for one in told)
                assert answer == "TIME_TAKEN" and ask[0] != "approve" and (not was_free or others), ask
        self.model.meetings.update((one.name, one) for one in told)

    @rule(
        how=st.sampled_from(["book", "move", "cancel"]),
        picked=st.lists(st.integers(0, 999), min_size=2, max_size=4),
        slot=st.integers(0, SLOTS),
    )
    def change(self, how: str, picked: list[int], slot: int) -> None:
        """Several at once change meetings that they know, perhaps the same one."""
        # What is drawn never hangs on what was answered: of clients at once now one is first, now the other.
        names = sorted(self.model.meetings, key=lambda name: self.model.meetings[name].start)
        known = [self.model.meetings[names[place % len(names)]] for place in picked] if names else []
        start = self.first + timedelta(hours=slot)
        answers = self.wait(self._all([self._change(how, one, start) for one in known]))
        self.count(len(known))
        for one, answer in zip(known, answers, strict=True):
            if isinstance(answer, Known):
                self.model.meetings[one.name] = answer
            else:
                assert answer in REFUSALS, answer

    @rule(minutes=st.sampled_from([3, 11]))
    def pass_time(self, minutes: int) -> None:
        """Holds lapse."""
        self.model.now += timedelta(minutes=minutes)
        self.world.at(self.model.now)
        self.count(1)

    @rule(number=st.integers(0, 2), slot=st.integers(0, SLOTS))
    def take_leave(self, number: int, slot: int) -> None:
        """Somebody's diary says that they are away: a warning, which takes nothing from anybody."""
        begin = self.first + timedelta(hours=slot)
        row = f"busy,person,C{number},{begin:%Y-%m-%dT%H:%M}+00:00,{begin + LENGTH:%Y-%m-%dT%H:%M}+00:00"
        content = f"kind,resource_kind,resource_source_id,busy_start,busy_end\n{row}\n"
        self.wait(self._import(content.encode()))
        self.count(1)

    @invariant()
    def nothing_is_lost_and_nothing_taken_twice(self) -> None:
        """What was acknowledged reads back; of what is not approved nothing overlaps, in the model and in the rows."""
        self._reads_back()
        alone = [one for one in self.model.meetings.values() if not one.approved]
        for one in alone:
            others = [other for other in alone if other.name != one.name]
            assert not any(
                one.takes(one.chair, one.start, self.model.now) and other.takes(one.chair, one.start, self.model.now)
                for other in others
            )
        assert self.wait(self._overlaps()) == 0

    def teardown(self) -> None:
        """What had ended is as it was when it ended."""
        self.ended.clear()
        self._reads_back()

    def _reads_back(self) -> None:
        stands = self.wait(self._stands())
        for one in self.model.meetings.values():
            lapsed = one.state == "held_slot" and one.lapses is not None and one.lapses <= self.model.now
            assert stands[one.name] == ("lapsed" if lapsed else one.state, one.start, one.chair)

    def count(self, steps: int) -> None:
        """What clients asked for, over all runs."""
        type(self).steps += steps

    async def _all(self, works: list[Coroutine[Any, Any, Any]]) -> list[Any]:
        return list(await asyncio.gather(*works))

    async def _import(self, content: bytes) -> None:
        request = wire.ImportCapacityRequest(parent=PARENT, content=content, request_id=str(uuid4()))
        await self.world.stub.ImportCapacity(request, metadata=self.world.as_())

    async def _take(self, how: str, number: int, start: datetime) -> "Known | str":
        plan, identity = sitting(chair(CHAIRS[number]), session_minutes=[60]), {"request_id": str(uuid4())}
        try:
            if how == "hold":
                hold = wire.HoldSlotRequest(parent=PARENT, plan=plan, start_time=at(start), **identity)  # type: ignore[arg-type]
                reply = await self.world.stub.HoldSlot(hold, metadata=self.world.as_())
                return replace(_known(reply.meeting), lapses=self.model.now + LAPSES)
            reason = "The director asked for it" if how == "approve" else ""
            book = wire.BookMeetingRequest(
                parent=PARENT,
                plan=plan,
                start_time=at(start),
                overlap_reason=reason,
                **identity,  # type: ignore[arg-type]
            )
            role = "team-manager" if how == "approve" else "business-support"
            reply = await self.world.stub.BookMeeting(book, metadata=self.world.as_(role))
        except grpc.aio.AioRpcError as refused:
            return refusal(refused)[1]
        return replace(_known(reply.meeting), approved=how == "approve")

    async def _change(self, how: str, one: Known, start: datetime) -> "Known | str":
        stub, caller, identity = self.world.stub, self.world.as_(), str(uuid4())
        try:
            if how == "book":
                book = wire.BookMeetingRequest(parent=PARENT, hold=one.name, request_id=identity)
                return replace(_known((await stub.BookMeeting(book, metadata=caller)).meeting), approved=one.approved)
            if how == "cancel":
                cancel = wire.CancelMeetingRequest(
                    name=one.name, etag=one.etag, reason="Not needed", request_id=identity
                )
                return _known((await stub.CancelMeeting(cancel, metadata=caller)).meeting)
            move = wire.RescheduleMeetingRequest(
                name=one.name, etag=one.etag, start_time=at(start), reason="A better day", request_id=identity
            )
            return _known((await stub.RescheduleMeeting(move, metadata=caller)).meeting)
        except grpc.aio.AioRpcError as refused:
            return refusal(refused)[1]

    async def _stands(self) -> dict[str, tuple[str, datetime, int]]:
        """State, start and chair of every meeting: from the list, and one by one, once ended, those that none shows."""
        request = wire.ListMeetingsRequest(parent=PARENT, page_size=500, from_time=at(self.first))
        listed = (await self.world.stub.ListMeetings(request, metadata=self.world.as_())).meetings
        found = self.ended | {one.name: _known(one) for one in listed}
        for one in self.model.meetings.values():
            if one.name not in found:
                read = wire.GetMeetingRequest(name=one.name)
                found[one.name] = _known((await self.world.stub.GetMeeting(read, metadata=self.world.as_())).meeting)
                if found[one.name].state in ("cancelled", "lapsed"):
                    self.ended[one.name] = found[one.name]
        return {name: (one.state, one.start, one.chair) for name, one in found.items()}

    async def _overlaps(self) -> int:
        async with self.world.database.transaction(DEMO.council_id) as tx:
            found = await tx.fetchval(
                "select count(*) from reservation a join reservation b on a.resource_id = b.resource_id and a.id < b.id"
                " and a.during && b.during where a.state = 'booked' and b.state = 'booked'"
                " and a.overlap_approved_by is null and b.overlap_approved_by is null"
            )
        assert isinstance(found, int)
        return found


def _known(meeting: meeting_pb2.Meeting) -> Known:
    state = meeting_pb2.MeetingState.Name(meeting.state).removeprefix("MEETING_STATE_").lower()
    number = CHAIRS.index(meeting.attendees[0].person)
    start = meeting.start_time.ToDatetime(tzinfo=MONDAY.tzinfo)
    return Known(meeting.name, state, number, start, meeting.etag)


@pytest.mark.timeout(400)
async def test_clients_at_once_lose_nothing_and_take_nothing_twice(world: World, record_property: Any) -> None:
    """At least 2,000 steps. A failure prints the steps that led to it, and hypothesis keeps them for the next run."""
    world.cases.people.update({f"C{n}": person for n, person in enumerate(CHAIRS)})
    Clients.world, Clients.loop, Clients.runs, Clients.steps = world, asyncio.get_running_loop(), 0, 0
    profile = settings(max_examples=4, stateful_step_count=50, deadline=None, suppress_health_check=list(HealthCheck))
    while Clients.steps < 2000:
        await asyncio.to_thread(run_state_machine_as_test, Clients, settings=profile)
    record_property("steps of clients", Clients.steps)
