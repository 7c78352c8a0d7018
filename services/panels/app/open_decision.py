"""A recommendation begins to wait for its decision maker; final minutes start the clocks that wait for them."""

from datetime import date

from rulebook.counting import london_date
from rulebook.decisions import CountsFrom, DecisionRules
from servicekit.caller import Caller
from servicekit.ids import new_id
from services.panels.app.ports import CouncilBodies, UnitOfWork
from services.panels.domain.body import Body, OutcomeKind
from services.panels.domain.council_law import CouncilLaw
from services.panels.domain.decision import Decision, DecisionId, DecisionState, DecisionStep, StepKind
from services.panels.domain.events import CaseSettled
from services.panels.domain.minutes import Minutes
from services.panels.domain.names import decision_name
from services.panels.domain.outcome import Outcome
from services.panels.domain.sitting import Sitting


async def open_decision(
    unit: UnitOfWork, caller: Caller, council: CouncilBodies, sitting: Sitting, outcome: Outcome, on: date
) -> None:
    """Nothing where nobody recommended anything. What was sent back, or answered, goes on with the new word. `on`: the
    day of the recommendation.
    """
    if outcome.kind is not OutcomeKind.RECOMMENDED:
        return
    body = council.body(sitting.body)
    waiting = await unit.decisions.to_be_heard_again(sitting.body, outcome.subject)
    decision = (
        waiting.recommended_again(outcome.outcome_id, sitting.meeting)
        if waiting
        else _fresh(unit, body, sitting, outcome, council.law.decisions.get(body.meeting_kind))
    )
    rules = council.law.decisions.get(body.meeting_kind)
    start = await _clock_start(unit, rules, sitting, outcome, on) if rules else None
    if rules and start:
        decision = started(decision, rules, council.law, start)
    await (unit.decisions.change(decision) if waiting else unit.decisions.add(decision))
    step = DecisionStep(StepKind.RECOMMENDED, "", on, unit.now(), caller.principal_id)
    await unit.decisions.add_step(decision.decision_id, step)
    await unit.audit(caller, "OpenDecision", decision_name(caller.council, decision.decision_id), ["recommendation"])


async def minutes_became_final(unit: UnitOfWork, caller: Caller, council: CouncilBodies, minutes: Minutes) -> None:
    """Start the clocks of the decisions that wait for these minutes, and tell the fact that some of them are."""
    on = london_date(unit.now())
    for decision in await unit.decisions.of_meeting(minutes.meeting, minutes.subject):
        body = council.bodies.get(decision.body)
        rules = council.law.decisions.get(body.meeting_kind) if body else None
        if rules is None or rules.counts_from is not CountsFrom.MINUTES or decision.clock_from is not None:
            continue
        if decision.state is not DecisionState.AWAITED:
            continue
        await unit.decisions.change(started(decision, rules, council.law, on))
        step = DecisionStep(StepKind.MINUTES_FINAL, "", on, unit.now(), caller.principal_id)
        await unit.decisions.add_step(decision.decision_id, step)
        if rules.minutes_event:
            name = decision_name(caller.council, decision.decision_id)
            fact = CaseSettled(name, decision.subject, decision.meeting, (rules.minutes_event,), (), on)
            await unit.append_event(decision.subject, fact)


async def _clock_start(
    unit: UnitOfWork, rules: DecisionRules, sitting: Sitting, outcome: Outcome, on: date
) -> date | None:
    """The day from which it counts; None while the minutes that it waits for are not signed."""
    if rules.counts_from is CountsFrom.RECOMMENDATION:
        return on
    minutes = await unit.minutes.of_subject(sitting.meeting, outcome.subject)
    return london_date(minutes.signed_at) if minutes and minutes.signed_at else None


def started(decision: Decision, rules: DecisionRules, law: CouncilLaw, on: date) -> Decision:
    """With its clock running from a day; as it was where the council's rules give it none."""
    if rules.rule is None and not rules.working_days:
        return decision
    return decision.due_by(on, law.calendar.due(rules.rule, rules.working_days, on))


def _fresh(unit: UnitOfWork, body: Body, sitting: Sitting, outcome: Outcome, rules: DecisionRules | None) -> Decision:
    return Decision(
        decision_id=DecisionId(new_id()),
        outcome=outcome.outcome_id,
        body=sitting.body,
        meeting=sitting.meeting,
        subject=outcome.subject,
        decision_maker=rules.decision_maker if rules else body.decision_maker,
        state=DecisionState.AWAITED,
        version=1,
        opened_at=unit.now(),
    )
