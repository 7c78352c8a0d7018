"""The turn of the day: only those are worked out anew whose clocks the day may change, and nobody is forgotten."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, datetime, timedelta

import pytest

from rulebook.facts import EventType, SubjectKind
from rulebook.pack import load_pack
from servicekit.caller import service_caller
from servicekit.clock import FileClock
from services.cases.app.case_data import CaseData, EventRow, MemberRow, SubjectKey, SubjectRow
from services.cases.app.ports import SubjectFilter, Unit
from services.cases.app.recompute_obligations import recompute
from services.cases.app.sight import EVERYTHING as ALL
from services.cases.app.tracker_ports import TrackedFilter
from services.cases.app.turn_day import turn_day
from services.cases.domain.names import SubjectId
from services.cases.domain.subject import Subject
from services.cases.storage.subject_store import birthdays
from services.cases.storage.unit_of_work import Units
from tests.cases.conftest import DEMO, MONDAY, Cases

CALLER = service_caller(DEMO.council_id, DEMO.slug, "cases")
TODAY = MONDAY.date()
GROUP = SubjectKey(SubjectKind.SIBLING_GROUP, "G1")


def child(number: int) -> SubjectKey:
    return SubjectKey(SubjectKind.CHILD, f"C{number}")


def units_of(cases: Cases) -> Units:
    packs = {DEMO.council_id: load_pack(DEMO.pack)}
    return Units(cases.database, FileClock(cases.clock_file), packs)


@asynccontextmanager
async def begun(cases: Cases) -> AsyncIterator[Unit]:
    async with units_of(cases).begin(CALLER) as unit:
        yield unit


async def turn(cases: Cases, on: date) -> None:
    """It is that day, and its work has been done, by the service's own worker or by this."""
    cases.set_time(datetime.combine(on, MONDAY.time(), MONDAY.tzinfo))
    await turn_day(units_of(cases).begin, CALLER)


async def some_children(cases: Cases) -> None:
    """One turns 16 and one 18 in the weeks to come, facts lie ahead, a sister comes and a brother goes."""
    born = (date(2010, 3, 20), date(2008, 3, 24), date(2012, 2, 29), date(2015, 7, 1), date(2018, 11, 30))
    ahead = {1: ("cic_review_held", 4), 3: ("ceased_to_be_looked_after", 9), 4: ("became_looked_after", 11)}
    data = CaseData(
        subjects=(
            *(SubjectRow(child(n), display_name=f"Child {n}", born_on=on) for n, on in enumerate(born)),
            SubjectRow(GROUP, display_name="Brothers and sisters"),
        ),
        members=(
            MemberRow(GROUP, child(0)),
            MemberRow(GROUP, child(1), from_date=TODAY + timedelta(days=6)),
            MemberRow(GROUP, child(2), until_date=TODAY + timedelta(days=13)),
        ),
        events=(
            *(
                EventRow(child(n), f"in/{n}", EventType("became_looked_after"), date(2025, 9, 1) + timedelta(days=n))
                for n in range(4)
            ),
            *(
                EventRow(child(n), f"ahead/{n}", EventType(name), TODAY + timedelta(days=days))
                for n, (name, days) in ahead.items()
            ),
        ),
    )
    await cases.take_in(data)


async def test_day_by_day_comes_to_the_same_as_everybody_anew(cases: Cases) -> None:
    await some_children(cases)
    moved = 0
    for day in range(1, 17):
        before = await cases.count("select count(*) from outbox")
        await turn(cases, TODAY + timedelta(days=day))
        moved += await cases.count("select count(*) from outbox") != before
        async with begun(cases) as unit:
            assert await recompute(unit, await unit.subjects.all_ids(), unit.today()) == [], day
    assert moved >= 4


async def test_who_has_nothing_on_a_day_is_left_alone_and_other_rules_spare_nobody(
    cases: Cases, monkeypatch: pytest.MonkeyPatch
) -> None:
    await some_children(cases)
    await turn(cases, TODAY)
    asked: list[SubjectId] = []
    look = Units.begin

    @asynccontextmanager
    async def counted(self: Units, *args: object) -> AsyncIterator[Unit]:
        async with look(self, *args) as unit:  # type: ignore[arg-type]
            lock = unit.subjects.lock

            async def locked(ids: list[SubjectId]) -> list[Subject]:
                asked.extend(ids if unit.council_id == DEMO.council_id else [])
                return await lock(ids)

            monkeypatch.setattr(unit.subjects, "lock", locked)
            yield unit

    everybody = await cases.count("select count(*) from subject")
    monkeypatch.setattr(Units, "begin", counted)
    await turn(cases, TODAY + timedelta(days=2))
    assert not asked
    async with cases.database.transaction(DEMO.council_id) as tx:
        await tx.execute("update day_turned set packs = 'others'")
    await turn(cases, TODAY + timedelta(days=3))
    assert isinstance(everybody, int) and len(asked) >= everybody


def test_who_was_born_on_29_february_has_a_birthday_beside_it() -> None:
    assert birthdays(date(2026, 2, 27), date(2026, 2, 27)) == [227]
    assert birthdays(date(2026, 2, 28), date(2026, 3, 1)) == [228, 229, 301]
    assert birthdays(date(2025, 12, 31), date(2026, 1, 1)) == [101, 1231]


async def test_every_list_knows_who_has_brothers_and_sisters(cases: Cases) -> None:
    """Rules ask for them: a list that did not know would lack the words of such clocks."""
    await some_children(cases)
    async with begun(cases) as unit:
        known = {one.id: one.has_siblings for one in await unit.subjects.find_all(await unit.subjects.all_ids(), ALL)}
        assert set(known.values()) == {True, False}
        listed = await unit.subjects.page(SubjectFilter(), ALL, 50)
        assert {one.id: one.has_siblings for one in listed} == known
        rows = await unit.tracked.page(TrackedFilter((SubjectKind.CHILD,)), ALL, 50)
        assert {True, False} == {one.has_siblings for _, one in rows}
        assert all(one.has_siblings == known[one.id] for _, one in rows)
