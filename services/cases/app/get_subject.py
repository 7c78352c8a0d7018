"""Reads one subject."""

from dataclasses import dataclass, replace

from rulebook.facts import SubjectKind
from servicekit.caller import Caller
from servicekit.errors import NotFound
from services.cases.app.policy import POLICIES, require
from services.cases.app.ports import Unit
from services.cases.app.sight import sight_of
from services.cases.domain.names import SubjectId
from services.cases.domain.subject import Member, Subject


@dataclass(frozen=True)
class SubjectRef:
    """A subject as a request names it."""

    id: SubjectId
    kind: SubjectKind
    name: str


@dataclass(frozen=True)
class SubjectView:
    """A subject with the members the caller may know of."""

    subject: Subject
    members: tuple[Member, ...]


async def get_subject(unit: Unit, ref: SubjectRef) -> SubjectView:
    """NotFound for one that does not exist, and for one the caller may not know of."""
    require(unit.caller, "GetSubject", ref.name)
    subject = await find(unit, ref)
    await unit.audit("GetSubject", ref.name)
    return (await views(unit, [subject]))[0]


async def find(unit: Unit, ref: SubjectRef, action: str = "ReadCase") -> Subject:
    """The subject, or NotFound: the same answer for hidden and absent."""
    subject = await unit.subjects.find(ref.id, ref.kind, sight_of(unit.caller, action))
    if subject is None:
        raise NotFound(ref.name)
    return subject


async def views(unit: Unit, subjects: list[Subject]) -> list[SubjectView]:
    """Subjects with their members, without what this caller has no need to read."""
    members = await unit.subjects.members([subject.id for subject in subjects], sight_of(unit.caller))
    return [
        SubjectView(readable(unit.caller, subject), tuple(one for one in members if one.group == subject.id))
        for subject in subjects
    ]


def readable(caller: Caller, subject: Subject) -> Subject:
    """The subject as the caller may read it: names and birthdays only for those whose work needs them."""
    if may_read_names(caller):
        return subject
    return replace(subject, display_name="", born_on=None, expected_on=None)


def may_read_names(caller: Caller) -> bool:
    """Whether the caller's work needs names."""
    return POLICIES.may(caller, "ReadNames", {"council": caller.council}, resource_type="Council")
