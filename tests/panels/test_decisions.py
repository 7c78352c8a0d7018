"""The decision maker's act over gRPC on PostgreSQL: clocks, authority, time to answer, telling, going back."""

from datetime import date
from uuid import uuid4

import asyncpg
import pytest
from permanence.panels.v1 import decision_pb2, panel_pb2
from permanence.panels.v1 import decisions_service_pb2 as wire

from tests.panels.conftest import Panels, at, owner_asks, request_id
from tests.panels.deciding import (
    DECISION_MAKER,
    ask,
    decide,
    deciding,
    decisions,
    get,
    hear,
    on,
    part,
    recommend,
    refused,
    settled,
    sign,
)
from tests.panels.fake_peers import day
from tests.servicekit.eventually import eventually
from tests.servicekit.serving import refusal


async def test_a_fostering_recommendation_waits_seven_working_days_and_is_agreed(panels: Panels) -> None:
    house = panels.cases.add_household("demo", "The Example household", "F-0001")
    panels.cases.involvements.append(part(house, "carer", str(uuid4()), "Sam Example"))
    waiting = await recommend(panels, "fostering-panel", house, at(31, 10))
    assert waiting.decision_maker == "Agency decision maker (fostering)"
    # Good Friday and Easter Monday 2026 are no working days.
    assert on(waiting.due_date) == date(2026, 4, 13)
    assert waiting.standing == decision_pb2.STANDING_RUNNING

    seen = await get(panels, waiting.name)
    assert seen.recommendation.reasons == "The panel weighed both sides."
    assert list(seen.recommendation.case_events) == ["fostering_panel_recommended"]

    made = await decide(panels, seen, case_events=["foster_carer_approved"])
    assert made.state == decision_pb2.DECISION_STATE_DECIDED
    (fact,) = await settled(panels, 1)
    assert list(fact.case_events) == ["adm_decided", "foster_carer_approved"]
    assert (fact.subject, fact.source, on(fact.on_date)) == (house, made.name, date(2026, 3, 31))
    assert await decisions(panels) == []
    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="stay"):
        await owner_asks(panels, "update decision set case_events = '{}'")
    told = (await get(panels, made.name)).tellings
    assert [(one.role, one.way, on(one.due_date)) for one in told] == [
        ("carer", "by word of mouth", date(2026, 4, 2)),
        ("carer", "in writing", date(2026, 4, 9)),
    ]
    assert told[0].person == panels.cases.involvements[0].person

    panels.set_time(at(20, 9, month=4))

    async def nobody_was_told() -> bool:
        return await owner_asks(panels, "select count(*) from telling where late_at is not null") == 2

    await eventually(nobody_was_told)
    assert await owner_asks(panels, "select count(*) from decision where late_at is not null") == 0, "it was in time"


async def test_an_adoption_decision_counts_from_the_final_minutes(panels: Panels) -> None:
    child = panels.cases.add_child("demo", "Robin Example", "C-0001")
    waiting = await recommend(panels, "adoption-panel", child, at(10, 10))
    assert not waiting.HasField("due_date")
    assert waiting.standing == decision_pb2.STANDING_NOT_STARTED
    assert "minutes" in waiting.clock_words

    await sign(panels, waiting.meeting, child, at(12, 15))
    (started,) = await decisions(panels)
    assert (on(started.clock_date), on(started.due_date)) == (date(2026, 3, 12), date(2026, 3, 23))
    (fact,) = await settled(panels, 1)
    assert list(fact.case_events) == ["adoption_panel_minutes_final"]
    seen = await get(panels, started.name)
    assert seen.minutes
    kinds = [step.kind for step in seen.steps]
    assert kinds == [decision_pb2.DECISION_STEP_KIND_RECOMMENDED, decision_pb2.DECISION_STEP_KIND_MINUTES_FINAL]


async def test_who_differs_gives_reasons_and_nobody_but_the_decision_maker_decides(panels: Panels) -> None:
    child = panels.cases.add_child("demo", "Robin Example", "C-0001")
    waiting = await recommend(panels, "adoption-panel", child, at(10, 10))
    no_reasons = await refused(panels, "Decide", deciding(waiting, agrees=False, reasons=""), DECISION_MAKER)
    assert no_reasons.info.reason == "NO_REASONS"
    for role in ("panel-chair", "business-support-manager", "team-manager", "reviewing-officer"):
        assert (await refused(panels, "Decide", deciding(waiting), role)).code.name == "PERMISSION_DENIED"
    stale = await refused(panels, "Decide", deciding(waiting, etag="99"), DECISION_MAKER)
    assert stale.info.reason == "STALE"
    made = await decide(panels, waiting, agrees=False, reasons="The report leaves one question open.")
    assert made.state == decision_pb2.DECISION_STATE_DECIDED
    assert (await refused(panels, "Decide", deciding(made), DECISION_MAKER)).info.reason == "NOT_AWAITED"
    last = (await get(panels, made.name)).steps[-1]
    assert (last.kind, last.words) == (
        decision_pb2.DECISION_STEP_KIND_DIFFERED,
        "The report leaves one question open.",
    )


