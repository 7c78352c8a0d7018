"""Domain to wire: meetings, plans, slots and what goes with them."""

from collections.abc import Collection
from datetime import date, datetime

from google.protobuf.timestamp_pb2 import Timestamp
from google.type.date_pb2 import Date
from permanence.scheduler.v1 import meeting_pb2 as wire
from permanence.scheduler.v1 import scheduler_service_pb2 as service

from services.scheduler.app.create_series import BookedSeries
from services.scheduler.app.list_unarranged_obligations import UnarrangedClock
from services.scheduler.app.preview_series import SeenDay
from services.scheduler.domain.diary import Room
from services.scheduler.domain.family_consent import FamilyConsent
from services.scheduler.domain.kept_apart import MustNotMeetPair
from services.scheduler.domain.meeting import (
    TIME_ZONE,
    ApprovedOverlap,
    Attendee,
    Clash,
    DateDecision,
    DiaryState,
    Meeting,
    MeetingState,
    Plan,
    Session,
    meeting_name,
    part_of_name,
    wall_time,
)
from services.scheduler.domain.series_dates import SittingDay
from services.scheduler.domain.slot_rank import Slot
from services.scheduler.domain.slot_search import DayWithout

_STATES = {
    MeetingState.HELD_SLOT: wire.MEETING_STATE_HELD_SLOT,
    MeetingState.BOOKED: wire.MEETING_STATE_BOOKED,
    MeetingState.HELD: wire.MEETING_STATE_HELD,
    MeetingState.CANCELLED: wire.MEETING_STATE_CANCELLED,
    MeetingState.LAPSED: wire.MEETING_STATE_LAPSED,
}
_DIARIES = {
    DiaryState.UNKNOWN: wire.DIARY_STATE_UNSPECIFIED,
    DiaryState.FREE: wire.DIARY_STATE_FREE,
    DiaryState.BUSY: wire.DIARY_STATE_BUSY,
    DiaryState.NOT_WORKING: wire.DIARY_STATE_NOT_WORKING,
    DiaryState.DAY_FULL: wire.DIARY_STATE_DAY_FULL,
}


def timestamp(instant: datetime) -> Timestamp:
    """An instant on the wire."""
    found = Timestamp()
    found.FromDatetime(instant)
    return found


def civil_date(day: date | None) -> Date | None:
    """A civil day on the wire; None stays absent."""
    return Date(year=day.year, month=day.month, day=day.day) if day else None


def meeting_message(council: str, meeting: Meeting) -> wire.Meeting:
    """The meeting."""
    plan = meeting.plan
    return wire.Meeting(
        name=meeting_name(council, meeting.id),
        meeting_kind=plan.meeting_kind,
        title=meeting.title,
        reference=meeting.reference,
        subjects=plan.subjects,
        state=_STATES[meeting.state],
        start_time=timestamp(meeting.start),
        end_time=timestamp(meeting.end),
        time_zone=TIME_ZONE,
        local_start=wall_time(meeting.start),
        sessions=[_session(one) for one in meeting.sessions],
        attendees=[_attendee(one) for one in plan.attendees],
        room=meeting.room,
        obligations=plan.obligations,
        revision=meeting.revision,
        etag=str(meeting.version),
        series=f"councils/{council}/series/{meeting.series}" if meeting.series else "",
        change_reason=meeting.change_reason,
        booked_by=meeting.booked_by,
        accepted_breaches=[
            wire.AcceptedBreach(
                obligation=one.obligation,
                due_date=civil_date(one.due_date),
                approved_by=one.approved_by,
                reason=one.reason,
            )
            for one in meeting.accepted_breaches
        ],
        body=plan.body,
        clashes=[clash_message(one) for one in meeting.clashes],
        date_decision=decision_message(meeting.decision),
        approved_overlap=_overlap(meeting.overlap),
        held_by_video=plan.held_by_video,
        part_of=part_of_name(council, meeting),
    )


def clocks_in(meeting: wire.Meeting) -> frozenset[str]:
    """The obligations that a message names."""
    return frozenset(meeting.obligations) | {one.obligation for one in meeting.accepted_breaches}


def take_out_clocks(meeting: wire.Meeting, obligations: Collection[str]) -> None:
    """Leave the message without these."""
    kept = [name for name in meeting.obligations if name not in obligations]
    accepted = [one for one in meeting.accepted_breaches if one.obligation not in obligations]
    del meeting.obligations[:], meeting.accepted_breaches[:]
    meeting.obligations.extend(kept)
    meeting.accepted_breaches.extend(accepted)


def plan_message(plan: Plan) -> service.MeetingPlan:
    """The plan, ready to be sent back with a booking."""
    return service.MeetingPlan(
        meeting_kind=plan.meeting_kind,
        subjects=plan.subjects,
        attendees=[_attendee(one) for one in plan.attendees],
        session_minutes=plan.session_minutes,
        minutes_between_sessions=plan.minutes_between_sessions,
        needs_room=plan.needs_room,
        room_features=plan.room_features,
        obligations=plan.obligations,
        body=plan.body,
        held_by_video=plan.held_by_video,
    )


