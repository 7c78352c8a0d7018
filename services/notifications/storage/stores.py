"""SQL of meetings, invitations, events, releases and answers."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from servicekit.postgres import ScopedTransaction
from services.notifications.app.invitation_ports import ReplyCursor
from services.notifications.domain.invitation import Invitation
from services.notifications.domain.known_meeting import KnownMeeting
from services.notifications.domain.outlook_event import SHARED, OutlookEvent
from services.notifications.domain.reply import ReplyEntry, ReplySource
from services.notifications.storage.records import (
    EVENT_COLUMNS,
    INVITATION_COLUMNS,
    MEETING_COLUMNS,
    event_of,
    event_values,
    invitation_of,
    invitation_values,
    meeting_of,
    meeting_values,
    upsert,
)

_PUT_MEETING = upsert("meeting_copy", MEETING_COLUMNS, ["meeting"])
_PUT_INVITATION = upsert("invitation", INVITATION_COLUMNS, ["id"])
_PUT_EVENT = upsert("remote_event", EVENT_COLUMNS, ["id"])
_HEAR = """
insert into meeting_copy as m (council_id, meeting, subjects, heard_revision) values ($1, $2, $3, $4)
on conflict (council_id, meeting) do update
set heard_revision = greatest(m.heard_revision, excluded.heard_revision), subjects = excluded.subjects
"""
_PAGE = f"""
select {INVITATION_COLUMNS} from invitation i
where ($1 = '' or meeting = $1) and (meeting, role, id) > ($2, $3, $4)
order by meeting, role, id limit $5
"""
_FIRST_KEY = ("", "", str(UUID(int=0)))
_LOG = """
insert into reply_log (council_id, id, invitation_id, answer, answer_time, revision, source, recorded_by,
taken,
    recorded_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict do nothing returning true
"""
_SOURCES = """
select distinct on (invitation_id) invitation_id, source from reply_log where invitation_id = any($1) and taken
order by invitation_id, revision desc, answer_time desc
"""


class Meetings:
    """`meeting_copy`."""

    def __init__(self, tx: ScopedTransaction) -> None:
        self._tx = tx

    async def get(self, name: str, *, lock: bool = False) -> KnownMeeting | None:
        """One meeting."""
        sql = f"select {MEETING_COLUMNS} from meeting_copy where meeting = $1"
        row = await self._tx.fetchrow(sql + (" for update" if lock else ""), name)
        return meeting_of(row) if row else None

    async def put(self, known: KnownMeeting) -> None:
        """Add or replace."""
        await self._tx.execute(_PUT_MEETING, self._tx.council_id, *meeting_values(known))

    async def hear(self, name: str, subjects: Sequence[str], revision: int) -> None:
        """Keep that a revision exists."""
        await self._tx.execute(_HEAR, self._tx.council_id, name, list(subjects), revision)

    async def open_of_subject(self, subject: str) -> list[str]:
        """Meetings that are not over."""
        rows = await self._tx.fetch(
            "select meeting from meeting_copy where subjects @> array[$1] and state in ('booked', 'not_booked')"
            " order by meeting",
            subject,
        )
        return [row["meeting"] for row in rows]


class Invitations:
    """`invitation`."""

    def __init__(self, tx: ScopedTransaction) -> None:
        self._tx = tx

    async def of_meeting(self, meeting: str, *, lock: bool = False) -> list[Invitation]:
        """By role and id; where they are locked by id, so that all lock them in one order."""
        sql = f"select {INVITATION_COLUMNS} from invitation where meeting = $1 order by "
        sql += "id for update" if lock else "role, id"
        return [invitation_of(row) for row in await self._tx.fetch(sql, meeting)]

    async def get(self, invitation_id: UUID, *, lock: bool = False) -> Invitation | None:
        """One."""
        sql = f"select {INVITATION_COLUMNS} from invitation where id = $1"
        row = await self._tx.fetchrow(sql + (" for update" if lock else ""), invitation_id)
        return invitation_of(row) if row else None

    async def put(self, invitation: Invitation) -> None:
        """Add or replace."""
        await self._tx.execute(_PUT_INVITATION, self._tx.council_id, *invitation_values(invitation))

    async def by_receipt(self, receipt_id: UUID) -> Invitation | None:
        """By GOV.UK Notify's id of the last message."""
        sql = f"select {INVITATION_COLUMNS} from invitation where receipt_id = $1 for update"
        row = await self._tx.fetchrow(sql, receipt_id)
        return invitation_of(row) if row else None

    async def page(self, meeting: str, after: tuple[str, ...], size: int) -> list[Invitation]:
        """By meeting, role and id."""
        last_meeting, last_role, last_id = after or _FIRST_KEY
        rows = await self._tx.fetch(_PAGE, meeting, last_meeting, last_role, UUID(last_id), size)
        return [invitation_of(row) for row in rows]


class Events:
    """`remote_event`."""

    def __init__(self, tx: ScopedTransaction) -> None:
        self._tx = tx

    async def of_meeting(self, meeting: str) -> list[OutlookEvent]:
        """The shared one first."""
        sql = f"select {EVENT_COLUMNS} from remote_event where meeting = $1 order by audience <> $2, audience"
        return [event_of(row) for row in await self._tx.fetch(sql, meeting, SHARED)]

    async def get(self, event_id: UUID) -> OutlookEvent | None:
        """By our own id."""
        sql = f"select {EVENT_COLUMNS} from remote_event where id = $1 for update"
        row = await self._tx.fetchrow(sql, event_id)
        return event_of(row) if row else None

    async def among(self, event_ids: Collection[UUID]) -> list[OutlookEvent]:
        """By our own ids, without a lock."""
        sql = f"select {EVENT_COLUMNS} from remote_event where id = any($1) order by id"
        return [event_of(row) for row in await self._tx.fetch(sql, list(event_ids))]

    async def by_remote_id(self, remote_id: str) -> OutlookEvent | None:
        """By Graph's id."""
        sql = f"select {EVENT_COLUMNS} from remote_event where event_id = $1"
        row = await self._tx.fetchrow(sql, remote_id)
        return event_of(row) if row else None

    async def between(self, start: datetime, end: datetime) -> list[OutlookEvent]:
        """By the start that was asked for."""
        sql = f"select {EVENT_COLUMNS} from remote_event where start_time >= $1 and start_time < $2 order by id"
        return [event_of(row) for row in await self._tx.fetch(sql, start, end)]

    async def put(self, event: OutlookEvent) -> None:
        """Add or replace."""
        await self._tx.execute(_PUT_EVENT, self._tx.council_id, *event_values(event))


class Releases:
    """`release`."""

    def __init__(self, tx: ScopedTransaction) -> None:
        self._tx = tx

    async def is_released(self, meeting: str, token: str) -> bool:
        """Exactly this."""
        found = await self._tx.fetchval("select true from release where meeting = $1 and token = $2", meeting, token)
        return found is True

    async def add(self, meeting: str, token: str, revision: int, released_by: str) -> None:
        """Twice is once."""
        await self._tx.execute(
            "insert into release (council_id, meeting, token, revision, released_by, released_at)"
            " values ($1, $2, $3, $4, $5, $6) on conflict do nothing",
            self._tx.council_id,
            meeting,
            token,
            revision,
            released_by,
            self._tx.now(),
        )


class Replies:
    """`reply_log` and `reply_cursor`."""

    def __init__(self, tx: ScopedTransaction) -> None:
        self._tx = tx

    async def log(self, entry: ReplyEntry) -> bool:
        """False where it was there already."""
        found = await self._tx.fetchval(
            _LOG,
            self._tx.council_id,
            entry.id,
            entry.invitation_id,
            entry.answer.value,
            entry.answer_time,
            entry.revision,
            entry.source.value,
            entry.recorded_by,
            entry.taken,
            self._tx.now(),
        )
        return found is True

    async def sources(self, invitations: Sequence[UUID]) -> Mapping[UUID, ReplySource]:
        """Of the last answer that was taken, by invitation."""
        rows = await self._tx.fetch(_SOURCES, list(invitations))
        return {row["invitation_id"]: ReplySource(row["source"]) for row in rows}

    async def cursor(self, mailbox: str) -> ReplyCursor | None:
        """How far it was read."""
        row = await self._tx.fetchrow(
            "select token, window_from, window_until from reply_cursor where mailbox = $1", mailbox
        )
        return ReplyCursor(row["token"], (row["window_from"], row["window_until"])) if row else None

    async def move_cursor(self, mailbox: str, cursor: ReplyCursor) -> None:
        """Read on from there."""
        await self._tx.execute(
            upsert("reply_cursor", "mailbox, token, window_from, window_until, read_at", ["mailbox"]),
            self._tx.council_id,
            mailbox,
            cursor.token,
            *cursor.window,
            self._tx.now(),
        )
