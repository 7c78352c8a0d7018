"""Decisions, their steps and who is told, in PostgreSQL."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from servicekit import lanes
from servicekit.ids import new_id
from servicekit.page import PageRequest
from servicekit.postgres import ScopedTransaction
from services.panels.domain.body import BodyUuid
from services.panels.domain.decision import Decision, DecisionId, DecisionState, DecisionStep, StepKind
from services.panels.domain.outcome import Outcome, OutcomeId
from services.panels.domain.standing import day_after
from services.panels.domain.telling import Telling, TellingId
from services.panels.storage.lane_names import DECISION_LANE
from services.panels.storage.outcome_store import outcomes_of_items

if TYPE_CHECKING:
    import asyncpg

_ADD = """
insert into decision (decision_id, council_id, outcome_id, body_id, meeting, subject, decision_maker, state, final,
    clock_from, due_on, late_at, decided_on, window_from, window_until, case_events, version, opened_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)
"""
_CHANGE = """
update decision set outcome_id = $2, meeting = $3, state = $4, final = $5, clock_from = $6, due_on = $7, late_at = $8,
    decided_on = $9, window_from = $10, window_until = $11, case_events = $12, version = $13
where decision_id = $1
"""
_AGAIN = """
select * from decision where body_id = $1 and subject = $2 and state in ('sent-back', 'represented')
order by opened_at limit 1 for update
"""
_PAGE = """
select * from decision
where ($1::text = '' or subject = $1) and (state <> 'decided' or $2::boolean)
  and ($3::text = '' or (coalesce(due_on, 'infinity'), decision_id) > ($3::text::date, $4::uuid))
order by coalesce(due_on, 'infinity'), decision_id limit $5
"""
_ADD_STEP = """
insert into decision_step (step_id, council_id, decision_id, kind, words, words_for_family, on_date, recorded_at,
    recorded_by)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
