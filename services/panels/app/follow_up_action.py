"""An action after its meeting: done, cancelled with a reason, given to somebody, chased."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from rulebook.counting import london_date
from servicekit.caller import Caller
from servicekit.errors import NotFound, VersionClash
from servicekit.ids import new_id
from services.panels.app.decision_ports import PeopleAround
from services.panels.app.policy import require
from services.panels.app.ports import Begin, Cases, UnitOfWork
from services.panels.domain.errors import OwnerLeftError
from services.panels.domain.events import ChaseMade
from services.panels.domain.names import action_name, chase_name
from services.panels.domain.telling import AroundSubject
from services.panels.domain.tracked_action import Chase, TrackedAction, chases_of


@dataclass(frozen=True)
class CloseAction:
    """`cancel_reason` is empty where it is done."""

    action: UUID
    etag: str
    cancel_reason: str


@dataclass(frozen=True)
class AssignAction:
    """`person`: a resource name."""

    action: UUID
    etag: str
    person: str


@dataclass(frozen=True)
class ChaseActions:
    """Actions whose owners are to be chased."""

    actions: tuple[UUID, ...]


async def load_seen_action(begin: Begin, cases: Cases, caller: Caller, action_id: UUID) -> tuple[TrackedAction, date]:
    """The action and today; NotFound of the action, the same whether there is none or cases hides its subject."""
    name = action_name(caller.council, action_id)
    async with begin(caller) as unit:
        action, today = await unit.actions.load(action_id), london_date(unit.now())
    if action is None:
        raise NotFound(name)
    try:
        await cases.subject(caller, action.subject)
    except NotFound:
        raise NotFound(name) from None
    return action, today


async def close_action(unit: UnitOfWork, caller: Caller, command: CloseAction) -> TrackedAction:
    """NotFound, VersionClash, ActionClosedError."""
    action, name = await _locked(unit, caller, command.action), action_name(caller.council, command.action)
    closed = action.closed(unit.now(), caller.principal_id, command.cancel_reason, name)
    _refuse_old(action, command.etag, name)
    await unit.actions.change(closed)
    await unit.audit(caller, "CloseAction", name, ["done", "cancel_reason"])
    return closed


async def check_owner(begin: Begin, cases: Cases, people: PeopleAround, caller: Caller, command: AssignAction) -> None:
    """Before the transaction: OwnerLeftError for somebody without a part around the subject today."""
    require(caller, "AssignAction", action_name(caller.council, command.action))
    action, today = await load_seen_action(begin, cases, caller, command.action)
    around = await people.around(caller, action.subject, today)
    if all(one.person != command.person for one in around):
        raise OwnerLeftError(owner="This person", subject=action.subject)


async def assign_action(unit: UnitOfWork, caller: Caller, command: AssignAction) -> TrackedAction:
    """NotFound, VersionClash, ActionClosedError."""
    action, name = await _locked(unit, caller, command.action), action_name(caller.council, command.action)
    given = action.given_to(command.person, name)
    _refuse_old(action, command.etag, name)
    await unit.actions.change(given)
    await unit.audit(caller, "AssignAction", name, ["owner"])
    return given


async def owners_today(
    begin: Begin, cases: Cases, people: PeopleAround, caller: Caller, command: ChaseActions
) -> dict[UUID, AroundSubject | None]:
    """Before the transaction: whose each action is today; NotFound for one that is not there for the caller."""
    require(caller, "ChaseActions", f"councils/{caller.council}")
    found: dict[UUID, AroundSubject | None] = {}
    around: dict[str, tuple[AroundSubject, ...]] = {}
    for action_id in command.actions:
        action, today = await load_seen_action(begin, cases, caller, action_id)
        if action.subject not in around:
            around[action.subject] = await people.around(caller, action.subject, today)
        found[action_id] = action.owner_among(around[action.subject])
    return found


async def chase_actions(
    unit: UnitOfWork, caller: Caller, command: ChaseActions, owners: dict[UUID, AroundSubject | None]
) -> list[Chase]:
    """One for each person, told to those who follow; what was closed meanwhile is nobody's to be chased for."""
    actions = [await _locked(unit, caller, action_id) for action_id in sorted(set(command.actions))]
    owned = [(one, owners[one.action_id]) for one in actions if one.closed_at is None]
    chases = chases_of(owned, unit.now(), caller.principal_id, new_id)
    for chase in chases:
        await unit.actions.add_chase(chase)
        await _tell_of(unit, caller, chase)
        for action in chase.actions:
            await unit.audit(caller, "ChaseAction", action_name(caller.council, action.action_id), ["owner"])
    return chases


async def _tell_of(unit: UnitOfWork, caller: Caller, chase: Chase) -> None:
    name = chase_name(caller.council, chase.chase_id)
    actions = tuple(action_name(caller.council, one.action_id) for one in chase.actions)
    subjects = tuple(one.subject for one in chase.actions)
    await unit.append_event(name, ChaseMade(name, chase.person, chase.role, actions, subjects))


async def _locked(unit: UnitOfWork, caller: Caller, action_id: UUID) -> TrackedAction:
    action = await unit.actions.load(action_id, lock=True)
    if action is None:
        raise NotFound(action_name(caller.council, action_id))
    return action


def _refuse_old(action: TrackedAction, etag: str, name: str) -> None:
    if etag != str(action.version):
        raise VersionClash(name)
