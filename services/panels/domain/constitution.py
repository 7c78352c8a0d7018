"""How a standing body is made up and works, and the deadlines around its sittings."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from rulebook.working_days import england_and_wales
from services.panels.domain.quorum import QuorumRule


class DeadlineStep(StrEnum):
    """The steps around a sitting, in order."""

    NOMINATE = "nominate"
    REPORTS = "reports"
    AGENDA_PACK = "agenda_pack"
    MINUTES = "minutes"
    DECISION = "decision"
    LETTER = "letter"


@dataclass(frozen=True)
class DeadlineRule:
    """A step so many working days before the sitting or after the step before it. `local`: a number of the council."""

    step: DeadlineStep
    working_days: int
    before_sitting: bool
    local: bool


@dataclass(frozen=True)
class Deadline:
    """The last day for a step of one sitting."""

    step: DeadlineStep
    due: date
    local: bool


@dataclass(frozen=True)
class Constitution:
    """What the pack says of a body besides its authority.

    Attributes:
        subjects: whom it hears: child, sibling_group, carer_household.
        matters: what goes to it, such as `long-term-match`; each to one body of the council (C-16).
        capacity: at most so many items a sitting; 0 where only time limits it.
        quorum: None where it does business with whoever comes.
        quorum_local: whether the number is the council's own.
        member_roles: what a member of it may be.
        central_list: whether its members come from the list that the law asks for.
        notice_months: notice before a member leaves that list.
    """

    remit: str = ""
    subjects: tuple[str, ...] = ()
    matters: tuple[str, ...] = ()
    capacity: int = 0
    quorum: QuorumRule | None = None
    quorum_local: bool = False
    member_roles: tuple[str, ...] = ()
    central_list: bool = False
    notice_months: int = 0
    deadlines: tuple[DeadlineRule, ...] = ()


def deadlines_of(rules: Sequence[DeadlineRule], sitting: date) -> tuple[Deadline, ...]:
    """The deadlines around a sitting of that day, in order."""
    return tuple(_reckoned(rules, sitting))


def _reckoned(rules: Sequence[DeadlineRule], sitting: date) -> Iterator[Deadline]:
    days, after = england_and_wales(), sitting
    for rule in rules:
        if rule.before_sitting:
            due = days.subtract(sitting, rule.working_days)
        else:
            due = after = days.add(after, rule.working_days)
        yield Deadline(rule.step, due, rule.local)
