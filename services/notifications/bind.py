"""The only place that chooses concrete things."""

import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, partial
from typing import NamedTuple
from uuid import UUID

import aiohttp
from permanence.feed.v1.event_feed_pb2_grpc import add_EventFeedServicer_to_server
from permanence.notifications.v1.attendee_service_pb2_grpc import add_AttendeeServiceServicer_to_server
from permanence.notifications.v1.free_busy_service_pb2_grpc import add_FreeBusyServiceServicer_to_server
from permanence.notifications.v1.integration_service_pb2_grpc import add_IntegrationServiceServicer_to_server
from permanence.notifications.v1.notifications_service_pb2_grpc import add_NotificationsServiceServicer_to_server
from permanence.notifications.v1.outlook_service_pb2_grpc import add_OutlookServiceServicer_to_server

from rulebook.pack import Ladder, load_pack
from servicekit import feed
from servicekit.audit import Sealer
from servicekit.backoff import Backoff
from servicekit.config import Council
from servicekit.inbox import Consumer
from servicekit.lanes import LaneWorker
from servicekit.log import allow_keys
from servicekit.relay import Relay
from servicekit.server import Bindings, Params
from services.notifications.adapters import panels_peer
from services.notifications.adapters.cases_peer import CasesPeer, CasesSight
from services.notifications.adapters.certificate import certificate_end
from services.notifications.adapters.date_offer_peer import DateOfferPeer
from services.notifications.adapters.feeds import cases_puller, panels_puller, scheduler_puller
from services.notifications.adapters.govuk_notify import GovukNotify, NotifyAccount
from services.notifications.adapters.graph_calendar import GraphCalendar
from services.notifications.adapters.graph_mailbox import GraphMailbox
from services.notifications.adapters.graph_session import GraphSession
from services.notifications.adapters.graph_subscriptions import GraphSubscriptions
from services.notifications.adapters.graph_tokens import AppCertificate, AppSecret, GraphTokens, TenantApp
from services.notifications.adapters.imap_mailbox import ImapMailbox, ImapSecurity, ImapServer
from services.notifications.adapters.imip_calendar import calendar_object
from services.notifications.adapters.panels_peer import PanelsPeer
from services.notifications.adapters.scheduler_peer import SchedulerPeer
from services.notifications.adapters.smtp_mail import SmtpMail, SmtpSecurity, SmtpServer
from services.notifications.app.chaser_ports import ChaserDesk
from services.notifications.app.integration_health import IntegrationDesk
from services.notifications.app.notify_service import NotifyService
from services.notifications.app.ports import Desk, OutlookDesk, Outside, QuestionDesk
from services.notifications.app.read_mail import read_mail
from services.notifications.app.read_receipts import read_receipts
from services.notifications.app.read_replies import read_replies
from services.notifications.app.reply_mailbox import ReplyMailbox
from services.notifications.config import GraphSettings, NotificationsSettings
from services.notifications.council_config import CouncilSettings, NotifySettings
from services.notifications.domain.attendee_link import LinkSigner
from services.notifications.domain.free_busy import EVERYBODY
from services.notifications.domain.meeting import Channel, Sender
from services.notifications.domain.route import Route
from services.notifications.rpc.attendee_servicer import AttendeeServicer
from services.notifications.rpc.error_table import ERROR_TABLE
from services.notifications.rpc.feed_servicer import FeedServicer
from services.notifications.rpc.free_busy_servicer import FreeBusyServicer
from services.notifications.rpc.integration_servicer import IntegrationServicer
from services.notifications.rpc.invitation_servicer import InvitationServicer
from services.notifications.rpc.outlook_servicer import OutlookServicer
from services.notifications.storage.unit_of_work import (
    CHASER_LANE,
    LANE,
    OFFER_LANE,
    REMINDER_LANE,
    UnitOfWork,
    beginner,
)
from services.notifications.workers.hearing import hearer
from services.notifications.workers.listening import Listener
from services.notifications.workers.nudges import Nudges
from services.notifications.workers.reconciling import Reconciler
from services.notifications.workers.subscribing import SubscriptionKeeper
from services.notifications.workers.telling import asker, chaser, reminder, teller
from services.notifications.workers.webhook import PATH, Webhook

_SERVICE = "notifications"
# What cannot be sent now is tried again for weeks, at most once a minute: no lane is ever given up by itself.
_TRIES = 1_000_000
_BACKOFF = Backoff(first=0.5, most=60.0)
_TOGETHER = 100
# More than Graph takes at once, so that its turns are always taken; never all of them for one council.
_LANES, _LANES_OF_A_COUNCIL = 16, 12


async def bind(params: Params, bindings: Bindings) -> None:
    """The service as it runs for a council: Outlook and the mail server as the settings say."""
    await bind_with(_outside(params, bindings), params, bindings)


