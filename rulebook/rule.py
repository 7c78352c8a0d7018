"""A rule as data: what starts its clock, how the clock is counted, what fulfils it, and where it is written.

Due expressions compose: each one is a date, or says which fact is missing for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NewType

from rulebook.counting import Unit
from rulebook.facts import AttributeValue, BodyId, CaseEvent, EventType, RuleId, Subject, SubjectKind

MeetingKindId = NewType("MeetingKindId", str)
"""A meeting kind's id in its pack: `ppm`, `cic_review`, `tracking_panel`."""


class Role(StrEnum):
    """Who stands where in a meeting: one vocabulary for every service."""

    SOCIAL_WORKER = "social-worker"
    TEAM_MANAGER = "team-manager"
    REVIEWING_OFFICER = "reviewing-officer"
    SERVICE_MANAGER = "service-manager"
    SERVICE_DIRECTOR = "service-director"
    BUSINESS_SUPPORT = "business-support"
    MINUTE_TAKER = "minute-taker"
    CARER = "carer"
    SUPERVISING_SOCIAL_WORKER = "supervising-social-worker"
    MOTHER = "mother"
    FATHER = "father"
    PARENT = "parent"
    CHILD = "child"
    ADVOCATE = "advocate"
    INTERPRETER = "interpreter"
    SCHOOL = "school"
    HEALTH = "health"
    ADOPTION_COORDINATOR = "adoption-coordinator"
    INDEPENDENT_REVIEWING_MANAGER = "independent-reviewing-manager"


class RuleKind(StrEnum):
    """What sort of thing must happen."""

    MEETING = "meeting"
    TASK = "task"
    SIGN_OFF = "sign_off"
    GATE = "gate"
    TARGET = "target"
    SITTING = "sitting"


class Basis(StrEnum):
    """Whether the law or the council's own policy sets the clock. The two are never merged."""

    STATUTORY = "statutory"
    LOCAL = "local"


class Confidence(StrEnum):
    """How surely the source was read. `unverified` is shown to the user as such."""

    VERIFIED = "verified"
    PARTLY = "partly"
    UNVERIFIED = "unverified"


class Which(StrEnum):
    """Which of several events of one type."""

    FIRST = "first"
    LAST = "last"
    EACH = "each"


class Match(StrEnum):
    """Which fact fulfils an obligation: the next after its anchor, any in the episode, the anchor's own."""

    NEXT = "next"
    ANY = "any"
    OWN = "own"


class Span(StrEnum):
    """How far a rule looks: the current episode of care (it ends with it), or the whole record."""

    EPISODE = "episode"
    LIFETIME = "lifetime"


@dataclass(frozen=True, slots=True)
class AnchorDate:
    """The date (and time) of the fact that started this clock."""


@dataclass(frozen=True, slots=True)
class EventDate:
    """The date of another event: its first, its last, or its n-th in the episode (`ordinal` wins over
    `which`).
    """

    event: EventType
    which: Which = Which.LAST
    ordinal: int | None = None


@dataclass(frozen=True, slots=True)
class Occurrence:
    """The n-th meeting of a kind in the episode: held, else booked. `ordinal` None means the one after the
    anchor.
    """

    meeting: str
    ordinal: int | None = None


@dataclass(frozen=True, slots=True)
class DueOf:
    """The latest lawful date under another rule of the pack."""

    rule: RuleId


@dataclass(frozen=True, slots=True)
class Birthday:
    """The day the child reaches an age."""

    age: int


@dataclass(frozen=True, slots=True)
class Within:
    """`amount` units after a date, that date left out. Hours need a date-time."""

    amount: int
    unit: Unit
    of: Due


@dataclass(frozen=True, slots=True)
class BeginningWith:
    """The last day of a period of `amount` units that counts its first day."""

    amount: int
    unit: Unit
    of: Due


@dataclass(frozen=True, slots=True)
class Before:
    """No later than `amount` units before a date; amount 0: on an earlier day than it."""

    amount: int
    unit: Unit
    of: Due


@dataclass(frozen=True, slots=True)
class EarliestOf:
    """The earliest of several. With `late_when_all` it is late only once the last of them has passed."""

    options: tuple[Due, ...]
    late_when_all: bool = False


