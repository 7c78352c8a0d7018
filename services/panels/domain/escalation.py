"""A matter that a reviewing officer takes further, stage by stage, until somebody settles it."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import NewType
from uuid import UUID

from rulebook.decisions import EscalationRules
from services.panels.domain.errors import EscalationClosedError, LastStageError
from services.panels.domain.telling import Calendar

EscalationId = NewType("EscalationId", UUID)


@dataclass(frozen=True)
class EscalationStep:
    """What was said when it reached a stage. `words` are personal data."""

    stage: int
    words: str
    on: date
    by: str


@dataclass(frozen=True)
class Escalation:
    """`stage` counts from 1; `stage_due` is when it is to answer, `due` when the whole procedure is to be through."""

    escalation_id: EscalationId
    subject: str
    kind: str
    grounds: str
    stage: int
    raised_on: date
    stage_due: date
    due: date
    raised_by: str
    version: int
    closed_on: date | None = None
    closed_by: str = ""
    result: str = ""
    late_at: datetime | None = None
    steps: tuple[EscalationStep, ...] = ()

    def advanced(self, rules: EscalationRules, calendar: Calendar, today: date, name: str) -> "Escalation":
        """At the next stage, whose days count from today, and never beyond the procedure's own last day."""
        self._refuse_closed(name)
        if self.stage >= len(rules.stages):
            raise LastStageError(escalation=name)
        due = calendar.days.add(today, rules.stages[self.stage].working_days)
        return replace(self, stage=self.stage + 1, stage_due=min(due, self.due), version=self.version + 1)

    def closed(self, on: date, by: str, result: str, name: str) -> "Escalation":
        """Settled, with what came of it."""
        self._refuse_closed(name)
        return replace(self, closed_on=on, closed_by=by, result=result, version=self.version + 1)

    def _refuse_closed(self, name: str) -> None:
        if self.closed_on is not None:
            raise EscalationClosedError(escalation=name)


def raised(
    escalation_id: EscalationId,
    subject: str,
    kind: str,
    grounds: str,
    by: str,
    today: date,
    rules: EscalationRules,
    calendar: Calendar,
) -> Escalation:
    """At its first stage."""
    due = calendar.due(rules.closed_rule, 0, today)
    first = calendar.days.add(today, rules.stages[0].working_days)
    return Escalation(escalation_id, subject, kind, grounds, 1, today, min(first, due), due, by, version=1)
