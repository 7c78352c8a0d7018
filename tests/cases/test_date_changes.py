"""Other rules, or a bank holiday proclaimed: what moved is listed, both dates are shown, and somebody confirms."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from uuid import UUID, uuid4

import grpc
import pytest
from permanence.cases.v1 import cases_service_pb2 as cases_pb
from permanence.cases.v1 import obligation_pb2
from permanence.cases.v1 import obligations_service_pb2 as pb

from rulebook.due import EarliestOf, Within
from rulebook.facts import RuleId, SubjectKind
from rulebook.fingerprint import mark_of_days, mark_of_rules
from rulebook.pack import Pack, load_pack
from rulebook.working_days import WorkingDays, england_and_wales
from servicekit.caller import service_caller
from servicekit.clock import FileClock
from servicekit.launcher import ServiceDatabase
from services.cases.app.case_data import CaseData, InvolvementRow, PersonRow, SubjectKey, SubjectRow
from services.cases.app.ports import Unit
from services.cases.app.sight import EVERYTHING
from services.cases.domain.date_change import Cause, DateChange, Ground, cause_of
from services.cases.domain.names import DateChangeId
from services.cases.storage.unit_of_work import Units
from tests.cases.conftest import DEMO, Cases, FreshDatabase, civil, serving, wire
from tests.servicekit.eventually import eventually

CHILD = SubjectKey(SubjectKind.CHILD, "P1")
ENTRY = date(2026, 3, 2)
RULE = RuleId("BCP-8-05")
MANAGER = "business-support-manager"
RULES = obligation_pb2.DATE_CHANGE_CAUSE_RULES
BANK_HOLIDAYS = obligation_pb2.DATE_CHANGE_CAUSE_BANK_HOLIDAYS


def stricter(days: int = 15) -> Pack:
    """The council's pack with fifteen working days where it says twenty, as a new version of its policy would."""
    pack = load_pack("bcp")
    due = pack.rule(RULE).due
    assert isinstance(due, EarliestOf)
    sooner = replace(pack.rule(RULE), due=_shorter(due, days))
    return replace(pack, version=f"next {days}", rules=tuple(sooner if one.id == RULE else one for one in pack.rules))


def _shorter(due: EarliestOf, days: int) -> EarliestOf:
    assert isinstance(due.options[0], Within)
    return replace(due, options=(replace(due.options[0], amount=days), *due.options[1:]))


