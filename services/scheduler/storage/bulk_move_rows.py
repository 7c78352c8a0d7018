"""Bulk moves as rows. A meeting is held by one at a time: `bulk_move_meeting_held_once` decides."""

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

import asyncpg

from servicekit.postgres import ScopedTransaction
from services.scheduler.domain.bulk_move import (
    Asked,
    BulkMove,
    BulkMoveState,
    Cause,
    NewTime,
    Part,
    PartState,
    Touched,
    Why,
)
from services.scheduler.domain.clocks import ClockToKeep
from services.scheduler.domain.meeting import Clash, DateDecision, DiaryState
from services.scheduler.domain.own_time import Taking

_INSERT = """
insert into bulk_move (id, council_id, state, cause, reason, person, room, whole_council, from_at, until_at,
    window_from, window_until, previewed_by, created_at, started_by, may_accept_breaches, release_at, version)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)
"""
_INSERT_PART = """
insert into bulk_move_meeting (council_id, bulk_move_id, meeting_id, place, state, reason_code, reason_text,
    meeting_version, before_start, before_end, before_room, after_start, after_room, breach_reason, shown)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15::jsonb)
"""
_SAVE = """
update bulk_move set state = $2, started_by = $3, may_accept_breaches = $4, release_at = $5, version = $6,
    date_decided_by = $7, agreed_on = $8
where id = $1
"""
_SAVE_PART = """
update bulk_move_meeting set state = $3, reason_code = $4, reason_text = $5, breach_reason = $6
where bulk_move_id = $1 and meeting_id = $2
"""
_PARTS = """
select b.*, m.title, m.reference, array(
    select s.subject from meeting_subject s where s.meeting_id = m.id order by s.place) as subjects
from bulk_move_meeting b join meeting m on m.id = b.meeting_id
where b.bulk_move_id = any($1) order by b.bulk_move_id, b.place
"""
_RESERVED = """
select v.meeting_id, r.name, (extract(epoch from lower(v.during)) / 60)::int as first,
    (extract(epoch from upper(v.during)) / 60)::int as last
from reservation v join resource r on r.id = v.resource_id
where v.meeting_id = any($1) and v.state = 'booked'
"""
_STARTED_PAGE = """
select * from bulk_move
where release_at is not null and ($1::timestamptz is null or (release_at, id) < ($1, $2))
order by release_at desc, id desc limit $3
"""
_END_PART = """
update bulk_move_meeting set state = 'left', reason_code = $2, reason_text = $3
where meeting_id = $1 and state = 'held'
"""


class BulkMoveRows:
    """The bulk moves of one council."""

    def __init__(self, tx: ScopedTransaction) -> None:
        self._tx = tx

    async def insert(self, move: BulkMove) -> None:
        """Keep a new one with its meetings."""
        asked = move.asked
        await self._tx.execute(
            _INSERT,
            move.id,
            self._tx.council_id,
            move.state.value,
            asked.cause.value,
            asked.reason,
            asked.person,
            asked.room,
            asked.whole,
            asked.first,
            asked.until,
            *asked.window,
            move.previewed_by,
            move.created_at,
            move.started_by,
            move.may_accept_breaches,
            move.release_at,
            move.version,
        )
        council = self._tx.council_id
        rows = [(council, move.id, *_part_row(place, one)) for place, one in enumerate(move.parts)]
        await self._tx.executemany(_INSERT_PART, rows)

    async def load(self, move_id: UUID, *, lock: bool = False) -> BulkMove | None:
        """One with its meetings, or None."""
        sql = "select * from bulk_move where id = $1" + (" for update" if lock else "")
        row = await self._tx.fetchrow(sql, move_id)
        if row is None:
            return None
        return _move(row, tuple(map(_part, await self._tx.fetch(_PARTS, [move_id]))))

    async def load_all(self, moves: Collection[UUID]) -> Mapping[UUID, BulkMove]:
        """Those of these that are there, with their meetings."""
        rows = await self._tx.fetch("select * from bulk_move where id = any($1)", list(moves))
        parts: dict[UUID, list[Part]] = {row["id"]: [] for row in rows}
        for part in await self._tx.fetch(_PARTS, list(parts)):
            parts[part["bulk_move_id"]].append(_part(part))
        return {row["id"]: _move(row, tuple(parts[row["id"]])) for row in rows}

    async def forget(self, move_id: UUID) -> None:
        """It was never started and is not kept any longer."""
        await self._tx.execute("delete from bulk_move_meeting where bulk_move_id = $1", move_id)
        await self._tx.execute("delete from bulk_move where id = $1", move_id)

    async def reserved_by(self, meetings: Collection[UUID]) -> Mapping[UUID, Sequence[Taking]]:
        """What each of these has reserved at its present time."""
        found: dict[UUID, list[Taking]] = {one: [] for one in meetings}
        for row in await self._tx.fetch(_RESERVED, list(meetings)):
            found[row["meeting_id"]].append((row["name"], (row["first"], row["last"])))
        return found

    async def save(self, move: BulkMove, changed: Sequence[Part]) -> None:
        """Keep the state of a move, and of those of its meetings that changed."""
        release = move.release_at
        state = (move.state.value, move.started_by, move.may_accept_breaches, release, move.version)
        agreed = (move.decision.by, move.decision.consented_on) if move.decision else ("", None)
        await self._tx.execute(_SAVE, move.id, *state, *agreed)
        await self._tx.executemany(_SAVE_PART, [(move.id, one.meeting, *_part_state(one)) for one in changed])

    async def started_page(self, size: int, after: tuple[str, ...]) -> Sequence[BulkMove]:
        """Started ones without their meetings, the latest first."""
        at, last = (datetime.fromisoformat(after[0]), UUID(after[1])) if after else (None, None)
        return [_move(row, ()) for row in await self._tx.fetch(_STARTED_PAGE, at, last, size)]

    async def held_among(self, meetings: Collection[UUID]) -> frozenset[UUID]:
        """Those of the meetings that a bulk move is about to move."""
        sql = "select meeting_id from bulk_move_meeting where state = 'held' and meeting_id = any($1)"
        return frozenset(row["meeting_id"] for row in await self._tx.fetch(sql, list(meetings)))

    async def end_part(self, meeting_id: UUID, why: Why) -> None:
        """The meeting is no longer to be moved by whatever was about to."""
        await self._tx.execute(_END_PART, meeting_id, why.code, why.text)


