"""Timetables, and what a day for a meeting would do to them → responses."""

from permanence.cases.v1 import cases_service_pb2 as pb
from permanence.cases.v1 import obligation_pb2, permanence_plan_pb2
from permanence.cases.v1 import obligations_service_pb2 as settled

from services.cases.app.get_timetable import Timetable
from services.cases.app.preview_meeting_date import SubjectPreview
from services.cases.domain import names
from services.cases.domain.events import basis_code, kind_code
from services.cases.domain.meeting_preview import Previewed
from services.cases.domain.obligation import NotUsed
from services.cases.domain.permanence_plans import Expectation, PermanencePlans, Plan
from services.cases.rpc import show


def timetable(found: Timetable, council: str) -> pb.GetTimetableResponse:
    """All clocks of one subject, the facts that could not be used, and the plans."""
    return pb.GetTimetableResponse(
        subject=show.subject(found.view, council),
        obligations=[show.obligation(one, council, found.as_of) for one in found.obligations],
        as_of_date=show.day(found.as_of),
        unusable_facts=[_not_used(one, council) for one in found.unusable],
        permanence_plans=_plans(found.plans) if found.plans else None,
    )


def _not_used(one: NotUsed, council: str) -> obligation_pb2.UnusableFact:
    event = names.case_event_name(council, one.fact.id) if one.fact else ""
    on = show.day(one.fact.on) if one.fact else None
    return obligation_pb2.UnusableFact(what=one.what, reason=one.reason, case_event=event, on_date=on)


def _plans(found: PermanencePlans) -> permanence_plan_pb2.PermanencePlans:
    return permanence_plan_pb2.PermanencePlans(
        plans=[_plan(one) for one in found.plans],
        contingency_missing=found.contingency_missing,
        expectations=[_expectation(one) for one in found.expectations],
    )


def _plan(one: Plan) -> permanence_plan_pb2.PermanencePlan:
    standing = one.standing
    return permanence_plan_pb2.PermanencePlan(
        plan=one.name,
        rank=one.rank,
        state=permanence_plan_pb2.PlanState.Value(f"PLAN_STATE_{standing.state.name}"),
        since_date=show.day(standing.since),
        manager_signed_date=show.day(standing.manager_signed_on),
        tracking_panel_approved_date=show.day(standing.tracking_panel_approved_on),
    )


def _expectation(one: Expectation) -> permanence_plan_pb2.PlanExpectation:
    return permanence_plan_pb2.PlanExpectation(
        occasion=permanence_plan_pb2.PlanOccasion.Value(f"PLAN_OCCASION_{one.occasion.name}"),
        expected_state=permanence_plan_pb2.PlanState.Value(f"PLAN_STATE_{one.state.name}"),
        lacks=one.lacks,
    )


def subject_preview(found: SubjectPreview, council: str) -> settled.SubjectPreview:
    """What a day would do to one subject's clocks."""
    clocks = [_previewed(one, found, council) for one in found.clocks]
    return settled.SubjectPreview(subject=found.subject.name_in(council), clocks=clocks)


def _previewed(one: Previewed, found: SubjectPreview, council: str) -> settled.PreviewedClock:
    clock = one.clock
    return settled.PreviewedClock(
        obligation=names.obligation_name(council, names.obligation_id(found.subject.id, clock.key)),
        rule_id=clock.rule_id,
        title=clock.rule_title,
        kind=obligation_pb2.ObligationKind.Value(kind_code(clock.kind)),
        basis=obligation_pb2.Basis.Value(basis_code(clock.basis)),
        part=settled.PreviewPart.Value(f"PREVIEW_PART_{one.part.name}"),
        verdict=settled.PreviewVerdict.Value(f"PREVIEW_VERDICT_{one.verdict.name}"),
        due_date_before=show.day(one.before),
        due_date_after=show.day(one.after),
        reason=one.reason,
    )