@pytest.mark.parametrize("event", ["permanence_plan_agreed", "foster_carer_approved", "plan_change_recommended"])
async def test_an_adoption_decision_records_nothing_that_is_not_its_own(panels: Panels, event: str) -> None:
    child = panels.cases.add_child("demo", "Robin Example", "C-0001")
    waiting = await recommend(panels, "adoption-panel", child, at(10, 10))
    refusal = await refused(panels, "Decide", deciding(waiting, case_events=[event]), DECISION_MAKER)
    assert refusal.info.reason == "NO_AUTHORITY"
    assert (await decisions(panels))[0].state == decision_pb2.DECISION_STATE_AWAITED


async def test_what_goes_back_comes_onto_the_next_agenda_and_waits_again(panels: Panels) -> None:
    child = panels.cases.add_child("demo", "Robin Example", "C-0001")
    waiting = await recommend(panels, "adoption-panel", child, at(10, 10))
    later = panels.scheduler.book(
        "demo", "adoption_panel", at(24, 10), at(24, 13), body=waiting.body.rpartition("/")[2]
    )
    back = wire.SendBackRequest(
        name=waiting.name, etag=waiting.etag, reasons="Ask the doctor again.", request_id=request_id()
    )
    reply = await ask(panels, "SendBack", back, DECISION_MAKER)
    assert isinstance(reply, wire.SendBackResponse)
    assert reply.decision.state == decision_pb2.DECISION_STATE_SENT_BACK

    item = (await panels.sitting_with(later, 1)).agenda[0]
    assert (list(item.subjects), item.source) == ([child], panel_pb2.AGENDA_SOURCE_REFERRAL)
    again = await hear(panels, later, at(24, 10))
    assert (again.name, again.state, again.final) == (waiting.name, decision_pb2.DECISION_STATE_AWAITED, False)
    assert again.meeting == later
    assert (await decide(panels, again)).state == decision_pb2.DECISION_STATE_DECIDED


async def determined(panels: Panels) -> tuple[str, decision_pb2.Decision]:
    """A determination against a household, made on Tuesday 10 March 2026."""
    house = panels.cases.add_household("demo", "The Example household", "F-0001")
    waiting = await recommend(panels, "fostering-panel", house, at(10, 10))
    made = await decide(panels, waiting, adverse=True, reasons="The assessment does not show it.")
    return house, made


async def test_an_adverse_determination_may_be_answered_for_28_days_and_is_final_afterwards(panels: Panels) -> None:
    house, made = await determined(panels)
    assert made.state == decision_pb2.DECISION_STATE_WINDOW_OPEN
    assert (on(made.window_from_date), on(made.window_until_date)) == (date(2026, 3, 10), date(2026, 4, 7))
    (notice,) = await settled(panels, 1)
    assert list(notice.case_events) == ["not_suitable_notice_given"]
    assert "carer_approval_ended" not in made.may_record
    early = await refused(panels, "Decide", deciding(made), DECISION_MAKER)
    assert early.info.reason == "WINDOW_OPEN"

    # Summer time began on 29 March: midnight in England is 23:00 in UTC.
    panels.set_time(at(7, 22, 59, month=4))
    assert (await refused(panels, "Decide", deciding(made), DECISION_MAKER)).info.reason == "WINDOW_OPEN"
    panels.set_time(at(7, 23, 1, month=4))

    async def final() -> bool:
        return (await get(panels, made.name)).final

    await eventually(final)
    now = await get(panels, made.name)
    assert now.state == decision_pb2.DECISION_STATE_AWAITED
    assert on(now.due_date) == date(2026, 4, 16), "seven working days after the last day"
    assert (
        await refused(panels, "Decide", deciding(now, adverse=True), DECISION_MAKER)
    ).info.reason == "NOT_QUALIFYING"
    assert "carer_approval_ended" in now.may_record
    last = await decide(panels, now, case_events=["carer_approval_ended"])
    assert last.state == decision_pb2.DECISION_STATE_DECIDED
    facts = await settled(panels, 2)
    assert list(facts[-1].case_events) == ["adm_decided", "carer_approval_ended"]
    assert facts[-1].subject == house


