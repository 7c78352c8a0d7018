"""The decision maker's act: agree, differ, determine against somebody, or send back to the panel."""

from dataclasses import dataclass
from datetime import date

from rulebook.counting import london_date
from rulebook.decisions import DecisionRules
from rulebook.facts import EventType
from servicekit.caller import Caller
from servicekit.errors import NotFound, VersionClash
from servicekit.ids import new_id
from services.panels.app.open_decision import started
from services.panels.app.ports import CouncilBodies, UnitOfWork
from services.panels.domain.decision import Decision, DecisionId, DecisionStep, StepKind
from services.panels.domain.decision_errors import (
    NoReasonsError,
    NoticeFirstError,
    NotQualifyingError,
    OwnRecommendationError,
)
from services.panels.domain.errors import NoAuthorityError
from services.panels.domain.events import CaseSettled
from services.panels.domain.names import decision_name
from services.panels.domain.referral import Referral, ReferralState
from services.panels.domain.sitting import ReferralId
from services.panels.domain.telling import AroundSubject, tellings_of


@dataclass(frozen=True)
class Decide:
    """`adverse`: a determination that carers or adopters may answer before the decision itself."""

    decision: DecisionId
    etag: str
    agrees: bool
    reasons: str
    words_for_family: str
    adverse: bool
    case_events: tuple[str, ...]


@dataclass(frozen=True)
class SendBack:
    """`reasons`: what the panel is to look at again."""

    decision: DecisionId
    etag: str
    reasons: str


async def decide(
    unit: UnitOfWork,
    caller: Caller,
    council: CouncilBodies,
    command: Decide,
    around: tuple[AroundSubject, ...],
) -> Decision:
    """Make the decision, tell `cases` what it may tell, and set out who is told.

    Raises:
        NotFound, VersionClash, NotAwaitedError, WindowOpenError, NoReasonsError, NoAuthorityError, NotQualifyingError,
        NoticeFirstError, OwnRecommendationError.
    """
    before, today = await locked(unit, caller, council, command.decision, command.etag), london_date(unit.now())
    await _refuse_own(unit, caller, before)
    rules = rules_of(council, before)
    if not command.reasons and (not command.agrees or command.adverse):
        raise NoReasonsError
    if command.adverse:
        made, kind = _determined(before, council, rules, command, today), StepKind.DETERMINED
    else:
        events = settled_events(rules, command.case_events)
        _refuse_before_notice(rules, before, events)
        made, kind = before.decided(today, events), StepKind.AGREED if command.agrees else StepKind.DIFFERED
    await unit.decisions.change(made)
    step = DecisionStep(kind, command.reasons, today, unit.now(), caller.principal_id, command.words_for_family)
    await unit.decisions.add_step(made.decision_id, step)
    told = rules.told if rules else ()
    await unit.decisions.add_tellings(
        tellings_of(made.decision_id, made.subject, told, around, today, council.law.calendar, new_id)
    )
    name = decision_name(caller.council, made.decision_id)
    if made.case_events:
        fact = CaseSettled(name, made.subject, made.meeting, made.case_events, (), today)
        await unit.append_event(made.subject, fact)
    await unit.audit(caller, "Decide", name, ["state", "reasons", "case_events", "tellings"])
    return made


async def send_back(unit: UnitOfWork, caller: Caller, council: CouncilBodies, command: SendBack) -> Decision:
    """Back to the panel: onto its next agenda."""
    before = await locked(unit, caller, council, command.decision, command.etag)
    await _refuse_own(unit, caller, before)
    sent = before.sent_back()
    await unit.decisions.change(sent)
    today = london_date(unit.now())
    step = DecisionStep(StepKind.SENT_BACK, command.reasons, today, unit.now(), caller.principal_id)
    await unit.decisions.add_step(sent.decision_id, step)
    await hear_again(unit, sent, command.reasons)
    name = decision_name(caller.council, sent.decision_id)
    await unit.audit(caller, "SendBack", name, ["state", "reasons"])
    return sent