def _part_row(place: int, one: Part) -> tuple[object, ...]:
    state, code, text, breach_reason = _part_state(one)
    after = (one.after.start, one.after.room) if one.after else (None, "")
    before = (one.version, one.start, one.end, one.room)
    return one.meeting, place, state, code, text, *before, *after, breach_reason, _shown_text(one)


def _part_state(one: Part) -> tuple[str, str, str, str]:
    code, text = (one.why.code, one.why.text) if one.why else ("", "")
    return one.state.value, code, text, one.breach_reason


def _shown_text(one: Part) -> str:
    return json.dumps(
        {
            "clashes": [[clash.person, clash.diary.value] for clash in one.clashes],
            "not_checked": one.not_checked,
            "needs_word": one.needs_word,
            "touched": [
                {
                    "obligation": each.clock.obligation,
                    "subject": each.clock.subject,
                    "reference": each.clock.subject_reference,
                    "rule_id": each.clock.rule_id,
                    "meeting_kind": each.clock.meeting_kind,
                    "statutory_due": _day_text(each.clock.statutory_due),
                    "local_due": _day_text(each.clock.local_due),
                    "misses": [each.misses_statutory, each.misses_local, each.missed_before],
                }
                for each in one.touched
            ],
        }
    )


def _day_text(day: date | None) -> str:
    return day.isoformat() if day else ""


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _move(row: asyncpg.Record, parts: tuple[Part, ...]) -> BulkMove:
    return BulkMove(
        id=row["id"],
        asked=Asked(
            cause=Cause(row["cause"]),
            reason=row["reason"],
            window=(row["window_from"], row["window_until"]),
            person=row["person"],
            room=row["room"],
            whole=row["whole_council"],
            first=row["from_at"],
            until=row["until_at"],
        ),
        parts=parts,
        previewed_by=row["previewed_by"],
        created_at=row["created_at"],
        state=BulkMoveState(row["state"]),
        started_by=row["started_by"],
        may_accept_breaches=row["may_accept_breaches"],
        release_at=row["release_at"],
        version=row["version"],
        decision=DateDecision(row["date_decided_by"], row["agreed_on"]) if row["date_decided_by"] else None,
    )


def _part(row: asyncpg.Record) -> Part:
    shown = json.loads(row["shown"])
    return Part(
        meeting=row["meeting_id"],
        version=row["meeting_version"],
        title=row["title"],
        reference=row["reference"],
        subjects=tuple(row["subjects"]),
        start=row["before_start"],
        end=row["before_end"],
        room=row["before_room"],
        state=PartState(row["state"]),
        after=NewTime(row["after_start"], row["after_room"]) if row["after_start"] else None,
        touched=tuple(map(_touched, shown["touched"])),
        clashes=tuple(Clash(person, DiaryState(diary)) for person, diary in shown["clashes"]),
        not_checked=tuple(shown["not_checked"]),
        # Previews of the release before do not say it.
        needs_word=shown.get("needs_word", False),
        why=Why(row["reason_code"], row["reason_text"]) if row["reason_code"] else None,
        breach_reason=row["breach_reason"],
    )


def _touched(kept: dict[str, str]) -> Touched:
    clock = ClockToKeep(
        obligation=kept["obligation"],
        subject=kept["subject"],
        rule_id=kept["rule_id"],
        meeting_kind=kept["meeting_kind"],
        statutory_due=_day(kept["statutory_due"]),
        local_due=_day(kept["local_due"]),
        subject_reference=kept["reference"],
    )
    return Touched(clock, *map(bool, kept["misses"]))
