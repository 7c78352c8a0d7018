"""Two releases with different rules run side by side: neither undoes the other's turn of the day."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from rulebook.facts import EventType, SubjectKind
from rulebook.pack import Pack, load_pack
from servicekit.caller import service_caller
from servicekit.clock import FileClock, set_clock
from servicekit.postgres import Database, connect_database
from services.cases.app.case_data import CaseData, EventRow, SubjectKey, SubjectRow
from services.cases.app.recompute_obligations import recompute
from services.cases.app.take_in_case_data import take_in
from services.cases.app.turn_day import turn_day
from services.cases.domain.date_change import LastTurn
from services.cases.storage.unit_of_work import Units
from tests.cases.conftest import DEMO, MIGRATIONS, MONDAY, FreshDatabase
from tests.cases.test_date_changes import stricter

CALLER = service_caller(DEMO.council_id, DEMO.slug, "cases")
CHILD = SubjectKey(SubjectKind.CHILD, "P1")
TODAY = MONDAY.date()


class Releases:
    """No service runs: each release does what it is told, on the day it is told."""

    def __init__(self, database: Database, clock_file: Path) -> None:
        self._database, self._clock_file = database, clock_file
        self.old, self.new = self.of(load_pack("bcp")), self.of(stricter())

    def of(self, pack: Pack) -> Units:
        return Units(self._database, FileClock(self._clock_file), {DEMO.council_id: pack})

    def day(self, on: date) -> None:
        set_clock(self._clock_file, datetime.combine(on, MONDAY.time(), MONDAY.tzinfo))

    async def last(self) -> LastTurn | None:
        async with self.old.begin(CALLER) as unit:
            return await unit.days.last()


@pytest.fixture
async def releases(fresh_database: FreshDatabase, tmp_path: Path) -> AsyncIterator[Releases]:
    clock_file = tmp_path / "clock"
    set_clock(clock_file, MONDAY)
    addresses = await fresh_database("cases", [MIGRATIONS])
    database = await connect_database(addresses.app_url, FileClock(clock_file))
    found = Releases(database, clock_file)
    async with found.old.begin(CALLER) as unit:
        entry = EventRow(CHILD, "in", EventType("became_looked_after"), TODAY - timedelta(days=14))
        decided = replace(entry, source_key="decided", type=EventType("entry_to_care_decided"))
        await take_in(unit, CaseData(subjects=(SubjectRow(CHILD),), events=(entry, decided)))
    yield found
    await database.close()


async def test_a_superseded_release_leaves_the_turn_alone_until_the_next_day(releases: Releases) -> None:
    old, new = releases.old.begin, releases.new.begin
    assert await turn_day(old, CALLER)
    assert await turn_day(new, CALLER)
    before = await releases.last()
    assert [await turn_day(one, CALLER) for one in (old, new, old)] == [False, False, False]
    assert await releases.last() == before
    releases.day(TODAY + timedelta(days=1))
    assert await turn_day(old, CALLER), "no mark was superseded on this day"
    assert await turn_day(new, CALLER)
    assert not await turn_day(old, CALLER)
    releases.day(TODAY + timedelta(days=2))
    assert await turn_day(new, CALLER)
    last = await releases.last()
    assert last is not None and not last.superseded


async def test_what_the_older_release_worked_out_after_the_turn_is_put_right_on_the_next_day(
    releases: Releases,
) -> None:
    await turn_day(releases.old.begin, CALLER)
    await turn_day(releases.new.begin, CALLER)
    async with releases.old.begin(CALLER) as unit:
        assert await recompute(unit, await unit.subjects.all_ids(), unit.today())
    releases.day(TODAY + timedelta(days=1))
    await turn_day(releases.new.begin, CALLER)
    async with releases.new.begin(CALLER) as unit:
        assert await recompute(unit, await unit.subjects.all_ids(), unit.today()) == []
