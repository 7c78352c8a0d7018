"""What referrals say of families' consent, as rows."""

from collections.abc import Collection

from servicekit.postgres import ScopedTransaction
from services.scheduler.domain.family_consent import ConsentState, FamilyConsent

_KEEP = """
insert into family_consent
    (council_id, referral_form, subjects, meeting_kind, state, consented_on, changed_on, changed_at)
values ($1, $2, $3, $4, $5, $6, $7, $8)
on conflict (council_id, referral_form) do update set subjects = excluded.subjects, state = excluded.state,
    consented_on = excluded.consented_on, changed_on = excluded.changed_on, changed_at = excluded.changed_at
"""
# One that stands, however many others ended; else the one that ended last.
_OF = """
select referral_form, subjects, meeting_kind, state, consented_on, changed_on from family_consent
where meeting_kind = $1 and subjects @> $2
order by (state = 'given') desc, changed_at desc, referral_form desc limit 1
"""


class ConsentRows:
    """The consents of one council."""

    def __init__(self, tx: ScopedTransaction) -> None:
        self._tx = tx

    async def keep(self, one: FamilyConsent) -> None:
        """As the referral says now."""
        await self._tx.execute(
            _KEEP,
            self._tx.council_id,
            one.referral_form,
            list(one.subjects),
            one.meeting_kind,
            one.state.value,
            one.consented_on,
            one.changed_on,
            self._tx.now(),
        )

    async def of(self, meeting_kind: str, subjects: Collection[str]) -> FamilyConsent | None:
        """What is said of a meeting of all these subjects; None where no referral says anything."""
        row = await self._tx.fetchrow(_OF, meeting_kind, list(subjects)) if subjects else None
        if row is None:
            return None
        return FamilyConsent(
            row["referral_form"],
            tuple(row["subjects"]),
            row["meeting_kind"],
            ConsentState(row["state"]),
            row["consented_on"],
            row["changed_on"],
        )
