"""What a decision maker makes of a panel's recommendation, from the day it waits for them to the last word."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Final, NewType
from uuid import UUID

from services.panels.domain.body import BodyUuid
from services.panels.domain.decision_errors import (
    NotAwaitedError,
    NotQualifyingError,
    WindowClosedError,
    WindowOpenError,
)
from services.panels.domain.outcome import OutcomeId

DecisionId = NewType("DecisionId", UUID)
DECISION_MAKER: Final = "agency-decision-maker"
"""The role of whoever decides on what a panel recommends."""


class DecisionState(StrEnum):
    """Where a decision stands."""

    AWAITED = "awaited"
    SENT_BACK = "sent-back"
    WINDOW_OPEN = "window-open"
    REPRESENTED = "represented"
    INDEPENDENT_REVIEW = "independent-review"
    DECIDED = "decided"


class StepKind(StrEnum):
    """What was done about a decision."""

    RECOMMENDED = "recommended"
    MINUTES_FINAL = "minutes-final"
    AGREED = "agreed"
    DIFFERED = "differed"
    SENT_BACK = "sent-back"
    DETERMINED = "determined"
    REPRESENTATIONS = "representations"
    REVIEW_ASKED = "review-asked"
    REVIEW_ADVISED = "review-advised"
    WINDOW_RAN_OUT = "window-ran-out"


class Route(StrEnum):
    """How somebody answers a determination: to the council, or by an independent review. One of the two."""

    TO_THE_COUNCIL = "to-the-council"
    INDEPENDENT_REVIEW = "independent-review"


@dataclass(frozen=True)
class Decision:
    """One recommendation and what becomes of it.

    Attributes:
        outcome: the recommendation that it is about; the later one, once a panel has looked again.
        final: whether the time to answer is over, so that what is decided now is the last word.
        clock_from: the day from which its clock counts; None while that has not come.
        due: by when it must be decided; None while no clock runs.
        window_from, window_until: the days to answer an adverse determination: the notice, and the last one.
        case_events: what the decision recorded, once it is made.
    """

    decision_id: DecisionId
    outcome: OutcomeId
    body: BodyUuid
    meeting: str
    subject: str
    decision_maker: str
    state: DecisionState
    version: int
    opened_at: datetime
    final: bool = False
    clock_from: date | None = None
    due: date | None = None
    late_at: datetime | None = None
    decided_on: date | None = None
    window_from: date | None = None
    window_until: date | None = None
    case_events: tuple[str, ...] = ()

    def due_by(self, clock_from: date, due: date) -> "Decision":
        """With its clock running."""
        return replace(self, clock_from=clock_from, due=due, late_at=None, version=self.version + 1)

    def decided(self, on: date, case_events: tuple[str, ...]) -> "Decision":
        """Made; refused where nobody is to decide it now."""
        self._refuse_unless_awaited()
        made = replace(self, state=DecisionState.DECIDED, version=self.version + 1)
        return replace(made, decided_on=on, case_events=case_events)

    def determined(self, on: date, until: date, case_events: tuple[str, ...]) -> "Decision":
        """Against somebody, who may answer until a day; NotQualifyingError the second time."""
        self._refuse_unless_awaited()
        if self.final:
            raise NotQualifyingError(why="the time to answer it is over, and this decision is the last word")
        moved = self._moved(DecisionState.WINDOW_OPEN)
        return replace(moved, window_from=on, window_until=until, case_events=case_events, decided_on=on)

    def sent_back(self) -> "Decision":
        """To the panel."""
        self._refuse_unless_awaited()
        return self._moved(DecisionState.SENT_BACK)

    def answered(self, route: Route, on: date, *, before: bool) -> "Decision":
        """Somebody answered a determination in time; WindowClosedError after its last day.

        One that came in time counts though its last day has passed by now, until the decision is made. `before`:
        whether it was answered already, for only one of the two routes is open to them.
        """
        ran_out = self.state is DecisionState.AWAITED and self.final
        if self.window_until is None or before or not (ran_out or self.state is DecisionState.WINDOW_OPEN):
            raise NotAwaitedError(what="An answer to a determination", state=_WORDS[self.state])
        if on > self.window_until:
            raise WindowClosedError(until=self.window_until.isoformat())
        to_us = route is Route.TO_THE_COUNCIL
        return self._moved(DecisionState.REPRESENTED if to_us else DecisionState.INDEPENDENT_REVIEW)

    def advised(self) -> "Decision":
        """The independent review has recommended: the decision maker has the last word."""
        if self.state is not DecisionState.INDEPENDENT_REVIEW:
            raise NotAwaitedError(what="Advice of an independent review", state=_WORDS[self.state])
        return replace(self._moved(DecisionState.AWAITED), final=True, decided_on=None)

    def recommended_again(self, outcome: OutcomeId, meeting: str) -> "Decision":
        """The panel has looked again, after it was sent back or after representations."""
        final = self.state is DecisionState.REPRESENTED
        moved = self._moved(DecisionState.AWAITED)
        return replace(moved, final=final, decided_on=None, outcome=outcome, meeting=meeting)

    def ran_out(self, today: date) -> "Decision | None":
        """Awaited again once nobody answered within the window; None before."""
        if self.state is not DecisionState.WINDOW_OPEN or self.window_until is None or today <= self.window_until:
            return None
        return replace(self._moved(DecisionState.AWAITED), final=True, decided_on=None)

    @property
    def open(self) -> bool:
        """Whether anything is still to come."""
        return self.state is not DecisionState.DECIDED

    @property
    def may_be_answered(self) -> bool:
        """Whether those it is about have notice, and time to answer, before it goes against them: carers, and once."""
        return "/carerHouseholds/" in self.subject and not self.final

    def _moved(self, state: DecisionState) -> "Decision":
        """In another state, its clock stopped."""
        return replace(self, state=state, version=self.version + 1, clock_from=None, due=None, late_at=None)

    def _refuse_unless_awaited(self) -> None:
        if self.state is DecisionState.WINDOW_OPEN and self.window_until is not None:
            raise WindowOpenError(until=self.window_until.isoformat())
        if self.state is not DecisionState.AWAITED:
            raise NotAwaitedError(what="A decision", state=_WORDS[self.state])


@dataclass(frozen=True)
class DecisionStep:
    """One thing that was done about a decision: kept as it was recorded. `words` are personal data."""

    kind: StepKind
    words: str
    on: date
    at: datetime
    by: str
    words_for_family: str = ""


_WORDS = {
    DecisionState.AWAITED: "waits for the decision maker",
    DecisionState.SENT_BACK: "was sent back to the panel",
    DecisionState.WINDOW_OPEN: "waits while it may be answered",
    DecisionState.REPRESENTED: "waits for the panel to look again",
    DecisionState.INDEPENDENT_REVIEW: "waits for the independent review",
    DecisionState.DECIDED: "is made",
}
