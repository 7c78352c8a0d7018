"""On which day a council's clocks were last worked out as a whole."""

from datetime import date

from servicekit.postgres import ScopedTransaction


class DayStore:
    """Implements `app.ports.Days`."""

    def __init__(self, tx: ScopedTransaction) -> None:
        self._tx = tx

    async def last(self) -> tuple[date, str] | None:
        """The day, and the rules' version by which it was done."""
        row = await self._tx.fetchrow("select on_date, packs from day_turned")
        return (row["on_date"], row["packs"]) if row else None

    async def keep(self, on: date, packs: str) -> None:
        """It has been done for this day."""
        await self._tx.execute(
            "insert into day_turned (council_id, on_date, packs) values ($1, $2, $3)"
            " on conflict (council_id) do update set on_date = excluded.on_date, packs = excluded.packs",
            self._tx.council_id,
            on,
            packs,
        )
