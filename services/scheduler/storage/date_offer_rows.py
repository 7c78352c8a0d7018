"""Offers of dates as rows; their dates are held meetings."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import asyncpg

from servicekit.postgres import ScopedTransaction
from services.scheduler.app.date_offer_ports import OfferFilter
from services.scheduler.domain.date_offer import (
    LINK_REMAINS,
    SHOWN_AFTER_END,
    AskedPerson,
    DateOffer,
    OfferAnswer,
    OfferState,
    numbered,
)
from services.scheduler.domain.meeting import Meeting
from services.scheduler.storage.meeting_rows import MeetingRows

_KEEP = """
insert into date_offer (id, council_id, draft_id, remote, created_by, created_at, expires_at, state, closed_by, version)
values ($1, $2, $3, $4, $5, $6, $7, 'open', '', $8)
"""
_KEEP_PERSON = "insert into date_offer_person (council_id, offer_id, place, person) values ($1, $2, $3, $4)"
_SAVE = """
update date_offer set state = $2, taken = $3, closed_by = $4, closed_at = $5, version = $6 where id = $1
"""
_OPEN_OF_DRAFT = "select id from date_offer where draft_id = $1 and state = 'open' and expires_at > $2 limit 1"
# A link that never was, was replaced or is long over: one indexed question without an answer.
_FIND = """
select p.offer_id, p.person from date_offer_person p join date_offer o on o.id = p.offer_id
where p.council_id = $1 and p.link_digest = $2 and o.expires_at > $3
"""
_PAGE = """
select o.* from date_offer o
where o.state = 'open' and o.expires_at > $1 and ($2 = '' or o.created_by = $2)
  and ($3 = '' or exists (
      select from meeting m join meeting_subject s on s.meeting_id = m.id
      where m.date_offer_id = o.id and s.subject = $3))
  and ($4::timestamptz is null or (o.created_at, o.id) < ($4, $5))
order by o.created_at desc, o.id desc limit $6
"""
_DATES = "select id, date_offer_id from meeting where date_offer_id = any($1)"
_PEOPLE = """
select p.offer_id, p.person, p.answered_at, p.recorded_by,
    array_agg(a.number order by a.number) filter (where a.number is not null) as numbers,
    array_agg(a.answer order by a.number) filter (where a.number is not null) as answers
from date_offer_person p left join date_offer_answer a on a.offer_id = p.offer_id and a.person = p.person
where p.offer_id = any($1) group by p.offer_id, p.person, p.place order by p.offer_id, p.place
"""


class DateOfferRows:
    """The offers of one council."""

    def __init__(self, tx: ScopedTransaction) -> None:
        self._tx = tx

    async def insert(self, offer: DateOffer) -> None:
        """Keep a new one; its dates are inserted after it, as meetings that name it."""
        council = self._tx.council_id
        made = (offer.remote, offer.created_by, offer.created_at, offer.expires_at, offer.version)
        await self._tx.execute(_KEEP, offer.id, council, offer.draft, *made)
        people = [(council, offer.id, place, one.person) for place, one in enumerate(offer.people)]
        await self._tx.executemany(_KEEP_PERSON, people)

    async def load(self, offer_id: UUID, *, lock: bool = False) -> DateOffer | None:
        """One with its dates and answers, or None. One whose end has passed reads as expired."""
        sql = "select * from date_offer where id = $1" + (" for update" if lock else "")
        found = await self._whole(await self._tx.fetch(sql, offer_id))
        return found[0] if found else None

    async def save(self, offer: DateOffer) -> None:
        """Keep the changed state."""
        closing = (offer.taken, offer.closed_by, offer.closed_at)
        await self._tx.execute(_SAVE, offer.id, offer.state.value, *closing, offer.version)

    async def save_answer(self, offer: DateOffer, said: AskedPerson) -> None:
        """Keep what one person says now, in place of what they said before."""
        await self._tx.execute(
            "update date_offer_person set answered_at = $3, recorded_by = $4 where offer_id = $1 and person = $2",
            offer.id,
            said.person,
            said.answered_at,
            said.recorded_by,
        )
        await self._tx.execute(
            "delete from date_offer_answer where offer_id = $1 and person = $2", offer.id, said.person
        )
        await self._tx.executemany(
            "insert into date_offer_answer (council_id, offer_id, person, number, answer) values ($1, $2, $3, $4, $5)",
            [(self._tx.council_id, offer.id, said.person, number, one.value) for number, one in said.answers.items()],
        )
        await self.save(offer)

    async def open_of_draft(self, draft_id: UUID) -> UUID | None:
        """The open offer that would book the draft."""
        row = await self._tx.fetchrow(_OPEN_OF_DRAFT, draft_id, self._tx.now())
        return row["id"] if row else None

    async def put_link(self, offer_id: UUID, person: str, digest: bytes) -> None:
        """The person's link from now on; the one before opens nothing any more."""
        await self._tx.execute(
            "update date_offer_person set link_digest = $3 where offer_id = $1 and person = $2",
            offer_id,
            person,
            digest,
        )

    async def find(self, digest: bytes) -> tuple[UUID, str] | None:
        """The offer and the person of a link."""
        row = await self._tx.fetchrow(_FIND, self._tx.council_id, digest, self._tx.now() - LINK_REMAINS)
        return (row["offer_id"], row["person"]) if row else None

    async def waiting_page(self, wanted: OfferFilter, size: int, after: tuple[str, ...]) -> Sequence[DateOffer]:
        """Those that wait for somebody, the latest made first; `after` is (time, id) of the last one given."""
        made, last = (datetime.fromisoformat(after[0]), UUID(after[1])) if after else (None, None)
        since = self._tx.now() - SHOWN_AFTER_END
        rows = await self._tx.fetch(_PAGE, since, wanted.created_by, wanted.subject, made, last, size)
        return await self._whole(rows)

    async def _whole(self, rows: Sequence[asyncpg.Record]) -> list[DateOffer]:
        ids = [row["id"] for row in rows]
        if not ids:
            return []
        offer_of = {row["id"]: row["date_offer_id"] for row in await self._tx.fetch(_DATES, ids)}
        meetings = await MeetingRows(self._tx).load_all(offer_of)
        people = await self._tx.fetch(_PEOPLE, ids)
        now = self._tx.now()
        return [
            _offer(
                row,
                numbered(one for one in meetings if offer_of[one.id] == row["id"]),
                tuple(_person(one) for one in people if one["offer_id"] == row["id"]),
                now,
            )
            for row in rows
        ]


def _offer(
    row: asyncpg.Record, dates: tuple[Meeting, ...], people: tuple[AskedPerson, ...], now: datetime
) -> DateOffer:
    state = OfferState(row["state"])
    if state is OfferState.OPEN and row["expires_at"] <= now:
        state = OfferState.EXPIRED
    return DateOffer(
        id=row["id"],
        dates=dates,
        people=people,
        remote=row["remote"],
        created_by=row["created_by"],
        created_at=row["created_at"],
        expires_at=row["expires_at"],
        draft=row["draft_id"],
        state=state,
        taken=row["taken"],
        closed_by=row["closed_by"],
        closed_at=row["closed_at"],
        version=row["version"],
    )


def _person(row: asyncpg.Record) -> AskedPerson:
    answers = zip(row["numbers"] or (), map(OfferAnswer, row["answers"] or ()), strict=True)
    return AskedPerson(row["person"], dict(answers), row["answered_at"], row["recorded_by"])
