"""Rows by which a council's own data comes in. They point at each other by the case system's ids: nobody needs ours.

A source id is unique per council within a collection: a child, born or unborn, is one collection.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from rulebook.facts import AttributeValue, EventType, RuleId, SubjectKind
from services.cases.domain.person import Channel
from services.cases.domain.restriction import RestrictionKind
from services.cases.domain.unsafe_time import UnsafeTime


@dataclass(frozen=True, order=True)
class SubjectKey:
    """How rows name a subject. CHILD and UNBORN_CHILD name the same collection."""

    kind: SubjectKind
    source_id: str

    @property
    def collection(self) -> str:
        """The column of that name in the table."""
        return SubjectKind.CHILD.value if self.kind is SubjectKind.UNBORN_CHILD else self.kind.value


@dataclass(frozen=True)
class SubjectRow:
    """One subject. `reference` None: the one it has, or the next free one (`NM-0412`)."""

    key: SubjectKey
    display_name: str = ""
    given_names: str = ""
    family_name: str = ""
    born_on: date | None = None
    expected_on: date | None = None
    attributes: Mapping[str, AttributeValue] = field(default_factory=dict)
    reference: str | None = None


@dataclass(frozen=True)
class MemberRow:
    """A child's place in a sibling group or with a carer household; a later row of the same `from_date` corrects it."""

    group: SubjectKey
    member: SubjectKey
    from_date: date = date.min
    until_date: date | None = None


@dataclass(frozen=True)
class PersonRow:
    """One person. `principal_id` is the directory's object id of staff."""

    source_id: str
    staff: bool = False
    principal_id: str | None = None
    given_names: str = ""
    family_name: str = ""
    organisation: str = ""
    email: str = ""
    phone: str = ""
    postal_lines: tuple[str, ...] = ()
    channel: Channel | None = None
    unsafe_channels: tuple[Channel, ...] = ()
    unsafe_times: tuple[UnsafeTime, ...] = ()
    verified_on: date | None = None
    interpreter_language: str = ""
    access_needs: str = ""
    protected_strings: tuple[str, ...] = ()


@dataclass(frozen=True)
class InvolvementRow:
    """One person's part around a subject. `source_key` is unique per council and stays the same from night to night."""

    source_key: str
    subject: SubjectKey
    person_source_id: str
    role: str
    from_date: date
    until_date: date | None = None


@dataclass(frozen=True)
class RestrictionRow:
    """One restriction. For a confidential address `other_subject` is the carer household, where it is one's."""

    source_id: str
    kind: RestrictionKind
    subject: SubjectKey
    from_date: date
    until_date: date | None = None
    person_source_id: str | None = None
    other_person_source_id: str | None = None
    other_subject: SubjectKey | None = None
    court_ordered: bool = False


@dataclass(frozen=True)
class ListingRow:
    """A member of staff who may know of a restricted case although no involvement says so."""

    subject: SubjectKey
    principal_id: str


@dataclass(frozen=True)
class EventRow:
    """One dated fact. `source_key` is unique per subject: the same fact of the next night's extract counts once."""

    subject: SubjectKey
    source_key: str
    type: EventType
    on: date
    at: datetime | None = None
    assumed: bool = False
    rule_id: RuleId | None = None
    plan: str = ""


@dataclass(frozen=True)
class ReviewRow:
    """What a return or an extract says of one looked after child review beside its day, kept for the returns.

    `source_key` is that of the fact where it was held or booked. `due_on` is the source's own, never ours.
    `participation` is a code of the SSDA903 guide (`PN0` to `PN7`); empty where it is not known. `short_breaks`: held
    while the child was looked after under a series of short breaks alone (legal status V3 or V4).
    """

    subject: SubjectKey
    source_key: str
    review_id: str = ""
    care_id: str = ""
    due_on: date | None = None
    held_on: date | None = None
    cancelled: bool = False
    participation: str = ""
    short_breaks: bool = False


@dataclass(frozen=True)
class CaseData:
    """One portion of a council's data, in any size; what it names must be in it or in the database already."""

    subjects: tuple[SubjectRow, ...] = ()
    members: tuple[MemberRow, ...] = ()
    people: tuple[PersonRow, ...] = ()
    involvements: tuple[InvolvementRow, ...] = ()
    restrictions: tuple[RestrictionRow, ...] = ()
    listings: tuple[ListingRow, ...] = ()
    events: tuple[EventRow, ...] = ()
    reviews: tuple[ReviewRow, ...] = ()
