"""The service's own settings: whose mailbox, which Graph, which mail server."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import yaml

from servicekit.config import PRODUCTION, ServiceConfig, ServiceShape, is_loopback
from servicekit.environment import Environment
from services.notifications.domain.attendee_link import LEAST_KEY
from services.notifications.domain.brake import MOST_AN_HOUR
from services.notifications.domain.free_busy import EVERYBODY, Reach

GRAPH_URL = "https://graph.microsoft.com/v1.0"
NOTIFY_URL = "https://api.notifications.service.gov.uk"
NOBODY = "none"
_UUID = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_NOTIFY_KEY = re.compile(f".+-{_UUID}-{_UUID}")
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
class ImapSettings:
    """The mailbox to which e-mailed invitations are answered. `security` as for the mail server.

    `trusted_authserv`: the council's own mail gateway by its authserv-id (RFC 8601); empty: nobody vouches.
    """

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    security: str
    ca_file: Path | None
    folder: str
    trusted_authserv: str


@dataclass(frozen=True)
class WebhookSettings:
    """Where notices of changes are listened for, and the address by which Graph reaches that from outside."""

    host: str
    port: int
    public_url: str


@dataclass(frozen=True)
class Tenant:
    """One council's: its meetings mailbox, and whose busy times may be read."""

    mailbox: str
    reach: Reach


@dataclass(frozen=True)
class NotifySettings:
    """The council's service of GOV.UK Notify. A channel without a template is not carried by it."""

    url: str
    api_key: str = field(repr=False)
    email_template: str
    text_template: str
    letter_template: str


@dataclass(frozen=True)
class NotificationsSettings:
    """No Graph means no tenant; no mail server means nothing is e-mailed; no IMAP means no answer by e-mail is read.

    `mailboxes` is by council slug.

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
    notify: NotifySettings | None = None
    link_key: bytes = field(default=b"", repr=False)
    imap: ImapSettings | None = None


def settings(env: Environment) -> NotificationsSettings:
    """Read everything; faults are collected in `env`."""
    production = env.text("PERMANENCE_ENV", PRODUCTION) == PRODUCTION
    tenants = _tenants(env)
    mailboxes = {council: tenant.mailbox for council, tenant in tenants.items()}
    graph = _graph(env, production) if mailboxes else None
    return NotificationsSettings(
        graph,
        mailboxes,
        _smtp(env, production),
        env.seconds("PERMANENCE_REPLY_SECONDS", 15.0),
        _web_url(env),
        _webhook(env),
        _mails_per_hour(env),
        {council: tenant.reach for council, tenant in tenants.items()},
        _notify(env, production),
        _link_key(env),
        _imap(env, production),
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
        _address(env, "PERMANENCE_SMTP_FROM"),
        security,
        env.existing_file("PERMANENCE_SMTP_CA_FILE"),
    )


def _notify(env: Environment, production: bool) -> NotifySettings | None:
    """None without a key. The emulator's plain http is for this machine, outside production only."""
    key = env.secret("PERMANENCE_NOTIFY_API_KEY", "")
    if not key:
        return None
    found = NotifySettings(
        url=env.text("PERMANENCE_NOTIFY_URL", NOTIFY_URL).rstrip("/"),
        api_key=key,
        email_template=env.text("PERMANENCE_NOTIFY_TEMPLATE_EMAIL", ""),
        text_template=env.text("PERMANENCE_NOTIFY_TEMPLATE_TEXT", ""),
        letter_template=env.text("PERMANENCE_NOTIFY_TEMPLATE_LETTER", ""),
    )
    parts = urlsplit(found.url)
    here = is_loopback(parts.hostname or "")
    if not parts.hostname or (parts.scheme != "https" and not here):
        env.fault("PERMANENCE_NOTIFY_URL must begin with https:// and name a host")
    elif production and here:
        env.fault("PERMANENCE_NOTIFY_URL: an emulator's address is refused in production")
    if not _NOTIFY_KEY.fullmatch(key):
        env.fault("PERMANENCE_NOTIFY_API_KEY must be a whole key: its name, the service's id and its secret")
    if not (found.email_template or found.text_template or found.letter_template):
        env.fault("set PERMANENCE_NOTIFY_TEMPLATE_TEXT, _LETTER or _EMAIL: without a template nothing can be sent")
    return found