async def bind_with(outside: Mapping[UUID, Outside], params: Params, bindings: Bindings) -> None:
    """The service on a given outside; tests give their own."""
    allow_keys("meeting", "invitation")
    for name, service, methods in _SAFE_READS:
        params.peers[name].retry_safely(service, methods)
    begin = beginner(params.database)
    scheduler, cases = params.peers["scheduler"], params.peers["cases"]
    settings = params.config.settings_of(NotificationsSettings)
    scheduler_peer = SchedulerPeer(scheduler)
    desk = Desk(begin, scheduler_peer, CasesPeer(cases), outside, settings.mails_per_hour, _ladders(params))
    web_url = settings.web_url
    telephones = {council.council_id: council.telephone for council in params.councils}
    mailboxes = {council.council_id: settings.of(council.slug).business_support for council in params.councils}
    chasers = ChaserDesk(desk, PanelsPeer(params.peers["panels"]), CasesSight(cases), web_url, telephones, mailboxes)
    questions = QuestionDesk(desk, DateOfferPeer(scheduler), web_url, telephones)
    bindings.add_servicer(
        add_NotificationsServiceServicer_to_server,
        InvitationServicer(questions, chasers, begin),
        "permanence.notifications.v1.NotificationsService",
    )
    bindings.add_servicer(
        add_FreeBusyServiceServicer_to_server, FreeBusyServicer(desk), "permanence.notifications.v1.FreeBusyService"
    )
    bindings.add_servicer(
        add_IntegrationServiceServicer_to_server,
        IntegrationServicer(_integration(questions, settings), begin),
        "permanence.notifications.v1.IntegrationService",
    )
    bindings.add_servicer(
        add_AttendeeServiceServicer_to_server,
        AttendeeServicer(desk, begin, telephones, calendar_object),
        "permanence.notifications.v1.AttendeeService",
    )
    bindings.add_servicer(
        add_OutlookServiceServicer_to_server,
        OutlookServicer(OutlookDesk(desk, scheduler_peer), begin),
        "permanence.notifications.v1.OutlookService",
    )
    read = partial(feed.read, params.database)
    bindings.add_servicer(add_EventFeedServicer_to_server, FeedServicer(read), "permanence.feed.v1.EventFeed")
    bindings.add_error_table(ERROR_TABLE)
    _add_workers(params, bindings, questions, chasers)


def _ladders(params: Params) -> Mapping[UUID, Mapping[str, Ladder]]:
    packs = {council.council_id: load_pack(council.pack) for council in params.councils}
    return {found: {kind.id: kind.ladder for kind in pack.meeting_kinds.values()} for found, pack in packs.items()}


_SAFE_READS = (
    ("scheduler", "permanence.scheduler.v1.SchedulerService", ["GetMeeting", "ListRooms"]),
    ("scheduler", "permanence.scheduler.v1.DateOffersService", ["GetDateOffer"]),
    ("cases", "permanence.cases.v1.CasesService", ["ResolveRecipients", "ListRestrictions", "FilterSubjects"]),
    ("panels", panels_peer.SERVICE, panels_peer.SAFE_METHODS),
)


def _add_workers(params: Params, bindings: Bindings, questions: QuestionDesk, chasers: ChaserDesk) -> None:
    desk, database, councils = questions.desk, params.database, params.councils
    apply = hearer(UnitOfWork)
    bindings.add_worker("relay", Relay(database).run)
    bindings.add_worker("sealer", Sealer(database, councils).run)
    for name, pull in (
        ("scheduler", scheduler_puller(params.peers["scheduler"])),
        ("cases", cases_puller(params.peers["cases"])),
        ("panels", panels_puller(params.peers["panels"])),
    ):
        consumer = Consumer(name, pull, apply, database, councils, service=_SERVICE, together=_TOGETHER)
        bindings.add_worker(f"{name} feed", consumer.run)
    for kind, name, work in (
        (OFFER_LANE, "date offers", asker(questions, councils)),
        (REMINDER_LANE, "reminders", reminder(desk, councils)),
        (CHASER_LANE, "chasers", chaser(chasers, councils)),
    ):
        lane = LaneWorker(database, params.clock, kind, work, tries=_TRIES, backoff=_BACKOFF)
        bindings.add_worker(name, lane.run)
    lanes = LaneWorker(
        database,
        params.clock,
        LANE,
        teller(desk, councils),
        at_once=_LANES,
        most_per_council=_LANES_OF_A_COUNCIL,
        tries=_TRIES,
        backoff=_BACKOFF,
    )
    bindings.add_worker("lanes", lanes.run)
    every = params.config.settings_of(NotificationsSettings).reply_seconds
    nudges = Nudges()
    replies = Listener(desk, councils, every, read_replies, "replies not read", nudges)
    bindings.add_worker("replies", replies.run)
    bindings.add_worker("receipts", Listener(desk, councils, every, read_receipts, "receipts not read").run)
    bindings.add_worker("mail replies", Listener(desk, councils, every, read_mail, "mail replies not read").run)
    webhook = params.config.settings_of(NotificationsSettings).webhook
    if webhook is not None:
        bindings.add_worker("webhook", Webhook(nudges, webhook.host, webhook.port).run)
        keeper = SubscriptionKeeper(desk, councils, nudges, webhook.public_url + PATH)
        bindings.add_worker("subscriptions", keeper.run)
    bindings.add_worker("reconcile", Reconciler(desk, councils, every).run)


