"""A rule as data: what starts its clock, how the clock is counted, what fulfils it, and where it is written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NewType

from rulebook.due import Due, Which, parameters_of
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
    FAMILY_GROUP_COORDINATOR = "family-group-coordinator"
    FAMILY_MEMBER = "family-member"


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
class Anchor:
    """What starts the clock: the first, the last or each of `events` (any of these types, in order of date).

    `each` gives one obligation per event, from the `from_ordinal`-th on: this is how a rule repeats. With
    `after` only events from the last of that type on are looked at, and ordinals are counted from there. A
    planned event that was moved counts once, on the date recorded last, unless `each` is asked for. Nothing
    starts while one of `unless` is on record, and a fact that one of `pending` has followed starts nothing.
    """

    events: tuple[EventType, ...]
    which: Which = Which.FIRST
    from_ordinal: int = 1
    after: EventType | None = None
    to_ordinal: int | None = None
    unless: tuple[EventType, ...] = ()
    pending: tuple[EventType, ...] = ()


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
    """The rule holds only if all that is given here is so.

    Attributes:
        known: one of these events is on record.
        not_known: none of these events is.
        legal_status: the event that set the child's present legal status is one of these.
        attribute, one_of, not_one_of: an attribute of the subject has one of these values, or none of those.
        must_be_recorded: an attribute that nobody recorded is a gap to be told of, not a no.
        from_age, under_age: the child's age in years on the as-of day. Without a date of birth the rule
            holds, and says that it needs one where it counts from it.
    """

    known: tuple[EventType, ...] = ()
    not_known: tuple[EventType, ...] = ()
    legal_status: tuple[EventType, ...] = ()
    attribute: str | None = None
    one_of: tuple[AttributeValue, ...] = ()
    not_one_of: tuple[AttributeValue, ...] = ()
    must_be_recorded: bool = False
    from_age: int | None = None
    under_age: int | None = None


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
    commenced_on: date | None = None
    """The day on which a rule that is switched off is taken to have come into force."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of a pack; see docs/writing-packs.md for how it is written."""

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
    until_age: int | None = None
    """The birthday that ends the rule; nothing falls due on or after it."""
    repeats: bool = False
    """Each fulfilment starts the clock anew, counted from it, until the rule ends or its anchor comes again."""
    not_before: Due | None = None
    """The day before which it would come too early, where the source gives a window."""
    commencement: str = ""
    """The parameter that holds the day the provision came into force, or "off"."""
    switched_off: bool = False
    judged_by_due: bool = False
    """Whether it is the day it falls due that has to lie in the rule's dates in force, not its anchor's: so it is
    for a duty towards whoever is in care already when the policy comes. What would have fallen due before its anchor
    is not owed.
    """
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

    @property
    def local_number(self) -> bool:
        """Whether the clock counts with a number of the pack's `parameters`."""
        return bool(parameters_of(self.due))

    def in_force(self, on: date) -> bool:
        """Whether the rule applies to a clock that starts on that day."""
        return (
            not self.switched_off
            and self.effective_from <= on
            and (self.effective_to is None or on <= self.effective_to)
        )
