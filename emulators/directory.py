"""Who exists in the emulated tenants: personas who sign in, apps that ask for tokens, mailboxes.

The JSON format is documented in README.md. Every mistake in a directory is reported at once.
"""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import NewType

TenantId = NewType("TenantId", str)
MailboxId = NewType("MailboxId", str)


class DirectoryError(ValueError):
    """The directory cannot be used; `violations` says everything that is wrong."""

    def __init__(self, violations: list[str]) -> None:
        super().__init__("directory: " + "; ".join(violations))
        self.violations = violations


class MailboxKind(StrEnum):
    """What stands behind an address; a room answers invitations by itself."""

    USER = "user"
    ROOM = "room"
    SHARED = "shared"


class ScheduleReach(StrEnum):
    """Whose free/busy time an app may ask for: everybody's in the tenant, or its own mailboxes' only."""

    TENANT = "tenant"
    SCOPE = "scope"


@dataclass(frozen=True, slots=True)
class Persona:
    """A made-up person who can sign in, with the app roles of the `api://permanence` application."""

    key: str
    oid: str
    roles: tuple[str, ...]
    mail: str


@dataclass(frozen=True, slots=True)
class App:
    """An app registration. `mailboxes` is its Exchange scope (lower case, or `*` for all of the tenant); `mail`:
    whether that holds their mail too.

    `requests_in_ten_minutes`: what Exchange lets it ask of each mailbox.
    """

    key: str
    client_id: str
    oid: str
    roles: tuple[str, ...]
    secret: str | None
    certificate_pem: str | None
    mailboxes: frozenset[str]
    schedules: ScheduleReach
    requests_in_ten_minutes: int = 10_000
    mail: bool = True

    def reaches(self, address: str) -> bool:
        """Whether Exchange lets this app into the calendar of `address`."""
        return "*" in self.mailboxes or address.lower() in self.mailboxes


@dataclass(frozen=True, slots=True)
class Mailbox:
    """A calendar's owner. `teams`: licensed for online meetings; `working_hours`: told by getSchedule, in a zone
    of the owner's making where `custom_zone`.

    Of a room only: it declines what begins later than `booking_window_days` from now or lasts longer than
    `longest_minutes` (None: no such limit), and stays taken `release_lag_seconds` after a meeting was taken back.
    """

    address: str
    oid: MailboxId
    kind: MailboxKind
    name: str
    teams: bool
    working_hours: bool
    custom_zone: bool = False
    booking_window_days: int | None = None
    longest_minutes: int | None = None
    release_lag_seconds: int = 0


@dataclass(frozen=True, slots=True)
class Tenant:
    """One council's Microsoft 365."""

    tenant_id: TenantId
    name: str
    personas: tuple[Persona, ...]
    apps: tuple[App, ...]
    mailboxes: tuple[Mailbox, ...]

    def persona(self, key: str) -> Persona | None:
        """The persona of that key or object id."""
        return next((p for p in self.personas if key in (p.key, p.oid)), None)

    def app(self, client_id: str) -> App | None:
        """The app registration of that client id."""
        return next((a for a in self.apps if a.client_id == client_id), None)

    def mailbox(self, who: str) -> Mailbox | None:
        """The mailbox of that address (any case) or object id."""
        return next((m for m in self.mailboxes if who.lower() in (m.address.lower(), m.oid.lower())), None)


@dataclass(frozen=True, slots=True)
class Directory:
    """All emulated tenants."""

    tenants: tuple[Tenant, ...]

    def tenant(self, tenant_id: str) -> Tenant | None:
        """The tenant of that id."""
        return next((t for t in self.tenants if t.tenant_id == tenant_id), None)


class _Reader:
    """Walks parsed JSON and collects every violation instead of stopping at the first."""

    def __init__(self) -> None:
        self.violations: list[str] = []

    def known(self, row: dict[str, object], where: str, names: set[str]) -> None:
        for name in sorted(set(row) - names):
            self.violations.append(f"{where}.{name}: unknown field; known are {', '.join(sorted(names))}")

    def text(self, row: dict[str, object], where: str, name: str, default: str | None = None) -> str:
        value = row.get(name, default)
        if isinstance(value, str) and value:
            return value
        self.violations.append(f"{where}.{name}: needs a non-empty string")
        return ""

    def optional(self, row: dict[str, object], where: str, name: str) -> str | None:
        return self.text(row, where, name) if row.get(name) is not None else None

    def flag(self, row: dict[str, object], where: str, name: str, default: bool) -> bool:
        value = row.get(name, default)
        if isinstance(value, bool):
            return value
        self.violations.append(f"{where}.{name}: needs true or false")
        return default

    def whole(self, row: dict[str, object], where: str, name: str) -> int | None:
        value = row.get(name)
        if value is None or (isinstance(value, int) and not isinstance(value, bool) and value >= 0):
            return value
        self.violations.append(f"{where}.{name}: needs a whole number of 0 or more")
        return None

    def texts(self, row: dict[str, object], where: str, name: str) -> tuple[str, ...]:
        value = row.get(name, [])
        if isinstance(value, list) and all(isinstance(item, str) and item for item in value):
            return tuple(str(item) for item in value)
        self.violations.append(f"{where}.{name}: needs a list of non-empty strings")
        return ()

    def rows(self, row: dict[str, object], where: str, name: str) -> Iterator[tuple[str, dict[str, object]]]:
        value = row.get(name, [])
        if not isinstance(value, list):
            self.violations.append(f"{where}.{name}: needs a list")
            return
        for place, item in enumerate(value):
            here = f"{where}.{name}[{place}]" if where else f"{name}[{place}]"
            if isinstance(item, dict):
                yield here, item
            else:
                self.violations.append(f"{here}: needs an object")

    def unique(self, where: str, values: list[str]) -> None:
        for value in sorted({v for v in values if v and values.count(v) > 1}):
            self.violations.append(f"{where}: {value} stands more than once")


