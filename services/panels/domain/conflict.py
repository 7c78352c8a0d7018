"""Conflicts of interest: declared by somebody, or found in who stands around whom. Pure.

A conflict is about a subject and not about one agenda item, so that it goes with the subject to the next sitting.
"""

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final
from uuid import UUID

from services.panels.domain.member import Member, MemberId

PARENTS: Final = frozenset({"mother", "father", "parent"})
_FAMILY: Final = PARENTS | {"child", "family-member", "carer"}
_MANAGERS: Final = frozenset({"team-manager", "service-manager", "service-director", "independent-reviewing-manager"})
_REVIEWS: Final = "reviewing-officer"
_CHILD: Final = "child"
_CARER: Final = "carer"
NOT_SHOWN: Final = "For a reason that you may not read."


class ConflictGround(StrEnum):
    """Why a member keeps out."""

    PERSONAL = "personal"
    LINE_MANAGEMENT = "line-management"
    SIBLING_CARER = "sibling-carer"
    ASSESSOR = "assessor"
    PARENT_AND_CHILD = "parent-and-child"
    OWN_CASE = "own-case"
    FAMILY = "family"


_FOUND_WORDS: Final = {
    ConflictGround.LINE_MANAGEMENT: "Manages those who work with the case, as its {role}.",
    ConflictGround.SIBLING_CARER: "Cares for a brother or sister.",
    ConflictGround.ASSESSOR: "Assesses or supervises the household, as its {role}.",
    ConflictGround.PARENT_AND_CHILD: "Is the reviewing officer of both the child and the child's parent.",
    ConflictGround.OWN_CASE: "Works with the case, as its {role}.",
    ConflictGround.FAMILY: "Is of the family or household, as {role}.",
}


@dataclass(frozen=True)
class Part:
    """That a person has a role around a subject; resource names, and the role in kebab case."""

    person: str
    subject: str
    role: str


@dataclass(frozen=True)
class Conflict:
    """A member's conflict on subjects.

    Attributes:
        words: what it is, for staff. Personal data.
        conflict_id: None for one that was found and that nobody said anything of.
        derived: found and not declared.
        set_aside: why the member takes part all the same; empty while they keep out. Personal data.
        about: the subject whose record tells of it: whoever may not know of that one reads no more than that the member
            keeps out. Empty for what somebody declared.
    """

    member: MemberId
    subjects: frozenset[str]
    ground: ConflictGround
    words: str
    conflict_id: UUID | None = None
    derived: bool = False
    set_aside: str = ""
    about: str = ""

    @property
    def withheld(self) -> bool:
        """Whether its ground and words are not shown to whoever reads it."""
        return self.words == NOT_SHOWN

    @property
    def recuses(self) -> bool:
        """Whether the member keeps out. A reviewing officer of parent and child always does."""
        return self.ground is ConflictGround.PARENT_AND_CHILD or not self.set_aside


def found_conflicts(
    members: Sequence[Member], subjects: Iterable[str], parts: Sequence[Part], families: Sequence[frozenset[str]]
) -> list[Conflict]:
    """What the parts around the subjects and around their brothers and sisters tell of the members.

    Only members who are known as a person can be found.
    """
    people = {member.person: member.member_id for member in members if member.person}
    found = {
        (people[part.person], subject, ground): (_words(ground, part.role), about)
        for subject in subjects
        for part, ground, about in _grounds(subject, parts, families)
        if part.person in people
    }
    return [
        Conflict(member, frozenset({subject}), ground, words, derived=True, about=about)
        for (member, subject, ground), (words, about) in sorted(found.items())
    ]


def _grounds(
    subject: str, parts: Sequence[Part], families: Sequence[frozenset[str]]
) -> Iterator[tuple[Part, ConflictGround, str]]:
    """Each with the subject whose record tells of it."""
    siblings = frozenset().union(*(family for family in families if subject in family)) - {subject}
    for part in parts:
        if part.subject == subject:
            yield part, _own_ground(part), subject
        elif part.subject in siblings and part.role == _CARER:
            yield part, ConflictGround.SIBLING_CARER, part.subject
    yield from _of_parent_and_child(subject, parts)


def _own_ground(part: Part) -> ConflictGround:
    household = "/carerHouseholds/" in part.subject
    if part.role in _FAMILY:
        return ConflictGround.FAMILY
    if part.role == "supervising-social-worker" or (household and part.role == "social-worker"):
        return ConflictGround.ASSESSOR
    return ConflictGround.LINE_MANAGEMENT if part.role in _MANAGERS else ConflictGround.OWN_CASE


def _of_parent_and_child(subject: str, parts: Sequence[Part]) -> Iterator[tuple[Part, ConflictGround, str]]:
    """The subject's reviewing officers who review a parent or a child of the subject too."""
    related = _children_of_parents(subject, parts)
    reviewed = {part.person: part.subject for part in parts if part.role == _REVIEWS and part.subject in related}
    for part in parts:
        if part.subject == subject and part.role == _REVIEWS and part.person in reviewed:
            yield part, ConflictGround.PARENT_AND_CHILD, reviewed[part.person]


def _children_of_parents(subject: str, parts: Sequence[Part]) -> set[str]:
    """Subjects whose own person is a parent of this one, or of whom this one's own person is a parent."""
    parents = {part.person for part in parts if part.subject == subject and part.role in PARENTS}
    own = {part.person for part in parts if part.subject == subject and part.role == _CHILD}
    return {part.subject for part in parts if part.role == _CHILD and part.person in parents} | {
        part.subject for part in parts if part.role in PARENTS and part.person in own
    }


def _words(ground: ConflictGround, role: str) -> str:
    return _FOUND_WORDS[ground].format(role=role.replace("-", " "))


def all_conflicts(kept: Sequence[Conflict], found: Sequence[Conflict]) -> list[Conflict]:
    """What somebody said, and what was found that nobody said anything of."""
    said = {(one.member, one.ground, subject) for one in kept for subject in one.subjects}
    return [*kept, *(one for one in found if not {(one.member, one.ground, s) for s in one.subjects} <= said)]


def recused_from(conflicts: Iterable[Conflict], items: Mapping[UUID, Sequence[str]]) -> dict[MemberId, frozenset[UUID]]:
    """From which agenda items each member keeps out; `items` are the subjects of each."""
    out: dict[MemberId, set[UUID]] = {}
    for conflict in conflicts:
        if conflict.recuses:
            hit = {item for item, subjects in items.items() if conflict.subjects.intersection(subjects)}
            out.setdefault(conflict.member, set()).update(hit)
    return {member: frozenset(hit) for member, hit in out.items()}


def hide_what_is_about(conflicts: Iterable[Conflict], seen: Container[str]) -> list[Conflict]:
    """With no ground and no words where they would tell of a subject that is not among those `seen`."""
    return [
        one
        if not one.about or one.about in seen
        else replace(one, ground=ConflictGround.PERSONAL, words=NOT_SHOWN, set_aside=NOT_SHOWN if one.set_aside else "")
        for one in conflicts
    ]
