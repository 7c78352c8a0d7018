"""The made council's Entra and Exchange: who signs in, which applications there are, whose calendars exist.

In the format of the emulators' directory (emulators/README.md). Every name is a role and a number.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypedDict
from uuid import NAMESPACE_URL, uuid5

from cli.made_council.cast import MadeCouncil, StaffRole
from cli.made_council.workforce import principal_of

_SERVICES = ("cases", "scheduler", "panels", "notifications")


class PersonaEntry(TypedDict):
    """Someone who can sign in."""

    key: str
    oid: str
    roles: list[str]
    mail: str


class _AppIdentity(TypedDict):
    key: str
    client_id: str
    secret: str
    roles: list[str]


class AppEntry(_AppIdentity, total=False):
    """An application. `mailboxes` is its Exchange scope, only where it has one."""

    mailboxes: list[str]
    schedules: str


class MailboxEntry(TypedDict):
    """A calendar's owner; `kind` is user, room or shared."""

    address: str
    oid: str
    kind: str
    name: str


class TenantEntry(TypedDict):
    """One council's Microsoft 365."""

    tenant_id: str
    name: str
    personas: list[PersonaEntry]
    apps: list[AppEntry]
    mailboxes: list[MailboxEntry]


class DirectoryDocument(TypedDict):
    """The whole file."""

    tenants: list[TenantEntry]


@dataclass(frozen=True)
class Persona:
    """A role of the demo and the member of staff who plays it; no id where the case system does not know them."""

    key: str
    staff_source_id: str
    oid: str
    mail: str


def directory_for(made: MadeCouncil) -> DirectoryDocument:
    """The directory of one council."""
    return directory_of(made)


def directory_of(*councils: MadeCouncil) -> DirectoryDocument:
    """The directory of several councils, one tenant each."""
    return {"tenants": [_tenant(made) for made in councils]}


def personas_of(made: MadeCouncil) -> tuple[Persona, ...]:
    """Who plays which role: those of the story where it has one, else the first of the role."""
    story = made.story
    players = {
        "business-support": made.staff_in(StaffRole.BUSINESS_SUPPORT)[0].source_id,
        "business-support-manager": made.staff_in(StaffRole.BUSINESS_SUPPORT_MANAGER)[0].source_id,
        "panel-chair": made.staff_in(StaffRole.SERVICE_DIRECTOR)[0].source_id,
        "team-manager": story.team_manager_id,
        "social-worker": story.social_worker_id,
        "reviewing-officer": story.reviewing_officer_id,
        "service-manager": made.staff_in(StaffRole.SERVICE_MANAGER)[0].source_id,
    }
    known = (_persona(made, key, source_id) for key, source_id in players.items())
    return (*known, _performance_officer(made), _decision_maker(made))


def _persona(made: MadeCouncil, key: str, source_id: str) -> Persona:
    mail = made.staff_member(source_id).email
    return Persona(key, source_id, _oid(made, mail), mail)


def _performance_officer(made: MadeCouncil) -> Persona:
    """Works with figures: no case names them, and the extract does not either."""
    mail = f"performance-officer-1@{made.spec.staff_domain}"
    return Persona("performance-officer", "", _oid(made, mail), mail)


def _decision_maker(made: MadeCouncil) -> Persona:
    """Decides on what panels recommend: stands around no case."""
    mail = f"decision-maker-1@{made.spec.staff_domain}"
    return Persona("agency-decision-maker", "", _oid(made, mail), mail)


def _oid(made: MadeCouncil, address: str) -> str:
    return principal_of(made.spec.tenant_id, address)


def _tenant(made: MadeCouncil) -> TenantEntry:
    return {
        "tenant_id": made.spec.tenant_id,
        "name": made.spec.name,
        "personas": [
            {"key": who.key, "oid": who.oid, "roles": [who.key], "mail": who.mail} for who in personas_of(made)
        ],
        "apps": _apps(made),
        "mailboxes": _mailboxes(made),
    }


def _apps(made: MadeCouncil) -> list[AppEntry]:
    # The services and the sender are one registration each, consented to in every tenant; a case system is
    # the council's own.
    apps = [_app(key, "permanence", f"service-{key}") for key in _SERVICES]
    apps.append(_app("web", "permanence", "service-web"))
    apps.append(_app("case-system", made.spec.slug, "case-system"))
    sender = _app("graph-sender", "permanence", None)
    sender["mailboxes"] = [made.organiser]
    sender["schedules"] = "tenant"
    return [*apps, sender]


def _app(key: str, owner: str, role: str | None) -> AppEntry:
    return {
        "key": key,
        "client_id": str(uuid5(NAMESPACE_URL, f"{owner}/app/{key}")),
        "secret": f"made-up-{owner}-{key}",
        "roles": [role] if role else [],
    }


def _mailboxes(made: MadeCouncil) -> list[MailboxEntry]:
    def entry(address: str, kind: str, name: str) -> MailboxEntry:
        return {"address": address, "oid": _oid(made, address), "kind": kind, "name": name}

    # A user's, as `docs/outlook.md` asks for: a shared one has no Teams licence.
    boxes = [entry(made.organiser, "user", "Meetings")]
    boxes += [entry(room.email, "room", room.name) for room in made.rooms]
    boxes += [entry(member.email, "user", member.neutral_name) for member in made.staff]
    boxes.append(entry(_performance_officer(made).mail, "user", "Performance officer 1"))
    boxes.append(entry(_decision_maker(made).mail, "user", "Decision maker 1"))
    return boxes
