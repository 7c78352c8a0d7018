"""Where a child's permanence plans stand, from the recorded facts of the present time in care."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from rulebook.episode import current_episode
from rulebook.facts import CaseEvent, EventType
from rulebook.pack import Pack
from rulebook.plan_state import (
    PLAN_EVENTS,
    Occasion,
    PlanState,
    Standing,
    Track,
    contingency_missing,
    expected_at,
    lacks,
    plan_standing,
)
from rulebook.rule import MeetingKindId
from services.cases.domain.case_event import RecordedEvent, for_rules
from services.cases.domain.subject import Subject

_REVIEW_HELD: Final = EventType("cic_review_held")
_TRACKING_PANEL: Final = MeetingKindId("tracking_panel")
_RANKS: Final = {state: rank for rank, state in enumerate(PlanState)}


@dataclass(frozen=True)
class Plan:
    """One plan; `rank` 1 is pursued. `name` is empty where nobody said which plan it is."""

    name: str
    rank: int
    standing: Standing


@dataclass(frozen=True)
class Expectation:
    """The state in which an occasion has to find the pursued plan, and what it would have to say is missing."""

    occasion: Occasion
    state: PlanState
    lacks: str


@dataclass(frozen=True)
class PermanencePlans:
    """All plans of one child, the pursued one first."""

    plans: tuple[Plan, ...]
    contingency_missing: bool
    expectations: tuple[Expectation, ...]


def permanence_plans(pack: Pack, subject: Subject, facts: Sequence[RecordedEvent], as_of: date) -> PermanencePlans:
    """Facts that cannot be used, and those of an earlier time in care, do not count."""
    episode = current_episode(subject.for_rules(), for_rules(facts), as_of, pack.leap_birthday)
    # By type and day: of two plans drafted on one day, the rulebook's clocks count one fact, and here each is a plan.
    usable = {(fact.type, fact.on) for same in episode.by_type.values() for fact in same}
    known = for_rules([fact for fact in facts if (fact.type, fact.on) in usable])
    tracks = _tracks(known, {str(fact.id): fact.plan for fact in facts}, str(subject.attributes.get("plan", "")), as_of)
    plans = tuple(Plan(one.plan, one.rank, plan_standing(one.facts, as_of)) for one in tracks)
    first = plans[0].standing
    reviews = len(episode.by_type.get(_REVIEW_HELD, ()))
    occasions = [Occasion.SECOND_REVIEW if reviews else Occasion.FIRST_REVIEW]
    occasions += [Occasion.TRACKING_PANEL] if _TRACKING_PANEL in pack.meeting_kinds else []
    expected = tuple(
        Expectation(one, expected_at(one), lacks(first, one) or "") for one in (*occasions, Occasion.CONFIRMATION)
    )
    alone = first.state is not PlanState.NONE and contingency_missing(tracks, as_of)
    return PermanencePlans(plans, alone, expected)


def _tracks(known: Sequence[CaseEvent], plan_of: dict[str, str], recorded: str, as_of: date) -> list[Track]:
    """A fact that names no plan is about the pursued one; what is no step of a plan, such as an order, is about all."""
    steps = [fact for fact in known if fact.type in PLAN_EVENTS]
    around = [fact for fact in known if fact.type not in PLAN_EVENTS]
    named: dict[str, list[CaseEvent]] = {}
    for fact in sorted(steps, key=lambda one: one.on):
        if plan_of[fact.event_id]:
            named.setdefault(plan_of[fact.event_id], []).append(fact)
    pursued = recorded or _farthest(named, around, as_of)
    unnamed = [fact for fact in steps if not plan_of[fact.event_id]]
    order = [pursued, *(name for name in named if name != pursued)]
    own = {pursued: [*named.get(pursued, ()), *unnamed]}
    return [
        Track(name, rank, (*own.get(name, named.get(name, ())), *around)) for rank, name in enumerate(order, start=1)
    ]


def _farthest(named: dict[str, list[CaseEvent]], around: Sequence[CaseEvent], as_of: date) -> str:
    """The plan that has come farthest, of several the one drafted first; empty where none was named."""
    come = {name: _RANKS[plan_standing([*facts, *around], as_of).state] for name, facts in named.items()}
    return max(come, key=lambda name: come[name], default="")
