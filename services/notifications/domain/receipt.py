"""What GOV.UK Notify says became of a message."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

KEPT_FOR = timedelta(days=7)
"""How long Notify keeps a status by default: later nobody can say any more."""


class MessageDelivery(StrEnum):
    """The wire's names."""

    NOT_KNOWN = "MESSAGE_DELIVERY_UNSPECIFIED"
    ON_ITS_WAY = "MESSAGE_DELIVERY_ON_ITS_WAY"
    POSTED = "MESSAGE_DELIVERY_POSTED"
    DELIVERED = "MESSAGE_DELIVERY_DELIVERED"
    FAILED = "MESSAGE_DELIVERY_FAILED"


_ENDED = {
    "delivered": MessageDelivery.DELIVERED,
    # Of a letter: printed and posted. Whether it came, nobody says.
    "received": MessageDelivery.POSTED,
    "permanent-failure": MessageDelivery.FAILED,
    "temporary-failure": MessageDelivery.FAILED,
    "technical-failure": MessageDelivery.FAILED,
    "cancelled": MessageDelivery.FAILED,
    "validation-failed": MessageDelivery.FAILED,
    "virus-scan-failed": MessageDelivery.FAILED,
}


@dataclass(frozen=True)
class Receipt:
    """One message that Notify took. `id` is Notify's own; `asked_at`: when its status was read last."""

    id: UUID
    sent_at: datetime
    asked_at: datetime | None = None
    delivery: MessageDelivery = MessageDelivery.ON_ITS_WAY

    def is_forgotten(self, at: datetime) -> bool:
        """Whether Notify may have stopped to know of it."""
        return at - self.sent_at > KEPT_FOR

    def lost(self, at: datetime) -> "Receipt":
        """Nobody can say any more what became of it: no claim that it came, and none that it did not."""
        return replace(self, asked_at=at, delivery=MessageDelivery.NOT_KNOWN)

    def after(self, status: str, at: datetime) -> "Receipt":
        """With the status that Notify shows; one that is not known here is no end."""
        return replace(self, asked_at=at, delivery=_ENDED.get(status, MessageDelivery.ON_ITS_WAY))
