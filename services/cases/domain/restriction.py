"""What keeps people apart, or keeps something from them."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from rulebook.facts import SubjectKind
from services.cases.domain.names import PersonId, RestrictionId, SubjectId


class RestrictionKind(StrEnum):
    """What a restriction keeps apart."""

    RESTRICTED_CASE = "restricted_case"
    CONFIDENTIAL_ADDRESS = "confidential_address"
    MUST_NOT_MEET = "must_not_meet"
    MUST_NOT_KNOW = "must_not_know"


@dataclass(frozen=True)
class Restriction:
    """One restriction. `other_subject` is the carer household whose address is kept."""

    id: RestrictionId
    kind: RestrictionKind
    subject: SubjectId
    subject_kind: SubjectKind
    person: PersonId | None
    other_person: PersonId | None
    other_subject: SubjectId | None
    court_ordered: bool
    from_date: date
    until_date: date | None
