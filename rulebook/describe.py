"""Says a rule in words, without any facts: what starts it, by when, what fulfils it, and where it is written."""

from __future__ import annotations

from collections.abc import Iterator

from rulebook.counting import Unit
from rulebook.due import (
    AnchorDate,
    AttributeDate,
    Before,
    BeginningWith,
    Birthday,
    ByOrdinal,
    Due,
    DueOf,
    EarliestOf,
    EventDate,
    FirstKnown,
    IfKnown,
    LatestOf,
    Occurrence,
    Phased,
    Projected,
    Scheduled,
    StartDate,
    Which,
    Within,
)
from rulebook.explain import amount_in_words
from rulebook.facts import CaseEvent, EventType, Subject
from rulebook.obligation import ObligationState
from rulebook.pack import NotComputed, Pack
from rulebook.rule import Anchor, Condition, Confidence, Example, Match, MeetingKindId, Rule
from rulebook.vocabulary import attribute_meaning, vocabulary
from rulebook.wanting import ordinal_word

CONFIDENCE = {
    Confidence.VERIFIED: "read in the source",
    Confidence.PARTLY: "read in part, or in a source about the source",
    Confidence.UNVERIFIED: "own knowledge, not verified",
}


def describe_rule(pack: Pack, rule: Rule) -> str:
    """The rule in several lines, examples included."""
    return "\n".join(_lines(pack, rule))


def describe_not_computed(pack: Pack, entry: NotComputed) -> str:
    """Why no date follows from the requirement, and what stands in for it."""
    lines = [f"{entry.id} is not computed ({entry.sort.replace('_', ' ')}). {entry.reason}"]
    if entry.source is not None:
        lines.append(f"source: {entry.source.citation}: {entry.source.says}")
    if entry.items_of:
        kinds = ", ".join(pack.meeting_kind(kind).title for kind in entry.items_of)
        lines.append(f"standing item of: {kinds}: {pack.label(entry.item)}")
    if entry.stands_in:
        lines.append(f"in its place: {', '.join(_stand_in(pack, name) for name in entry.stands_in)}")
    return "\n".join(lines)


def due_in_words(pack: Pack, rule: Rule) -> str:
    """By when, such as "20 working days after the child became looked after"."""
    return _Words(pack, rule).due(rule.due)


def example_in_words(pack: Pack, example: Example) -> str:
    """An example's name, its facts, and what must follow."""
    return f"{example.name}: {_given(example.subject, example.facts)}; as of {example.as_of}: {_expected(example)}"


def _lines(pack: Pack, rule: Rule) -> Iterator[str]:
    yield f"{rule.id}: {rule.title} ({rule.kind.replace('_', ' ')}, {rule.basis})"
    yield f"due: {due_in_words(pack, rule)}"
    yield f"starts: {anchor_in_words(pack, rule.anchor)}"
    for name, text in _terms(pack, rule):
        yield f"{name}: {text}"
    yield f"source: {rule.source.citation}: {rule.source.says}"
    yield f"confidence: {rule.confidence} ({CONFIDENCE[rule.confidence]})"
    yield f"in force: {force_in_words(rule)}"
    if rule.note:
        yield f"note: {rule.note}"
    for example in rule.examples:
        yield f"example: {example_in_words(pack, example)}"


def _terms(pack: Pack, rule: Rule) -> Iterator[tuple[str, str]]:
    if rule.conditions:
        yield "only if", " and ".join(condition_in_words(pack, one) for one in rule.conditions)
    if rule.not_before is not None:
        yield "not before", _Words(pack, rule).due(rule.not_before)
    yield "fulfilled by", _fulfilled_by(pack, rule)
    ends = [_says(pack, event) for event in rule.until]
    if rule.until_age is not None:
        ends.append(f"the {ordinal_word(rule.until_age)} birthday comes")
    if ends:
        yield "until", " or ".join(ends)
    if rule.chair_role is not None:
        yield "chair", rule.chair_role.replace("-", " ")
    if rule.required_roles:
        yield "has to be there", ", ".join(role.replace("-", " ") for role in rule.required_roles)
    if rule.evidence:
        yield "evidence", ", ".join(rule.evidence)
    if rule.escalation:
        yield "escalation", rule.escalation
    if rule.wording:
        yield "the source's word", rule.wording


