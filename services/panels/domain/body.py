"""A standing body and what its word is worth."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import NewType, assert_never
from uuid import UUID, uuid5

from services.panels.domain.constitution import Constitution

BodyUuid = NewType("BodyUuid", UUID)
"""The same everywhere: made of the council's id and the pack's own id of the body."""


class Authority(StrEnum):
    """What a body's word is worth."""

    DECIDES = "decides"
    RECOMMENDS = "recommends"
    ENDORSES = "endorses"


class OutcomeKind(StrEnum):
    """What a body did for one subject."""

    DECIDED = "decided"
    RECOMMENDED = "recommended"
    ENDORSED = "endorsed"
    CHALLENGED = "challenged"
    DEFERRED = "deferred"


@dataclass(frozen=True)
class Body:
    """A standing body of a council.

    Attributes:
        key: its id in the council's pack.
        chair_role: who chairs, kebab case.
        interval_days: at least one sitting in so many days.
        considered_event: the case event that every hearing of a subject records.
        may_record: every case event that its outcome may record, `considered_event` among them.
        item_minutes: planned for one agenda item.
        decision_maker: title of the one to whom a recommendation goes; empty where nobody stands behind the body.
        constitution: how it is made up and works.
        asks_for: kinds of paper that each subject should have before it is heard.
        comes_for_item: roles around a subject that usually come for its item.
        wait_minutes: who comes for one item is not told of a later time that makes them wait for less.
        papers_may_follow: whether it takes a referral before these are there, with a reason.
    """

    body_id: BodyUuid
    key: str
    title: str
    meeting_kind: str
    authority: Authority
    chair_role: str
    interval_days: int
    considered_event: str
    may_record: frozenset[str]
    item_minutes: int
    decision_maker: str = ""
    constitution: Constitution = field(default_factory=Constitution)
    asks_for: tuple[str, ...] = ()
    comes_for_item: frozenset[str] = frozenset()
    wait_minutes: int = 0
    papers_may_follow: bool = False


def body_uuid(council_id: UUID, key: str) -> BodyUuid:
    """The id of a pack's body in one council."""
    return BodyUuid(uuid5(council_id, f"body:{key}"))


def outcome_kinds(authority: Authority) -> frozenset[OutcomeKind]:
    """What a body of that authority can do; putting off is open to each."""
    match authority:
        case Authority.DECIDES:
            return frozenset({OutcomeKind.DECIDED, OutcomeKind.DEFERRED})
        case Authority.RECOMMENDS:
            return frozenset({OutcomeKind.RECOMMENDED, OutcomeKind.DEFERRED})
        case Authority.ENDORSES:
            return frozenset({OutcomeKind.ENDORSED, OutcomeKind.CHALLENGED, OutcomeKind.DEFERRED})
        case _:
            assert_never(authority)
