"""A council's bodies, as its pack says."""

from typing import Final
from uuid import UUID

from rulebook.counting import Unit
from rulebook.due import Within
from rulebook.pack import Body as PackBody
from rulebook.pack import Pack
from rulebook.rule import RuleKind
from services.panels.domain.body import Authority, Body, BodyUuid, body_uuid

FORTNIGHT: Final = 14


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
    )


def _interval(pack: Pack, body: PackBody) -> int:
    """Days of the body's standing rule, such as BCP-9-06."""
    days = {Unit.DAYS: 1, Unit.WEEKS: 7}
    for rule in pack.rules:
        due = rule.due
        if rule.kind is RuleKind.SITTING and rule.body == body.id and isinstance(due, Within) and due.unit in days:
            return due.amount * days[due.unit]
    return FORTNIGHT
