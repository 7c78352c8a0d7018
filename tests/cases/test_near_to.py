"""The quick question that rules subjects out of a list never rules out one that its reader may know of."""

import random
from datetime import date

from rulebook.facts import SubjectKind
from services.cases.app.case_data import (
    CaseData,
    InvolvementRow,
    ListingRow,
    MemberRow,
    PersonRow,
    SubjectKey,
    SubjectRow,
)
from tests.cases.conftest import DEMO, Cases

DAY = date(2026, 3, 16)
_BY_PRINCIPAL = """
select count(*) filter (where related and not near) as lost, count(*) filter (where related) as related,
    count(*) filter (where not near) as ruled_out
from person p cross join lateral (
    select is_related(s.id, p.principal_id, $1) as related,
        s.id in (select n.subject_id from near_to(p.principal_id) n) as near
    from subject s
) pairs
"""


def _data(dice: random.Random) -> CaseData:
    """Children in groups and households at random, some no longer; workers around any of them."""
    children = [SubjectKey(SubjectKind.CHILD, f"c{number}") for number in range(30)]
    groups = [SubjectKey(SubjectKind.SIBLING_GROUP, f"g{number}") for number in range(8)]
    homes = [SubjectKey(SubjectKind.CARER_HOUSEHOLD, f"h{number}") for number in range(5)]
    everybody = [*children, *groups, *homes]
    ends = (None, None, date(2026, 3, 1), date(2026, 12, 1))
    places = {(dice.choice([*groups, *homes]), dice.choice(children)) for _ in range(45)}
    return CaseData(
        subjects=tuple(SubjectRow(key) for key in everybody),
        members=tuple(MemberRow(*place, until_date=dice.choice(ends)) for place in sorted(places, key=str)),
        people=tuple(PersonRow(f"w{number}", staff=True, principal_id=f"p{number}") for number in range(20)),
        involvements=tuple(
            InvolvementRow(
                f"i{number}", dice.choice(everybody), f"w{number}", "social-worker", DAY, dice.choice(ends[1:])
            )
            for number in range(16)
        ),
        listings=tuple(ListingRow(dice.choice(everybody), f"p{number}") for number in range(12, 20)),
    )


async def test_nobody_is_ruled_out_who_is_related(cases: Cases) -> None:
    await cases.take_in(_data(random.Random(7)))
    async with cases.database.transaction(DEMO.council_id) as tx:
        row = await tx.fetchrow(_BY_PRINCIPAL, DAY)
    assert row is not None
    assert row["lost"] == 0
    assert row["related"] > 30
    assert row["ruled_out"] > row["related"]
