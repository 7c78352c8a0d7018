"""Resource names of what this service holds (AIP-122). They hold ids only, so that they may be logged."""

from collections.abc import Mapping
from typing import Final, NewType
from uuid import UUID, uuid5

from rulebook.facts import BodyId, ObligationKey, SubjectKind

SubjectId = NewType("SubjectId", UUID)
PersonId = NewType("PersonId", UUID)
CaseEventId = NewType("CaseEventId", UUID)
ObligationId = NewType("ObligationId", UUID)
RestrictionId = NewType("RestrictionId", UUID)
DateChangeId = NewType("DateChangeId", UUID)

COLLECTIONS: Final[Mapping[SubjectKind, str]] = {
    SubjectKind.CHILD: "children",
    SubjectKind.UNBORN_CHILD: "children",
    SubjectKind.SIBLING_GROUP: "siblingGroups",
    SubjectKind.CARER_HOUSEHOLD: "carerHouseholds",
    SubjectKind.BODY: "bodies",
}


def subject_name(council: str, kind: SubjectKind, subject: UUID) -> str:
    """`councils/{council}/children/{child}` and so on; an unborn child's name outlives the birth."""
    return f"councils/{council}/{COLLECTIONS[kind]}/{subject}"


def person_name(council: str, person: UUID) -> str:
    """`councils/{council}/people/{person}`."""
    return f"councils/{council}/people/{person}"


def case_event_name(council: str, event: UUID) -> str:
    """`councils/{council}/caseEvents/{case_event}`."""
    return f"councils/{council}/caseEvents/{event}"


def obligation_name(council: str, obligation: UUID) -> str:
    """`councils/{council}/obligations/{obligation}`."""
    return f"councils/{council}/obligations/{obligation}"


def date_change_name(council: str, change: UUID) -> str:
    """`councils/{council}/dateChanges/{date_change}`."""
    return f"councils/{council}/dateChanges/{change}"


def restriction_name(council: str, restriction: UUID) -> str:
    """`councils/{council}/restrictions/{restriction}`."""
    return f"councils/{council}/restrictions/{restriction}"


def id_at_end(name: str) -> UUID:
    """The id in a resource name that another service sent. ValueError where there is none."""
    return UUID(name.rpartition("/")[2])


def body_subject_id(council_id: UUID, body: BodyId) -> SubjectId:
    """The id of a standing body's subject: every service works it out alike and need not ask."""
    return SubjectId(uuid5(council_id, f"body:{body}"))


def obligation_id(subject: SubjectId, key: ObligationKey) -> ObligationId:
    """The id of an obligation follows from its subject and its stable key, however often it is worked out."""
    return ObligationId(uuid5(subject, key))
