"""The whole service over sockets: a booking comes by the feed, invitations leave, every RPC answers and
refuses.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from uuid import UUID, uuid4

import grpc
import pytest
import yaml
from google.protobuf.message import Message
from permanence.feed.v1 import event_feed_pb2, event_feed_pb2_grpc
from permanence.notifications.v1 import notification_pb2
from permanence.notifications.v1 import notifications_service_pb2 as rpc
from permanence.notifications.v1 import notifications_service_pb2_grpc as rpc_grpc
from permanence.notifications.v1 import outlook_service_pb2 as outlook
from permanence.notifications.v1 import outlook_service_pb2_grpc as outlook_grpc
from permanence.panels.v1 import panel_events_pb2

from servicekit.clock import FixedClock, set_clock
from servicekit.config import Council, load_config
from servicekit.launcher import ServiceDatabase
from servicekit.postgres import Database
from servicekit.server import Running, start
from services.notifications.app.ports import Outside
from services.notifications.bind import bind_with
from services.notifications.config import SHAPE
from services.notifications.domain.answer import Answer
from tests.notifications.peers import Cases, Feed, serving
from tests.notifications.world import SENDER, World, person
from tests.servicekit.authority import Authority
from tests.servicekit.eventually import eventually
from tests.servicekit.serving import refusal

NORTH = Council(UUID(int=1), "north", "North Council", "11111111-0000-0000-0000-000000000001", "northmoor")
SOUTH = Council(UUID(int=2), "south", "South Council", "22222222-0000-0000-0000-000000000002", "northmoor")
Call = Callable[..., Awaitable[Message]]


@dataclass
class Stand:
    """The service, its world and its callers."""

    world: World
    feed: Feed
    cases: Cases
    authority: Authority
    channel: grpc.aio.Channel

    @property
    def stub(self) -> "rpc_grpc.NotificationsServiceAsyncStub":
        return rpc_grpc.NotificationsServiceStub(self.channel)

    def as_(self, *roles: str, council: Council = NORTH, oid: str = "oid-2") -> list[tuple[str, str]]:
        return [("authorization", f"Bearer {self.authority.token(council, roles=list(roles), oid=oid)}")]

    async def delivery(self) -> rpc.GetMeetingDeliveryResponse:
        request = rpc.GetMeetingDeliveryRequest(meeting=self.world.meeting.name)
        return await self.stub.GetMeetingDelivery(request, metadata=self.as_("business-support"))

    async def told(self) -> bool:
        return (await self.delivery()).state == rpc.DELIVERY_STATE_SENT


def environ_of(folder: Path, tables: ServiceDatabase, authority: Authority, peer: str) -> dict[str, str]:
    councils = [{**vars(one), "council_id": str(one.council_id)} for one in (NORTH, SOUTH)]
    set_clock(folder / "clock", datetime(2026, 3, 16, 9, tzinfo=UTC))
    (folder / "councils.yaml").write_text(yaml.safe_dump({"councils": councils}), encoding="utf-8")
    return {
        "PERMANENCE_ENV": "test", "PERMANENCE_COUNCILS": str(folder / "councils.yaml"),
        "PERMANENCE_NOTIFICATIONS_LISTEN": "127.0.0.1:0", "PERMANENCE_NOTIFICATIONS_DATABASE_URL": tables.app_url,
        "PERMANENCE_NOTIFICATIONS_CLIENT_ID": "notifications", "PERMANENCE_NOTIFICATIONS_CLIENT_SECRET": "secret",
        "PERMANENCE_IDENTITY_AUTHORITY": authority.url, "PERMANENCE_CA_FILE": str(authority.ca_file),
        "PERMANENCE_CASES_ADDRESS": peer, "PERMANENCE_SCHEDULER_ADDRESS": peer, "PERMANENCE_PANELS_ADDRESS": peer,
        "PERMANENCE_REPLY_SECONDS": "0.1", "PERMANENCE_CLOCK": str(folder / "clock"),
    }  # fmt: skip


@pytest.fixture
async def stand(tables: ServiceDatabase, database: Database, clock: FixedClock, tmp_path: Path) -> AsyncIterator[Stand]:
    world = World(database, NORTH.council_id, clock)
    feed, cases = Feed(), Cases(world)
    outside = Outside(SENDER, "north.example.org", world.calendar, world.mail)
    async with Authority(tmp_path) as authority, serving(world, feed, cases) as peer:
        config = load_config(SHAPE, environ_of(tmp_path, tables, authority, peer))
        running: Running = await start(config, partial(bind_with, {NORTH.council_id: outside}))
        async with grpc.aio.insecure_channel(running.address) as channel:
            yield Stand(world, feed, cases, authority, channel)
        await running.stop(grace=0.1)


async def test_a_booking_becomes_invitations_and_an_answer_comes_back(stand: Stand) -> None:
    assert (await stand.delivery()).state == rpc.DELIVERY_STATE_UNSPECIFIED
    stand.feed.booked(stand.world)
    await eventually(stand.told)
    assert len(stand.world.calendar.live) == 3
    stand.world.calendar.reply("chair@example.org", Answer.DECLINED, stand.world.clock.now())
    support = stand.as_("business-support")
    request = rpc.ListInvitationsRequest(parent="councils/north", meeting=stand.world.meeting.name, page_size=3)

    async def answered() -> bool:
        page = await stand.stub.ListInvitations(request, metadata=support)
        return any(one.answer == notification_pb2.ANSWER_DECLINED for one in page.invitations) or bool(
            page.next_page_token and await _declined_on(stand, page.next_page_token, support)
        )

    await eventually(answered)
    page = await stand.stub.ListInvitations(request, metadata=support)
    assert len(page.invitations) == 3 and page.next_page_token
    text = str(page)
    assert "@" not in text and "Robin" not in text


async def _declined_on(stand: Stand, token: str, metadata: list[tuple[str, str]]) -> bool:
    request = rpc.ListInvitationsRequest(
        parent="councils/north", meeting=stand.world.meeting.name, page_size=3, page_token=token
    )
    page = await stand.stub.ListInvitations(request, metadata=metadata)
    return any(one.answer == notification_pb2.ANSWER_DECLINED for one in page.invitations)


async def test_a_restricted_meeting_is_previewed_and_released_by_a_second_person(stand: Stand) -> None:
    world = stand.world
    world.restricted = True
    stand.feed.booked(world)

    async def drafted() -> bool:
        return (await stand.delivery()).state == rpc.DELIVERY_STATE_AWAITING_RELEASE

    await eventually(drafted)
    preview = await stand.stub.PreviewInvitations(
        rpc.PreviewInvitationsRequest(meeting=world.meeting.name), metadata=stand.as_("business-support")
    )
    assert preview.second_person_needed and preview.release_needed and len(preview.previews) == 4
    assert {one.kind for one in preview.previews} == {notification_pb2.MESSAGE_KIND_INVITE}
    assert [list(one.risk_words) for one in preview.previews] == [[one.address] for one in preview.previews]

    def release(request_id: str, token: str) -> rpc.ReleaseInvitationsRequest:
        return rpc.ReleaseInvitationsRequest(meeting=world.meeting.name, release_token=token, request_id=request_id)

    call = stand.stub.ReleaseInvitations
    booker, manager = stand.as_("business-support-manager", oid="oid-1"), stand.as_("business-support-manager")
    support, token = stand.as_("business-support"), preview.release_token
    own = await refusal(lambda: call(release(str(uuid4()), token), metadata=booker))
    assert (own.code, own.info.reason) == (grpc.StatusCode.FAILED_PRECONDITION, "SECOND_PERSON_NEEDED")
    low = await refusal(lambda: call(release(str(uuid4()), token), metadata=support))
    assert low.code is grpc.StatusCode.PERMISSION_DENIED
    stale = await refusal(lambda: call(release(str(uuid4()), "0" * 32), metadata=manager))
    assert (stale.code, stale.info.reason) == (grpc.StatusCode.ABORTED, "STALE")
    same = release(str(uuid4()), token)
    first = await call(same, metadata=manager)
    assert len(first.invitations) == 4
    await eventually(stand.told)
    assert await call(same, metadata=manager) == first
    assert len(world.calendar.mailed) == 4


async def test_addresses_are_asked_for_with_the_services_own_token(stand: Stand) -> None:
    metadata = stand.as_("business-support")
    await stand.stub.PreviewInvitations(
        rpc.PreviewInvitationsRequest(meeting=stand.world.meeting.name), metadata=metadata
    )
    assert stand.cases.tokens and metadata[0][1] not in stand.cases.tokens


async def test_an_answer_by_telephone_is_recorded_and_told_to_followers(stand: Stand) -> None:
    stand.feed.booked(stand.world)
    await eventually(stand.told)
    listed = await stand.stub.ListInvitations(
        rpc.ListInvitationsRequest(parent="councils/north"), metadata=stand.as_("team-manager")
    )
    request = rpc.RecordAnswerRequest(
        invitation=listed.invitations[0].name, answer=notification_pb2.ANSWER_TENTATIVE, request_id=str(uuid4())
    )
    metadata = stand.as_("business-support")
    earlier = rpc.RecordAnswerRequest()
    earlier.CopyFrom(request)
    earlier.revision = stand.world.meeting.revision + 1
    stale = await refusal(lambda: stand.stub.RecordAnswer(earlier, metadata=metadata))
    assert (stale.code, stale.info.reason) == (grpc.StatusCode.ABORTED, "STALE")
    request.revision = stand.world.meeting.revision
    reply = await stand.stub.RecordAnswer(request, metadata=metadata)
    assert reply.invitation.answer == notification_pb2.ANSWER_TENTATIVE
    feed: event_feed_pb2_grpc.EventFeedAsyncStub = event_feed_pb2_grpc.EventFeedStub(stand.channel)
    kinds: list[str] = []

    async def followed() -> bool:
        pull = event_feed_pb2.PullRequest(parent="councils/north", max_events=100)
        events = (await feed.Pull(pull, metadata=stand.as_("feed", "restricted-cases"))).events
        kinds[:] = [event.fact.TypeName().rpartition(".")[2] for event in events]
        return "InvitationAnswered" in kinds

    await eventually(followed)


def _requests(stand: Stand) -> dict[str, Message]:
    meeting, invitation = stand.world.meeting.name, f"councils/north/invitations/{uuid4()}"
    return {
        "PreviewInvitations": rpc.PreviewInvitationsRequest(meeting=meeting),
        "ReleaseInvitations": rpc.ReleaseInvitationsRequest(
            meeting=meeting, release_token="x" * 32, request_id=str(uuid4())
        ),
        "ListInvitations": rpc.ListInvitationsRequest(parent="councils/north"),
        "ListSendings": rpc.ListSendingsRequest(meeting=meeting),
        "GetMeetingDelivery": rpc.GetMeetingDeliveryRequest(meeting=meeting),
        "RecordAnswer": rpc.RecordAnswerRequest(
            invitation=invitation, answer=notification_pb2.ANSWER_ACCEPTED, request_id=str(uuid4())
        ),
        "ListDateQuestions": rpc.ListDateQuestionsRequest(date_offer=f"councils/north/dateOffers/{uuid4()}"),
        "ListChasers": rpc.ListChasersRequest(parent="councils/north", things=[f"councils/north/actions/{uuid4()}"]),
    }


async def test_another_councils_token_finds_nothing_on_every_rpc(stand: Stand) -> None:
    methods = rpc.DESCRIPTOR.services_by_name["NotificationsService"].methods
    requests = _requests(stand)
    assert {method.name for method in methods} == set(requests)
    for name, request in requests.items():
        call: Call = getattr(stand.stub, name)
        for role in ("business-support-manager", "team-manager", "nobody"):
            metadata = stand.as_(role, council=SOUTH)
            assert (await refusal(partial(call, request, metadata=metadata))).code is grpc.StatusCode.NOT_FOUND
        assert (await refusal(partial(call, request))).code is grpc.StatusCode.UNAUTHENTICATED
        broken = type(request)()
        bad = await refusal(partial(call, broken, metadata=stand.as_("team-manager")))
        assert bad.code is grpc.StatusCode.INVALID_ARGUMENT and bad.bad.field_violations


def _outlook(stand: Stand) -> "outlook_grpc.OutlookServiceAsyncStub":
    return outlook_grpc.OutlookServiceStub(stand.channel)


async def _edited(stand: Stand) -> outlook.OutlookProposal:
    """Somebody moves the staff's event by an hour in Outlook, and it is noticed."""
    stand.feed.booked(stand.world)
    await eventually(stand.told)
    kept = next(kept for kept in stand.world.calendar.live if not kept.draft.hide_attendees)
    hour = timedelta(hours=1)
    stand.world.calendar.edit(kept, start=kept.draft.start + hour, end=kept.draft.end + hour)
    listed = outlook.ListOutlookProposalsResponse()

    async def noticed() -> bool:
        request = outlook.ListOutlookProposalsRequest(parent="councils/north")
        found = await _outlook(stand).ListOutlookProposals(request, metadata=stand.as_("team-manager"))
        listed.CopyFrom(found)
        return bool(found.outlook_proposals)

    await eventually(noticed)
    return listed.outlook_proposals[0]


