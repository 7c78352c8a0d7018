"""The code by which a return says how a child took part in a review, and when it may say so.

DfE's guide to the SSDA903 collection; validation rules 166, 167, 399, 440 and 441 of data-to-insight's validator: PN0
says that the child was under four, the others are for those who were four or older, and there are no reviews under a
series of short breaks (legal status V3 or V4).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from services.cases.domain.import_finding import Reason, Report, Row

UNDER_FOUR: Final = "PN0"
CODES: Final = frozenset(f"PN{number}" for number in range(8))
_SHORT_BREAKS: Final = ("V3", "V4")
_FOUR: Final = 4


class CodeFault(StrEnum):
    """Why a return cannot say how the child took part."""

    NOT_KNOWN = "PARTICIPATION_NOT_KNOWN"
    NOT_UNDER_FOUR = "PARTICIPATION_OF_AN_OLDER_CHILD"
    UNDER_FOUR = "PARTICIPATION_OF_A_YOUNGER_CHILD"


@dataclass(frozen=True)
class LegalSpell:
    """A legal status for a time; `end` None: it lasts."""

    status: str
    start: date
    end: date | None = None


def participation(row: Row, column: str, report: Report, child: str) -> str:
    """The code in a cell; empty, with a finding, where it is none."""
    code = row.get(column).upper()
    if code and code not in CODES:
        report.add(row, Reason.BAD_VALUE, column, child)
        return ""
    return code


def under_short_breaks(spells: Iterable[LegalSpell], day: date) -> bool:
    """Whether short breaks were the child's legal status that day: of several spells the one that began last counts."""
    there = [one for one in spells if one.start <= day and (one.end is None or day <= one.end)]
    status = max(there, key=lambda one: one.start).status if there else ""
    return status.strip().upper()[:2] in _SHORT_BREAKS


def code_to_tell(recorded: str, born_on: date | None, held_on: date) -> tuple[str, CodeFault | None]:
    """The code that the return may give, or why it gives none.

    Of a child under four the code says no more than the age: it follows from the date of birth. Nothing else is
    worked out: what nobody recorded, and what contradicts the age, is left out.
    """
    if born_on is None:
        return (recorded, None) if recorded else ("", CodeFault.NOT_KNOWN)
    young = age(born_on, held_on) < _FOUR
    if young and recorded in ("", UNDER_FOUR):
        return UNDER_FOUR, None
    if young:
        return "", CodeFault.UNDER_FOUR
    if recorded == UNDER_FOUR:
        return "", CodeFault.NOT_UNDER_FOUR
    return (recorded, None) if recorded else ("", CodeFault.NOT_KNOWN)


def age(born_on: date, day: date) -> int:
    """Whole years on a day; who was born on 29 February is a year older on 1 March."""
    return day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day))
