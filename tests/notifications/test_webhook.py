"""Notices of changes: answered at once, believed only with the secret, and no more than a nudge."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from aiohttp.test_utils import TestClient, TestServer

from services.notifications.app.keep_subscribed import keep_subscribed
from services.notifications.app.ports import Outside
from services.notifications.domain.delivery_fault import Gone, OutcomeUnknown
from services.notifications.domain.subscription import ASKED_FOR, RemoteSubscription, Subscription
from services.notifications.workers.nudges import Nudges
from services.notifications.workers.webhook import PATH, Webhook
from tests.notifications.world import MAILBOX, SENDER, World

COUNCIL = UUID(int=7)
URL = "https://notices.example.org" + PATH
OURS = Subscription("s-1", "a secret", datetime(2026, 3, 16, tzinfo=UTC), datetime(2026, 3, 22, tzinfo=UTC))
_SOON, _AT_ONCE = 5.0, 0.01


@pytest.fixture
def nudges() -> Nudges:
    made = Nudges()
    made.expect(COUNCIL, OURS)
    return made


@pytest.fixture
async def graph(nudges: Nudges) -> AsyncIterator[TestClient]:  # type: ignore[type-arg]
    """Whoever posts."""
    async with TestClient(TestServer(Webhook(nudges, "127.0.0.1", 0).app())) as client:
        yield client


def notices(**changes: object) -> dict[str, object]:
    return {"value": [{"subscriptionId": "s-1", "clientState": "a secret", "changeType": "updated", **changes}]}


async def test_the_handshake_gives_the_token_back_as_plain_text(graph: TestClient) -> None:  # type: ignore[type-arg]
    answer = await graph.post(PATH, params={"validationToken": "Validation: <b>1 & 2</b>"})
    assert (answer.status, answer.content_type, await answer.text()) == (200, "text/plain", "Validation: <b>1 & 2</b>")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert (await graph.post(PATH, params={"validationToken": "x" * 3000})).status == 400


async def test_a_notice_with_the_secret_wakes_the_council_and_no_other(graph: TestClient, nudges: Nudges) -> None:  # type: ignore[type-arg]
    assert (await graph.post(PATH, json=notices())).status == 202
    assert await nudges.changed(COUNCIL, _SOON)
    assert not await nudges.to_renew(COUNCIL, _AT_ONCE)


@pytest.mark.parametrize(
    "forged",
    [
        {"clientState": "another"},
        {"clientState": None},
        {"subscriptionId": "s-2", "clientState": ""},
        {"subscriptionId": 4},
    ],
)
async def test_without_it_a_notice_is_answered_alike_and_changes_nothing(
    graph: TestClient,  # type: ignore[type-arg]
    nudges: Nudges,
    forged: dict[str, object],
) -> None:
    assert (await graph.post(PATH, json=notices(**forged, lifecycleEvent="subscriptionRemoved"))).status == 202
    assert not nudges.take(notices(**forged)["value"][0])  # type: ignore[index]
    assert not await nudges.to_renew(COUNCIL, _AT_ONCE)


@pytest.mark.parametrize(
    ("body", "status"),
    [(b"", 400), (b"[]", 400), (b'{"value": 1}', 400), (b"\xff", 400), (b"[" * 100_000, 400), (b'{"value": [1]}', 202),
     (b'"' + b"x" * 300_000, 413)],
)  # fmt: skip
async def test_what_is_no_notice_is_refused(graph: TestClient, body: bytes, status: int) -> None:  # type: ignore[type-arg]
    assert (await graph.post(PATH, data=body)).status == status


@pytest.mark.parametrize(
    ("said", "renews"), [("missed", False), ("subscriptionRemoved", True), ("reauthorizationRequired", True)]
)
async def test_what_graph_says_of_the_subscription_is_acted_on(nudges: Nudges, said: str, renews: bool) -> None:
    assert nudges.take({"subscriptionId": "s-1", "clientState": "a secret", "lifecycleEvent": said})
    assert await nudges.to_renew(COUNCIL, _AT_ONCE) is renews


@dataclass
class ScriptedNotices:
    """ChangeNotices; `there` is what Graph has."""

    world: World
    there: dict[str, RemoteSubscription] = field(default_factory=dict)
    states: list[str] = field(default_factory=list)
    lost: int = 0

    async def own(self) -> list[RemoteSubscription]:
        return list(self.there.values())

    async def subscribe(self, resource: str, url: str, client_state: str, until: datetime) -> RemoteSubscription:
        made = RemoteSubscription(str(uuid4()), resource, url, until)
        self.there[made.id] = made
        self.states.append(client_state)
        if self.lost:
            self.lost -= 1
            raise OutcomeUnknown("TIME_OUT")
        return made

    async def renew(self, subscription_id: str, until: datetime) -> RemoteSubscription:
        if subscription_id not in self.there:
            raise Gone("RESOURCE_NOT_FOUND")
        self.there[subscription_id] = replace(self.there[subscription_id], expires=until)
        return self.there[subscription_id]

    async def unsubscribe(self, subscription_id: str) -> None:
        self.there.pop(subscription_id, None)


@pytest.fixture
def scripted(world: World) -> ScriptedNotices:
    made = ScriptedNotices(world)
    outside = Outside(SENDER, "north.example.org", world.calendar, world.mail, made)
    world.desk = replace(world.desk, outside={world.caller.council_id: outside})
    return made


async def keep(world: World, notices: ScriptedNotices, **more: bool) -> Subscription:
    return await keep_subscribed(world.desk, world.caller, notices, URL, **more)


async def test_it_is_asked_for_six_days_and_renewed_at_half_of_what_was_given(
    world: World, scripted: ScriptedNotices
) -> None:
    first, begun = await keep(world, scripted), world.clock.now()
    (there,) = scripted.there.values()
    assert (there.resource, there.expires) == (f"users/{MAILBOX}/events", begun + ASKED_FOR)
    world.clock.instant += timedelta(days=2, hours=23)
    assert await keep(world, scripted) == first
    world.clock.instant += timedelta(hours=2)
    renewed = await keep(world, scripted)
    assert (renewed.id, renewed.expires) == (first.id, world.clock.now() + ASKED_FOR)
    assert len(scripted.states) == 1 and len(scripted.states[0]) <= 128


async def test_one_that_graph_took_away_is_made_anew_with_another_secret(
    world: World, scripted: ScriptedNotices
) -> None:
    first = await keep(world, scripted)
    scripted.there.clear()
    again = await keep(world, scripted, renew_now=True)
    assert again.id != first.id and again.client_state != first.client_state
    assert list(scripted.there) == [again.id]


async def test_of_two_after_a_lost_answer_one_is_removed_and_nobody_elses_is_touched(
    world: World, scripted: ScriptedNotices
) -> None:
    scripted.lost = 1
    with pytest.raises(OutcomeUnknown):
        await keep(world, scripted)
    other = RemoteSubscription("other", f"users/{MAILBOX}/events", "https://another.example.org/x", datetime.now(UTC))
    scripted.there[other.id] = other
    kept = await keep(world, scripted)
    assert set(scripted.there) == {kept.id, "other"}


@dataclass
class OtherProcess(ScriptedNotices):
    """Another process subscribes while the first one does."""

    others: list[Subscription] = field(default_factory=list)

    async def subscribe(self, resource: str, url: str, client_state: str, until: datetime) -> RemoteSubscription:
        made = await super().subscribe(resource, url, client_state, until)
        if not self.others:
            self.others.append(OURS)
            self.others[0] = await keep_subscribed(self.world.desk, self.world.caller, self, URL)
        return made


async def test_two_processes_at_once_leave_one_subscription_and_know_it(world: World) -> None:
    notices = OtherProcess(world)
    kept = await keep_subscribed(world.desk, world.caller, notices, URL)
    assert [kept] == notices.others
    assert set(notices.there) == {kept.id}