def anchor_in_words(pack: Pack, anchor: Anchor) -> str:
    """Such as "each time the review was held"."""
    events = " or ".join(_says(pack, event) for event in anchor.events)
    words = {Which.FIRST: "the first time", Which.LAST: "the last time", Which.EACH: "each time"}
    counted = f" from the {ordinal_word(anchor.from_ordinal)} on" if anchor.from_ordinal > 1 else ""
    if anchor.to_ordinal is not None:
        last = ordinal_word(anchor.to_ordinal)
        counted = f", the {last}" if anchor.to_ordinal == anchor.from_ordinal else f"{counted} up to the {last}"
    after = f", counted since {_says(pack, anchor.after)}" if anchor.after else ""
    over = [*anchor.unless, *anchor.pending]
    unless = f", unless {' or '.join(_says(pack, event) for event in over)}" if over else ""
    return f"{words[anchor.which]} {events}{counted}{after}{unless}"


def condition_in_words(pack: Pack, condition: Condition) -> str:
    """Such as "an interim care order was made"."""
    parts = []
    if condition.known:
        parts.append(" or ".join(_says(pack, event) for event in condition.known))
    if condition.not_known:
        parts.append(f"it is not on record that {' or '.join(_says(pack, event) for event in condition.not_known)}")
    if condition.legal_status:
        parts.append(f"the legal status is that {' or '.join(_says(pack, event) for event in condition.legal_status)}")
    if condition.attribute is not None:
        parts.append(_attribute(condition))
    if condition.from_age is not None:
        parts.append(f"the child is {condition.from_age} or older")
    if condition.under_age is not None:
        parts.append(f"the child is under {condition.under_age}")
    return " and ".join(parts)


def force_in_words(rule: Rule) -> str:
    """From when and, where it ended, until when the rule holds."""
    if rule.switched_off:
        return f"not yet; from the day that the parameter {rule.commencement} says"
    until = f" to {rule.effective_to}" if rule.effective_to else ""
    return f"from {rule.effective_from}{until}"


def _attribute(condition: Condition) -> str:
    assert condition.attribute is not None
    says = attribute_meaning(condition.attribute).says
    if condition.one_of == (True,):
        return says
    if condition.not_one_of == (True,):
        return f"it is not on record that {says}"
    values = ", ".join(str(value).replace("_", " ") for value in condition.one_of or condition.not_one_of)
    return f"{condition.attribute.replace('_', ' ')} is {'' if condition.one_of else 'not '}{values}"


def _fulfilled_by(pack: Pack, rule: Rule) -> str:
    recorded = f"obligation_met for {rule.id}"
    if not rule.met_by.events:
        return recorded
    events = " or ".join(_says(pack, event) for event in rule.met_by.events)
    whenever = ", whenever that was" if rule.met_by.match is Match.ANY and rule.not_before is None else ""
    return f"{events}{whenever}; or {recorded}"


def _says(pack: Pack, event: EventType) -> str:
    return pack.label(vocabulary()[event].says)


def _stand_in(pack: Pack, name: str) -> str:
    return f"{name} = {pack.parameters[name]}" if name in pack.parameters else name


def _given(subject: Subject, facts: tuple[CaseEvent, ...]) -> str:
    said = [f"{name} {str(value).lower()}" for name, value in subject.attributes.items()]
    born = [f"born {subject.date_of_birth}"] if subject.date_of_birth else []
    return ", ".join([*born, *said, *(f"{fact.type} {fact.on}" for fact in facts)]) or "nothing on record"


