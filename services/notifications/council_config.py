"""What one council may have for itself: its tenant, its service of GOV.UK Notify, the mailbox of answers."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import yaml

from servicekit.config import is_loopback
from servicekit.environment import Environment
from services.notifications.domain.free_busy import EVERYBODY, Reach

NOTIFY_URL = "https://api.notifications.service.gov.uk"
NOBODY = "none"
_UUID = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_NOTIFY_KEY = re.compile(f".+-{_UUID}-{_UUID}")
_BUSINESS_SUPPORT = "PERMANENCE_BUSINESS_SUPPORT_ADDRESS"
_OWN = (_BUSINESS_SUPPORT, "PERMANENCE_SMTP_FROM", "PERMANENCE_NOTIFY_", "PERMANENCE_IMAP_", "PERMANENCE_REPLY_MAILBOX")
_BY_FILE = ("PERMANENCE_NOTIFY_API_KEY", "PERMANENCE_IMAP_PASSWORD")


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
class ReplySettings:
    """The mailbox to which e-mailed invitations are answered, where it is in Exchange Online and read through Graph.

    `trusted_authserv` as for IMAP.
    """

    address: str
    trusted_authserv: str


@dataclass(frozen=True)
class NotifySettings:
    """The council's service of GOV.UK Notify. A channel without a template is not carried by it."""

    url: str
    api_key: str = field(repr=False)
    email_template: str
    text_template: str
    letter_template: str


@dataclass(frozen=True)
class CouncilSettings:
    """What is one council's: as whom its e-mails go, which service carries its texts, where its people answer.

    At most one of `imap` and `replies` is there; without both no answer by e-mail is read. `business_support`: the
    mailbox that is told what is late and belongs to nobody whose address is known; empty: nobody is.
    """

    mail_from: str = ""
    notify: NotifySettings | None = None
    imap: ImapSettings | None = None
    replies: ReplySettings | None = None
    business_support: str = ""


@dataclass(frozen=True)
class Tenant:
    """One council's row: its meetings mailbox (empty: it has none), whose busy times may be read, what is its own."""

    mailbox: str
    reach: Reach
    own: CouncilSettings


def read_tenants(env: Environment, production: bool) -> Mapping[str, Tenant]:
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
    return {str(row.get("council") or ""): _tenant(env, production, number, row) for number, row in enumerate(known, 1)}


def _tenant(env: Environment, production: bool, number: int, row: Mapping[str, object]) -> Tenant:
    mailbox = str(row.get("meetings_mailbox") or "")
    needed = mailbox or "settings" not in row
    if not row.get("council") or (needed and mailbox.count("@") != 1):
        env.fault(
            f"PERMANENCE_TENANTS: tenant {number} needs `council`, and `meetings_mailbox`, an address, unless it has"
            " `settings` alone"
        )
    return Tenant(mailbox, _reach(env, number, row), _own(env, production, number, row.get("settings", {})))


def _own(env: Environment, production: bool, number: int, given: object) -> CouncilSettings:
    """The council's own settings, under the names that they have for all. Secrets come from files."""
    where = f"PERMANENCE_TENANTS: tenant {number}: `settings`"
    if not isinstance(given, dict):
        env.fault(f"{where} must be names with values")
        return CouncilSettings()
    for name in map(str, given):
        if name in _BY_FILE:
            env.fault(f"{where}: {name} is a secret: give {name}_FILE, the file that holds it")
        elif not name.startswith(_OWN):
            env.fault(f"{where}: {name} is none of a council's own")
    own = Environment({str(name): str(value) for name, value in given.items() if name not in _BY_FILE})
    found = read_council(own, production, read_address(own, "PERMANENCE_SMTP_FROM", ""))
    for fault in own.faults:
        env.fault(f"{where}: {fault}")
    return found


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


def read_council(env: Environment, production: bool, mail_from: str) -> CouncilSettings:
    """What stands in `env` of it; faults are collected there."""
    found = CouncilSettings(
        mail_from,
        _notify(env, production),
        _imap(env, production),
        _replies(env, production),
        read_address(env, _BUSINESS_SUPPORT, ""),
    )
    if found.imap and found.replies:
        env.fault("set PERMANENCE_IMAP_HOST or PERMANENCE_REPLY_MAILBOX: answers come to one mailbox")
    return found


def _replies(env: Environment, production: bool) -> ReplySettings | None:
    if not env.text("PERMANENCE_REPLY_MAILBOX", ""):
        return None
    address = read_address(env, "PERMANENCE_REPLY_MAILBOX")
    return ReplySettings(address, _trusted_authserv(env, production, "PERMANENCE_REPLY_MAILBOX_TRUSTED_AUTHSERV"))


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
        _trusted_authserv(env, production, "PERMANENCE_IMAP_TRUSTED_AUTHSERV"),
    )


def _trusted_authserv(env: Environment, production: bool, name: str) -> str:
    """Empty where nobody vouches for senders; in production only where the setting says so on purpose."""
    named = env.text(name, "" if production else NOBODY)
    if not named:
        env.fault(
            f"{name} must name the mail gateway that vouches for senders, or be `none` on"
            " purpose: then every sender is taken for whoever they say they are"
        )
    return "" if named == NOBODY else named


def read_address(env: Environment, name: str, default: str | None = None) -> str:
    """One e-mail address; without a default it is required."""
    value = env.text(name, default)
    if value and value.count("@") != 1:
        env.fault(f"{name} must be one e-mail address")
    return value
