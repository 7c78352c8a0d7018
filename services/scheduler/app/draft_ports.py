"""What drafts of meetings need of the world beside the rest of `ports`."""

from collections.abc import Collection, Sequence
from typing import Protocol
from uuid import UUID

from services.scheduler.domain.meeting import Plan
from services.scheduler.domain.meeting_draft import MeetingDraft


class Drafts(Protocol):
    """Drafts of meetings of one council."""

    async def start(self, draft: MeetingDraft) -> MeetingDraft:
        """Keep a new one; where one is open for its kind and subjects, that one, as it is: the database decides."""
        ...

    async def find_open(self, plan: Plan) -> MeetingDraft | None:
        """The open one for the plan's kind and subjects."""
        ...

    async def open_of(self, meeting_kind: str, subjects: Collection[str]) -> Sequence[MeetingDraft]:
        """Open ones of the kind about nobody but these subjects, locked for change."""
        ...

    async def load(self, draft_id: UUID, *, lock: bool = False) -> MeetingDraft | None:
        """One draft, or None."""
        ...

    async def save(self, draft: MeetingDraft) -> None:
        """Keep the changed draft."""
        ...

    async def open_page(self, size: int, after: tuple[str, ...]) -> Sequence[MeetingDraft]:
        """Open ones, the latest changed first, then by id; `after` is (time of the change, id) of the last one."""
        ...
