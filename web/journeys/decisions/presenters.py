"""Decisions in words: where they stand, what was done, and who is told."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from permanence.cases.v1.subject_pb2 import Subject
from permanence.panels.v1 import decision_pb2 as wire
from permanence.panels.v1.member_pb2 import Composition

from web.desk import key_of
from web.standing import standing_words
from web.subjects import called, subject_path
from web.words import civil, london, long_date, moment, role_words, short_date

_STATES = {
    wire.DECISION_STATE_AWAITED: "Waits for the decision maker",
    wire.DECISION_STATE_SENT_BACK: "Sent back to the panel",
    wire.DECISION_STATE_WINDOW_OPEN: "May be answered",
    wire.DECISION_STATE_REPRESENTED: "Answered: the panel looks at it again",
    wire.DECISION_STATE_INDEPENDENT_REVIEW: "With the independent review",
    wire.DECISION_STATE_DECIDED: "Decided",
}
_STEPS = {
    wire.DECISION_STEP_KIND_RECOMMENDED: "The panel recommended",
    wire.DECISION_STEP_KIND_MINUTES_FINAL: "The minutes of the sitting were signed",
    wire.DECISION_STEP_KIND_AGREED: "The decision maker agreed with the panel",
    wire.DECISION_STEP_KIND_DIFFERED: "The decision maker differed from the panel",
    wire.DECISION_STEP_KIND_SENT_BACK: "The decision maker sent it back to the panel",
    wire.DECISION_STEP_KIND_DETERMINED: "The decision maker gave notice of a decision against them",
    wire.DECISION_STEP_KIND_REPRESENTATIONS: "They answered to the council",
    wire.DECISION_STEP_KIND_REVIEW_ASKED: "They asked for an independent review",
    wire.DECISION_STEP_KIND_REVIEW_ADVISED: "The independent review recommended",
    wire.DECISION_STEP_KIND_WINDOW_RAN_OUT: "Nobody answered in time",
}


@dataclass(frozen=True)
class DecisionRow:
    """One line of the list, and the head of a decision's own page."""

    key: str
    who: str
    who_path: str
    body: str
    state: str
    due: str
    standing: str
    colour: str
    clock: str
    decision_maker: str


@dataclass(frozen=True)
class StepLine:
    """One thing that was done."""

    what: str
    when: str
    words: tuple[str, ...]
    by: str
    for_family: tuple[str, ...]


@dataclass(frozen=True)
class ToldRow:
    """One person who is told in one way."""

    key: str
    who: str
    way: str
    by: str
    due: str
    standing: str
    colour: str
    told: str


def decision_rows(found: Iterable[wire.Decision], subjects: Mapping[str, Subject]) -> list[DecisionRow]:
    """In the order given: the earliest due first."""
    return [decision_row(one, subjects.get(one.subject)) for one in found]


def decision_row(one: wire.Decision, subject: Subject | None) -> DecisionRow:
    """One of them."""
    standing, colour = standing_words(one.standing)
    due = civil(one.window_until_date) if one.state == wire.DECISION_STATE_WINDOW_OPEN else civil(one.due_date)
    return DecisionRow(
        key=key_of(one.name),
        who=who_words(subject),
        who_path=subject_path(one.subject),
        body=one.body_title,
        state=_STATES.get(one.state, "Not known"),
        due=short_date(due) if due else "No date yet",
        standing=standing,
        colour=colour,
        clock=one.clock_words,
        decision_maker=one.decision_maker,
    )


def who_words(subject: Subject | None) -> str:
    """`NM-0412, Robin Example`."""
    if subject is None:
        return "Somebody whose name cannot be shown"
    return f"{subject.reference or 'No reference yet'}, {called(subject)}"


def step_lines(decision: wire.Decision, names: Mapping[str, str]) -> list[StepLine]:
    """Oldest first."""
    return [
        StepLine(
            what=_STEPS.get(one.kind, "Recorded"),
            when=long_date(civil(one.on_date)),
            words=_paragraphs(one.words),
            by=f"Recorded {moment(london(one.record_time))}, by {names.get(one.recorded_by) or 'a colleague'}",
            for_family=_paragraphs(one.words_for_family),
        )
        for one in decision.steps
    ]


def who_sat(decision: wire.Decision, composition: Composition | None) -> list[str]:
    """Who was there for the item, by name and role; nothing where it is not known."""
    if composition is None:
        return []
    item = next((one for one in composition.items if one.agenda_item == decision.recommendation.agenda_item), None)
    there = set(item.present) if item else set()
    return [
        f"{one.member.name_for_staff} ({', '.join(role_words(role).lower() for role in one.member.roles)})"
        for one in composition.members
        if one.member.name in there
    ]


def dissent_lines(decision: wire.Decision) -> list[str]:
    """Who was of another mind, and why."""
    return [f"{one.who}: {one.why}" for one in decision.recommendation.dissents]


def told_rows(decision: wire.Decision, names: Mapping[str, str]) -> list[ToldRow]:
    """The earliest due first."""
    return [_told_row(one, names) for one in decision.tellings]


def window_words(decision: wire.Decision) -> str:
    """Until when, and from when, it may be answered; empty where there is no such time."""
    first, last = civil(decision.window_from_date), civil(decision.window_until_date)
    if first is None or last is None:
        return ""
    return f"Notice was given on {long_date(first)}. It could be answered until {long_date(last)}."


def late_words(decision: wire.Decision) -> str:
    """Whose business it is when it is late."""
    if decision.standing not in (wire.STANDING_LATE, wire.STANDING_ESCALATED) or not decision.escalate_to:
        return ""
    above = " and the ".join(role_words(role).lower() for role in decision.escalate_to)
    return f"This decision is late. It is the business of the {above} too."


def told_on(when: date | None) -> str:
    """The day, or that it is not done."""
    return short_date(when) if when else "Not yet"


def _told_row(one: wire.Telling, names: Mapping[str, str]) -> ToldRow:
    standing, colour = standing_words(one.standing)
    role = role_words(one.role)
    who = f"{names.get(one.person)} ({role.lower()})" if names.get(one.person) else role
    return ToldRow(
        key=key_of(one.name),
        who=who if one.person else f"{role}: nobody is recorded, find out whom to tell",
        way=one.way,
        by=role_words(one.by_role),
        due=short_date(civil(one.due_date)),
        standing=standing,
        colour=colour,
        told=told_on(civil(one.told_date)),
    )


def _paragraphs(text: str) -> tuple[str, ...]:
    return tuple(line for line in text.split("\n") if line.strip())