def _outside(params: Params, bindings: Bindings) -> Mapping[UUID, Outside]:
    """One for each council: its calendar where it has a mailbox, the mail server where there is one."""
    settings = params.config.settings_of(NotificationsSettings)
    tenants = _tenants(params, bindings, settings)
    shared = _Shared(_mail(settings), _links(settings), cache(_notify))
    return {
        council.council_id: _outside_of(council, settings, tenants.get(council.council_id), shared)
        for council in params.councils
    }


@dataclass(frozen=True)
class _Shared:
    """What all councils have in common; `notify` gives equal settings the same client, which bounds what it asks."""

    mail: SmtpMail | None
    links: LinkSigner | None
    notify: Callable[[NotifySettings], NotifyService]


def _outside_of(
    council: Council, settings: NotificationsSettings, tenant: "_Tenant | None", shared: _Shared
) -> Outside:
    found, address = settings.of(council.slug), settings.mailboxes.get(council.slug, "")
    by_notify = frozenset(_TEMPLATES_OF[route] for route in _templates(found.notify))
    in_outlook = tenant if address else None
    return Outside(
        Sender(council.name, address, found.mail_from, by_notify=by_notify, links=shared.links),
        found.mail_from.rpartition("@")[2] or "localhost",
        GraphCalendar(*in_outlook) if in_outlook else None,
        shared.mail,
        notices=GraphSubscriptions(*in_outlook) if in_outlook else None,
        reach=settings.reaches.get(council.slug, EVERYBODY),
        notify=shared.notify(found.notify) if found.notify else None,
        mailbox=_mailbox(found, tenant),
    )


def _integration(questions: QuestionDesk, settings: NotificationsSettings) -> IntegrationDesk:
    certificate = settings.graph.certificate if settings.graph else None
    mail = _mail(settings)
    return IntegrationDesk(
        questions.desk,
        questions.offers,
        certificate_end(certificate) if certificate else None,
        mail.answers if mail is not None else None,
    )


class _Tenant(NamedTuple):
    """What is asked of Graph for one council: over what, as whom, where."""

    session: GraphSession
    tokens: GraphTokens
    url: str


def _tenants(params: Params, bindings: Bindings, settings: NotificationsSettings) -> Mapping[UUID, _Tenant]:
    """For each council with a mailbox in Exchange; all share Graph's limit on requests at once."""
    graph = settings.graph
    if graph is None:
        return {}
    http = aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(ssl=ssl.create_default_context(cafile=graph.ca_file)),
        timeout=aiohttp.ClientTimeout(total=graph.seconds),
    )
    session = GraphSession(http)
    bindings.add_closer(session.close)
    return {
        council.council_id: _Tenant(session, GraphTokens(_tenant_app(graph, council)), graph.url)
        for council in params.councils
        if council.slug in settings.mailboxes or settings.of(council.slug).replies
    }


def _tenant_app(graph: GraphSettings, council: Council) -> TenantApp:
    credential: AppSecret | AppCertificate = AppSecret(graph.client_secret)
    if graph.certificate and graph.key:
        credential = AppCertificate(graph.certificate.read_text("ascii"), graph.key.read_text("ascii"))
    return TenantApp(graph.authority, council.tenant_id, graph.client_id, credential, graph.ca_file)


def _links(settings: NotificationsSettings) -> LinkSigner | None:
    """None where there is no key, or no address at which people open the site."""
    return LinkSigner(settings.link_key, settings.web_url) if settings.link_key and settings.web_url else None


def _mail(settings: NotificationsSettings) -> SmtpMail | None:
    smtp = settings.smtp
    if smtp is None:
        return None
    return SmtpMail(SmtpServer(smtp.host, smtp.port, SmtpSecurity(smtp.security), smtp.ca_file))


_TEMPLATES_OF = {Route.NOTIFY_EMAIL: Channel.EMAIL, Route.TEXT: Channel.TEXT, Route.LETTER: Channel.LETTER}


def _templates(notify: NotifySettings | None) -> Mapping[Route, str]:
    """Of each route that Notify carries."""
    if notify is None:
        return {}
    named = {
        Route.NOTIFY_EMAIL: notify.email_template,
        Route.TEXT: notify.text_template,
        Route.LETTER: notify.letter_template,
    }
    return {route: template for route, template in named.items() if template}


def _notify(notify: NotifySettings) -> NotifyService:
    return GovukNotify(NotifyAccount(notify.url, notify.api_key, _templates(notify)))


def _mailbox(found: CouncilSettings, tenant: _Tenant | None) -> ReplyMailbox | None:
    imap, replies = found.imap, found.replies
    if replies is not None and tenant is not None:
        return GraphMailbox(*tenant, replies.address, replies.trusted_authserv)
    if imap is None:
        return None
    security = ImapSecurity(imap.security)
    return ImapMailbox(
        ImapServer(
            imap.host, imap.port, imap.user, imap.password, security, imap.ca_file, imap.folder, imap.trusted_authserv
        )
    )
