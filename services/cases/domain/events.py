"""What this service tells those who follow it, under the names and fields of the contract's event messages."""

from dataclasses import dataclass
from datetime import date

from rulebook.facts import SubjectKind
from rulebook.rule import Basis, RuleKind
from services.cases.domain.case_event import RecordedEvent
from services.cases.domain.names import case_event_name, obligation_name
from services.cases.domain.obligation import Obligation, ObligationState
from services.cases.domain.subject import Subject


@dataclass(frozen=True)
class ObligationChanged:
    """An obligation began, moved, was met, was booked or ended."""

    obligation: str
    subject: str
    rule_id: str
    kind: str
    meeting_kind: str
    state: str
    statutory_due_date: date | None
    local_due_date: date | None
    basis: str
    meeting: str


@dataclass(frozen=True)
class CaseEventRecorded:
    """A dated fact was recorded, corrected or withdrawn."""

    case_event: str
    subject: str
    type: str
    on_date: date
    meeting: str
    withdrawn: bool = False


@dataclass(frozen=True)
class PeopleAroundSubjectChanged:
    """Who stands around a subject, or what is restricted, has changed."""

    subject: str


@dataclass(frozen=True)
class SubjectChanged:
    """A subject became known or changed."""

    subject: str
    kind: str
    reference: str
    restricted: bool


Event = ObligationChanged | CaseEventRecorded | PeopleAroundSubjectChanged | SubjectChanged


def kind_code(kind: RuleKind) -> str:
    """The contract's name for what an obligation asks for."""
    return f"OBLIGATION_KIND_{kind.name}"


def state_code(state: ObligationState) -> str:
    """The contract's name for where an obligation stands."""
    return f"OBLIGATION_STATE_{state.name}"


def basis_code(basis: Basis) -> str:
    """The contract's name for who asks."""
    return f"BASIS_{basis.name}"


def subject_kind_code(kind: SubjectKind) -> str:
    """The contract's name for a kind of subject."""
    return f"SUBJECT_KIND_{kind.name}"


def obligation_changed(council: str, subject: str, one: Obligation) -> ObligationChanged:
    """The event that tells of this obligation as it now stands."""
    return ObligationChanged(
        obligation=obligation_name(council, one.id),
        subject=subject,
        rule_id=one.rule_id,
        kind=kind_code(one.kind),
        meeting_kind=one.meeting_kind,
        state=state_code(one.state),
        statutory_due_date=one.statutory_due,
        local_due_date=one.local_due,
        basis=basis_code(one.basis),
        meeting=one.meeting,
    )


def case_event_recorded(
    council: str, subject: str, fact: RecordedEvent, *, withdrawn: bool = False
) -> CaseEventRecorded:
    """The event that tells of this fact."""
    return CaseEventRecorded(case_event_name(council, fact.id), subject, fact.type, fact.on, fact.meeting, withdrawn)


def subject_changed(council: str, subject: Subject) -> SubjectChanged:
    """The event that tells of this subject as it now stands."""
    return SubjectChanged(
        subject.name_in(council), subject_kind_code(subject.kind), subject.reference, subject.restricted
    )
