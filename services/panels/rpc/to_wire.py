"""Domain to wire."""

from collections.abc import Sequence

from permanence.panels.v1 import minutes_service_pb2 as minutes_wire
from permanence.panels.v1 import panel_pb2 as wire

from services.panels.app.minutes_ports import Delivered
from services.panels.domain import names
from services.panels.domain.body import Body
from services.panels.domain.matters_arising import MatterArising
from services.panels.domain.minutes import Clock, Minutes
from services.panels.domain.outcome import Action, Outcome
from services.panels.domain.referral import Referral
from services.panels.domain.sitting import AgendaItem, Sitting
from services.panels.rpc.composition_to_wire import constitution
from services.panels.rpc.wire_time import day, instant


def body(council: str, one: Body) -> wire.Body:
    """A body."""
    return wire.Body(
        name=names.body_name(council, one.body_id),
        title=one.title,
        meeting_kind=one.meeting_kind,
        authority=wire.Authority.Value(f"AUTHORITY_{one.authority.name}"),
        chair_role=one.chair_role,
        interval_days=one.interval_days,
        may_record=sorted(one.may_record),
        item_minutes=one.item_minutes,
        constitution=constitution(one.constitution, one.decision_maker),
    )


def sitting(council: str, one: Sitting) -> wire.Sitting:
    """A sitting with its items."""
    return wire.Sitting(
        name=names.sitting_name(council, one.sitting_id),
        body=names.body_name(council, one.body),
        meeting=one.meeting,
        start_time=instant(one.start),
        end_time=instant(one.end),
        state=wire.SittingState.Value(f"SITTING_STATE_{one.state.name}"),
        agenda=[_item(council, item) for item in one.items],
        etag=str(one.version),
        matters_arising=[_matter(matter) for matter in one.matters],
        matters_arising_incomplete=one.matters_incomplete,
    )


def _matter(one: MatterArising) -> wire.MatterArising:
    return wire.MatterArising(
        subject=one.subject,
        reference=one.reference,
        text=one.text,
        owner_role=one.owner_role,
        due_date=day(one.due),
        done=one.done,
        sitting_time=instant(one.sitting_start),
    )


def referral(council: str, one: Referral) -> wire.Referral:
    """A referral."""
    return wire.Referral(
        name=names.referral_name(council, one.referral_id),
        body=names.body_name(council, one.body),
        subjects=one.subjects,
        reason=one.reason,
        state=wire.ReferralState.Value(f"REFERRAL_STATE_{one.state.name}"),
        sitting=names.sitting_name(council, one.sitting) if one.sitting else "",
        create_time=instant(one.created_at),
    )


def outcome(council: str, one: Outcome) -> wire.Outcome:
    """An outcome with its actions."""
    return wire.Outcome(
        name=names.outcome_name(council, one.outcome_id),
        agenda_item=names.item_name(council, one.item),
        subject=one.subject,
        kind=wire.OutcomeKind.Value(f"OUTCOME_KIND_{one.kind.name}"),
        reasons=one.reasons,
        case_events=one.case_events,
        actions=actions(council, one.actions),
        next_date=day(one.next_date),
        record_time=instant(one.recorded_at),
        recorded_by=one.recorded_by,
        decision_maker=one.decision_maker,
        recommendation=one.recommendation,
        dissents=[wire.Dissent(who=each.who, why=each.why) for each in one.dissents],
        part_heard=one.part_heard,
    )


def actions(council: str, many: Sequence[Action]) -> list[wire.Action]:
    """Actions in the order given."""
    return [
        wire.Action(
            name=names.action_name(council, one.action_id),
            text=one.text,
            owner_role=one.owner_role,
            due_date=day(one.due),
            done=one.done,
        )
        for one in many
    ]


def minutes(council: str, one: Minutes) -> wire.Minutes:
    """Minutes with what of their text was loaded; the etag of unwritten ones is empty."""
    return wire.Minutes(
        name=names.minutes_name(council, one.minutes_id),
        meeting=one.meeting,
        subject=one.subject,
        state=wire.MinutesState.Value(f"MINUTES_STATE_{one.state.name}"),
        text=one.text,
        meeting_end_time=instant(one.meeting_end),
        sign_due_time=instant(one.sign_due),
        file_due_time=instant(one.file_due),
        sign_time=instant(one.signed_at),
        file_time=instant(one.filed_at),
        signed_by=one.signed_by,
        etag=str(one.version) if one.version else "",
        addenda=one.addenda,
        clocks=[_clock(clock) for clock in one.clocks],
        manager_sign_time=instant(one.manager.at) if one.manager else None,
        manager_comment=one.manager.comment if one.manager else "",
    )


def unacknowledged(council: str, one: Delivered) -> minutes_wire.UnacknowledgedDelivery:
    """Without text."""
    return minutes_wire.UnacknowledgedDelivery(
        minutes=names.minutes_name(council, one.minutes_id),
        meeting=one.meeting,
        supplement=one.supplement,
        delivery_time=instant(one.written_at),
        chase_time=instant(one.chased_at),
        file_due_time=instant(one.file_due),
    )


def _clock(one: Clock) -> wire.MinutesClock:
    kind = wire.MinutesClockKind.Value(f"MINUTES_CLOCK_KIND_{one.kind.name}")
    return wire.MinutesClock(kind=kind, due_time=instant(one.due), stop_time=instant(one.stopped_at))


def _item(council: str, one: AgendaItem) -> wire.AgendaItem:
    return wire.AgendaItem(
        name=names.item_name(council, one.item_id),
        number=one.number,
        subjects=one.subjects,
        references=one.references,
        source=wire.AgendaSource.Value(f"AGENDA_SOURCE_{one.source.name}"),
        reason=one.reason,
        start_time=instant(one.start),
        end_time=instant(one.end),
        referral=names.referral_name(council, one.referral) if one.referral else "",
        outcomes=[outcome(council, recorded) for recorded in one.outcomes],
        due_date=day(one.due),
        placed_by_hand=one.by_hand,
        times_put_off=one.times_put_off,
        put_off_because=one.put_off_because,
        comers=one.comers,
        comers_trouble=one.comers_trouble,
        papers_follow=one.papers_follow,
    )
