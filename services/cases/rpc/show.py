"""The service's own words → responses."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Final

from google.protobuf.timestamp_pb2 import Timestamp
from google.type.date_pb2 import Date
from permanence.cases.v1 import cases_service_pb2 as pb
from permanence.cases.v1 import obligation_pb2, subject_pb2

from rulebook.facts import SubjectKind
from rulebook.obligation import Explanation, Step, StepKind
from services.cases.app.get_subject import SubjectView
from services.cases.app.list_parts import Part
from services.cases.app.resolve_recipients import Resolved
from services.cases.domain import names
from services.cases.domain.case_event import RecordedEvent
from services.cases.domain.date_change import DateChange
from services.cases.domain.events import basis_code, kind_code, state_code, subject_kind_code
from services.cases.domain.obligation import Read, Waiver
from services.cases.domain.person import Channel, Involvement, Person, Recipient
from services.cases.domain.restriction import Restriction, RestrictionKind

_CHANNELS: Final = {
    None: subject_pb2.CHANNEL_UNSPECIFIED,
    Channel.OUTLOOK: subject_pb2.CHANNEL_OUTLOOK,
    Channel.EMAIL: subject_pb2.CHANNEL_EMAIL,
    Channel.TEXT: subject_pb2.CHANNEL_TEXT,
    Channel.LETTER: subject_pb2.CHANNEL_LETTER,
    Channel.IN_PERSON: subject_pb2.CHANNEL_IN_PERSON,
}
_RESTRICTIONS: Final = {
    RestrictionKind.RESTRICTED_CASE: subject_pb2.RESTRICTION_KIND_RESTRICTED_CASE,
    RestrictionKind.CONFIDENTIAL_ADDRESS: subject_pb2.RESTRICTION_KIND_CONFIDENTIAL_ADDRESS,
    RestrictionKind.MUST_NOT_MEET: subject_pb2.RESTRICTION_KIND_MUST_NOT_MEET,
    RestrictionKind.MUST_NOT_KNOW: subject_pb2.RESTRICTION_KIND_MUST_NOT_KNOW,
}


def day(value: date | None) -> Date | None:
    """A civil date."""
    return Date(year=value.year, month=value.month, day=value.day) if value else None


def instant(value: datetime | None) -> Timestamp | None:
    """An instant."""
    if value is None:
        return None
    stamp = Timestamp()
    stamp.FromDatetime(value)
    return stamp


def subject(view: SubjectView, council: str) -> subject_pb2.Subject:
    """A subject with the members the caller may know of."""
    one = view.subject
    return subject_pb2.Subject(
        name=one.name_in(council),
        kind=subject_pb2.SubjectKind.Value(subject_kind_code(one.kind)),
        reference=one.reference,
        display_name=one.display_name,
        birth_date=day(one.born_on),
        expected_birth_date=day(one.expected_on),
        members=[names.subject_name(council, member.member_kind, member.member) for member in view.members],
        restricted=one.restricted,
        looked_after_since=day(one.looked_after_since),
        looked_after_since_inferred=one.looked_after_since_inferred,
    )


def case_event(fact: RecordedEvent, subject_name: str, council: str) -> obligation_pb2.CaseEvent:
    """A dated fact."""
    return obligation_pb2.CaseEvent(
        name=names.case_event_name(council, fact.id),
        subject=subject_name,
        type=fact.type,
        on_date=day(fact.on),
        at_time=instant(fact.at),
        assumed=fact.assumed,
        rule_id=fact.rule_id or "",
        meeting=fact.meeting,
        plan=fact.plan,
    )


def obligation(read: Read, council: str, today: date) -> obligation_pb2.Obligation:
    """An obligation with its explanation."""
    one = read.obligation
    return obligation_pb2.Obligation(
        name=one.name_in(council),
        subject=names.subject_name(council, read.subject_kind, one.subject),
        rule_id=one.rule_id,
        title=read.title,
        kind=obligation_pb2.ObligationKind.Value(kind_code(one.kind)),
        meeting_kind=one.meeting_kind,
        basis=obligation_pb2.Basis.Value(basis_code(one.basis)),
        state=obligation_pb2.ObligationState.Value(state_code(one.state)),
        statutory_due_date=day(one.statutory_due),
        local_due_date=day(one.local_due),
        due_time=instant(one.due_at),
        booked_date=day(one.booked_on),
        held_date=day(one.held_on),
        needs_facts=[one.needs] if one.needs else [],
        inferred=one.inferred,
        explanation=explanation(read.explanation) if read.explanation else None,
        working_days_left=one.working_days_left(today),
        meeting=one.meeting,
        original_due_date=day(one.moved_from),
        opens_on_date=day(read.opens_on),
        late_after_date=day(read.late_after),
        waiver=_waiver(one.waiver) if one.waiver else None,
        unconfirmed_change=date_change(one.unconfirmed, read.subject_kind, council) if one.unconfirmed else None,
    )


def _waiver(waiver: Waiver) -> obligation_pb2.Waiver:
    return obligation_pb2.Waiver(waived_by=waiver.by, waive_time=instant(waiver.at), reason=waiver.reason)


def date_change(change: DateChange, subject_kind: SubjectKind, council: str) -> obligation_pb2.DateChange:
    """A date that rules or bank holidays moved."""
    cause = f"DATE_CHANGE_CAUSE_{change.cause.name}"
    return obligation_pb2.DateChange(
        name=names.date_change_name(council, change.id),
        obligation=names.obligation_name(council, change.obligation),
        subject=names.subject_name(council, subject_kind, change.subject),
        due_date_before=day(change.due_before),
        due_date_after=day(change.due_after),
        cause=obligation_pb2.DateChangeCause.Value(cause),
        move_time=instant(change.moved_at),
        confirmed_by=change.confirmed_by,
        confirm_time=instant(change.confirmed_at),
    )


def explanation(words: Explanation) -> obligation_pb2.Explanation:
    """Why a date is what it is."""
    return obligation_pb2.Explanation(
        sentence=words.sentence,
        steps=_steps(words.steps),
        source=words.source.citation,
        confidence=words.confidence.value,
        warning=" ".join(step.text for step in words.steps if step.kind is StepKind.WARNING),
    )


def _steps(steps: Iterable[Step]) -> list[obligation_pb2.ExplanationStep]:
    """A bank holiday belongs to the count that stepped over it; a warning stands by itself."""
    shown: list[obligation_pb2.ExplanationStep] = []
    for step in steps:
        if step.kind is StepKind.BANK_HOLIDAY and shown:
            shown[-1].skipped_days.append(obligation_pb2.SkippedDay(on_date=day(step.on), reason=step.name or ""))
        elif step.kind is not StepKind.WARNING:
            shown.append(obligation_pb2.ExplanationStep(text=step.text))
    return shown


def involvement(one: Involvement, council: str) -> subject_pb2.Involvement:
    """One person's part."""
    return subject_pb2.Involvement(
        person=names.person_name(council, one.person),
        subject=names.subject_name(council, one.subject_kind, one.subject),
        role=one.role,
        from_date=day(one.from_date),
        until_date=day(one.until_date),
        staff=one.staff,
        display_name=one.display_name,
    )


