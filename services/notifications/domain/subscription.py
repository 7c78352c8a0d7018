"""A wish to be told of changes in the meetings mailbox. It is only a nudge: what changed is read from the delta."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

ASKED_FOR = timedelta(days=6)
"""Graph allows less than seven days for events; what it gave is read back."""


@dataclass(frozen=True)
class RemoteSubscription:
    """One of ours as Graph has it."""

    id: str
    resource: str
    notification_url: str
    expires: datetime


@dataclass(frozen=True)
class Subscription:
    """The one of a mailbox. `client_state` proves that a notice comes from Graph: a secret. `asked` is when it was
    made or renewed.
    """

    id: str
    client_state: str = field(repr=False)
    asked: datetime
    expires: datetime

    def is_fresh(self, now: datetime) -> bool:
        """Whether less than half of its life is over."""
        return self.asked <= now < self.asked + (self.expires - self.asked) / 2

    def renewed(self, now: datetime, expires: datetime) -> "Subscription":
        """The same for longer."""
        return replace(self, asked=now, expires=expires)


def resource_of(mailbox: str) -> str:
    """What is subscribed to: the events of the mailbox's primary calendar."""
    return f"users/{mailbox}/events"
