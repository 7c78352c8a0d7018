"""Outcomes and actions in PostgreSQL: added, never changed."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

import asyncpg

from servicekit.page import PageRequest
from servicekit.postgres import ScopedTransaction
from services.panels.domain.body import OutcomeKind
from services.panels.domain.errors import AlreadyRecordedError
from services.panels.domain.outcome import Action, ActionId, Dissent, Outcome, OutcomeId

if TYPE_CHECKING:
    from asyncpg import Record

_ADD = """
insert into outcome (outcome_id, council_id, item_id, subject, kind, reasons, case_events, next_on, decision_maker,
    recorded_at, recorded_by, recommendation, part_heard)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
"""
_ADD_ACTION = """
insert into action (action_id, council_id, outcome_id, subject, text, owner_role, due_on)
values ($1, $2, $3, $4, $5, $6, $7)
"""
_ADD_DISSENT = """
insert into dissent (outcome_id, council_id, place, who, why) values ($1, $2, $3, $4, $5)
"""
_OF_SUBJECT = """
select i.item_id from agenda_item i join sitting s using (sitting_id) join agenda_item_subject a using (item_id)
where s.meeting = $1 and a.subject = $2
"""
_ACTIONS = """
select * from action
where ($1::text = '' or subject = $1) and (not done or $2::boolean)
  and ($3::date is null or (due_on, action_id) > ($3, $4::uuid))
order by due_on, action_id limit $5
"""


class SqlOutcomeStore:
    """As its port says."""

    def __init__(self, tx: ScopedTransaction) -> None:
        self._tx = tx

    async def add(self, outcome: Outcome) -> None:
        """With its actions; AlreadyRecordedError where the subject has one for this item."""
        try:
            await self._tx.execute(
                _ADD,
                outcome.outcome_id,
                self._tx.council_id,
                outcome.item,
                outcome.subject,
                outcome.kind.value,
                outcome.reasons,
                list(outcome.case_events),
                outcome.next_date,
                outcome.decision_maker,
                outcome.recorded_at,
                outcome.recorded_by,
                outcome.recommendation,
                outcome.part_heard,
            )
        except asyncpg.UniqueViolationError as error:
            raise AlreadyRecordedError(subject=outcome.subject) from error
        council, of = self._tx.council_id, outcome.outcome_id
        rows = [(a.action_id, council, of, a.subject, a.text, a.owner_role, a.due) for a in outcome.actions]
        await self._tx.executemany(_ADD_ACTION, rows)
        dissents = [(of, council, place, one.who, one.why) for place, one in enumerate(outcome.dissents)]
        if dissents:
            await self._tx.executemany(_ADD_DISSENT, dissents)

    async def of_subject(self, meeting: str, subject: str) -> Outcome | None:
        """What a sitting settled for a subject; the last where it stood on the agenda twice."""
        items = [row["item_id"] for row in await self._tx.fetch(_OF_SUBJECT, meeting, subject)]
        found = await outcomes_of_items(self._tx, items)
        of_it = [one for outcomes in found.values() for one in outcomes if one.subject == subject]
        return max(of_it, key=lambda one: one.recorded_at, default=None)

    async def actions(self, subject: str, include_done: bool, page: PageRequest) -> list[Action]:
        """By due date."""
        after = (date.fromisoformat(page.after[0]), UUID(page.after[1])) if page.after else (None, None)
        rows = await self._tx.fetch(_ACTIONS, subject, include_done, *after, page.size + 1)
        return [_action(row) for row in rows]


async def outcomes_of_items(tx: ScopedTransaction, items: Sequence[UUID]) -> dict[UUID, tuple[Outcome, ...]]:
    """By item, each in order of recording."""
    rows = await tx.fetch("select * from outcome where item_id = any($1) order by recorded_at, outcome_id", list(items))
    ids = [row["outcome_id"] for row in rows]
    actions: dict[UUID, list[Action]] = defaultdict(list)
    for row in await tx.fetch("select * from action where outcome_id = any($1) order by due_on, action_id", ids):
        actions[row["outcome_id"]].append(_action(row))
    dissents: dict[UUID, list[Dissent]] = defaultdict(list)
    for row in await tx.fetch("select * from dissent where outcome_id = any($1) order by outcome_id, place", ids):
        dissents[row["outcome_id"]].append(Dissent(row["who"], row["why"]))
    found: dict[UUID, list[Outcome]] = defaultdict(list)
    for row in rows:
        one = row["outcome_id"]
        found[row["item_id"]].append(_outcome(row, tuple(actions[one]), tuple(dissents[one])))
    return {item: tuple(outcomes) for item, outcomes in found.items()}


def _outcome(row: "Record", actions: tuple[Action, ...], dissents: tuple[Dissent, ...]) -> Outcome:
    return Outcome(
        outcome_id=OutcomeId(row["outcome_id"]),
        item=row["item_id"],
        subject=row["subject"],
        kind=OutcomeKind(row["kind"]),
        reasons=row["reasons"],
        case_events=tuple(row["case_events"]),
        recorded_at=row["recorded_at"],
        recorded_by=row["recorded_by"],
        next_date=row["next_on"],
        decision_maker=row["decision_maker"],
        actions=actions,
        recommendation=row["recommendation"],
        dissents=dissents,
        part_heard=row["part_heard"],
    )


def _action(row: "Record") -> Action:
    return Action(
        ActionId(row["action_id"]), row["subject"], row["text"], row["owner_role"], row["due_on"], row["done"]
    )
