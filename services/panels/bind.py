"""The one place that chooses concrete things."""

from typing import Final
from uuid import UUID

from permanence.feed.v1.event_feed_pb2_grpc import add_EventFeedServicer_to_server
from permanence.panels.v1.panels_service_pb2_grpc import add_PanelsServiceServicer_to_server
from permanence.panels.v1.referrals_service_pb2_grpc import add_ReferralsServiceServicer_to_server

from rulebook.pack import load_pack
from servicekit.audit import Sealer
from servicekit.config import Council
from servicekit.inbox import Consumer
from servicekit.lanes import LaneWorker
from servicekit.relay import Relay
from servicekit.server import Bindings, Params
from services.panels.adapters import cases_client, cases_feed, scheduler_client, scheduler_feed
from services.panels.adapters.delivery_folder import WatchedFolder
from services.panels.adapters.form_files import read_forms
from services.panels.adapters.known_facts import CasesFacts
from services.panels.adapters.page_writer import HtmlPageWriter
from services.panels.adapters.pull_feed import puller
from services.panels.app.arrange_agenda import AgendaKeeper
from services.panels.app.deliver_minutes import Delivery
from services.panels.app.ports import BodiesOf, CouncilBodies
from services.panels.config import PanelsSettings
from services.panels.domain.standing_bodies import standing_bodies
from services.panels.rpc.error_table import ERROR_TABLE
from services.panels.rpc.feed_servicer import FeedServicer
from services.panels.rpc.panels_servicer import PanelsServicer
from services.panels.rpc.referral_rpcs import ReferralsServicer
from services.panels.storage.lane_names import AGENDA_LANE, CLOCK_LANE, DELIVERY_LANE
from services.panels.storage.unit_of_work import PanelsUnit, Transactions
from services.panels.workers.apply_told_facts import applier
from services.panels.workers.watch_acknowledgements import AcknowledgementWatcher
from services.panels.workers.work_lanes import LaneWork

# A folder or a neighbour may be away for days; what waits must go on by itself when it comes back.
_TRIES: Final = 100_000
# An import's thousands of events need not be as many transactions; each of them is a copy and a lane to wake.
_TOGETHER: Final = 100


async def bind(params: Params, bindings: Bindings) -> None:
    """Servicers, workers and what they need."""
    bodies_of = _bodies_of(params.councils)
    _name_safe_methods(params)
    begin = Transactions(params.database).begin
    cases = cases_client.CasesClient(params.peers["cases"])
    meetings = scheduler_client.SchedulerClient(params.peers["scheduler"])
    writer = HtmlPageWriter()
    settings = params.config.settings_of(PanelsSettings)
    folder = WatchedFolder(settings.delivery_dir)

    servicer = PanelsServicer(begin, cases, meetings, writer, bodies_of)
    bindings.add_servicer(add_PanelsServiceServicer_to_server, servicer, "permanence.panels.v1.PanelsService")
    referrals = ReferralsServicer(begin, cases, CasesFacts(params.peers["cases"]), bodies_of, read_forms())
    bindings.add_servicer(add_ReferralsServiceServicer_to_server, referrals, "permanence.panels.v1.ReferralsService")
    feed = FeedServicer(params.database)
    bindings.add_servicer(add_EventFeedServicer_to_server, feed, "permanence.feed.v1.EventFeed")
    bindings.add_error_table(ERROR_TABLE)

    work = LaneWork(
        begin,
        bodies_of,
        {council.council_id: council for council in params.councils},
        AgendaKeeper(begin, cases),
        Delivery(begin, cases, writer, folder),
    )
    _add_lanes(params, bindings, work)
    _add_consumers(params, bindings, bodies_of)
    watcher = AcknowledgementWatcher(begin, folder, params.councils, settings.acknowledgement_seconds)
    bindings.add_worker("acknowledgements", watcher.run)
    bindings.add_worker("relay", Relay(params.database).run)
    bindings.add_worker("sealer", Sealer(params.database, params.councils).run)


def _bodies_of(councils: tuple[Council, ...]) -> BodiesOf:
    """Read once: a pack that cannot be read keeps the service from starting."""
    read = {council.council_id: _council_bodies(council) for council in councils}

    def bodies_of(council_id: UUID) -> CouncilBodies:
        return read[council_id]

    return bodies_of


def _council_bodies(council: Council) -> CouncilBodies:
    pack = load_pack(council.pack)
    kinds = pack.meeting_kinds
    return CouncilBodies(
        bodies=standing_bodies(council.council_id, pack),
        titles={kind_id: pack.label(kind.title) for kind_id, kind in kinds.items()},
        chair_roles={kind_id: kind.chair_role.value for kind_id, kind in kinds.items()},
    )


def _name_safe_methods(params: Params) -> None:
    for peer, client in (("cases", cases_client), ("scheduler", scheduler_client)):
        params.peers[peer].retry_safely(client.SERVICE, client.SAFE_METHODS)


def _add_lanes(params: Params, bindings: Bindings, work: LaneWork) -> None:
    for kind, do in ((AGENDA_LANE, work.arrange), (DELIVERY_LANE, work.deliver), (CLOCK_LANE, work.watch)):
        lane = LaneWorker(params.database, params.clock, kind, do, at_once=2, tries=_TRIES)
        bindings.add_worker(kind, lane.run)


def _add_consumers(params: Params, bindings: Bindings, bodies_of: BodiesOf) -> None:
    apply = applier(PanelsUnit, bodies_of)
    for producer, told in (("scheduler", scheduler_feed), ("cases", cases_feed)):
        pull = puller(params.peers[producer], told.TYPES, told.read_fact)
        consumer = Consumer(
            producer, pull, apply, params.database, params.councils, service="panels", together=_TOGETHER
        )
        bindings.add_worker(f"{producer} feed", consumer.run)