"""
_ADD_TELLING = """
insert into telling (telling_id, council_id, decision_id, subject, person, role, way, by_role, rule, due_on)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
"""
_TELLINGS = """
select * from telling where ($1::uuid is null and told_on is null) or decision_id = $1 order by due_on, telling_id
"""
_LATE_DECISION = """
update decision set late_at = $3
where decision_id = $1 and late_at is null and due_on < $2 and (state <> 'decided' or decided_on > due_on)
returning 'decision' as what
"""
_LATE_TELLINGS = """
update telling set late_at = $3
where decision_id = $1 and late_at is null and told_on is null and due_on < $2 returning telling_id::text as what
"""


class SqlDecisionStore:
    """As its port says."""

    def __init__(self, tx: ScopedTransaction) -> None:
        self._tx = tx

    async def add(self, decision: Decision) -> None:
        """A new one."""
        await self._tx.execute(
            _ADD,
            decision.decision_id,
            self._tx.council_id,
            decision.outcome,
            decision.body,
            decision.meeting,
            decision.subject,
            decision.decision_maker,
            decision.state.value,
            decision.final,
            decision.clock_from,
            decision.due,
            decision.late_at,
            decision.decided_on,
            decision.window_from,
            decision.window_until,
            list(decision.case_events),
            decision.version,
            decision.opened_at,
        )
        await self._look_in_time(decision)

    async def change(self, decision: Decision) -> None:
        """With a look when its next clock runs out."""
        await self._tx.execute(
            _CHANGE,
            decision.decision_id,
            decision.outcome,
            decision.meeting,
            decision.state.value,
            decision.final,
            decision.clock_from,
            decision.due,
            decision.late_at,
            decision.decided_on,
            decision.window_from,
            decision.window_until,
            list(decision.case_events),
            decision.version,
        )
        await self._look_in_time(decision)

    async def load(self, decision: DecisionId, *, lock: bool = False) -> Decision | None:
        """One."""
        sql = "select * from decision where decision_id = $1" + (" for update" if lock else "")
        row = await self._tx.fetchrow(sql, decision)
        return _decision(row) if row else None

    async def to_be_heard_again(self, body: BodyUuid, subject: str) -> Decision | None:
        """Locked."""
        row = await self._tx.fetchrow(_AGAIN, body, subject)
        return _decision(row) if row else None

    async def of_meeting(self, meeting: str, subject: str) -> list[Decision]:
        """Locked."""
        sql = "select * from decision where meeting = $1 and subject = $2 order by decision_id for update"
        return [_decision(row) for row in await self._tx.fetch(sql, meeting, subject)]

    async def page(self, subject: str, include_decided: bool, page: PageRequest) -> list[Decision]:
        """Those without a clock last."""
        after = page.after or ("", "00000000-0000-0000-0000-000000000000")
        rows = await self._tx.fetch(_PAGE, subject, include_decided, after[0], UUID(after[1]), page.size + 1)
        return [_decision(row) for row in rows]

    async def open(self) -> list[Decision]:
        """All that are not made."""
        rows = await self._tx.fetch("select * from decision where state <> 'decided' order by due_on, decision_id")
        return [_decision(row) for row in rows]

    async def recommendation(self, outcome: OutcomeId) -> Outcome | None:
        """With its actions."""
        row = await self._tx.fetchrow("select item_id from outcome where outcome_id = $1", outcome)
        found = await outcomes_of_items(self._tx, [row["item_id"]]) if row else {}
        return next((one for of in found.values() for one in of if one.outcome_id == outcome), None)

    async def add_step(self, decision: DecisionId, step: DecisionStep) -> None:
        """What was done."""
        await self._tx.execute(
            _ADD_STEP,
            new_id(),
            self._tx.council_id,
            decision,
            step.kind.value,
            step.words,
            step.words_for_family,
            step.on,
            step.at,
            step.by,
        )

    async def steps(self, decision: DecisionId) -> list[DecisionStep]:
        """Oldest first."""
        sql = "select * from decision_step where decision_id = $1 order by recorded_at, step_id"
        return [_step(row) for row in await self._tx.fetch(sql, decision)]

    async def add_tellings(self, tellings: Sequence[Telling]) -> None:
        """Who is told, with a look when the first of them is late."""
        council = self._tx.council_id
        rows = [
            (t.telling_id, council, t.decision, t.subject, t.person, t.role, t.way, t.by_role, t.rule, t.due)
            for t in tellings
        ]
        await self._tx.executemany(_ADD_TELLING, rows)
        for one in tellings:
            await lanes.wake(self._tx, DECISION_LANE, str(one.decision), day_after(one.due))

    async def telling(self, telling: TellingId, *, lock: bool = False) -> Telling | None:
        """One."""
        sql = "select * from telling where telling_id = $1" + (" for update" if lock else "")
        row = await self._tx.fetchrow(sql, telling)
        return _telling(row) if row else None

    async def change_telling(self, telling: Telling) -> None:
        """That it is done."""
        await self._tx.execute(
            "update telling set told_on = $2, told_by = $3, note = $4 where telling_id = $1",
            telling.telling_id,
            telling.told_on,
            telling.told_by,
            telling.note,
        )

    async def tellings(self, decision: DecisionId | None) -> list[Telling]:
        """The earliest due first."""
        return [_telling(row) for row in await self._tx.fetch(_TELLINGS, decision)]

    async def add_plan_change(self, meeting: str, subject: str, reasons: str, by: str) -> None:
        """Once a meeting and subject."""
        await self._tx.execute(
            "insert into plan_change (council_id, meeting, subject, reasons, recorded_at, recorded_by)"
            " values ($1, $2, $3, $4, $5, $6) on conflict do nothing",
            self._tx.council_id,
            meeting,
            subject,
            reasons,
            self._tx.now(),
            by,
        )

    async def mark_late(self, decision: DecisionId, today: date, now: datetime) -> list[str]:
        """Once each."""
        found = [row["what"] for row in await self._tx.fetch(_LATE_DECISION, decision, today, now)]
        return found + [row["what"] for row in await self._tx.fetch(_LATE_TELLINGS, decision, today, now)]

    async def _look_in_time(self, decision: Decision) -> None:
        for day in (decision.due, decision.window_until if decision.state is DecisionState.WINDOW_OPEN else None):
            if day is not None:
                await lanes.wake(self._tx, DECISION_LANE, str(decision.decision_id), day_after(day))


def _decision(row: "asyncpg.Record") -> Decision:
    return Decision(
        decision_id=DecisionId(row["decision_id"]),
        outcome=OutcomeId(row["outcome_id"]),
        body=BodyUuid(row["body_id"]),
        meeting=row["meeting"],
        subject=row["subject"],
        decision_maker=row["decision_maker"],
        state=DecisionState(row["state"]),
        version=row["version"],
        opened_at=row["opened_at"],
        final=row["final"],
        clock_from=row["clock_from"],
        due=row["due_on"],
        late_at=row["late_at"],
        decided_on=row["decided_on"],
        window_from=row["window_from"],
        window_until=row["window_until"],
        case_events=tuple(row["case_events"]),
    )


def _step(row: "asyncpg.Record") -> DecisionStep:
    return DecisionStep(
        kind=StepKind(row["kind"]),
        words=row["words"],
        on=row["on_date"],
        at=row["recorded_at"],
        by=row["recorded_by"],
        words_for_family=row["words_for_family"],
    )


def _telling(row: "asyncpg.Record") -> Telling:
    return Telling(
        telling_id=TellingId(row["telling_id"]),
        decision=DecisionId(row["decision_id"]),
        subject=row["subject"],
        person=row["person"],
        role=row["role"],
        way=row["way"],
        by_role=row["by_role"],
        due=row["due_on"],
        rule=row["rule"],
        told_on=row["told_on"],
        told_by=row["told_by"],
        note=row["note"],
        late_at=row["late_at"],
    )
