"""Withdraws an offer: all its dates are given back and nothing is booked."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from servicekit.caller import Caller
from services.scheduler.app.hold_slot import give_back
from services.scheduler.app.ports import Surroundings, UnitOfWork
from services.scheduler.app.see_date_offer import offer_for, open_offer
from services.scheduler.domain.date_offer import DateOffer, OfferState, offer_name
from services.scheduler.domain.events import DateOfferClosed
from services.scheduler.domain.meeting import Meeting, MeetingState, meeting_name


async def prepare_withdrawal(around: Surroundings, caller: Caller, offer_id: UUID) -> None:
    """Whether the caller may know of the offer and withdraw it; asked before the transaction."""
    await offer_for(around, caller, "WithdrawDateOffer", offer_id)


async def withdraw_date_offer(unit: UnitOfWork, caller: Caller, offer_id: UUID, etag: str) -> DateOffer:
    """Give all dates back and tell the followers. DateOfferClosed; VersionClash for another etag."""
    offer = await open_offer(unit, caller, offer_id, etag)
    await unit.reservations.lock((), *(one.id for one in offer.dates))
    offer = replace(offer, dates=await give_all_back(unit, offer.dates))
    return await close(
        unit,
        caller,
        offer.closed(OfferState.WITHDRAWN, caller.principal_id, unit.now()),
        "WithdrawDateOffer",
    )


async def give_all_back(unit: UnitOfWork, dates: Sequence[Meeting]) -> tuple[Meeting, ...]:
    """The dates, their times given back. Needs their resources locked.

    They lapse and are not cancelled: nobody was told of a meeting, and none is to stand among the cancelled.
    """
    for one in dates:
        await give_back(unit, one.id)
    return tuple(replace(one.changed(told=False), state=MeetingState.LAPSED) for one in dates)


async def close(unit: UnitOfWork, caller: Caller, offer: DateOffer, action: str) -> DateOffer:
    """Keep the closed offer and tell the followers."""
    name, taken = offer_name(caller.council, offer.id), offer.taken_date
    await unit.offers.save(offer)
    meeting = meeting_name(caller.council, taken.id) if taken else ""
    await unit.append_event(name, DateOfferClosed(name, offer.plan.subjects, meeting))
    await unit.audit(caller, action, name)
    return offer
