"""Facts that cannot be true together with the rest, or not yet: each is set aside with the reason, the rest goes on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from rulebook.counting import day_in_words
from rulebook.facts import (
    BECAME_LOOKED_AFTER,
    CEASED_TO_BE_LOOKED_AFTER,
    ENTRY_EVENTS,
    CaseEvent,
    Subject,
    SubjectKind,
)
from rulebook.vocabulary import vocabulary


@dataclass(frozen=True, slots=True)
class UnusableFact:
    """A fact that was left out. `fact` None: it is the date of birth."""

    fact: CaseEvent | None
    reason: str

    @property
    def what(self) -> str:
        """The fact's name in the vocabulary."""
        return self.fact.type if self.fact is not None else "date_of_birth"


def not_yet(facts: Sequence[CaseEvent], as_of: date) -> tuple[list[CaseEvent], list[UnusableFact]]:
    """The facts that count on a day, and those that are said to have happened after it."""
    usable = [fact for fact in facts if fact.counts_on(as_of)]
    if len(usable) == len(facts):
        return usable, []
    text = "it lies after {0}, the day as of which the clocks stand; only what is planned may"
    return usable, [UnusableFact(fact, text.format(day_in_words(as_of))) for fact in facts if not fact.counts_on(as_of)]


def born_in_time(subject: Subject, facts: Sequence[CaseEvent]) -> tuple[Subject, list[UnusableFact]]:
    """The subject without a date of birth that lies after the child became looked after.

    Which of the two is wrong nobody can tell. The clocks of care run on; those counted from a birthday ask.
    """
    born = subject.date_of_birth
    if born is None or subject.kind is not SubjectKind.CHILD:
        return subject, []
    entry = next((fact.on for fact in facts if fact.type == BECAME_LOOKED_AFTER and fact.on < born), None)
    if entry is None:
        return subject, []
    reason = f"it lies after the child became looked after on {day_in_words(entry)}: correct one of the two"
    return replace(subject, date_of_birth=None), [UnusableFact(None, reason)]


def within_care(part: Sequence[CaseEvent]) -> tuple[list[CaseEvent], list[UnusableFact]]:
    """The facts of one period of care that agree with each other, and those that do not."""
    entry = next((fact for fact in part if fact.type == BECAME_LOOKED_AFTER), None)
    wrong = {id(fact): UnusableFact(fact, reason) for fact, reason in _contradicting(part, entry)}
    if not wrong:
        return list(part), []
    return [fact for fact in part if id(fact) not in wrong], list(wrong.values())


def _contradicting(part: Sequence[CaseEvent], entry: CaseEvent | None) -> Iterator[tuple[CaseEvent, str]]:
    meanings = vocabulary()
    for fact in part:
        if entry is None:
            if fact.type == CEASED_TO_BE_LOOKED_AFTER and not any(other.type in ENTRY_EVENTS for other in part):
                yield fact, "no period of care is on record that it could end"
        elif fact.type == BECAME_LOOKED_AFTER and fact is not entry:
            since = day_in_words(entry.on)
            yield fact, f"the child has been looked after since {since}, and nothing on record ended it"
        elif fact.on < entry.on and fact.type in meanings and meanings[fact.type].after_entry:
            yield fact, f"it lies before the child became looked after on {day_in_words(entry.on)}"
