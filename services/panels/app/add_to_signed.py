"""What is added once the chair has signed: addenda, the service manager's signature, that copies went out."""

from dataclasses import dataclass
from typing import Final

from rulebook.counting import london_date
from servicekit.caller import Caller
from servicekit.errors import NotFound, VersionClash
from services.panels.app.foreign_text import ForeignNames, keep_passages
from services.panels.app.get_minutes import load_seen
from services.panels.app.policy import require
from services.panels.app.ports import Begin, Cases, CouncilBodies, MeetingCopy, UnitOfWork
from services.panels.app.read_forms import OwnForms
from services.panels.domain.errors import (
    AlreadyDistributedError,
    NoManagerSignsError,
    NotSignedYetError,
    SignByAnotherError,
)
from services.panels.domain.events import CaseSettled
from services.panels.domain.minutes import ClockKind, ManagerSignature, Minutes, MinutesId, MinutesState
from services.panels.domain.names import minutes_name

# BCP 8.4: the service manager's word on a planning meeting's minutes has a clock of its own (C-10).
_MANAGER_SIGNS: Final = {"ppm": "BCP-8.4-03"}


@dataclass(frozen=True)
class AddAddendum:
    """Text that is added to signed minutes."""

    minutes: MinutesId
    text: str
    passages_confirmed: bool


@dataclass(frozen=True)
class SignAsManager:
    """`etag`: what is signed is what was read. `comment` may be empty."""

    minutes: MinutesId
    comment: str
    etag: str


@dataclass(frozen=True)
class Adding:
    """What is looked up before the transaction."""

    begin: Begin
    cases: Cases

    async def check(self, caller: Caller, action: str, minutes_id: MinutesId, text: str = "") -> Minutes:
        """The minutes. NotFound, PermissionDenied; ForeignNameError where the text names another subject."""
        require(caller, action, minutes_name(caller.council, minutes_id))
        minutes = await load_seen(self.begin, self.cases, caller, minutes_id)
        if text:
            async with self.begin(caller) as unit:
                known = await unit.meetings.load(minutes.meeting)
            meeting = known or MeetingCopy(minutes.meeting, minutes.meeting_kind, None, (), "held")
            await ForeignNames(self.begin, self.cases).refuse(caller, meeting, minutes.subject, [text])
        return minutes


async def add_addendum(unit: UnitOfWork, caller: Caller, command: AddAddendum) -> Minutes:
    """NotSignedYetError; ForeignPassageError. It is delivered after the commit."""
    name = minutes_name(caller.council, command.minutes)
    minutes = await _locked(unit, command.minutes, name)
    added = minutes.with_addendum(command.text, name)
    await keep_passages(unit, minutes, "addenda", list(added.addenda), confirmed=command.passages_confirmed)
    await unit.minutes.add_addendum(command.minutes, command.text, caller.principal_id)
    await unit.minutes.change(added)
    await unit.wake_delivery(command.minutes)
    await unit.audit(caller, "AddAddendum", name, ["addenda"])
    return added


async def sign_as_manager(unit: UnitOfWork, caller: Caller, council: CouncilBodies, command: SignAsManager) -> Minutes:
    """NotSignedYetError, AlreadySignedError, NoManagerSignsError; SignByAnotherError for whoever signed as chair;
    VersionClash.

    It is delivered after the commit, and the clock of this signature is met where the council's pack has one.
    """
    name = minutes_name(caller.council, command.minutes)
    minutes = await _locked(unit, command.minutes, name)
    if not (await OwnForms.of(unit, council, minutes)).manager_signs:
        raise NoManagerSignsError(minutes=name)
    signed = minutes.signed_by_manager(ManagerSignature(unit.now(), caller.principal_id, command.comment), name)
    if caller.principal_id == minutes.signed_by:
        raise SignByAnotherError(minutes=name)
    if command.etag != str(minutes.version):
        raise VersionClash(name)
    await unit.minutes.change(signed)
    rule = _MANAGER_SIGNS.get(minutes.meeting_kind)
    if rule:
        met = CaseSettled(name, minutes.subject, minutes.meeting, (), (rule,), london_date(unit.now()))
        await unit.append_event(name, met)
    await unit.wake_delivery(command.minutes)
    await unit.audit(caller, "SignAsServiceManager", name, ["manager_comment"])
    return signed


async def record_distribution(unit: UnitOfWork, caller: Caller, minutes_id: MinutesId, clock: ClockKind) -> Minutes:
    """Its clock stops. AlreadyDistributedError where none of the kind runs; NotSignedYetError for the whole record of
    what the chair has not signed: decisions alone go out before.
    """
    name = minutes_name(caller.council, minutes_id)
    minutes = await _locked(unit, minutes_id, name)
    if clock is ClockKind.DISTRIBUTION and minutes.state is MinutesState.DRAFT:
        raise NotSignedYetError(minutes=name)
    if not await unit.minutes.stop_clock(minutes_id, clock, unit.now()):
        raise AlreadyDistributedError(minutes=name)
    await unit.audit(caller, "RecordDistribution", name, [clock.value])
    return await _locked(unit, minutes_id, name)


async def _locked(unit: UnitOfWork, minutes_id: MinutesId, name: str) -> Minutes:
    minutes = await unit.minutes.load(minutes_id, lock=True)
    if minutes is None:
        raise NotFound(name)
    return minutes