def _verdict(one: outlook.OutlookProposal, decision: "outlook.OutlookDecision.ValueType") -> Message:
    return outlook.DecideOutlookProposalRequest(
        name=one.name, etag=one.etag, decision=decision, reason="The chair asked for it.", request_id=str(uuid4())
    )


async def test_a_time_from_outlook_is_taken_over_by_moving_the_meeting_as_whoever_decides(stand: Stand) -> None:
    world, call = stand.world, _outlook(stand).DecideOutlookProposal
    one = await _edited(stand)
    assert (one.meeting, one.put_back_mails, one.take_over_mails) == (world.meeting.name, 2, 4)
    assert one.theirs.start_time.seconds - one.ours.start_time.seconds == 3600
    assert list(one.choices) == [outlook.OUTLOOK_DECISION_TAKE_OVER, outlook.OUTLOOK_DECISION_PUT_OURS_BACK]
    take_over, support = _verdict(one, outlook.OUTLOOK_DECISION_TAKE_OVER), stand.as_("business-support")
    world.refuses_moves = True
    refused = await refusal(lambda: call(take_over, metadata=support))
    assert refused.code is grpc.StatusCode.FAILED_PRECONDITION and world.meeting.revision == 1
    world.refuses_moves = False
    first = await call(take_over, metadata=support)
    assert (world.meeting.revision, world.meeting.start.timestamp()) == (2, one.theirs.start_time.seconds)
    assert await call(take_over, metadata=support) == first and world.meeting.revision == 2
    closed = await refusal(lambda: call(_verdict(one, outlook.OUTLOOK_DECISION_PUT_OURS_BACK), metadata=support))
    assert closed.info.reason == "PROPOSAL_CLOSED"
    await eventually(stand.told)


