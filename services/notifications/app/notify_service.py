"""What the use cases ask of GOV.UK Notify, and what is kept of its receipts.

Implementations raise `services.notifications.domain.delivery_fault` errors only.
"""

from typing import Protocol
from uuid import UUID

from services.notifications.domain.notify_message import NotifyMessage
from services.notifications.domain.receipt import Receipt


class NotifyService(Protocol):
    """The council's service of GOV.UK Notify."""

    async def send(self, message: NotifyMessage) -> UUID:
        """Hand over one message; Notify's id of it.

        Raises Unreachable (not taken, by a limit too), OutcomeUnknown (`find` it before any repeat), Refused.
        """
        ...

    async def find(self, reference: str) -> UUID | None:
        """Notify's id of the message with this reference; None only where Notify looked.

        Raises Unreachable, Refused.
        """
        ...

    async def status(self, receipt_id: UUID) -> str:
        """What Notify says of a message, in its own word. Raises Unreachable, Refused, Gone (no longer kept)."""
        ...


class ReceiptStore(Protocol):
    """What GOV.UK Notify took, until it says what became of it."""

    async def put(self, receipt: Receipt) -> None:
        """Add or replace."""
        ...

    async def to_ask(self, most: int) -> list[Receipt]:
        """Those that are not final and whose time to be asked again has come, the longest waiting first."""
        ...
