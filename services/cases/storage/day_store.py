"""On which day a council's clocks were last worked out as a whole."""

from datetime import date
from typing import Final

from servicekit.postgres import ScopedTransaction
from services.cases.domain.date_change import LastTurn

_KEEP: Final = """
insert into day_turned as d (council_id, on_date, packs) values ($1, $2, $3)
on conflict (council_id) do update set on_date = excluded.on_date, packs = excluded.packs,
    superseded = case when d.on_date <> excluded.on_date then '{}'
        when d.packs = excluded.packs then d.superseded else array_append(d.superseded, d.packs) end
"""


class DayStore:
    """Implements `app.ports.Days`."""

    def __init__(self, tx: ScopedTransaction) -> None:
        self._tx = tx

    async def last(self) -> LastTurn | None:
        """The day, and the rules and bank holidays by which it was done."""
        row = await self._tx.fetchrow("select on_date, packs, superseded from day_turned")
        return LastTurn(row["on_date"], row["packs"], tuple(row["superseded"])) if row else None

    async def keep(self, on: date, ground: str) -> None:
        """It has been done for this day; what it had been done by before on the day is kept as superseded."""
        await self._tx.execute(_KEEP, self._tx.council_id, on, ground)
