"""A request that a body consider somebody."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from services.panels.domain.body import BodyUuid
from services.panels.domain.sitting import ReferralId, SittingId


class ReferralState(StrEnum):
    """Where a referral stands."""

    WAITING = "waiting"
    LISTED = "listed"
    HEARD = "heard"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class Referral:
    """`put_off_from` is the day of the sitting that put the subject off; None where somebody referred it.

    `part_heard`: it was begun there.
    """

    referral_id: ReferralId
    body: BodyUuid
    subjects: tuple[str, ...]
    reason: str
    state: ReferralState
    created_at: datetime
    put_off_from: date | None = None
    part_heard: bool = False
    sitting: SittingId | None = None
