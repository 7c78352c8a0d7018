"""What the use cases ask of others about edits made in Outlook: kept proposals and mismatches, notices, a move."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from servicekit.caller import Caller
from services.notifications.domain.mismatch import Mismatch
from services.notifications.domain.outlook_proposal import OutlookProposal
from services.notifications.domain.subscription import RemoteSubscription, Subscription


class ProposalStore(Protocol):
    """Edits made in Outlook, and what people decided about them."""

    async def of_event(self, event_id: UUID) -> list[OutlookProposal]:
        """All of an event, the oldest first; locked until the end of the transaction."""
        ...

    async def open_of(self, event_id: UUID) -> list[OutlookProposal]:
        """Those that wait for a person; locked likewise."""
        ...

    async def get(self, proposal_id: UUID, *, lock: bool = False) -> OutlookProposal | None:
        """One."""
        ...

    async def page(self, meeting: str, after: tuple[str, ...], size: int) -> list[OutlookProposal]:
        """Those that wait for a person, the longest standing first; of all meetings where `meeting` is empty."""
        ...

    async def put(self, proposal: OutlookProposal) -> None:
        """Add or replace."""
        ...


class MismatchStore(Protocol):
    """What the last whole reading of a mailbox found to differ."""

    async def replace(self, found: Sequence[Mismatch]) -> None:
        """These, each with the time since which it stands; whatever is not among them has gone."""
        ...

    async def page(self, after: tuple[str, ...], size: int) -> list[Mismatch]:
        """The longest standing first."""
        ...

    async def last_read(self) -> datetime | None:
        """When the mailbox was last read whole; None: never."""
        ...


class SubscriptionStore(Protocol):
    """Subscriptions to changes."""

    async def get(self, resource: str) -> Subscription | None:
        """The one of a resource."""
        ...

    async def replace(self, resource: str, before: Subscription | None, now: Subscription) -> Subscription:
        """Keep `now`, unless something else than `before` is kept by now; what is kept from then on."""
        ...


class ChangeNotices(Protocol):
    """Being told that something changed in a mailbox, by one council's tenant."""

    async def own(self) -> Sequence[RemoteSubscription]:
        """All that this application has. Raises Unreachable, OutcomeUnknown, Refused."""
        ...

    async def subscribe(self, resource: str, url: str, client_state: str, until: datetime) -> RemoteSubscription:
        """Make one; `url` is called once meanwhile. Raises Unreachable, OutcomeUnknown, Refused."""
        ...

    async def renew(self, subscription_id: str, until: datetime) -> RemoteSubscription:
        """Let it live longer. Raises Unreachable, OutcomeUnknown, Refused, Gone."""
        ...

    async def unsubscribe(self, subscription_id: str) -> None:
        """Take it away; one that is gone is no fault. Raises Unreachable, OutcomeUnknown, Refused."""
        ...


class MeetingMover(Protocol):
    """The scheduler, asked to change a meeting as whoever decides."""

    async def move(self, caller: Caller, meeting: str, start: datetime, reason: str, request_id: UUID) -> None:
        """Move the meeting to that start. Raises MoveRefusedError with the scheduler's reason, and Unavailable."""
        ...
