"""The queue narrowed to one officer's or one team's children: whole pages, and few questions of cases."""

from datetime import date, timedelta

import grpc
import pytest
from permanence.scheduler.v1 import scheduler_service_pb2 as wire

from tests.servicekit.serving import refusal

from .conftest import MANAGER, OFFICER, OTHER_MANAGER, PARENT, World, named


async def _queue(world: World, size: int = 0, token: str = "", **wanted: object) -> tuple[list[str], str]:
    request = wire.ListUnarrangedObligationsRequest(parent=PARENT, page_size=size, page_token=token, **wanted)
    reply = await world.stub.ListUnarrangedObligations(request, metadata=world.as_(oid="officer"))
    return [one.subject for one in reply.obligations], reply.next_page_token


async def _children(world: World, count: int) -> list[str]:
    """Each with a clock, a day after the last one's; of every three one has that officer, one that team, one both."""
    found = [named("children", f"queue-{number}") for number in range(count)]
    for number, child in enumerate(found):
        world.cases.tell_subject(child, f"QU-{number:04d}")
        due = date(2026, 4, 1) + timedelta(days=number)
        world.cases.tell_obligation(named("obligations", f"queue-{number}"), child, due)
        if number % 3 != 1:
            world.cases.involve(child, reviewing_officer=OFFICER)
        if number % 3 != 0:
            world.cases.involve(child, team_manager=OTHER_MANAGER)
    await world.follow()
    return found


async def test_pages_of_one_officer_and_one_team_are_whole_and_in_order(world: World) -> None:
    children = await _children(world, 30)
    for wanted, remainders in (
        ({}, (0, 1, 2)),
        ({"reviewing_officer": OFFICER}, (0, 2)),
        ({"team_manager": OTHER_MANAGER}, (1, 2)),
        ({"reviewing_officer": OFFICER, "team_manager": OTHER_MANAGER}, (2,)),
        ({"roles_not_recorded": ["team-manager"]}, (0,)),
        ({"roles_not_recorded": ["team-manager", "reviewing-officer"]}, ()),
        ({"team_manager": MANAGER}, ()),
    ):
        expected = [child for number, child in enumerate(children) if number % 3 in remainders]
        seen, token = await _queue(world, 4, **wanted)
        while token:
            assert len(seen) % 4 == 0, "a page is short only at the end"
            more, token = await _queue(world, 4, token, **wanted)
            assert more, "a token leads to something"
            seen += more
        assert seen == expected, wanted


async def test_a_token_is_good_for_the_people_it_came_with(world: World) -> None:
    await _children(world, 9)
    _, token = await _queue(world, 2, reviewing_officer=OFFICER)
    for wanted in ({}, {"team_manager": OFFICER}, {"reviewing_officer": OFFICER, "roles_not_recorded": ["carer"]}):
        refused = await refusal(lambda wanted=wanted: _queue(world, 2, token, **wanted))  # type: ignore[misc]
        assert [one.field for one in refused.bad.field_violations] == ["page_token"], wanted


async def test_a_restricted_child_stays_hidden_whosever_it_is(world: World) -> None:
    children = await _children(world, 6)
    world.cases.hidden.add(("officer", children[2]))
    assert await _queue(world, 1, reviewing_officer=OFFICER, team_manager=OTHER_MANAGER) == ([children[5]], "")


async def test_cases_is_asked_a_handful_of_times_however_few_are_found(world: World) -> None:
    children = await _children(world, 220)
    world.cases.involve(children[211], team_manager=MANAGER)
    world.cases.asked.clear()
    assert await _queue(world, 25, team_manager=MANAGER) == ([children[211]], "")
    assert world.cases.asked == [("FilterSubjects", frozenset({"business-support"}))] * 2


async def test_every_fault_is_told_at_once(world: World) -> None:
    refused = await refusal(
        lambda: _queue(world, reviewing_officer="Sam", team_manager=named("rooms", "1"), roles_not_recorded=["boss"])
    )
    assert refused.code == grpc.StatusCode.INVALID_ARGUMENT
    assert {one.field for one in refused.bad.field_violations} == {
        "reviewing_officer",
        "team_manager",
        "roles_not_recorded[0]",
    }
    with pytest.raises(grpc.aio.AioRpcError) as elsewhere:
        await _queue(world, team_manager="councils/second/people/00000000-0000-0000-0000-000000000001")
    assert elsewhere.value.code() == grpc.StatusCode.NOT_FOUND
