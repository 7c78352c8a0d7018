"""What the evaluator is told: a subject and the dated facts about it. No names, no narrative."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Final, NewType

from rulebook.counting import london_date

EventType = NewType("EventType", str)
"""A name of the case-event vocabulary, e.g. `became_looked_after`."""
RuleId = NewType("RuleId", str)
"""A rule's id, e.g. `reg33-1` or `BCP-8-05`."""
BodyId = NewType("BodyId", str)
"""A standing body's id in its pack, e.g. `tracking-panel`."""
ObligationKey = NewType("ObligationKey", str)
"""Stable name of one obligation of one subject, e.g. `reg33-2/e1/cic_review_held/1`."""

BECAME_LOOKED_AFTER = EventType("became_looked_after")
CEASED_TO_BE_LOOKED_AFTER = EventType("ceased_to_be_looked_after")
OBLIGATION_MET = EventType("obligation_met")

ENTRY_EVENTS: Final = frozenset(
    EventType(name)
    for name in (
        "became_looked_after",
        "entered_care",
        "accommodated_in_emergency",
        "entry_to_care_decided",
        "entry_to_care_planned",
        "section_20_began",
        "remanded",
    )
)
"""What begins, or leads to, a period of care."""

AttributeValue = str | int | bool | date


class SubjectKind(StrEnum):
    """Who or what a clock belongs to."""

    CHILD = "child"
    UNBORN_CHILD = "unborn_child"
    SIBLING_GROUP = "sibling_group"
    CARER_HOUSEHOLD = "carer_household"
    BODY = "body"
    COUNCIL = "council"


class FactKind(StrEnum):
    """Happened facts count up to the as-of day; planned ones count whatever their date; states begin on their
    date.
    """

    HAPPENED = "H"
    PLANNED = "P"
    STATE = "S"


@dataclass(frozen=True, slots=True)
class Subject:
    """One subject. `body` names which standing body a subject of kind BODY is (the pack's own id)."""

    id: str
    kind: SubjectKind = SubjectKind.CHILD
    date_of_birth: date | None = None
    body: BodyId | None = None
    attributes: Mapping[str, AttributeValue] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CaseEvent:
    """One dated fact.

    Attributes:
        type: a name of the vocabulary.
        on: the civil date in England.
        at: the aware instant, where hours are counted from it (`ppm_held`: the end of the meeting).
        kind: happened, planned or state; `rulebook.vocabulary.kind_of(type)` knows it.
        assumed: an import inferred it; nobody recorded it. Everything counted from it is marked as
            inferred.
        event_id: the recorder's own id, only so that another fact can point at it.
        concerns: `event_id` of the fact this one is about (signed minutes name their meeting).
        rule_id, obligation_key: for `obligation_met`: which rule, and if known which obligation of it,
            was fulfilled.
    """

    type: EventType
    on: date
    at: datetime | None = None
    kind: FactKind = FactKind.HAPPENED
    assumed: bool = False
    event_id: str = ""
    concerns: str = ""
    rule_id: RuleId | None = None
    obligation_key: ObligationKey | None = None

    def __post_init__(self) -> None:
        """Refuses a naive instant, one on another day than `on`, and an `obligation_met` that names no rule.

        Raises:
            ValueError: says which of these it is.
        """
        if self.at is not None and london_date(self.at) != self.on:
            raise ValueError(f"{self.type}: the time given lies on {london_date(self.at)}, the date given is {self.on}")
        if self.type == OBLIGATION_MET and self.rule_id is None and self.obligation_key is None:
            raise ValueError("obligation_met must name the rule or the obligation that was fulfilled")

    def counts_on(self, as_of: date) -> bool:
        """Whether the fact may be used on that day: a happened fact of a later date may not, a planned one
        may.
        """
        return self.kind is FactKind.PLANNED or self.on <= as_of
