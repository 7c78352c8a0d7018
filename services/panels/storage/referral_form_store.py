"""Referrals by a form in PostgreSQL."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, cast
from uuid import UUID

from servicekit.page import PageRequest
from servicekit.postgres import ScopedTransaction
from services.panels.domain.body import BodyUuid
from services.panels.domain.form import Answer
from services.panels.domain.paper import PaperKind
from services.panels.domain.referral_form import ReferralForm, ReferralFormId, ReferralFormState
from services.panels.domain.referral_papers import PapersFollow
from services.panels.domain.sitting import ReferralId

if TYPE_CHECKING:
    import asyncpg

_COLUMNS = (
    "form_id, form, subjects, body_id, state, version, referral_id, reason, created_at, created_by, submitted_at"
    ", papers_follow, papers_follow_because"
)
_ADD = """
insert into referral_form (
    form_id, council_id, form, subjects, body_id, state, answers, version, created_at, created_by, known)
values ($1, $2, $3, $4, $5, $6, $7::jsonb, $8, $9, $10, $11::jsonb)
"""
_CHANGE = """
update referral_form
set state = $2, answers = $3::jsonb, version = $4, referral_id = $5, reason = $6, submitted_at = $7,
    papers_follow = $8, papers_follow_because = $9
where form_id = $1
"""
_PAGE = f"""
select {_COLUMNS}, '{{}}'::jsonb as answers, '{{}}'::jsonb as known from referral_form
where ($1::text is null or state = $1)
  and ($2::timestamptz is null or (created_at, form_id) < ($2, $3::uuid))
order by created_at desc, form_id desc limit $4
"""


class SqlReferralFormStore:
    """As its port says."""

    def __init__(self, tx: ScopedTransaction) -> None:
        self._tx = tx

    async def add(self, form: ReferralForm) -> None:
        """A new one."""
        await self._tx.execute(
            _ADD,
            form.form_id,
            self._tx.council_id,
            form.form,
            list(form.subjects),
            form.body,
            form.state.value,
            json.dumps(form.answers),
            form.version,
            form.created_at,
            form.created_by,
            json.dumps(form.known),
        )

    async def load(self, form: ReferralFormId, *, lock: bool = False) -> ReferralForm | None:
        """One with its answers."""
        sql = f"select {_COLUMNS}, answers, known from referral_form where form_id = $1" + (
            " for update" if lock else ""
        )
        row = await self._tx.fetchrow(sql, form)
        return _form(row) if row else None

    async def change(self, form: ReferralForm) -> None:
        """What may change."""
        await self._tx.execute(
            _CHANGE,
            form.form_id,
            form.state.value,
            json.dumps(form.answers),
            form.version,
            form.referral,
            form.reason,
            form.submitted_at,
            list(form.papers_follow.kinds) if form.papers_follow else [],
            form.papers_follow.because if form.papers_follow else "",
        )

    async def page(self, state: ReferralFormState | None, page: PageRequest) -> list[ReferralForm]:
        """The newest first, without answers."""
        after = (datetime.fromisoformat(page.after[0]), UUID(page.after[1])) if page.after else (None, None)
        rows = await self._tx.fetch(_PAGE, state.value if state else None, *after, page.size + 1)
        return [_form(row) for row in rows]


def _form(row: "asyncpg.Record") -> ReferralForm:
    return ReferralForm(
        form_id=ReferralFormId(row["form_id"]),
        form=row["form"],
        subjects=tuple(row["subjects"]),
        body=BodyUuid(row["body_id"]) if row["body_id"] else None,
        state=ReferralFormState(row["state"]),
        answers=_answers(row["answers"]),
        created_at=row["created_at"],
        created_by=row["created_by"],
        version=row["version"],
        referral=ReferralId(row["referral_id"]) if row["referral_id"] else None,
        reason=row["reason"],
        submitted_at=row["submitted_at"],
        papers_follow=papers_follow_of(row),
        known=_answers(row["known"]),
    )


def papers_follow_of(row: "asyncpg.Record") -> PapersFollow | None:
    """What a row says of papers that were to follow."""
    kinds = tuple(PaperKind(kind) for kind in row["papers_follow"])
    return PapersFollow(kinds, row["papers_follow_because"]) if kinds else None


def _answers(stored: str) -> dict[str, Answer]:
    """Lists come back as they went in: of keys, or of rows."""
    read = cast("Mapping[str, str | list[str] | list[dict[str, str]]]", json.loads(stored))
    return {key: one if isinstance(one, str) else cast("Answer", tuple(one)) for key, one in read.items()}
