"""Telling people a decision: who, in which way, by whom, by when."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import NewType
from uuid import UUID

from rulebook.decisions import Told, due_after
from rulebook.facts import RuleId
from rulebook.rule import Rule
from rulebook.working_days import WorkingDays
from services.panels.domain.decision import DecisionId
from services.panels.domain.decision_errors import NothingToTellError

TellingId = NewType("TellingId", UUID)


@dataclass(frozen=True)
class AroundSubject:
    """Somebody with a part around a subject today. `name` is personal data."""

    person: str
    role: str
    name: str = ""


@dataclass(frozen=True)
class Telling:
    """`person` is empty where nobody is recorded in `role`: then somebody has to find out whom to tell."""

    telling_id: TellingId
    decision: DecisionId
    subject: str
    person: str
    role: str
    way: str
    by_role: str
    due: date
    rule: str = ""
    told_on: date | None = None
    told_by: str = ""
    note: str = ""
    late_at: datetime | None = None

    def told(self, on: date, by: str, note: str, name: str) -> "Telling":
        """Done; NothingToTellError the second time."""
        if self.told_on is not None:
            raise NothingToTellError(telling=name, on=self.told_on.isoformat())
        return replace(self, told_on=on, told_by=by, note=note)


@dataclass(frozen=True)
class Calendar:
    """What days are counted with: the pack's rules and the working days of England and Wales."""

    rules: Mapping[RuleId, Rule]
    days: WorkingDays

    def due(self, rule: RuleId | None, working_days: int, start: date) -> date:
        """The last day that a rule, or else so many working days, leaves after `start`."""
        return due_after(self.rules[rule], start, self.days) if rule else self.days.add(start, working_days)


def tellings_of(
    decision: DecisionId,
    subject: str,
    told: Sequence[Told],
    around: Sequence[AroundSubject],
    on: date,
    calendar: Calendar,
    new_id: Callable[[], UUID],
) -> list[Telling]:
    """One for each person and way; one for nobody where nobody is recorded in any of the roles."""
    return [
        Telling(
            telling_id=TellingId(new_id()),
            decision=decision,
            subject=subject,
            person=one.person,
            role=one.role,
            way=rule.way,
            by_role=rule.by.value,
            due=calendar.due(rule.rule, rule.working_days, on),
            rule=rule.rule or "",
        )
        for rule in told
        if _concerns(rule, subject)
        for one in _people(rule, around)
    ]


def _concerns(rule: Told, subject: str) -> bool:
    """A household's decision is told to the household; a child's parents are told of the child's."""
    of_carers = all(role.value == "carer" for role in rule.roles)
    return of_carers or "/carerHouseholds/" not in subject


def _people(rule: Told, around: Sequence[AroundSubject]) -> list[AroundSubject]:
    wanted = [role.value for role in rule.roles]
    found = {one.person: one for one in around if one.role in wanted}
    return list(found.values()) or [AroundSubject("", wanted[-1])]
