"""Rows of the date_change table, read."""

from typing import Final

import asyncpg

from services.cases.domain.date_change import Cause, DateChange
from services.cases.domain.names import DateChangeId, ObligationId, SubjectId

# Named so that they may stand beside an obligation's own columns.
COLUMNS: Final = (
    "c.id as change_id, c.obligation_id as changed_id, c.subject_id as changed_of, c.due_before, c.due_after, c.cause,"
    " c.moved_at, c.confirmed_by, c.confirmed_at"
)


def date_change_of(row: asyncpg.Record) -> DateChange:
    """One row as a date change."""
    return DateChange(
        id=DateChangeId(row["change_id"]),
        obligation=ObligationId(row["changed_id"]),
        subject=SubjectId(row["changed_of"]),
        due_before=row["due_before"],
        due_after=row["due_after"],
        cause=Cause(row["cause"]),
        moved_at=row["moved_at"],
        confirmed_by=row["confirmed_by"] or "",
        confirmed_at=row["confirmed_at"],
    )
