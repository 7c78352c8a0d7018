"""What a council's pack says about decisions and escalations, with the calendar to count by."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from rulebook.decisions import DecisionRules, EscalationRules
from rulebook.pack import Pack
from rulebook.working_days import WorkingDays, england_and_wales
from services.panels.domain.telling import Calendar


def _no_rules() -> Calendar:
    return Calendar({}, WorkingDays())


@dataclass(frozen=True)
class CouncilLaw:
    """`decisions` by the kind of sitting that recommends, `escalations` by their key."""

    decisions: Mapping[str, DecisionRules] = field(default_factory=dict)
    escalations: Mapping[str, EscalationRules] = field(default_factory=dict)
    calendar: Calendar = field(default_factory=_no_rules)


def law_of(pack: Pack) -> CouncilLaw:
    """Out of a pack."""
    return CouncilLaw(
        {str(kind): rules for kind, rules in pack.decisions.items()},
        pack.escalations,
        Calendar(pack.by_id, england_and_wales()),
    )
