"""A council's bodies: what its pack says, joined with what a pack does not say yet."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from rulebook.counting import Unit
from rulebook.due import Within
from rulebook.pack import Body as PackBody
from rulebook.pack import Pack
from rulebook.rule import RuleKind
from services.panels.domain.body import Authority, Body, BodyUuid, body_uuid

FORTNIGHT: Final = 14


@dataclass(frozen=True)
class SittingTerms:
    """What this service needs to know of a body beyond the pack's `bodies`."""

    considered_event: str
    may_also_record: frozenset[str]
    item_minutes: int
    decision_maker: str = ""


# To be moved into the pack's `bodies`: then this table goes, and `standing_bodies` reads the pack alone.
# A tracking panel endorses and challenges (BCP 9); plans are agreed, and changed, at the child in care review.
TERMS: Final[Mapping[str, SittingTerms]] = {
    "tracking-panel": SittingTerms(
        considered_event="tracking_meeting_considered",
        may_also_record=frozenset({"drift_identified"}),
        item_minutes=15,
    ),
}


def standing_bodies(council_id: UUID, pack: Pack) -> dict[BodyUuid, Body]:
    """The pack's bodies that sit, by id. One without terms above, or without a meeting kind, is left out."""
    found = (_body(council_id, pack, body) for body in pack.bodies.values())
    return {body.body_id: body for body in found if body is not None}


def _body(council_id: UUID, pack: Pack, body: PackBody) -> Body | None:
    terms = TERMS.get(body.id)
    if terms is None or body.meeting_kind is None:
        return None
    return Body(
        body_id=body_uuid(council_id, body.id),
        key=body.id,
        title=pack.label(body.title),
        meeting_kind=body.meeting_kind,
        authority=Authority(body.authority),
        chair_role=body.chair_role.value,
        interval_days=_interval(pack, body),
        considered_event=terms.considered_event,
        may_record=terms.may_also_record | {terms.considered_event},
        item_minutes=terms.item_minutes,
        decision_maker=terms.decision_maker,
    )


def _interval(pack: Pack, body: PackBody) -> int:
    """Days of the body's standing rule, such as BCP-9-06."""
    days = {Unit.DAYS: 1, Unit.WEEKS: 7}
    for rule in pack.rules:
        due = rule.due
        if rule.kind is RuleKind.SITTING and rule.body == body.id and isinstance(due, Within) and due.unit in days:
            return due.amount * days[due.unit]
    return FORTNIGHT
