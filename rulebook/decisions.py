"""Who decides after a body has recommended, by when, what that may start, and who is told; and how a reviewing officer
escalates. Data of the packs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import cast

from rulebook.build_rule import Fields, events, roles, text, texts
from rulebook.counting import Unit, shift
from rulebook.due import Within
from rulebook.facts import EventType, RuleId
from rulebook.rule import Role, Rule
from rulebook.working_days import WorkingDays


class CountsFrom(StrEnum):
    """What starts the decision maker's clock."""

    RECOMMENDATION = "recommendation"
    MINUTES = "minutes"


@dataclass(frozen=True, slots=True)
class Window:
    """The time in which somebody may answer a determination against them.

    `rule` says how long; `notice_event` is the fact that starts it. A child's case has none: it is for carers and for
    those who want to adopt. `after_notice`: what goes against them, and is recorded only as the last word.
    """

    rule: RuleId
    notice_event: EventType
    after_notice: frozenset[EventType] = frozenset()


@dataclass(frozen=True, slots=True)
class Told:
    """Who is told of a decision: everybody with one of `roles` around the subject, `way` in words, by whom, by when.

    `rule` is the clock that this fulfils; where the law has none of that name, `working_days` after the decision.
    """

    roles: tuple[Role, ...]
    way: str
    by: Role
    rule: RuleId | None = None
    working_days: int = 0


@dataclass(frozen=True, slots=True)
class DecisionRules:
    """What follows the recommendations of one kind of sitting.

    Attributes:
        decision_maker: title of the one who decides.
        rule: the clock of the decision; where the law has none, `working_days`, the council's own number.
        counts_from: what starts it.
        may_record: case events that a decision may record besides.
        minutes_event: the fact that final minutes are, where a clock waits for it.
        decided_event: the fact that every decision is; None where no clock of ours knows one.
        escalate_to: whose business it is when one is late.
    """

    decision_maker: str
    counts_from: CountsFrom
    decided_event: EventType | None = None
    rule: RuleId | None = None
    working_days: int = 0
    may_record: frozenset[EventType] = frozenset()
    minutes_event: EventType | None = None
    window: Window | None = None
    told: tuple[Told, ...] = ()
    escalate_to: tuple[Role, ...] = ()


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage of an escalation: to whom, and how many working days they have."""

    title: str
    role: Role
    working_days: int


@dataclass(frozen=True, slots=True)
class EscalationRules:
    """How somebody escalates: `raised_event` starts the clock `closed_rule`; raising it meets `answers`."""

    title: str
    raised_event: EventType
    closed_rule: RuleId
    stages: tuple[Stage, ...]
    answers: tuple[RuleId, ...] = ()


def due_after(rule: Rule, start: date, days: WorkingDays) -> date:
    """The last day that `rule` leaves from `start`, which is left out.

    ValueError for a rule that does not count days, weeks, months or years from its anchor.
    """
    due = rule.due
    if not isinstance(due, Within) or due.unit is Unit.HOURS:
        raise ValueError(f"rule {rule.id} does not count days from its anchor")
    return days.add(start, due.amount) if due.unit is Unit.WORKING_DAYS else shift(start, due.amount, due.unit)


def build_decisions(raw: Fields) -> DecisionRules:
    """From a pack whose schema was accepted."""
    return DecisionRules(
        decision_maker=text(raw, "decision_maker"),
        counts_from=CountsFrom(text(raw, "counts_from")),
        decided_event=EventType(text(raw, "decided_event")) if "decided_event" in raw else None,
        rule=RuleId(text(raw, "rule")) if "rule" in raw else None,
        working_days=int(text(raw, "working_days", "0")),
        may_record=frozenset(events(raw.get("may_record"))),
        minutes_event=EventType(text(raw, "minutes_event")) if "minutes_event" in raw else None,
        window=_window(cast(Fields, raw["window"])) if "window" in raw else None,
        told=tuple(_told(one) for one in cast(list[Fields], raw.get("told", []))),
        escalate_to=roles(raw, "escalate_to"),
    )


def build_escalation(raw: Fields) -> EscalationRules:
    """From a pack whose schema was accepted."""
    return EscalationRules(
        title=text(raw, "title"),
        raised_event=EventType(text(raw, "raised_event")),
        closed_rule=RuleId(text(raw, "closed_rule")),
        stages=tuple(
            Stage(text(one, "title"), Role(text(one, "role")), int(text(one, "working_days")))
            for one in cast(list[Fields], raw["stages"])
        ),
        answers=tuple(RuleId(one) for one in texts(raw.get("answers"))),
    )


def joined(layers: list[Mapping[str, object]]) -> dict[str, Fields]:
    """Sections of several layers, a later one's fields over an earlier one's."""
    found: dict[str, dict[str, object]] = {}
    for layer in layers:
        for key, raw in layer.items():
            found[key] = found.get(key, {}) | dict(cast(Mapping[str, object], raw))
    return {key: cast(Fields, raw) for key, raw in found.items()}


def _window(raw: Fields) -> Window:
    after = frozenset(events(raw.get("after_notice")))
    return Window(RuleId(text(raw, "rule")), EventType(text(raw, "notice_event")), after)


def _told(raw: Fields) -> Told:
    return Told(
        roles=roles(raw, "roles"),
        way=text(raw, "way"),
        by=Role(text(raw, "by")),
        rule=RuleId(text(raw, "rule")) if "rule" in raw else None,
        working_days=int(text(raw, "working_days", "0")),
    )
