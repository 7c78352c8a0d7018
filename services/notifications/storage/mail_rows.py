"""SQL of e-mails: those that were sent, how far answers were read, those that wait for a person."""

from collections.abc import Collection
from uuid import UUID

from servicekit.postgres import ScopedTransaction
from services.notifications.app.reply_mailbox import MailboxReading, MailCursor, SetAsideMail
from services.notifications.domain.mail_reply import SentInvitation, SetAside
from services.notifications.storage.records import upsert

_PUT_SENT = upsert(
    "sent_invitation", "invitation_id, sequence, revision, start_time, end_time", ["invitation_id", "sequence"]
)
_PUT_CURSOR = upsert("mail_cursor", "mailbox, validity, number, token", ["mailbox"])
_SET_ASIDE = """
insert into set_aside_mail (council_id, mailbox, validity, number, reason, received_at, invitation_id)
values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing
"""
_WAITING = """
select mailbox, validity, number, reason, received_at, invitation_id, coalesce(meeting, '') as meeting
from set_aside_mail s left join invitation i on i.council_id = s.council_id and i.id = s.invitation_id
order by received_at, mailbox, number
"""
_WAS_READ = upsert("mailbox_reading", "mailbox, read_at, failing_since, failure", ["mailbox"])
_NOT_READ = """
insert into mailbox_reading as m (council_id, mailbox, failing_since, failure) values ($1, $2, $3, $4)
on conflict (council_id, mailbox) do update
set failing_since = coalesce(m.failing_since, excluded.failing_since), failure = excluded.failure
"""


class Mails:
    """`sent_invitation`, `mail_cursor`, `set_aside_mail` and `mailbox_reading`."""

    def __init__(self, tx: ScopedTransaction) -> None:
        self._tx = tx

    async def keep_sent(self, invitation_id: UUID, sent: SentInvitation) -> None:
        """Add or replace."""
        values = (sent.sequence, sent.revision, sent.start, sent.end)
        await self._tx.execute(_PUT_SENT, self._tx.council_id, invitation_id, *values)

    async def sent(self, invitation_id: UUID, sequence: int) -> SentInvitation | None:
        """One."""
        row = await self._tx.fetchrow(
            "select sequence, revision, start_time, end_time from sent_invitation"
            " where invitation_id = $1 and sequence = $2",
            invitation_id,
            sequence,
        )
        return SentInvitation(*row.values()) if row else None

    async def cursor(self, mailbox: str) -> MailCursor | None:
        """How far it was read."""
        row = await self._tx.fetchrow("select validity, number, token from mail_cursor where mailbox = $1", mailbox)
        return MailCursor(*row.values()) if row else None

    async def move_cursor(self, mailbox: str, cursor: MailCursor) -> None:
        """What stood under another UIDVALIDITY is read anew, and so set aside anew."""
        await self._tx.execute(_PUT_CURSOR, self._tx.council_id, mailbox, cursor.validity, cursor.number, cursor.token)
        await self._tx.execute(
            "delete from set_aside_mail where mailbox = $1 and validity <> $2", mailbox, cursor.validity
        )

    async def set_aside(self, mail: SetAsideMail) -> None:
        """Twice is once."""
        await self._tx.execute(
            _SET_ASIDE,
            self._tx.council_id,
            mail.mailbox,
            mail.validity,
            mail.number,
            mail.reason.value,
            mail.received_at,
            mail.invitation_id,
        )

    async def keep_waiting(self, mailbox: str, unread: Collection[int], last: int) -> None:
        """Those alone, and what came after `last`: of that the look knows nothing."""
        await self._tx.execute(
            "delete from set_aside_mail where mailbox = $1 and number <= $3 and number <> all($2::bigint[])",
            mailbox,
            list(unread),
            last,
        )

    async def waiting(self) -> list[SetAsideMail]:
        """The oldest first."""
        return [
            SetAsideMail(
                row["mailbox"],
                row["validity"],
                row["number"],
                SetAside(row["reason"]),
                row["received_at"],
                row["invitation_id"],
                row["meeting"],
            )
            for row in await self._tx.fetch(_WAITING)
        ]

    async def reading(self, mailbox: str) -> MailboxReading | None:
        """How it goes."""
        row = await self._tx.fetchrow(
            "select read_at, failing_since, failure from mailbox_reading where mailbox = $1", mailbox
        )
        return MailboxReading(*row.values()) if row else None

    async def was_read(self, mailbox: str) -> None:
        """Whatever was wrong is over."""
        await self._tx.execute(_WAS_READ, self._tx.council_id, mailbox, self._tx.now(), None, "")

    async def not_read(self, mailbox: str, failure: str) -> None:
        """Since the first time."""
        await self._tx.execute(_NOT_READ, self._tx.council_id, mailbox, self._tx.now(), failure)
