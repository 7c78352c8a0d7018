"""Puts into words why a date is what it is: the anchor, every counted span, every bank holiday skipped, every
choice.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from rulebook.counting import LONDON, Unit, day_in_words, month_end_clamped
from rulebook.due import (
    AttributeDate,
    Before,
    BeginningWith,
    Birthday,
    DueOf,
    EarliestOf,
    LatestOf,
    Projected,
    Scheduled,
    Within,
)
from rulebook.due_date import Missing, Outcome, Resolved
from rulebook.facts import CaseEvent
from rulebook.obligation import Explanation, Obligation, ObligationState, Step, StepKind
from rulebook.pack import Pack
from rulebook.rule import MeetingKindId, Rule
from rulebook.vocabulary import attribute_meaning, vocabulary
from rulebook.wanting import ordinal_word, wanted_text
from rulebook.working_days import WorkingDays

_UNIT_WORDS = {
    Unit.WORKING_DAYS: ("working day", "working days"),
    Unit.DAYS: ("day", "days"),
    Unit.WEEKS: ("week", "weeks"),
    Unit.MONTHS: ("month", "months"),
    Unit.YEARS: ("year", "years"),
    Unit.HOURS: ("hour", "hours"),
}


@dataclass(slots=True)
class Reason:
    """Everything an explanation is made from, kept until somebody asks for it."""

    pack: Pack
    rule: Rule
    working_days: WorkingDays
    outcome: Outcome
    anchor: CaseEvent | None
    opens: Outcome | None = None

    def __call__(self, obligation: Obligation) -> Explanation:
        """The obligation's explanation."""
        steps = tuple(self._steps(obligation))
        return Explanation(self._sentence(obligation, steps), steps, self.rule.source, self.rule.confidence)

    def _steps(self, obligation: Obligation) -> Iterator[Step]:
        if self.anchor is not None:
            yield Step(StepKind.ANCHOR, f"{_capital(self._fact(self.anchor))}.", on=self.anchor.on)
        yield from self._outcome_steps(self.outcome)
        if obligation.met_on is not None:
            yield Step(StepKind.MET, _met(obligation), on=obligation.met_on)
        if obligation.state is ObligationState.ENDED and obligation.ended_on is not None:
            text = f"No longer required: {obligation.ended_by} on {day_in_words(obligation.ended_on)}."
            yield Step(StepKind.ENDED, text, on=obligation.ended_on)
        if isinstance(self.opens, Resolved):
            yield Step(StepKind.CHOICE, f"Not before {day_in_words(self.opens.on)}.", on=self.opens.on)
        if obligation.state is ObligationState.OPEN and obligation.due_on is not None:
            yield from self._warnings(obligation.due_on)

    def _outcome_steps(self, outcome: Outcome) -> Iterator[Step]:
        if isinstance(outcome, Missing):
            yield Step(StepKind.MISSING, f"Not known: {wanted_text(self.pack, [outcome])}.")
            return
        for part in outcome.parts:
            if not (isinstance(part, Resolved) and part.fact is not None and part.fact is self.anchor):
                yield from self._outcome_steps(part)
        yield from self._own_steps(outcome)

    def _own_steps(self, outcome: Resolved) -> Iterator[Step]:
        match outcome.of:
            case Within() | BeginningWith() | Before():
                yield from self._count_steps(outcome)
            case EarliestOf() | LatestOf():
                yield self._choice_step(outcome)
            case Birthday() as due:
                text = f"{_capital(_birthday(due))} is {day_in_words(outcome.on)}."
                yield Step(StepKind.ANCHOR, text, on=outcome.on)
            case Scheduled() as due:
                yield Step(StepKind.ANCHOR, f"{_capital(self._scheduled(due, outcome))}.", on=outcome.on)
            case Projected() as due:
                yield Step(StepKind.CHOICE, f"{_capital(self._projected(due, outcome))}.", on=outcome.on)
            case DueOf() as due:
                title = self.pack.rule(due.rule).title
                text = f"{title} ({due.rule}) must be by {day_in_words(outcome.on)}."
                yield Step(StepKind.ANCHOR, text, on=outcome.on)
            case _:
                if outcome.fact is not None and outcome.fact is not self.anchor:
                    yield Step(StepKind.ANCHOR, f"{_capital(self._fact(outcome.fact))}.", on=outcome.on)

    def _count_steps(self, outcome: Resolved) -> Iterator[Step]:
        due, start = outcome.of, outcome.parts[0]
        assert isinstance(due, Within | BeginningWith | Before) and isinstance(start, Resolved)
        yield Step(StepKind.COUNT, self._count_text(due, start, outcome), on=outcome.on, count=due.amount)
        if due.unit is Unit.WORKING_DAYS:
            yield from self._skipped_steps(*_span(due, start.on, outcome.on))
        months = {Unit.MONTHS: 1, Unit.YEARS: 12}.get(due.unit)
        if months is not None and month_end_clamped(start.on, months * _signed(due)):
            text = f"{outcome.on:%B %Y} has no day {start.on.day}, so the last day of the month stands for it."
            yield Step(StepKind.MONTH_END, text, on=outcome.on)

    def _count_text(self, due: Within | BeginningWith | Before, start: Resolved, end: Resolved) -> str:
        amount = amount_in_words(due.amount, due.unit)
        first = day_in_words(start.on)
        if isinstance(due, Before):
            lead = f"Before {first}" if due.amount == 0 else f"{amount} before {first}"
            return f"{lead} means by {self._end(end)}."
        if isinstance(due, BeginningWith):
            return f"{amount} beginning with {first} end on {self._end(end)}."
        if due.unit is Unit.HOURS:
            return f"{amount} after {self._end(start)} end at {self._end(end)}; nights and weekends count."
        return f"{amount} after {first}, that day left out, end on {self._end(end)}."

    def _end(self, outcome: Resolved) -> str:
        if outcome.at is None:
            return day_in_words(outcome.on)
        return f"{outcome.at.astimezone(LONDON):%H:%M} on {day_in_words(outcome.on)}"

    def _skipped_steps(self, start: date, end: date) -> Iterator[Step]:
        weekend = 0
        for day, name in self.working_days.skipped(start, end):
            if day.weekday() >= 5:
                weekend += 1
            else:
                text = f"{name}, {day_in_words(day)}, is not a working day."
                yield Step(StepKind.BANK_HOLIDAY, text, on=day, name=name)
        if weekend:
            yield Step(StepKind.WEEKENDS, f"Weekend days not counted: {weekend}.", count=weekend)

    def _choice_step(self, outcome: Resolved) -> Step:
        known = [part for part in outcome.parts if isinstance(part, Resolved)]
        word = "earliest" if isinstance(outcome.of, EarliestOf) else "latest"
        text = f"The {word} counts of: {'; '.join(self._dated(part) for part in known)}."
        if outcome.late_after != outcome.on:
            text += f" It is late only after {day_in_words(outcome.late_after)}, when all have passed."
        return Step(StepKind.CHOICE, text, on=outcome.on)

    def _warnings(self, due: date) -> Iterator[Step]:
        if not self.working_days.covers(due):
            return
        name = self.working_days.name_of_non_working(due)
        if name is not None:
            before = day_in_words(self.working_days.last_working_on_or_before(due))
            holiday = "" if name == f"{due:%A}" else f", {name}"
            text = (
                f"The last day is {day_in_words(due)}{holiday}, not a working day; "
                f"the last working day before it is {before}."
            )
            yield Step(StepKind.WARNING, text, on=due, name=name)

    def _sentence(self, obligation: Obligation, steps: tuple[Step, ...]) -> str:
        title = obligation.rule_title
        if isinstance(self.outcome, Missing):
            done = f" It was done on {day_in_words(obligation.met_on)}." if obligation.met_on else ""
            return f"{title}: cannot be counted yet, needs {obligation.needs}.{done}"
        chosen = _chosen(self.outcome)
        reason = f"{self._dated(chosen)}{_left_out(list(self._outcome_steps(chosen)))}"
        if obligation.state is ObligationState.MET and obligation.met_on is not None:
            return f"{title}: {_met(obligation)[:-1]}; the last day was {reason}."
        if obligation.state is ObligationState.ENDED and obligation.ended_on is not None:
            return f"{title}: no longer required, {obligation.ended_by} on {day_in_words(obligation.ended_on)}."
        return f"{title}: due by {reason}{self._provisos(obligation)}."

    def _provisos(self, obligation: Obligation) -> str:
        """What a reader of the bare date would get wrong."""
        late, due = obligation.late_after, obligation.due_on
        grace = f"; late only after {day_in_words(late)}" if late is not None and late != due else ""
        earlier = f"; may come forward once {obligation.needs} is known" if obligation.needs else ""
        window = f"; not before {day_in_words(obligation.opens_on)}" if obligation.opens_on else ""
        return grace + window + earlier + self._local_number()

    def _local_number(self) -> str:
        """Where a number of the council's own stands in for a vague word, both are said."""
        if not self.rule.local_number:
            return ""
        said = f'the source says only "{self.rule.wording}"' if self.rule.wording else "the source gives none"
        return f"; the number is the council's own, {said}"

    def _dated(self, outcome: Resolved) -> str:
        """A date and how it came about: "… April 2026, 20 working days after …", "…, when the review is
        booked".
        """
        chosen = _chosen(outcome)
        if chosen.fact is not None and not chosen.parts and not isinstance(chosen.of, Projected):
            says = self.pack.label(vocabulary()[chosen.fact.type].says)
            return f"{day_in_words(chosen.on)}, when {says}"
        return f"{self._end(chosen)}, {self._phrase(chosen)}"

    def _projected(self, due: Projected, outcome: Resolved) -> str:
        """Such as "the last review but one before ..., by the latest lawful dates"."""
        which = "last" if due.from_last == 1 else f"last but {('one', 'two', 'three')[due.from_last - 2]}"
        limit, kind = outcome.parts[0], self.pack.meeting_kind(MeetingKindId(due.meeting)).title
        assert isinstance(limit, Resolved)
        if outcome.fact is not None:
            known = f"{self._fact(outcome.fact)}"
        else:
            known = f"counted on by the latest lawful dates to {day_in_words(outcome.on)}"
        return f"the {which} {_small(kind)} before {self._phrase(limit)}: {known}"

    def _scheduled(self, due: Scheduled, outcome: Resolved) -> str:
        if outcome.fact is not None:
            return self._fact(outcome.fact)
        kind = _small(self.pack.meeting_kind(MeetingKindId(due.meeting)).title)
        return f"the {ordinal_word(due.ordinal)} {kind} is lawful up to {day_in_words(outcome.on)}"

    def _phrase(self, outcome: Resolved) -> str:
        due, first = outcome.of, outcome.parts[0] if outcome.parts else None
        if isinstance(due, Within | BeginningWith | Before) and isinstance(first, Resolved):
            return f"{_counted(due)} {self._phrase(first)}"
        if isinstance(due, Projected):
            return self._projected(due, outcome)
        if isinstance(due, AttributeDate):
            return f"{attribute_meaning(due.attribute).says} ({day_in_words(outcome.on)})"
        if isinstance(due, Scheduled) and outcome.fact is None:
            kind = _small(self.pack.meeting_kind(MeetingKindId(due.meeting)).title)
            return f"the latest lawful day for the {ordinal_word(due.ordinal)} {kind}"
        if isinstance(due, DueOf):
            return f"the last day for {_small(self.pack.rule(due.rule).title)}"
        if isinstance(due, Birthday):
            return f"{_birthday(due)} on {day_in_words(outcome.on)}"
        if outcome.fact is not None:
            return self._fact(outcome.fact, outcome)
        return self._phrase(_chosen(outcome))

    def _fact(self, fact: CaseEvent, outcome: Resolved | None = None) -> str:
        says = self.pack.label(vocabulary()[fact.type].says)
        when = day_in_words(fact.on)
        if fact.at is not None and (outcome is None or outcome.at is not None):
            when = f"{when} (at {fact.at.astimezone(LONDON):%H:%M})"
        return f"{says} on {when}{' (assumed by an import, not recorded)' if fact.assumed else ''}"


