"""The people and places of a made council, and what the caller gets back about them.

Ids are the source system's ids: `prof_professional_id` for staff, `pers_person_id` for children, and ids of
our own for the
people whom the dataset has no table for.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from pathlib import Path

from cli.made_council.coinage import Address
from cli.made_council.spec import CouncilSpec


class StaffRole(StrEnum):
    """What a member of staff does; also the word of their role address."""

    REVIEWING_OFFICER = "reviewing-officer"
    TEAM_MANAGER = "team-manager"
    SOCIAL_WORKER = "social-worker"
    SERVICE_MANAGER = "service-manager"
    SERVICE_DIRECTOR = "service-director"
    BUSINESS_SUPPORT = "business-support"
    BUSINESS_SUPPORT_MANAGER = "business-support-manager"


class ContactKind(StrEnum):
    """`kind` of contacts.csv."""

    STAFF = "staff"
    PARENT = "parent"
    CARER = "carer"
    CHILD = "child"
    SCHOOL = "school"
    HEALTH = "health"
    OTHER = "other"


class Channel(StrEnum):
    """`channel` of contacts.csv: the one way a person is told of a meeting."""

    OUTLOOK = "outlook"
    EMAIL = "email"
    TEXT = "text"
    LETTER = "letter"
    NONE = "none"


@dataclass(frozen=True)
class StaffMember:
    """One member of staff. `working_days` are weekdays, Monday 0."""

    source_id: str
    staff_id: str
    role: StaffRole
    number: int
    forename: str
    surname: str
    email: str
    team_id: str
    working_days: tuple[int, ...]

    @property
    def neutral_name(self) -> str:
        """Role and number, for a mailbox: never the person's name."""
        return f"{self.role.value.replace('-', ' ').capitalize()} {self.number}"


@dataclass(frozen=True)
class Outsider:
    """A person around a child who is not staff: parent, carer, teacher, health worker, advocate."""

    source_id: str
    kind: ContactKind
    relationship: str
    forename: str
    surname: str
    email: str | None
    phone: str | None
    channel: Channel
    organisation: str | None = None
    address: Address | None = None
    unsafe_channels: tuple[Channel, ...] = ()
    parental_responsibility: bool | None = None
    interpreter_language: str | None = None
    access_needs: str | None = None


@dataclass(frozen=True)
class Household:
    """A carer household: one address, one or two carers."""

    source_id: str
    address: Address
    carers: tuple[Outsider, ...]
    approved_on: date


@dataclass(frozen=True)
class Room:
    """A room with its mailbox."""

    source_id: str
    name: str
    seats: int
    features: tuple[str, ...]
    email: str


@dataclass(frozen=True)
class ProtectedPerson:
    """What identifies or locates one person (or carer household, or school), for a leak search.

    No string here is contained in a string of anybody else in the same council, upper and lower case alike.
    """

    source_id: str
    kind: str
    names: tuple[str, ...]
    addresses: tuple[str, ...] = ()
    contacts: tuple[str, ...] = ()

    @property
    def strings(self) -> tuple[str, ...]:
        """Names, addresses and contact details together."""
        return self.names + self.addresses + self.contacts


@dataclass(frozen=True)
class StoryCast:
    """Who plays in the demo's story: two siblings who came into care on `spec.as_of`."""

    family_id: str
    elder_child_id: str
    younger_child_id: str
    mother_id: str
    father_id: str
    carer_household_id: str
    carer_ids: tuple[str, ...]
    school_contact_id: str
    health_visitor_id: str
    advocate_id: str
    social_worker_id: str
    team_manager_id: str
    reviewing_officer_id: str
    restricted_case_id: str
    confidential_address_id: str
    must_not_meet_id: str

    @property
    def child_ids(self) -> tuple[str, ...]:
        """Elder first; one where the story plays on an only child."""
        return tuple(dict.fromkeys((self.elder_child_id, self.younger_child_id)))

    @property
    def must_not_meet(self) -> tuple[str, str]:
        """The two people whom a court has ordered apart."""
        return (self.mother_id, self.father_id)


@dataclass(frozen=True)
class MadeCouncil:
    """What was written, in the terms of its source ids."""

    spec: CouncilSpec
    folder: Path
    staff: tuple[StaffMember, ...]
    rooms: tuple[Room, ...]
    households: tuple[Household, ...]
    outsiders: tuple[Outsider, ...]
    story: StoryCast
    in_care_ids: tuple[str, ...]
    left_care_ids: tuple[str, ...]
    unborn_ids: tuple[str, ...]
    newly_entered_ids: tuple[str, ...]
    protected: Mapping[str, ProtectedPerson]
    neutral: tuple[str, ...]
    counts: Mapping[str, int] = field(default_factory=dict)

    @property
    def organiser(self) -> str:
        """The mailbox that organises every meeting."""
        return f"meetings@{self.spec.staff_domain}"

    def staff_in(self, role: StaffRole) -> tuple[StaffMember, ...]:
        """Everyone of one role, in the order of their numbers."""
        return tuple(member for member in self.staff if member.role is role)

    def staff_member(self, source_id: str) -> StaffMember:
        """KeyError when nobody has that id."""
        for member in self.staff:
            if member.source_id == source_id:
                return member
        raise KeyError(source_id)
