"""What the tracker needs from storage."""

from dataclasses import dataclass
from datetime import date
from typing import Protocol
from uuid import UUID

from rulebook.facts import SubjectKind
from services.cases.app.sight import Sight
from services.cases.domain.names import PersonId
from services.cases.domain.subject import Subject


@dataclass(frozen=True)
class TrackedFilter:
    """Which subjects are wanted. `after`: first due day, reference and id of the last row given.

    `late_only`: with a day that has passed; storage does not know which of them are late only after a later day.
    """

    kinds: tuple[SubjectKind, ...]
    reviewing_officer: PersonId | None = None
    team_manager: PersonId | None = None
    late_only: bool = False
    after: tuple[date, str, UUID] | None = None


class Tracked(Protocol):
    """Subjects in the order in which their clocks run out."""

    async def page(self, wanted: TrackedFilter, sight: Sight, limit: int) -> list[tuple[date, Subject]]: ...