def _imap(env: Environment, production: bool) -> ImapSettings | None:
    host = env.text("PERMANENCE_IMAP_HOST", "")
    if not host:
        return None
    if production and is_loopback(host):
        env.fault("PERMANENCE_IMAP_HOST: a mailbox on this machine is refused in production")
    unprotected_default = is_loopback(host) and not production
    security = env.choice(
        "PERMANENCE_IMAP_SECURITY", ("tls", "starttls", "none"), "none" if unprotected_default else "tls"
    )
    if security == "none" and not unprotected_default:
        env.fault("PERMANENCE_IMAP_SECURITY: none is for a mailbox on this machine, outside production")
    return ImapSettings(
        host,
        env.integer("PERMANENCE_IMAP_PORT", 993 if security == "tls" else 143),
        env.text("PERMANENCE_IMAP_USER"),
        env.secret("PERMANENCE_IMAP_PASSWORD"),
        security,
        env.existing_file("PERMANENCE_IMAP_CA_FILE"),
        env.text("PERMANENCE_IMAP_FOLDER", "INBOX"),
        _trusted_authserv(env, production),
    )


def _trusted_authserv(env: Environment, production: bool) -> str:
    """Empty where nobody vouches for senders; in production only where the setting says so on purpose."""
    named = env.text("PERMANENCE_IMAP_TRUSTED_AUTHSERV", "" if production else NOBODY)
    if not named:
        env.fault(
            "PERMANENCE_IMAP_TRUSTED_AUTHSERV must name the mail gateway that vouches for senders, or be `none` on"
            " purpose: then every sender is taken for whoever they say they are"
        )
    return "" if named == NOBODY else named


def _address(env: Environment, name: str) -> str:
    value = env.text(name)
    if value and value.count("@") != 1:
        env.fault(f"{name} must be one e-mail address")
    return value


def _tenants(env: Environment) -> Mapping[str, Tenant]:
    """PERMANENCE_TENANTS names a YAML file with a list `tenants`, as the README shows it."""
    path = env.existing_file("PERMANENCE_TENANTS")
    if path is None or not path.is_file():
        return {}
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        env.fault(f"PERMANENCE_TENANTS: {path} is not YAML ({error})")
        return {}
    rows = content.get("tenants") if isinstance(content, dict) else None
    if not isinstance(rows, list):
        env.fault(f"PERMANENCE_TENANTS: {path} needs a list `tenants`")
        return {}
    known = [row if isinstance(row, dict) else {} for row in rows]
    return {str(row.get("council") or ""): _tenant(env, number, row) for number, row in enumerate(known, 1)}


def _tenant(env: Environment, number: int, row: Mapping[str, object]) -> Tenant:
    mailbox = str(row.get("meetings_mailbox") or "")
    if not row.get("council") or mailbox.count("@") != 1:
        env.fault(f"PERMANENCE_TENANTS: tenant {number} needs `council` and `meetings_mailbox`, an address")
    return Tenant(mailbox, _reach(env, number, row))


def _reach(env: Environment, number: int, row: Mapping[str, object]) -> Reach:
    """Whether Exchange shows the application the busy times of mailboxes outside its scope differs between tenants."""
    mode, listed = row.get("free_busy", "tenant"), row.get("in_scope")
    addresses = [str(one) for one in listed] if isinstance(listed, list) else []
    if mode not in ("tenant", "scope", "none"):
        env.fault(f"PERMANENCE_TENANTS: tenant {number}: `free_busy` must be tenant, scope or none")
    if mode == "scope" and not (addresses and all(one.count("@") == 1 for one in addresses)):
        env.fault(f"PERMANENCE_TENANTS: tenant {number}: `free_busy: scope` needs `in_scope`, a list of addresses")
    if mode == "tenant":
        return EVERYBODY
    return Reach(frozenset(one.casefold() for one in addresses) if mode == "scope" else frozenset())


def _shared(config: ServiceConfig) -> Iterator[str]:
    """What is one council's own, and would be several councils': each one's people written to and read by the others.

    Made-up councils may share it.
    """
    found, several = config.settings_of(NotificationsSettings), len(config.councils) > 1
    if config.environment != PRODUCTION or not several:
        return
    for name, there in (("PERMANENCE_NOTIFY_API_KEY", found.notify), ("PERMANENCE_IMAP_HOST", found.imap)):
        if there:
            yield f"{name} serves one council, and PERMANENCE_COUNCILS names several: run Permanence once for each"


SHAPE = ServiceShape(
    "notifications",
    listen="127.0.0.1:50054",
    peers={"cases": "127.0.0.1:50051", "scheduler": "127.0.0.1:50052"},
    settings=settings,
    faults_of=_shared,
)
