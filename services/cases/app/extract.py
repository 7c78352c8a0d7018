"""What the files of one import amount to: rows that point at each other, ready to be taken in portion by portion."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from typing import Final

from rulebook.facts import RuleId, SubjectKind
from services.cases.app.case_data import (
    CaseData,
    EventRow,
    InvolvementRow,
    ListingRow,
    MemberRow,
    PersonRow,
    RestrictionRow,
    ReviewRow,
    SubjectKey,
    SubjectRow,
)
from services.cases.domain.import_finding import Report

PORTION: Final = 100
PEOPLE_AT_ONCE: Final = 500


@dataclass(frozen=True)
class KnownPerson:
    """Somebody whom the council's data named before. `reachable`: an extract gave their contact details."""

    staff: bool = False
    principal_id: str | None = None
    reachable: bool = False


@dataclass(frozen=True)
class Known:
    """What the council's data held before this import. A child's `True` says that its name is known."""

    subjects: Mapping[SubjectKey, bool] = field(default_factory=dict)
    people: Mapping[str, KnownPerson] = field(default_factory=dict)
    rules: frozenset[RuleId] = frozenset()


@dataclass
class Extract:
    """Filled by the readers, file after file."""

    today: date
    known: Known
    report: Report
    subjects: dict[SubjectKey, SubjectRow] = field(default_factory=dict)
    people: dict[str, PersonRow] = field(default_factory=dict)
    members: dict[tuple[SubjectKey, SubjectKey, date], MemberRow] = field(default_factory=dict)
    involvements: dict[str, InvolvementRow] = field(default_factory=dict)
    restrictions: dict[str, RestrictionRow] = field(default_factory=dict)
    listings: dict[ListingRow, None] = field(default_factory=dict)
    events: dict[tuple[SubjectKey, str], EventRow] = field(default_factory=dict)
    reviews: dict[tuple[SubjectKey, str], ReviewRow] = field(default_factory=dict)
    # Subjects whose listings the extract tells of: whoever stands there no more is listed no more.
    closed: dict[SubjectKey, None] = field(default_factory=dict)
    # A family of one is no group: what concerns it concerns the child.
    only_children: dict[str, SubjectKey] = field(default_factory=dict)
    _children: dict[str, SubjectKey] = field(default_factory=dict)

    def add_subject(self, row: SubjectRow) -> None:
        """One subject of this extract."""
        self.subjects[row.key] = row
        if row.key.collection == SubjectKind.CHILD.value:
            self._children[row.key.source_id] = row.key

    def child(self, source_id: str) -> SubjectKey | None:
        """The child, born or not, of this extract or known before."""
        return self._children.get(source_id) or self._before(SubjectKey(SubjectKind.CHILD, source_id))

    def subject(self, kind: SubjectKind, source_id: str) -> SubjectKey | None:
        """Any subject of this extract or known before."""
        if kind in (SubjectKind.CHILD, SubjectKind.UNBORN_CHILD):
            return self.child(source_id)
        if kind is SubjectKind.SIBLING_GROUP and source_id in self.only_children:
            return self.only_children[source_id]
        key = SubjectKey(kind, source_id)
        return key if key in self.subjects else self._before(key)

    def _before(self, key: SubjectKey) -> SubjectKey | None:
        return key if key in self.known.subjects else None

    def has_person(self, source_id: str) -> bool:
        """Whether this extract or an earlier one names the person."""
        return source_id in self.people or source_id in self.known.people

    def is_staff(self, source_id: str) -> bool:
        """Whether it is a known member of staff."""
        row = self.people.get(source_id) or self.known.people.get(source_id)
        return row is not None and row.staff

    def sign_in_of(self, source_id: str) -> str | None:
        """The directory's id of a member of staff, where known."""
        row = self.people.get(source_id)
        before = self.known.people.get(source_id)
        return (row and row.principal_id) or (before and before.principal_id) or None

    def add_event(self, row: EventRow) -> None:
        """One dated fact; the same source never counts twice."""
        self.events.setdefault((row.subject, row.source_key), row)

    def add_review(self, row: ReviewRow) -> None:
        """What is known of one review beside its day."""
        self.reviews.setdefault((row.subject, row.source_key), row)

    def portions(self) -> Iterator[CaseData]:
        """In an order in which each names only what came before or with it.

        A subject and its restrictions come in one portion: it is never known for a moment without them.
        """
        people = iter(self.people.values())
        while some := tuple(islice(people, PEOPLE_AT_ONCE)):
            yield CaseData(people=some)
        by_subject = self._by_subject()
        for keys in self._clusters():
            yield _portion(keys, by_subject)
        groups = self._groups()
        late = (row for row in self.members.values() if groups.get(row.member, row.group) != row.group)
        if of_two_groups := tuple(row for row in late if row.group.kind is SubjectKind.SIBLING_GROUP):
            yield CaseData(members=of_two_groups)

    def _clusters(self) -> Iterator[list[SubjectKey]]:
        """Households first, for children are placed there; then children, each group with all of its members."""
        groups = self._groups()
        named = {**dict.fromkeys(self.subjects), **dict.fromkeys(self._concerned())}
        homes: list[list[SubjectKey]] = []
        together: dict[SubjectKey, list[SubjectKey]] = {}
        for key in named:
            if key.kind is SubjectKind.SIBLING_GROUP:
                together.setdefault(key, []).append(key)
            elif key.collection == SubjectKind.CHILD.value:
                together.setdefault(groups.get(key, key), []).append(key)
            else:
                homes.append([key])
        yield from _packed(homes)
        yield from _packed(list(together.values()))

    def _groups(self) -> dict[SubjectKey, SubjectKey]:
        """The group that each child comes in with; of several the first."""
        found: dict[SubjectKey, SubjectKey] = {}
        for group, member, _ in self.members:
            if group.kind is SubjectKind.SIBLING_GROUP:
                found.setdefault(member, group)
        return found

    def _concerned(self) -> list[SubjectKey]:
        """Subjects that rows concern, whether or not this extract holds them themselves."""
        found = [row.subject for row in self.involvements.values()]
        found += [row.subject for row in self.restrictions.values()]
        found += [row.subject for row in self.listings]
        found += [row.subject for row in self.events.values()]
        found += [row.subject for row in self.reviews.values()]
        return found + [row.member for row in self.members.values()]

    def _by_subject(self) -> dict[SubjectKey, "_Belongings"]:
        found: dict[SubjectKey, _Belongings] = {}
        for key, subject in self.subjects.items():
            found.setdefault(key, _Belongings()).subjects.append(subject)
        for member in self.members.values():
            found.setdefault(member.member, _Belongings()).members.append(member)
        for involvement in self.involvements.values():
            found.setdefault(involvement.subject, _Belongings()).involvements.append(involvement)
        for restriction in self.restrictions.values():
            found.setdefault(restriction.subject, _Belongings()).restrictions.append(restriction)
        for listing in self.listings:
            found.setdefault(listing.subject, _Belongings()).listings.append(listing)
        for event in self.events.values():
            found.setdefault(event.subject, _Belongings()).events.append(event)
        for review in self.reviews.values():
            found.setdefault(review.subject, _Belongings()).reviews.append(review)
        return found


