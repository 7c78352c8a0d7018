"""What the use cases about decisions, actions and escalations need of the outside."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final, Protocol
from uuid import UUID

from servicekit.caller import Caller
from servicekit.page import PageRequest
from services.panels.domain.body import BodyUuid
from services.panels.domain.decision import Decision, DecisionId, DecisionStep
from services.panels.domain.escalation import Escalation, EscalationId, EscalationStep
from services.panels.domain.outcome import Outcome, OutcomeId
from services.panels.domain.telling import AroundSubject, Telling, TellingId
from services.panels.domain.tracked_action import Chase, TrackedAction

DECISION: Final = "decision"
"""What `mark_late` calls the decision itself."""


class DecisionStore(Protocol):
    """Decisions with what was done about them and who is told."""

    async def add(self, decision: Decision) -> None:
        """A new one."""
        ...

    async def change(self, decision: Decision) -> None:
        """All but what it is about at first; has the lane of its clock look when the next one runs out."""
        ...

    async def load(self, decision: DecisionId, *, lock: bool = False) -> Decision | None:
        """One."""
        ...

    async def to_be_heard_again(self, body: BodyUuid, subject: str) -> Decision | None:
        """One that waits for the panel to look again, locked."""
        ...

    async def of_meeting(self, meeting: str, subject: str) -> list[Decision]:
        """Those whose recommendation a meeting made, locked."""
        ...

    async def page(self, subject: str, include_decided: bool, page: PageRequest) -> list[Decision]:
        """The earliest due first; one more than the size where there are more."""
        ...

    async def open(self) -> list[Decision]:
        """All that are not made."""
        ...

    async def recommendation(self, outcome: OutcomeId) -> Outcome | None:
        """The outcome that a decision is about."""
        ...

    async def add_step(self, decision: DecisionId, step: DecisionStep) -> None:
        """What was done."""
        ...

    async def steps(self, decision: DecisionId) -> list[DecisionStep]:
        """Oldest first."""
        ...

    async def add_tellings(self, tellings: Sequence[Telling]) -> None:
        """Who is told."""
        ...

    async def telling(self, telling: TellingId, *, lock: bool = False) -> Telling | None:
        """One."""
        ...

    async def change_telling(self, telling: Telling) -> None:
        """That it is done."""
        ...

    async def tellings(self, decision: DecisionId | None) -> list[Telling]:
        """Of one decision; without one, all that are not done. The earliest due first."""
        ...

    async def add_plan_change(self, meeting: str, subject: str, reasons: str, by: str) -> None:
        """Why a meeting recommends another plan; once a meeting and subject, the first stands."""
        ...

    async def mark_late(self, decision: DecisionId, today: date, now: datetime) -> list[str]:
        """Mark what ran out before today and was not marked; what it is: `decision` or a telling's id."""
        ...


class ActionStore(Protocol):
    """Actions after they were recorded, and who was chased."""

    async def load(self, action: UUID, *, lock: bool = False) -> TrackedAction | None:
        """One."""
        ...

    async def change(self, action: TrackedAction) -> None:
        """Owner, closure, version."""
        ...

    async def open(self) -> list[TrackedAction]:
        """All that are neither done nor cancelled, the earliest due first."""
        ...

    async def add_chase(self, chase: Chase) -> None:
        """Who was chased for what."""
        ...


class EscalationStore(Protocol):
    """Escalations with what was said at each stage."""

    async def add(self, escalation: Escalation) -> None:
        """AlreadyEscalatedError where the subject has an open one of the kind."""
        ...

    async def change(self, escalation: Escalation) -> None:
        """Stage, dates, closure."""
        ...

    async def load(self, escalation: EscalationId, *, lock: bool = False) -> Escalation | None:
        """With its steps."""
        ...

    async def add_step(self, escalation: EscalationId, step: EscalationStep, at: datetime) -> None:
        """What was said."""
        ...

    async def all(self, subject: str, include_closed: bool) -> list[Escalation]:
        """The open ones by the date of their stage, then the closed ones."""
        ...


class PeopleAround(Protocol):
    """Cases, asked outside of any transaction."""

    async def around(self, caller: Caller, subject: str, today: date) -> tuple[AroundSubject, ...]:
        """Everybody with a part around the subject on that day, as the caller may see it."""
        ...
