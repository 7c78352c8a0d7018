"""What is to be done after meetings: one list, chased once a person, done, cancelled, given on; escalations."""

from datetime import date
from uuid import uuid4

import grpc
from permanence.panels.v1 import actions_service_pb2 as wire
from permanence.panels.v1 import decision_pb2, panel_events_pb2, panel_pb2
from permanence.panels.v1.actions_service_pb2_grpc import ActionsServiceStub
from permanence.panels.v1.panels_service_pb2 import ListActionsRequest, ListActionsResponse, RecordOutcomeRequest

from tests.panels.conftest import DEMO, Panels, at, owner_asks, request_id
from tests.panels.deciding import ask, decide, facts, on, outstanding, part, recommend, refused, settled
from tests.panels.fake_peers import day
from tests.servicekit.eventually import eventually
from tests.servicekit.serving import refusal

ACTION = wire.OUTSTANDING_KIND_ACTION


def to_do(text: str, role: str, due: date) -> panel_pb2.Action:
    return panel_pb2.Action(text=text, owner_role=role, due_date=day(due))


async def with_actions(panels: Panels) -> tuple[str, list[wire.Outstanding]]:
    """A child heard on 10 March with three actions, two of them the social worker's."""
    child = panels.cases.add_child("demo", "Robin Example", "C-0001")
    await recommend(
        panels,
        "adoption-panel",
        child,
        at(10, 10),
        to_do("Ask the doctor.", "social-worker", date(2026, 3, 12)),
        to_do("Write to the school.", "social-worker", date(2026, 3, 13)),
        to_do("Find a room.", "business-support", date(2026, 3, 20)),
    )
    return child, await outstanding(panels, ACTION)


async def chase(panels: Panels, *actions: wire.Outstanding) -> list[wire.Chase]:
    request = wire.ChaseActionsRequest(
        parent="councils/demo", actions=[one.name for one in actions], request_id=request_id()
    )
    reply = await ask(panels, "ChaseActions", request, "business-support")
    assert isinstance(reply, wire.ChaseActionsResponse)
    return list(reply.chases)


async def test_everything_that_waits_stands_in_one_list_by_date(panels: Panels) -> None:
    house = panels.cases.add_household("demo", "The Example household", "F-0001")
    waiting = await recommend(
        panels, "fostering-panel", house, at(10, 10), to_do("Ring them.", "social-worker", date(2026, 3, 11))
    )
    listed = await outstanding(panels)
    assert [(one.kind, on(one.due_date), one.reference) for one in listed] == [
        (wire.OUTSTANDING_KIND_ACTION, date(2026, 3, 11), "F-0001"),
        (wire.OUTSTANDING_KIND_DECISION, date(2026, 3, 19), "F-0001"),
    ]
    panels.scheduler.hold(waiting.meeting, at(10, 13))

    async def is_minuted() -> bool:
        return bool(await panels.minutes_of(waiting.meeting))

    await eventually(is_minuted)
    panels.set_time(at(10, 13, 30))
    await decide(panels, waiting)
    panels.set_time(at(13, 9))
    listed = await outstanding(panels)
    stands = {(one.kind, one.text): one.standing for one in listed}
    assert stands[(wire.OUTSTANDING_KIND_ACTION, "Ring them.")] == decision_pb2.STANDING_LATE
    assert stands[(wire.OUTSTANDING_KIND_MINUTES, "Sign the minutes")] == decision_pb2.STANDING_LATE
    tellings = [one for one in listed if one.kind == wire.OUTSTANDING_KIND_TELLING]
    assert [on(one.due_date) for one in tellings] == [date(2026, 3, 12), date(2026, 3, 17)]
    assert all(one.escalate_to for one in tellings)
    assert not [one for one in listed if one.kind == wire.OUTSTANDING_KIND_DECISION]


async def test_one_press_is_one_message_a_person(panels: Panels) -> None:
    child, actions = await with_actions(panels)
    worker = str(uuid4())
    panels.cases.involvements.append(part(child, "social-worker", worker))
    panels.set_time(at(16, 9))
    chases = await chase(panels, *actions)
    assert [(one.person.rpartition("/")[2], one.role, len(one.actions)) for one in chases] == [
        (worker, "social-worker", 2),
        ("", "business-support", 1),
    ]
    assert [(one.reference, one.text) for one in chases[0].actions] == [
        ("C-0001", "Ask the doctor."),
        ("C-0001", "Write to the school."),
    ]
    assert all(one.HasField("chase_time") for one in await outstanding(panels, ACTION))
    assert await owner_asks(panels, "select count(*) from chase") == 2


