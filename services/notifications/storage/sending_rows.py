"""SQL of sendings."""

from servicekit.postgres import ScopedTransaction
from services.notifications.domain.route import Route
from services.notifications.domain.sending import KeptSending, MessageKind, Sending, SendingOutcome

# A cancellation waits for nobody, and is of the revision at which the person was taken off or the meeting called off.
_ADD = """
insert into sending (council_id, invitation_id, meeting, person, role, route, kind, revision, sent_at, outcome,
    released_by)
select $1, $2, $3, $4, $5, $6, $7, case when $11 then greatest($8, m.read_revision) else $8 end, $9, $10,
    case when $11 then '' else coalesce(r.released_by, '') end
from (select $3::text as meeting) one
left join meeting_copy m on m.meeting = one.meeting
left join release r on r.meeting = m.meeting and r.token = m.token
"""
_PAGE = """
select place, invitation_id, meeting, person, role, route, kind, revision, sent_at, outcome, released_by
from sending where meeting = $1 and place > $2 order by place limit $3
"""


class Sendings:
    """`sending`."""

    def __init__(self, tx: ScopedTransaction) -> None:
        self._tx = tx

    async def add(self, sending: Sending) -> None:
        """Keep one, with who let it go."""
        await self._tx.execute(
            _ADD,
            self._tx.council_id,
            sending.invitation_id,
            sending.meeting,
            sending.person,
            sending.role,
            sending.route.value,
            sending.kind.value,
            sending.revision,
            sending.at,
            sending.outcome.value,
            sending.kind is MessageKind.CANCEL,
        )

    async def page(self, meeting: str, after: tuple[str, ...], size: int) -> list[KeptSending]:
        """The oldest first."""
        last = int(after[0]) if after else 0
        return [
            KeptSending(
                row["place"],
                Sending(
                    invitation_id=row["invitation_id"],
                    meeting=row["meeting"],
                    person=row["person"],
                    role=row["role"],
                    route=Route(row["route"]),
                    kind=MessageKind(row["kind"]),
                    revision=row["revision"],
                    at=row["sent_at"],
                    outcome=SendingOutcome(row["outcome"]),
                ),
                row["released_by"],
            )
            for row in await self._tx.fetch(_PAGE, meeting, last, size)
        ]
