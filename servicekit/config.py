"""A service's configuration: read once, from the environment, with all faults reported together."""

import ipaddress
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit
from uuid import UUID

import yaml

from servicekit.clock import Clock, FileClock, SystemClock
from servicekit.environment import ConfigError, Environment

__all__ = [
    "ConfigError",
    "Council",
    "IdentityConfig",
    "ServiceConfig",
    "ServiceShape",
    "TlsFiles",
    "load_config",
]

PRODUCTION = "production"
ENVIRONMENTS = (PRODUCTION, "development", "test", "demo")
S = TypeVar("S")
_TELEPHONE = re.compile(r"[+\d][\d ]{3,30}|")


@dataclass(frozen=True)
class Council:
    """A tenant: its id, the slug in resource names, its Entra tenant, and the pack of rules it works by.

    `telephone`: whom people without an account may ring; empty where none is given.
    """

    council_id: UUID
    slug: str
    name: str
    tenant_id: str
    pack: str
    telephone: str = ""


@dataclass(frozen=True)
class IdentityConfig:
    """Where tokens come from, and this service's own identity there. `ca_file` is for a private authority."""

    authority: str
    audiences: tuple[str, ...]
    ca_file: Path | None
    client_id: str
    client_secret: str = field(repr=False)


@dataclass(frozen=True)
class TlsFiles:
    """Server certificate and key; `client_ca` makes it mutual."""

    certificate: Path
    key: Path
    client_ca: Path | None


@dataclass(frozen=True)
class ServiceShape:
    """What a service is before any environment is read.

    Its name, default address, default peers, own settings; `faults_of` says what cannot be in all of it together.
    """

    name: str
    listen: str = "127.0.0.1:0"
    peers: Mapping[str, str] = field(default_factory=dict)
    settings: Callable[[Environment], object] | None = None
    faults_of: "Callable[[ServiceConfig], Iterable[str]] | None" = None


@dataclass(frozen=True)
class ServiceConfig:
    """Everything a service needs to start. Frozen: a change needs a restart."""

    service: str
    environment: str
    listen_host: str
    listen_port: int
    database_url: str = field(repr=False)
    migrate_url: str = field(repr=False)
    councils: tuple[Council, ...]
    identity: IdentityConfig
    clock_file: Path | None
    peers: Mapping[str, str]
    tls: TlsFiles | None
    settings: object = None
    environ: Mapping[str, str] = field(default_factory=dict, repr=False)

    def settings_of(self, kind: type[S]) -> S:
        """The service's own settings. TypeError where the shape makes another kind."""
        if not isinstance(self.settings, kind):
            raise TypeError(f"the settings of {self.service} are {type(self.settings).__name__}, not {kind.__name__}")
        return self.settings

    def council(self, slug: str) -> Council | None:
        """The council with this slug."""
        return next((council for council in self.councils if council.slug == slug), None)

    def council_of(self, council_id: UUID) -> Council | None:
        """The council with this id."""
        return next((council for council in self.councils if council.council_id == council_id), None)

    def clock(self) -> Clock:
        """The clock this configuration chose."""
        return FileClock(self.clock_file) if self.clock_file else SystemClock()

    def shown(self) -> dict[str, object]:
        """For people: everything, with secrets masked."""
        return {
            "service": self.service,
            "environment": self.environment,
            "listen": f"{self.listen_host}:{self.listen_port}",
            "database_url": masked_url(self.database_url),
            "migrate_url": masked_url(self.migrate_url),
            "councils": [council.slug for council in self.councils],
            "identity_authority": self.identity.authority,
            "identity_audiences": list(self.identity.audiences),
            "ca_file": str(self.identity.ca_file or ""),
            "client_id": self.identity.client_id,
            "client_secret": "***" if self.identity.client_secret else "",
            "clock_file": str(self.clock_file or ""),
            "peers": dict(self.peers),
            "tls": self.tls is not None,
            "settings": repr(self.settings),
        }


def load_config(shape: ServiceShape, environ: Mapping[str, str]) -> ServiceConfig:
    """Read everything; ConfigError with every fault."""
    env = Environment(environ)
    prefix = f"PERMANENCE_{shape.name.upper()}"
    environment = env.choice("PERMANENCE_ENV", ENVIRONMENTS, PRODUCTION)
    host, port = env.address(f"{prefix}_LISTEN", shape.listen)
    config = ServiceConfig(
        service=shape.name,
        environment=environment,
        listen_host=host,
        listen_port=port,
        database_url=env.secret(f"{prefix}_DATABASE_URL"),
        migrate_url=env.secret(f"{prefix}_MIGRATE_URL", ""),
        councils=read_councils(env),
        identity=read_identity(env, prefix, environment),
        clock_file=read_clock(env, environment),
        peers=read_peers(env, shape.peers),
        tls=_read_tls(env, environment, host),
        settings=shape.settings(env) if shape.settings else None,
        environ=dict(environ),
    )
    for fault in shape.faults_of(config) if shape.faults_of else ():
        env.fault(fault)
    env.raise_if_any()
    return config


