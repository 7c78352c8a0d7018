"""A child's legal status as the facts of the case record tell it, in the words of a referral's form."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

# Case events by which a status of the tracking panel's form began (BCP permanence policy 2020, appendix 4).
_BEGAN: Final = {
    "interim_care_order_made": "interim_care_order",
    "care_order_made": "care_order",
    "section_20_began": "section_20",
    "remanded": "remand",
    "sgo_made": "special_guardianship_order",
}
# After these nobody can tell from the record alone what holds.
_ENDED: Final = frozenset(
    {
        "ceased_to_be_looked_after",
        "placement_order_made",
        "child_arrangements_order_made",
        "adoption_order_made",
        "proceedings_ended",
        "short_breaks_began",
    }
)


@dataclass(frozen=True)
class LegalFact:
    """A case event. `assumed`: an import worked it out and nobody stated it."""

    type: str
    on: date
    assumed: bool = False


def legal_status(facts: Iterable[LegalFact], today: date) -> str:
    """The status that began last; empty where another fact came with or after it, or nobody stated it."""
    past = [one for one in facts if one.type in _BEGAN.keys() | _ENDED and one.on <= today]
    if not past:
        return ""
    last = max(one.on for one in past)
    found = {_BEGAN.get(one.type, "") if not one.assumed else "" for one in past if one.on == last}
    return found.pop() if len(found) == 1 else ""
