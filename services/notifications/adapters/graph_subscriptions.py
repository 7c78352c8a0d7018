"""Change notifications of one tenant over Microsoft Graph v1.0, as `services.notifications.app.ports.ChangeNotices`."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from urllib.parse import quote, urlsplit

from services.notifications.adapters.graph_error import GraphAnswer, raise_unless
from services.notifications.adapters.graph_session import GraphRequest, GraphSession, TokenSource
from services.notifications.adapters.graph_time import read_offset, stamped
from services.notifications.domain.delivery_fault import Gone, OutcomeUnknown
from services.notifications.domain.subscription import RemoteSubscription

_KINDS = "created,updated,deleted"
_MOST_PAGES = 20


class GraphSubscriptions:
    """`base_url` ends in `/v1.0`. Raises delivery faults only; their reasons are Graph's codes."""

    def __init__(self, session: GraphSession, tokens: TokenSource, base_url: str) -> None:
        self._session = session
        self._tokens = tokens
        self._base_url = base_url.rstrip("/")

    async def own(self) -> Sequence[RemoteSubscription]:
        """All that the application has in the tenant. Raises Unreachable, OutcomeUnknown, Refused."""
        found: list[RemoteSubscription] = []
        path = "/subscriptions"
        for _ in range(_MOST_PAGES):
            answer = await self._ask("GET", path)
            raise_unless(answer, 200)
            rows = answer.payload.get("value")
            found += [_subscription(row) for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
            following = answer.payload.get("@odata.nextLink")
            if not isinstance(following, str):
                return found
            # The address is built anew: no token follows a link to another host.
            path = f"/subscriptions?{urlsplit(following).query}"
        raise OutcomeUnknown("TOO_MANY_PAGES")

    async def subscribe(self, resource: str, url: str, client_state: str, until: datetime) -> RemoteSubscription:
        """One POST, during which Graph calls `url` once. Raises Unreachable, OutcomeUnknown, Refused."""
        body = {
            "changeType": _KINDS,
            "notificationUrl": url,
            "lifecycleNotificationUrl": url,
            "resource": resource,
            "expirationDateTime": stamped(until),
            "clientState": client_state,
        }
        answer = await self._ask("POST", "/subscriptions", body)
        raise_unless(answer, 201)
        return _subscription(answer.payload)

    async def renew(self, subscription_id: str, until: datetime) -> RemoteSubscription:
        """One PATCH, which also authorises it anew. Raises Unreachable, OutcomeUnknown, Refused, Gone."""
        body = {"expirationDateTime": stamped(until)}
        answer = await self._ask("PATCH", _path(subscription_id), body)
        raise_unless(_gone(answer), 200)
        return _subscription(answer.payload)

    async def unsubscribe(self, subscription_id: str) -> None:
        """One DELETE; one that is gone already is no fault. Raises Unreachable, OutcomeUnknown, Refused."""
        answer = await self._ask("DELETE", _path(subscription_id))
        raise_unless(answer, 204, 404)

    async def _ask(self, method: str, path: str, body: Mapping[str, object] | None = None) -> GraphAnswer:
        # The session's headers ask for immutable ids, which a notice then holds too.
        return await self._session.ask(GraphRequest(method, self._base_url + path, body), self._tokens)


def _path(subscription_id: str) -> str:
    return f"/subscriptions/{quote(subscription_id, safe='')}"


def _gone(answer: GraphAnswer) -> GraphAnswer:
    if answer.status == 404:
        raise Gone(answer.reason)
    return answer


def _subscription(row: Mapping[str, object]) -> RemoteSubscription:
    expires = read_offset(row.get("expirationDateTime"))
    if not isinstance(row.get("id"), str) or expires is None:
        raise OutcomeUnknown("UNREADABLE_ANSWER")
    return RemoteSubscription(
        str(row["id"]), str(row.get("resource") or ""), str(row.get("notificationUrl") or ""), expires
    )
