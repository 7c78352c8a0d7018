"""The state a permanence plan is in, from the facts on record, and whether a review or panel finds what it has to.

A plan is drafted, then established (written into the care plan). A manager may sign it and the tracking panel may
approve it, in either order; both come before a review agrees it. A review that agrees while care proceedings run
makes it provisional until they end. Last it is confirmed. The way back is a new draft: it starts the plan anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from rulebook.facts import CaseEvent, EventType


class PlanState(StrEnum):
    """From the first words to the last. A review makes a plan agreed (some call it ratified) or provisional."""

    NONE = "none"
    DRAFT = "draft"
    ESTABLISHED = "established"
    MANAGER_SIGNED = "manager_signed"
    TRACKING_PANEL_APPROVED = "tracking_panel_approved"
    PROVISIONAL = "provisional"
    AGREED = "agreed"
    CONFIRMED = "confirmed"


class Occasion(StrEnum):
    """Who asks for the plan."""

    FIRST_REVIEW = "first_review"
    SECOND_REVIEW = "second_review"
    TRACKING_PANEL = "tracking_panel"
    CONFIRMATION = "confirmation"


DRAFTED: Final = EventType("permanence_plan_drafted")
_STEPS: Final = {
    DRAFTED: PlanState.DRAFT,
    EventType("permanence_plan_established"): PlanState.ESTABLISHED,
    EventType("permanence_plan_signed_by_manager"): PlanState.MANAGER_SIGNED,
    EventType("permanence_plan_approved_by_tracking_panel"): PlanState.TRACKING_PANEL_APPROVED,
    EventType("permanence_plan_agreed"): PlanState.AGREED,
    EventType("permanence_plan_confirmed"): PlanState.CONFIRMED,
}
PLAN_EVENTS: Final = frozenset(_STEPS)
"""The facts that bring a plan from one state to the next."""
_ISSUED: Final = EventType("s31_application_issued")
_ENDED: Final = EventType("proceedings_ended")
_RANK: Final = {state: rank for rank, state in enumerate(PlanState)}
_EXPECTED: Final = {
    Occasion.FIRST_REVIEW: PlanState.DRAFT,
    Occasion.SECOND_REVIEW: PlanState.MANAGER_SIGNED,
    Occasion.TRACKING_PANEL: PlanState.ESTABLISHED,
    Occasion.CONFIRMATION: PlanState.PROVISIONAL,
}


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a plan stands: its state, since when, and the signatures it has, whatever their order."""

    state: PlanState
    since: date | None = None
    manager_signed_on: date | None = None
    tracking_panel_approved_on: date | None = None


@dataclass(frozen=True, slots=True)
class Track:
    """One of the plans worked on side by side. `rank` 1 is the one that is pursued, the others stand in reserve.

    `facts` are those about this plan alone; which plan a fact is about, the recorder knows.
    """

    plan: str
    rank: int
    facts: tuple[CaseEvent, ...]


def plan_standing(facts: Iterable[CaseEvent], as_of: date) -> Standing:
    """Where the plan stands on a day. Facts after the day are not looked at.

    A step counts only after the one it builds on: an agreement before anything was established is no agreement.
    """
    known = sorted((fact for fact in facts if fact.on <= as_of), key=lambda fact: fact.on)
    found = Standing(PlanState.NONE)
    for fact in known:
        step = _STEPS.get(fact.type)
        if step is not None:
            found = _after(found, step, fact.on, known)
    if found.state is PlanState.PROVISIONAL:
        return _settled(found, known)
    return found


def expected_at(occasion: Occasion) -> PlanState:
    """The state that a review or panel has to find."""
    return _EXPECTED[occasion]


def lacks(standing: Standing, occasion: Occasion) -> str | None:
    """What the review or panel would have to say is missing; None where the plan is as it has to be.

    The second review has to find a plan that a manager has signed (the policy's appendices 7 and 8 escalate else).
    """
    expected = _EXPECTED[occasion]
    if occasion is Occasion.SECOND_REVIEW and standing.manager_signed_on is not None:
        return None
    if expected is not PlanState.MANAGER_SIGNED and _RANK[standing.state] >= _RANK[expected]:
        return None
    if standing.state is PlanState.NONE:
        return "there is no permanence plan"
    if expected is PlanState.MANAGER_SIGNED and _RANK[standing.state] >= _RANK[PlanState.ESTABLISHED]:
        return "no manager has signed the permanence plan"
    return f"the permanence plan is only {standing.state.replace('_', ' ')}, not yet {expected.replace('_', ' ')}"


def pursued(tracks: Sequence[Track]) -> Track | None:
    """The plan that is pursued, of all that run side by side; None where there is none."""
    return min(tracks, key=lambda track: track.rank, default=None)


def contingency_missing(tracks: Sequence[Track], as_of: date) -> bool:
    """Whether no plan in reserve is at least drafted, although one is pursued and not yet confirmed."""
    first = pursued(tracks)
    if first is None or plan_standing(first.facts, as_of).state is PlanState.CONFIRMED:
        return False
    others = (track for track in tracks if track is not first)
    return not any(plan_standing(track.facts, as_of).state is not PlanState.NONE for track in others)


def _after(before: Standing, step: PlanState, on: date, known: Sequence[CaseEvent]) -> Standing:
    """The standing once a step was taken; unchanged where nothing is there that it could build on."""
    if step is PlanState.DRAFT:
        return Standing(PlanState.DRAFT, on)
    if step is PlanState.ESTABLISHED:
        return before if _RANK[before.state] >= _RANK[step] else Standing(step, on)
    if _RANK[before.state] < _RANK[PlanState.ESTABLISHED]:
        return before
    signed = on if step is PlanState.MANAGER_SIGNED else before.manager_signed_on
    approved = on if step is PlanState.TRACKING_PANEL_APPROVED else before.tracking_panel_approved_on
    if step is PlanState.AGREED and _in_proceedings(known, on):
        step = PlanState.PROVISIONAL
    if step is PlanState.CONFIRMED and _RANK[before.state] < _RANK[PlanState.PROVISIONAL]:
        return before
    reached = _RANK[step] > _RANK[before.state]
    return Standing(step if reached else before.state, on if reached else before.since, signed, approved)


def _settled(provisional: Standing, known: Sequence[CaseEvent]) -> Standing:
    """A plan that was provisional stands as agreed from the day the proceedings ended."""
    assert provisional.since is not None
    ended = next((fact.on for fact in known if fact.type == _ENDED and fact.on >= provisional.since), None)
    if ended is None:
        return provisional
    return Standing(PlanState.AGREED, ended, provisional.manager_signed_on, provisional.tracking_panel_approved_on)


def _in_proceedings(known: Sequence[CaseEvent], on: date) -> bool:
    issued = [fact.on for fact in known if fact.type == _ISSUED and fact.on <= on]
    ended = [fact.on for fact in known if fact.type == _ENDED and fact.on <= on]
    return bool(issued) and (not ended or max(issued) > max(ended))
