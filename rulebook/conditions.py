"""Whether a rule holds for a subject: what is on record, the legal status, attributes and age."""

from __future__ import annotations

from datetime import date
from typing import Final

from rulebook.counting import birthday
from rulebook.due_date import Missing, Setting, merged
from rulebook.facts import CaseEvent, EventType, SubjectKind
from rulebook.rule import Condition, Rule

LEGAL_STATUS_EVENTS: Final = tuple(
    EventType(name)
    for name in (
        "section_20_began",
        "remanded",
        "interim_care_order_made",
        "care_order_made",
        "placement_order_made",
        "sgo_made",
        "child_arrangements_order_made",
        "adoption_order_made",
    )
)
"""Each of these replaces the status before it."""


def unmet(setting: Setting, rule: Rule) -> bool:
    """Whether a condition of the rule is known not to be met."""
    return not all(_holds(condition, setting, rule) for condition in rule.conditions)


def unrecorded(setting: Setting, rule: Rule) -> Missing | None:
    """The attribute that has to be recorded, yes or no, before the rule can be said to hold."""
    if not rule.conditions:
        return None
    wanted = (one.attribute for one in rule.conditions if one.must_be_recorded)
    absent = (name for name in wanted if name is not None and name not in setting.subject.attributes)
    name = next(absent, None)
    return None if name is None else Missing(attribute=name)


def legal_status(facts: dict[EventType, list[CaseEvent]]) -> EventType | None:
    """The event that set the present legal status, if any is on record."""
    found = merged(facts, LEGAL_STATUS_EVENTS)
    return found[-1].type if found else None


def _holds(condition: Condition, setting: Setting, rule: Rule) -> bool:
    facts = setting.facts_for(rule)
    if condition.known and not any(event in facts for event in condition.known):
        return False
    if any(event in facts for event in condition.not_known):
        return False
    if condition.legal_status and legal_status(facts) not in condition.legal_status:
        return False
    return _attribute_holds(condition, setting) and _age_holds(condition, setting)


def _attribute_holds(condition: Condition, setting: Setting) -> bool:
    if condition.attribute is None:
        return True
    attributes = setting.subject.attributes
    if condition.attribute == "sibling_group" and setting.subject.kind is SubjectKind.SIBLING_GROUP:
        return True
    if condition.must_be_recorded and condition.attribute not in attributes:
        return True
    value = attributes.get(condition.attribute)
    return value not in condition.not_one_of and (not condition.one_of or value in condition.one_of)


def _age_holds(condition: Condition, setting: Setting) -> bool:
    born = setting.subject.date_of_birth
    if born is None:
        return True
    old_enough = condition.from_age is None or _reached(setting, born, condition.from_age)
    too_old = condition.under_age is not None and _reached(setting, born, condition.under_age)
    return old_enough and not too_old


def _reached(setting: Setting, born: date, age: int) -> bool:
    return birthday(born, age, setting.pack.leap_birthday) <= setting.as_of
