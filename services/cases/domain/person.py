"""The people around a subject: their parts, and how each may be told something."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from rulebook.facts import SubjectKind
from services.cases.domain.names import PersonId, SubjectId
from services.cases.domain.unsafe_time import UnsafeTime, is_whole_week


class Channel(StrEnum):
    """A way to reach a person."""

    OUTLOOK = "outlook"
    EMAIL = "email"
    TEXT = "text"
    LETTER = "letter"
    IN_PERSON = "in_person"


@dataclass(frozen=True)
class Person:
    """One person with the contact that was recorded as safe. Everything but the ids is personal data."""

    id: PersonId
    source_id: str
    staff: bool
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

    @property
    def display_name(self) -> str:
        """The name as people read it."""
        return " ".join(part for part in (self.given_names, self.family_name) if part)

    @property
    def safe_channel(self) -> Channel | None:
        """The chosen channel, unless it is also recorded as unsafe, or every hour is: then nobody has said which is
        safe.
        """
        unsafe = self.channel in self.unsafe_channels or is_whole_week(self.unsafe_times)
        return None if unsafe else self.channel


@dataclass(frozen=True)
class Involvement:
    """One person's part around a subject, for a time."""

    person: PersonId
    subject: SubjectId
    subject_kind: SubjectKind
    role: str
    from_date: date
    until_date: date | None
    staff: bool
    display_name: str


@dataclass(frozen=True)
class Recipient:
    """A person as they may be told something today."""

    person: Person
    roles: tuple[str, ...]
    protected_strings: tuple[str, ...]


def named_roles(involvements: Sequence[Involvement], person: PersonId) -> tuple[str, ...]:
    """The roles one person has, each once, in alphabetical order."""
    return tuple(sorted({one.role for one in involvements if one.person == person}))