@pytest.mark.parametrize("agrees", [True, False])
async def test_no_approval_ends_without_notice_whoever_recommended_it(panels: Panels, agrees: bool) -> None:
    house = panels.cases.add_household("demo", "The Example household", "F-0001")
    waiting = await recommend(panels, "fostering-panel", house, at(10, 10))
    wanted = deciding(waiting, agrees=agrees, reasons="The review shows it.", case_events=["carer_approval_ended"])
    assert (await refused(panels, "Decide", wanted, DECISION_MAKER)).info.reason == "NOTICE_FIRST"
    assert (await get(panels, waiting.name)).state == decision_pb2.DECISION_STATE_AWAITED
    assert not [fact for fact in await settled(panels, 0) if fact.subject == house]


def answering(decision: decision_pb2.Decision, received: date, route: int = 1) -> wire.RecordRepresentationsRequest:
    return wire.RecordRepresentationsRequest(
        name=decision.name,
        etag=decision.etag,
        route=wire.RepresentationRoute.ValueType(route),
        received_date=day(received),
        words="They say more about their support.",
        request_id=request_id(),
    )


async def test_representations_bring_it_before_the_panel_again_and_one_route_alone_is_open(panels: Panels) -> None:
    _, made = await determined(panels)
    later = panels.scheduler.book(
        "demo", "fostering_panel", at(7, 10, month=4), at(7, 13, month=4), body=made.body.rpartition("/")[2]
    )
    panels.set_time(at(20, 10))
    too_early = await refused(panels, "RecordRepresentations", answering(made, date(2026, 3, 9)), "business-support")
    assert too_early.code.name == "INVALID_ARGUMENT"
    reply = await ask(panels, "RecordRepresentations", answering(made, date(2026, 3, 20)), "business-support")
    assert isinstance(reply, wire.RecordRepresentationsResponse)
    assert reply.decision.state == decision_pb2.DECISION_STATE_REPRESENTED
    second = await refused(
        panels, "RecordRepresentations", answering(reply.decision, date(2026, 3, 20), route=2), "business-support"
    )
    assert second.info.reason == "NOT_AWAITED"
    (_, met) = await settled(panels, 2)
    assert list(met.met_rules) == ["FSR-28d"]

    again = await hear(panels, later, at(7, 10, month=4))
    assert (again.name, again.final) == (made.name, True)
    assert (await decide(panels, again)).state == decision_pb2.DECISION_STATE_DECIDED


async def test_an_independent_review_recommends_and_the_decision_maker_has_the_last_word(panels: Panels) -> None:
    _, made = await determined(panels)
    panels.set_time(at(20, 10))
    reply = await ask(panels, "RecordRepresentations", answering(made, date(2026, 3, 19), route=2), "team-manager")
    assert isinstance(reply, wire.RecordRepresentationsResponse)
    assert reply.decision.state == decision_pb2.DECISION_STATE_INDEPENDENT_REVIEW
    panels.set_time(at(1, 10, month=6))
    advice = wire.RecordReviewAdviceRequest(
        name=made.name,
        etag=reply.decision.etag,
        received_date=day(date(2026, 6, 1)),
        words="It recommends approval.",
        request_id=request_id(),
    )
    advised = await ask(panels, "RecordReviewAdvice", advice, "business-support")
    assert isinstance(advised, wire.RecordReviewAdviceResponse)
    assert (advised.decision.final, on(advised.decision.due_date)) == (True, date(2026, 6, 10))


async def test_an_answer_after_the_last_day_is_refused_and_one_in_time_counts_though_recorded_late(
    panels: Panels,
) -> None:
    _, made = await determined(panels)
    panels.set_time(at(8, 10, month=4))

    async def final() -> bool:
        return (await get(panels, made.name)).final

    await eventually(final)
    now = await get(panels, made.name)
    late = await refused(panels, "RecordRepresentations", answering(now, date(2026, 4, 8)), "business-support")
    assert late.info.reason == "WINDOW_CLOSED"
    assert "2026-04-07" in late.text
    reply = await ask(panels, "RecordRepresentations", answering(now, date(2026, 4, 7)), "business-support")
    assert isinstance(reply, wire.RecordRepresentationsResponse)
    assert reply.decision.state == decision_pb2.DECISION_STATE_REPRESENTED