async def test_a_chase_is_told_with_names_of_resources_alone(panels: Panels) -> None:
    child, actions = await with_actions(panels)
    worker = str(uuid4())
    panels.cases.involvements.append(part(child, "social-worker", worker, "Casey Made"))
    panels.set_time(at(16, 9))
    await chase(panels, *actions)
    told = {one.person: one for one in await facts(panels, panel_events_pb2.ChaseMade, 2)}
    mine = told[f"councils/demo/people/{worker}"]
    assert (mine.role, list(mine.actions)) == ("social-worker", [one.name for one in actions[:2]])
    assert list(mine.subjects) == [child, child]
    assert told[""].role == "business-support"
    assert not {"Casey", "doctor", "Robin", "C-0001"} & set(str(told).replace(".", " ").split())


async def test_late_minutes_and_a_late_decision_are_told_once(panels: Panels) -> None:
    house = panels.cases.add_household("demo", "The Example household", "F-0001")
    waiting = await recommend(panels, "fostering-panel", house, at(10, 10))
    panels.scheduler.hold(waiting.meeting, at(10, 13))

    async def is_minuted() -> bool:
        return bool(await panels.minutes_of(waiting.meeting))

    await eventually(is_minuted)
    panels.set_time(at(12, 14))
    (unsigned,) = await facts(panels, panel_events_pb2.MinutesLate, 1)
    assert (unsigned.clock, list(unsigned.roles)) == ("sign", ["service-manager"])
    assert (unsigned.subject, unsigned.meeting) == (house, waiting.meeting)
    panels.set_time(at(13, 14))
    unfiled = (await facts(panels, panel_events_pb2.MinutesLate, 2))[1]
    assert (unfiled.clock, list(unfiled.roles)) == ("file", ["business-support", "service-manager"])
    panels.set_time(at(20, 9))
    (undecided,) = await facts(panels, panel_events_pb2.DecisionLate, 1)
    assert (undecided.decision, undecided.role) == (waiting.name, "agency-decision-maker")
    panels.set_time(at(25, 9))
    await panels.restart()
    signed = wire.CheckWaitingRequest(
        parent="councils/demo", things=[wire.WaitingThing(name=unsigned.minutes, clock="sign")]
    )
    assert len((await still(panels, signed)).things) == 1
    assert len(await facts(panels, panel_events_pb2.MinutesLate, 2)) == 2
    assert len(await facts(panels, panel_events_pb2.DecisionLate, 1)) == 1


async def still(panels: Panels, request: wire.CheckWaitingRequest) -> wire.CheckWaitingResponse:
    """As notifications asks."""
    token = panels.authority.token(DEMO, oid="n", scp=None, idtyp="app", roles=["service-notifications"])
    stub = ActionsServiceStub(panels.channel)
    return await stub.CheckWaiting(request, metadata=(("authorization", f"Bearer {token}"),), timeout=10)


async def test_what_still_waits_is_said_to_notifications_alone(panels: Panels) -> None:
    child, actions = await with_actions(panels)
    panels.cases.involvements.append(part(child, "social-worker", str(uuid4())))
    (given_to,) = {one.person for one in await chase(panels, actions[0])}
    given = wire.AssignActionRequest(
        name=actions[0].name, etag=actions[0].etag, person=given_to, request_id=request_id()
    )
    await ask(panels, "AssignAction", given, "team-manager")
    done = wire.CloseActionRequest(name=actions[1].name, etag=actions[1].etag, request_id=request_id())
    await ask(panels, "CloseAction", done, "social-worker")
    names = [one.name for one in actions] + [f"councils/demo/actions/{uuid4()}"]
    request = wire.CheckWaitingRequest(parent="councils/demo", things=[wire.WaitingThing(name=name) for name in names])
    found = (await still(panels, request)).things
    assert [(one.name, on(one.due_date), one.owner) for one in found] == [
        (names[0], date(2026, 3, 12), given_to),
        (names[2], date(2026, 3, 20), ""),
    ]
    for role in ("business-support", "panel-chair"):
        assert (await refused(panels, "CheckWaiting", request, role)).info.reason == "PERMISSION_DENIED"
    wrong = wire.CheckWaitingRequest(
        parent="councils/demo", things=[wire.WaitingThing(name=f"councils/demo/minutes/{uuid4()}", clock="late")]
    )
    (fault,) = (await refusal(lambda: still(panels, wrong))).bad.field_violations
    assert (fault.field, "must be one of sign" in fault.description) == ("things[0].clock", True)


