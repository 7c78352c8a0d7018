"""/v1.0/subscriptions: who wants to be told of changes, and until when."""

import re
import uuid
from datetime import datetime, timedelta

from aiohttp import web

from emulators.clock import Clock
from emulators.directory import Mailbox
from emulators.graph.body_schema import check_action, check_subscription
from emulators.graph.drills import Drill, Drills
from emulators.graph.errors import GraphError, access_denied, invalid
from emulators.graph.event_store import EventStore
from emulators.graph.gate import Answer, Call, Gate
from emulators.graph.subscription_store import Subscription, SubscriptionStore
from emulators.graph.webhook import Heard, Webhook, is_local
from emulators.graph.zones import instant, stamp

_RESOURCE = re.compile(r"/?users/([^/]+)(?:/calendar)?/events", re.IGNORECASE)
_KINDS = {"created", "updated", "deleted"}
_SHORTEST = timedelta(minutes=45)
_LONGEST = timedelta(minutes=10_080)
_LONGEST_STATE = 128
_ROUTE = "/v1.0/subscriptions"


class Subscribing:
    """The handlers of subscriptions."""

    def __init__(
        self,
        events: EventStore,
        store: SubscriptionStore,
        webhook: Webhook,
        drills: Drills,
        clock: Clock,
        public_url: str,
    ) -> None:
        self._events = events
        self._store = store
        self._webhook = webhook
        self._drills = drills
        self._clock = clock
        self._public_url = public_url

    def add_routes(self, router: web.UrlDispatcher, gate: Gate) -> None:
        """Register everything under /v1.0/subscriptions."""
        one = _ROUTE + "/{subscription}"
        router.add_route("POST", _ROUTE, gate.wrap("subscription", self.create))
        router.add_route("GET", _ROUTE, gate.wrap("subscription", self.list_own))
        router.add_route("GET", one, gate.wrap("subscription", self.read))
        router.add_route("PATCH", one, gate.wrap("subscription", self.renew))
        router.add_route("DELETE", one, gate.wrap("subscription", self.delete))
        router.add_route("POST", one + "/reauthorize", gate.wrap("subscription", self.reauthorize))

    async def create(self, call: Call) -> Answer:
        """201 and the subscription, once both its URLs have shown themselves."""
        body = check_subscription(call.body)
        wanted = self._wanted(call, body)
        if Drill.DUPLICATE_SUBSCRIPTION_409 in self._drills and any(_alike(wanted, own) for own in self._own(call)):
            raise GraphError(409, "Conflict", "A subscription with the same properties exists.")
        for url in filter(None, (wanted.notification_url, wanted.lifecycle_url)):
            await self._shake_hands(url)
        wanted.seen = self._events.last_change()
        self._save(wanted)
        return self._answer(wanted, 201)

    async def _shake_hands(self, url: str) -> None:
        if Drill.HANDSHAKE_SKIPPED in self._drills:
            return
        heard = await self._webhook.shake_hands(url, Drill.HANDSHAKE_ANY_ANSWER in self._drills)
        waits = heard is Heard.TOO_LATE and Drill.HANDSHAKE_WAITS in self._drills
        if heard is not Heard.WELL and not waits:
            raise invalid(
                "Subscription validation request failed. Notification endpoint must respond with 200 OK to "
                "validation request.",
                "ValidationError",
            )

    def _wanted(self, call: Call, body: dict[str, object]) -> Subscription:
        urls = [body.get(name) for name in ("notificationUrl", "lifecycleNotificationUrl")]
        if not urls[0] or not all(url is None or is_local(str(url)) for url in urls):
            raise invalid("notificationUrl and lifecycleNotificationUrl must be URLs on this machine.")
        kinds = [kind.strip() for kind in str(body.get("changeType") or "").split(",")]
        if not set(kinds) <= _KINDS:
            raise invalid("changeType must name created, updated, deleted or several of them.")
        state = body.get("clientState")
        if state is not None and len(str(state)) > _LONGEST_STATE:
            raise invalid(f"clientState must have at most {_LONGEST_STATE} characters.")
        mailbox = self._mailbox(call, str(body.get("resource") or ""))
        return Subscription(
            id=str(uuid.uuid4()),
            tenant=call.tenant.tenant_id,
            client_id=call.app.client_id,
            creator=call.app.oid,
            mailbox=mailbox.oid,
            resource=str(body["resource"]),
            change_types=",".join(kinds),
            notification_url=str(urls[0]),
            lifecycle_url=str(urls[1]) if urls[1] else None,
            client_state=str(state) if state is not None else None,
            expires=self._expiry(body),
            immutable_ids=call.prefer.immutable_ids,
            seen=0,
        )

    def _mailbox(self, call: Call, resource: str) -> Mailbox:
        found = _RESOURCE.fullmatch(resource)
        if found is None:
            raise invalid("Only users/{id}/events can be subscribed to here.")
        mailbox = call.tenant.mailbox(found[1])
        if mailbox is None:
            raise GraphError(404, "ErrorInvalidUser", "The requested user is invalid.")
        if not call.app.reaches(mailbox.address) and Drill.NO_SCOPE not in self._drills:
            raise access_denied()
        return mailbox

    def _expiry(self, body: dict[str, object]) -> datetime:
        """As asked: too short is raised, too long is refused."""
        text, now = body.get("expirationDateTime"), self._clock.now()
        if not text:
            raise invalid("expirationDateTime is required.")
        asked = instant(str(text))
        if asked <= now:
            raise invalid("expirationDateTime must be in the future.")
        if asked > now + _LONGEST and Drill.SUBSCRIPTION_ANY_LENGTH not in self._drills:
            minutes = round(_LONGEST.total_seconds() / 60)
            raise invalid(f"Subscription expiration can only be {minutes} minutes in the future.", "ExtensionError")
        return asked if Drill.SUBSCRIPTION_KEPT_SHORT in self._drills else max(asked, now + _SHORTEST)

    def _own(self, call: Call) -> list[Subscription]:
        """The app's live subscriptions."""
        now = self._clock.now()
        mine = [s for s in self._store.all() if (s.tenant, s.client_id) == (call.tenant.tenant_id, call.app.client_id)]
        return [s for s in mine if s.expires > now or Drill.SUBSCRIPTIONS_NEVER_EXPIRE in self._drills]

    def _named(self, call: Call) -> Subscription:
        wanted = call.request.match_info["subscription"]
        found = next((s for s in self._own(call) if s.id == wanted), None)
        if found is None:
            raise GraphError(404, "ResourceNotFound", "The object was not found.")
        return found

    def list_own(self, call: Call) -> Answer:
        """200 and all of the app's live subscriptions."""
        rows = [_shown(subscription) for subscription in self._own(call)]
        return Answer(200, {"@odata.context": self._context(), "value": rows})

    def read(self, call: Call) -> Answer:
        """200 and one subscription of the app's."""
        return self._answer(self._named(call), 200)

    def renew(self, call: Call) -> Answer:
        """200 and the subscription with its new expiry; nothing else can be changed here."""
        subscription, body = self._named(call), check_subscription(call.body)
        if set(body) != {"expirationDateTime"}:
            raise invalid("Only expirationDateTime can be changed.")
        subscription.expires, subscription.authorised = self._expiry(body), True
        self._save(subscription)
        return self._answer(subscription, 200)

    def reauthorize(self, call: Call) -> Answer:
        """204; the subscription speaks again, and expires when it did."""
        check_action("reauthorize", call.body)
        subscription = self._named(call)
        subscription.authorised = True
        self._save(subscription)
        return Answer(204)

    def delete(self, call: Call) -> Answer:
        """204."""
        with self._events.transaction():
            self._store.remove(self._named(call).id)
        return Answer(204)

    def _save(self, subscription: Subscription) -> None:
        with self._events.transaction():
            self._store.save(subscription)

    def _context(self, tail: str = "") -> str:
        return f"{self._public_url}/v1.0/$metadata#subscriptions{tail}"

    def _answer(self, subscription: Subscription, status: int) -> Answer:
        return Answer(status, {"@odata.context": self._context("/$entity"), **_shown(subscription)})


def _alike(one: Subscription, other: Subscription) -> bool:
    def what(subscription: Subscription) -> tuple[str, str, str]:
        return subscription.mailbox, subscription.change_types, subscription.notification_url

    return what(one) == what(other)


def _shown(subscription: Subscription) -> dict[str, object]:
    return {
        "id": subscription.id,
        "resource": subscription.resource,
        "applicationId": subscription.client_id,
        "changeType": subscription.change_types,
        "clientState": subscription.client_state,
        "notificationUrl": subscription.notification_url,
        "lifecycleNotificationUrl": subscription.lifecycle_url,
        "expirationDateTime": stamp(subscription.expires),
        "creatorId": subscription.creator,
        "latestSupportedTlsVersion": "v1_2",
        "includeResourceData": None,
        "encryptionCertificate": None,
        "encryptionCertificateId": None,
        "notificationQueryOptions": None,
        "notificationUrlAppId": None,
    }
