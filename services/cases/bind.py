"""The one place where concrete things are chosen."""

from permanence.cases.v1.cases_service_pb2_grpc import add_CasesServiceServicer_to_server
from permanence.cases.v1.obligations_service_pb2_grpc import add_ObligationsServiceServicer_to_server
from permanence.cases.v1.performance_service_pb2_grpc import add_PerformanceServiceServicer_to_server
from permanence.cases.v1.returns_service_pb2_grpc import add_ReturnsServiceServicer_to_server
from permanence.feed.v1.event_feed_pb2_grpc import add_EventFeedServicer_to_server

from rulebook.pack import load_pack
from servicekit.audit import Sealer
from servicekit.inbox import Consumer
from servicekit.relay import Relay
from servicekit.server import Bindings, Params
from services.cases.adapters.panels_feed import panels_pull
from services.cases.adapters.scheduler_feed import scheduler_pull
from services.cases.app.run_import import ImportRunner
from services.cases.rpc.cases_servicer import CasesServicer
from services.cases.rpc.error_table import ERROR_TABLE
from services.cases.rpc.feed_servicer import FeedServicer
from services.cases.rpc.obligations_servicer import ObligationsServicer
from services.cases.rpc.performance_servicer import PerformanceServicer
from services.cases.rpc.returns_servicer import ReturnsServicer
from services.cases.rpc.units import Door
from services.cases.storage.unit_of_work import Units
from services.cases.workers.follow_panels import apply_panels
from services.cases.workers.follow_scheduler import apply_scheduler
from services.cases.workers.run_imports import import_worker
from services.cases.workers.turn_of_day import TurnOfDay


async def bind(params: Params, bindings: Bindings) -> None:
    """Builds the service."""
    packs = {council.council_id: load_pack(council.pack) for council in params.councils}
    units = Units(params.database, params.clock, packs)
    called = {council.council_id: council.name for council in params.councils}
    door = Door(
        units.begin,
        params.clock.today,
        pack_of=lambda caller: packs[caller.council_id],
        name_of=lambda caller: called[caller.council_id],
    )
    bindings.add_servicer(add_CasesServiceServicer_to_server, CasesServicer(door), "permanence.cases.v1.CasesService")
    bindings.add_servicer(
        add_ObligationsServiceServicer_to_server, ObligationsServicer(door), "permanence.cases.v1.ObligationsService"
    )
    bindings.add_servicer(
        add_PerformanceServiceServicer_to_server, PerformanceServicer(door), "permanence.cases.v1.PerformanceService"
    )
    bindings.add_servicer(
        add_ReturnsServiceServicer_to_server, ReturnsServicer(door), "permanence.cases.v1.ReturnsService"
    )
    bindings.add_servicer(
        add_EventFeedServicer_to_server, FeedServicer(params.database, units.begin), "permanence.feed.v1.EventFeed"
    )
    bindings.add_error_table(ERROR_TABLE)
    bindings.add_worker("relay", Relay(params.database).run)
    bindings.add_worker("audit sealer", Sealer(params.database, params.councils).run)
    bindings.add_worker("turn of day", TurnOfDay(units.begin, params.councils).run)
    importing = import_worker(params.database, params.clock, params.councils, ImportRunner(units.begin))
    bindings.add_worker("import", importing.run)
    _follow(params, bindings, units)


def _follow(params: Params, bindings: Bindings, units: Units) -> None:
    scheduler = Consumer(
        "scheduler",
        scheduler_pull(params.peers["scheduler"]),
        apply_scheduler(units.within),
        params.database,
        params.councils,
        service="cases",
    )
    panels = Consumer(
        "panels",
        panels_pull(params.peers["panels"]),
        apply_panels(units.within),
        params.database,
        params.councils,
        service="cases",
    )
    bindings.add_worker("scheduler feed", scheduler.run)
    bindings.add_worker("panels feed", panels.run)
