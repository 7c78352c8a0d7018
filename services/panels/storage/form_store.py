"""Forms of minutes, the digests of their passages, and legal advice in PostgreSQL."""

import json
from collections.abc import Sequence
from typing import Any

from servicekit.ids import new_id
from servicekit.postgres import ScopedTransaction
from services.panels.domain.form import Answer, Answers
from services.panels.domain.minutes import Minutes, MinutesId
from services.panels.domain.minutes_form import FilledForm, FormKey
from services.panels.storage.minutes_store import minutes_of_row

_PUT = """
insert into minutes_form (council_id, minutes_id, form, version, answers, changed_at, changed_by)
values ($1, $2, $3, $4, $5, $6, $7)
on conflict (minutes_id, form) do update set version = excluded.version, answers = excluded.answers,
    changed_at = excluded.changed_at, changed_by = excluded.changed_by
"""
_BEFORE = """
select * from minutes where subject = $1 and meeting_kind = $2 and meeting_ended_at < $3
order by meeting_ended_at desc limit 1
"""
_ELSEWHERE = "select exists (select from minutes_passage where digest = any($2::bytea[]) and subject <> $1)"
_PUT_PASSAGES = """
insert into minutes_passage (council_id, minutes_id, part, subject, digest)
select $1, $2, $3, $4, digest from unnest($5::bytea[]) as digest
"""
_ADD_ADVICE = """
insert into legal_advice (advice_id, council_id, minutes_id, advice, added_at, added_by) values ($1, $2, $3, $4, $5, $6)
"""


class SqlFormStore:
    """As its port says."""

    def __init__(self, tx: ScopedTransaction) -> None:
        self._tx = tx

    async def of_minutes(self, minutes: MinutesId) -> Sequence[FilledForm]:
        """By the form's key."""
        sql = "select form, version, answers from minutes_form where minutes_id = $1 order by form"
        rows = await self._tx.fetch(sql, minutes)
        return [FilledForm(minutes, FormKey(row["form"]), row["version"], _read(row["answers"])) for row in rows]

    async def put(self, filled: FilledForm, by: str) -> None:
        """In place of what stood there."""
        answers = json.dumps(filled.answers, ensure_ascii=False, sort_keys=True)
        row = (filled.minutes, filled.form, filled.version, answers, self._tx.now(), by)
        await self._tx.execute(_PUT, self._tx.council_id, *row)

    async def before(self, minutes: Minutes) -> Minutes | None:
        """Without addenda and clocks."""
        row = await self._tx.fetchrow(_BEFORE, minutes.subject, minutes.meeting_kind, minutes.meeting_end)
        return None if row is None else minutes_of_row(row)

    async def stands_elsewhere(self, subject: str, passages: frozenset[bytes]) -> bool:
        """Within the council."""
        return bool(passages) and bool(await self._tx.fetchval(_ELSEWHERE, subject, sorted(passages)))

    async def put_passages(self, minutes: Minutes, part: str, passages: frozenset[bytes]) -> None:
        """All of the part at once."""
        await self._tx.execute(
            "delete from minutes_passage where minutes_id = $1 and part = $2", minutes.minutes_id, part
        )
        row = (minutes.minutes_id, part, minutes.subject, sorted(passages))
        await self._tx.execute(_PUT_PASSAGES, self._tx.council_id, *row)

    async def add_advice(self, minutes: MinutesId, advice: str, by: str) -> int:
        """Never changed afterwards."""
        row = (new_id(), self._tx.council_id, minutes, advice, self._tx.now(), by)
        await self._tx.execute(_ADD_ADVICE, *row)
        sql = "select advice_id from legal_advice where minutes_id = $1"
        return len(await self._tx.fetch(sql, minutes))

    async def advice(self, minutes: MinutesId) -> Sequence[str]:
        """In the order of time."""
        sql = "select advice from legal_advice where minutes_id = $1 order by added_at, advice_id"
        return [row["advice"] for row in await self._tx.fetch(sql, minutes)]


def _read(answers: str) -> Answers:
    return {key: _answer(value) for key, value in json.loads(answers).items()}


def _answer(value: Any) -> Answer:
    return value if isinstance(value, str) else tuple(value)