@dataclass(frozen=True, slots=True)
class LatestOf:
    """The latest of several; all must be known."""

    options: tuple[Due, ...]


@dataclass(frozen=True, slots=True)
class FirstKnown:
    """The first of several that is known: held, else booked, else the latest lawful date."""

    options: tuple[Due, ...]


@dataclass(frozen=True, slots=True)
class ByOrdinal:
    """A due rule per ordinal of the anchor: `first[0]` for the first, …, `then` for all later ones."""

    first: tuple[Due, ...]
    then: Due


Due = (
    AnchorDate
    | EventDate
    | Occurrence
    | DueOf
    | Birthday
    | Within
    | BeginningWith
    | Before
    | EarliestOf
    | LatestOf
    | FirstKnown
    | ByOrdinal
)


@dataclass(frozen=True, slots=True)
class Anchor:
    """What starts the clock: the first, the last or each of `events` (any of these types, in order of date).

    `each` gives one obligation per event, from the `from_ordinal`-th on: this is how a rule repeats.
    """

    events: tuple[EventType, ...]
    which: Which = Which.FIRST
    from_ordinal: int = 1


@dataclass(frozen=True, slots=True)
class MetBy:
    """The event types whose date fulfils the obligation. `obligation_met` always does."""

    events: tuple[EventType, ...] = ()
    match: Match = Match.NEXT


@dataclass(frozen=True, slots=True)
class NeededWhen:
    """When a missing anchor is a gap to be told of: `always`, or one of `any_of` is known, and none of
    `none_of`.
    """

    any_of: tuple[EventType, ...] = ()
    none_of: tuple[EventType, ...] = ()
    always: bool = False


@dataclass(frozen=True, slots=True)
class Condition:
    """The rule holds only if: an event is known, is not known, or an attribute of the subject has a value."""

    known: EventType | None = None
    not_known: EventType | None = None
    attribute: str | None = None
    equals: AttributeValue | None = None


@dataclass(frozen=True, slots=True)
class SignOff:
    """A signature the outcome needs, in the order given; `within_hours` None: no limit is given."""

    role: Role
    within_hours: int | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """Where a rule is written. `says` is our own paraphrase, never a quotation."""

    document: str
    section: str
    says: str

    @property
    def citation(self) -> str:
        """Document and section in one line."""
        return f"{self.document}, {self.section}"


@dataclass(frozen=True, slots=True)
class Expectation:
    """What an example must give; None or empty: not looked at. `due`: a date or local date-time."""

    none: bool = False
    ordinal: int | None = None
    due: str | None = None
    late_after: date | None = None
    state: str | None = None
    met_on: date | None = None
    in_time: bool | None = None
    inferred: bool | None = None
    needs: str | None = None
    says: tuple[str, ...] = ()
    warns: str | None = None


@dataclass(frozen=True, slots=True)
class Example:
    """A rule's own example: made-up facts and what must follow from them. Run as a test."""

    name: str
    subject: Subject
    facts: tuple[CaseEvent, ...]
    as_of: date
    expect: Expectation


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of a pack; see docs/rulebook.md for how it is written."""

    id: RuleId
    title: str
    kind: RuleKind
    basis: Basis
    subject_kinds: frozenset[SubjectKind]
    anchor: Anchor
    due: Due
    source: Source
    confidence: Confidence
    effective_from: date
    effective_to: date | None = None
    meeting_kind: MeetingKindId | None = None
    body: BodyId | None = None
    met_by: MetBy = MetBy()
    needed_when: NeededWhen = NeededWhen()
    conditions: tuple[Condition, ...] = ()
    until: tuple[EventType, ...] = ()
    span: Span = Span.EPISODE
    chair_role: Role | None = None
    required_roles: tuple[Role, ...] = ()
    optional_roles: tuple[Role, ...] = ()
    evidence: tuple[str, ...] = ()
    sign_offs: tuple[SignOff, ...] = ()
    escalation: str = ""
    wording: str = ""
    """The source's own vague word, kept where a local number stands in for it."""
    note: str = ""
    examples: tuple[Example, ...] = ()

    def in_force(self, on: date) -> bool:
        """Whether the rule applies to a clock that starts on that day."""
        return self.effective_from <= on and (self.effective_to is None or on <= self.effective_to)
