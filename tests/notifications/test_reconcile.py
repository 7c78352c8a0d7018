"""The whole mailbox is held against what is kept, once a night, and what differs is a row until it has gone."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from services.notifications.app.read_replies import read_replies
from services.notifications.app.reconcile import reconcile_if_due
from services.notifications.domain.answer import Answer
from services.notifications.domain.delivery_fault import Unreachable
from services.notifications.domain.invitation import Invitation
from services.notifications.domain.mismatch import Mismatch, MismatchKind, mismatches
from services.notifications.domain.outlook_event import EventState, OutlookEvent, new_event
from services.notifications.domain.outlook_proposal import Decision, ProposalState
from services.notifications.domain.remote_event import RemoteEvent
from services.notifications.domain.shown_event import EditedPart
from services.notifications.storage.stores import Events, Invitations
from tests.notifications.test_drift import decide, event_of, listen, proposals, shared
from tests.notifications.world import START, Kept, World

NIGHT = timedelta(days=1)


async def found(world: World) -> dict[MismatchKind, Mismatch]:
    """What the next night's reading finds."""
    world.clock.instant += NIGHT
    assert await reconcile_if_due(world.desk, world.caller)
    async with world.begin(world.caller) as unit:
        return {one.kind: one for one in await unit.mismatches.page((), 50)}


async def test_a_mailbox_as_it_should_be_has_no_mismatch(world: World) -> None:
    await world.tell()
    assert await found(world) == {}


async def test_it_is_read_once_a_day_after_two_in_london_and_a_missed_night_is_made_up_for(world: World) -> None:
    async def due_at(*moment: int) -> bool:
        world.clock.instant = datetime(2026, 6, *moment, tzinfo=UTC)
        return await reconcile_if_due(world.desk, world.caller)

    assert await due_at(10, 12)
    # Two in London is one in UTC in summer.
    assert [await due_at(11, 0, 59), await due_at(11, 1, 0), await due_at(11, 1, 1)] == [False, True, False]
    assert await due_at(15, 0, 30)
    assert not await due_at(15, 0, 31)
    assert await due_at(15, 1, 0)


async def test_an_event_that_vanished_unseen_is_missing_and_since_when_is_kept(world: World) -> None:
    await world.tell()
    shared(world).cancelled = True
    first = (await found(world))[MismatchKind.MISSING]
    assert (first.meeting, first.start, first.since) == (world.meeting.name, START, world.clock.now())
    assert (await found(world))[MismatchKind.MISSING].since == first.since
    assert (await event_of(world)).state is EventState.LOST, "it is not shown as sent any more"
    await world.tell()
    assert [one.part for one in await proposals(world)] == [EditedPart.GONE]


async def test_one_that_was_only_moved_out_of_the_window_is_not_missing(world: World) -> None:
    await world.tell()
    kept = shared(world)
    kept.draft = replace(kept.draft, start=START + timedelta(days=900), end=START + timedelta(days=900, hours=1))
    assert set(await found(world)) == {MismatchKind.TIME}


async def test_an_edit_that_no_delta_showed_is_a_mismatch_and_a_proposal_until_it_is_decided(world: World) -> None:
    await world.tell()
    kept = shared(world)
    kept.draft, kept.etag = replace(kept.draft, start=START + timedelta(hours=1)), kept.etag + 1
    assert set(await found(world)) == {MismatchKind.TIME}
    assert [one.state for one in await proposals(world)] == [ProposalState.OPEN]
    world.calendar.seen = [kept.remote()]
    await listen(world)
    await decide(world, Decision.PUT_OURS_BACK)
    await world.tell()
    assert await found(world) == {}


async def test_what_is_live_there_and_cancelled_here_or_twice_or_unknown_is_found(world: World) -> None:
    await world.tell()
    kept = shared(world)
    again = Kept(replace(kept.draft, transaction_id=uuid4()), "again")
    nobodys = Kept(replace(kept.draft, transaction_id=uuid4(), correlation_id=uuid4()), "nobody's")
    world.calendar.events |= {one.id: one for one in (again, nobodys)}
    rows = await found(world)
    assert {kind: one.remote_id for kind, one in rows.items()} == {
        MismatchKind.TWICE: "again",
        MismatchKind.NOT_OURS: "nobody's",
    }
    world.cancel()
    await world.tell()
    assert (await event_of(world)).state is EventState.CANCELLED
    assert (await found(world))[MismatchKind.LIVE_THERE].remote_id == "again"


def test_a_half_saved_event_without_our_mark_is_known_by_its_transaction_id() -> None:
    """Its create was never confirmed, somebody moved it far away, and the meeting was called off meanwhile."""
    at = datetime(2026, 3, 17, 2, tzinfo=UTC)
    kept = new_event(uuid4(), "councils/north/meetings/1", "staff").ended(EventState.CANCELLED)
    there = RemoteEvent(
        "m@north.example.org", "half", "ical", "1", kept.transaction_id, at, at + timedelta(hours=1), False, ()
    )
    assert [(one.kind, one.remote_id) for one in mismatches([kept], [there], at)] == [(MismatchKind.LIVE_THERE, "half")]


async def test_while_nobody_can_read_what_was_found_before_stands_with_its_time(world: World) -> None:
    await world.tell()
    before = world.clock.now()
    assert await reconcile_if_due(world.desk, world.caller)
    world.clock.instant += NIGHT
    world.calendar.faults.planned = ["down"]
    with pytest.raises(Unreachable):
        await reconcile_if_due(world.desk, world.caller)
    async with world.begin(world.caller) as unit:
        assert await unit.mismatches.last_read() == before


async def test_neither_the_nights_reading_nor_the_delta_holds_two_things_of_the_lanes(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    held: dict[object, set[UUID]] = {}
    get, put = Events.get, Invitations.put

    async def locked(self: Events, event_id: UUID) -> OutlookEvent | None:
        held.setdefault(self._tx, set()).add(event_id)
        return await get(self, event_id)

    async def written(self: Invitations, one: Invitation) -> None:
        held.setdefault(self._tx, set()).add(one.id)
        await put(self, one)

    await world.tell()
    for kept in world.calendar.live:
        world.calendar.edit(kept, location="Somewhere else")
        world.calendar.reply(kept.draft.attendees[0].address, Answer.ACCEPTED, world.clock.now())
    monkeypatch.setattr(Events, "get", locked)
    monkeypatch.setattr(Invitations, "put", written)
    await read_replies(world.desk, world.caller)
    await found(world)
    assert {len(ones) for ones in held.values()} == {1}
    assert len(set().union(*held.values())) == 6
