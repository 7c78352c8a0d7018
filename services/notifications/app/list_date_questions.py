"""Says how each person is asked about offered dates."""

from collections.abc import Sequence

from servicekit.caller import Caller
from servicekit.errors import NotFound, PermissionDenied
from services.notifications.app.policy import may
from services.notifications.app.ports import QuestionDesk
from services.notifications.domain.date_question import DateQuestion


async def list_date_questions(desk: QuestionDesk, caller: Caller, offer: str) -> Sequence[DateQuestion]:
    """NotFound where the caller may not know of the offer; PermissionDenied, Unavailable. Audited."""
    if not may(caller, "ListDateQuestions"):
        raise PermissionDenied(offer)
    if await desk.offers.offer(caller, offer) is None:
        raise NotFound(offer)
    async with desk.desk.begin(caller) as unit:
        await unit.audit("ListDateQuestions", offer)
        return await unit.questions.of_offer(offer)
