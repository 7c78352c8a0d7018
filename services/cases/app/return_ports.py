"""What the returns need from storage."""

from collections.abc import Sequence
from typing import Protocol

from services.cases.app.case_data import ReviewRow
from services.cases.domain.names import SubjectId
from services.cases.domain.review_record import ReviewRecord


class Reviews(Protocol):
    """What was said of reviews beside their days."""

    async def put(self, rows: Sequence[ReviewRow]) -> None:
        """Keeps what is new or has changed; rows of unknown subjects have no effect."""
        ...

    async def of(self, subjects: Sequence[SubjectId]) -> dict[SubjectId, list[ReviewRecord]]: ...
