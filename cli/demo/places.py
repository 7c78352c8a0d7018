"""Where the parts of the demo stand: addresses, and folders below `var/demo`."""

import os
from dataclasses import dataclass
from pathlib import Path

PORTS = {"cases": 50051, "scheduler": 50052, "panels": 50053, "notifications": 50054, "web": 8080}


def address_of(service: str) -> str:
    """host:port of a service, from PERMANENCE_<SERVICE>_ADDRESS or the fixed port on loopback."""
    return os.environ.get(f"PERMANENCE_{service.upper()}_ADDRESS", f"127.0.0.1:{PORTS[service]}")


@dataclass(frozen=True)
class Places:
    """Everything below one root, so that two demos (a person's and a test's) do not meet."""

    root: Path

    @property
    def postgres(self) -> Path:
        """Data of the embedded PostgreSQL."""
        return self.root / "postgres"

    @property
    def log(self) -> Path:
        """One file a process."""
        return self.root / "log"

    @property
    def pids(self) -> Path:
        """One file a process, holding its process id."""
        return self.root / "run"

    @property
    def mail(self) -> Path:
        """What the mail sink kept: a folder an address."""
        return self.root / "mail"

    @property
    def notify(self) -> Path:
        """State of the emulator of GOV.UK Notify."""
        return self.root / "notify"

    @property
    def microsoft(self) -> Path:
        """State of the Entra and Graph emulator."""
        return self.root / "microsoft"

    @property
    def minutes(self) -> Path:
        """The folder that the case system watches."""
        return self.root / "minutes"

    @property
    def extracts(self) -> Path:
        """The made councils' extract folders."""
        return self.root / "extracts"

    @property
    def clock(self) -> Path:
        """The one clock."""
        return self.root / "clock"

    @property
    def councils(self) -> Path:
        """The councils, as the services read them."""
        return self.root / "councils.yaml"

    @property
    def tenants(self) -> Path:
        """Each council's meetings mailbox, as `notifications` reads it."""
        return self.root / "tenants.yaml"

    @property
    def directory(self) -> Path:
        """The emulated tenants' directory."""
        return self.root / "directory.json"

    @property
    def link_key(self) -> Path:
        """Signs the links of people without an account."""
        return self.root / "link.key"

    @property
    def card(self) -> Path:
        """How to reach this demo, for `permanence token` and for tests."""
        return self.root / "demo.json"
