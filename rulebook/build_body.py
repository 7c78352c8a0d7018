"""Builds a standing body from its place in a pack; the schema has been checked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from rulebook.body import (
    Body,
    BodyAgenda,
    BodyQuorum,
    Deadline,
    DeadlineStep,
    MemberRole,
    Membership,
    Number,
    Seats,
)
from rulebook.build_rule import Fields, build_source, events, fields, items, text, texts
from rulebook.facts import BodyId, EventType
from rulebook.rule import MeetingKindId, Role
from rulebook.yaml_source import Json


def build_body(body_id: BodyId, raw: Fields, titles: Mapping[str, str], parameters: Fields) -> Body:
    """The body; `parameters` are those of every layer.

    ValueError for a body that lacks what every body has, or names a number that no layer sets.
    """
    absent = [key for key in ("title", "authority", "chair_role") if key not in raw]
    if absent:
        raise ValueError(f"body {body_id} lacks {', '.join(absent)}")
    return Body(
        id=body_id,
        title=text(raw, "title"),
        authority=text(raw, "authority"),
        chair_role=Role(text(raw, "chair_role")),
        meeting_kind=MeetingKindId(text(raw, "meeting_kind")) if "meeting_kind" in raw else None,
        also_called=tuple(texts(raw.get("also_called"))),
        remit=text(raw, "remit", ""),
        source=build_source(fields(raw, "source"), titles) if "source" in raw else None,
        subjects=tuple(texts(raw.get("subjects"))),
        matters=tuple(texts(raw.get("matters"))),
        sits_every_days=_number(raw["sits_every_days"], parameters) if "sits_every_days" in raw else None,
        membership=_membership(fields(raw, "membership")) if "membership" in raw else None,
        quorum=_quorum(fields(raw, "quorum"), parameters) if "quorum" in raw else None,
        deadlines=_deadlines(cast(Fields, raw.get("deadlines", {})), parameters),
        agenda=_agenda(fields(raw, "agenda"), parameters) if "agenda" in raw else None,
    )


def _number(value: Json, parameters: Fields) -> Number:
    if isinstance(value, int):
        return Number(value)
    found = parameters.get(str(value))
    if not isinstance(found, int) or isinstance(found, bool):
        raise ValueError(f"no parameter {value!r} that is a number")
    return Number(found, local=True)


def _membership(raw: Fields) -> Membership:
    return Membership(
        roles=_roles(raw),
        central_list=bool(raw.get("central_list", False)),
        notice_months=int(text(raw, "notice_months", "0")),
    )


def _quorum(raw: Fields, parameters: Fields) -> BodyQuorum:
    return BodyQuorum(_number(raw["at_least"], parameters), _seats(raw, "seats"), _seats(raw, "among"))


def _seats(raw: Fields, key: str) -> tuple[Seats, ...]:
    found = cast(list[Fields], items(raw, key))
    return tuple(Seats(_roles(one), int(text(one, "count", "1"))) for one in found)


def _roles(raw: Fields) -> tuple[MemberRole, ...]:
    return tuple(MemberRole(name) for name in texts(raw["roles"]))


def _deadlines(raw: Fields, parameters: Fields) -> tuple[Deadline, ...]:
    """In the order of the steps, however the pack lists them."""
    return tuple(Deadline(step, _number(raw[step.value], parameters)) for step in DeadlineStep if step.value in raw)


def _agenda(raw: Fields, parameters: Fields) -> BodyAgenda:
    return BodyAgenda(
        considered_event=EventType(text(raw, "considered_event")),
        item_minutes=int(text(raw, "item_minutes")),
        may_also_record=frozenset(events(raw.get("may_also_record"))),
        capacity=_number(raw["capacity"], parameters) if "capacity" in raw else None,
        decision_maker=text(raw, "decision_maker", ""),
        asks_for=tuple(texts(raw.get("asks_for"))),
        comes_for_item=tuple(Role(name) for name in texts(raw.get("comes_for_item"))),
        papers_may_follow=bool(raw.get("papers_may_follow", False)),
    )
