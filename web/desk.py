"""The four services as one page sees them: asked with the token of whoever looks, told apart by what they answer."""

import asyncio
from collections.abc import AsyncIterable, Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, TypeVar

from aiohttp import web
from google.protobuf.message import Message
from permanence.cases.v1.cases_service_pb2_grpc import CasesServiceStub
from permanence.cases.v1.obligations_service_pb2_grpc import ObligationsServiceStub
from permanence.cases.v1.performance_service_pb2_grpc import PerformanceServiceStub
from permanence.cases.v1.returns_service_pb2_grpc import ReturnsServiceStub
from permanence.notifications.v1.attendee_service_pb2_grpc import AttendeeServiceStub
from permanence.notifications.v1.integration_service_pb2_grpc import IntegrationServiceStub
from permanence.notifications.v1.notifications_service_pb2_grpc import NotificationsServiceStub
from permanence.notifications.v1.outlook_service_pb2_grpc import OutlookServiceStub
from permanence.panels.v1.actions_service_pb2_grpc import ActionsServiceStub
from permanence.panels.v1.composition_service_pb2_grpc import CompositionServiceStub
from permanence.panels.v1.decisions_service_pb2_grpc import DecisionsServiceStub
from permanence.panels.v1.item_people_service_pb2_grpc import ItemPeopleServiceStub
from permanence.panels.v1.minutes_service_pb2_grpc import MinutesServiceStub
from permanence.panels.v1.panels_service_pb2_grpc import PanelsServiceStub
from permanence.panels.v1.papers_service_pb2_grpc import PapersServiceStub
from permanence.panels.v1.referrals_service_pb2_grpc import ReferralsServiceStub
from permanence.panels.v1.run_sheet_service_pb2_grpc import RunSheetServiceStub
from permanence.scheduler.v1.bulk_moves_service_pb2_grpc import BulkMovesServiceStub
from permanence.scheduler.v1.capacity_service_pb2_grpc import CapacityServiceStub
from permanence.scheduler.v1.date_offers_service_pb2_grpc import DateOffersServiceStub
from permanence.scheduler.v1.diary_service_pb2_grpc import DiaryServiceStub
from permanence.scheduler.v1.meeting_drafts_service_pb2_grpc import MeetingDraftsServiceStub
from permanence.scheduler.v1.peoples_time_service_pb2_grpc import PeoplesTimeServiceStub
from permanence.scheduler.v1.scheduler_service_pb2_grpc import SchedulerServiceStub

from servicekit.caller import Caller
from servicekit.client import Peer
from servicekit.clock import Clock
from servicekit.errors import RemoteRefusal, TransactionConflict, Unavailable, Violation

A = TypeVar("A", bound=Message)
B = TypeVar("B", bound=Message)
T = TypeVar("T")
PAGE_SECONDS = 10.0
# Figures and returns look at every case of the council.
COUNT_SECONDS = 60.0

