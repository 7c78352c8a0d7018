"""Record what a body settled for one subject, within its authority."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from rulebook.counting import london_date
from servicekit.caller import Caller
from servicekit.errors import InvalidRequest, NotFound, VersionClash, Violation
from servicekit.ids import new_id
from services.panels.app.get_composition import load_resumptions
from services.panels.app.open_decision import open_decision
from services.panels.app.policy import require
from services.panels.app.ports import Begin, Cases, CouncilBodies, UnitOfWork
from services.panels.app.refuse_inquorate import refuse_inquorate
from services.panels.domain.body import Body, OutcomeKind
from services.panels.domain.conflict import Conflict
from services.panels.domain.errors import (
    AlreadyRecordedError,
    OwnerLeftError,
    SittingAdjournedError,
    SittingCancelledError,
    SittingNotBegunError,
    WordsOnRunSheetError,
)
from services.panels.domain.events import OutcomeRecorded
from services.panels.domain.names import body_name, item_name, outcome_name, sitting_name
from services.panels.domain.outcome import Action, ActionId, Dissent, Outcome, OutcomeId, case_events_of
from services.panels.domain.referral import Referral, ReferralState
from services.panels.domain.sitting import AgendaItem, ItemId, ReferralId, Sitting, SittingState

_FIELDS = ("kind", "reasons", "case_events", "actions", "next_date", "recommendation", "dissents", "part_heard")


@dataclass(frozen=True)
class PlannedAction:
    """Something somebody is to do, as it was asked for."""

    text: str
    owner_role: str
    due: date


@dataclass(frozen=True)
class RecordOutcome:
    """One subject of one agenda item. `sheet_revision`: that of the run sheet looked at; 0 where it was none."""

    item: ItemId
    subject: str
    kind: OutcomeKind
    reasons: str
    case_events: tuple[str, ...]
    actions: tuple[PlannedAction, ...]
    next_date: date | None
    recommendation: str = ""
    dissents: tuple[Dissent, ...] = ()
    part_heard: bool = False
    sheet_revision: int = 0


async def check_recorder(begin: Begin, cases: Cases, caller: Caller, command: RecordOutcome) -> None:
    """Before the transaction: whether the caller may record, and may see the subject; NotFound where cases hides it.

    OwnerLeftError for an action of a role that somebody had around the subject and nobody has today. A role that nobody
    ever had there, such as business support's, is the council's own. Unavailable while cases is away.
    """
    require(caller, "RecordOutcome", item_name(caller.council, command.item))
    if not command.actions:
        await cases.subject(caller, command.subject)
        return
    async with begin(caller) as unit:
        today = london_date(unit.now())
    asked = cases.subject(caller, command.subject), cases.vacant_roles(caller, command.subject, today)
    _, vacant = await asyncio.gather(*asked)
    for action in command.actions:
        if action.owner_role in vacant:
            owner = f"Whoever was {action.owner_role.replace('-', ' ')}"
            raise OwnerLeftError(owner=owner, subject=command.subject, role=action.owner_role)


async def record_outcome(
    unit: UnitOfWork,
    caller: Caller,
    council: CouncilBodies,
    command: RecordOutcome,
    found: Sequence[Conflict],
    *,
    in_writing: bool = False,
) -> Outcome:
    """Add the outcome and tell those who follow; `found` are the conflicts of interest that nobody declared.

    `in_writing`: the members settled it without meeting, and whoever calls has counted their answers.

    Raises:
        NotFound: no such item. InvalidRequest: a subject that is not the item's, a date that has passed.
        SittingNotBegunError, SittingCancelledError, SittingAdjournedError, AlreadyRecordedError, NoAuthorityError.
        NotQuorateError.
        VersionClash: somebody wrote on the run sheet since it was looked at. WordsOnRunSheetError: or nobody looked.
    """
    sitting, item = await _locked(unit, caller, command)
    if not in_writing:
        await _refuse_wrong_state(sitting, caller, unit)
    _refuse_wrong_fields(command, item, london_date(unit.now()))
    if any(outcome.subject == command.subject for outcome in item.outcomes):
        raise AlreadyRecordedError(subject=command.subject)
    on = london_date(unit.now() if in_writing else await _sits_since(unit, sitting))
    body = council.body(sitting.body)
    outcome = _outcome(unit, caller, body, command)
    await _close_sheet(unit, caller, command)
    if not in_writing:
        await refuse_inquorate(unit, caller, body, sitting, outcome, found)
    await unit.outcomes.add(outcome)
    await unit.sittings.change(replace(sitting, version=sitting.version + 1))
    await _follow_up(unit, sitting, outcome)
    await open_decision(unit, caller, council, sitting, outcome, on)
    if {one.subject for one in item.outcomes} | {command.subject} >= set(item.subjects):
        await unit.run_sheets.end_item(command.item, unit.now())
    name = outcome_name(caller.council, outcome.outcome_id)
    await unit.append_event(command.subject, _event(caller, sitting, outcome, on))
    await unit.audit(caller, "RecordOutcome", name, _FIELDS)
    return outcome


async def _locked(unit: UnitOfWork, caller: Caller, command: RecordOutcome) -> tuple[Sitting, AgendaItem]:
    sitting = await unit.sittings.of_item(command.item)
    item = next((one for one in sitting.items if one.item_id == command.item), None) if sitting else None
    if sitting is None or item is None:
        raise NotFound(item_name(caller.council, command.item))
    return sitting, item


async def _refuse_wrong_state(sitting: Sitting, caller: Caller, unit: UnitOfWork) -> None:
    name = sitting_name(caller.council, sitting.sitting_id)
    if sitting.state is SittingState.CANCELLED:
        raise SittingCancelledError(sitting=name)
    if not sitting.begun(unit.now()):
        raise SittingNotBegunError(sitting=name)
    if await unit.run_sheets.adjournment(sitting.sitting_id) is not None:
        raise SittingAdjournedError(sitting=name)


def _refuse_wrong_fields(command: RecordOutcome, item: AgendaItem, today: date) -> None:
    faults = []
    if command.subject not in item.subjects:
        faults.append(Violation("subject", "is not a subject of this agenda item"))
    for place, action in enumerate(command.actions):
        if action.due < today:
            faults.append(Violation(f"actions[{place}].due_date", "has passed; give a day from today on"))
    if command.next_date is not None and command.next_date <= today:
        faults.append(Violation("next_date", "must lie after today"))
    if command.part_heard and command.kind is not OutcomeKind.DEFERRED:
        faults.append(Violation("part_heard", "is of what was put off alone; leave it out, or record it as deferred"))
    if faults:
        raise InvalidRequest(faults)


async def _sits_since(unit: UnitOfWork, sitting: Sitting) -> datetime:
    return sitting.sits_since(await load_resumptions(unit, sitting), unit.now())


async def _close_sheet(unit: UnitOfWork, caller: Caller, command: RecordOutcome) -> None:
    """What stands on the run sheet is final now; nobody's later words may be left out of it unseen."""
    name = item_name(caller.council, command.item)
    latest = await unit.run_sheets.last_revision(command.item, command.subject)
    if command.sheet_revision and latest > command.sheet_revision:
        raise VersionClash(name)
    if latest and not command.sheet_revision and await unit.run_sheets.holds_words(command.item, command.subject):
        raise WordsOnRunSheetError(agenda_item=name)
    if latest:
        await unit.run_sheets.clear(command.item, command.subject)


