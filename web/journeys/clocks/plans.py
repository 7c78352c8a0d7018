"""Where a child's permanence plans stand, and what the meetings to come have to find."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from permanence.cases.v1 import permanence_plan_pb2 as wire

from web.words import civil, plan_words

_STATES = {
    wire.PLAN_STATE_NONE: "No plan is on record",
    wire.PLAN_STATE_DRAFT: "Drafted",
    wire.PLAN_STATE_ESTABLISHED: "Established: written into the care plan",
    wire.PLAN_STATE_MANAGER_SIGNED: "Signed by a manager",
    wire.PLAN_STATE_TRACKING_PANEL_APPROVED: "Approved by the {tracking_panel}",
    wire.PLAN_STATE_PROVISIONAL: "Provisional: agreed at a {cic_review} while care proceedings run",
    wire.PLAN_STATE_AGREED: "Agreed at a {cic_review}",
    wire.PLAN_STATE_CONFIRMED: "Confirmed",
}
_HAS_TO_BE = {
    wire.PLAN_STATE_DRAFT: "drafted",
    wire.PLAN_STATE_ESTABLISHED: "established",
    wire.PLAN_STATE_MANAGER_SIGNED: "signed by a manager",
    wire.PLAN_STATE_TRACKING_PANEL_APPROVED: "approved by the {tracking_panel}",
    wire.PLAN_STATE_PROVISIONAL: "agreed, at least provisionally",
    wire.PLAN_STATE_AGREED: "agreed",
    wire.PLAN_STATE_CONFIRMED: "confirmed",
}
_OCCASIONS = {
    wire.PLAN_OCCASION_FIRST_REVIEW: "The first {cic_review}",
    wire.PLAN_OCCASION_SECOND_REVIEW: "The next {cic_review}",
    wire.PLAN_OCCASION_TRACKING_PANEL: "The {tracking_panel}",
    wire.PLAN_OCCASION_CONFIRMATION: "The confirmation",
}


@dataclass(frozen=True)
class PlanRow:
    """One plan. `signed` and `approved` are days, where there were such."""

    name: str
    part: str
    state: str
    since: date | None
    signed: date | None
    approved: date | None


@dataclass(frozen=True)
class Expected:
    """What one occasion has to find; `lacks` is empty where nothing is missing for it."""

    words: str
    lacks: str


@dataclass(frozen=True)
class Plans:
    """The plans of one child, the pursued one first; none where there are none on record."""

    rows: tuple[PlanRow, ...]
    no_reserve: bool
    expected: tuple[Expected, ...]


def plans_of(found: wire.PermanencePlans, labels: Mapping[str, str]) -> Plans:
    """As a person reads them, in the council's words."""
    own = _Words(labels)
    rows = tuple(_plan(one, own) for one in found.plans if one.state != wire.PLAN_STATE_NONE or one.plan)
    return Plans(rows, found.contingency_missing, tuple(_expected(one, own) for one in found.expectations))


class _Words(dict[str, str]):
    """The council's words; where they are not known, the key itself."""

    def __missing__(self, key: str) -> str:
        return key.replace("_", " ")


def _plan(one: wire.PermanencePlan, own: _Words) -> PlanRow:
    return PlanRow(
        name=plan_words(one.plan),
        part="Pursued" if one.rank == 1 else f"In reserve, number {one.rank - 1}",
        state=_STATES.get(one.state, "Not known").format_map(own),
        since=civil(one.since_date),
        signed=civil(one.manager_signed_date),
        approved=civil(one.tracking_panel_approved_date),
    )


def _expected(one: wire.PlanExpectation, own: _Words) -> Expected:
    occasion = _OCCASIONS.get(one.occasion, "Another occasion").format_map(own)
    state = _HAS_TO_BE.get(one.expected_state, "there").format_map(own)
    return Expected(f"{occasion} has to find a plan that is {state}", one.lacks)
