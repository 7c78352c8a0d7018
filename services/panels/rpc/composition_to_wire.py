"""Domain to wire for CompositionService, and the constitution of a body."""

from permanence.panels.v1 import member_pb2 as wire

from services.panels.domain import names
from services.panels.domain.composition import Composition, ItemComposition, MemberAtSitting
from services.panels.domain.conflict import Conflict
from services.panels.domain.constitution import Constitution, DeadlineRule, DeadlineStep
from services.panels.domain.member import Member
from services.panels.domain.quorum import Quorum, QuorumRule, Seat
from services.panels.domain.sitting import SittingId
from services.panels.rpc.wire_time import day, instant


def constitution(one: Constitution, decision_maker: str) -> wire.Constitution:
    """As the pack says; deadlines before the sitting count in negative days."""
    return wire.Constitution(
        remit=one.remit,
        subjects=one.subjects,
        matters=one.matters,
        capacity=one.capacity,
        decision_maker=decision_maker,
        quorum=_rule(one.quorum, local=one.quorum_local) if one.quorum else None,
        central_list=one.central_list,
        deadlines=[_deadline_rule(rule) for rule in one.deadlines],
        member_roles=one.member_roles,
        notice_months=one.notice_months,
    )


def member(council: str, one: Member) -> wire.Member:
    """A member."""
    return wire.Member(
        name=names.member_name(council, one.member_id),
        body=names.body_name(council, one.body),
        person=one.person,
        name_for_staff=one.name_for_staff,
        roles=sorted(one.roles),
        from_date=day(one.from_date),
        until_date=day(one.until_date),
        experienced_since=day(one.experienced_since),
        evidence=one.evidence,
        etag=str(one.version),
    )


def at_sitting(council: str, one: MemberAtSitting) -> wire.MemberAtSitting:
    """Where a member stands; unspecified where nobody said anything."""
    presence = one.entry.presence.name if one.entry else "UNSPECIFIED"
    return wire.MemberAtSitting(
        member=member(council, one.member),
        presence=wire.Presence.Value(f"PRESENCE_{presence}"),
        since_time=instant(one.entry.at if one.entry else None),
        counting_roles=sorted(one.roles),
    )


def conflict(council: str, item: str, one: Conflict) -> wire.Conflict:
    """On one agenda item."""
    return wire.Conflict(
        name=names.conflict_name(council, one.conflict_id) if one.conflict_id else "",
        agenda_item=item,
        member=names.member_name(council, one.member),
        ground=wire.ConflictGround.Value(f"CONFLICT_GROUND_{one.ground.name}"),
        words=one.words,
        derived=one.derived,
        recused=one.recuses,
        withheld=one.withheld,
    )


def composition(council: str, sitting: SittingId, one: Composition) -> wire.Composition:
    """A sitting's."""
    return wire.Composition(
        sitting=names.sitting_name(council, sitting),
        members=[at_sitting(council, each) for each in one.members],
        items=[_item(council, each) for each in one.items],
        quorum=_quorum(one.quorum),
        deadlines=[
            wire.Deadline(step=_step(each.step), due_date=day(each.due), local=each.local) for each in one.deadlines
        ],
        unanswered=one.unanswered,
    )


def _item(council: str, one: ItemComposition) -> wire.ItemComposition:
    name = names.item_name(council, one.item)
    return wire.ItemComposition(
        agenda_item=name,
        present=[names.member_name(council, each) for each in one.present],
        conflicts=[conflict(council, name, each) for each in one.conflicts],
        quorum=_quorum(one.quorum),
    )


def _quorum(one: Quorum) -> wire.QuorumState:
    return wire.QuorumState(met=one.met, missing=one.missing)


def _rule(one: QuorumRule, *, local: bool) -> wire.QuorumRule:
    return wire.QuorumRule(at_least=one.at_least, seats=map(_seat, one.seats), among=map(_seat, one.among), local=local)


def _seat(one: Seat) -> wire.Seat:
    return wire.Seat(roles=sorted(one.roles), count=one.count)


def _deadline_rule(one: DeadlineRule) -> wire.DeadlineRule:
    days = -one.working_days if one.before_sitting else one.working_days
    return wire.DeadlineRule(step=_step(one.step), working_days=days, local=one.local)


def _step(one: DeadlineStep) -> wire.DeadlineStep.ValueType:
    return wire.DeadlineStep.Value(f"DEADLINE_STEP_{one.name}")