async def test_who_may_not_see_the_meeting_knows_of_no_edit_and_nobody_else_decides(stand: Stand) -> None:
    one, call = await _edited(stand), _outlook(stand).DecideOutlookProposal
    verdict = _verdict(one, outlook.OUTLOOK_DECISION_PUT_OURS_BACK)
    denied = await refusal(lambda: call(verdict, metadata=stand.as_("social-worker")))
    assert denied.code is grpc.StatusCode.NOT_FOUND
    other = outlook.DecideOutlookProposalRequest(
        name=one.name, etag="99", decision=1, reason="x", request_id=str(uuid4())
    )
    stale = await refusal(lambda: call(other, metadata=stand.as_("team-manager")))
    assert (stale.code, stale.info.reason) == (grpc.StatusCode.ABORTED, "STALE")
    leave = _verdict(one, outlook.OUTLOOK_DECISION_LEAVE)
    no_choice = await refusal(lambda: call(leave, metadata=stand.as_("team-manager")))
    assert no_choice.info.reason == "NOT_A_CHOICE"
    stand.world.hidden_from.add("oid-3")
    hidden = stand.as_("team-manager", oid="oid-3")
    assert (await refusal(lambda: call(verdict, metadata=hidden))).code is grpc.StatusCode.NOT_FOUND
    request = outlook.ListOutlookProposalsRequest(parent="councils/north")
    assert not (await _outlook(stand).ListOutlookProposals(request, metadata=hidden)).outlook_proposals


