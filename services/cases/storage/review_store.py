"""What was said of reviews beside their days, read and kept."""

from collections.abc import Sequence

from servicekit.postgres import ScopedTransaction
from services.cases.app.case_data import ReviewRow
from services.cases.domain.names import SubjectId
from services.cases.domain.review_record import ReviewRecord
from services.cases.storage.columns import columns

_OF = """
select subject_id, source_key, review_id, care_id, due_on, held_on, cancelled, participation, short_breaks
from review_record where subject_id = any($1) order by subject_id, source_key
"""
_PUT = """
insert into review_record as r (council_id, subject_id, source_key, review_id, care_id, due_on, held_on, cancelled,
    participation, short_breaks)
select $1, s.id, n.source_key, n.review_id, n.care_id, n.due_on, n.held_on, n.cancelled, n.participation, n.short_breaks
from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::date[], $8::date[], $9::boolean[],
    $10::text[], $11::boolean[]) as n(collection, source_id, source_key, review_id, care_id, due_on, held_on, cancelled,
    participation, short_breaks)
join subject s using (collection, source_id)
on conflict (subject_id, source_key) do update set review_id = excluded.review_id, care_id = excluded.care_id,
    due_on = excluded.due_on, held_on = excluded.held_on, cancelled = excluded.cancelled,
    participation = excluded.participation, short_breaks = excluded.short_breaks
where (r.review_id, r.care_id, r.due_on, r.held_on, r.cancelled, r.participation, r.short_breaks) is distinct from
    (excluded.review_id, excluded.care_id, excluded.due_on, excluded.held_on, excluded.cancelled,
     excluded.participation, excluded.short_breaks)
"""


class ReviewStore:
    """Implements `app.return_ports.Reviews`."""

    def __init__(self, tx: ScopedTransaction) -> None:
        self._tx = tx

    async def put(self, rows: Sequence[ReviewRow]) -> None:
        """Upserts by subject and source key."""
        if rows:
            await self._tx.execute(_PUT, self._tx.council_id, *columns([_values(row) for row in rows]))

    async def of(self, subjects: Sequence[SubjectId]) -> dict[SubjectId, list[ReviewRecord]]:
        """Each subject's; a list for each asked about."""
        found: dict[SubjectId, list[ReviewRecord]] = {subject: [] for subject in subjects}
        for row in await self._tx.fetch(_OF, list(subjects)):
            subject, *said = row.values()
            found[SubjectId(subject)].append(ReviewRecord(*said))
        return found


def _values(row: ReviewRow) -> tuple[object, ...]:
    return (
        row.subject.collection,
        row.subject.source_id,
        row.source_key,
        row.review_id,
        row.care_id,
        row.due_on,
        row.held_on,
        row.cancelled,
        row.participation,
        row.short_breaks,
    )
