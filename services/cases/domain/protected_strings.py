"""Strings that must not reach anybody else: what the last check before anything leaves looks for."""

from collections.abc import Iterable

from rulebook.facts import SubjectKind
from services.cases.domain.person import Person
from services.cases.domain.subject import Subject

# Anything shorter would be found inside ordinary words and switch the check into noise.
_SHORTEST = 3
_CARER = "carer"
_SCHOOL = "school"


def of_person(person: Person) -> tuple[str, ...]:
    """What nobody else may be shown because of this person.

    A member of staff is known by name and work address to everybody who is invited; only what is private counts.
    """
    private = (person.phone, *_place(person), *person.protected_strings)
    if person.staff:
        return _kept(private)
    names = (person.display_name, person.given_names, person.family_name)
    return _kept((*names, person.organisation, person.email, *private))


def of_subject(subject: Subject, around: Iterable[tuple[Person, str]]) -> tuple[str, ...]:
    """What tells who the subject is or where it lives: its names, its school, the address of whoever cares for it.

    The carers' address is always among them, also where no restriction makes it confidential: nobody
    needs it for a meeting. A body is nobody: its title stands in the policy, and is what its sittings are called.
    """
    if subject.kind is SubjectKind.BODY:
        return ()
    found = [subject.display_name, subject.given_names, subject.family_name]
    for person, role in around:
        if role == _CARER:
            found.extend(_place(person))
        elif role == _SCHOOL:
            found.append(person.organisation)
    return _kept(found)


def _place(person: Person) -> tuple[str, ...]:
    """The lines that lead to the door: the first, and those with a number (street, postcode)."""
    lines = person.postal_lines
    return tuple(line for at, line in enumerate(lines) if at == 0 or any(sign.isdigit() for sign in line))


def _kept(strings: Iterable[str]) -> tuple[str, ...]:
    stripped = (string.strip() for string in strings)
    return tuple(dict.fromkeys(string for string in stripped if len(string) >= _SHORTEST))
