"""What a body settled for one subject, and what it may settle at all."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NewType
from uuid import UUID

from services.panels.domain.body import Authority, Body, OutcomeKind, outcome_kinds
from services.panels.domain.errors import NoAuthorityError

OutcomeId = NewType("OutcomeId", UUID)
ActionId = NewType("ActionId", UUID)

_WORDS = {
    Authority.DECIDES: "decides",
    Authority.RECOMMENDS: "recommends to a decision maker",
    Authority.ENDORSES: "endorses or challenges what others decide",
}
# What settles or changes a care plan is agreed where it is reviewed (BCP-9-02, BCP-8-16; regulation 32(2)).
_REVIEW = "A change of a child's plan takes a child in care review: ask for an early one and leave this out."
_ELSEWHERE = "Leave it out; whoever has the authority records it."
_DECISION = "A recommendation settles nothing by itself: leave it out; the decision maker records it with the decision."
_OF_THE_PLAN = frozenset({"permanence_plan_agreed", "permanence_plan_established", "adoption_agreed_at_review"})


@dataclass(frozen=True)
class Action:
    """Something somebody is to do."""

    action_id: ActionId
    subject: str
    text: str
    owner_role: str
    due: date
    done: bool = False


@dataclass(frozen=True)
class Dissent:
    """A member who did not agree with the body."""

    who: str
    why: str


@dataclass(frozen=True)
class Outcome:
    """Never overwritten. `part_heard`: it was begun and put off, and goes on at the next sitting."""

    outcome_id: OutcomeId
    item: UUID
    subject: str
    kind: OutcomeKind
    reasons: str
    case_events: tuple[str, ...]
    recorded_at: datetime
    recorded_by: str
    next_date: date | None = None
    decision_maker: str = ""
    actions: tuple[Action, ...] = ()
    recommendation: str = ""
    dissents: tuple[Dissent, ...] = ()
    part_heard: bool = False


def case_events_of(body: Body, kind: OutcomeKind, wanted: Sequence[str]) -> tuple[str, ...]:
    """The case events of an outcome: that the subject was considered, unless put off, and what else is wanted.

    Raises:
        NoAuthorityError: for a kind or a case event that the body may not settle, with who may.
    """
    if kind not in outcome_kinds(body.authority):
        raise NoAuthorityError(
            what=f"An outcome `{kind.value}`", authority=_WORDS[body.authority], instead=_allowed(body)
        )
    recommends = kind is OutcomeKind.RECOMMENDED
    for event in wanted:
        if event not in body.may_record or (recommends and event != body.considered_event):
            instead = _REVIEW if _of_a_plan(event) else _DECISION if recommends else _ELSEWHERE
            raise NoAuthorityError(what=f"`{event}`", authority=_WORDS[body.authority], instead=instead)
    considered = () if kind is OutcomeKind.DEFERRED else (body.considered_event,)
    extra = (event for event in wanted if event != body.considered_event)
    return tuple(dict.fromkeys((*considered, *extra)))


def _allowed(body: Body) -> str:
    kinds = sorted(kind.value for kind in outcome_kinds(body.authority))
    return f"It can record: {', '.join(kinds)}."


def _of_a_plan(event: str) -> bool:
    return event in _OF_THE_PLAN or "plan" in event
