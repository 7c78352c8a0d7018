"""The one place that chooses concrete things."""

from typing import Final
from uuid import UUID

from permanence.feed.v1.event_feed_pb2_grpc import add_EventFeedServicer_to_server
from permanence.panels.v1.actions_service_pb2_grpc import add_ActionsServiceServicer_to_server
from permanence.panels.v1.composition_service_pb2_grpc import add_CompositionServiceServicer_to_server
from permanence.panels.v1.decisions_service_pb2_grpc import add_DecisionsServiceServicer_to_server
from permanence.panels.v1.item_people_service_pb2_grpc import add_ItemPeopleServiceServicer_to_server
from permanence.panels.v1.minutes_service_pb2_grpc import add_MinutesServiceServicer_to_server
from permanence.panels.v1.panels_service_pb2_grpc import add_PanelsServiceServicer_to_server
from permanence.panels.v1.papers_service_pb2_grpc import add_PapersServiceServicer_to_server
from permanence.panels.v1.referrals_service_pb2_grpc import add_ReferralsServiceServicer_to_server
from permanence.panels.v1.run_sheet_service_pb2_grpc import add_RunSheetServiceServicer_to_server

from rulebook.pack import load_pack
from servicekit.audit import Sealer
from servicekit.config import Council
from servicekit.inbox import Consumer
from servicekit.lanes import LaneWorker
from servicekit.relay import Relay
from servicekit.server import Bindings, Params
from services.panels.adapters import cases_client, cases_feed, scheduler_client, scheduler_feed, sitting_parts_client
from services.panels.adapters.cases_people import CasesPeople
from services.panels.adapters.delivery_ways import case_systems
from services.panels.adapters.document_writer import ThreeForms
from services.panels.adapters.form_files import read_forms
from services.panels.adapters.known_facts import CasesFacts
from services.panels.adapters.minutes_facts import PeersFacts
from services.panels.adapters.minutes_form_files import minutes_forms
from services.panels.adapters.pack_binder import PdfPackBinder
from services.panels.adapters.paper_reader import PaperLooker
from services.panels.adapters.pull_feed import puller
from services.panels.app.arrange_agenda import AgendaKeeper
from services.panels.app.deliver_minutes import Delivery
from services.panels.app.invite_item_people import ItemInviter
from services.panels.app.ports import BodiesOf, CouncilBodies
from services.panels.app.render_agenda_pack import PackMaker
from services.panels.app.render_minutes import Rendering
from services.panels.config import PanelsSettings
from services.panels.domain.council_law import law_of
from services.panels.domain.standing_bodies import standing_bodies
from services.panels.rpc.action_rpcs import ActionRpcs
from services.panels.rpc.composition_rpcs import CompositionServicer
from services.panels.rpc.decision_rpcs import DecisionRpcs
from services.panels.rpc.error_table import ERROR_TABLE
from services.panels.rpc.feed_servicer import FeedServicer
from services.panels.rpc.item_people_servicer import ItemPeopleServicer
from services.panels.rpc.minutes_servicer import MinutesServicer
from services.panels.rpc.panels_servicer import PanelsServicer
from services.panels.rpc.papers_servicer import PapersServicer
from services.panels.rpc.referral_rpcs import ReferralsServicer
from services.panels.rpc.run_sheet_rpcs import RunSheetServicer
from services.panels.storage.lane_names import AGENDA_LANE, CLOCK_LANE, DECISION_LANE, DELIVERY_LANE, ITEM_PEOPLE_LANE
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
    writer = ThreeForms()
    settings = params.config.settings_of(PanelsSettings)
    case_system = case_systems(settings.delivery_dir, settings.delivery_ways)

    people = CasesPeople(params.peers["cases"])
    servicer = PanelsServicer(begin, cases, people, meetings, writer, bodies_of)
    bindings.add_servicer(add_PanelsServiceServicer_to_server, servicer, "permanence.panels.v1.PanelsService")
    maker = PackMaker(begin, cases, people, writer, PdfPackBinder())
    papers = PapersServicer(begin, PaperLooker(writer), maker, bodies_of)
    bindings.add_servicer(add_PapersServiceServicer_to_server, papers, "permanence.panels.v1.PapersService")
    sheets = RunSheetServicer(begin, cases, people, bodies_of)
    bindings.add_servicer(add_RunSheetServiceServicer_to_server, sheets, "permanence.panels.v1.RunSheetService")
    item_people = ItemPeopleServicer(begin, cases, people, bodies_of)
    bindings.add_servicer(
        add_ItemPeopleServiceServicer_to_server, item_people, "permanence.panels.v1.ItemPeopleService"
    )
    composition = CompositionServicer(begin, cases, people, bodies_of)
    bindings.add_servicer(
        add_CompositionServiceServicer_to_server, composition, "permanence.panels.v1.CompositionService"
    )
    known = CasesFacts(params.peers["cases"], params.clock)
    facts = PeersFacts(known, params.peers["cases"], params.peers["scheduler"])
    minutes = MinutesServicer(begin, cases, people, facts, writer, bodies_of)
    bindings.add_servicer(add_MinutesServiceServicer_to_server, minutes, "permanence.panels.v1.MinutesService")
    referrals = ReferralsServicer(begin, cases, known, bodies_of, read_forms(), writer)
    bindings.add_servicer(add_ReferralsServiceServicer_to_server, referrals, "permanence.panels.v1.ReferralsService")
    decisions = DecisionRpcs(begin, cases, cases, meetings, ThreeForms(), bodies_of)
    bindings.add_servicer(add_DecisionsServiceServicer_to_server, decisions, "permanence.panels.v1.DecisionsService")
    actions = ActionRpcs(begin, cases, cases, bodies_of)
    bindings.add_servicer(add_ActionsServiceServicer_to_server, actions, "permanence.panels.v1.ActionsService")
    feed = FeedServicer(params.database)
    bindings.add_servicer(add_EventFeedServicer_to_server, feed, "permanence.feed.v1.EventFeed")
    bindings.add_error_table(ERROR_TABLE)

    delivery = Delivery(begin, cases, Rendering(begin, cases), writer, case_system)
    work = LaneWork(
        begin,
        bodies_of,
        {council.council_id: council for council in params.councils},
        AgendaKeeper(begin, cases),
        delivery,
        ItemInviter(begin, sitting_parts_client.SittingPartsClient(params.peers["scheduler"])),
    )
    _add_lanes(params, bindings, work)
    _add_consumers(params, bindings, bodies_of)
    watcher = AcknowledgementWatcher(begin, delivery, params.councils, settings.acknowledgement_seconds)
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
        forms=minutes_forms(),
        law=law_of(pack),
    )


def _name_safe_methods(params: Params) -> None:
    clients = (("cases", cases_client), ("scheduler", scheduler_client), ("scheduler", sitting_parts_client))
    for peer, client in clients:
        params.peers[peer].retry_safely(client.SERVICE, client.SAFE_METHODS)


def _add_lanes(params: Params, bindings: Bindings, work: LaneWork) -> None:
    for kind, do in (
        (AGENDA_LANE, work.arrange),
        (DELIVERY_LANE, work.deliver),
        (CLOCK_LANE, work.watch),
        (DECISION_LANE, work.watch_decision),
        (ITEM_PEOPLE_LANE, work.invite),
    ):
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
