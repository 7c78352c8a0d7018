"""Who is told which facts of a meeting: the council's policy, as tables that can be read. What is not in them is told
nobody.

Everybody who is asked learns the time and the meeting's reference: without them nobody could come. Each further fact
stands in `ALLOWED` for the party and the sort of meeting, and is taken away again by what `WITHHELD` says of the
person's restrictions. Papers are told nobody from here. See docs/adr/20261127-who-is-told-what-is-a-table.md.
"""

from collections.abc import Mapping
from enum import StrEnum

from services.notifications.domain.likeness import squeezed
from services.notifications.domain.meeting import MeetingView, Recipient, RestrictionKind


class Fact(StrEnum):
    """What a message may hold besides time and reference."""

    PLACE = "place"
    OTHERS = "who else, by role"
    REFERENCES = "references of the subjects"
    LINK = "joining link"


class Party(StrEnum):
    """Who a person is towards a meeting."""

    STAFF = "staff of the council"
    FAMILY = "family"
    CARER = "carer"
    CHILD = "child"
    PROFESSIONAL = "professional from elsewhere"


class MeetingSort(StrEnum):
    """What kinds of meeting have in common for who may know what."""

    CASE = "about one child or sibling group"
    CONFERENCE = "family group conference"
    LEGAL = "legal advice"
    PANEL = "panel or board"


class Side(StrEnum):
    """On which side of a restriction a person stands."""

    KEPT = "kept from somebody or from an address"
    PROTECTED = "somebody is kept from them"


PARTIES: Mapping[str, Party] = {
    "mother": Party.FAMILY,
    "father": Party.FAMILY,
    "parent": Party.FAMILY,
    "family-member": Party.FAMILY,
    "carer": Party.CARER,
    "child": Party.CHILD,
    "advocate": Party.PROFESSIONAL,
    "adoption-coordinator": Party.PROFESSIONAL,
    "business-support": Party.PROFESSIONAL,
    "family-group-coordinator": Party.PROFESSIONAL,
    "health": Party.PROFESSIONAL,
    "independent-reviewing-manager": Party.PROFESSIONAL,
    "interpreter": Party.PROFESSIONAL,
    "minute-taker": Party.PROFESSIONAL,
    "reviewing-officer": Party.PROFESSIONAL,
    "school": Party.PROFESSIONAL,
    "service-director": Party.PROFESSIONAL,
    "service-manager": Party.PROFESSIONAL,
    "social-worker": Party.PROFESSIONAL,
    "supervising-social-worker": Party.PROFESSIONAL,
    "team-manager": Party.PROFESSIONAL,
}
"""By the role in which somebody is asked; whoever is the council's own staff is `STAFF` in every role."""

SORTS: Mapping[str, MeetingSort] = {
    "ppm": MeetingSort.CASE,
    "cic_review": MeetingSort.CASE,
    "adoption_review": MeetingSort.CASE,
    "case_discussion": MeetingSort.CASE,
    "child_permanence_meeting": MeetingSort.CASE,
    "placement_arrangement": MeetingSort.CASE,
    "placement_stability": MeetingSort.CASE,
    "safety_meeting": MeetingSort.CASE,
    "siblings_meeting": MeetingSort.CASE,
    "family_group_conference": MeetingSort.CONFERENCE,
    "legal_planning_meeting": MeetingSort.LEGAL,
    "adoption_panel": MeetingSort.PANEL,
    "care_and_access_panel": MeetingSort.PANEL,
    "corporate_parenting_board": MeetingSort.PANEL,
    "early_permanence_panel": MeetingSort.PANEL,
    "fostering_panel": MeetingSort.PANEL,
    "monitoring_panel": MeetingSort.PANEL,
    "permanence_panel": MeetingSort.PANEL,
    "permanency_panel": MeetingSort.PANEL,
    "resources_panel": MeetingSort.PANEL,
    "securing_permanence_group": MeetingSort.PANEL,
    "tracking_panel": MeetingSort.PANEL,
}
"""By the kind of meeting, as the packs name it."""

_STAFF = frozenset({Fact.PLACE, Fact.REFERENCES, Fact.LINK})
_COMER = frozenset({Fact.PLACE, Fact.OTHERS, Fact.LINK})
_AT_A_PANEL = frozenset({Fact.PLACE, Fact.OTHERS})
_ADVISING = frozenset({Fact.PLACE, Fact.LINK})
_PLACE = frozenset({Fact.PLACE})
_LINK = frozenset({Fact.LINK})
_NOTHING: frozenset[Fact] = frozenset()