def _persona(read: _Reader, where: str, row: dict[str, object]) -> Persona:
    read.known(row, where, {"key", "oid", "roles", "mail"})
    return Persona(
        key=read.text(row, where, "key"),
        oid=read.text(row, where, "oid"),
        roles=read.texts(row, where, "roles"),
        mail=read.text(row, where, "mail"),
    )


def _app(read: _Reader, where: str, row: dict[str, object]) -> App:
    read.known(
        row,
        where,
        {
            "key",
            "client_id",
            "oid",
            "roles",
            "secret",
            "certificate_pem",
            "mailboxes",
            "schedules",
            "requests_in_ten_minutes",
            "mail",
        },
    )
    client_id = read.text(row, where, "client_id")
    reach = read.text(row, where, "schedules", "tenant")
    if reach not in list(ScheduleReach):
        read.violations.append(f"{where}.schedules: needs tenant or scope")
        reach = "tenant"
    most = read.whole(row, where, "requests_in_ten_minutes")
    return App(
        key=read.text(row, where, "key"),
        client_id=client_id,
        oid=read.text(row, where, "oid", str(uuid.uuid5(uuid.NAMESPACE_URL, f"service-principal:{client_id}"))),
        roles=read.texts(row, where, "roles"),
        secret=read.optional(row, where, "secret"),
        certificate_pem=read.optional(row, where, "certificate_pem"),
        mailboxes=frozenset(address.lower() for address in read.texts(row, where, "mailboxes")),
        schedules=ScheduleReach(reach),
        requests_in_ten_minutes=most if most is not None else 10_000,
        mail=read.flag(row, where, "mail", True),
    )


_ROOM_ONLY = ("booking_window_days", "longest_minutes", "release_lag_seconds")


def _mailbox(read: _Reader, where: str, row: dict[str, object]) -> Mailbox:
    read.known(row, where, {"address", "oid", "kind", "name", "teams", "working_hours", "custom_zone", *_ROOM_ONLY})
    address = read.text(row, where, "address")
    kind = read.text(row, where, "kind", "user")
    if kind not in list(MailboxKind):
        read.violations.append(f"{where}.kind: needs user, room or shared")
        kind = "user"
    if address and "@" not in address:
        read.violations.append(f"{where}.address: needs an @")
    for name in _ROOM_ONLY:
        if name in row and kind != "room":
            read.violations.append(f"{where}.{name}: only a room has it")
    return Mailbox(
        address=address,
        oid=MailboxId(read.text(row, where, "oid")),
        kind=MailboxKind(kind),
        name=read.text(row, where, "name", address),
        teams=read.flag(row, where, "teams", kind == "user"),
        working_hours=read.flag(row, where, "working_hours", kind == "user"),
        custom_zone=read.flag(row, where, "custom_zone", False),
        booking_window_days=read.whole(row, where, "booking_window_days"),
        longest_minutes=read.whole(row, where, "longest_minutes"),
        release_lag_seconds=read.whole(row, where, "release_lag_seconds") or 0,
    )


def _tenant(read: _Reader, where: str, row: dict[str, object]) -> Tenant:
    read.known(row, where, {"tenant_id", "name", "personas", "apps", "mailboxes"})
    tenant = Tenant(
        tenant_id=TenantId(read.text(row, where, "tenant_id")),
        name=read.text(row, where, "name"),
        personas=tuple(_persona(read, here, item) for here, item in read.rows(row, where, "personas")),
        apps=tuple(_app(read, here, item) for here, item in read.rows(row, where, "apps")),
        mailboxes=tuple(_mailbox(read, here, item) for here, item in read.rows(row, where, "mailboxes")),
    )
    read.unique(f"{where}.personas", [p.key for p in tenant.personas])
    read.unique(f"{where}.apps", [a.client_id for a in tenant.apps])
    read.unique(f"{where}.mailboxes", [m.address.lower() for m in tenant.mailboxes])
    read.unique(f"{where}.mailboxes", [m.oid.lower() for m in tenant.mailboxes])
    return tenant


def parse_directory(document: object) -> Directory:
    """Read a directory; raises DirectoryError with every violation."""
    if not isinstance(document, dict):
        raise DirectoryError(['needs a JSON object {"tenants": [...]}'])
    read = _Reader()
    read.known(document, "directory", {"tenants"})
    tenants = tuple(_tenant(read, where, row) for where, row in read.rows(document, "", "tenants"))
    read.unique("tenants", [t.tenant_id for t in tenants])
    if read.violations:
        raise DirectoryError(read.violations)
    return Directory(tenants)
