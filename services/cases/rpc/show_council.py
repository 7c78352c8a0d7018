"""The council and its staff → responses."""

from permanence.cases.v1 import council_pb2, subject_pb2

from rulebook.facts import SubjectKind
from rulebook.pack import DecidesDate, MeetingKind
from services.cases.app.get_council import CouncilView, EventWords
from services.cases.domain import names
from services.cases.domain.events import subject_kind_code
from services.cases.domain.person import Person


def council(view: CouncilView, slug: str) -> council_pb2.Council:
    """The council."""
    return council_pb2.Council(
        name=f"councils/{slug}",
        display_name=view.display_name,
        header_colour=view.brand.header_colour,
        link_colour=view.brand.link_colour,
        button_colour=view.brand.button_colour,
        labels=view.labels,
        meeting_kinds=[_meeting_kind(one) for one in view.meeting_kinds],
        case_event_types=[_event_type(one) for one in view.event_words],
        permanence_plans=view.plans,
    )


def _event_type(one: EventWords) -> council_pb2.CaseEventType:
    # A council itself is no subject of the contract: nobody records of one.
    kinds = (subject_kind_code(kind) for kind in one.of if kind is not SubjectKind.COUNCIL)
    return council_pb2.CaseEventType(
        type=one.type,
        says=one.says,
        group=one.group,
        subject_kinds=sorted(subject_pb2.SubjectKind.Value(kind) for kind in kinds),
        planned=one.planned,
        about_plan=one.about_plan,
        takes_time=one.takes_time,
    )


def _meeting_kind(one: MeetingKind) -> council_pb2.MeetingKind:
    return council_pb2.MeetingKind(
        key=one.id,
        title=one.title,
        duration_minutes=one.duration_minutes,
        chair_role=one.chair_role,
        required_roles=one.required_roles,
        optional_roles=one.optional_roles,
        chair_decides_roles=one.chair_decides_roles,
        parts=[
            council_pb2.MeetingPart(title=part.title, minutes=part.minutes, only_roles=part.only_roles)
            for part in one.parts
        ],
        throughout_roles=one.throughout_roles,
        date_is_the_familys=one.decides_date is DecidesDate.FAMILY,
        date_is_the_reviewing_services=one.decides_date is DecidesDate.REVIEWING_SERVICE,
    )


def staff_member(one: Person, slug: str) -> council_pb2.StaffMember:
    """A member of staff by name; nothing by which to reach them."""
    return council_pb2.StaffMember(
        person=names.person_name(slug, one.id),
        principal_id=one.principal_id or "",
        display_name=one.display_name,
    )
