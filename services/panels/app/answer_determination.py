"""What happens to a determination that may be answered, and that people are told a decision."""

from dataclasses import dataclass
from datetime import date

from rulebook.counting import london_date
from servicekit.caller import Caller
from servicekit.errors import InvalidRequest, NotFound, VersionClash, Violation
from services.panels.app.decide import hear_again, locked, rules_of
from services.panels.app.open_decision import started
from services.panels.app.ports import CouncilBodies, UnitOfWork
from services.panels.domain.decision import Decision, DecisionId, DecisionStep, Route, StepKind
from services.panels.domain.events import CaseSettled
from services.panels.domain.names import decision_name, telling_name
from services.panels.domain.telling import Telling, TellingId

_STEPS = {Route.TO_THE_COUNCIL: StepKind.REPRESENTATIONS, Route.INDEPENDENT_REVIEW: StepKind.REVIEW_ASKED}
_AGAIN = "Somebody answered the determination: look at it again in the light of what they say."


@dataclass(frozen=True)
class Answer:
    """How somebody answered a determination, and on which day that came."""

    decision: DecisionId
    etag: str
    route: Route
    on: date
    words: str


@dataclass(frozen=True)
class Advice:
    """What an independent review recommended."""

    decision: DecisionId
    etag: str
    on: date
    words: str


@dataclass(frozen=True)
class Told:
    """That somebody was told, and on which day."""

    telling: TellingId
    on: date
    note: str


async def record_answer(unit: UnitOfWork, caller: Caller, council: CouncilBodies, command: Answer) -> Decision:
    """To the council: the panel looks again. InvalidRequest for a day to come or before the notice."""
    name = decision_name(caller.council, command.decision)
    decision = await unit.decisions.load(command.decision, lock=True)
    if decision is None:
        raise NotFound(name)
    if command.etag != str(decision.version):
        raise VersionClash(name)
    _refuse_wrong_day("received_date", command.on, decision.window_from, london_date(unit.now()))
    steps = await unit.decisions.steps(decision.decision_id)
    before = any(step.kind in _STEPS.values() for step in steps)
    answered = decision.answered(command.route, command.on, before=before)
    await unit.decisions.change(answered)
    step = DecisionStep(_STEPS[command.route], command.words, command.on, unit.now(), caller.principal_id)
    await unit.decisions.add_step(answered.decision_id, step)
    if command.route is Route.TO_THE_COUNCIL:
        await hear_again(unit, answered, _AGAIN)
    rules = rules_of(council, answered)
    if rules and rules.window:
        fact = CaseSettled(name, answered.subject, answered.meeting, (), (rules.window.rule,), command.on)
        await unit.append_event(answered.subject, fact)
    await unit.audit(caller, "RecordRepresentations", name, ["state", "words"])
    return answered


async def record_advice(unit: UnitOfWork, caller: Caller, council: CouncilBodies, command: Advice) -> Decision:
    """The decision maker has the last word, with a clock from the day on which the advice came."""
    decision = await locked(unit, caller, council, command.decision, command.etag)
    _refuse_wrong_day("received_date", command.on, decision.window_from, london_date(unit.now()))
    advised, rules = decision.advised(), rules_of(council, decision)
    advised = started(advised, rules, council.law, command.on) if rules else advised
    await unit.decisions.change(advised)
    step = DecisionStep(StepKind.REVIEW_ADVISED, command.words, command.on, unit.now(), caller.principal_id)
    await unit.decisions.add_step(advised.decision_id, step)
    name = decision_name(caller.council, advised.decision_id)
    await unit.audit(caller, "RecordReviewAdvice", name, ["state", "words"])
    return advised


async def record_told(unit: UnitOfWork, caller: Caller, command: Told) -> Telling:
    """Somebody was told. Once everybody was told in a way for which there is a clock, that clock is met."""
    name = telling_name(caller.council, command.telling)
    telling = await unit.decisions.telling(command.telling, lock=True)
    decision = await unit.decisions.load(telling.decision, lock=True) if telling else None
    if telling is None or decision is None:
        raise NotFound(name)
    _refuse_wrong_day("told_date", command.on, decision.decided_on, london_date(unit.now()))
    if not telling.person and not command.note:
        raise InvalidRequest([Violation("note", "say who was told: nobody is recorded in this role")])
    told = telling.told(command.on, caller.principal_id, command.note, name)
    await unit.decisions.change_telling(told)
    same = [one for one in await unit.decisions.tellings(telling.decision) if one.rule == told.rule]
    if told.rule and all(one.told_on for one in same):
        last = max(one.told_on for one in same if one.told_on)
        fact = CaseSettled(name, told.subject, decision.meeting, (), (told.rule,), last)
        await unit.append_event(told.subject, fact)
    await unit.audit(caller, "RecordTold", name, ["told_on"])
    return told


def _refuse_wrong_day(field: str, on: date, earliest: date | None, today: date) -> None:
    if on > today:
        raise InvalidRequest([Violation(field, "lies in the future; give the day on which it happened")])
    if earliest is not None and on < earliest:
        raise InvalidRequest([Violation(field, f"must not lie before {earliest.isoformat()}")])
