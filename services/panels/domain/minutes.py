"""The minutes of a meeting for one subject, and their clocks."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Final, NewType
from uuid import UUID

from rulebook.counting import elapsed_hours, london_date, london_instant
from rulebook.working_days import england_and_wales
from services.panels.domain.errors import AlreadySignedError, NothingToSignError, NotSignedYetError
from services.panels.domain.minutes_form import ClockRule

MinutesId = NewType("MinutesId", UUID)

# Elapsed hours from the end of the meeting: to be signed by its chair (BCP-8.4-01), to stand in the file (BCP-8.4-02).
# Other councils and kinds of meeting name none; they have the same, as the council's own number.
BUSINESS_SUPPORT: Final = "business-support"
USUAL_CLOCKS: Final = (ClockRule("sign", hours=48), ClockRule("file", hours=72))


class MinutesState(StrEnum):
    """Where minutes stand."""

    DRAFT = "draft"
    SIGNED = "signed"
    DELIVERED = "delivered"
    FILED = "filed"


class ClockKind(StrEnum):
    """What a clock waits for: signature, file, decisions sent to everybody, the whole record sent to everybody."""

    SIGN = "sign"
    FILE = "file"
    DECISIONS = "decisions"
    DISTRIBUTION = "distribution"


@dataclass(frozen=True)
class Clock:
    """A clock of some minutes; `stopped_at` is None while it runs."""

    kind: ClockKind
    due: datetime
    stopped_at: datetime | None = None


@dataclass(frozen=True)
class ManagerSignature:
    """The service manager's word after the chair's signature."""

    at: datetime
    by: str
    comment: str


@dataclass(frozen=True)
class Minutes:
    """`version` 0: nobody has written anything yet. `text_hash`: SHA-256 of what was signed, forms included."""

    minutes_id: MinutesId
    meeting: str
    meeting_kind: str
    subject: str
    chair_role: str
    state: MinutesState
    version: int
    text: str
    meeting_end: datetime
    sign_due: datetime
    file_due: datetime
    text_hash: str = ""
    signed_at: datetime | None = None
    signed_by: str = ""
    filed_at: datetime | None = None
    addenda: tuple[str, ...] = ()
    manager: ManagerSignature | None = None
    clocks: tuple[Clock, ...] = ()

    @property
    def supplements(self) -> int:
        """How much was added since the chair signed."""
        return len(self.addenda) + (self.manager is not None)

    def redrafted(self, text: str, name: str) -> "Minutes":
        """With another text; AlreadySignedError once signed."""
        if self.state is not MinutesState.DRAFT:
            raise AlreadySignedError(minutes=name)
        return replace(self, text=text, version=self.version + 1)

    def filled(self, name: str) -> "Minutes":
        """With an answer in one of their forms; AlreadySignedError once signed."""
        return self.redrafted(self.text, name)

    def signed(self, at: datetime, by: str, name: str, answers: str = "") -> "Minutes":
        """Signed as they stand; AlreadySignedError the second time, NothingToSignError where nothing is written.

        `answers`: what stands in their forms, in one text.
        """
        if self.state is not MinutesState.DRAFT:
            raise AlreadySignedError(minutes=name)
        if not self.text and not answers:
            raise NothingToSignError(minutes=name)
        return replace(
            self,
            state=MinutesState.SIGNED,
            version=self.version + 1,
            text_hash=hashlib.sha256((self.text + answers).encode()).hexdigest(),
            signed_at=at,
            signed_by=by,
        )

    def signed_by_manager(self, signature: ManagerSignature, name: str) -> "Minutes":
        """With the service manager's signature; NotSignedYetError before the chair's, AlreadySignedError twice."""
        if self.state is MinutesState.DRAFT:
            raise NotSignedYetError(minutes=name)
        if self.manager is not None:
            raise AlreadySignedError(minutes=name)
        return replace(self, manager=signature, version=self.version + 1)

    def with_addendum(self, text: str, name: str) -> "Minutes":
        """With something added; NotSignedYetError before they are signed, for then the draft itself can be changed."""
        if self.state is MinutesState.DRAFT:
            raise NotSignedYetError(minutes=name)
        return replace(self, addenda=(*self.addenda, text), version=self.version + 1)

    def delivered(self) -> "Minutes":
        """Put where the case system fetches them."""
        return replace(self, state=MinutesState.DELIVERED, version=self.version + 1)

    def filed(self, at: datetime) -> "Minutes":
        """Acknowledged by the case system."""
        return replace(self, state=MinutesState.FILED, version=self.version + 1, filed_at=at)

    def next_clock(self) -> datetime:
        """The clock that runs out first of those that still run; the last due once both have stopped."""
        return self.sign_due if self.state is MinutesState.DRAFT else self.file_due

    def running_clocks(self) -> dict[ClockKind, datetime]:
        """Clocks that nothing has stopped yet."""
        return {one.kind: one.due for one in self.clocks if one.stopped_at is None}

    def due(self, kind: ClockKind) -> datetime | None:
        """When a clock runs out; None where the minutes have none of the kind."""
        return next((clock.due for clock in self.clocks if clock.kind is kind), None)


def whose_when_late(clock: ClockKind, chair_role: str) -> tuple[str, ...]:
    """The roles that are told once a clock has run out: whoever was to sign; for the file the service manager too."""
    if clock is ClockKind.SIGN:
        return (chair_role or BUSINESS_SUPPORT,)
    return (BUSINESS_SUPPORT, "service-manager") if clock is ClockKind.FILE else (BUSINESS_SUPPORT,)


def clocks_of(meeting_end: datetime, rules: Sequence[ClockRule] = ()) -> tuple[Clock, ...]:
    """The clocks that run from a meeting's end, the earliest due first.

    Hours are elapsed ones, so a change of the clocks moves nothing. Working days count from the day after the meeting
    and last until the end of the last of them, in London.
    """
    own = {rule.clock for rule in rules}
    every = (*rules, *(rule for rule in USUAL_CLOCKS if rule.clock not in own))
    found = (Clock(ClockKind(rule.clock), _due(meeting_end, rule)) for rule in every)
    return tuple(sorted(found, key=lambda clock: (clock.due, clock.kind)))


def _due(meeting_end: datetime, rule: ClockRule) -> datetime:
    if rule.hours:
        return elapsed_hours(meeting_end, rule.hours)
    last = england_and_wales().add(london_date(meeting_end), rule.working_days)
    return london_instant(datetime.combine(last + timedelta(days=1), time()))
