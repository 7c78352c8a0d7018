"""The service's own settings: whose mailbox, which Graph, which mail server."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from servicekit.config import PRODUCTION, ServiceConfig, ServiceShape, is_loopback
from servicekit.environment import Environment
from services.notifications.council_config import CouncilSettings, read_address, read_council, read_tenants
from services.notifications.domain.attendee_link import LEAST_KEY
from services.notifications.domain.brake import MOST_AN_HOUR
from services.notifications.domain.free_busy import Reach

GRAPH_URL = "https://graph.microsoft.com/v1.0"
_LOGIN = "https://login.microsoftonline.com"


@dataclass(frozen=True)
class GraphSettings:
    """How Microsoft Graph is reached, and as whom: a certificate, or a secret where there is none."""

    url: str
    authority: str
    client_id: str
    client_secret: str = field(repr=False)
    certificate: Path | None
    key: Path | None
    ca_file: Path | None
    seconds: float


@dataclass(frozen=True)
class SmtpSettings:
    """The council's mail server. `from_address` is the sender and the organiser of e-mailed invitations.

    `security` is `starttls`, `tls` or, on this machine and outside production only, `none`.
    """

    host: str
    port: int
    from_address: str
    security: str
    ca_file: Path | None


@dataclass(frozen=True)
class WebhookSettings:
    """Where notices of changes are listened for, and the address by which Graph reaches that from outside."""

    host: str
    port: int
    public_url: str


@dataclass(frozen=True)
class NotificationsSettings:
    """No Graph means no tenant; no mail server means nothing is e-mailed.

    `mailboxes` is by council slug. `common` is for whoever has no setting of their own in `own`, by council slug.

    `web_url`: where people open the site; empty: no links can be made. `link_key` signs those of invitations;
    empty: none are made. `mails_per_hour`: people written to from one mailbox or mail server, at most. `reaches`:
    whose busy times may be read, by council slug.
    """

    graph: GraphSettings | None
    mailboxes: Mapping[str, str]
    smtp: SmtpSettings | None
    reply_seconds: float
    web_url: str = ""
    webhook: WebhookSettings | None = None
    mails_per_hour: int = MOST_AN_HOUR
    reaches: Mapping[str, Reach] = field(default_factory=dict)
    common: CouncilSettings = field(default_factory=CouncilSettings)
    link_key: bytes = field(default=b"", repr=False)
    own: Mapping[str, CouncilSettings] = field(default_factory=dict)

    def of(self, slug: str) -> CouncilSettings:
        """One council's: each thing its own, else the one for all. Who reads a mailbox of their own reads no other."""
        own, common = self.own.get(slug, CouncilSettings()), self.common
        reads_own = own.imap is not None or own.replies is not None
        return CouncilSettings(
            own.mail_from or common.mail_from,
            own.notify or common.notify,
            own.imap if reads_own else common.imap,
            own.replies if reads_own else common.replies,
            own.business_support or common.business_support,
        )


def settings(env: Environment) -> NotificationsSettings:
    """Read everything; faults are collected in `env`."""
    production = env.text("PERMANENCE_ENV", PRODUCTION) == PRODUCTION
    tenants = read_tenants(env, production)
    mailboxes = {council: tenant.mailbox for council, tenant in tenants.items() if tenant.mailbox}
    smtp = _smtp(env, production)
    common = read_council(env, production, smtp.from_address if smtp else "")
    by_graph = bool(mailboxes or common.replies or any(tenant.own.replies for tenant in tenants.values()))
    return NotificationsSettings(
        _graph(env, production) if by_graph else None,
        mailboxes,
        smtp,
        env.seconds("PERMANENCE_REPLY_SECONDS", 15.0),
        _web_url(env),
        _webhook(env),
        _mails_per_hour(env),
        {council: tenant.reach for council, tenant in tenants.items()},
        common,
        _link_key(env),
        {council: tenant.own for council, tenant in tenants.items()},
    )


def _mails_per_hour(env: Environment) -> int:
    most = env.integer("PERMANENCE_MAILS_PER_HOUR", MOST_AN_HOUR)
    if most < 1:
        env.fault("PERMANENCE_MAILS_PER_HOUR must be 1 or more; to stop everything, use the page about integration")
    return most


def _graph(env: Environment, production: bool) -> GraphSettings:
    found = GraphSettings(
        url=env.text("PERMANENCE_GRAPH_URL", GRAPH_URL).rstrip("/"),
        authority=env.text("PERMANENCE_GRAPH_AUTHORITY", _LOGIN).rstrip("/"),
        client_id=env.text("PERMANENCE_GRAPH_CLIENT_ID"),
        client_secret=env.secret("PERMANENCE_GRAPH_CLIENT_SECRET", ""),
        certificate=env.existing_file("PERMANENCE_GRAPH_CERTIFICATE"),
        key=env.existing_file("PERMANENCE_GRAPH_KEY"),
        ca_file=env.existing_file("PERMANENCE_CA_FILE"),
        seconds=env.seconds("PERMANENCE_GRAPH_TIMEOUT_SECONDS", 30.0),
    )
    if not found.client_secret and not (found.certificate and found.key):
        env.fault("set PERMANENCE_GRAPH_CERTIFICATE and PERMANENCE_GRAPH_KEY, or PERMANENCE_GRAPH_CLIENT_SECRET")
    for name, url in (("PERMANENCE_GRAPH_URL", found.url), ("PERMANENCE_GRAPH_AUTHORITY", found.authority)):
        _check_url(env, name, url, production)
    return found


