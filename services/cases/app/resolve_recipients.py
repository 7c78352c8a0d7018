"""Resolves how people may be told something about subjects, as it stands today. For notifications alone."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.cases.app.get_subject import SubjectRef
from services.cases.app.list_involvements import find_each
from services.cases.app.policy import require
from services.cases.app.ports import Unit
from services.cases.app.sight import EVERYTHING
from services.cases.domain import protected_strings
from services.cases.domain.names import PersonId
from services.cases.domain.person import Involvement, Person, Recipient, named_roles
from services.cases.domain.subject import Subject


@dataclass(frozen=True)
class Resolved:
    """Who may be told and how, and what must not stand in anything that leaves."""

    recipients: tuple[Recipient, ...]
    references: tuple[str, ...]
    restricted: bool
    subject_protected_strings: tuple[str, ...]


async def resolve_recipients(unit: Unit, refs: Sequence[SubjectRef], people: Sequence[PersonId]) -> Resolved:
    """Leaves out whoever has no running part around the subjects: they may not be told.

    Without subjects only staff are told of. Staff who never had one may (a chair, who takes the minutes); a worker
    whose part has ended may not.
    """
    require(unit.caller, "ResolveRecipients", f"councils/{unit.council}")
    subjects = await find_each(unit, refs)
    ids = [subject.id for subject in subjects]
    around = await unit.people.around(ids, unit.today())
    left = await unit.people.left(ids, people, unit.today())
    wanted = {person.id: person for person in await unit.people.find_all(people)}
    recipients = [_recipient(wanted[one], around) for one in dict.fromkeys(people) if one in wanted]
    for name in [ref.name for ref in refs] or [f"councils/{unit.council}"]:
        await unit.audit("ResolveRecipients", name, ("contact",))
    return Resolved(
        recipients=tuple(one for one in recipients if one.roles or (one.person.staff and one.person.id not in left)),
        references=tuple(subject.reference for subject in subjects),
        restricted=any(subject.restricted for subject in subjects),
        subject_protected_strings=await _of_subjects(unit, subjects),
    )


def _recipient(person: Person, around: Sequence[Involvement]) -> Recipient:
    return Recipient(person, named_roles(around, person.id), protected_strings.of_person(person))


async def _of_subjects(unit: Unit, subjects: Sequence[Subject]) -> tuple[str, ...]:
    """Of the subjects and the children among their members; their carer households tell where they live."""
    ids = [subject.id for subject in subjects]
    members = await unit.subjects.members(ids, EVERYTHING)
    children = await unit.subjects.find_all([one.member for one in members], EVERYTHING)
    near = await unit.people.near(ids, unit.today())
    people = {one.id: one for one in await unit.people.find_all([person for person, _ in near])}
    parts = [(people[person], role) for person, role in near]
    found = [text for one in (*subjects, *children) for text in protected_strings.of_subject(one, parts)]
    return tuple(dict.fromkeys(found))
