"""Actions after they were recorded, chases, and escalations, in PostgreSQL."""

from collections import defaultdict
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

import asyncpg

from servicekit.ids import new_id
from servicekit.postgres import ScopedTransaction
from services.panels.domain.errors import AlreadyEscalatedError
from services.panels.domain.escalation import Escalation, EscalationId, EscalationStep
from services.panels.domain.outcome import ActionId
from services.panels.domain.tracked_action import Chase, TrackedAction

if TYPE_CHECKING:
    from asyncpg import Record

_ACTIONS = """
select a.*, (select max(c.chased_at) from chase c where a.action_id = any(c.actions)) as chased_at from action a
"""
_CHANGE = """
update action set owner = $2, done = $3, cancel_reason = $4, closed_at = $5, closed_by = $6, version = $7
where action_id = $1
"""
_ADD_CHASE = """
insert into chase (chase_id, council_id, person, role, actions, chased_at, chased_by)
values ($1, $2, $3, $4, $5, $6, $7)
"""
_ADD_ESCALATION = """
insert into escalation (escalation_id, council_id, subject, kind, grounds, stage, raised_on, stage_due_on, due_on,
    raised_by)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
"""
_CHANGE_ESCALATION = """
update escalation set stage = $2, stage_due_on = $3, closed_on = $4, closed_by = $5, result = $6, version = $7
where escalation_id = $1
"""
_ADD_STEP = """
insert into escalation_step (step_id, council_id, escalation_id, stage, words, on_date, recorded_at, recorded_by)
values ($1, $2, $3, $4, $5, $6, $7, $8)
"""
_ALL = """
select * from escalation where ($1::text = '' or subject = $1) and (closed_on is null or $2::boolean)
order by closed_on is not null, stage_due_on, escalation_id
"""


class SqlActionStore:
    """As its port says."""

    def __init__(self, tx: ScopedTransaction) -> None:
        self._tx = tx

    async def load(self, action: UUID, *, lock: bool = False) -> TrackedAction | None:
        """One."""
        if lock:
            await self._tx.fetchval("select 1 from action where action_id = $1 for update", action)
        row = await self._tx.fetchrow(_ACTIONS + "where a.action_id = $1", action)
        return _action(row) if row else None

    async def change(self, action: TrackedAction) -> None:
        """Owner, closure, version."""
        await self._tx.execute(
            _CHANGE,
            action.action_id,
            action.owner,
            action.done,
            action.cancel_reason,
            action.closed_at,
            action.closed_by,
            action.version,
        )

    async def open(self) -> list[TrackedAction]:
        """The earliest due first."""
        sql = _ACTIONS + "where a.closed_at is null and not a.done order by a.due_on, a.action_id"
        return [_action(row) for row in await self._tx.fetch(sql)]

    async def add_chase(self, chase: Chase) -> None:
        """Who was chased for what."""
        ids = [one.action_id for one in chase.actions]
        await self._tx.execute(
            _ADD_CHASE, chase.chase_id, self._tx.council_id, chase.person, chase.role, ids, chase.at, chase.by
        )


class SqlEscalationStore:
    """As its port says."""

    def __init__(self, tx: ScopedTransaction) -> None:
        self._tx = tx

    async def add(self, escalation: Escalation) -> None:
        """AlreadyEscalatedError where the subject has an open one of the kind."""
        try:
            await self._tx.execute(
                _ADD_ESCALATION,
                escalation.escalation_id,
                self._tx.council_id,
                escalation.subject,
                escalation.kind,
                escalation.grounds,
                escalation.stage,
                escalation.raised_on,
                escalation.stage_due,
                escalation.due,
                escalation.raised_by,
            )
        except asyncpg.UniqueViolationError as error:
            raise AlreadyEscalatedError(subject=escalation.subject, escalation="see the register") from error

    async def change(self, escalation: Escalation) -> None:
        """Stage, dates, closure."""
        await self._tx.execute(
            _CHANGE_ESCALATION,
            escalation.escalation_id,
            escalation.stage,
            escalation.stage_due,
            escalation.closed_on,
            escalation.closed_by,
            escalation.result,
            escalation.version,
        )

    async def load(self, escalation: EscalationId, *, lock: bool = False) -> Escalation | None:
        """With its steps."""
        sql = "select * from escalation where escalation_id = $1" + (" for update" if lock else "")
        rows = await self._tx.fetch(sql, escalation)
        found = await self._with_steps(rows)
        return found[0] if found else None

    async def add_step(self, escalation: EscalationId, step: EscalationStep, at: datetime) -> None:
        """What was said."""
        await self._tx.execute(
            _ADD_STEP, new_id(), self._tx.council_id, escalation, step.stage, step.words, step.on, at, step.by
        )

    async def all(self, subject: str, include_closed: bool) -> list[Escalation]:
        """The open ones by the date of their stage, then the closed ones."""
        return await self._with_steps(await self._tx.fetch(_ALL, subject, include_closed))

    async def _with_steps(self, rows: "list[Record]") -> list[Escalation]:
        ids = [row["escalation_id"] for row in rows]
        sql = "select * from escalation_step where escalation_id = any($1) order by recorded_at, step_id"
        steps: dict[UUID, list[EscalationStep]] = defaultdict(list)
        for row in await self._tx.fetch(sql, ids):
            step = EscalationStep(row["stage"], row["words"], row["on_date"], row["recorded_by"])
            steps[row["escalation_id"]].append(step)
        return [_escalation(row, tuple(steps[row["escalation_id"]])) for row in rows]


def _action(row: "Record") -> TrackedAction:
    return TrackedAction(
        action_id=ActionId(row["action_id"]),
        subject=row["subject"],
        text=row["text"],
        owner_role=row["owner_role"],
        due=row["due_on"],
        version=row["version"],
        owner=row["owner"],
        done=row["done"],
        cancel_reason=row["cancel_reason"],
        closed_at=row["closed_at"],
        closed_by=row["closed_by"],
        chased_at=row["chased_at"],
    )


def _escalation(row: "Record", steps: tuple[EscalationStep, ...]) -> Escalation:
    return Escalation(
        escalation_id=EscalationId(row["escalation_id"]),
        subject=row["subject"],
        kind=row["kind"],
        grounds=row["grounds"],
        stage=row["stage"],
        raised_on=row["raised_on"],
        stage_due=row["stage_due_on"],
        due=row["due_on"],
        raised_by=row["raised_by"],
        version=row["version"],
        closed_on=row["closed_on"],
        closed_by=row["closed_by"],
        result=row["result"],
        late_at=row["late_at"],
        steps=steps,
    )
