"""Decisions as a page shows them: what was recommended, how the clock stands, who is told."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from rulebook.counting import london_date
from servicekit.caller import Caller
from servicekit.errors import NotFound
from servicekit.page import PageRequest, fill_page
from services.panels.app.decide import may_be_recorded, rules_of
from services.panels.app.policy import require
from services.panels.app.ports import Begin, Cases, CouncilBodies
from services.panels.app.see_subjects import seen_subjects
from services.panels.domain.decision import Decision, DecisionId, DecisionState, DecisionStep
from services.panels.domain.names import decision_name, minutes_name, sitting_name
from services.panels.domain.outcome import Outcome
from services.panels.domain.standing import Standing, standing_of_day
from services.panels.domain.telling import Telling


@dataclass(frozen=True)
class SeenDecision:
    """A decision with what is known around it; lists leave `recommendation`, `steps` and `tellings` out."""

    decision: Decision
    body_title: str
    standing: Standing
    clock_words: str
    has_window: bool
    may_record: tuple[str, ...]
    escalate_to: tuple[str, ...]
    today: date
    minutes: str = ""
    sitting: str = ""
    recommendation: Outcome | None = None
    steps: tuple[DecisionStep, ...] = ()
    tellings: tuple[tuple[Telling, Standing], ...] = ()


async def load_seen_decision(begin: Begin, cases: Cases, caller: Caller, decision_id: DecisionId) -> Decision:
    """NotFound of the decision, the same whether there is none or cases hides its subject."""
    name = decision_name(caller.council, decision_id)
    async with begin(caller) as unit:
        decision = await unit.decisions.load(decision_id)
    if decision is None:
        raise NotFound(name)
    try:
        await cases.subject(caller, decision.subject)
    except NotFound:
        raise NotFound(name) from None
    return decision


async def get_decision(
    begin: Begin, cases: Cases, caller: Caller, council: CouncilBodies, decision_id: DecisionId
) -> SeenDecision:
    """With all that the decision maker needs. Audited."""
    name = decision_name(caller.council, decision_id)
    require(caller, "GetDecision", name)
    await load_seen_decision(begin, cases, caller, decision_id)
    async with begin(caller) as unit:
        decision = await unit.decisions.load(decision_id)
        if decision is None:
            raise NotFound(name)
        minutes = await unit.minutes.of_subject(decision.meeting, decision.subject)
        sitting = await unit.sittings.of_meeting(decision.meeting)
        today = london_date(unit.now())
        days = council.law.calendar.days
        tellings = [
            (one, standing_of_day(one.due, one.told_on, today, days))
            for one in await unit.decisions.tellings(decision_id)
        ]
        await unit.audit(caller, "GetDecision", name, ["recommendation", "steps", "tellings"])
        return replace(
            seen_decision(council, decision, today),
            minutes=minutes_name(caller.council, minutes.minutes_id) if minutes else "",
            sitting=sitting_name(caller.council, sitting.sitting_id) if sitting else "",
            recommendation=await unit.decisions.recommendation(decision.outcome),
            steps=tuple(await unit.decisions.steps(decision_id)),
            tellings=tuple(tellings),
        )


async def list_decisions(
    begin: Begin,
    cases: Cases,
    caller: Caller,
    council: CouncilBodies,
    subject: str,
    include_decided: bool,
    page: PageRequest,
) -> tuple[list[SeenDecision], tuple[str, ...] | None]:
    """A page of those that the caller may see, the earliest due first, and where the next one goes on."""
    parent = f"councils/{caller.council}"
    require(caller, "ListDecisions", parent)
    if subject:
        await cases.subject(caller, subject)
    async with begin(caller) as unit:
        today = london_date(unit.now())
        await unit.audit(caller, "ListDecisions", subject or parent, ["state"])

    async def read(step: PageRequest) -> Sequence[Decision]:
        async with begin(caller) as unit:
            return (await unit.decisions.page(subject, include_decided, step))[: step.size]

    async def visible(found: Sequence[Decision]) -> Sequence[Decision]:
        seen = await seen_subjects(begin, cases, caller, {one.subject for one in found})
        return [one for one in found if one.subject in seen]

    shown, last = await fill_page(page, read, visible, _place)
    return [seen_decision(council, one, today) for one in shown], last


def seen_decision(council: CouncilBodies, decision: Decision, today: date) -> SeenDecision:
    """Without what stands behind it."""
    body, rules = council.bodies.get(decision.body), rules_of(council, decision)
    return SeenDecision(
        decision=decision,
        body_title=body.title if body else "A body that the council's rules do not hold any more",
        standing=decision_standing(council, decision, today),
        clock_words=_clock_words(council, decision),
        has_window=bool(rules and rules.window and decision.may_be_answered),
        may_record=tuple(sorted(may_be_recorded(rules, decision))) if rules else (),
        escalate_to=tuple(role.value for role in rules.escalate_to) if rules else (),
        today=today,
    )


def decision_standing(council: CouncilBodies, decision: Decision, today: date) -> Standing:
    """Of its own clock, or of the window while that is open."""
    days = council.law.calendar.days
    if decision.state is DecisionState.WINDOW_OPEN:
        return Standing.RUNNING
    met = decision.decided_on if decision.state is DecisionState.DECIDED else None
    return standing_of_day(decision.due, met, today, days)


def _clock_words(council: CouncilBodies, decision: Decision) -> str:
    rules = rules_of(council, decision)
    if rules is None or (rules.rule is None and not rules.working_days):
        return "The council's rules give this decision no date."
    if decision.due is None and decision.state is DecisionState.AWAITED:
        return "The clock starts when the minutes of the sitting are signed."
    title = council.law.calendar.rules[rules.rule].title if rules.rule else "The council's own number of working days"
    return f"{title}." if decision.due else ""


def _place(decision: Decision) -> tuple[str, ...]:
    return (decision.due.isoformat() if decision.due else "infinity", str(decision.decision_id))
