"""A family's consent to a meeting whose date is theirs, as the referral to it says; the referral is the panels'."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from services.scheduler.domain.errors import ConsentEnded
from services.scheduler.domain.meeting import DateDecision


class ConsentState(StrEnum):
    """Where it stands."""

    GIVEN = "given"
    TAKEN_BACK = "taken_back"
    REFERRAL_WITHDRAWN = "referral_withdrawn"
    REFERRAL_RETURNED = "referral_returned"


@dataclass(frozen=True, slots=True)
class FamilyConsent:
    """`consented_on`: the day on which the family agreed; `changed_on`: since when it stands so."""

    referral_form: str
    subjects: tuple[str, ...]
    meeting_kind: str
    state: ConsentState
    consented_on: date
    changed_on: date

    @property
    def stands(self) -> bool:
        """Whether the family agrees now."""
        return self.state is ConsentState.GIVEN


def check_consent(consent: FamilyConsent | None, decision: DateDecision | None) -> None:
    """ConsentEnded where a date is taken by a consent that ended, and nobody says that the family agreed anew since."""
    if consent is None or consent.stands or decision is None or decision.consented_on > consent.changed_on:
        return
    raise ConsentEnded(referral_form=consent.referral_form, on=str(consent.changed_on))
