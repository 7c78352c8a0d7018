"""Put somebody on a body's list, change as what they sit, end their membership: and read the list."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from rulebook.counting import add_months, day_in_words, london_date
from servicekit.caller import Caller
from servicekit.errors import InvalidRequest, NotFound, VersionClash, Violation
from servicekit.ids import new_id
from services.panels.app.policy import require
from services.panels.app.ports import Begin, CouncilBodies, UnitOfWork
from services.panels.domain.body import Body, BodyUuid
from services.panels.domain.errors import AlreadyMemberError, NoticeTooShortError
from services.panels.domain.member import Member, MemberId, listed
from services.panels.domain.member_roles import CHAIR, INDEPENDENT, MEMBER_ROLES, SOCIAL_WORKER, VICE_CHAIR
from services.panels.domain.names import body_name, member_name

# Regulation 23(4) of fsr-2011 and regulation 4 of aar-2005: one who chairs, one or two vice chairs.
_AT_MOST = {CHAIR: 1, VICE_CHAIR: 2}


@dataclass(frozen=True)
class Standing:
    """As what somebody sits, and what shows their experience."""

    roles: frozenset[str]
    experienced_since: date | None = None
    evidence: str = ""


@dataclass(frozen=True)
class AddMember:
    """Somebody new on the list of a body."""

    body: BodyUuid
    person: str
    name_for_staff: str
    standing: Standing
    from_date: date


async def list_members(
    begin: Begin, caller: Caller, council: CouncilBodies, body_id: BodyUuid, include_left: bool
) -> list[Member]:
    """By name; those who have left only where asked for."""
    body = _body(caller, council, body_id)
    name = body_name(caller.council, body.body_id)
    require(caller, "ListMembers", name)
    async with begin(caller) as unit:
        members = await unit.composition.members(body.body_id)
        await unit.audit(caller, "ListMembers", name, ["members"])
        today = london_date(unit.now())
    return [one for one in members if include_left or one.until_date is None or today <= one.until_date]


async def add_member(unit: UnitOfWork, caller: Caller, council: CouncilBodies, command: AddMember) -> Member:
    """Put them on the list.

    InvalidRequest for roles that cannot be; AlreadyMemberError where they are on it.
    """
    body = _body(caller, council, command.body)
    on_list = await unit.composition.lock_list(body.body_id)
    member = Member(
        member_id=MemberId(new_id()),
        body=body.body_id,
        person=command.person,
        name_for_staff=command.name_for_staff,
        roles=command.standing.roles,
        from_date=command.from_date,
        experienced_since=command.standing.experienced_since,
        evidence=command.standing.evidence,
    )
    _refuse_twice(caller, member, on_list)
    _refuse_standing(body, member, on_list, command.from_date)
    await unit.composition.add_member(member)
    fields = ["person", "name_for_staff", "roles", "from_date", "experienced_since", "evidence"]
    await unit.audit(caller, "AddMember", member_name(caller.council, member.member_id), fields)
    return member


async def change_member(
    unit: UnitOfWork, caller: Caller, council: CouncilBodies, member_id: MemberId, etag: str, standing: Standing
) -> Member:
    """Other roles, or other evidence. VersionClash for an old etag; InvalidRequest for roles that cannot be."""
    member, body = await _locked(unit, caller, council, member_id, etag)
    changed = replace(
        member,
        roles=standing.roles,
        experienced_since=standing.experienced_since,
        evidence=standing.evidence,
        version=member.version + 1,
    )
    _refuse_standing(body, changed, await unit.composition.lock_list(body.body_id), london_date(unit.now()))
    await unit.composition.change_member(changed)
    name = member_name(caller.council, member_id)
    await unit.audit(caller, "ChangeMember", name, ["roles", "experienced_since", "evidence"])
    return changed


async def end_membership(
    unit: UnitOfWork, caller: Caller, council: CouncilBodies, member_id: MemberId, etag: str, until: date
) -> Member:
    """Their last day on the list. NoticeTooShortError where the list's notice ends later; VersionClash."""
    member, body = await _locked(unit, caller, council, member_id, etag)
    if until < member.from_date:
        raise InvalidRequest(
            [Violation("until_date", f"lies before their first day, {day_in_words(member.from_date)}")]
        )
    today, months = london_date(unit.now()), body.constitution.notice_months
    if months and until < (earliest := add_months(today, months)):
        raise NoticeTooShortError(earliest=day_in_words(earliest), months=str(months))
    if until < today:  # who made up a sitting that is over does not change afterwards
        raise InvalidRequest([Violation("until_date", "has passed; give a day from today on")])
    ended = replace(member, until_date=until, version=member.version + 1)
    await unit.composition.change_member(ended)
    await unit.audit(caller, "EndMembership", member_name(caller.council, member_id), ["until_date"])
    return ended


def _body(caller: Caller, council: CouncilBodies, body_id: BodyUuid) -> Body:
    body = council.bodies.get(body_id)
    if body is None:
        raise NotFound(body_name(caller.council, body_id))
    return body


async def _locked(
    unit: UnitOfWork, caller: Caller, council: CouncilBodies, member_id: MemberId, etag: str
) -> tuple[Member, Body]:
    name = member_name(caller.council, member_id)
    member = await unit.composition.member(member_id, lock=True)
    if member is None:
        raise NotFound(name)
    if etag != str(member.version):
        raise VersionClash(name)
    return member, _body(caller, council, member.body)


def _refuse_twice(caller: Caller, new: Member, on_list: Sequence[Member]) -> None:
    """The same person, or where nobody is known as a person the same name, at the same time."""
    for one in on_list:
        same = one.person == new.person if one.person and new.person else one.name_for_staff == new.name_for_staff
        if same and (one.until_date is None or new.from_date <= one.until_date):
            raise AlreadyMemberError(member=member_name(caller.council, one.member_id))


def _refuse_standing(body: Body, member: Member, on_list: Sequence[Member], day: date) -> None:
    """InvalidRequest with everything that a member of this body cannot be."""
    allowed = body.constitution.member_roles or tuple(MEMBER_ROLES)
    faults = [
        Violation("roles", f"{role} is no role of this body; choose from: {', '.join(allowed)}")
        for role in sorted(member.roles - set(allowed))
    ]
    others = [one for one in listed(on_list, day) if one.member_id != member.member_id]
    for role, most in _AT_MOST.items():
        if role in member.roles and sum(1 for one in others if role in one.roles) >= most:
            faults.append(Violation("roles", f"{MEMBER_ROLES[role]} is on the list already: end that membership first"))
    if body.constitution.central_list and CHAIR in member.roles and INDEPENDENT not in member.roles:
        faults.append(Violation("roles", "the chair of this body must be independent of the council: add independent"))
    if SOCIAL_WORKER in member.roles and SOCIAL_WORKER not in member.roles_on(day):
        text = (
            "must show three years of experience since qualifying by the first day: say since when, and what showed it"
        )
        faults.append(Violation("experienced_since", text))
    if faults:
        raise InvalidRequest(faults)
