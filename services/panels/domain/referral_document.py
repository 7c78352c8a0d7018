"""A referral as a document: every field of its form, what was not answered too."""

from collections.abc import Sequence
from typing import Final

from services.panels.domain.document import Document
from services.panels.domain.form import Form
from services.panels.domain.form_document import blocks_of
from services.panels.domain.referral_form import ReferralForm, ReferralFormState

COORDINATORS: Final = "The coordinators of family group conferences"
_STATES: Final = {
    ReferralFormState.DRAFT: "Draft: not submitted yet",
    ReferralFormState.SUBMITTED: "Submitted",
    ReferralFormState.RETURNED: "Returned for more",
    ReferralFormState.WITHDRAWN: "Withdrawn",
}


def referral_document(form: Form, one: ReferralForm, references: Sequence[str], to: str) -> Document:
    """`to`: title of the body; empty for the coordinators. The title holds references alone, for it names the tab."""
    facts = (("To", to or COORDINATORS), ("State", _STATES[one.state]))
    return Document(f"{form.title}: {', '.join(references)}", facts, blocks_of(form, one.answers))