def part(one: Part, council: str) -> pb.Part:
    """That somebody has a role around a subject."""
    return pb.Part(subject=one.subject, person=names.person_name(council, one.person), role=one.role)


def restriction(one: Restriction, council: str) -> subject_pb2.Restriction:
    """What is kept apart. `other` is the person, or the carer household whose address is kept."""
    return subject_pb2.Restriction(
        name=names.restriction_name(council, one.id),
        kind=_RESTRICTIONS[one.kind],
        subject=names.subject_name(council, one.subject_kind, one.subject),
        person=names.person_name(council, one.person) if one.person else "",
        other=_other(one, council),
        court_ordered=one.court_ordered,
        from_date=day(one.from_date),
        until_date=day(one.until_date),
    )


def _other(one: Restriction, council: str) -> str:
    if one.other_person:
        return names.person_name(council, one.other_person)
    if one.other_subject:
        return names.subject_name(council, SubjectKind.CARER_HOUSEHOLD, one.other_subject)
    if one.kind is RestrictionKind.CONFIDENTIAL_ADDRESS and one.subject_kind is SubjectKind.CARER_HOUSEHOLD:
        return names.subject_name(council, one.subject_kind, one.subject)
    return ""


def found_person(one: Person, council: str) -> pb.FoundPerson:
    """A person by the case system's id."""
    person = names.person_name(council, one.id)
    return pb.FoundPerson(source_id=one.source_id, person=person, staff=one.staff)


def resolved(found: Resolved, council: str) -> pb.ResolveRecipientsResponse:
    """Who may be told, and what must not leave."""
    return pb.ResolveRecipientsResponse(
        recipients=[_recipient(one, council) for one in found.recipients],
        references=found.references,
        restricted=found.restricted,
        subject_protected_strings=found.subject_protected_strings,
    )


def _recipient(one: Recipient, council: str) -> subject_pb2.Recipient:
    person = one.person
    return subject_pb2.Recipient(
        person=names.person_name(council, person.id),
        display_name=person.display_name,
        staff=person.staff,
        channel=_CHANNELS[person.safe_channel],
        email=person.email,
        phone=person.phone,
        postal_lines=person.postal_lines,
        unsafe_channels=[_CHANNELS[channel] for channel in person.unsafe_channels],
        unsafe_times=[
            subject_pb2.UnsafeTime(weekday=one.weekday, start_minute=one.start, end_minute=one.end)
            for one in person.unsafe_times
        ],
        verified_date=day(person.verified_on),
        roles=one.roles,
        interpreter_language=person.interpreter_language,
        access_needs=person.access_needs,
        protected_strings=one.protected_strings,
    )
