"""Subjects in the order in which their clocks run out."""

from datetime import date

from servicekit.postgres import ScopedTransaction
from services.cases.app.sight import Sight
from services.cases.app.tracker_ports import TrackedFilter
from services.cases.domain.subject import Subject
from services.cases.storage.seen import seen, seen_sql
from services.cases.storage.siblings import with_siblings
from services.cases.storage.subject_rows import COLUMNS, subject_of


def _has_part(person: str, role: str) -> str:
    """Whether the person has that part around the subject, or its group, on the day of `seen_sql`."""
    return (
        f"({person}::uuid is null or exists (select from tied_to(array[s.id], $13::date) t"
        f" join involvement i on i.subject_id = t.subject_id where i.person_id = {person} and i.role = '{role}'"
        " and i.from_date <= $13 and (i.until_date is null or i.until_date >= $13)))"
    )


# Nobody plans permanence for who has left care, although records of it are kept for decades.
_LEFT_CARE = (
    "(s.kind = 'child' and s.looked_after_since is null and exists (select from case_event e where e.subject_id = s.id"
    " and e.type = 'ceased_to_be_looked_after' and not e.withdrawn))"
)
_PAGE = f"""
select {COLUMNS}, d.due from subject s
join lateral (
    select coalesce(min(o.due_on) filter (where o.state = 'open'), date '9999-12-31') as due from obligation o
    where o.subject_id = s.id and o.state in ('open', 'needs_fact') having count(*) > 0
) d on true
where s.kind = any($1) and not {_LEFT_CARE} and ($2::date is null or d.due < $2)
  and ($3::date is null or (d.due, s.reference, s.id) > ($3, $4, $5::uuid))
  and {_has_part("$6", "reviewing-officer")} and {_has_part("$7", "team-manager")}
  and {seen_sql("s", 8)}
order by d.due, s.reference, s.id limit $14
"""


class TrackedStore:
    """Implements `app.tracker_ports.Tracked`."""

    def __init__(self, tx: ScopedTransaction, today: date) -> None:
        self._tx = tx
        self._today = today

    async def page(self, wanted: TrackedFilter, sight: Sight, limit: int) -> list[tuple[date, Subject]]:
        """Those with a running clock and still planned for that the caller may know of, each with the first day."""
        due, reference, last = wanted.after or (None, None, None)
        before = self._today if wanted.late_only else None
        filters = ([kind.value for kind in wanted.kinds], before, due, reference, last)
        people = (wanted.reviewing_officer, wanted.team_manager)
        rows = await self._tx.fetch(_PAGE, *filters, *people, *seen(sight, self._today), limit)
        subjects = await with_siblings(self._tx, [subject_of(row) for row in rows], self._today)
        return [(row["due"], subject) for row, subject in zip(rows, subjects, strict=True)]