def _expected(example: Example) -> str:
    expect = example.expect
    if expect.none:
        return "no obligation"
    if expect.state == ObligationState.NEEDS_FACT:
        return f"needs {expect.needs or 'a fact'}"
    parts = [f"due {expect.due}"] if expect.due else []
    if expect.state:
        parts.append(expect.state)
    if expect.in_time is not None:
        parts.append("in time" if expect.in_time else "late")
    if expect.late_after is not None:
        parts.append(f"late after {expect.late_after}")
    return ", ".join(parts) or "as said"


class _Words:
    """A due expression in words, for one rule of one pack."""

    def __init__(self, pack: Pack, rule: Rule) -> None:
        self._pack = pack
        self._rule = rule

    def due(self, due: Due) -> str:
        match due:
            case Within() | BeginningWith() | Before():
                return self._counted(due)
            case EarliestOf() | LatestOf() | FirstKnown() | ByOrdinal() | IfKnown() | Phased():
                return self._chosen(due)
            case Occurrence() | Scheduled() | Projected():
                return self._meeting(due)
            case _:
                return self._looked_up(due)

    def _looked_up(self, due: AnchorDate | StartDate | EventDate | DueOf | Birthday | AttributeDate) -> str:
        match due:
            case AnchorDate():
                return "what it is counted from" if self._rule.repeats else " or ".join(self._anchor())
            case StartDate():
                return f"the day {' or '.join(self._anchor())}"
            case EventDate():
                return _says(self._pack, due.event)
            case DueOf():
                return f"the last day under {due.rule}"
            case Birthday():
                return f"the {ordinal_word(due.age)} birthday" if due.age else "the birth"
            case AttributeDate():
                return attribute_meaning(due.attribute).says

    def _anchor(self) -> list[str]:
        return [_says(self._pack, event) for event in self._rule.anchor.events]

    def _counted(self, due: Within | BeginningWith | Before) -> str:
        number = f" ({due.parameter}, the council's own)" if due.parameter else ""
        if isinstance(due, Before) and due.amount == 0:
            return f"before the day of: {self.due(due.of)}"
        word = "before" if isinstance(due, Before) else "beginning with" if isinstance(due, BeginningWith) else "after"
        elapsed = " elapsed" if due.unit is Unit.HOURS else ""
        return f"{amount_in_words(due.amount, due.unit)}{elapsed}{number} {word} {self.due(due.of)}"

    def _chosen(self, due: EarliestOf | LatestOf | FirstKnown | ByOrdinal | IfKnown | Phased) -> str:
        match due:
            case EarliestOf():
                late = "; late only when all have passed" if due.late_when_all else ""
                return f"the earliest of ({self._listed(due.options)}){late}"
            case LatestOf():
                return f"the latest of ({self._listed(due.options)})"
            case FirstKnown():
                return f"the first known of ({self._listed(due.options)})"
            case ByOrdinal():
                return f"for the first ({self._listed(due.first)}), then {self.due(due.then)}"
            case IfKnown():
                return self.due(due.of)
            case Phased():
                return self._phased(due)

    def _phased(self, due: Phased) -> str:
        if due.until is not None:
            phase = f"until {_says(self._pack, due.until)}"
        else:
            phase = f"in the first {amount_in_words(due.amount, due.unit)} from {self.due(due.of)}"
        return f"{phase} {self.due(due.early)}, later {self.due(due.late)}"

    def _listed(self, options: tuple[Due, ...]) -> str:
        return "; ".join(self.due(option) for option in options)

    def _meeting(self, due: Occurrence | Scheduled | Projected) -> str:
        title = self._pack.meeting_kind(MeetingKindId(due.meeting)).title.lower()
        match due:
            case Occurrence():
                return f"the {ordinal_word(due.ordinal) if due.ordinal else 'next'} {title}"
            case Scheduled():
                return f"the {ordinal_word(due.ordinal)} {title} (held, else booked, else its latest lawful day)"
            case Projected():
                which = ("last", "last but one", "last but two", "last but three")[due.from_last - 1]
                return f"the {which} {title} before {self.due(due.before)} (projected by the latest lawful dates)"
