"""What a referral says of the family's consent to the meeting that it asks for."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from services.panels.domain.form import YES
from services.panels.domain.referral_form import ReferralForm, ReferralFormState

# The fields of every form that asks for a meeting whose date is the family's.
AGREES: Final = "family_agrees"
AGREED_ON: Final = "agreement_date"
TAKEN_BACK_ON: Final = "consent_taken_back_date"


class ConsentState(StrEnum):
    """Where it stands."""

    GIVEN = "given"
    TAKEN_BACK = "taken_back"
    REFERRAL_WITHDRAWN = "referral_withdrawn"
    REFERRAL_RETURNED = "referral_returned"


@dataclass(frozen=True)
class Consent:
    """`on`: the day on which the family agreed."""

    state: ConsentState
    on: date


_OF_REFERRAL: Final = {
    ReferralFormState.SUBMITTED: ConsentState.GIVEN,
    ReferralFormState.RETURNED: ConsentState.REFERRAL_RETURNED,
    ReferralFormState.WITHDRAWN: ConsentState.REFERRAL_WITHDRAWN,
}


def consent_of(one: ReferralForm) -> Consent | None:
    """None of a draft, and where the family did not agree or nobody said when.

    What was agreed after it was taken back is a new consent.
    """
    agreed, state = one.answers.get(AGREED_ON, ""), _OF_REFERRAL.get(one.state)
    if state is None or one.answers.get(AGREES) != YES or not isinstance(agreed, str) or not agreed:
        return None
    taken_back = one.answers.get(TAKEN_BACK_ON, "")
    if state is ConsentState.GIVEN and isinstance(taken_back, str) and taken_back >= agreed:
        state = ConsentState.TAKEN_BACK
    return Consent(state, date.fromisoformat(agreed))