def _chosen(outcome: Resolved) -> Resolved:
    """The alternative that gave the date, through any nesting of earliest and latest."""
    if not isinstance(outcome.of, EarliestOf | LatestOf):
        return outcome
    parts = (part for part in outcome.parts if isinstance(part, Resolved) and part.on == outcome.on)
    return _chosen(next(parts))


def _birthday(due: Birthday) -> str:
    return f"the child's {ordinal_word(due.age)} birthday" if due.age else "the child's birth"


def _counted(due: Within | BeginningWith | Before) -> str:
    if isinstance(due, Before):
        return "before" if due.amount == 0 else f"{amount_in_words(due.amount, due.unit)} before"
    return f"{amount_in_words(due.amount, due.unit)} {'beginning with' if isinstance(due, BeginningWith) else 'after'}"


def _left_out(steps: list[Step]) -> str:
    """The bank holidays by name and the weekend days by number, as the tail of a sentence."""
    names = [f"{s.name} ({s.on.day} {s.on:%B})" for s in steps if s.kind is StepKind.BANK_HOLIDAY and s.on]
    weekend = sum(step.count or 0 for step in steps if step.kind is StepKind.WEEKENDS)
    if weekend:
        names.append(f"{weekend} weekend day{'' if weekend == 1 else 's'}")
    return f"; not counted: {_list(names)}" if names else ""


def _span(due: Within | BeginningWith | Before, start: date, end: date) -> tuple[date, date]:
    """The days a working-day count ran over, as (day before the first, last)."""
    if isinstance(due, Before):
        return end, start
    return (start - timedelta(days=1) if isinstance(due, BeginningWith) else start), end


def _signed(due: Within | BeginningWith | Before) -> int:
    return -due.amount if isinstance(due, Before) else due.amount


def _met(obligation: Obligation) -> str:
    assert obligation.met_on is not None
    judged = {True: ", in time", False: ", late", None: ""}[obligation.in_time]
    return f"Done on {day_in_words(obligation.met_on)}{judged}."


def amount_in_words(amount: int, unit: Unit) -> str:
    """Such as "20 working days" or "1 week"."""
    one, many = _UNIT_WORDS[unit]
    return f"{amount} {one if amount == 1 else many}"


def _list(items: list[str]) -> str:
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _small(text: str) -> str:
    return text[:1].lower() + text[1:]
