"""Standing bodies: what they are for, who sits on them, who must be there, and the deadlines around their sittings."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from rulebook.facts import BodyId, EventType
from rulebook.rule import MeetingKindId, Role, Source


class MemberRole(StrEnum):
    """What a member of a body can be, in the names of regulation 23 of fsr-2011 and regulations 3 and 4 of aar-2005."""

    CHAIR = "chair"
    VICE_CHAIR = "vice-chair"
    SOCIAL_WORKER_THREE_YEARS = "social-worker-three-years"
    INDEPENDENT = "independent"
    MEDICAL_ADVISER = "medical-adviser"
    ELECTED_MEMBER = "elected-member"
    LEGAL_ADVISER = "legal-adviser"
    CARER_EXPERIENCE = "carer-experience"
    REVIEWING_MANAGER = "reviewing-manager"
    SERVICE_MANAGER = "service-manager"
    TEAM_MANAGER = "team-manager"
    EDUCATION = "education"
    HEALTH = "health"
    MEMBER = "member"


class DeadlineStep(StrEnum):
    """The steps around a sitting, in order."""

    NOMINATE = "nominate"
    REPORTS = "reports"
    AGENDA_PACK = "agenda_pack"
    MINUTES = "minutes"
    DECISION = "decision"
    LETTER = "letter"

    @property
    def before_sitting(self) -> bool:
        """Whether it is counted back from the sitting; the others count on, each from the one before it."""
        return self in (DeadlineStep.NOMINATE, DeadlineStep.REPORTS, DeadlineStep.AGENDA_PACK)


@dataclass(frozen=True, slots=True)
class Number:
    """A number of a body. `local`: a parameter that the council sets, because no source names it."""

    value: int
    local: bool = False


@dataclass(frozen=True, slots=True)
class Seats:
    """So many members who each have one of these roles."""

    roles: tuple[MemberRole, ...]
    count: int = 1


@dataclass(frozen=True, slots=True)
class BodyQuorum:
    """Who must be there. `seats` are each filled by members of its own; `among` is asked of all who are there."""

    at_least: Number
    seats: tuple[Seats, ...] = ()
    among: tuple[Seats, ...] = ()


@dataclass(frozen=True, slots=True)
class Membership:
    """Who may sit on a body.

    Attributes:
        roles: what a member of it may be.
        central_list: members come from the list that the law asks for.
        notice_months: notice before somebody leaves that list.
    """

    roles: tuple[MemberRole, ...]
    central_list: bool = False
    notice_months: int = 0


@dataclass(frozen=True, slots=True)
class Deadline:
    """A step in working days before the sitting, or after the step before it."""

    step: DeadlineStep
    working_days: Number


@dataclass(frozen=True, slots=True)
class BodyAgenda:
    """What a body that hears subjects one by one records of each.

    Attributes:
        considered_event: every hearing of a subject records it.
        may_also_record: what its outcome may record besides.
        item_minutes: planned for one subject.
        capacity: at most so many items; None where only the time limits it.
        decision_maker: to whom a recommendation goes; empty where nobody stands behind the body.
        asks_for: kinds of paper that each subject should have, by the keys of the schema.
        comes_for_item: who of those around a subject usually comes for its item.
        papers_may_follow: whether somebody may be referred before these are there, with a reason.
    """

    considered_event: EventType
    item_minutes: int
    may_also_record: frozenset[EventType] = frozenset()
    capacity: Number | None = None
    decision_maker: str = ""
    asks_for: tuple[str, ...] = ()
    comes_for_item: tuple[Role, ...] = ()
    papers_may_follow: bool = False


@dataclass(frozen=True, slots=True)
class Body:
    """A standing body and what its word is worth: it decides, recommends to a decision maker, or endorses.

    Attributes:
        subjects: whom it hears: child, sibling_group, carer_household.
        matters: what goes to it, by the keys of the schema.
        sits_every_days: where no rule of the pack says how often it sits.
        agenda: None: its sittings are not prepared here.
    """

    id: BodyId
    title: str
    authority: str
    chair_role: Role
    meeting_kind: MeetingKindId | None = None
    also_called: tuple[str, ...] = ()
    remit: str = ""
    source: Source | None = None
    subjects: tuple[str, ...] = ()
    matters: tuple[str, ...] = ()
    sits_every_days: Number | None = None
    membership: Membership | None = None
    quorum: BodyQuorum | None = None
    deadlines: tuple[Deadline, ...] = ()
    agenda: BodyAgenda | None = None
