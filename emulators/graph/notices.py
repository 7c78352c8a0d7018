"""What subscribers are told: notices are made from the store's changes, sent, and sent again where refused."""

import asyncio
from collections import defaultdict
from datetime import timedelta

from emulators.clock import Clock
from emulators.graph.drills import Drill, Drills
from emulators.graph.event_record import EventRecord
from emulators.graph.event_store import EventStore
from emulators.graph.faults import Fault, FaultKind, Faults
from emulators.graph.rendering import Preferences, shown_id
from emulators.graph.subscription_store import Notice, Subscription, SubscriptionStore
from emulators.graph.webhook import Heard, Webhook
from emulators.graph.zones import stamp

_GIVEN_UP_AFTER = timedelta(hours=4)
_FIRST_WAIT = timedelta(seconds=10)
_LONGEST_WAIT = timedelta(minutes=30)


class Notices:
    """Makes and sends the notices of one emulator."""

    def __init__(
        self,
        store: EventStore,
        subscriptions: SubscriptionStore,
        webhook: Webhook,
        faults: Faults,
        drills: Drills,
        clock: Clock,
    ) -> None:
        self._store = store
        self._subscriptions = subscriptions
        self._webhook = webhook
        self._faults = faults
        self._drills = drills
        self._clock = clock
        self._one_at_a_time = asyncio.Lock()

    def collect(self) -> None:
        """Make notices of all changes that no notice was made of yet; expired subscriptions go."""
        with self._store.transaction():
            last = self._store.last_change()
            for subscription in self._subscriptions.all():
                if self._expired(subscription):
                    self._subscriptions.remove(subscription.id)
                elif subscription.seen < last:
                    self._collect(subscription, last)

    def _expired(self, subscription: Subscription) -> bool:
        overdue = subscription.expires <= self._clock.now()
        return overdue and Drill.SUBSCRIPTIONS_NEVER_EXPIRE not in self._drills

    def _collect(self, subscription: Subscription, last: int) -> None:
        events = self._store.changed(subscription.tenant, subscription.mailbox, subscription.seen, last)
        for event in events:
            kind = "deleted" if event.deleted else "created" if event.version == 1 else "updated"
            speaks = subscription.authorised or Drill.UNAUTHORISED_SPEAKS in self._drills
            if speaks and kind in subscription.change_types.split(","):
                self._queue(subscription, _change(subscription, event, kind))
        subscription.seen = last
        self._subscriptions.save(subscription)

    def _queue(self, subscription: Subscription, value: dict[str, object]) -> None:
        if self._odd(FaultKind.NOTIFICATION_LOST):
            return
        if self._odd(FaultKind.NOTIFICATION_WRONG_STATE):
            value = {**value, "clientState": "not-what-was-agreed"}
        if Drill.CLIENT_STATE_ABSENT in self._drills:
            value = {name: told for name, told in value.items() if name != "clientState"}
        late, more = self._odd(FaultKind.NOTIFICATION_LATE), self._odd(FaultKind.NOTIFICATION_REPEATED)
        made = self._clock.now()
        due = made + timedelta(seconds=late.seconds if late else 0)
        for _ in range(more.copies if more else 1):
            self._subscriptions.add(Notice(subscription.id, subscription.notification_url, value, made, due))

    def _odd(self, kind: FaultKind) -> Fault | None:
        fault = self._faults.take(kind)
        return None if Drill.NOTIFICATIONS_ALWAYS_ORDERLY in self._drills else fault

    def tell_lifecycle(self, subscription: Subscription, event: str) -> bool:
        """Queue `missed`, `subscriptionRemoved` (and remove it) or `reauthorizationRequired` (and fall silent).

        False where the app gave no URL for it.
        """
        if event == "subscriptionRemoved":
            self._subscriptions.remove(subscription.id)
        if event == "reauthorizationRequired":
            subscription.authorised = False
            self._subscriptions.save(subscription)
        if subscription.lifecycle_url is None or Drill.LIFECYCLE_SILENT in self._drills:
            return False
        now = self._clock.now()
        value = {**_about(subscription), "lifecycleEvent": event}
        self._subscriptions.add(Notice(subscription.id, subscription.lifecycle_url, value, now, now))
        return True

    async def send(self) -> dict[str, int]:
        """Send what is due: how many notices were taken and refused, and how many wait now."""
        async with self._one_at_a_time:
            taken = refused = 0
            for url, notices in self._posts():
                heard = await self._webhook.tell(url, [notice.value for notice in notices])
                passes = heard is Heard.TOO_LATE and Drill.SLOW_RECEIVER_PASSES in self._drills
                if heard is Heard.WELL or passes:
                    taken += len(notices)
                    self._settle(notices)
                else:
                    refused += len(notices)
                    self._put_off(notices)
            return {"taken": taken, "refused": refused, "waiting": len(self._subscriptions.notices())}

    def _posts(self) -> list[tuple[str, list[Notice]]]:
        """What is due, one POST a receiver, many subscriptions in it."""
        due = [notice for notice in self._subscriptions.notices() if notice.due <= self._clock.now()]
        if due and self._odd(FaultKind.NOTIFICATION_REORDERED):
            due.reverse()
        if Drill.NOTIFICATIONS_ONE_BY_ONE in self._drills:
            return [(notice.url, [notice]) for notice in due]
        by_url: defaultdict[str, list[Notice]] = defaultdict(list)
        for notice in due:
            by_url[notice.url].append(notice)
        return list(by_url.items())

    def _settle(self, notices: list[Notice]) -> None:
        with self._store.transaction():
            for notice in notices:
                self._subscriptions.done(notice)

    def _put_off(self, notices: list[Notice]) -> None:
        now = self._clock.now()
        known = {subscription.id: subscription for subscription in self._subscriptions.all()}
        with self._store.transaction():
            for notice in notices:
                given_up = now - notice.made >= _GIVEN_UP_AFTER or Drill.NOTIFICATIONS_NOT_RETRIED in self._drills
                if not given_up:
                    notice.due = now + min(_FIRST_WAIT * 2**notice.refusals, _LONGEST_WAIT)
                    notice.refusals += 1
                    self._subscriptions.put_off(notice)
                    continue
                self._subscriptions.done(notice)
                if "lifecycleEvent" not in notice.value and notice.subscription in known:
                    self.tell_lifecycle(known[notice.subscription], "missed")


def _about(subscription: Subscription) -> dict[str, object]:
    return {
        "subscriptionId": subscription.id,
        "subscriptionExpirationDateTime": stamp(subscription.expires),
        "tenantId": subscription.tenant,
        "clientState": subscription.client_state,
    }


def _change(subscription: Subscription, event: EventRecord, kind: str) -> dict[str, object]:
    event_id = shown_id(event, Preferences(immutable_ids=subscription.immutable_ids))
    resource = f"Users/{subscription.mailbox}/Events/{event_id}"
    data = {"@odata.type": "#Microsoft.Graph.Event", "@odata.id": resource, "@odata.etag": event.etag, "id": event_id}
    return {**_about(subscription), "changeType": kind, "resource": resource, "resourceData": data}