# What gRPC may send again by itself while a service comes back: (who serves it, contract, methods).
_READS = (
    (
        "cases",
        "permanence.cases.v1.CasesService",
        [
            "GetCouncil",
            "GetSubject",
            "ListSubjects",
            "GetTimetable",
            "ListCaseEvents",
            "ListInvolvements",
            "LookUpStaff",
        ],
    ),
    ("cases", "permanence.cases.v1.ObligationsService", ["ListDateChanges", "PreviewMeetingDate"]),
    (
        "cases",
        "permanence.cases.v1.PerformanceService",
        ["ListTrackedSubjects", "GetScorecard", "ListLate", "ExportScorecard"],
    ),
    ("cases", "permanence.cases.v1.ReturnsService", ["ExportReturn"]),
    (
        "scheduler",
        "permanence.scheduler.v1.SchedulerService",
        [
            "ListUnarrangedObligations",
            "SuggestSlots",
            "GetMeeting",
            "ListMeetings",
            "ListRooms",
            "PreviewSittingMove",
        ],
    ),
    ("scheduler", "permanence.scheduler.v1.MeetingDraftsService", ["GetMeetingDraft", "ListMeetingDrafts"]),
    ("scheduler", "permanence.scheduler.v1.BulkMovesService", ["GetBulkMove", "ListBulkMoves"]),
    ("scheduler", "permanence.scheduler.v1.CapacityService", ["GetCapacity", "GetCapacityWeek"]),
    ("scheduler", "permanence.scheduler.v1.DateOffersService", ["GetDateOffer", "ListDateOffers"]),
    ("scheduler", "permanence.scheduler.v1.DiaryService", ["GetDiary", "ListDiaryFeeds"]),
    ("scheduler", "permanence.scheduler.v1.PeoplesTimeService", ["GetWorkingTime", "ListAbsences"]),
    (
        "panels",
        "permanence.panels.v1.PanelsService",
        ["ListBodies", "ListSittings", "GetSitting", "GetMinutes", "ListMinutes", "ListActions", "RenderMinutes"],
    ),
    ("panels", "permanence.panels.v1.RunSheetService", ["GetRunSheet"]),
    (
        "panels",
        "permanence.panels.v1.ReferralsService",
        ["ListForms", "GetReferralForm", "ListReferralForms", "ListReferralPapers", "RenderReferralForm"],
    ),
    ("panels", "permanence.panels.v1.ItemPeopleService", ["GetItemPeople"]),
    ("panels", "permanence.panels.v1.CompositionService", ["ListMembers", "GetComposition"]),
    ("panels", "permanence.panels.v1.DecisionsService", ["ListDecisions", "GetDecision"]),
    ("panels", "permanence.panels.v1.ActionsService", ["ListOutstanding", "ListEscalations"]),
    (
        "panels",
        "permanence.panels.v1.PapersService",
        ["ListPapers", "ListAgendaVersions", "GetPaper", "RenderAgendaPack"],
    ),
    (
        "panels",
        "permanence.panels.v1.MinutesService",
        ["GetMinutesForms", "RenderMinutesDocument", "GetLegalAdvice", "ListUnacknowledged"],
    ),
    (
        "notifications",
        "permanence.notifications.v1.NotificationsService",
        [
            "PreviewInvitations",
            "ListInvitations",
            "ListSendings",
            "GetMeetingDelivery",
            "ListDateQuestions",
            "ListChasers",
        ],
    ),
    ("notifications", "permanence.notifications.v1.IntegrationService", ["GetIntegrationHealth"]),
    ("notifications", "permanence.notifications.v1.OutlookService", ["ListOutlookProposals", "ListMismatches"]),
    ("notifications", "permanence.notifications.v1.AttendeeService", ["ReadSpokenCode"]),
)


class Absent(Exception):
    """It is not there, is another council's, or may not be known of: one answer for all three."""


class Away(Exception):
    """A service does not answer just now; `service` is its name."""

    def __init__(self, service: str) -> None:
        super().__init__(service)
        self.service = service


class SignedOut(Exception):
    """The services do not take this person's token any more."""


class Refused(Exception):
    """A service said no to a change: its stable reason, what it named, and each field at fault."""

    def __init__(self, reason: str, metadata: Mapping[str, str], violations: tuple[Violation, ...]) -> None:
        super().__init__(reason)
        self.reason, self.metadata, self.violations = reason, metadata, violations


@dataclass(frozen=True)
class Known(Generic[T]):
    """What a page knows of a part of itself: a value or, where `away` names a service, nothing."""

    value: T | None
    away: str = ""


class Peers:
    """Channels to the services, for the process's whole life."""

    def __init__(self, peers: Mapping[str, Peer]) -> None:
        self._peers = peers
        for name, contract, reads in _READS:
            peers[name].retry_safely(contract, reads)
        self.cases = CasesServiceStub(peers["cases"].channel)
        self.obligations = ObligationsServiceStub(peers["cases"].channel)
        self.performance = PerformanceServiceStub(peers["cases"].channel)
        self.returns = ReturnsServiceStub(peers["cases"].channel)
        self.scheduler = SchedulerServiceStub(peers["scheduler"].channel)
        self.drafts = MeetingDraftsServiceStub(peers["scheduler"].channel)
        self.bulk_moves = BulkMovesServiceStub(peers["scheduler"].channel)
        self.capacity = CapacityServiceStub(peers["scheduler"].channel)
        self.diary = DiaryServiceStub(peers["scheduler"].channel)
        self.time = PeoplesTimeServiceStub(peers["scheduler"].channel)
        self.offers = DateOffersServiceStub(peers["scheduler"].channel)
        self.panels = PanelsServiceStub(peers["panels"].channel)
        self.referrals = ReferralsServiceStub(peers["panels"].channel)
        self.run_sheets = RunSheetServiceStub(peers["panels"].channel)
        self.composition = CompositionServiceStub(peers["panels"].channel)
        self.item_people = ItemPeopleServiceStub(peers["panels"].channel)
        self.papers = PapersServiceStub(peers["panels"].channel)
        self.decisions = DecisionsServiceStub(peers["panels"].channel)
        self.actions = ActionsServiceStub(peers["panels"].channel)
        self.minutes = MinutesServiceStub(peers["panels"].channel)
        self.notifications = NotificationsServiceStub(peers["notifications"].channel)
        self.integration = IntegrationServiceStub(peers["notifications"].channel)
        self.outlook = OutlookServiceStub(peers["notifications"].channel)
        self.attendees = AttendeeServiceStub(peers["notifications"].channel)

    def peer(self, service: str) -> Peer:
        """One of the four."""
        return self._peers[service]

    async def close(self) -> None:
        """Close all channels."""
        for peer in self._peers.values():
            await peer.close()