async def test_all_violations_are_listed_at_once(stand: Stand) -> None:
    request = rpc.RecordAnswerRequest(invitation="x", request_id="y", revision=-1)
    bad = await refusal(lambda: stand.stub.RecordAnswer(request, metadata=stand.as_("team-manager")))
    assert {one.field for one in bad.bad.field_violations} == {"invitation", "answer", "request_id", "revision"}


async def test_what_is_logged_and_refused_names_nobody(stand: Stand, capfd: pytest.CaptureFixture[str]) -> None:
    stand.world.calendar.faults.planned = ["down", "lost", "", "down"]
    stand.feed.booked(stand.world)
    await eventually(stand.told, 20.0)
    out = "".join(capfd.readouterr())
    for one in stand.world.people.values():
        assert one.email not in out and all(string not in out for string in one.protected)


async def test_a_chase_and_late_minutes_are_written_about_and_listed(stand: Stand, tmp_path: Path) -> None:
    world, support = stand.world, stand.as_("business-support")
    action, minutes = (f"councils/north/{kind}/{uuid4()}" for kind in ("actions", "minutes"))
    (child,) = world.meeting.subjects
    chase = panel_events_pb2.ChaseMade(
        chase=f"councils/north/chases/{uuid4()}",
        person=person("worker"),
        role="social-worker",
        actions=[action],
        subjects=[child],
    )
    late = panel_events_pb2.MinutesLate(
        minutes=minutes, subject=child, meeting=world.meeting.name, clock="sign", roles=["team-manager"]
    )
    stand.feed.tell(chase.chase, chase)
    stand.feed.tell(minutes, late)
    request = rpc.ListChasersRequest(parent="councils/north", things=[action, minutes])

    async def states() -> dict[str, int]:
        reply = await stand.stub.ListChasers(request, metadata=support)
        return {one.thing: one.state for one in reply.chasers}

    sent = notification_pb2.CHASER_STATE_SENT

    async def both_sent() -> bool:
        found = await states()
        if len(found) == 2 and sent in found.values():
            set_clock(tmp_path / "clock", datetime(2026, 3, 16, 10, tzinfo=UTC))
        return list(found.values()) == [sent, sent]

    await eventually(both_sent)
    assert {one.recipient for one in world.mail.texts} == {"worker@example.org", "chair@example.org"}
    assert all(world.people[name].display_name not in str(world.mail.texts) for name in world.people)
    world.hidden_from = {"oid-2"}
    assert await states() == {}
    refused = await refusal(lambda: stand.stub.ListChasers(request, metadata=stand.as_("carer")))
    assert refused.code is grpc.StatusCode.NOT_FOUND
    wrong = rpc.ListChasersRequest(parent="councils/north", things=["councils/north/children/1"])
    (fault,) = (await refusal(lambda: stand.stub.ListChasers(wrong, metadata=support))).bad.field_violations
    assert fault.field == "things[0]"
