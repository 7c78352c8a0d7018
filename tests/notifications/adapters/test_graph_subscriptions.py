"""Subscriptions over Graph's own wire: the handshake, a notice of a change, renewal, and one that is gone."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from aiohttp.test_utils import TestServer

from services.notifications.adapters.graph_calendar import GraphCalendar
from services.notifications.adapters.graph_session import GraphSession
from services.notifications.adapters.graph_subscriptions import GraphSubscriptions
from services.notifications.adapters.graph_tokens import GraphTokens
from services.notifications.domain.delivery_fault import Gone, Refused
from services.notifications.domain.subscription import ASKED_FOR, Subscription, resource_of
from services.notifications.workers.nudges import Nudges
from services.notifications.workers.webhook import PATH, Webhook
from tests.emulators.microsoft_process import OFFICE, Microsoft
from tests.notifications.adapters.drafts import draft, tenant_app

COUNCIL, STATE, RESOURCE = UUID(int=7), "a secret", resource_of(OFFICE)
_PATIENCE = 10.0


@pytest.fixture
def nudges() -> Nudges:
    return Nudges()


@pytest.fixture
async def url(nudges: Nudges) -> AsyncIterator[str]:
    """Where the emulator reaches our webhook."""
    async with TestServer(Webhook(nudges, "127.0.0.1", 0).app()) as server:
        yield str(server.make_url(PATH))


@pytest.fixture
def subscriptions(microsoft: Microsoft, session: GraphSession) -> GraphSubscriptions:
    return GraphSubscriptions(session, GraphTokens(tenant_app(microsoft)), f"{microsoft.url}/v1.0")


async def test_a_change_in_the_mailbox_nudges_whoever_subscribed(
    subscriptions: GraphSubscriptions, calendar: GraphCalendar, nudges: Nudges, url: str
) -> None:
    now = datetime.now(UTC).replace(microsecond=0)
    made = await subscriptions.subscribe(RESOURCE, url, STATE, now + ASKED_FOR)
    assert (made.resource, made.notification_url, made.expires) == (RESOURCE, url, now + ASKED_FOR)
    assert list(await subscriptions.own()) == [made]
    nudges.expect(COUNCIL, Subscription(made.id, STATE, now, made.expires))
    await calendar.create(draft())
    assert await nudges.changed(COUNCIL, _PATIENCE)


async def test_it_is_renewed_and_a_renewal_of_what_is_gone_says_so(subscriptions: GraphSubscriptions, url: str) -> None:
    now = datetime.now(UTC).replace(microsecond=0)
    made = await subscriptions.subscribe(RESOURCE, url, STATE, now + timedelta(days=1))
    assert (await subscriptions.renew(made.id, now + ASKED_FOR)).expires == now + ASKED_FOR
    await subscriptions.unsubscribe(made.id)
    await subscriptions.unsubscribe(made.id)
    assert list(await subscriptions.own()) == []
    with pytest.raises(Gone):
        await subscriptions.renew(made.id, now + ASKED_FOR)


async def test_without_an_answer_to_the_handshake_nothing_is_made(subscriptions: GraphSubscriptions, url: str) -> None:
    with pytest.raises(Refused):
        await subscriptions.subscribe(RESOURCE, url + "-elsewhere", STATE, datetime.now(UTC) + ASKED_FOR)
    assert list(await subscriptions.own()) == []