async def test_nobody_is_given_time_to_answer_a_child_s_decision(panels: Panels) -> None:
    child = panels.cases.add_child("demo", "Robin Example", "C-0001")
    waiting = await recommend(panels, "adoption-panel", child, at(10, 10))
    assert not waiting.has_window
    assert (
        await refused(panels, "Decide", deciding(waiting, adverse=True), DECISION_MAKER)
    ).info.reason == "NOT_QUALIFYING"


async def test_a_late_decision_is_marked_and_said(panels: Panels) -> None:
    house = panels.cases.add_household("demo", "The Example household", "F-0001")
    waiting = await recommend(panels, "fostering-panel", house, at(10, 10))
    assert on(waiting.due_date) == date(2026, 3, 19)
    panels.set_time(at(19, 23))
    assert (await decisions(panels))[0].standing == decision_pb2.STANDING_DUE_TODAY
    panels.set_time(at(20, 0, 5))

    async def marked() -> bool:
        return bool(await owner_asks(panels, "select count(*) from decision where late_at is not null"))

    await eventually(marked)
    assert (await decisions(panels))[0].standing == decision_pb2.STANDING_LATE
    panels.set_time(at(25, 9))
    late = (await decisions(panels))[0]
    assert late.standing == decision_pb2.STANDING_ESCALATED
    assert list(late.escalate_to) == ["service-manager", "service-director"]
    made = await decide(panels, late)
    assert made.standing == decision_pb2.STANDING_MET_LATE


async def test_a_meeting_that_recommends_another_plan_asks_for_an_early_review(panels: Panels) -> None:
    child = panels.cases.add_child("demo", "Robin Example", "C-0001")
    meeting = panels.scheduler.book("demo", "ppm", at(10, 10), at(10, 12), subjects=[child])
    asked = wire.RecommendPlanChangeRequest(
        meeting=meeting, subject=child, reasons="An aunt came forward.", request_id=request_id()
    )
    assert (await refused(panels, "RecommendPlanChange", asked, "team-manager")).info.reason == "MEETING_NOT_HELD"
    panels.set_time(at(10, 13))
    panels.scheduler.hold(meeting, at(10, 12))
    asked.request_id = request_id()
    reply = await ask(panels, "RecommendPlanChange", asked, "team-manager")
    assert isinstance(reply, wire.RecommendPlanChangeResponse)
    assert on(reply.on_date) == date(2026, 3, 10)
    (fact,) = await settled(panels, 1)
    assert (list(fact.case_events), fact.meeting) == (["plan_change_recommended"], meeting)
    assert (await refused(panels, "RecommendPlanChange", asked, "social-worker")).code.name == "PERMISSION_DENIED"


async def test_a_decision_about_a_hidden_child_is_absent(panels: Panels) -> None:
    child = panels.cases.add_child("demo", "Robin Example", "C-0001", restricted=True)
    waiting = await recommend(panels, "adoption-panel", child, at(10, 10))
    panels.cases.hidden_from[child] = {"oid-outsider"}
    gone = await refused(
        panels, "GetDecision", wire.GetDecisionRequest(name=waiting.name), "social-worker", oid="oid-outsider"
    )
    assert gone.code.name == "NOT_FOUND"
    listed = await ask(
        panels, "ListDecisions", wire.ListDecisionsRequest(parent="councils/demo"), "social-worker", oid="oid-outsider"
    )
    assert isinstance(listed, wire.ListDecisionsResponse) and not listed.decisions


async def test_nobody_decides_on_what_they_recommended_themselves(panels: Panels) -> None:
    """Whoever recorded the recommendation, or signed it as chair, is not the one to whom it is recommended."""
    house = panels.cases.add_household("demo", "The Example household", "F-0001")
    waiting = await recommend(panels, "fostering-panel", house, at(31, 10))
    both = {"oid": "oid-panel-chair"}
    for rpc, request in (
        ("Decide", deciding(waiting)),
        (
            "SendBack",
            wire.SendBackRequest(name=waiting.name, etag=waiting.etag, reasons="No.", request_id=request_id()),
        ),
    ):
        said = await refusal(lambda rpc=rpc, request=request: ask(panels, rpc, request, DECISION_MAKER, **both))
        assert said.info.reason == "OWN_RECOMMENDATION", rpc
    await decide(panels, waiting)