async def _refuse_own(unit: UnitOfWork, caller: Caller, decision: Decision) -> None:
    """OwnRecommendationError where the decision maker recorded what the panel recommends, or chaired it."""
    recommended = await unit.decisions.recommendation(decision.outcome)
    minutes = await unit.minutes.of_subject(decision.meeting, decision.subject)
    own = {recommended.recorded_by if recommended else "", minutes.signed_by if minutes else ""}
    if caller.principal_id in own:
        raise OwnRecommendationError(decision=decision_name(caller.council, decision.decision_id))


async def hear_again(unit: UnitOfWork, decision: Decision, reason: str) -> None:
    """Have the panel look at the subject again, at its next sitting with room."""
    referral = Referral(
        ReferralId(new_id()),
        decision.body,
        (decision.subject,),
        reason,
        ReferralState.WAITING,
        unit.now(),
    )
    await unit.referrals.add(referral)
    await unit.wake_agenda(decision.body)


async def locked(
    unit: UnitOfWork, caller: Caller, council: CouncilBodies, decision_id: DecisionId, etag: str
) -> Decision:
    """The decision as it stands now, with a window that ran out counted as such; NotFound, VersionClash."""
    name = decision_name(caller.council, decision_id)
    decision = await unit.decisions.load(decision_id, lock=True)
    if decision is None:
        raise NotFound(name)
    if etag != str(decision.version):
        raise VersionClash(name)
    return await after_window(unit, caller, council, decision) or decision


async def after_window(unit: UnitOfWork, caller: Caller, council: CouncilBodies, decision: Decision) -> Decision | None:
    """The locked decision once nobody has answered in time: it waits for the last word, with a clock. None before."""
    over, last = decision.ran_out(london_date(unit.now())), decision.window_until
    if over is None or last is None:
        return None
    rules = rules_of(council, over)
    over = started(over, rules, council.law, last) if rules else over
    await unit.decisions.change(over)
    step = DecisionStep(StepKind.WINDOW_RAN_OUT, "", last, unit.now(), caller.principal_id)
    await unit.decisions.add_step(over.decision_id, step)
    return over


def rules_of(council: CouncilBodies, decision: Decision) -> DecisionRules | None:
    """What the council's pack says of decisions after this body; None where it says nothing."""
    body = council.bodies.get(decision.body)
    return council.law.decisions.get(body.meeting_kind) if body else None


def settled_events(rules: DecisionRules | None, wanted: tuple[str, ...]) -> tuple[str, ...]:
    """That it was decided, and what else is wanted; NoAuthorityError for what is not the decision maker's to settle."""
    allowed = rules.may_record if rules else frozenset()
    for event in wanted:
        if event not in allowed:
            raise NoAuthorityError(
                what=f"`{event}`",
                authority="recommends to a decision maker who may not settle it either",
                instead="A change of a child's plan takes a child in care review; leave it out here.",
            )
    decided = (rules.decided_event,) if rules and rules.decided_event else ()
    return tuple(dict.fromkeys((*decided, *wanted)))


def may_be_recorded(rules: DecisionRules, decision: Decision) -> frozenset[EventType]:
    """Of what this body's decisions may record, what this one may now: nothing against somebody without notice."""
    to_come = rules.window.after_notice if rules.window and decision.may_be_answered else frozenset[EventType]()
    return rules.may_record - to_come


def _refuse_before_notice(rules: DecisionRules | None, decision: Decision, events: tuple[str, ...]) -> None:
    window = rules.window if rules else None
    against = [event for event in events if window and event in window.after_notice]
    if against and decision.may_be_answered:
        raise NoticeFirstError(what=", ".join(f"`{event}`" for event in against))


def _determined(
    before: Decision, council: CouncilBodies, rules: DecisionRules | None, command: Decide, today: date
) -> Decision:
    window = rules.window if rules else None
    if window is None or "/carerHouseholds/" not in before.subject:
        raise NotQualifyingError(why="only carers, and people who want to adopt, have that time by law")
    if command.case_events:
        raise NoAuthorityError(
            what=", ".join(f"`{event}`" for event in command.case_events),
            authority="recommends to a decision maker, whose determination may still be answered",
            instead="Leave it out; record it with the decision that follows.",
        )
    until = council.law.calendar.due(window.rule, 0, today)
    return before.determined(today, until, (window.notice_event,))
