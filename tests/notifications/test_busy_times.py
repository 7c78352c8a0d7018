"""Whose Outlook is read for the search, and what is said where it cannot be."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from servicekit.caller import Caller, CallerKind, service_caller
from servicekit.clock import FixedClock
from servicekit.errors import PermissionDenied
from servicekit.postgres import Database
from services.notifications.app.ports import Outside
from services.notifications.app.read_busy_times import BusyQuestion, read_busy_times
from services.notifications.domain.free_busy import FreeBusy, Reach
from tests.notifications.world import SENDER, World, person, recipient

SCHEDULER = service_caller(UUID(int=1), "north", "scheduler")
FROM = datetime(2026, 3, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def world(database: Database, clock: FixedClock) -> World:
    return World(database, UUID(int=1), clock)


async def ask(world: World, *names: str, days: int = 30) -> dict[str, FreeBusy]:
    asked = BusyQuestion(tuple(map(person, names)), FROM, FROM + timedelta(days=days))
    found = await read_busy_times(world.desk, SCHEDULER, asked)
    return {name: found[person(name)] for name in names}


async def test_only_staff_with_outlook_are_looked_up(world: World) -> None:
    world.calendar.schedules["chair@example.org"] = [(FROM, FROM + HOUR)]
    found = await ask(world, "chair", "worker", "mother", "stranger")
    assert found["chair"] == FreeBusy(((FROM, FROM + HOUR),)) and found["worker"] == FreeBusy()
    assert found["mother"] == found["stranger"] == FreeBusy(reason="NO_OUTLOOK")
    assert {one for asked, _ in world.calendar.asked for one in asked} == {"chair@example.org", "worker@example.org"}


async def test_long_times_and_many_people_are_asked_in_portions(world: World) -> None:
    names = [f"w{n}" for n in range(45)]
    world.people |= {name: recipient(name, staff=True) for name in names}
    spell = (FROM + timedelta(days=60, hours=23), FROM + timedelta(days=61, hours=1))
    world.calendar.schedules["w0@example.org"] = [spell]
    found = await ask(world, *names, days=130)
    assert all(one.read for one in found.values())
    assert found["w0"].busy == (spell,), "what lies over the seam of two portions is told once"
    assert len(world.calendar.asked) == 3 * 3
    assert max(len(asked) for asked, _ in world.calendar.asked) == 20
    assert max(end - start for _, (start, end) in world.calendar.asked) < timedelta(days=62)


async def test_where_exchange_does_not_answer_nobody_is_free(world: World) -> None:
    world.calendar.faults.planned = ["", "down"]
    found = await ask(world, "chair", days=100)
    assert found["chair"] == FreeBusy(reason="NO_CONNECTION"), "half a diary is not a diary that was read"


@pytest.mark.parametrize(
    ("reach", "asked"),
    [(Reach(frozenset({"chair@example.org"})), ["chair@example.org"]), (Reach(frozenset()), [])],
)
async def test_who_is_out_of_the_tenants_reach_is_not_asked_and_not_free(
    world: World, reach: Reach, asked: list[str]
) -> None:
    outside = Outside(SENDER, "north.example.org", world.calendar, None, reach=reach)
    world.desk = replace(world.desk, outside={UUID(int=1): outside})
    found = await ask(world, "chair", "worker", "mother")
    assert found["chair"].read is bool(asked) and found["worker"] == FreeBusy(reason="OUT_OF_SCOPE")
    assert found["mother"] == FreeBusy(reason="NO_OUTLOOK")
    assert [one for portion, _ in world.calendar.asked for one in portion] == asked


async def test_without_a_tenant_nothing_is_known(world: World) -> None:
    world.desk = replace(world.desk, outside={UUID(int=1): Outside(SENDER, "north.example.org", None, None)})
    assert (await ask(world, "chair"))["chair"] == FreeBusy(reason="NO_TENANT")


@pytest.mark.parametrize("role", ["business-support", "business-support-manager", "team-manager", "feed"])
async def test_no_person_asks(world: World, role: str) -> None:
    caller = replace(SCHEDULER, kind=CallerKind.USER, roles=frozenset({role}))
    await _is_refused(world, caller)


@pytest.mark.parametrize("service", ["web", "cases", "panels", "notifications"])
async def test_no_other_service_asks_least_of_all_the_one_that_faces_the_public(world: World, service: str) -> None:
    await _is_refused(world, service_caller(UUID(int=1), "north", service))


async def _is_refused(world: World, caller: Caller) -> None:
    asked = BusyQuestion((person("chair"),), FROM, FROM + HOUR)
    with pytest.raises(PermissionDenied):
        await read_busy_times(world.desk, caller, asked)
    assert not world.calendar.asked
