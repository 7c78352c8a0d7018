"""Escalations in words."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from permanence.cases.v1.subject_pb2 import Subject
from permanence.panels.v1 import actions_service_pb2 as wire

from web.desk import key_of
from web.standing import standing_words
from web.subjects import called, subject_path
from web.words import civil, long_date, role_words, short_date


@dataclass(frozen=True)
class EscalationRow:
    """One line of the register, and the head of its own page."""

    key: str
    who: str
    who_path: str
    title: str
    stage: str
    answers: str
    raised: str
    stage_due: str
    due: str
    standing: str
    colour: str
    closed: str


def escalation_rows(found: Iterable[wire.Escalation], subjects: Mapping[str, Subject]) -> list[EscalationRow]:
    """In the order given: the open ones first."""
    return [escalation_row(one, subjects.get(one.subject)) for one in found]


def escalation_row(one: wire.Escalation, subject: Subject | None) -> EscalationRow:
    """One of them."""
    standing, colour = standing_words(one.standing)
    reference = one.reference or (subject.reference if subject else "") or "No reference yet"
    closed = civil(one.close_date)
    return EscalationRow(
        key=key_of(one.name),
        who=f"{reference}, {called(subject)}" if subject else reference,
        who_path=subject_path(one.subject),
        title=one.title or "Escalation",
        stage=f"{one.stage} of {one.stages}: {one.stage_title}",
        answers=role_words(one.stage_role),
        raised=short_date(civil(one.raise_date)),
        stage_due=short_date(civil(one.stage_due_date)),
        due=short_date(civil(one.due_date)),
        standing=standing,
        colour=colour,
        closed=short_date(closed) if closed else "",
    )


def step_lines(one: wire.Escalation, names: Mapping[str, str]) -> list[str]:
    """What was said when it went on, oldest first."""
    return [
        f"Stage {step.stage}, {long_date(civil(step.on_date))}, by {names.get(step.recorded_by) or 'a colleague'}: "
        f"{step.words}"
        for step in one.steps
    ]
