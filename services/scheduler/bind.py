"""The only place that chooses concrete things."""

from permanence.feed.v1.event_feed_pb2_grpc import add_EventFeedServicer_to_server
from permanence.scheduler.v1.bulk_moves_service_pb2_grpc import add_BulkMovesServiceServicer_to_server
from permanence.scheduler.v1.capacity_service_pb2_grpc import add_CapacityServiceServicer_to_server
from permanence.scheduler.v1.date_offers_service_pb2_grpc import add_DateOffersServiceServicer_to_server
from permanence.scheduler.v1.diary_service_pb2_grpc import add_DiaryServiceServicer_to_server
from permanence.scheduler.v1.meeting_drafts_service_pb2_grpc import add_MeetingDraftsServiceServicer_to_server
from permanence.scheduler.v1.peoples_time_service_pb2_grpc import add_PeoplesTimeServiceServicer_to_server
from permanence.scheduler.v1.scheduler_service_pb2_grpc import add_SchedulerServiceServicer_to_server
from permanence.scheduler.v1.sitting_parts_service_pb2_grpc import add_SittingPartsServiceServicer_to_server

from rulebook.pack import load_pack
from rulebook.working_days import england_and_wales
from servicekit.audit import Sealer
from servicekit.inbox import Consumer
from servicekit.lanes import LaneWorker
from servicekit.relay import Relay
from servicekit.server import Bindings, Params
from services.scheduler.adapters.cases_client import READS, SERVICE, CasesClient
from services.scheduler.adapters.cases_feed import cases_feed
from services.scheduler.adapters.notifications_client import READS as OUTLOOK_READS
from services.scheduler.adapters.notifications_client import SERVICE as OUTLOOK_SERVICE
from services.scheduler.adapters.notifications_client import NotificationsClient
from services.scheduler.adapters.panels_feed import panels_feed
from services.scheduler.app.policy import POLICIES
from services.scheduler.app.ports import Surroundings
from services.scheduler.domain.bulk_move import MOVES_LANE
from services.scheduler.rpc.bulk_moves_servicer import BulkMovesServicer
from services.scheduler.rpc.capacity_servicer import CapacityServicer
from services.scheduler.rpc.date_offers_servicer import DateOffersServicer
from services.scheduler.rpc.diary_servicer import DiaryServicer
from services.scheduler.rpc.error_table import ERROR_TABLE
from services.scheduler.rpc.feed_servicer import FeedServicer
from services.scheduler.rpc.meeting_drafts_servicer import MeetingDraftsServicer
from services.scheduler.rpc.peoples_time_servicer import PeoplesTimeServicer
from services.scheduler.rpc.scheduler_servicer import SchedulerServicer
from services.scheduler.rpc.sitting_parts_servicer import SittingPartsServicer
from services.scheduler.storage.unit_of_work import SchedulerUnit, units
from services.scheduler.workers.bulk_moves import mover
from services.scheduler.workers.case_changes import case_changes
from services.scheduler.workers.referral_changes import referral_changes

# What cases tells is copied and locks nothing else: an import's thousands of events need not be as many transactions.
_TOGETHER = 100


# A bulk move that was started is carried out, however long a neighbour is away: nobody would come to take it up again.
_TRIES = 1_000_000


async def bind(params: Params, bindings: Bindings) -> None:
    """Put the scheduler together. PackError or LookupError where a council's pack cannot be used."""
    cases, database = params.peers["cases"], params.database
    cases.retry_safely(SERVICE, READS)
    packs = {council.slug: load_pack(council.pack) for council in params.councils}
    begin = units(database, POLICIES.version)
    notifications = params.peers["notifications"]
    notifications.retry_safely(OUTLOOK_SERVICE, OUTLOOK_READS)
    outlook = NotificationsClient(notifications)
    around = Surroundings(begin, CasesClient(cases), packs.__getitem__, england_and_wales(), params.clock, outlook)
    bindings.add_servicer(
        add_SchedulerServiceServicer_to_server,
        SchedulerServicer(around, begin),
        "permanence.scheduler.v1.SchedulerService",
    )
    bindings.add_servicer(
        add_MeetingDraftsServiceServicer_to_server,
        MeetingDraftsServicer(around, begin),
        "permanence.scheduler.v1.MeetingDraftsService",
    )
    bindings.add_servicer(
        add_BulkMovesServiceServicer_to_server,
        BulkMovesServicer(around, begin),
        "permanence.scheduler.v1.BulkMovesService",
    )
    bindings.add_servicer(
        add_SittingPartsServiceServicer_to_server,
        SittingPartsServicer(around, begin),
        "permanence.scheduler.v1.SittingPartsService",
    )
    bindings.add_servicer(
        add_CapacityServiceServicer_to_server, CapacityServicer(around), "permanence.scheduler.v1.CapacityService"
    )
    bindings.add_servicer(
        add_DiaryServiceServicer_to_server, DiaryServicer(around, begin), "permanence.scheduler.v1.DiaryService"
    )
    bindings.add_servicer(
        add_PeoplesTimeServiceServicer_to_server,
        PeoplesTimeServicer(around, begin),
        "permanence.scheduler.v1.PeoplesTimeService",
    )
    bindings.add_servicer(
        add_DateOffersServiceServicer_to_server,
        DateOffersServicer(around, begin),
        "permanence.scheduler.v1.DateOffersService",
    )
    bindings.add_servicer(add_EventFeedServicer_to_server, FeedServicer(database), "permanence.feed.v1.EventFeed")
    bindings.add_error_table(ERROR_TABLE)
    bindings.add_worker("relay", Relay(database).run)
    bindings.add_worker("audit sealer", Sealer(database, params.councils).run)
    moves = LaneWorker(database, params.clock, MOVES_LANE, mover(around, params.councils), tries=_TRIES)
    bindings.add_worker("bulk moves", moves.run)
    consumer = Consumer(
        "cases",
        cases_feed(cases),
        case_changes(SchedulerUnit),
        database,
        params.councils,
        service="scheduler",
        together=_TOGETHER,
    )
    bindings.add_worker("cases feed", consumer.run)
    referrals = Consumer(
        "panels",
        panels_feed(params.peers["panels"]),
        referral_changes(SchedulerUnit),
        database,
        params.councils,
        service="scheduler",
    )
    bindings.add_worker("panels feed", referrals.run)
