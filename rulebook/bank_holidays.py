"""Bank holidays of England and Wales, read from a list that ships with the rulebook.

The list is made of the `holidays` library (`make bank-holidays`), and a test holds the two against each other. It
stands in a file because the library takes longer to import than all packs take to be read.
"""

from __future__ import annotations

import json
import sys
from datetime import date
from pathlib import Path
from typing import Final

FIRST_YEAR: Final = 1990
LAST_YEAR: Final = 2060
BANK_HOLIDAYS: Final = Path(__file__).parent / "data" / "bank_holidays.json"


def bank_holidays(first_year: int, last_year: int) -> dict[date, str]:
    """Bank holidays with their names, both years inclusive.

    Raises:
        ValueError: years that the list does not reach.
    """
    if first_year < FIRST_YEAR or last_year > LAST_YEAR:
        raise ValueError(f"bank holidays are listed from {FIRST_YEAR} to {LAST_YEAR}")
    listed = json.loads(BANK_HOLIDAYS.read_text(encoding="utf-8"))
    days = ((date.fromisoformat(day), str(name)) for day, name in listed.items())
    return {day: name for day, name in days if first_year <= day.year <= last_year}


def known_to_library() -> dict[date, str]:
    """The same from the `holidays` library, in order: what the list is made of."""
    # Here, because it takes a second and nobody needs it to count days.
    import holidays

    table = holidays.country_holidays("GB", subdiv="ENG", years=range(FIRST_YEAR, LAST_YEAR + 1))
    return {day: name for day, name in sorted(table.items()) if FIRST_YEAR <= day.year <= LAST_YEAR}


if __name__ == "__main__":
    json.dump({str(day): name for day, name in known_to_library().items()}, sys.stdout, indent=0)
    sys.stdout.write("\n")
