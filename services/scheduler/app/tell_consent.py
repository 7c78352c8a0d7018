"""What a referral says of the family's consent to a meeting, fresh each time."""

from collections.abc import Collection

from rulebook.pack import DecidesDate
from rulebook.rule import MeetingKindId
from servicekit.caller import Caller
from services.scheduler.app.ports import Surroundings
from services.scheduler.domain.family_consent import FamilyConsent


async def tell_consent(
    around: Surroundings, caller: Caller, meeting_kind: str, subjects: Collection[str]
) -> FamilyConsent | None:
    """For those who may know of the meeting; None where its date is not the family's, or no referral says anything."""
    kinds = around.pack_of(caller.council).meeting_kinds
    kind = kinds.get(MeetingKindId(meeting_kind))
    if kind is None or kind.decides_date is not DecidesDate.FAMILY:
        return None
    async with around.begin(caller) as unit:
        return await unit.consents.of(meeting_kind, subjects)