async def test_an_action_is_done_or_cancelled_with_a_reason_and_then_stays_so(panels: Panels) -> None:
    _, actions = await with_actions(panels)
    done = wire.CloseActionRequest(name=actions[0].name, etag=actions[0].etag, request_id=request_id())
    reply = await ask(panels, "CloseAction", done, "social-worker")
    assert isinstance(reply, wire.CloseActionResponse)
    assert reply.action.done and not reply.action.cancel_reason
    again = wire.CloseActionRequest(name=actions[0].name, etag=reply.action.etag, request_id=request_id())
    assert (await refused(panels, "CloseAction", again, "social-worker")).info.reason == "ACTION_CLOSED"
    cancelled = wire.CloseActionRequest(
        name=actions[1].name, etag=actions[1].etag, cancel_reason="The school wrote first.", request_id=request_id()
    )
    reply = await ask(panels, "CloseAction", cancelled, "business-support")
    assert isinstance(reply, wire.CloseActionResponse)
    assert not reply.action.done and reply.action.cancel_reason == "The school wrote first."
    assert [one.text for one in await outstanding(panels, ACTION)] == ["Find a room."]
    assert not await chase(panels, actions[0]), "nobody is chased for what is done"


async def test_an_action_is_not_given_to_somebody_who_has_left(panels: Panels) -> None:
    child, actions = await with_actions(panels)
    here, gone = str(uuid4()), str(uuid4())
    panels.cases.involvements.append(part(child, "supervising-social-worker", here))

    def to(person: str) -> wire.AssignActionRequest:
        return wire.AssignActionRequest(
            name=actions[0].name,
            etag=actions[0].etag,
            person=f"councils/demo/people/{person}",
            request_id=request_id(),
        )

    left = await refused(panels, "AssignAction", to(gone), "team-manager")
    assert left.info.reason == "OWNER_LEFT"
    assert "Give the action to somebody who has one" in left.text
    reply = await ask(panels, "AssignAction", to(here), "team-manager")
    assert isinstance(reply, wire.AssignActionResponse)
    assert reply.action.owner.endswith(here)
    (chased,) = await chase(panels, actions[0])
    assert chased.person.endswith(here)
    panels.cases.involvements.clear()
    (chased,) = await chase(panels, actions[0])
    assert (chased.person, chased.role) == ("", "social-worker"), "an owner who has left is not chased"


async def test_an_outcome_gives_no_action_to_a_role_whose_holder_has_left(panels: Panels) -> None:
    child = panels.cases.add_child("demo", "Robin Example", "C-0001")
    gone = part(child, "social-worker", str(uuid4()))
    gone.until_date.CopyFrom(day(date(2026, 3, 9)))
    panels.cases.involvements.append(gone)

    async def recorded() -> list[panel_pb2.Action]:
        await recommend(panels, "adoption-panel", child, at(10, 10), visit, room)
        reply = await panels.call("ListActions", ListActionsRequest(parent="councils/demo"), "business-support")
        assert isinstance(reply, ListActionsResponse)
        return list(reply.actions)

    visit = to_do("Visit.", "social-worker", date(2026, 3, 12))
    room = to_do("Find a room.", "business-support", date(2026, 3, 20))
    left = await refusal(recorded)
    assert (left.info.reason, left.info.metadata["role"]) == ("OWNER_LEFT", "social-worker")
    assert "Give the action to somebody who has one" in left.text
    assert await owner_asks(panels, "select count(*) from outcome") == 0


async def test_an_outcome_gives_an_action_to_the_holder_who_follows(panels: Panels) -> None:
    child = panels.cases.add_child("demo", "Robin Example", "C-0001")
    gone = part(child, "social-worker", str(uuid4()))
    gone.until_date.CopyFrom(day(date(2026, 3, 9)))
    panels.cases.involvements += [gone, part(child, "social-worker", str(uuid4()))]
    await recommend(panels, "adoption-panel", child, at(10, 10), to_do("Visit.", "social-worker", date(2026, 3, 12)))
    assert [one.text for one in await outstanding(panels, ACTION)] == ["Visit."]


