"""Drafts of meetings as rows. Of one kind and its subjects one is open at most: `meeting_draft_open_once` decides."""

import json
from collections.abc import Collection, Sequence
from dataclasses import asdict
from datetime import datetime
from uuid import UUID

import asyncpg

from servicekit.postgres import ScopedTransaction
from services.scheduler.domain.meeting import Attendee, DateDecision, Plan
from services.scheduler.domain.meeting_draft import Arrangement, DraftHold, DraftState, MeetingDraft, subjects_key

_WITH_REFERENCES = """
select d.*, array(
    select coalesce(r.reference, '')
    from unnest(d.subjects) with ordinality as s (subject, place) left join subject_ref r on r.subject = s.subject
    order by s.place) as subject_references, h.expires_at as hold_expires_at
from {rows} d left join meeting h on h.id = d.hold_id
"""
_FIND = _WITH_REFERENCES.format(rows="meeting_draft")
# The conflict's update changes nothing: it locks the open draft and gives it back.
_START = f"""
with kept as (
    insert into meeting_draft (
        id, council_id, meeting_kind, title, subjects, subjects_key, plan, start_at, room, people_checked,
        kept_apart_checked, breach_reason, started_by, changed_by, created_at, updated_at, version, state
    ) values ($1, $2, $3, $4, $5, $6, $7::jsonb, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, 'open')
    on conflict (council_id, meeting_kind, subjects_key) where state = 'open'
        do update set version = meeting_draft.version
    returning *
)
{_WITH_REFERENCES.format(rows="kept")}
"""
_SAVE = """
update meeting_draft set subjects = $2, plan = $3::jsonb, start_at = $4, room = $5, people_checked = $6,
    kept_apart_checked = $7, breach_reason = $8, changed_by = $9, updated_at = $10, version = $11, state = $12,
    meeting_id = $13, date_decided_by = $14, consented_on = $15, hold_id = $16
where id = $1
"""
_OPEN_PAGE = """
where d.state = 'open' and ($1::timestamptz is null or (d.updated_at, d.id) < ($1, $2))
order by d.updated_at desc, d.id desc limit $3
"""
_IN_COLUMNS = ("meeting_kind", "subjects")


class DraftRows:
    """The drafts of one council."""

    def __init__(self, tx: ScopedTransaction) -> None:
        self._tx = tx

    async def start(self, draft: MeetingDraft) -> MeetingDraft:
        """Keep a new draft, or give back the one that is open for its kind and subjects."""
        held = draft.arrangement
        row = await self._tx.fetchrow(
            _START,
            draft.id,
            self._tx.council_id,
            draft.plan.meeting_kind,
            draft.title,
            list(draft.plan.subjects),
            subjects_key(draft.plan),
            _plan_text(draft.plan),
            held.start,
            held.room,
            held.people_checked,
            held.kept_apart_checked,
            held.breach_reason,
            draft.started_by,
            draft.changed_by,
            draft.created_at,
            draft.updated_at,
            draft.version,
        )
        assert row is not None
        return _draft(row)

    async def find_open(self, plan: Plan) -> MeetingDraft | None:
        """The open one for the plan's kind and subjects."""
        where = "where d.state = 'open' and d.meeting_kind = $1 and d.subjects_key = $2"
        row = await self._tx.fetchrow(_FIND + where, plan.meeting_kind, subjects_key(plan))
        return _draft(row) if row else None

    async def open_of(self, meeting_kind: str, subjects: Collection[str]) -> Sequence[MeetingDraft]:
        """Open ones of the kind about nobody but these subjects, locked for change."""
        where = "where d.state = 'open' and d.meeting_kind = $1 and d.subjects <@ $2 order by d.id for update of d"
        return [_draft(row) for row in await self._tx.fetch(_FIND + where, meeting_kind, list(subjects))]

    async def load(self, draft_id: UUID, *, lock: bool = False) -> MeetingDraft | None:
        """One draft, or None."""
        row = await self._tx.fetchrow(_FIND + "where d.id = $1" + (" for update of d" if lock else ""), draft_id)
        return _draft(row) if row else None

    async def save(self, draft: MeetingDraft) -> None:
        """Keep what may change of a draft."""
        held = draft.arrangement
        await self._tx.execute(
            _SAVE,
            draft.id,
            list(draft.plan.subjects),
            _plan_text(draft.plan),
            held.start,
            held.room,
            held.people_checked,
            held.kept_apart_checked,
            held.breach_reason,
            draft.changed_by,
            draft.updated_at,
            draft.version,
            draft.state.value,
            draft.meeting,
            held.decision.by if held.decision else "",
            held.decision.consented_on if held.decision else None,
            draft.hold.meeting if draft.hold else None,
        )

    async def open_page(self, size: int, after: tuple[str, ...]) -> Sequence[MeetingDraft]:
        """Open ones, the latest changed first."""
        changed, last = (datetime.fromisoformat(after[0]), UUID(after[1])) if after else (None, None)
        return [_draft(row) for row in await self._tx.fetch(_FIND + _OPEN_PAGE, changed, last, size)]


def _plan_text(plan: Plan) -> str:
    return json.dumps({name: value for name, value in asdict(plan).items() if name not in _IN_COLUMNS})


def _draft(row: asyncpg.Record) -> MeetingDraft:
    return MeetingDraft(
        id=row["id"],
        title=row["title"],
        arrangement=Arrangement(
            plan=_plan(row),
            start=row["start_at"],
            room=row["room"],
            people_checked=row["people_checked"],
            kept_apart_checked=row["kept_apart_checked"],
            breach_reason=row["breach_reason"],
            decision=DateDecision(row["date_decided_by"], row["consented_on"]) if row["date_decided_by"] else None,
        ),
        started_by=row["started_by"],
        changed_by=row["changed_by"],
        created_at=row["created_at"],
        updated_at=row["updated_at"],
        version=row["version"],
        state=DraftState(row["state"]),
        meeting=row["meeting_id"],
        references=tuple(row["subject_references"]),
        hold=DraftHold(row["hold_id"], row["hold_expires_at"]) if row["hold_id"] and row["hold_expires_at"] else None,
    )


def _plan(row: asyncpg.Record) -> Plan:
    kept = json.loads(row["plan"])
    return Plan(
        meeting_kind=row["meeting_kind"],
        subjects=tuple(row["subjects"]),
        attendees=tuple(
            Attendee(
                one["person"],
                one["role"],
                one["required"],
                one["chair"],
                tuple(one["sessions"]),
                throughout=one.get("throughout", False),
            )
            for one in kept["attendees"]
        ),
        session_minutes=tuple(kept["session_minutes"]),
        minutes_between_sessions=kept["minutes_between_sessions"],
        needs_room=kept["needs_room"],
        room_features=tuple(kept["room_features"]),
        obligations=tuple(kept["obligations"]),
        held_by_video=kept.get("held_by_video", False),
    )
