"""What this service tells those who follow it; names and fields are those of the contract."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True)
class OutcomeRecorded:
    """A body settled something for a subject. `kind` is the contract's enum name."""

    outcome: str
    subject: str
    body: str
    meeting: str
    kind: str
    case_events: tuple[str, ...]
    on_date: date
    next_date: date | None


@dataclass(frozen=True)
class MinutesSigned:
    """Minutes were signed by the chair."""

    minutes: str
    subject: str
    meeting: str
    meeting_kind: str
    sign_time: datetime
    on_date: date


@dataclass(frozen=True)
class MinutesFiled:
    """The case system acknowledged minutes."""

    minutes: str
    subject: str
    meeting: str
    meeting_kind: str
    file_time: datetime
    on_date: date


@dataclass(frozen=True)
class CaseSettled:
    """Facts for `cases`, within the authority of whoever settled them: case events, and rules whose clock is met."""

    source: str
    subject: str
    meeting: str
    case_events: tuple[str, ...]
    met_rules: tuple[str, ...]
    on_date: date


@dataclass(frozen=True)
class ChaseMade:
    """Somebody was chased. `subjects` are those of the `actions`, in order; `person` is empty where none is known."""

    chase: str
    person: str
    role: str
    actions: tuple[str, ...]
    subjects: tuple[str, ...]


@dataclass(frozen=True)
class MinutesLate:
    """A clock of minutes ran out. `roles`: whose business it is now."""

    minutes: str
    subject: str
    meeting: str
    clock: str
    roles: tuple[str, ...]
    late_time: datetime


@dataclass(frozen=True)
class DecisionLate:
    """A decision was not made by its day. `role`: the decision maker's."""

    decision: str
    subject: str
    meeting: str
    role: str
    late_time: datetime


@dataclass(frozen=True)
class FamilyConsentChanged:
    """What a referral says of the family's consent to a meeting. `state` is the contract's enum name."""

    referral_form: str
    subjects: tuple[str, ...]
    meeting_kind: str
    state: str
    consent_date: date
    on_date: date


Event = (
    OutcomeRecorded
    | MinutesSigned
    | MinutesFiled
    | CaseSettled
    | ChaseMade
    | MinutesLate
    | DecisionLate
    | FamilyConsentChanged
)