def masked_url(url: str) -> str:
    """The address with its password replaced."""
    parts = urlsplit(url)
    return url.replace(f":{parts.password}@", ":***@") if parts.password else url


def is_loopback(host: str) -> bool:
    """Whether traffic to this host never leaves the machine."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def read_identity(env: Environment, prefix: str, environment: str) -> IdentityConfig:
    """Who signs tokens, and the identity of whoever `prefix` stands for."""
    local = None if environment == PRODUCTION else "https://127.0.0.1:8443"
    authority = env.text("PERMANENCE_IDENTITY_AUTHORITY", local).rstrip("/")
    if authority and not authority.startswith("https://"):
        env.fault("PERMANENCE_IDENTITY_AUTHORITY must begin with https://")
    audiences = env.text("PERMANENCE_IDENTITY_AUDIENCE", "api://permanence")
    return IdentityConfig(
        authority=authority,
        audiences=tuple(part.strip() for part in audiences.split(",") if part.strip()),
        ca_file=env.existing_file("PERMANENCE_CA_FILE"),
        client_id=env.text(f"{prefix}_CLIENT_ID", ""),
        client_secret=env.secret(f"{prefix}_CLIENT_SECRET", ""),
    )


def read_clock(env: Environment, environment: str) -> Path | None:
    """The file of a clock that can be set; a fault in production."""
    path = env.existing_file("PERMANENCE_CLOCK")
    if path and environment == PRODUCTION:
        env.fault("PERMANENCE_CLOCK: a clock that can be set is refused in production")
    return path


def read_peers(env: Environment, defaults: Mapping[str, str]) -> Mapping[str, str]:
    """Addresses of other services by name."""
    peers: dict[str, str] = {}
    for name, default in defaults.items():
        host, port = env.address(f"PERMANENCE_{name.upper()}_ADDRESS", default)
        peers[name] = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    return peers


def _read_tls(env: Environment, environment: str, host: str) -> TlsFiles | None:
    certificate = env.existing_file("PERMANENCE_TLS_CERT")
    key = env.existing_file("PERMANENCE_TLS_KEY")
    client_ca = env.existing_file("PERMANENCE_TLS_CLIENT_CA")
    if certificate and key:
        return TlsFiles(certificate, key, client_ca)
    if certificate or key or client_ca:
        env.fault("PERMANENCE_TLS_CERT and PERMANENCE_TLS_KEY must be set together")
    if not is_loopback(host) and environment not in ("development", "test"):
        env.fault(f"listening on {host} needs TLS: set PERMANENCE_TLS_CERT and PERMANENCE_TLS_KEY")
    return None


def read_councils(env: Environment) -> tuple[Council, ...]:
    """The councils of PERMANENCE_COUNCILS."""
    name = "PERMANENCE_COUNCILS"
    path = env.existing_file(name)
    if path is None:
        env.fault(f"{name} is not set: name a YAML file with a list `councils`")
        return ()
    if not path.is_file():
        return ()
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        env.fault(f"{name}: {path} is not YAML ({error})")
        return ()
    rows = content.get("councils") if isinstance(content, dict) else None
    if not isinstance(rows, list) or not rows:
        env.fault(f"{name}: {path} needs a list `councils` with at least one council")
        return ()
    councils = [_read_council(env, row, f"{name}: council {number}") for number, row in enumerate(rows, 1)]
    _refuse_twins(env, councils, name)
    return tuple(councils)


def _read_council(env: Environment, row: object, where: str) -> Council:
    known = row if isinstance(row, dict) else {}
    texts = {key: str(known.get(key) or "") for key in ("council_id", "slug", "name", "tenant_id", "pack")}
    missing = [key for key, text in texts.items() if not text]
    if missing:
        env.fault(f"{where} lacks {', '.join(missing)}")
    try:
        council_id = UUID(texts["council_id"])
    except ValueError:
        council_id = UUID(int=0)
        if texts["council_id"]:
            env.fault(f"{where}: council_id must be a UUID")
    if texts["slug"] and not texts["slug"].replace("-", "").isalnum():
        env.fault(f"{where}: slug may hold letters, digits and hyphens only")
    telephone = str(known.get("telephone") or "")
    if not _TELEPHONE.fullmatch(telephone):
        env.fault(f"{where}: telephone may hold digits, blanks and a plus sign only; put it in quotes")
    return Council(council_id, texts["slug"], texts["name"], texts["tenant_id"], texts["pack"], telephone)


def _refuse_twins(env: Environment, councils: list[Council], name: str) -> None:
    for label, values in (
        ("council_id", [str(council.council_id) for council in councils]),
        ("slug", [council.slug for council in councils]),
        ("tenant_id", [council.tenant_id for council in councils]),
    ):
        twins = sorted({value for value in values if value and values.count(value) > 1})
        if twins:
            env.fault(f"{name}: {label} used twice: {', '.join(twins)}")
