"""A council's bodies, as its pack says."""

from collections.abc import Iterable
from typing import Final
from uuid import UUID

from rulebook.body import Body as PackBody
from rulebook.body import BodyQuorum, Deadline, Seats
from rulebook.counting import Unit
from rulebook.due import Within
from rulebook.pack import Pack
from rulebook.rule import RuleKind
from services.panels.domain.body import Authority, Body, BodyUuid, body_uuid
from services.panels.domain.constitution import Constitution, DeadlineRule, DeadlineStep
from services.panels.domain.quorum import QuorumRule, Seat

FORTNIGHT: Final = 14
_WAIT: Final = "item_wait_minutes"


def standing_bodies(council_id: UUID, pack: Pack) -> dict[BodyUuid, Body]:
    """The pack's bodies that hear subjects here, by id: those with an agenda and a meeting kind."""
    found = (_body(council_id, pack, body) for body in pack.bodies.values())
    return {body.body_id: body for body in found if body is not None}


def _body(council_id: UUID, pack: Pack, body: PackBody) -> Body | None:
    agenda = body.agenda
    if agenda is None or body.meeting_kind is None:
        return None
    return Body(
        body_id=body_uuid(council_id, body.id),
        key=body.id,
        title=pack.label(body.title),
        meeting_kind=body.meeting_kind,
        authority=Authority(body.authority),
        chair_role=body.chair_role.value,
        interval_days=_interval(pack, body),
        considered_event=agenda.considered_event,
        may_record=agenda.may_also_record | {agenda.considered_event},
        item_minutes=agenda.item_minutes,
        decision_maker=agenda.decision_maker,
        constitution=_constitution(pack, body),
        asks_for=agenda.asks_for,
        comes_for_item=frozenset(role.value for role in agenda.comes_for_item),
        wait_minutes=int(pack.parameters.get(_WAIT, 0)),
        papers_may_follow=agenda.papers_may_follow,
    )


def _constitution(pack: Pack, body: PackBody) -> Constitution:
    membership, quorum = body.membership, body.quorum
    capacity = body.agenda.capacity if body.agenda else None
    return Constitution(
        remit=pack.label(body.remit),
        subjects=body.subjects,
        matters=body.matters,
        capacity=capacity.value if capacity else 0,
        quorum=_quorum(quorum) if quorum else None,
        quorum_local=quorum is not None and quorum.at_least.local,
        member_roles=tuple(role.value for role in membership.roles) if membership else (),
        central_list=membership is not None and membership.central_list,
        notice_months=membership.notice_months if membership else 0,
        deadlines=tuple(map(_deadline, body.deadlines)),
    )


def _quorum(quorum: BodyQuorum) -> QuorumRule:
    return QuorumRule(quorum.at_least.value, _seats(quorum.seats), _seats(quorum.among))


def _seats(seats: Iterable[Seats]) -> tuple[Seat, ...]:
    return tuple(Seat(frozenset(role.value for role in one.roles), one.count) for one in seats)


def _deadline(rule: Deadline) -> DeadlineRule:
    days = rule.working_days
    return DeadlineRule(DeadlineStep(rule.step.value), days.value, rule.step.before_sitting, days.local)


def _interval(pack: Pack, body: PackBody) -> int:
    """Days of the body's standing rule, such as BCP-9-06, else what the pack says of the body itself."""
    days = {Unit.DAYS: 1, Unit.WEEKS: 7}
    for rule in pack.rules:
        due = rule.due
        if rule.kind is RuleKind.SITTING and rule.body == body.id and isinstance(due, Within) and due.unit in days:
            return due.amount * days[due.unit]
    return body.sits_every_days.value if body.sits_every_days else FORTNIGHT
