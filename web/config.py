"""The site's configuration: read once from the environment, all faults reported together."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from servicekit.clock import Clock, FileClock, SystemClock
from servicekit.config import (
    ENVIRONMENTS,
    PRODUCTION,
    Council,
    IdentityConfig,
    TlsFiles,
    is_loopback,
    read_clock,
    read_councils,
    read_identity,
    read_peers,
)
from servicekit.environment import Environment

PEERS = {
    "cases": "127.0.0.1:50051",
    "scheduler": "127.0.0.1:50052",
    "panels": "127.0.0.1:50053",
    "notifications": "127.0.0.1:50054",
}


@dataclass(frozen=True)
class WebConfig:
    """Everything the site needs to start. `public_url` is what people type; Entra leads back to it."""

    environment: str
    listen_host: str
    listen_port: int
    public_url: str
    councils: tuple[Council, ...]
    identity: IdentityConfig
    clock_file: Path | None
    peers: Mapping[str, str]
    peer_tls: TlsFiles | None
    idle_seconds: int
    longest_seconds: int
    environ: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def secure(self) -> bool:
        """Whether browsers reach the site by https, so that its cookies may say so."""
        return self.public_url.startswith("https://")

    def council(self, slug: str) -> Council | None:
        """The council with this slug."""
        return next((council for council in self.councils if council.slug == slug), None)

    def clock(self) -> Clock:
        """What time it is for the product."""
        return FileClock(self.clock_file) if self.clock_file else SystemClock()

    def shown(self) -> dict[str, object]:
        """For people: everything, with secrets masked."""
        return {
            "environment": self.environment,
            "listen": f"{self.listen_host}:{self.listen_port}",
            "public_url": self.public_url,
            "councils": [council.slug for council in self.councils],
            "identity_authority": self.identity.authority,
            "identity_audiences": list(self.identity.audiences),
            "client_id": self.identity.client_id,
            "client_secret": "***" if self.identity.client_secret else "",
            "clock_file": str(self.clock_file or ""),
            "peers": dict(self.peers),
            "idle_seconds": self.idle_seconds,
            "longest_seconds": self.longest_seconds,
        }


def load_config(environ: Mapping[str, str]) -> WebConfig:
    """Read everything; ConfigError with every fault."""
    env = Environment(environ)
    environment = env.choice("PERMANENCE_ENV", ENVIRONMENTS, PRODUCTION)
    host, port = env.address("PERMANENCE_WEB_LISTEN", "127.0.0.1:8080")
    identity = read_identity(env, "PERMANENCE_WEB", environment)
    if not identity.client_id:
        env.fault("PERMANENCE_WEB_CLIENT_ID is not set: people sign in through the site's own registration in Entra ID")
    config = WebConfig(
        environment=environment,
        listen_host=host,
        listen_port=port,
        public_url=_public_url(env, f"http://{host}:{port}"),
        councils=read_councils(env),
        identity=identity,
        clock_file=read_clock(env, environment),
        peers=read_peers(env, PEERS),
        peer_tls=_peer_tls(env),
        idle_seconds=_at_least_one(env, "PERMANENCE_WEB_IDLE_SECONDS", 30 * 60),
        longest_seconds=_at_least_one(env, "PERMANENCE_WEB_LONGEST_SECONDS", 10 * 60 * 60),
        environ=dict(environ),
    )
    env.raise_if_any()
    return config


def _at_least_one(env: Environment, name: str, default: int) -> int:
    faults = len(env.faults)
    seconds = env.integer(name, default)
    if seconds < 1 and len(env.faults) == faults:
        env.fault(f"{name} must be 1 or more: nobody could stay signed in")
    return seconds


def _public_url(env: Environment, local: str) -> str:
    url = env.text("PERMANENCE_WEB_PUBLIC_URL", local).rstrip("/")
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        env.fault("PERMANENCE_WEB_PUBLIC_URL must be the http(s) address at which people open the site")
    elif parts.scheme == "http" and not is_loopback(parts.hostname):
        env.fault("PERMANENCE_WEB_PUBLIC_URL must begin with https:// unless it is an address of this machine")
    return url


def _peer_tls(env: Environment) -> TlsFiles | None:
    certificate, key = env.existing_file("PERMANENCE_TLS_CERT"), env.existing_file("PERMANENCE_TLS_KEY")
    if bool(certificate) != bool(key):
        env.fault("PERMANENCE_TLS_CERT and PERMANENCE_TLS_KEY must be set together")
    if not (certificate and key):
        return None
    return TlsFiles(certificate, key, env.existing_file("PERMANENCE_TLS_CLIENT_CA"))