async def test_while_cases_is_away_an_action_is_not_recorded_unseen_and_nothing_is_lost(panels: Panels) -> None:
    child = panels.cases.add_child("demo", "Robin Example", "C-0001")
    waiting = await recommend(panels, "adoption-panel", child, at(10, 10))
    sitting = await panels.sitting_of(waiting.meeting)
    record = RecordOutcomeRequest(
        agenda_item=sitting.agenda[0].name,
        subject=child,
        kind=panel_pb2.OUTCOME_KIND_DEFERRED,
        reasons="Said.",
        actions=[to_do("Visit.", "social-worker", date(2026, 3, 12))],
        request_id=request_id(),
    )
    panels.cases.nobody_answers_for_people = True
    away = await refusal(lambda: panels.call("RecordOutcome", record, "panel-chair"))
    assert (away.code, away.info.metadata["service"]) == (grpc.StatusCode.UNAVAILABLE, "cases")
    panels.cases.nobody_answers_for_people = False
    again = await refusal(lambda: panels.call("RecordOutcome", record, "panel-chair"))
    assert again.info.reason == "ALREADY_RECORDED", "it is looked at as if it had not been asked before"


async def raised(panels: Panels) -> wire.Escalation:
    child = panels.cases.add_child("demo", "Robin Example", "C-0001")
    request = wire.RaiseEscalationRequest(
        parent="councils/demo", subject=child, grounds="The second review found no plan.", request_id=request_id()
    )
    reply = await ask(panels, "RaiseEscalation", request, "reviewing-officer")
    assert isinstance(reply, wire.RaiseEscalationResponse)
    return reply.escalation


async def test_a_reviewing_officer_escalates_stage_by_stage_until_it_is_settled(panels: Panels) -> None:
    panels.set_time(at(14, 9, month=12))
    made = await raised(panels)
    # Over Christmas: 20 working days from 14 December 2026 have the law's own example.
    assert (made.stage, made.stage_role, made.stages) == (1, "team-manager", 3)
    assert (on(made.stage_due_date), on(made.due_date)) == (date(2026, 12, 21), date(2027, 1, 14))
    (fact,) = await settled(panels, 1)
    assert (list(fact.case_events), list(fact.met_rules)) == (["iro_dispute_raised"], ["BCP-A7-01", "BCP-A8-06"])
    for stage, role in ((2, "service-manager"), (3, "service-director")):
        step = wire.AdvanceEscalationRequest(
            name=made.name, etag=made.etag, words="No answer.", request_id=request_id()
        )
        reply = await ask(panels, "AdvanceEscalation", step, "reviewing-officer")
        assert isinstance(reply, wire.AdvanceEscalationResponse)
        made = reply.escalation
        assert (made.stage, made.stage_role) == (stage, role)
        assert on(made.stage_due_date) <= on(made.due_date)
    step = wire.AdvanceEscalationRequest(name=made.name, etag=made.etag, words="On.", request_id=request_id())
    assert (await refused(panels, "AdvanceEscalation", step, "reviewing-officer")).info.reason == "LAST_STAGE"
    close = wire.CloseEscalationRequest(
        name=made.name, etag=made.etag, result="There is a plan, signed.", request_id=request_id()
    )
    reply = await ask(panels, "CloseEscalation", close, "reviewing-officer")
    assert isinstance(reply, wire.CloseEscalationResponse)
    assert reply.escalation.result == "There is a plan, signed."
    assert [step.stage for step in reply.escalation.steps] == [2, 3]
    facts = await settled(panels, 2)
    assert list(facts[-1].met_rules) == ["IRO-handbook-dispute"]
    listed = await ask(
        panels, "ListEscalations", wire.ListEscalationsRequest(parent="councils/demo"), "reviewing-officer"
    )
    assert isinstance(listed, wire.ListEscalationsResponse) and not listed.escalations
    everything = wire.ListEscalationsRequest(parent="councils/demo", include_closed=True)
    listed = await ask(panels, "ListEscalations", everything, "team-manager")
    assert isinstance(listed, wire.ListEscalationsResponse)
    assert [one.name for one in listed.escalations] == [made.name]


async def test_an_escalation_that_nobody_answers_is_late_and_somebody_s_to_see(panels: Panels) -> None:
    made = await raised(panels)
    assert on(made.stage_due_date) == date(2026, 3, 9)
    second = wire.RaiseEscalationRequest(
        parent="councils/demo", subject=made.subject, grounds="Once more.", request_id=request_id()
    )
    assert (await refused(panels, "RaiseEscalation", second, "reviewing-officer")).info.reason == "ALREADY_ESCALATED"
    assert (await refused(panels, "RaiseEscalation", second, "team-manager")).code.name == "PERMISSION_DENIED"
    panels.set_time(at(10, 9))
    (late,) = await outstanding(panels, wire.OUTSTANDING_KIND_ESCALATION)
    assert (late.standing, late.owner_role) == (decision_pb2.STANDING_LATE, "team-manager")
    assert list(late.escalate_to) == ["service-manager", "service-director"]