def _check_url(env: Environment, name: str, url: str, production: bool) -> None:
    parts = urlsplit(url)
    if parts.scheme != "https" or not parts.hostname:
        env.fault(f"{name} must begin with https:// and name a host")
    elif production and is_loopback(parts.hostname):
        env.fault(f"{name}: an emulator's address is refused in production")


def _web_url(env: Environment) -> str:
    """As the site's own setting; empty where it is not set."""
    url = env.text("PERMANENCE_WEB_PUBLIC_URL", "").rstrip("/")
    parts = urlsplit(url)
    local = bool(parts.hostname) and is_loopback(parts.hostname or "")
    if url and (not parts.hostname or parts.scheme != "https") and not (local and parts.scheme == "http"):
        env.fault("PERMANENCE_WEB_PUBLIC_URL must begin with https:// unless it is an address of this machine")
    return url


def _webhook(env: Environment) -> WebhookSettings | None:
    """None without both settings: then changes are found by reading alone."""
    listen = env.text("PERMANENCE_WEBHOOK_LISTEN", "")
    url = env.text("PERMANENCE_WEBHOOK_PUBLIC_URL", "").rstrip("/")
    if not listen and not url:
        return None
    parts = urlsplit(url)
    if not listen or not parts.hostname:
        env.fault("set both PERMANENCE_WEBHOOK_LISTEN and PERMANENCE_WEBHOOK_PUBLIC_URL, or neither")
        return None
    if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(parts.hostname)):
        env.fault("PERMANENCE_WEBHOOK_PUBLIC_URL must begin with https:// unless it is an address of this machine")
    return WebhookSettings(*env.address("PERMANENCE_WEBHOOK_LISTEN"), url)


def _link_key(env: Environment) -> bytes:
    """All bytes of the file; empty where none is set."""
    path = env.existing_file("PERMANENCE_LINK_KEY_FILE")
    key = path.read_bytes() if path and path.is_file() else b""
    if path and len(key) < LEAST_KEY:
        env.fault(f"PERMANENCE_LINK_KEY_FILE must hold at least {LEAST_KEY} random bytes; it is a secret")
    return key


def _smtp(env: Environment, production: bool) -> SmtpSettings | None:
    host = env.text("PERMANENCE_SMTP_HOST", "")
    if not host:
        return None
    if production and is_loopback(host):
        env.fault("PERMANENCE_SMTP_HOST: a mail sink on this machine is refused in production")
    unprotected_default = is_loopback(host) and not production
    security = env.choice(
        "PERMANENCE_SMTP_SECURITY", ("starttls", "tls", "none"), "none" if unprotected_default else "starttls"
    )
    if security == "none" and not unprotected_default:
        env.fault("PERMANENCE_SMTP_SECURITY: none is for a mail sink on this machine, outside production")
    return SmtpSettings(
        host,
        env.integer("PERMANENCE_SMTP_PORT", 25),
        read_address(env, "PERMANENCE_SMTP_FROM"),
        security,
        env.existing_file("PERMANENCE_SMTP_CA_FILE"),
    )


def _shared(config: ServiceConfig) -> Iterator[str]:
    """What is one council's own, and would be several councils': each one's people written to and read by the others.

    Made-up councils may share it.
    """
    if config.environment != PRODUCTION:
        return
    found = config.settings_of(NotificationsSettings)
    of_each = [found.of(council.slug) for council in config.councils]
    reading = [one for one in of_each if one.imap or one.replies]
    shared: dict[str, Sequence[object]] = {
        "PERMANENCE_NOTIFY_API_KEY": [one.notify.api_key for one in of_each if one.notify],
        "PERMANENCE_IMAP_HOST": [(one.imap.host, one.imap.user, one.imap.folder) for one in of_each if one.imap],
        "PERMANENCE_REPLY_MAILBOX": [one.replies.address.casefold() for one in of_each if one.replies],
        "PERMANENCE_SMTP_FROM": [one.mail_from.casefold() for one in reading],
        "PERMANENCE_BUSINESS_SUPPORT_ADDRESS": [
            one.business_support.casefold() for one in of_each if one.business_support
        ],
    }
    for name, used in shared.items():
        if len(set(used)) < len(used):
            yield (
                f"{name} serves one council, and several of PERMANENCE_COUNCILS would share it: give each its own under"
                " `settings` in PERMANENCE_TENANTS"
            )


SHAPE = ServiceShape(
    "notifications",
    listen="127.0.0.1:50054",
    peers={"cases": "127.0.0.1:50051", "scheduler": "127.0.0.1:50052", "panels": "127.0.0.1:50053"},
    settings=settings,
    faults_of=_shared,
)
