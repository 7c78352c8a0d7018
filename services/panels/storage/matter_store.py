"""What earlier sittings of a body asked for, in PostgreSQL."""

from servicekit.postgres import ScopedTransaction
from services.panels.domain.matters_arising import MatterArising
from services.panels.domain.sitting import Sitting

# All that is not done, and what the sitting before asked for, done or not.
_ARISING = """
select a.subject, coalesce(k.reference, '') as reference, a.text, a.owner_role, a.due_on, a.done, s.starts_at
from action a
    join outcome o using (outcome_id) join agenda_item i using (item_id) join sitting s using (sitting_id)
    left join known_subject k on k.subject = a.subject
where s.body_id = $1 and s.starts_at < $2 and a.cancel_reason = ''
  and (not a.done or s.starts_at = (
      select max(b.starts_at) from sitting b where b.body_id = $1 and b.starts_at < $2 and b.state <> 'cancelled'))
order by a.due_on, a.action_id limit $3
"""
_MOST = 200


class SqlMatterStore:
    """As its port says."""

    def __init__(self, tx: ScopedTransaction) -> None:
        self._tx = tx

    async def arising(self, sitting: Sitting) -> list[MatterArising]:
        """By due date."""
        rows = await self._tx.fetch(_ARISING, sitting.body, sitting.start, _MOST)
        return [
            MatterArising(
                subject=row["subject"],
                reference=row["reference"],
                text=row["text"],
                owner_role=row["owner_role"],
                due=row["due_on"],
                done=row["done"],
                sitting_start=row["starts_at"],
            )
            for row in rows
        ]