class Council:
    """The service that can be stopped, and started again with other rules or bank holidays."""

    def __init__(self, fresh: FreshDatabase, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self._fresh, self._folder, self._monkeypatch = fresh, folder, monkeypatch
        self._addresses: ServiceDatabase | None = None
        self.child = ""

    @asynccontextmanager
    async def open(self, pack: Pack | None = None, days: WorkingDays | None = None) -> AsyncIterator[Cases]:
        with self._monkeypatch.context() as patched:
            if pack is not None:
                patched.setattr("services.cases.bind.load_pack", lambda _: pack)
            if days is not None:
                for module in ("rulebook.evaluate", "services.cases.storage.unit_of_work"):
                    patched.setattr(f"{module}.england_and_wales", lambda: days)
            async with serving(self._fresh, self._folder, self._addresses) as (cases, addresses):
                self._addresses = addresses
                rules = pack or load_pack("bcp")
                marks = mark_of_rules(rules), mark_of_days(days or england_and_wales())
                ground = Ground(f"{rules.id} {rules.version}", *marks)

                async def turned() -> bool:
                    return await cases.count("select packs from day_turned") == ground.text

                await eventually(turned)
                yield cases


@pytest.fixture
async def council(fresh_database: FreshDatabase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Council:
    """Closed at present. A child came into care on 2 March 2026; a team manager stands around the child."""
    found = Council(fresh_database, tmp_path, monkeypatch)
    async with found.open() as cases:
        taken = await cases.take_in(
            CaseData(
                subjects=(SubjectRow(CHILD, born_on=date(2019, 5, 1)),),
                people=(PersonRow("M1", staff=True, principal_id="oid-team-manager"),),
                involvements=(InvolvementRow("i1", CHILD, "M1", "team-manager", ENTRY),),
            )
        )
        found.child = f"councils/demo/children/{taken.subjects[CHILD]}"
        await cases.record(found.child, "became_looked_after", ENTRY)
        await cases.record(found.child, "entry_to_care_decided", ENTRY)
        assert await listed(cases) == [], "nothing can move before clocks were ever worked out"
    return found


async def listed(cases: Cases, *roles: str, oid: str = "", **fields: object) -> list[pb.MovedObligation]:
    request = pb.ListDateChangesRequest(parent="councils/demo", **fields)
    reply = await cases.ask("ListDateChanges", request, *(roles or (MANAGER,)), oid=oid)
    assert isinstance(reply, pb.ListDateChangesResponse)
    return list(reply.moved)


def confirm(*names: str) -> pb.ConfirmDateChangesRequest:
    return pb.ConfirmDateChangesRequest(parent="councils/demo", date_changes=names, request_id=str(uuid4()))


async def test_other_rules_move_dates_that_somebody_confirms(council: Council) -> None:
    async with council.open() as cases:
        before = civil((await cases.clocks(council.child))[RULE].local_due_date)
    async with council.open(stricter()) as cases:
        (moved,) = await listed(cases)
        change = moved.date_change
        assert (civil(change.due_date_before), change.cause, moved.obligation.rule_id) == (before, RULES, RULE)
        assert civil(change.due_date_after) < before
        clock = (await cases.clocks(council.child))[RULE]
        assert clock.local_due_date == change.due_date_after
        assert clock.unconfirmed_change == change, "both dates are shown"
        assert civil(clock.original_due_date) == before
        for role, code in (("business-support", "PERMISSION_DENIED"), ("reviewing-officer", "PERMISSION_DENIED")):
            assert (await cases.refused("ConfirmDateChanges", confirm(change.name), role)).code.name == code
        stranger = await cases.refused("ConfirmDateChanges", confirm(change.name), "team-manager", oid="another")
        assert stranger.code == grpc.StatusCode.NOT_FOUND
        assert await listed(cases, "team-manager", oid="another") == []
        absent = confirm(change.name, f"councils/demo/dateChanges/{uuid4()}")
        assert (await cases.refused("ConfirmDateChanges", absent, MANAGER)).code == grpc.StatusCode.NOT_FOUND
        assert len(await listed(cases)) == 1, "all or none"
        request = confirm(change.name)
        first = await cases.ask("ConfirmDateChanges", request, "team-manager")
        assert isinstance(first, pb.ConfirmDateChangesResponse)
        assert first == await cases.ask("ConfirmDateChanges", request, "team-manager")
        assert [one.confirmed_by for one in first.date_changes] == ["oid-team-manager"]
        again = await cases.ask("ConfirmDateChanges", confirm(change.name), MANAGER)
        assert isinstance(again, pb.ConfirmDateChangesResponse)
        assert again.date_changes[0].confirmed_by == "oid-team-manager", "who confirmed first stays"
        assert await listed(cases) == []
        assert not (await cases.clocks(council.child))[RULE].HasField("unconfirmed_change")
        trail = (
            f"select count(*) from audit_event where action = 'ConfirmDateChanges' and object_name = '{change.name}'"
        )
        assert await cases.count(trail) == 2


async def test_a_proclaimed_bank_holiday_moves_working_days(council: Council) -> None:
    proclaimed = WorkingDays(extra={date(2026, 3, 20): "A day of thanks"})
    async with council.open(days=proclaimed) as cases:
        found = {one.obligation.rule_id: one for one in await listed(cases)}
        assert RULE in found
        assert {one.date_change.cause for one in found.values()} == {BANK_HOLIDAYS}
        skipped = [day.reason for step in found[RULE].obligation.explanation.steps for day in step.skipped_days]
        assert "A day of thanks" in skipped
        assert [one.obligation.rule_id for one in await listed(cases, subject=council.child)] == [
            one.obligation.rule_id for one in await listed(cases)
        ]


async def test_what_moves_back_before_anybody_looked_is_forgotten(council: Council) -> None:
    async with council.open(stricter()) as cases:
        assert len(await listed(cases)) == 1
    async with council.open(replace(load_pack("bcp"), version="as before")) as cases:
        assert await listed(cases) == []
        assert not (await cases.clocks(council.child))[RULE].HasField("unconfirmed_change")


async def test_a_date_that_moved_again_is_not_confirmed_by_who_saw_it_before(council: Council) -> None:
    async with council.open(stricter()) as cases:
        (seen,) = await listed(cases)
    async with council.open(stricter(10)) as cases:
        (moved,) = await listed(cases)
        assert moved.date_change.due_date_before == seen.date_change.due_date_before
        assert civil(moved.date_change.due_date_after) < civil(seen.date_change.due_date_after)
        stale = await cases.refused("ConfirmDateChanges", confirm(seen.date_change.name), MANAGER)
        assert stale.code == grpc.StatusCode.NOT_FOUND
        await cases.ask("ConfirmDateChanges", confirm(moved.date_change.name), MANAGER)
        assert await listed(cases) == []


async def test_a_fact_moves_dates_without_any_list(council: Council) -> None:
    async with council.open() as cases:
        await cases.record(council.child, "cic_review_booked", date(2026, 3, 20))
        assert civil((await cases.clocks(council.child))[RULE].original_due_date) is not None
        assert await listed(cases) == []


async def test_a_rule_that_has_gone_is_a_change_too(council: Council) -> None:
    pack = load_pack("bcp")
    async with council.open(replace(pack, rules=tuple(one for one in pack.rules if one.id != RULE))) as cases:
        (moved,) = await listed(cases)
        assert not moved.date_change.HasField("due_date_after")
        clock = (await cases.clocks(council.child))[RULE]
        assert clock.state == obligation_pb2.OBLIGATION_STATE_ENDED
        assert clock.unconfirmed_change.due_date_before == moved.date_change.due_date_before


async def test_pages_of_what_moved(council: Council) -> None:
    async with council.open(days=WorkingDays(extra={date(2026, 3, 20): "A day of thanks"})) as cases:
        whole = [one.date_change.name for one in await listed(cases)]
        assert len(whole) > 1
        seen: list[str] = []
        token = ""
        while True:
            request = pb.ListDateChangesRequest(parent="councils/demo", page_size=1, page_token=token)
            page = await cases.ask("ListDateChanges", request, MANAGER)
            assert isinstance(page, pb.ListDateChangesResponse)
            seen += [one.date_change.name for one in page.moved]
            token = page.next_page_token
            if not token:
                break
        assert seen == whole
        bad = pb.ListDateChangesRequest(parent="councils/demo", page_token="?")
        assert (await cases.refused("ListDateChanges", bad, MANAGER)).code == grpc.StatusCode.INVALID_ARGUMENT


@pytest.mark.parametrize(
    ("kept", "cause"),
    [
        ("bcp 1 rules:r days:d", None),
        ("bcp 1 rules:x days:d", Cause.RULES),
        ("bcp 1 rules:r days:x", Cause.BANK_HOLIDAYS),
        ("bcp 1 rules:x days:x", Cause.RULES_AND_BANK_HOLIDAYS),
        ("bcp 0 rules:r days:d", Cause.RULES),
        # As it was kept before marks were: nobody knows, and nothing may move silently.
        ("bcp 1", Cause.RULES),
    ],
)
def test_what_differs(kept: str, cause: Cause | None) -> None:
    assert cause_of(kept, Ground("bcp 1", "r", "d")) is cause


def test_marks_depend_on_what_moves_dates_and_on_nothing_else() -> None:
    pack = load_pack("bcp")
    assert mark_of_rules(pack) == mark_of_rules(replace(pack, title="Another title"))
    assert mark_of_rules(pack) != mark_of_rules(stricter())
    assert mark_of_days(WorkingDays()) == mark_of_days(WorkingDays())
    assert mark_of_days(WorkingDays()) != mark_of_days(WorkingDays(extra={date(2026, 3, 20): "A day of thanks"}))


async def test_a_fact_that_moves_an_unconfirmed_date_moves_it_on_the_list_too(council: Council) -> None:
    async with council.open(stricter()) as cases:
        (seen,) = await listed(cases)
        booked = await cases.record(council.child, "cic_review_booked", date(2026, 3, 19))
        (moved,) = await listed(cases)
        clock = (await cases.clocks(council.child))[RULE]
        assert civil(moved.date_change.due_date_after) == civil(clock.local_due_date) == date(2026, 3, 19)
        assert clock.unconfirmed_change == moved.date_change
        assert [one.unconfirmed_change for one in booked.changed_obligations if one.rule_id == RULE] == [
            moved.date_change
        ]
        assert (moved.date_change.due_date_before, moved.date_change.cause) == (
            seen.date_change.due_date_before,
            RULES,
        )
        stale = await cases.refused("ConfirmDateChanges", confirm(seen.date_change.name), MANAGER)
        assert stale.code == grpc.StatusCode.NOT_FOUND


async def test_a_fact_that_moves_a_date_back_to_where_it_was_known_takes_it_off_the_list(council: Council) -> None:
    async with council.open(stricter()) as cases:
        (seen,) = await listed(cases)
        decided = await cases.count("select id from case_event where type = 'entry_to_care_decided'")
        request = cases_pb.CorrectCaseEventRequest(
            name=f"councils/demo/caseEvents/{decided}", on_date=wire(date(2026, 3, 9)), request_id=str(uuid4())
        )
        await cases.ask("CorrectCaseEvent", request)
        clock = (await cases.clocks(council.child))[RULE]
        assert clock.local_due_date == seen.date_change.due_date_before
        assert await listed(cases) == [] and not clock.HasField("unconfirmed_change")


async def test_confirming_and_moving_lock_in_one_order(council: Council) -> None:
    """Else two who each hold what the other wants would wait for each other."""
    caller = service_caller(DEMO.council_id, DEMO.slug, "cases")
    async with council.open() as cases:
        units = Units(cases.database, FileClock(cases.clock_file), {DEMO.council_id: load_pack("bcp")})
        async with units.begin(caller) as unit:
            ids = await unit.subjects.all_ids()
            first, second = sorted(
                (one for found in (await unit.obligations.of(ids)).values() for one in found), key=lambda one: one.id
            )[:2]
            opposed = [
                DateChange(DateChangeId(UUID(int=number)), one.id, one.subject, None, ENTRY, Cause.RULES, unit.now())
                for number, one in ((1, second), (2, first))
            ]
            await unit.date_changes.keep(opposed)

        async def keep(unit: Unit) -> None:
            await unit.date_changes.keep(opposed)

        async def find(unit: Unit) -> None:
            await unit.date_changes.find_all([one.id for one in opposed], EVERYTHING)

        async def alone(what: Callable[[Unit], Awaitable[None]]) -> None:
            async with units.begin(caller) as unit:
                await what(unit)

        async def waits() -> bool:
            return await cases.count("select count(*) from pg_locks where not granted") != 0

        lock = "select id from date_change where obligation_id = $1 for update nowait"
        for what in (keep, find):
            async with cases.database.transaction(DEMO.council_id) as tx:
                await tx.fetch(lock, first.id)
                waiting = asyncio.create_task(alone(what))
                await eventually(waits)
                assert await tx.fetch(lock, second.id), "who waits for the first holds nothing that comes after it"
            await waiting
