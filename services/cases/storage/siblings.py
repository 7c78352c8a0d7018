"""Whether subjects have brothers and sisters to plan with. Rules ask for it, so whoever reads subjects tells it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from servicekit.postgres import ScopedTransaction
from services.cases.domain.subject import Subject

# Of those asked about, who is in a sibling group with somebody else.
_WITH_SIBLINGS: Final = """
select m.member_id from subject_member m join subject g on g.id = m.group_id and g.kind = 'sibling_group'
where m.member_id = any($1) and m.from_date <= $2 and (m.until_date is null or m.until_date >= $2)
  and exists (select from subject_member o where o.group_id = m.group_id and o.member_id <> m.member_id
    and o.from_date <= $2 and (o.until_date is null or o.until_date >= $2))
"""


async def with_siblings(tx: ScopedTransaction, subjects: Sequence[Subject], on: date) -> list[Subject]:
    """The same subjects in the same order, `has_siblings` as it is on that day."""
    rows = await tx.fetch(_WITH_SIBLINGS, [one.id for one in subjects], on) if subjects else []
    found = {row["member_id"] for row in rows}
    return [replace(one, has_siblings=True) if one.id in found else one for one in subjects]
