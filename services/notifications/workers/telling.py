"""The lanes: of one meeting, of one offer of dates, of one person's reminders, of a council's chasers."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

from servicekit.caller import acting_as, service_caller
from servicekit.config import Council
from servicekit.lanes import Lane
from services.notifications.app.ask_about_dates import ask_about_dates
from services.notifications.app.chaser_ports import ChaserDesk
from services.notifications.app.ports import Desk, QuestionDesk
from services.notifications.app.remind_person import remind_person
from services.notifications.app.send_chasers import send_chasers
from services.notifications.app.tell_people import tell_people

_SERVICE = "notifications"


def teller(desk: Desk, councils: Sequence[Council]) -> Callable[[Lane], Awaitable[datetime | None]]:
    """The work of a lane: one look at one meeting, and when to look again. It raises while something waits, so that the
    lane backs off.
    """
    slugs = {council.council_id: council.slug for council in councils}

    async def work(lane: Lane) -> datetime | None:
        caller = service_caller(lane.council_id, slugs[lane.council_id], _SERVICE)
        with acting_as(caller):
            return await tell_people(desk, caller, lane.key)

    return work


def asker(desk: QuestionDesk, councils: Sequence[Council]) -> Callable[[Lane], Awaitable[datetime | None]]:
    """The work of an offer's lane, as `teller`."""
    slugs = {council.council_id: council.slug for council in councils}

    async def work(lane: Lane) -> datetime | None:
        caller = service_caller(lane.council_id, slugs[lane.council_id], _SERVICE)
        with acting_as(caller):
            return await ask_about_dates(desk, caller, lane.key)

    return work


def reminder(desk: Desk, councils: Sequence[Council]) -> Callable[[Lane], Awaitable[datetime | None]]:
    """The work of a person's lane, as `teller`; it says when the next reminder is due."""
    slugs = {council.council_id: council.slug for council in councils}

    async def work(lane: Lane) -> datetime | None:
        caller = service_caller(lane.council_id, slugs[lane.council_id], _SERVICE)
        with acting_as(caller):
            return await remind_person(desk, caller, lane.key)

    return work


def chaser(desk: ChaserDesk, councils: Sequence[Council]) -> Callable[[Lane], Awaitable[datetime | None]]:
    """The work of a council's lane, as `teller`; it says when the next chaser is due."""
    slugs = {council.council_id: council.slug for council in councils}

    async def work(lane: Lane) -> datetime | None:
        caller = service_caller(lane.council_id, slugs[lane.council_id], _SERVICE)
        with acting_as(caller):
            return await send_chasers(desk, caller)

    return work
