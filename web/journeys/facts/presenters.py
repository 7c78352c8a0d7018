"""Facts as a person reads them, what there is to choose from, and what a new one did to the clocks."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from permanence.cases.v1 import obligation_pb2 as wire
from permanence.cases.v1.council_pb2 import CaseEventType
from permanence.cases.v1.subject_pb2 import SUBJECT_KIND_CHILD, SUBJECT_KIND_UNBORN_CHILD, Subject

from web.brand import Brand
from web.desk import key_of
from web.journeys.facts.case_facts import CaseFacts
from web.words import civil, clock_time, count_words, london, long_date, plan_words, short_date

OBLIGATION_MET = "obligation_met"
_MOST_NAMED = 3
_BECAME = {
    wire.OBLIGATION_STATE_MET: "is met",
    wire.OBLIGATION_STATE_ENDED: "is not asked for any more",
    wire.OBLIGATION_STATE_NEEDS_FACT: "needs another fact before it has a date",
    wire.OBLIGATION_STATE_WAIVED: "stays waived",
}


@dataclass(frozen=True)
class FactRow:
    """One fact. `about` says of which plan, rule or meeting it is; `unused` why it is not used, where it is not."""

    key: str
    words: str
    when: str
    about: str
    meeting: str
    assumed: bool
    unused: str


def fact_rows(case: CaseFacts, brand: Brand) -> list[FactRow]:
    """The latest at the top."""
    return [fact_row(one, case, brand) for one in reversed(case.facts)]


def fact_row(one: wire.CaseEvent, case: CaseFacts, brand: Brand) -> FactRow:
    """One of a case's facts."""
    at = f", {clock_time(london(one.at_time))}" if one.HasField("at_time") else ""
    about = case.rules.get(one.rule_id, "a clock that does not run here any more") if one.rule_id else ""
    return FactRow(
        key=key_of(one.name),
        words=brand.event_words(one.type),
        when=long_date(civil(one.on_date)) + at,
        about=about or (plan_words(one.plan) if one.plan else ""),
        meeting=key_of(one.meeting),
        assumed=one.assumed,
        unused=case.unused.get(one.name, ""),
    )


def types_for(subject: Subject, types: Iterable[CaseEventType]) -> list[CaseEventType]:
    """What can be recorded of this subject; that a clock is done is recorded from the clock."""
    kind = SUBJECT_KIND_CHILD if subject.kind == SUBJECT_KIND_UNBORN_CHILD else subject.kind
    return [one for one in types if kind in one.subject_kinds and one.type != OBLIGATION_MET]


def grouped(types: Sequence[CaseEventType], brand: Brand) -> list[tuple[str, list[tuple[str, str]]]]:
    """Choices under the headings of the vocabulary, in its order: (heading, [(value, words)])."""
    return [
        (group, [(one.type, brand.event_words(one.type)) for one in some])
        for group, some in groupby(types, key=lambda one: one.group)
    ]


def what_changed(done: str, changed: Sequence[wire.Obligation]) -> str:
    """One line: what was done, and which clocks began, moved or ended because of it."""
    if not changed:
        return f"{done}. No clock changed."
    named = [f"{one.title} {_became(one)}" for one in changed[:_MOST_NAMED]]
    if more := changed[_MOST_NAMED:]:
        named.append(f"{count_words(len(more), 'other clock')} changed too")
    return f"{done}. {'; '.join(named)}."


def _became(one: wire.Obligation) -> str:
    days = [day for day in (civil(one.statutory_due_date), civil(one.local_due_date)) if day]
    if one.state in _BECAME:
        return _BECAME[one.state]
    return f"is due by {short_date(min(days))}" if days else "has changed"