class Desk:
    """One person's way to the services while one page is made."""

    def __init__(self, peers: Peers, caller: Caller, clock: Clock) -> None:
        self._peers, self.caller, self.clock = peers, caller, clock
        self.cases, self.obligations = peers.cases, peers.obligations
        self.performance, self.returns = peers.performance, peers.returns
        self.scheduler, self.drafts = peers.scheduler, peers.drafts
        self.bulk_moves = peers.bulk_moves
        self.capacity, self.diary, self.time = peers.capacity, peers.diary, peers.time
        self.offers = peers.offers
        self.panels, self.notifications = peers.panels, peers.notifications
        self.referrals = peers.referrals
        self.run_sheets = peers.run_sheets
        self.composition = peers.composition
        self.item_people = peers.item_people
        self.papers = peers.papers
        self.decisions, self.actions = peers.decisions, peers.actions
        self.minutes = peers.minutes
        self.integration = peers.integration
        self.outlook = peers.outlook
        self.attendees = peers.attendees

    @property
    def parent(self) -> str:
        """Resource name of the council."""
        return f"councils/{self.caller.council}"

    def name(self, collection: str, key: str) -> str:
        """A resource name of this council from a key in a URL."""
        return f"{self.parent}/{collection}/{key}"

    def today(self) -> date:
        """The civil day."""
        return self.clock.today()

    async def ask(
        self, service: str, method: Callable[..., Awaitable[B]], request: Message, *, seconds: float = PAGE_SECONDS
    ) -> B:
        """The reply. Absent, Away, SignedOut, Refused."""
        try:
            reply: B = await self._peers.peer(service).call(method, request, self.caller, timeout=seconds)
        except (Unavailable, TransactionConflict) as error:
            raise Away(error.metadata.get("service") or service) from error
        except RemoteRefusal as refusal:
            raise _told(refusal) from refusal
        return reply

    async def ask_all(
        self, service: str, method: Callable[..., AsyncIterable[B]], request: Message, *, seconds: float
    ) -> list[B]:
        """Every part of a streamed reply; none where it breaks off. As `ask`."""
        parts: list[B] = []

        async def read(asked: A, **options: Any) -> A:
            async for part in method(asked, **options):
                parts.append(part)
            return asked

        await self.ask(service, read, request, seconds=seconds)
        return parts

    async def known(self, asked: Awaitable[T]) -> Known[T]:
        """A part of a page that may be missing while its service is away; every other answer is raised."""
        try:
            return Known(await asked)
        except Away as away:
            return Known(None, away.service)

    async def together(self, *asked: Awaitable[Any]) -> list[Any]:
        """Several questions at once; the first refusal is raised."""
        return list(await asyncio.gather(*asked))


DESK = web.RequestKey("desk", Desk)


def desk_of(request: web.Request) -> Desk:
    """The desk of whoever asked for this page."""
    return request[DESK]


def key_of(name: str) -> str:
    """The last part of a resource name, for a URL."""
    return name.rpartition("/")[2]


def _told(refusal: RemoteRefusal) -> Exception:
    if refusal.code in ("NOT_FOUND", "PERMISSION_DENIED"):
        return Absent()
    if refusal.code == "UNAUTHENTICATED":
        return SignedOut()
    if refusal.code in ("INVALID_ARGUMENT", "FAILED_PRECONDITION", "ALREADY_EXISTS", "ABORTED"):
        return Refused(refusal.remote_reason, refusal.remote_metadata, refusal.violations)
    return refusal