def _row(
    case: frozenset[Fact], conference: frozenset[Fact], legal: frozenset[Fact], panel: frozenset[Fact]
) -> Mapping[MeetingSort, frozenset[Fact]]:
    return {
        MeetingSort.CASE: case,
        MeetingSort.CONFERENCE: conference,
        MeetingSort.LEGAL: legal,
        MeetingSort.PANEL: panel,
    }


ALLOWED: Mapping[Party, Mapping[MeetingSort, frozenset[Fact]]] = {
    # In the order: about a child, conference, legal advice, panel.
    Party.STAFF: _row(_STAFF, _STAFF, _STAFF, _STAFF),
    Party.FAMILY: _row(_COMER, _COMER, _NOTHING, _PLACE),
    Party.CARER: _row(_COMER, _COMER, _NOTHING, _PLACE),
    Party.CHILD: _row(_COMER, _COMER, _NOTHING, _PLACE),
    Party.PROFESSIONAL: _row(_COMER, _COMER, _ADVISING, _AT_A_PANEL),
}
"""A panel sees several families on one day: who else comes there is no family's to know. Its link opens the whole day:
whoever is not staff is let in by them, for their own part.
"""

WITHHELD: Mapping[RestrictionKind, Mapping[Side, frozenset[Fact]]] = {
    # Arrival and waiting room must be kept apart too, and a calendar entry is read by more than one person.
    RestrictionKind.MUST_NOT_MEET: {Side.KEPT: _COMER, Side.PROTECTED: frozenset({Fact.OTHERS})},
    RestrictionKind.MUST_NOT_KNOW: {Side.KEPT: _COMER, Side.PROTECTED: frozenset({Fact.OTHERS})},
    RestrictionKind.CONFIDENTIAL_ADDRESS: {Side.KEPT: _COMER, Side.PROTECTED: _NOTHING},
    # Nothing is left out of what the people of a restricted case are told: a second person reads it first.
    RestrictionKind.RESTRICTED_CASE: {Side.KEPT: _NOTHING, Side.PROTECTED: _NOTHING},
}
"""What a restriction takes away from somebody outside the staff. Staff are asked at work and work with the case; the
joining link alone is kept from some of them too, see `is_kept_from_video`.
"""


def facts_for(view: MeetingView, recipient: Recipient, role: str) -> frozenset[Fact]:
    """What this person may be told of this meeting besides its time and reference; nothing for a role or a kind of
    meeting that the tables do not know.
    """
    party = Party.STAFF if recipient.staff else PARTIES.get(role)
    sort = SORTS.get(view.meeting.kind)
    if party is None or sort is None:
        return _NOTHING
    allowed = ALLOWED[party][sort]
    for kind, side in () if recipient.staff else _limits(view, recipient.person):
        allowed -= WITHHELD[kind][side]
    if is_kept_from_video(view, recipient, role):
        allowed -= _LINK
    return allowed - _PLACE if is_anothers_place(view, recipient) else allowed


def is_anothers_place(view: MeetingView, recipient: Recipient) -> bool:
    """Whether the place's name holds what belongs to somebody else or to a subject: a carer's home, a child's school.

    Staff share one event, so that for them a place that belongs to anybody at all is another's.
    """
    if view.subjects_in_place or not view.people_in_place:
        return view.subjects_in_place
    own = () if recipient.staff else map(squeezed, recipient.protected)
    return bool(view.people_in_place - set(own))


def is_kept_from_video(view: MeetingView, recipient: Recipient, role: str) -> bool:
    """Whether a link would bring two together who are kept apart: it opens every part, and names whoever is there.

    So none of both has it: who is kept from somebody or from an address, staff too; and whom they are kept from, where
    both are asked. Staff of these share the staff's event: they join, and do not meet there who has no link.
    """
    asked = {one.person for one in view.meeting.invitees}
    for limit in view.restrictions:
        if limit.kind is RestrictionKind.RESTRICTED_CASE:
            continue
        if limit.person == recipient.person:
            return True
        # A household that somebody is kept from is every carer who is asked.
        protected = limit.other == recipient.person or (role == "carer" and "/carerHouseholds/" in limit.other)
        if protected and limit.person in asked and not recipient.staff:
            return True
    return False


def _limits(view: MeetingView, person: str) -> list[tuple[RestrictionKind, Side]]:
    found = [(limit.kind, Side.KEPT) for limit in view.restrictions if limit.person == person]
    return found + [(limit.kind, Side.PROTECTED) for limit in view.restrictions if limit.other == person]
