"""What is kept of reminders."""

from collections.abc import Iterable
from typing import Protocol
from uuid import UUID

from services.notifications.domain.reminder import Reminder


class ReminderStore(Protocol):
    """Reminders, as rows with a time."""

    async def of_meetings(self, meetings: Iterable[str]) -> list[Reminder]:
        """All of these meetings, the first to come due at the front."""
        ...

    async def pending_of(self, person: str) -> list[Reminder]:
        """What is still to come for a person, the first to come due at the front."""
        ...

    async def by_receipt(self, receipt_id: UUID) -> list[Reminder]:
        """Those that went in the message with this id at GOV.UK Notify; locked until the end of the transaction."""
        ...

    async def put(self, one: Reminder) -> None:
        """Add or replace."""
        ...

    async def drop(self, reminder_id: UUID) -> None:
        """As if it had never been planned."""
        ...
