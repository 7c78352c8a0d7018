"""The obligations that wait for a meeting, as cases tells of them, and what a time does to their dates."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from services.scheduler.domain.errors import MissesAClock
from services.scheduler.domain.meeting import AcceptedBreach
from services.scheduler.domain.slot_search import due_before


@dataclass(frozen=True, slots=True)
class ClockToKeep:
    """An obligation that a meeting of `meeting_kind` would meet. The law's date and the council's are both kept."""

    obligation: str
    subject: str
    rule_id: str
    meeting_kind: str
    statutory_due: date | None
    local_due: date | None
    subject_reference: str = ""

    @property
    def due(self) -> date | None:
        """The earlier of the two dates."""
        return min((day for day in (self.statutory_due, self.local_due) if day), default=None)


def due_dates(clocks: Iterable[ClockToKeep]) -> Mapping[str, date]:
    """Obligation to its earlier date; those without a date are left out."""
    return {clock.obligation: clock.due for clock in clocks if clock.due is not None}


def accept_breaches(
    dates: Mapping[str, date], day: date, reason: str, approver: str | None
) -> tuple[AcceptedBreach, ...]:
    """The clocks that the day misses, each accepted. MissesAClock where nobody who may (`approver`) gives a reason."""
    missed = due_before(dates, day)
    if missed and not (reason and approver):
        earliest = min(dates[name] for name in missed)
        raise MissesAClock(obligations=",".join(missed), due_date=earliest.isoformat())
    return tuple(AcceptedBreach(name, dates[name], approver or "", reason) for name in missed)
