"""Offers dates: holds each of them until the offer ends, and has those asked told."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from rulebook.working_days import WorkingDays
from servicekit.caller import Caller
from servicekit.errors import InvalidRequest, Violation
from servicekit.ids import new_id
from services.scheduler.app.hold_slot import TimeToTake, give_back, prepare_hold, take
from services.scheduler.app.open_draft import demand_draft_of, open_draft
from services.scheduler.app.policy import demand
from services.scheduler.app.ports import Surroundings, UnitOfWork
from services.scheduler.app.prepare_plan import settle_obligations
from services.scheduler.app.see_date_offer import demand_not_offered
from services.scheduler.app.take_time import claims_of
from services.scheduler.domain.date_offer import AskedPerson, DateOffer, faults_of_offer, offer_name
from services.scheduler.domain.errors import OfferedTimeTaken, TimeTaken
from services.scheduler.domain.events import DatesOffered
from services.scheduler.domain.meeting import Meeting, Plan
from services.scheduler.domain.meeting_draft import MeetingDraft


@dataclass(frozen=True, slots=True)
class OfferCommand:
    """What is to be offered to whom; `dates` are (start, room)."""

    plan: Plan
    dates: tuple[tuple[datetime, str], ...]
    people: tuple[str, ...]
    remote: bool
    expires_at: datetime
    draft: UUID | None = None


@dataclass(frozen=True, slots=True)
class DatesToOffer:
    """A command with everything asked of others, the earliest date first."""

    command: OfferCommand
    times: tuple[TimeToTake, ...]


async def prepare_offer(around: Surroundings, caller: Caller, command: OfferCommand) -> DatesToOffer:
    """What is asked of others before the transaction. Errors as `prepare_hold`; NotFound: no such draft."""
    demand(caller, "CreateDateOffer", f"councils/{caller.council}", may_know=True)
    async with around.begin(caller) as unit:
        now = unit.now()
    times = [await prepare_hold(around, caller, command.plan, *date) for date in sorted(command.dates)]
    if command.draft is not None:
        await demand_draft_of(around, caller, command.draft, command.plan)
    faults = faults_of_offer(times[0].prepared.plan, command.dates, command.people, command.expires_at, now)
    if faults:
        raise InvalidRequest([Violation(*fault) for fault in faults])
    return DatesToOffer(command, tuple(times))


async def create_date_offer(unit: UnitOfWork, caller: Caller, wanted: DatesToOffer, calendar: WorkingDays) -> DateOffer:
    """Hold the dates, in place of what the draft held, and tell the followers.

    OfferedTimeTaken, AlreadyOffered, DraftClosed.
    """
    command = wanted.command
    # Under the draft's lock, so that of two officers one offers.
    draft = await open_draft(unit, caller, command.draft) if command.draft else None
    if draft is not None:
        await demand_not_offered(unit, caller, draft.id)
    people = tuple(AskedPerson(person) for person in command.plan.people if person in set(command.people))
    offer = DateOffer(
        new_id(), (), people, command.remote, caller.principal_id, unit.now(), command.expires_at, command.draft
    )
    await unit.offers.insert(offer)
    await _make_room(unit, caller, wanted.times, draft)
    offer = replace(offer, dates=await _hold(unit, caller, offer, wanted.times, calendar))
    name = offer_name(caller.council, offer.id)
    await unit.append_event(name, DatesOffered(name, offer.plan.subjects))
    await unit.audit(caller, "CreateDateOffer", name)
    return offer


async def _make_room(unit: UnitOfWork, caller: Caller, times: Sequence[TimeToTake], draft: MeetingDraft | None) -> None:
    """Lock what all dates need at once: one date after the other would be out of order, and could deadlock.

    The time that the draft held is given back.
    """
    claims = [claim for one in times for claim in claims_of(one.prepared, one.start, one.room)]
    held = draft.hold if draft else None
    await unit.reservations.lock(claims, *([held.meeting] if held else []))
    if draft is not None and held is not None:
        await give_back(unit, held.meeting)
        await unit.drafts.save(replace(draft.changed(caller.principal_id, unit.now()), hold=None))


async def _hold(
    unit: UnitOfWork, caller: Caller, offer: DateOffer, times: Sequence[TimeToTake], calendar: WorkingDays
) -> tuple[Meeting, ...]:
    found = []
    for one in times:
        plan, _ = await settle_obligations(unit, one.prepared.plan)
        held = replace(one, prepared=replace(one.prepared, plan=plan), offer=offer.id)
        try:
            found.append(await take(unit, caller, held, calendar, expires_at=offer.expires_at))
        except TimeTaken as refused:
            start = one.start.isoformat().replace("+00:00", "Z")
            raise OfferedTimeTaken(start_time=start, taken=refused.taken) from refused
    return tuple(found)