@dataclass
class _Belongings:
    """What concerns one subject."""

    subjects: list[SubjectRow] = field(default_factory=list)
    members: list[MemberRow] = field(default_factory=list)
    involvements: list[InvolvementRow] = field(default_factory=list)
    restrictions: list[RestrictionRow] = field(default_factory=list)
    listings: list[ListingRow] = field(default_factory=list)
    events: list[EventRow] = field(default_factory=list)
    reviews: list[ReviewRow] = field(default_factory=list)


def _packed(clusters: list[list[SubjectKey]]) -> Iterator[list[SubjectKey]]:
    """Clusters laid together until a portion is full; none is ever cut."""
    portion: list[SubjectKey] = []
    for cluster in clusters:
        portion += cluster
        if len(portion) >= PORTION:
            yield portion
            portion = []
    if portion:
        yield portion


def _portion(keys: list[SubjectKey], by_subject: Mapping[SubjectKey, _Belongings]) -> CaseData:
    parts = [by_subject[key] for key in dict.fromkeys(keys) if key in by_subject]
    return CaseData(
        subjects=tuple(row for part in parts for row in part.subjects),
        members=tuple(row for part in parts for row in part.members),
        involvements=tuple(row for part in parts for row in part.involvements),
        restrictions=tuple(row for part in parts for row in part.restrictions),
        listings=tuple(row for part in parts for row in part.listings),
        events=tuple(row for part in parts for row in part.events),
        reviews=tuple(row for part in parts for row in part.reviews),
    )