def kept_apart_message(pair: MustNotMeetPair) -> wire.KeptApartPair:
    """Two people of a plan."""
    return wire.KeptApartPair(person=pair.person, other=pair.other, court_ordered=pair.court_ordered)


def slot_message(slot: Slot) -> wire.Slot:
    """A slot with its reasons."""
    return wire.Slot(
        start_time=timestamp(slot.sessions[0].start),
        end_time=timestamp(slot.sessions[-1].end),
        room=slot.room,
        reasons=[wire.SlotReason(reason=one.reason, text=one.text, cost=one.cost) for one in slot.reasons],
        clashes=[clash_message(one) for one in slot.clashes],
        cost=slot.cost,
        breaches=slot.breaches,
        not_checked=slot.not_checked,
        sessions=[_session(one) for one in slot.sessions],
        chosen=[_attendee(one) for one in slot.chosen],
    )


def day_without_message(day: DayWithout) -> wire.DayWithout:
    """A day that offers nothing."""
    return wire.DayWithout(on_date=civil_date(day.on_date), reason=day.reason, text=day.text)


def room_message(room: Room) -> wire.Room:
    """A room."""
    return wire.Room(
        name=room.name,
        display_name=room.display_name,
        seats=room.seats,
        features=sorted(room.features),
        mailbox=room.mailbox,
    )


def series_message(council: str, series: BookedSeries) -> wire.Series:
    """A series with its sittings."""
    return wire.Series(
        name=f"councils/{council}/series/{series.id}",
        body=series.body,
        meetings=[meeting_message(council, one) for one in series.meetings],
        moved=[
            wire.MovedSitting(
                regular_date=civil_date(one.regular), moved_to_date=civil_date(one.day), reason=one.reason
            )
            for one in series.moved
        ],
    )


def sitting_day_message(day: SittingDay) -> wire.SittingDay:
    """The day of a sitting."""
    return wire.SittingDay(regular_date=civil_date(day.regular), on_date=civil_date(day.day), reason=day.reason)


def seen_day_message(seen: SeenDay) -> wire.SittingDay:
    """The day of a sitting that is not booked, with what is known of it."""
    day = sitting_day_message(seen.day)
    day.taken = seen.taken
    day.clashes.extend(clash_message(one) for one in seen.clashes)
    day.not_checked.extend(seen.not_checked)
    return day


def unarranged_message(one: UnarrangedClock) -> wire.UnarrangedObligation:
    """A clock without a meeting."""
    clock = one.clock
    return wire.UnarrangedObligation(
        obligation=clock.obligation,
        subject=clock.subject,
        subject_reference=clock.subject_reference,
        rule_id=clock.rule_id,
        meeting_kind=clock.meeting_kind,
        title=one.title,
        statutory_due_date=civil_date(clock.statutory_due),
        local_due_date=civil_date(clock.local_due),
        working_days_left=one.working_days_left,
    )


def _session(one: Session) -> wire.Session:
    return wire.Session(number=one.number, start_time=timestamp(one.start), end_time=timestamp(one.end))


def _attendee(one: Attendee) -> wire.Attendee:
    return wire.Attendee(
        person=one.person,
        role=one.role,
        required=one.required,
        chair=one.chair,
        sessions=one.sessions,
        diary=_DIARIES[one.diary],
        throughout=one.throughout,
        confirmation=_confirmation(one),
    )


def _confirmation(one: Attendee) -> wire.ConfirmationState.ValueType:
    if not one.confirms:
        return wire.CONFIRMATION_STATE_UNSPECIFIED
    return wire.CONFIRMATION_STATE_CONFIRMED if one.confirmed else wire.CONFIRMATION_STATE_WAITED_FOR


def _overlap(overlap: ApprovedOverlap | None) -> wire.ApprovedOverlap | None:
    return None if overlap is None else wire.ApprovedOverlap(approved_by=overlap.by, reason=overlap.reason)


def decision_message(decision: DateDecision | None) -> wire.DateDecision | None:
    """Whose choice a date is; None stays absent."""
    if decision is None:
        return None
    return wire.DateDecision(person=decision.by, consent_date=civil_date(decision.consented_on))


def consent_message(consent: FamilyConsent) -> wire.FamilyConsent:
    """What the referral says."""
    return wire.FamilyConsent(
        referral_form=consent.referral_form,
        state=wire.FamilyConsentState.Value(f"FAMILY_CONSENT_STATE_{consent.state.name}"),
        consent_date=civil_date(consent.consented_on),
        change_date=civil_date(consent.changed_on),
    )


def clash_message(one: Clash) -> wire.Clash:
    """Somebody whose diary says something else."""
    return wire.Clash(person=one.person, diary=_DIARIES[one.diary])
