"""Whoever a clock belongs to."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from rulebook.facts import AttributeValue, BodyId, SubjectKind
from rulebook.facts import Subject as RuleSubject
from services.cases.domain.names import SubjectId, subject_name


@dataclass(frozen=True)
class Subject:
    """One subject as it is kept. Names and dates of birth are personal data.

    `has_siblings`: today it belongs to a sibling group with others.
    """

    id: SubjectId
    kind: SubjectKind
    source_id: str
    reference: str
    display_name: str = ""
    given_names: str = ""
    family_name: str = ""
    born_on: date | None = None
    expected_on: date | None = None
    restricted: bool = False
    looked_after_since: date | None = None
    looked_after_since_inferred: bool = False
    attributes: Mapping[str, AttributeValue] = field(default_factory=dict)
    version: int = 1
    has_siblings: bool = False

    def name_in(self, council: str) -> str:
        """Its resource name."""
        return subject_name(council, self.kind, self.id)

    def for_rules(self) -> RuleSubject:
        """What the rulebook is told of it. What is recorded as an attribute wins over what follows from other data."""
        body = BodyId(self.source_id) if self.kind is SubjectKind.BODY else None
        return RuleSubject(str(self.id), self.kind, self.born_on, body, {**self._derived(), **self.attributes})

    def _derived(self) -> Mapping[str, AttributeValue]:
        found: dict[str, AttributeValue] = {}
        if self.expected_on is not None:
            found["date_of_birth_expected"] = self.expected_on
        if self.has_siblings:
            found["sibling_group"] = True
        return found


@dataclass(frozen=True)
class Member:
    """One subject's place in a group: a child among siblings, or with a carer household."""

    group: SubjectId
    member: SubjectId
    member_kind: SubjectKind
