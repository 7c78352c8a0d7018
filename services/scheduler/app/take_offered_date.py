"""Books one of the offered dates and gives the others back: a person's choice, in one transaction."""

from dataclasses import dataclass, replace
from uuid import UUID

from rulebook.working_days import WorkingDays
from servicekit.caller import Caller
from servicekit.errors import InvalidRequest, Violation
from services.scheduler.app.book_meeting import BookCommand, Booking, book_meeting, prepare_booking
from services.scheduler.app.open_draft import open_draft
from services.scheduler.app.ports import Surroundings, UnitOfWork
from services.scheduler.app.see_date_offer import offer_for, open_offer
from services.scheduler.app.withdraw_date_offer import close, give_all_back
from services.scheduler.domain.date_offer import DateOffer, OfferState, numbered


@dataclass(frozen=True, slots=True)
class DateToTake:
    """A date with everything asked of others. `number` is the date's."""

    offer: UUID
    etag: str
    number: int
    booking: Booking


async def prepare_taking(
    around: Surroundings, caller: Caller, offer_id: UUID, etag: str, number: int, breach_reason: str
) -> DateToTake:
    """What is asked of others before the transaction. Errors as `prepare_booking`; InvalidRequest: no such date."""
    offer = await offer_for(around, caller, "TakeOfferedDate", offer_id)
    if not 1 <= number <= len(offer.dates):
        raise InvalidRequest([Violation("number", f"must be that of a date, 1 to {len(offer.dates)}")])
    command = BookCommand(offer.dates[number - 1].id, None, None, "", breach_reason)
    booking = await prepare_booking(around, caller, command)
    return DateToTake(offer_id, etag, number, replace(booking, offer=offer_id))


async def take_offered_date(unit: UnitOfWork, caller: Caller, wanted: DateToTake, calendar: WorkingDays) -> DateOffer:
    """Book it as any hold is booked, and give the others back.

    DateOfferClosed, VersionClash, HoldLapsed, MissesAClock; TimeTaken where the own diary of the room or
    of an interpreter was taken since.
    """
    # The offer's lock comes first: of two who take two dates, the second waits here and finds it closed.
    offer = await open_offer(unit, caller, wanted.offer, wanted.etag)
    if offer.draft is not None:
        await open_draft(unit, caller, offer.draft)
    await unit.reservations.lock((), *(one.id for one in offer.dates))
    others = [one for one in offer.dates if one.id != wanted.booking.hold]
    # Before the diaries are looked into: else the other dates would count as meetings of that day.
    lapsed = await give_all_back(unit, others)
    taken = await book_meeting(unit, caller, replace(wanted.booking, draft=offer.draft), calendar)
    offer = replace(offer, dates=numbered((taken, *lapsed)))
    offer = offer.closed(OfferState.TAKEN, caller.principal_id, unit.now(), wanted.number)
    return await close(unit, caller, offer, "TakeOfferedDate")