def _outcome(unit: UnitOfWork, caller: Caller, body: Body, command: RecordOutcome) -> Outcome:
    recommended = command.kind is OutcomeKind.RECOMMENDED
    return Outcome(
        outcome_id=OutcomeId(new_id()),
        item=command.item,
        subject=command.subject,
        kind=command.kind,
        reasons=command.reasons,
        case_events=case_events_of(body, command.kind, command.case_events),
        recorded_at=unit.now(),
        recorded_by=caller.principal_id,
        next_date=command.next_date,
        decision_maker=body.decision_maker if recommended else "",
        actions=tuple(
            Action(ActionId(new_id()), command.subject, one.text, one.owner_role, one.due) for one in command.actions
        ),
        recommendation=command.recommendation,
        dissents=command.dissents,
        part_heard=command.part_heard,
    )


async def _follow_up(unit: UnitOfWork, sitting: Sitting, outcome: Outcome) -> None:
    """A subject that was heard leaves the queue; one that was put off goes to the next sitting and says from where."""
    if outcome.kind is OutcomeKind.DEFERRED:
        put_off = Referral(
            ReferralId(new_id()),
            sitting.body,
            (outcome.subject,),
            outcome.reasons,
            ReferralState.WAITING,
            unit.now(),
            put_off_from=london_date(sitting.start),
            part_heard=outcome.part_heard,
        )
        await unit.referrals.add(put_off)
    else:
        await unit.candidates.hear(sitting.body, outcome.subject, sitting.sitting_id)
    await unit.referrals.hear(sitting.body, sitting.sitting_id)
    await unit.wake_agenda(sitting.body)


def _event(caller: Caller, sitting: Sitting, outcome: Outcome, on: date) -> OutcomeRecorded:
    return OutcomeRecorded(
        outcome=outcome_name(caller.council, outcome.outcome_id),
        subject=outcome.subject,
        body=body_name(caller.council, sitting.body),
        meeting=sitting.meeting,
        kind=f"OUTCOME_KIND_{outcome.kind.name}",
        case_events=outcome.case_events,
        on_date=on,
        next_date=outcome.next_date,
    )
