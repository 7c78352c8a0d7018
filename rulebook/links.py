"""The clocks of one rule: each anchor starts one, and of a rule that repeats each fulfilment starts the next."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from rulebook.due_date import Setting, merged
from rulebook.facts import OBLIGATION_MET, CaseEvent, EventType
from rulebook.rule import Rule


@dataclass(slots=True)
class Link:
    """One clock of a rule.

    Attributes:
        ordinal: its number among the rule's clocks in the episode.
        anchor: the fact it is counted from.
        start: the fact that began the chain; the anchor itself of a rule that does not repeat.
        next_anchor: the fact that starts the next clock, if any is on record.
        superseded: whether that next fact is a new start and not the fulfilment of this one.
    """

    ordinal: int
    anchor: CaseEvent
    start: CaseEvent
    next_anchor: CaseEvent | None = None
    superseded: bool = False


def links(setting: Setting, rule: Rule) -> list[Link]:
    """The clocks of the rule in their order; empty where nothing on record starts it."""
    anchors = setting.anchors(rule)
    if not anchors:
        return []
    following: list[CaseEvent | None] = [fact for _, fact in anchors[1:]]
    paired = list(zip(anchors, [*following, None], strict=True))
    if not rule.repeats:
        return [Link(ordinal, fact, fact, then) for (ordinal, fact), then in paired]
    chains = [link for (_, start), then in paired for link in _chain(setting, rule, start, then)]
    return [
        Link(ordinal, one.anchor, one.start, one.next_anchor, one.superseded)
        for ordinal, one in enumerate(chains, start=1)
    ]


def fulfilled_by_record(rule: Rule, fact: CaseEvent) -> bool:
    """Whether an `obligation_met` speaks of this rule."""
    if fact.obligation_key is not None:
        return fact.obligation_key.startswith(f"{rule.id}/")
    return fact.rule_id == rule.id


def _chain(setting: Setting, rule: Rule, start: CaseEvent, then: CaseEvent | None) -> Iterator[Link]:
    anchor = start
    for fact in _fulfilments(setting, rule):
        if fact.on >= start.on and (then is None or fact.on < then.on):
            yield Link(0, anchor, start, fact)
            anchor = fact
    yield Link(0, anchor, start, then, superseded=then is not None)


def _fulfilments(setting: Setting, rule: Rule) -> list[CaseEvent]:
    table: dict[EventType, list[CaseEvent]] = setting.facts_for(rule)
    recorded = [fact for fact in table.get(OBLIGATION_MET, ()) if fulfilled_by_record(rule, fact)]
    found = [*merged(table, rule.met_by.events), *recorded] if rule.met_by.events else recorded
    return sorted(found, key=lambda fact: fact.on)
